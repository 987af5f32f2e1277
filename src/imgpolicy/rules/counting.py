"""P109 and P110: where the policy lets nobody be identified, the people in a picture are counted.

A number says that there are people, and nothing of what they said.
"""

from __future__ import annotations

from collections.abc import Iterator

from imgpolicy.domain.terms import PeopleMode
from imgpolicy.domain.verdict import Finding, Remedy, RemedyKind, Verdict
from imgpolicy.facts import Faces
from imgpolicy.match.counted import people_counted
from imgpolicy.phrase import phrase
from imgpolicy.rules import examples
from imgpolicy.rules.base import Case, Rule
from imgpolicy.rules.remedies import ASK_SOMEBODY, dismiss


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
                remedies=(ASK_SOMEBODY, dismiss(case)),
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
            remedies=(name, dismiss(case)),
            at_most=Verdict.NO_GO if least > named else Verdict.REVIEW,
        )
