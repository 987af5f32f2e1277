"""P1xx: nobody is published without her permission.

Every face belongs to a person in the register whose publication consent covers the posting, or it is a finding.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from imgpolicy.facts import Faces
from imgpolicy.match import FaceMatch
from imgpolicy.posting import Posting
from imgpolicy.register.consent import CoverStatus
from imgpolicy.report import FaceStatus, Finding, Remedy, Verdict
from imgpolicy.rules import examples
from imgpolicy.rules.base import Case, Rule

REDACT = Remedy(kind="redact", text="make the face unrecognisable, or crop it away")


class FaceRule(Rule):
    """A rule that looks at each face by itself: one finding for each face that breaks it."""

    default = Verdict.NO_GO
    needs = (Faces,)

    @abstractmethod
    def broken_by(self, match: FaceMatch) -> bool:
        """True when this face breaks the rule."""

    @abstractmethod
    def message(self, match: FaceMatch) -> str:
        """What is wrong, in a sentence."""

    @abstractmethod
    def remedies(self) -> tuple[Remedy, ...]:
        """The ways out."""

    def judge(self, case: Case) -> Iterator[Finding]:
        for match in case.matches.faces:
            if self.broken_by(match):
                yield self.finding(self.message(match), box=match.face.box, remedies=self.remedies())


class ConsentRule(Rule):
    """A rule on what somebody's publication consents say of the posting.

    It judges everybody who is identified or declared to be in the picture, and where a face may be one of several
    people, each of them: the worst may be true.
    """

    default = Verdict.NO_GO
    needs = (Faces,)
    broken: ClassVar[frozenset[CoverStatus]]

    def judge(self, case: Case) -> Iterator[Finding]:
        found = [(suspect, match.face.box) for match in case.matches.faces for suspect in match.suspects]
        for suspect, box in (*found, *((suspect, None) for suspect in case.matches.declared)):
            if suspect.coverage.status in self.broken:
                yield self.finding(
                    f"{suspect.person}: {suspect.coverage.reason}",
                    box=box,
                    evidence={"person": suspect.person},
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
    passes = (examples.nobody(), examples.covered())
    fails = (examples.stranger(),)

    def broken_by(self, match: FaceMatch) -> bool:
        return match.status is FaceStatus.UNKNOWN

    def message(self, match: FaceMatch) -> str:
        del match
        return "this face matches nobody in the register, so no consent is known"

    def remedies(self) -> tuple[Remedy, ...]:
        add = "imgpolicy person add --id ID --name NAME"
        enrol = Remedy(kind="enrol", text="if the person agreed, add her with her consents", command=add)
        return (enrol, REDACT)


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

    def message(self, match: FaceMatch) -> str:
        people = " or ".join(suspect.person for suspect in match.suspects)
        return f"this face may be {people}: too alike, too small to be sure, or in the picture twice"

    def remedies(self) -> tuple[Remedy, ...]:
        return (Remedy(kind="reviewer", text="let somebody who knows them look at the face"), REDACT)
