"""P1xx: nobody is published without their permission.

Every face belongs to a person in the register whose publication consent covers the posting, or it is a finding.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from imgpolicy.domain.grant import CoverStatus
from imgpolicy.domain.terms import Doubt, FaceStatus, PeopleMode
from imgpolicy.domain.verdict import Covered, Finding, Remedy, RemedyKind, Verdict
from imgpolicy.facts import Faces
from imgpolicy.match import FaceMatch, PossiblePerson
from imgpolicy.match.counted import people_counted
from imgpolicy.phrase import either, phrase
from imgpolicy.rules import examples
from imgpolicy.rules.base import Case, Rule
from imgpolicy.rules.remedies import change_posting, consent_letter, crop_away, on_frame, redact, reviewer

ASK_SOMEBODY = reviewer(phrase("let somebody who knows the people look at the picture"))


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
                    remedies=(*self.remedies(possible, case), *(_take_out(case, match) if match else ())),
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
        return (enrol, _dismiss(case, match), *_take_out(case, match))


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
        "Two people may be too alike for the program, and the consent of one is not that of the other. Somebody who"
        " knows them can tell."
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
        return phrase("this face may be {people}: too alike to be sure, or in the picture twice", people=people)

    def remedies(self, match: FaceMatch, case: Case) -> tuple[Remedy, ...]:
        return (ASK_SOMEBODY, _dismiss(case, match), *_take_out(case, match))


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
        return (ASK_SOMEBODY, _dismiss(case, match), *_take_out(case, match))


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
        return (*_confirm(match, case), *_take_out(case, match))


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


class NobodyIdentified(Rule):
    """In the mode that only counts, a person in the picture is a question that the program cannot answer."""

    code = "P109"
    title = phrase("People, and nobody identified")
    asks = "Where the policy only counts people, somebody makes sure that all of them agreed."
    why = "A number says that there are people, and nothing of what they said."
    default = Verdict.REVIEW
    needs = (Faces,)
    mandatory = True
    passes = (examples.nobody(), examples.covered(), examples.counted(0))
    fails = (examples.counted(1), examples.counted(3))

    def judge(self, case: Case) -> Iterator[Finding]:
        _, faces = people_counted(case.matches.faces)
        if case.matches.mode is PeopleMode.COUNT and faces:
            yield self.finding(
                phrase("faces: {count}; the policy only counts them, so make sure that everybody agreed", count=faces),
                evidence={"faces": faces},
                remedies=(ASK_SOMEBODY, _dismiss(case)),
            )


class CountsDisagree(Rule):
    """More faces than people named is somebody whom nobody named; fewer is a declaration that does not fit."""

    code = "P110"
    title = phrase("Faces and named people disagree")
    asks = "Where the editor names the people, there are as many faces as names."
    why = "A face more is somebody whom nobody named, and a name more is a declaration that does not fit the picture."
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
        faces = str(most) if least == most else phrase("{least} to {most}, in several frames", least=least, most=most)
        name = Remedy(
            kind=RemedyKind.DECLARE, text=phrase("name everybody in the picture, and nobody else, with --person ID")
        )
        yield self.finding(
            phrase("people found: {faces}; people named: {named}", faces=faces, named=named),
            evidence={"faces": most, "named": named},
            remedies=(name, _dismiss(case)),
            at_most=Verdict.NO_GO if least > named else Verdict.REVIEW,
        )


def _dismiss(case: Case, match: FaceMatch | None = None) -> Remedy:
    """The way out for a reviewer who sees that the face, or one of them, is of nobody."""
    number = "N" if match is None else next(n for n, one in enumerate(case.matches.faces, start=1) if one is match)
    command = f"imgpolicy face dismiss {case.file or 'PICTURE'} --face {number} --as artwork --by NAME --reason TEXT"
    text = phrase("if it is artwork, or not a face (--as not-a-face), say so")
    return Remedy(kind=RemedyKind.DISMISS, text=text, command=command)


def _take_out(case: Case, match: FaceMatch) -> tuple[Remedy, ...]:
    """The ways out that leave the picture without the face."""
    return (redact(case, Covered.FACE), *(() if match.face.frames != {0} else crop_away(case, match.face.box)))
