"""C1xx and L1xx: the works and the logos that are not ours to post, or not in this role."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import ClassVar

from imgpolicy.facts import Fingerprint
from imgpolicy.match import WorkMatch
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
    broken: ClassVar[frozenset[CoverStatus]]

    def judge(self, case: Case) -> Iterator[Finding]:
        for match in case.matches.works:
            coverage = case.matches.licences.get(match.work, NOT_LICENSED)
            if match.kind is WorkKind.WORK and coverage.status in self.broken:
                yield self.finding(
                    f"{_like(match)} the work “{match.title}”: {coverage.reason}",
                    evidence={
                        "work": match.work,
                        "title": match.title,
                        "licence": coverage.record,
                        **_measure(match),
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
    default = Verdict.NO_GO
    needs = (Fingerprint,)
    passes = (examples.nobody(), examples.work(WorkKind.OWN_LOGO), examples.work(WorkKind.WORK, role=Role.PRIVATE))
    fails = (examples.work(WorkKind.OWN_LOGO, role=Role.PRIVATE),)

    def judge(self, case: Case) -> Iterator[Finding]:
        if case.posting.role is not Role.PRIVATE:
            return
        for match in case.matches.works:
            if match.kind is WorkKind.OWN_LOGO:
                yield self.finding(
                    f"{_like(match)} the organisation's logo “{match.title}”, which a private person does not use",
                    evidence={"logo": match.title, **_measure(match)},
                    remedies=(Remedy(kind="change posting", text="post it as an employee"), REPLACE),
                    at_most=Verdict.NO_GO if match.certain else Verdict.REVIEW,
                )


class OthersMark(Rule):
    """A rule on the marks of others: to be shown only by somebody who has thought about it."""

    default = Verdict.REVIEW
    needs = (Fingerprint,)
    kind: ClassVar[WorkKind]
    advice: ClassVar[str]

    def judge(self, case: Case) -> Iterator[Finding]:
        for match in case.matches.works:
            coverage = case.matches.licences.get(match.work, NOT_LICENSED)
            if match.kind is self.kind and not coverage.covered:
                yield self.finding(
                    f"{_like(match)} the {self.kind} “{match.title}”",
                    evidence={"logo": match.title, **_measure(match)},
                    remedies=(Remedy(kind="reviewer", text=self.advice), REPLACE),
                )


class CompetitorsMark(OthersMark):
    code = "L103"
    title = "A competitor's mark"
    kind = WorkKind.COMPETITOR_LOGO
    advice = "compare only like with like, truthfully, and without running the competitor down"
    passes = (examples.nobody(), examples.work(WorkKind.OWN_LOGO))
    fails = (examples.work(WorkKind.COMPETITOR_LOGO),)


class ThirdPartyMark(OthersMark):
    code = "L104"
    title = "A third party's mark"
    kind = WorkKind.THIRD_PARTY_MARK
    advice = "ask its owner, or make sure that it only says whose thing is shown"
    passes = (
        examples.nobody(),
        examples.work(WorkKind.OWN_LOGO),
        examples.licensed(CoverStatus.COVERED, kind=WorkKind.THIRD_PARTY_MARK),
    )
    fails = (examples.work(WorkKind.THIRD_PARTY_MARK),)


def _like(match: WorkMatch) -> str:
    return "the picture is" if match.certain else "the picture may be"


def _measure(match: WorkMatch) -> dict[str, Value]:
    return {"stage": match.stage, "distance": match.distance}
