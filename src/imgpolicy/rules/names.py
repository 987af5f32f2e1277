"""S108: names of people in the register that stand in the picture or in the caption."""

from __future__ import annotations

from collections.abc import Iterator

from imgpolicy.domain.grant import CoverStatus
from imgpolicy.domain.verdict import Covered, Finding, Remedy, RemedyKind, Verdict, Where
from imgpolicy.facts import Texts
from imgpolicy.match import NamedInWords as Match
from imgpolicy.phrase import phrase
from imgpolicy.rules import examples
from imgpolicy.rules.base import Case, Rule
from imgpolicy.rules.remedies import change_posting, redact, reviewer

_SAID_NO = frozenset({CoverStatus.REFUSED, CoverStatus.WITHDRAWN})


class NameInWords(Rule):
    """Full names alone count, a letter or two off; somebody else may be called the same, and a look tells.

    Whoever is named in the words of a posting that their consent covers may be named. The text of a report has nobody's
    name, only the id.
    """

    code = "S108"
    title = phrase("A registered person's name in sight")
    asks = "The name of somebody in the register stands in no picture and no caption that their consents do not cover."
    why = "A name on a badge or a list says who was there as surely as a face does."
    default = Verdict.REVIEW
    uses = (Texts,)
    passes = (examples.nobody(), examples.named(CoverStatus.COVERED))
    fails = (
        examples.named(CoverStatus.NONE),
        examples.named(CoverStatus.WITHDRAWN),
        examples.named(CoverStatus.OUT_OF_SCOPE, where=Where.CAPTION),
    )

    def judge(self, case: Case) -> Iterator[Finding]:
        declared = {one.person for one in case.matches.declared}
        for match in dict.fromkeys(case.matches.named):
            possible, written = match.possible, match.written
            if possible.coverage.covered or possible.person in declared:
                # Of somebody whom the editor names in the posting itself the rules on people speak.
                continue
            shows = (
                phrase("the caption names {person}: {reason}", person=possible.person, reason=possible.coverage.reason)
                if written.where is Where.CAPTION
                else phrase(
                    "the name of {person} stands in the picture: {reason}",
                    person=possible.person,
                    reason=possible.coverage.reason,
                )
            )
            yield self.finding(
                shows,
                box=written.box,
                evidence={
                    "person": possible.person,
                    "consent": possible.coverage.status.value,
                    "where": written.where.value,
                    **({"frame": written.frame} if written.frame else {}),
                },
                remedies=tuple(_ways_out(case, match)),
            )


def _ways_out(case: Case, match: Match) -> Iterator[Remedy]:
    if match.written.where is Where.CAPTION:
        yield change_posting(phrase("take the name out of the caption"))
    else:
        yield redact(case, Covered.TEXT)
    if match.possible.coverage.status not in _SAID_NO:
        yield Remedy(
            kind=RemedyKind.ASK,
            text=phrase("ask {person} for a consent that covers it", person=match.possible.person),
        )
    yield reviewer(phrase("let somebody see whether it is another person of the same name"))
