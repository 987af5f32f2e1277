"""Each rule carries its own proof: here it is put to it."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from imgpolicy.domain.geometry import Box
from imgpolicy.domain.verdict import Verdict
from imgpolicy.domain.work import WorkKind
from imgpolicy.facts import Facts, Unknown
from imgpolicy.rules import Case, Rule, judge
from imgpolicy.rules import examples as made
from imgpolicy.rules.found import all_rules
from imgpolicy.rules.fresh import PostedBefore


def rules() -> list[type[Rule]]:
    kinds = [plugin.load() for plugin in all_rules().values() if plugin.built_in]
    return [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Rule)]


NOTES = {PostedBefore}
"""Rules that keep nothing from being posted unless the policy says so."""
EVERY = pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code)


def test_the_rules_that_the_first_policy_names_are_all_there() -> None:
    assert {rule.code for rule in rules()} >= {
        *("P101", "P102", "P103", "P104", "P105", "P106"),
        *("M101", "M102", "M103", "M104", "C101", "L101", "R101", "X001"),
    }


@EVERY
def test_it_finds_nothing_in_the_cases_that_pass(rule: type[Rule]) -> None:
    assert rule.passes
    for case in rule.passes:
        assert list(rule().judge(case)) == []


@EVERY
def test_it_finds_something_with_its_code_in_every_case_that_fails(rule: type[Rule]) -> None:
    assert rule.fails
    for case in rule.fails:
        findings = list(rule().judge(case))
        assert findings
        for finding in findings:
            assert finding.code == rule.code
            assert finding.verdict > Verdict.GO or rule in NOTES
            assert finding.message.strip() == finding.message != ""
            assert finding.remedies, "every finding comes with a way out"


@EVERY
def test_its_code_is_a_letter_and_three_digits_and_its_verdict_is_never_go(rule: type[Rule]) -> None:
    assert re.fullmatch(r"[PMCLSRX]\d{3}", rule.code)
    assert rule.default > Verdict.GO or rule in NOTES


@EVERY
def test_its_page_says_what_it_asks_and_why(rule: type[Rule]) -> None:
    for words in (rule.asks, rule.why):
        assert words.endswith(".")
        assert words[0].isupper()


@EVERY
def test_what_it_finds_is_waived_only_when_it_speaks_of_the_picture_alone(rule: type[Rule]) -> None:
    waivable = {"P101", "M101", "M102", "M103", "M104", "C101", "C104", "C106", "L101", "L102", "L103", "L104"}
    waivable |= {"S102", "S103", "S104", "S105", "S106", "S107", "C107", "C108", "L105"}
    assert rule.waivable is (rule.code in waivable)


@EVERY
def test_the_policy_can_soften_it(rule: type[Rule]) -> None:
    for case in rule.fails:
        assert {finding.verdict for finding in rule(Verdict.REVIEW).judge(case)} == {Verdict.REVIEW}


@EVERY
def test_it_is_not_asked_when_a_fact_that_it_needs_is_unknown(rule: type[Rule]) -> None:
    for case in rule.fails:
        blind = Case(
            picture=case.picture,
            facts=Facts({need: Unknown(what="it", reason="because") for need in rule.needs}),
            matches=case.matches,
            posting=case.posting,
            unknowns=case.unknowns,
            organisation=case.organisation,
        )
        assert (judge([rule()], blind) == ()) is bool(rule.needs) or rule.uses


def test_the_worst_finding_comes_first() -> None:
    case = made.work(WorkKind.WORK, role=None)
    verdicts = [finding.verdict for finding in judge([rule() for rule in rules()], case)]
    assert verdicts == [Verdict.NO_GO, Verdict.REVIEW]
    assert all(first >= second for first, second in pairwise(verdicts))


def test_a_match_that_is_only_possible_keeps_its_code_and_asks_for_review() -> None:
    found = judge([rule() for rule in rules()], made.work(WorkKind.WORK, certain=False))
    assert [(finding.code, finding.verdict) for finding in found] == [("C101", Verdict.REVIEW)]


def test_a_finding_on_a_face_says_where_the_face_is() -> None:
    (finding,) = judge([rule() for rule in rules()], made.stranger())
    assert (finding.code, finding.box) == ("P101", Box(10, 20, 110, 140))
