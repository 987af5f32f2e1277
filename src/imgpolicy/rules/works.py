"""C1xx and L1xx: the works and the logos that are not ours to post, or not in this role."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import ClassVar

from imgpolicy.facts import Fingerprint, Keypoints, Scene
from imgpolicy.match import LogoMatch, WorkMatch
from imgpolicy.posting import Posting, Role
from imgpolicy.register.grants import Coverage, CoverStatus
from imgpolicy.register.works import WorkKind
from imgpolicy.report import Finding, Remedy, Value, Verdict
from imgpolicy.rules import examples
from imgpolicy.rules.base import Case, Rule

NOT_LICENSED = Coverage(status=CoverStatus.NONE, reason="no licence is on record")

REPLACE = Remedy(kind="replace", text="use another picture")


class LicenceRule(Rule):
    """A rule on what the licences to a known work say of the posting."""

    default = Verdict.NO_GO
    needs = (Fingerprint,)
    uses = (Keypoints,)
    broken: ClassVar[frozenset[CoverStatus]]

    def judge(self, case: Case) -> Iterator[Finding]:
        for match in case.matches.works:
            coverage = case.matches.licences.get(match.work, NOT_LICENSED)
            if match.kind is WorkKind.WORK and coverage.status in self.broken:
                yield self.finding(
                    f"{like(match)} the work “{match.title}”: {coverage.reason}",
                    box=match.box,
                    evidence={
                        "work": match.work,
                        "title": match.title,
                        "licence": coverage.record,
                        **measure(match),
                    },
                    remedies=(*self.remedies(match, case.posting), REPLACE),
                    at_most=Verdict.NO_GO if match.certain else Verdict.REVIEW,
                )

    def remedies(self, match: WorkMatch, posting: Posting) -> tuple[Remedy, ...]:
        """The ways out besides another picture: a licence that covers this."""
        scope = " ".join(
            f"--{what} {shlex.quote(word) if word else what.upper()}"
            for what, word in (("channel", posting.channel), ("purpose", posting.purpose))
        )
        text = f"get a licence that covers this from {match.owner or 'the owner'}, then record it"
        command = f"imgpolicy licence add {match.work} --licensor NAME {scope}"
        return (Remedy(kind="licence", text=text, command=command),)


class UnlicensedWork(LicenceRule):
    code = "C101"
    title = "Known work without a licence"
    waivable = True
    broken = frozenset({CoverStatus.NONE})
    passes = (
        examples.nobody(),
        examples.work(WorkKind.OWN_LOGO),
        examples.licensed(CoverStatus.COVERED),
        examples.licensed(CoverStatus.EXPIRED),
    )
    fails = (
        examples.work(WorkKind.WORK),
        examples.work(WorkKind.WORK, certain=False),
        examples.part_of_work(),
        examples.part_of_work(certain=False),
        examples.licensed(CoverStatus.NONE),
    )


class LicenceDoesNotCover(LicenceRule):
    code = "C102"
    title = "Licence expired or out of scope"
    broken = frozenset({CoverStatus.EXPIRED, CoverStatus.OUT_OF_SCOPE, CoverStatus.WITHDRAWN, CoverStatus.REFUSED})
    passes = (
        examples.nobody(),
        examples.licensed(CoverStatus.COVERED),
        examples.licensed(CoverStatus.NONE),
    )
    fails = (
        examples.licensed(CoverStatus.EXPIRED),
        examples.licensed(CoverStatus.OUT_OF_SCOPE),
        examples.licensed(CoverStatus.WITHDRAWN),
    )

    def remedies(self, match: WorkMatch, posting: Posting) -> tuple[Remedy, ...]:
        change = Remedy(kind="change posting", text="post it where, when, and for what, the licence allows")
        return (change, *super().remedies(match, posting))


class OwnLogoInPrivate(Rule):
    code = "L101"
    title = "Own logo in the private role"
    waivable = True
    default = Verdict.NO_GO
    needs = (Fingerprint,)
    uses = (Scene,)
    passes = (
        examples.nobody(),
        examples.work(WorkKind.OWN_LOGO),
        examples.logo(WorkKind.OWN_LOGO),
        examples.work(WorkKind.WORK, role=Role.PRIVATE),
    )
    fails = (
        examples.work(WorkKind.OWN_LOGO, role=Role.PRIVATE),
        examples.logo(WorkKind.OWN_LOGO, role=Role.PRIVATE),
        examples.logo(WorkKind.OWN_LOGO, role=Role.PRIVATE, certain=False),
    )

    def judge(self, case: Case) -> Iterator[Finding]:
        if case.posting.role is not Role.PRIVATE:
            return
        for match in marks(case):
            if match.kind is WorkKind.OWN_LOGO:
                yield self.finding(
                    f"{like(match)} the organisation's logo “{match.title}”, which a private person does not use",
                    box=match.box,
                    evidence={"logo": match.title, **measure(match)},
                    remedies=(Remedy(kind="change posting", text="post it as an employee"), REPLACE),
                    at_most=Verdict.NO_GO if match.certain else Verdict.REVIEW,
                )


class OwnLogoNotForRole(Rule):
    """The policy says which roles may; the private role is L101's, and one that is not stated R101's."""

    code = "L102"
    title = "Own logo, and the role may not use it"
    waivable = True
    default = Verdict.NO_GO
    needs = (Fingerprint,)
    uses = (Scene,)
    passes = (
        examples.nobody(),
        examples.work(WorkKind.OWN_LOGO),
        examples.work(WorkKind.OWN_LOGO, role=Role.PRIVATE, logo_roles=()),
    )
    fails = (
        examples.work(WorkKind.OWN_LOGO, logo_roles=(Role.OFFICIAL,)),
        examples.work(WorkKind.OWN_LOGO, certain=False, logo_roles=()),
        examples.logo(WorkKind.OWN_LOGO, logo_roles=()),
    )

    def judge(self, case: Case) -> Iterator[Finding]:
        role = case.posting.role
        if role is None or role is Role.PRIVATE or role in case.house.logo_roles:
            return
        allowed = ", ".join(case.house.logo_roles) or "nobody"
        for match in marks(case):
            if match.kind is WorkKind.OWN_LOGO:
                yield self.finding(
                    f"{like(match)} the organisation's logo “{match.title}”, and the policy lets only {allowed} use it",
                    box=match.box,
                    evidence={"logo": match.title, **measure(match)},
                    remedies=(Remedy(kind="change posting", text="have it posted by somebody who may"), REPLACE),
                    at_most=Verdict.NO_GO if match.certain else Verdict.REVIEW,
                )


class OthersMark(Rule):
    """A rule on the marks of others: to be shown only by somebody who has thought about it."""

    default = Verdict.REVIEW
    needs = (Fingerprint,)
    uses = (Scene,)
    kind: ClassVar[WorkKind]
    advice: ClassVar[str]

    def judge(self, case: Case) -> Iterator[Finding]:
        for match in marks(case):
            coverage = case.matches.licences.get(match.work, NOT_LICENSED)
            if match.kind is self.kind and not coverage.covered:
                yield self.finding(
                    f"{like(match)} the {self.kind} “{match.title}”",
                    box=match.box,
                    evidence={"logo": match.title, **measure(match)},
                    remedies=(Remedy(kind="reviewer", text=self.advice), REPLACE),
                    at_most=Verdict.NO_GO if match.certain else Verdict.REVIEW,
                )


class CompetitorsMark(OthersMark):
    code = "L103"
    title = "A competitor's mark"
    waivable = True
    kind = WorkKind.COMPETITOR_LOGO
    # The Danish marketing act (markedsføringsloven), section 21, in our words.
    advice = (
        "whoever compares with a competitor makes sure that it misleads nobody; compares things for the same need;"
        " compares features that matter, are typical and can be checked, price among them; lets nobody take one for the"
        " other; does not run the competitor down; takes no advantage of the competitor's name; shows nothing as an"
        " imitation; and compares protected origins only with each other"
    )
    passes = (examples.nobody(), examples.work(WorkKind.OWN_LOGO))
    fails = (examples.work(WorkKind.COMPETITOR_LOGO), examples.logo(WorkKind.COMPETITOR_LOGO))


class ThirdPartyMark(OthersMark):
    code = "L104"
    title = "A third party's mark"
    waivable = True
    kind = WorkKind.THIRD_PARTY_MARK
    advice = "ask its owner, or make sure that it only says whose thing is shown"
    passes = (
        examples.nobody(),
        examples.work(WorkKind.OWN_LOGO),
        examples.licensed(CoverStatus.COVERED, kind=WorkKind.THIRD_PARTY_MARK),
    )
    fails = (examples.work(WorkKind.THIRD_PARTY_MARK), examples.logo(WorkKind.THIRD_PARTY_MARK, certain=False))


def marks(case: Case) -> Iterator[WorkMatch | LogoMatch]:
    """What the picture is as a whole, and what is seen in it."""
    yield from case.matches.works
    yield from case.matches.logos


def like(match: WorkMatch | LogoMatch) -> str:
    if isinstance(match, LogoMatch):
        return "the picture shows" if match.certain else "the picture may show"
    whole = match.stage != "keypoints"
    if match.certain:
        return "the picture is" if whole else "the picture shows"
    return "the picture may be" if whole else "the picture may be part of, or show,"


def measure(match: WorkMatch | LogoMatch) -> dict[str, Value]:
    """What the match rests on; the region has the corners' x and y, clockwise from the work's top left."""
    if isinstance(match, LogoMatch):
        return {"stage": "scene", "score": match.score}
    measure: dict[str, Value] = {"stage": match.stage}
    if match.distance is not None:
        measure["distance"] = match.distance
    if match.frame:
        measure["frame"] = match.frame
    if match.region is not None:
        measure["inliers"] = match.inliers
        measure["region"] = [round(side) for corner in match.region for side in corner]
    return measure
