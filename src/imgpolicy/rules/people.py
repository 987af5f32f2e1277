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
from imgpolicy.register.consent import Coverage, CoverStatus
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

    def remedies(self, match: FaceMatch, posting: Posting) -> tuple[Remedy, ...]:
        """The ways out; making the face unrecognisable is always one."""
        del match, posting
        return (REDACT,)

    def judge(self, case: Case) -> Iterator[Finding]:
        for match in case.matches.faces:
            if self.broken_by(match):
                evidence = {"person": match.person} if match.person else {}
                yield self.finding(
                    self.message(match),
                    box=match.face.box,
                    evidence=evidence,
                    remedies=self.remedies(match, case.posting),
                )


class ConsentRule(FaceRule):
    """A rule on what an identified person's publication consents say of the posting."""

    broken: ClassVar[frozenset[CoverStatus]]

    def broken_by(self, match: FaceMatch) -> bool:
        return match.coverage is not None and match.coverage.status in self.broken

    def message(self, match: FaceMatch) -> str:
        reason = match.coverage.reason if match.coverage else ""
        return f"{match.person}: {reason}"

    def remedies(self, match: FaceMatch, posting: Posting) -> tuple[Remedy, ...]:
        scope = f"--channel {posting.channel or 'CHANNEL'} --purpose {posting.purpose or 'PURPOSE'}"
        ask = f"imgpolicy consent grant {match.person} --kind publication {scope}"
        return (Remedy(kind="ask", text="ask for a consent that covers this, then record it", command=ask), REDACT)


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

    def remedies(self, match: FaceMatch, posting: Posting) -> tuple[Remedy, ...]:
        del match, posting
        add = "imgpolicy person add --id ID --name NAME"
        enrol = Remedy(kind="enrol", text="if the person agreed, add her with her consents", command=add)
        return (enrol, REDACT)


class ConsentDenied(ConsentRule):
    code = "P102"
    title = "Consent refused or withdrawn"
    broken = frozenset({CoverStatus.REFUSED, CoverStatus.WITHDRAWN})
    passes = (examples.covered(),)
    fails = (examples.known(CoverStatus.WITHDRAWN), examples.known(CoverStatus.REFUSED))

    def remedies(self, match: FaceMatch, posting: Posting) -> tuple[Remedy, ...]:
        del match, posting
        return (REDACT, Remedy(kind="replace", text="use a picture without this person"))


class ConsentExpired(ConsentRule):
    code = "P103"
    title = "Consent expired"
    broken = frozenset({CoverStatus.EXPIRED})
    passes = (examples.covered(),)
    fails = (examples.known(CoverStatus.EXPIRED),)


class ConsentOutOfScope(ConsentRule):
    code = "P104"
    title = "Outside the consent's scope"
    broken = frozenset({CoverStatus.OUT_OF_SCOPE})
    passes = (examples.covered(),)
    fails = (examples.known(CoverStatus.OUT_OF_SCOPE),)

    def remedies(self, match: FaceMatch, posting: Posting) -> tuple[Remedy, ...]:
        change = Remedy(kind="change posting", text="post it where, and for what, the consent allows")
        return (change, *super().remedies(match, posting))


class NoConsent(ConsentRule):
    code = "P105"
    title = "No publication consent on record"
    broken = frozenset({CoverStatus.NONE})
    passes = (examples.covered(),)
    fails = (examples.known(CoverStatus.NONE),)


class AmbiguousPerson(FaceRule):
    """Review, not no-go: the people it could be are known, and a person who knows them can tell."""

    code = "P106"
    title = "Not sure who this is"
    default = Verdict.REVIEW
    passes = (examples.covered(), examples.stranger())
    fails = (examples.ambiguous(),)

    def broken_by(self, match: FaceMatch) -> bool:
        return match.status is FaceStatus.AMBIGUOUS

    def message(self, match: FaceMatch) -> str:
        people = ", ".join(candidate.person for candidate in match.candidates[:2])
        return f"this face could be {people}: too close to tell, or found twice in the picture"

    def remedies(self, match: FaceMatch, posting: Posting) -> tuple[Remedy, ...]:
        del match, posting
        return (Remedy(kind="reviewer", text="let somebody who knows them look at the face"), REDACT)


def relied_on(matches: tuple[FaceMatch, ...]) -> tuple[Coverage, ...]:
    """The consents that a go for these faces would rest on."""
    return tuple(m.coverage for m in matches if m.coverage and m.coverage.status is CoverStatus.COVERED)
