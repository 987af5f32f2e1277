"""C103 and C105: where a picture comes from is known, and its author is named where a licence asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from imgpolicy.domain.channel import in_form
from imgpolicy.domain.posting import Origin
from imgpolicy.domain.verdict import Finding, Remedy, RemedyKind, Verdict
from imgpolicy.domain.words import holds
from imgpolicy.facts import Fingerprint
from imgpolicy.phrase import phrase
from imgpolicy.rules import examples
from imgpolicy.rules.base import Case, Rule
from imgpolicy.rules.remedies import change_posting

_LINE = "Harbour, by A. Painter"


class CreditLineMissing(Rule):
    """The caption is read for the line as it stands in the licence; capitals and spaces are no matter."""

    code = "C103"
    title = phrase("Credit line missing")
    asks = "Where a licence asks for a credit line, the caption holds it."
    why = "The line is a part of the price, and readers trust what names its sources."
    default = Verdict.NO_GO
    needs = (Fingerprint,)
    passes = (
        examples.nobody(),
        examples.credited(None),
        examples.credited(_LINE, caption=f"At the fair.\n{_LINE.upper()}"),
    )
    fails = (examples.credited(_LINE), examples.credited(_LINE, caption="Harbour, by somebody"))

    def judge(self, case: Case) -> Iterator[Finding]:
        for work, line in case.matches.credits.items():
            if not holds_line(case.posting.caption, line):
                certain = any(match.certain for match in case.matches.works if match.work == work)
                form = in_form(case.channel, line)
                add = Remedy(
                    kind=RemedyKind.ADD_CREDIT,
                    text=phrase("put this line into the caption: {line}", line=form),
                    automatic=certain,
                    command=case.clean_command("--add-credit") if certain else None,
                )
                yield self.finding(
                    phrase(
                        "the licence that this rests on asks for a credit line, and the caption does not hold it;"
                        " whether the picture shows it is not read"
                    ),
                    evidence={"work": work, "licence": case.matches.licences[work].record, "credit": line},
                    remedies=(add,),
                    at_most=Verdict.NO_GO if certain else Verdict.REVIEW,
                )


class OriginNotStated(Rule):
    """A licence on record for a work that the picture surely is says where it comes from, too."""

    code = "C105"
    title = phrase("Origin not stated")
    asks = "Whoever posts a picture says where it comes from: made by the organisation, or licensed."
    why = "Of a picture from nowhere nobody can say whose rights it touches."
    default = Verdict.REVIEW
    passes = (
        examples.nobody(),
        examples.case(posting=replace(examples.POSTING, origin=Origin.LICENSED)),
        examples.credited(None, origin=None),
    )
    fails = (
        examples.case(posting=replace(examples.POSTING, origin=None)),
        examples.case(posting=replace(examples.POSTING, origin=Origin.UNKNOWN)),
    )

    def judge(self, case: Case) -> Iterator[Finding]:
        licences = case.matches.licences
        licensed = any(
            match.certain and match.work in licences and licences[match.work].covered for match in case.matches.works
        )
        if case.posting.origin in {Origin.OWN, Origin.LICENSED} or licensed:
            return
        message = (
            phrase("nothing says where this picture comes from, and so whose it is")
            if case.posting.origin is None
            else phrase("nobody knows where this picture comes from, and so whose it is")
        )
        state = change_posting(phrase("find out where it comes from, then say it: --origin own or licensed"))
        yield self.finding(message, remedies=(state,))


def holds_line(caption: str | None, line: str) -> bool:
    """True when the caption holds the credit line as whole words, whatever its capitals and spaces."""
    return holds(caption or "", [line])
