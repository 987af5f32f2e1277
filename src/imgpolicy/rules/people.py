"""P1xx: nobody is published without their permission.

Every face belongs to a person in the register whose publication consent covers the posting, or it is a finding.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from imgpolicy.domain.grant import CoverStatus
from imgpolicy.domain.terms import Doubt, FaceStatus, PeopleMode
from imgpolicy.domain.verdict import Finding, Remedy, RemedyKind, Verdict
from imgpolicy.facts import Faces
from imgpolicy.match import FaceMatch, PossiblePerson
from imgpolicy.phrase import either, phrase
from imgpolicy.rules import examples
from imgpolicy.rules.base import Case, Rule
from imgpolicy.rules.remedies import (
    ASK_SOMEBODY,
    change_posting,
    consent_letter,
    dismiss,
    letter_command,
    on_frame,
    take_out,
)


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
                    evidence=on_frame(match.face),
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
        possible_people = [(possible, match) for match in case.matches.faces for possible in match.possible_people]
        for possible, match in (*possible_people, *((possible, None) for possible in case.matches.declared)):
            if possible.coverage.status in self.broken:
                yield self.finding(
                    phrase("{person}: {reason}", person=possible.person, reason=possible.coverage.reason),
                    box=match.face.box if match else None,
                    evidence={"person": possible.person, **on_frame(match.face if match else None)},
                    remedies=(*self.remedies(possible, case), *(take_out(case, match) if match else ())),
                )

    def remedies(self, possible: PossiblePerson, case: Case) -> tuple[Remedy, ...]:
        """The ways out besides taking the face out of the picture: to ask for what is missing."""
        posting = case.posting
        scope = f"--channel {posting.channel or 'CHANNEL'} --purpose {posting.purpose or 'PURPOSE'}"
        ask = Remedy(
            kind=RemedyKind.ASK,
            text=phrase("ask for a consent that covers this, then record it"),
            command=f"imgpolicy consent grant {possible.person} --kind publication {scope}",
            letter=consent_letter("____", posting),
            letter_command=letter_command(possible.person, posting),
        )
        return (ask,)


class UnknownPerson(FaceRule):
    """P101: a face of nobody in the register."""

    code = "P101"
    title = phrase("Unknown person")
    asks = "Every face in a picture belongs to somebody in the register."
    why = (
        "The law and decency ask for a person's permission before their picture is published. Of somebody whom nobody"
        " knows, nobody can say that they gave it."
    )
    mandatory = True
    waivable = True
    passes = (examples.nobody(), examples.covered())
    fails = (examples.stranger(),)

    def broken_by(self, match: FaceMatch) -> bool:
        return match.status is FaceStatus.UNKNOWN

    def message(self, match: FaceMatch, case: Case) -> str:
        del match
        if case.matches.mode is PeopleMode.VERIFY:
            return phrase("this face is of nobody whom the editor named, so no consent is known")
        return phrase("this face matches nobody in the register, so no consent is known")

    def remedies(self, match: FaceMatch, case: Case) -> tuple[Remedy, ...]:
        add = "imgpolicy person add --id ID --name NAME --adult-by NAME"
        agreed = phrase("if the person agreed, add them with their consents")
        enrol = Remedy(kind=RemedyKind.ENROL, text=agreed, command=add)
        return (enrol, dismiss(case, match), *take_out(case, match))


class ConsentDenied(ConsentRule):
    """P102: somebody who said no, or took their yes back."""

    code = "P102"
    title = phrase("Consent refused or withdrawn")
    asks = "Nobody is shown who refused, or who took their consent back, as far as that reaches this posting."
    why = (
        "A no ends every earlier yes that it reaches. It can be taken back only by the same person, so nothing"
        " here overrules it."
    )
    broken = frozenset({CoverStatus.REFUSED, CoverStatus.WITHDRAWN})
    passes = (examples.covered(), examples.declared(CoverStatus.COVERED))
    fails = (
        examples.known(CoverStatus.WITHDRAWN),
        examples.known(CoverStatus.REFUSED),
        examples.ambiguous(CoverStatus.COVERED, CoverStatus.WITHDRAWN),
    )

    def remedies(self, possible: PossiblePerson, case: Case) -> tuple[Remedy, ...]:
        del possible, case
        return (Remedy(kind=RemedyKind.REPLACE, text=phrase("use a picture without this person")),)


class ConsentExpired(ConsentRule):
    """P103: somebody whose yes has ended."""

    code = "P103"
    title = phrase("Consent expired")
    asks = "The consent of everybody in the picture lasts to the day of posting."
    why = "Whoever agreed for a time did not agree for longer. A posting after the last day rests on nothing."
    broken = frozenset({CoverStatus.EXPIRED})
    passes = (examples.covered(),)
    fails = (examples.known(CoverStatus.EXPIRED), examples.declared(CoverStatus.EXPIRED))

    def remedies(self, possible: PossiblePerson, case: Case) -> tuple[Remedy, ...]:
        renew = Remedy(
            kind=RemedyKind.RENEW,
            text=phrase("if the person says yes again, renew the consent"),
            command=f"imgpolicy consent renew {possible.coverage.record or 'CONSENT'} --until DATE",
            letter=consent_letter("____", case.posting),
            letter_command=letter_command(possible.person, case.posting),
        )
        return (renew,)


class ConsentOutOfScope(ConsentRule):
    """P104: somebody whose yes is for something else."""

    code = "P104"
    title = phrase("Outside the consent's scope")
    asks = (
        "The consent of everybody in the picture covers this channel, purpose, audience, setting, and all else that"
        " it is limited to."
    )
    why = (
        "A consent holds for what was asked. One for the workplace does not reach the party, and one for the intranet"
        " not the world."
    )
    broken = frozenset({CoverStatus.OUT_OF_SCOPE})
    passes = (examples.covered(),)
    fails = (examples.known(CoverStatus.OUT_OF_SCOPE), examples.declared(CoverStatus.OUT_OF_SCOPE))

    def remedies(self, possible: PossiblePerson, case: Case) -> tuple[Remedy, ...]:
        change = change_posting(phrase("post it where, and for what, the consent allows"))
        return (change, *super().remedies(possible, case))


class NoConsent(ConsentRule):
    """P105: somebody who was recognised and never said yes."""

    code = "P105"
    title = phrase("No publication consent on record")
    asks = "There is a consent to publication on record for everybody in the picture."
    why = "That somebody is known, or agreed to be recognised, is no permission to publish them."
    broken = frozenset({CoverStatus.NONE})
    passes = (examples.covered(),)
    fails = (examples.known(CoverStatus.NONE), examples.declared(CoverStatus.NONE))


class AmbiguousPerson(FaceRule):
    """Review, not no-go: the people whom it could be are known, and somebody who knows them can tell."""

    code = "P106"
    title = phrase("Not sure who this is")
    asks = "It is sure who everybody in the picture is."
    why = (
        "Two people may be too alike for the program, and the consent of one is not that of the other. A stranger may"
        " be like one photograph of somebody, and hardly like all of them. Somebody who knows them can tell."
    )
    default = Verdict.REVIEW
    mandatory = True
    passes = (examples.covered(), examples.stranger())
    fails = (examples.ambiguous(),)

    def broken_by(self, match: FaceMatch) -> bool:
        return match.status is FaceStatus.AMBIGUOUS

    def message(self, match: FaceMatch, case: Case) -> str:
        del case
        people = either(possible.person for possible in match.possible_people)
        if len(match.possible_people) == 1:
            return phrase(
                "this face may be {person}: not all photographs of them agree, or they are in the picture twice",
                person=people,
            )
        return phrase("this face may be {people}: too alike to be sure, or in the picture twice", people=people)

    def remedies(self, match: FaceMatch, case: Case) -> tuple[Remedy, ...]:
        return (ASK_SOMEBODY, dismiss(case, match), *take_out(case, match))


class TooPoor(FaceRule):
    """Review, whatever the likeness says: a face that shows too little covers nobody and clears nobody."""

    code = "P107"
    title = phrase("Too poor to identify")
    asks = "Every face shows enough to tell who it is, or that it is of nobody known."
    why = "A face that is small, blurred or turned away covers nobody and clears nobody, and friends may still know it."
    default = Verdict.REVIEW
    mandatory = True
    passes = (examples.covered(), examples.stranger())
    fails = (examples.too_poor(), examples.too_poor(CoverStatus.COVERED))

    def broken_by(self, match: FaceMatch) -> bool:
        return match.status is FaceStatus.TOO_POOR

    def message(self, match: FaceMatch, case: Case) -> str:
        del case
        reason = match.poor or ""
        if not match.possible_people:
            return phrase("nobody can be identified by this face: {reason}", reason=reason)
        people = either(possible.person for possible in match.possible_people)
        return phrase(
            "nobody can be identified by this face: {reason}; it may be {people}", reason=reason, people=people
        )

    def remedies(self, match: FaceMatch, case: Case) -> tuple[Remedy, ...]:
        return (ASK_SOMEBODY, dismiss(case, match), *take_out(case, match))


class PerhapsNobody(FaceRule):
    """Review: what looks half like a face may be an animal or a pattern, and may be somebody half hidden."""

    code = "P111"
    title = phrase("Perhaps no person")
    asks = "It is sure of every face that it is a person's."
    why = (
        "A dog's face or a pattern may look like a person's, and somebody half hidden like a pattern. To keep silent"
        " about the one would let the other pass."
    )
    default = Verdict.REVIEW
    mandatory = True
    passes = (examples.covered(), examples.stranger())
    fails = (examples.doubtful(),)

    def broken_by(self, match: FaceMatch) -> bool:
        return match.status is FaceStatus.DOUBTFUL

    def message(self, match: FaceMatch, case: Case) -> str:
        del match, case
        return phrase("this may be an animal, a statue, a picture or a pattern, or somebody half hidden")

    def remedies(self, match: FaceMatch, case: Case) -> tuple[Remedy, ...]:
        return (dismiss(case, match), ASK_SOMEBODY, *take_out(case, match))


class UnconfirmedChild(FaceRule):
    """Faces of children change and are told apart less well, so a likeness alone never covers who may be one."""

    code = "P108"
    title = phrase("Child not confirmed")
    asks = (
        "A child is named by the editor, besides being recognised, and of everybody else it is on record that they are"
        " of age."
    )
    why = (
        "Faces of children change and are told apart less well, so a likeness alone never stands for a guardian's"
        " consent. Below four years one child's face is as like another's as an adult's is to itself: there the report"
        " says on whose word it rests."
    )
    default = Verdict.REVIEW
    mandatory = True
    passes = (examples.covered(), examples.known(CoverStatus.WITHDRAWN))
    fails = tuple(examples.child(doubt) for doubt in Doubt)

    def broken_by(self, match: FaceMatch) -> bool:
        return match.status is FaceStatus.UNCONFIRMED

    def message(self, match: FaceMatch, case: Case) -> str:
        del case
        child = either(possible.person for possible in match.possible_people)
        match match.doubt:
            case Doubt.AGE_UNKNOWN:
                return phrase(
                    "this face is matched with {person}, of whom no birth date is known, nor that they are of age",
                    person=child,
                )
            case Doubt.TOO_YOUNG:
                return phrase(
                    "this face is matched with the child {child}, and faces so young are too alike to be told apart",
                    child=child,
                )
            case Doubt.UNLIKE:
                return phrase(
                    "this face is matched with the child {child}, and not alike enough to be sure of a child",
                    child=child,
                )
            case _:
                return phrase(
                    "this face is matched with the child {child}, and a match alone does not cover a child", child=child
                )

    def remedies(self, match: FaceMatch, case: Case) -> tuple[Remedy, ...]:
        return (*_confirm(match, case), *take_out(case, match))


def _confirm(match: FaceMatch, case: Case) -> Iterator[Remedy]:
    """The ways to be sure of somebody who may be a child."""
    people = [possible.person for possible in match.possible_people]
    check = None if case.file is None else " ".join(["imgpolicy check", case.file, *(f"--person {p}" for p in people)])
    if match.doubt is Doubt.UNLIKE:
        yield ASK_SOMEBODY
    if match.doubt is Doubt.AGE_UNKNOWN:
        of_age = phrase("if they are of age, state it once; of a minor give the birth date")
        yield Remedy(
            kind=RemedyKind.DECLARE, text=of_age, command=f"imgpolicy person adult {' '.join(people)} --by NAME"
        )
    if match.doubt is Doubt.NOT_NAMED:
        name = phrase("if you know that it is the child, name it")
        yield Remedy(kind=RemedyKind.DECLARE, text=name, command=check)
    if match.doubt in {Doubt.TOO_YOUNG, Doubt.AGE_UNKNOWN}:
        vouch = phrase("if you know that it is them, name them, and yourself: the report says that it is your word")
        yield Remedy(kind=RemedyKind.DECLARE, text=vouch, command=check and f"{check} --actor NAME")
