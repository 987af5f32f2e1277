"""X001: what was not looked at is never a go."""

from __future__ import annotations

from collections.abc import Iterator

from imgpolicy.domain.verdict import Finding, Verdict
from imgpolicy.facts import Unknown
from imgpolicy.phrase import phrase
from imgpolicy.rules import examples
from imgpolicy.rules.base import Case, Rule
from imgpolicy.rules.remedies import reviewer

_NOT_ASKED_FOR = Unknown(what=phrase("text"), reason=phrase("no extractor looked for it"), lifts=False)


class CouldNotCheck(Rule):
    """X001: something that the policy asks for could not be looked at."""

    code = "X001"
    title = phrase("Could not check")
    asks = "All that the policy asks for could be looked at."
    why = "What nobody looked at is not known to be fine, and what is not known is never a go."
    default = Verdict.REVIEW
    mandatory = True
    passes = (examples.nobody(), examples.case(unknowns=(_NOT_ASKED_FOR,)))
    fails = (examples.case(unknowns=(Unknown(what=phrase("faces"), reason=phrase("no extractor looked for it")),)),)

    def judge(self, case: Case) -> Iterator[Finding]:
        look = reviewer(phrase("let a person look at what could not be checked"))
        for unknown in case.unknowns:
            if unknown.lifts:
                message = phrase("{what}: {reason}", what=unknown.what, reason=unknown.reason)
                yield self.finding(message, evidence={"what": unknown.what}, remedies=(look,))
