"""P1xx: nobody is published without her permission.

Every face belongs to a person in the register whose publication consent covers the posting, or it is a finding.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from imgpolicy.facts import Faces
from imgpolicy.match import FaceMatch
from imgpolicy.match.counted import people_counted
from imgpolicy.posting import Posting
from imgpolicy.register.consent import CoverStatus
from imgpolicy.report import FaceStatus, Finding, PeopleMode, Remedy, Value, Verdict
from imgpolicy.rules import examples
from imgpolicy.rules.base import Case, Rule

REDACT = Remedy(kind="redact", text="make the face unrecognisable, or crop it away")
ASK_SOMEBODY = Remedy(kind="reviewer", text="let somebody who knows the people look at the picture")


class FaceRule(Rule):
    """A rule that looks at each face by itself: one finding for each face that breaks it."""

    default = Verdict.NO_GO
    needs = (Faces,)

    @abstractmethod
    def broken_by(self, match: FaceMatch) -> bool:
        """True when this face breaks the rule."""

    @abstractmethod
    def message(self, match: FaceMatch, case: Case) -> str:
        """What is wrong, in a sentence."""

    @abstractmethod
    def remedies(self, match: FaceMatch, case: Case) -> tuple[Remedy, ...]:
        """The ways out."""

    def judge(self, case: Case) -> Iterator[Finding]:
        for match in case.matches.faces:
            if self.broken_by(match):
                yield self.finding(
                    self.message(match, case),
                    box=match.face.box,
                    evidence=_on_frame(match),
                    remedies=self.remedies(match, case),
                )


class ConsentRule(Rule):
    """A rule on what somebody's publication consents say of the posting.

    It judges everybody who is identified or declared to be in the picture, and where a face may be one of several
    people, each of them: the worst may be true. Somebody declared is judged whether faces were looked for or not.
    """

    default = Verdict.NO_GO
    broken: ClassVar[frozenset[CoverStatus]]

    def judge(self, case: Case) -> Iterator[Finding]:
        found = [(suspect, match) for match in case.matches.faces for suspect in match.suspects]
        for suspect, match in (*found, *((suspect, None) for suspect in case.matches.declared)):
            if suspect.coverage.status in self.broken:
                yield self.finding(
                    f"{suspect.person}: {suspect.coverage.reason}",
                    box=match.face.box if match else None,
                    evidence={"person": suspect.person, **(_on_frame(match) if match else {})},
                    remedies=self.remedies(suspect.person, case.posting),
                )

    def remedies(self, person: str, posting: Posting) -> tuple[Remedy, ...]:
        """The ways out: ask for what is missing, or make the face unrecognisable."""
        scope = f"--channel {posting.channel or 'CHANNEL'} --purpose {posting.purpose or 'PURPOSE'}"
        command = f"imgpolicy consent grant {person} --kind publication {scope}"
        return (Remedy(kind="ask", text="ask for a consent that covers this, then record it", command=command), REDACT)


class UnknownPerson(FaceRule):
    code = "P101"
    title = "Unknown person"
    waivable = True
    passes = (examples.nobody(), examples.covered())
    fails = (examples.stranger(),)

    def broken_by(self, match: FaceMatch) -> bool:
        return match.status is FaceStatus.UNKNOWN

    def message(self, match: FaceMatch, case: Case) -> str:
        del match
        if case.matches.mode is PeopleMode.VERIFY:
            return "this face is of nobody whom the editor named, so no consent is known"
        return "this face matches nobody in the register, so no consent is known"

    def remedies(self, match: FaceMatch, case: Case) -> tuple[Remedy, ...]:
        add = "imgpolicy person add --id ID --name NAME"
        enrol = Remedy(kind="enrol", text="if the person agreed, add her with her consents", command=add)
        return (enrol, _dismiss(case, match), REDACT)


class ConsentDenied(ConsentRule):
    code = "P102"
    title = "Consent refused or withdrawn"
    broken = frozenset({CoverStatus.REFUSED, CoverStatus.WITHDRAWN})
    passes = (examples.covered(), examples.declared(CoverStatus.COVERED))
    fails = (
        examples.known(CoverStatus.WITHDRAWN),
        examples.known(CoverStatus.REFUSED),
        examples.ambiguous(CoverStatus.COVERED, CoverStatus.WITHDRAWN),
    )

    def remedies(self, person: str, posting: Posting) -> tuple[Remedy, ...]:
        del person, posting
        return (REDACT, Remedy(kind="replace", text="use a picture without this person"))


class ConsentExpired(ConsentRule):
    code = "P103"
    title = "Consent expired"
    broken = frozenset({CoverStatus.EXPIRED})
    passes = (examples.covered(),)
    fails = (examples.known(CoverStatus.EXPIRED), examples.declared(CoverStatus.EXPIRED))


class ConsentOutOfScope(ConsentRule):
    code = "P104"
    title = "Outside the consent's scope"
    broken = frozenset({CoverStatus.OUT_OF_SCOPE})
    passes = (examples.covered(),)
    fails = (examples.known(CoverStatus.OUT_OF_SCOPE), examples.declared(CoverStatus.OUT_OF_SCOPE))

    def remedies(self, person: str, posting: Posting) -> tuple[Remedy, ...]:
        change = Remedy(kind="change posting", text="post it where, and for what, the consent allows")
        return (change, *super().remedies(person, posting))


class NoConsent(ConsentRule):
    code = "P105"
    title = "No publication consent on record"
    broken = frozenset({CoverStatus.NONE})
    passes = (examples.covered(),)
    fails = (examples.known(CoverStatus.NONE), examples.declared(CoverStatus.NONE))


class AmbiguousPerson(FaceRule):
    """Review, not no-go: the people whom it could be are known, and somebody who knows them can tell."""

    code = "P106"
    title = "Not sure who this is"
    default = Verdict.REVIEW
    mandatory = True
    passes = (examples.covered(), examples.stranger())
    fails = (examples.ambiguous(),)

    def broken_by(self, match: FaceMatch) -> bool:
        return match.status is FaceStatus.AMBIGUOUS

    def message(self, match: FaceMatch, case: Case) -> str:
        del case
        people = " or ".join(suspect.person for suspect in match.suspects)
        return f"this face may be {people}: too alike to be sure, or in the picture twice"

    def remedies(self, match: FaceMatch, case: Case) -> tuple[Remedy, ...]:
        return (ASK_SOMEBODY, _dismiss(case, match), REDACT)


class TooPoor(FaceRule):
    """Review, whatever the likeness says: a face that shows too little covers nobody and clears nobody."""

    code = "P107"
    title = "Too poor to identify"
    default = Verdict.REVIEW
    mandatory = True
    passes = (examples.covered(), examples.stranger())
    fails = (examples.too_poor(), examples.too_poor(CoverStatus.COVERED))

    def broken_by(self, match: FaceMatch) -> bool:
        return match.status is FaceStatus.TOO_POOR

    def message(self, match: FaceMatch, case: Case) -> str:
        del case
        people = " or ".join(suspect.person for suspect in match.suspects)
        return f"nobody can be told by this face: {match.poor}{f'; it may be {people}' if people else ''}"

    def remedies(self, match: FaceMatch, case: Case) -> tuple[Remedy, ...]:
        return (ASK_SOMEBODY, _dismiss(case, match), REDACT)


class UnconfirmedChild(FaceRule):
    """Faces of children change and are told apart less well, so a likeness alone never covers one."""

    code = "P108"
    title = "Child not confirmed"
    default = Verdict.REVIEW
    mandatory = True
    passes = (examples.covered(), examples.known(CoverStatus.WITHDRAWN))
    fails = (examples.child(),)

    def broken_by(self, match: FaceMatch) -> bool:
        return match.status is FaceStatus.UNCONFIRMED

    def message(self, match: FaceMatch, case: Case) -> str:
        del case
        child = " or ".join(suspect.person for suspect in match.suspects)
        return f"this face is matched with the child {child}, and a match alone does not cover a child"

    def remedies(self, match: FaceMatch, case: Case) -> tuple[Remedy, ...]:
        named = "".join(f" --person {suspect.person}" for suspect in match.suspects)
        command = f"imgpolicy check {case.file}{named}" if case.file else None
        return (Remedy(kind="declare", text="if you know that it is the child, name it", command=command), REDACT)


class NobodyIdentified(Rule):
    """In the mode that only counts, a person in the picture is a question that the program cannot answer."""

    code = "P109"
    title = "People, and nobody identified"
    default = Verdict.REVIEW
    needs = (Faces,)
    mandatory = True
    passes = (examples.nobody(), examples.covered(), examples.counted(0))
    fails = (examples.counted(1), examples.counted(3))

    def judge(self, case: Case) -> Iterator[Finding]:
        _, faces = people_counted(case.matches.faces)
        if case.matches.mode is PeopleMode.COUNT and faces:
            yield self.finding(
                f"faces: {faces}; the policy only counts them, so make sure that everybody agreed",
                evidence={"faces": faces},
                remedies=(ASK_SOMEBODY, _dismiss(case), REDACT),
            )


class CountsDisagree(Rule):
    """More faces than people named is somebody whom nobody named; fewer is a declaration that does not fit."""

    code = "P110"
    title = "Faces and named people disagree"
    default = Verdict.NO_GO
    needs = (Faces,)
    mandatory = True
    passes = (examples.nobody(), examples.stated(0, 0), examples.stated(2, 2))
    fails = (examples.stated(3, 2), examples.stated(1, 0))

    def judge(self, case: Case) -> Iterator[Finding]:
        if case.matches.mode is not PeopleMode.DECLARED:
            return
        named = len(case.matches.declared)
        least, most = people_counted(case.matches.faces)
        if (least, most) == (named, named):
            return
        faces = str(most) if least == most else f"{least} to {most}, in several frames"
        name = Remedy(kind="declare", text="name everybody in the picture, and nobody else, with --person ID")
        yield self.finding(
            f"people found: {faces}; people named: {named}",
            evidence={"faces": most, "named": named},
            remedies=(name, _dismiss(case), REDACT),
            at_most=Verdict.NO_GO if least > named else Verdict.REVIEW,
        )


def _dismiss(case: Case, match: FaceMatch | None = None) -> Remedy:
    """The way out for a reviewer who sees that the face, or one of them, is of nobody."""
    number = "N" if match is None else next(n for n, one in enumerate(case.matches.faces, start=1) if one is match)
    command = f"imgpolicy face dismiss {case.file or 'PICTURE'} --face {number} --as artwork --by NAME --reason TEXT"
    return Remedy(kind="dismiss", text="if it is artwork, or not a face (--as not-a-face), say so", command=command)


def _on_frame(match: FaceMatch) -> dict[str, Value]:
    """Which frame or page the face is on, where it is not the first."""
    return {"frame": match.face.frame} if match.face.frame else {}
