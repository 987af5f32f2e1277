"""R1xx: decide beforehand in which role you post."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from imgpolicy.phrase import phrase
from imgpolicy.report import Finding, Verdict
from imgpolicy.rules import examples
from imgpolicy.rules.base import Case, Rule
from imgpolicy.rules.ways import change_posting


class RoleStated(Rule):
    code = "R101"
    title = phrase("Role not stated")
    default = Verdict.REVIEW
    passes = (examples.nobody(),)
    fails = (examples.case(posting=replace(examples.POSTING, role=None)),)

    def judge(self, case: Case) -> Iterator[Finding]:
        if case.posting.role is None:
            state = change_posting(phrase("say in which role you post: --role private, employee or official"))
            yield self.finding(phrase("nothing says in which role this is posted"), remedies=(state,))
