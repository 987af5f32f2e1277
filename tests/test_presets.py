"""Each preset is a policy, and they differ where such organisations do."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from imgpolicy.domain.posting import Role
from imgpolicy.domain.verdict import Verdict
from imgpolicy.policy import Policy, read_policy
from imgpolicy.presets import DEMO, PresetName, policy_text
from imgpolicy.rules import Case, examples, judge

EVERY = pytest.mark.parametrize("name", PresetName)


def policy(folder: Path, name: PresetName) -> Policy:
    path = folder / f"{name}.toml"
    path.write_text(policy_text(name), encoding="utf-8")
    return read_policy(path)


def verdict(policy: Policy, case: Case) -> Verdict:
    found = judge(policy.rules, replace(case, organisation=policy.organisation))
    return max((finding.verdict for finding in found), default=Verdict.GO)


def keys(text: str) -> list[str]:
    """The keys and tables that say something, and those that are only explained."""
    return re.findall(r"^(?:# )?(\[\[?[a-z.]+\]\]?|[a-z_]+ =)", text, re.MULTILINE)


@EVERY
def test_it_is_a_policy_in_which_every_key_of_the_strict_one_is_explained(tmp_path: Path, name: PresetName) -> None:
    found = policy(tmp_path, name)
    strict = [
        key for key in keys(policy_text()) if key.removesuffix(" =") not in policy(tmp_path, PresetName.STRICT).channels
    ]
    assert [key for key in keys(policy_text(name)) if key.removesuffix(" =") not in found.channels] == strict
    assert policy_text(name).count("\n# Preset ") == 1


@EVERY
def test_whoever_said_no_is_never_posted(tmp_path: Path, name: PresetName) -> None:
    withdrawn = next(rule for rule in policy(tmp_path, name).rules if rule.code == "P102")
    assert withdrawn.verdict is Verdict.NO_GO


@pytest.mark.parametrize(
    ("case", "strict", "institution", "club"),
    [
        (examples.stranger(), "no-go", "no-go", "review"),
        (examples.case(posting=replace(examples.POSTING, role=None)), "review", "no-go", "go"),
        (examples.case(posting=replace(examples.POSTING, role=Role.OFFICIAL)), "go", "no-go", "go"),
        (examples.case(posting=replace(examples.POSTING, origin=None)), "review", "no-go", "review"),
        (examples.reaching(person=False), "review", "no-go", "review"),
    ],
    ids=["a stranger", "no role", "officially by nobody named", "no origin", "a wider audience"],
)
def test_they_differ_in_what_they_say_of_a_case(
    tmp_path: Path, case: Case, strict: str, institution: str, club: str
) -> None:
    found = [verdict(policy(tmp_path, name), case).word for name in PresetName]
    assert found == [strict, institution, club]


def test_an_institution_asks_for_a_disclaimer_and_a_second_person(tmp_path: Path) -> None:
    found = policy(tmp_path, PresetName.PUBLIC_INSTITUTION)
    words = examples.posted(Role.PRIVATE, caption="Our institution opens late", organisation=found.organisation)
    assert [finding.code for finding in judge(found.rules, words)] == ["R103"]
    assert found.second_person
    assert found.paragraphs["P101"]


def test_a_club_lets_crowds_through_and_an_institution_does_not(tmp_path: Path) -> None:
    club, institution = (policy(tmp_path, name) for name in (PresetName.SMALL_CLUB, PresetName.PUBLIC_INSTITUTION))
    posting = club.complete(replace(examples.POSTING, channel="facebook"))
    assert (club.people_policy(4000, 3000, posting).incidental_below, club.people.crowd_from) == (40, 8)
    assert institution.people_policy(4000, 3000, posting).incidental_below == 0


def test_what_the_demonstration_says_besides_is_put_where_it_belongs() -> None:
    text = policy_text(also=DEMO)
    assert 'names = ["Example Library"]       # what captions call us' in text
    assert tomllib.loads(text)["roles"] == {
        "officials": [],
        "names": ["Example Library"],
        "disclaimers": ["views are my own"],
        "topics": ["opening hours"],
    }
    changed = [line for line, strict in zip(text.split("\n"), policy_text().split("\n"), strict=True) if line != strict]
    assert len(changed) == len(DEMO)
