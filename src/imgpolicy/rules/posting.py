"""R1xx: decide beforehand in which role you post."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from imgpolicy.report import Finding, Remedy, Verdict
from imgpolicy.rules import examples
from imgpolicy.rules.base import Case, Rule


class RoleStated(Rule):
    code = "R101"
    title = "Role not stated"
    default = Verdict.REVIEW
    passes = (examples.nobody(),)
    fails = (examples.case(posting=replace(examples.POSTING, role=None)),)

    def judge(self, case: Case) -> Iterator[Finding]:
        if case.posting.role is None:
            state = Remedy(
                kind="change posting", text="say in which role you post: --role private, employee or official"
            )
            yield self.finding("nothing says in which role this is posted", remedies=(state,))
