"""C1xx and L1xx: the works and the logos that are not ours to post, or not in this role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from imgpolicy.facts import Box, Fingerprint, Scene
from imgpolicy.match import LogoMatch, WorkMatch
from imgpolicy.posting import Role
from imgpolicy.register.works import WorkKind
from imgpolicy.report import Finding, Remedy, Value, Verdict
from imgpolicy.rules import examples
from imgpolicy.rules.base import Case, Rule

REPLACE = Remedy(kind="replace", text="use another picture")


class UnlicensedWork(Rule):
    code = "C101"
    title = "Known work without a licence"
    default = Verdict.NO_GO
    needs = (Fingerprint,)
    passes = (examples.nobody(), examples.work(WorkKind.OWN_LOGO))
    fails = (examples.work(WorkKind.WORK), examples.work(WorkKind.WORK, certain=False))

    def judge(self, case: Case) -> Iterator[Finding]:
        for match in case.matches.works:
            if match.kind is WorkKind.WORK:
                licence = Remedy(kind="licence", text=f"get a licence from {match.owner or 'the owner'}")
                yield self.finding(
                    f"{_like(match)} the work “{match.title}”, and no licence is on record",
                    evidence={"work": match.work, "title": match.title, **_measure(match)},
                    remedies=(licence, REPLACE),
                    at_most=Verdict.NO_GO if match.certain else Verdict.REVIEW,
                )


class OwnLogoInPrivate(Rule):
    code = "L101"
    title = "Own logo in the private role"
    default = Verdict.NO_GO
    needs = (Fingerprint, Scene)
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
        for match in _marks(case):
            if match.kind is WorkKind.OWN_LOGO:
                yield self.finding(
                    f"{_like(match)} the organisation's logo “{match.title}”, which a private person does not use",
                    box=_place(match),
                    evidence={"logo": match.title, **_measure(match)},
                    remedies=(Remedy(kind="change posting", text="post it as an employee"), REPLACE),
                    at_most=_most(match),
                )


class OthersMark(Rule):
    """A rule on the marks of others: to be shown only by somebody who has thought about it."""

    default = Verdict.REVIEW
    needs = (Fingerprint, Scene)
    kind: ClassVar[WorkKind]
    advice: ClassVar[str]

    def judge(self, case: Case) -> Iterator[Finding]:
        for match in _marks(case):
            if match.kind is self.kind:
                yield self.finding(
                    f"{_like(match)} the {self.kind} “{match.title}”",
                    box=_place(match),
                    evidence={"logo": match.title, **_measure(match)},
                    remedies=(Remedy(kind="reviewer", text=self.advice), REPLACE),
                    at_most=_most(match),
                )


class CompetitorsMark(OthersMark):
    code = "L103"
    title = "A competitor's mark"
    kind = WorkKind.COMPETITOR_LOGO
    advice = "compare only like with like, truthfully, and without running the competitor down"
    passes = (examples.nobody(), examples.work(WorkKind.OWN_LOGO))
    fails = (examples.work(WorkKind.COMPETITOR_LOGO), examples.logo(WorkKind.COMPETITOR_LOGO))


class ThirdPartyMark(OthersMark):
    code = "L104"
    title = "A third party's mark"
    kind = WorkKind.THIRD_PARTY_MARK
    advice = "ask its owner, or make sure that it only says whose thing is shown"
    passes = (examples.nobody(), examples.work(WorkKind.OWN_LOGO))
    fails = (examples.work(WorkKind.THIRD_PARTY_MARK), examples.logo(WorkKind.THIRD_PARTY_MARK, certain=False))


def _marks(case: Case) -> Iterator[WorkMatch | LogoMatch]:
    """What the picture is as a whole, and what is seen in it."""
    yield from case.matches.works
    yield from case.matches.logos


def _like(match: WorkMatch | LogoMatch) -> str:
    if isinstance(match, LogoMatch):
        return "the picture shows" if match.certain else "the picture may show"
    return "the picture is" if match.certain else "the picture may be"


def _most(match: WorkMatch | LogoMatch) -> Verdict:
    """A logo in a scene is for a person to look at: how often the search is wrong is not measured well enough."""
    return Verdict.NO_GO if match.certain and isinstance(match, WorkMatch) else Verdict.REVIEW


def _place(match: WorkMatch | LogoMatch) -> Box | None:
    """Where in the picture; None when it is the whole of it."""
    return match.box if isinstance(match, LogoMatch) else None


def _measure(match: WorkMatch | LogoMatch) -> dict[str, Value]:
    if isinstance(match, LogoMatch):
        return {"stage": "scene", "score": match.score}
    return {"stage": match.stage, "distance": match.distance}
