"""X001: what was not looked at is never a go."""

from __future__ import annotations

from collections.abc import Iterator

from imgpolicy.facts import Unknown
from imgpolicy.report import Finding, Remedy, Verdict
from imgpolicy.rules import examples
from imgpolicy.rules.base import Case, Rule


class CouldNotCheck(Rule):
    code = "X001"
    title = "Could not check"
    default = Verdict.REVIEW
    mandatory = True
    passes = (examples.nobody(), examples.case(unknowns=(Unknown(what="text", reason="not asked for", lifts=False),)))
    fails = (examples.case(unknowns=(Unknown(what="faces", reason="the model's file was altered"),)),)

    def judge(self, case: Case) -> Iterator[Finding]:
        look = Remedy(kind="reviewer", text="let a person look at what could not be checked")
        for unknown in case.unknowns:
            if unknown.lifts:
                yield self.finding(
                    f"{unknown.what}: {unknown.reason}", evidence={"what": unknown.what}, remedies=(look,)
                )
