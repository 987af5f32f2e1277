"""C1xx and L1xx: the works and the logos that are not ours to post, or not in this role."""

from __future__ import annotations

import shlex
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import ClassVar

from imgpolicy.domain.geometry import Box, overlap
from imgpolicy.domain.grant import Coverage, CoverStatus
from imgpolicy.domain.posting import ROLE_WORDS, Role
from imgpolicy.domain.verdict import Covered, Finding, Remedy, RemedyKind, Value, Verdict
from imgpolicy.domain.work import WorkKind
from imgpolicy.facts import Fingerprint, Keypoints, Logos
from imgpolicy.match import Doubt, LogoMatch, WorkMatch
from imgpolicy.phrase import Phrase, both, either, phrase
from imgpolicy.rules import examples
from imgpolicy.rules.base import Case, Rule
from imgpolicy.rules.remedies import REPLACE, change_posting, crop_away, redact, reviewer

_SAME_PLACE = 0.9
"""The share of two boxes together from which on they are one place."""

NOT_LICENSED = Coverage(status=CoverStatus.NONE, reason=phrase("no licence is on record"))


class LicenceRule(Rule):
    """A rule on what the licences to a known work say of the posting."""

    default = Verdict.NO_GO
    needs = (Fingerprint,)
    uses = (Keypoints,)
    broken: ClassVar[frozenset[CoverStatus]]

    def judge(self, case: Case) -> Iterator[Finding]:
        told: list[list[tuple[WorkMatch, Coverage]]] = []
        for match in case.matches.works:
            coverage = case.matches.licences.get(match.work, NOT_LICENSED)
            if match.kind is not WorkKind.WORK or coverage.status not in self.broken:
                continue
            same = next((one for one in told if _same_picture(match, coverage, *one[0])), None)
            if same is None:
                told.append([(match, coverage)])
            else:
                same.append((match, coverage))
        for (match, coverage), *others in told:
            yield self._told(match, coverage, [other for other, _ in others], case)

    def _told(self, match: WorkMatch, coverage: Coverage, others: Sequence[WorkMatch], case: Case) -> Finding:
        """The finding on a work, which is on record under the titles of the others too."""
        titles = both(f"“{one.title}”" for one in (match, *others))
        shows, reason = like(match), coverage.reason
        return self.finding(
            phrase("{shows} the work {titles}: {reason}", shows=shows, titles=titles, reason=reason)
            if match.doubt is None
            else phrase(
                "{shows} the work {titles}, and {doubt}: {reason}",
                shows=shows,
                titles=titles,
                doubt=why_in_doubt(match),
                reason=reason,
            ),
            box=match.box,
            evidence={
                "work": match.work,
                "title": match.title,
                "licence": coverage.record,
                **({"also": [one.work for one in others]} if others else {}),
                **measure(match),
            },
            remedies=(
                *dict.fromkeys(way for one in (match, *others) for way in self.remedies(one, case)),
                *_take_out(case, match, Covered.WORK),
                REPLACE,
            ),
            at_most=Verdict.NO_GO if match.certain else Verdict.REVIEW,
        )

    def remedies(self, match: WorkMatch, case: Case) -> tuple[Remedy, ...]:
        """The ways out besides another picture: a licence that covers this."""
        posting = case.posting
        scope = " ".join(
            f"--{what} {shlex.quote(word) if word else what.upper()}"
            for what, word in (("channel", posting.channel), ("purpose", posting.purpose))
        )
        text = phrase(
            "get a licence that covers this from {owner}, then record it", owner=match.owner or phrase("the owner")
        )
        command = f"imgpolicy licence add {match.work} --licensor NAME {scope}"
        return (Remedy(kind=RemedyKind.LICENCE, text=text, command=command),)


class UnlicensedWork(LicenceRule):
    """C101: a known work that no licence is on record for."""

    code = "C101"
    title = phrase("Known work without a licence")
    asks = "A known work is posted only where a licence to it is on record."
    why = "A picture belongs to whoever made it, and what is used unasked is paid for later, in money and in trust."
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
    """C102: a known work whose licences do not cover the posting."""

    code = "C102"
    title = phrase("Licence expired or out of scope")
    asks = "The licence to a known work covers this channel, purpose, day, and all else that it is limited to."
    why = "A licence is for what was agreed. Outside of that it is none."
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

    def remedies(self, match: WorkMatch, case: Case) -> tuple[Remedy, ...]:
        change = change_posting(phrase("post it where, when, and for what, the licence allows"))
        return (change, *super().remedies(match, case))


class MarkRule(Rule):
    """A rule on the logos and marks that a picture is or shows: one finding for each that breaks it."""

    waivable = True
    needs = (Fingerprint,)
    uses = (Logos,)

    @abstractmethod
    def broken_by(self, match: WorkMatch | LogoMatch, case: Case) -> bool:
        """True when this mark breaks the rule."""

    @abstractmethod
    def message(self, match: WorkMatch | LogoMatch, case: Case) -> Phrase:
        """What is wrong, in a sentence."""

    @abstractmethod
    def way_out(self) -> Remedy:
        """What to do besides taking the mark out of the picture, or another picture."""

    def judge(self, case: Case) -> Iterator[Finding]:
        for match in marks(case):
            if self.broken_by(match, case):
                yield self.finding(
                    self.message(match, case),
                    box=match.box,
                    evidence={"logo": match.title, **measure(match)},
                    remedies=(self.way_out(), *_take_out(case, match, Covered.LOGO), REPLACE),
                    at_most=Verdict.NO_GO if match.certain else Verdict.REVIEW,
                )


class OwnLogoInPrivate(MarkRule):
    """L101: a private person uses the organisation's logo."""

    code = "L101"
    title = phrase("Own logo in the private role")
    asks = "A private person does not use the organisation's logo."
    why = "The logo says who speaks. Under it a private opinion is taken for the organisation's."
    default = Verdict.NO_GO
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

    def broken_by(self, match: WorkMatch | LogoMatch, case: Case) -> bool:
        return match.kind is WorkKind.OWN_LOGO and case.posting.role is Role.PRIVATE

    def message(self, match: WorkMatch | LogoMatch, case: Case) -> Phrase:
        del case
        return phrase(
            "{shows} the organisation's logo “{title}”, which a private person does not use",
            shows=like(match),
            title=match.title,
        )

    def way_out(self) -> Remedy:
        return change_posting(phrase("post it as an employee"))


class OwnLogoNotForRole(MarkRule):
    """The policy says which roles may; the private role is L101's, and one that is not stated R101's."""

    code = "L102"
    title = phrase("Own logo, and the role may not use it")
    asks = "The organisation's logo is used only in the roles that the policy names under [logos] own."
    why = "The logo says who speaks, so the organisation says who may use it."
    default = Verdict.NO_GO
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

    def broken_by(self, match: WorkMatch | LogoMatch, case: Case) -> bool:
        others = {None, Role.PRIVATE, *case.organisation.logo_roles}
        return match.kind is WorkKind.OWN_LOGO and case.posting.role not in others

    def message(self, match: WorkMatch | LogoMatch, case: Case) -> Phrase:
        return phrase(
            "{shows} the organisation's logo “{title}”, and the policy lets only {allowed} use it",
            shows=like(match),
            title=match.title,
            allowed=either(ROLE_WORDS[role] for role in case.organisation.logo_roles) or phrase("nobody"),
        )

    def way_out(self) -> Remedy:
        return change_posting(phrase("have it posted by somebody who may"))


_MARKS = {
    WorkKind.COMPETITOR_LOGO: phrase("the competitor logo"),
    WorkKind.THIRD_PARTY_MARK: phrase("the third-party mark"),
}


class OthersMark(MarkRule):
    """A rule on the marks of others: to be shown only by somebody who has thought about it."""

    default = Verdict.REVIEW
    kind: ClassVar[WorkKind]
    advice: ClassVar[Phrase]

    def broken_by(self, match: WorkMatch | LogoMatch, case: Case) -> bool:
        return match.kind is self.kind and not case.matches.licences.get(match.work, NOT_LICENSED).covered

    def message(self, match: WorkMatch | LogoMatch, case: Case) -> Phrase:
        del case
        return phrase("{shows} {mark} “{title}”", shows=like(match), mark=_MARKS[self.kind], title=match.title)

    def way_out(self) -> Remedy:
        return reviewer(self.advice)


class CompetitorsMark(OthersMark):
    """L103: the mark of a competitor."""

    code = "L103"
    title = phrase("A competitor's mark")
    asks = "A competitor's mark is shown only after somebody has thought about it."
    why = (
        "Marketing law sets conditions for showing or comparing with a competitor, and the picture alone does not"
        " tell whether they are met."
    )
    kind = WorkKind.COMPETITOR_LOGO
    # The Danish marketing act (markedsføringsloven), section 21, in our words.
    advice = phrase(
        "whoever compares with a competitor makes sure that it misleads nobody; compares things for the same need;"
        " compares features that matter, are typical and can be checked, price among them; lets nobody take one for the"
        " other; does not run the competitor down; takes no advantage of the competitor's name; shows nothing as an"
        " imitation; and compares protected origins only with each other"
    )
    passes = (examples.nobody(), examples.work(WorkKind.OWN_LOGO))
    fails = (examples.work(WorkKind.COMPETITOR_LOGO), examples.logo(WorkKind.COMPETITOR_LOGO))


class ThirdPartyMark(OthersMark):
    """L104: the mark of somebody else."""

    code = "L104"
    title = phrase("A third party's mark")
    asks = "The mark of somebody else is shown with a licence, or after somebody has thought about it."
    why = "A mark in a picture may look like an endorsement that nobody gave."
    kind = WorkKind.THIRD_PARTY_MARK
    advice = phrase("ask its owner, or make sure that it only says whose thing is shown")
    passes = (
        examples.nobody(),
        examples.work(WorkKind.OWN_LOGO),
        examples.licensed(CoverStatus.COVERED, kind=WorkKind.THIRD_PARTY_MARK),
    )
    fails = (examples.work(WorkKind.THIRD_PARTY_MARK), examples.logo(WorkKind.THIRD_PARTY_MARK, certain=False))


def _same_picture(match: WorkMatch, coverage: Coverage, other: WorkMatch, its: Coverage) -> bool:
    """Whether two works are one picture under two titles: at one place, as surely, with the same said of licences."""
    if (match.certain, match.doubt, match.frame, coverage.status, coverage.reason) != (
        other.certain,
        other.doubt,
        other.frame,
        its.status,
        its.reason,
    ):
        return False
    if match.box is None or other.box is None:
        return match.box == other.box
    return overlap(match.box, other.box) >= _SAME_PLACE


def marks(case: Case) -> Iterator[WorkMatch | LogoMatch]:
    """What the picture is as a whole, and what is seen in it."""
    yield from case.matches.works
    yield from case.matches.logos


def like(match: WorkMatch | LogoMatch) -> Phrase:
    """How surely, and as what, the picture has the work in it: the beginning of a sentence that names the work."""
    if isinstance(match, LogoMatch):
        return phrase("the picture shows") if match.certain else phrase("the picture may show")
    whole = match.stage != "keypoints"
    if match.certain:
        return phrase("the picture is") if whole else phrase("the picture shows")
    return phrase("the picture may be") if whole else phrase("the picture may be part of, or show,")


def why_in_doubt(match: WorkMatch) -> Phrase:
    """Why it is not sure: the end of a sentence that names the work."""
    if match.doubt is Doubt.SHARED:
        return phrase("what agrees is in {others} too", others=both(f"“{title}”" for title in match.shared))
    if match.doubt is Doubt.PLAIN:
        return phrase("it has too little detail for its hashes to tell it from other pictures")
    if match.doubt is Doubt.SCENE:
        return phrase("it may be another photograph of the same thing or place, as not all lies as it does in a copy")
    return phrase("only parts of it agree, as those of two pictures with one frame, layout or lettering do")


def measure(match: WorkMatch | LogoMatch) -> dict[str, Value]:
    """What the match rests on; the region has the corners' x and y, clockwise from the work's top left."""
    if isinstance(match, LogoMatch):
        return {"stage": "scene", "score": match.score, **({"frame": match.frame} if match.frame else {})}
    measure: dict[str, Value] = {"stage": match.stage}
    if match.distance is not None:
        measure["distance"] = match.distance
    if match.frame:
        measure["frame"] = match.frame
    if match.region is not None:
        measure["inliers"] = match.inliers
        measure["region"] = [round(side) for corner in match.region for side in corner]
    return measure


def _take_out(case: Case, match: WorkMatch | LogoMatch, what: Covered) -> tuple[Remedy, ...]:
    """The ways out that leave the picture without it, where it is only a part of the picture."""
    if match.box is None or match.frame or not _leaves_a_picture(case, match.box):
        return ()
    return (redact(case, what, certain=match.certain), *crop_away(case, match.box))


def _leaves_a_picture(case: Case, box: Box) -> bool:
    width, height = case.picture.width or 0, case.picture.height or 0
    return 2 * (box.right - box.left) * (box.bottom - box.top) < width * height
