"""A channel that has another name now: what was denied of the old one is not lost, and means the new one once told."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from tests.support import Run, heard

from imgpolicy import Posting
from imgpolicy.checker import Checker
from imgpolicy.domain.posting import Origin, Role
from imgpolicy.domain.verdict import Verdict
from imgpolicy.errors import PolicyError
from imgpolicy.report import Report
from imgpolicy.service.grants import consents_of
from imgpolicy.service.policies import rename_channel
from imgpolicy.service.workspace import Workspace

POSTING = Posting(channel="facebook", role=Role.EMPLOYEE, purpose="pr", origin=Origin.OWN, people=("eileen",))


def renamed(folder: Path, old: str, new: str) -> Path:
    """The policy, in which somebody wrote another name for a channel."""
    policy = folder / "imgpolicy.toml"
    policy.write_text(policy.read_text().replace(f'\n{old} = "public"', f'\n{new} = "public"'))
    return policy


def judged(policy: Path, posting: Posting = POSTING) -> Report:
    with Checker.from_file(policy) as checker:
        return checker.check(policy.parent / "pictures" / "portrait.jpg", posting)


@pytest.mark.slow
def test_a_denial_of_a_channel_that_is_not_known_is_a_review_until_its_new_name_is_told(
    own_demo: Path, imgpolicy: Run
) -> None:
    denied = ("consent", "withdraw", "eileen", "--channel", "youtube", "--reason", "no films")
    assert imgpolicy(*denied, folder=own_demo).code == 0
    assert judged(own_demo / "imgpolicy.toml").verdict is Verdict.GO
    policy = renamed(own_demo, "youtube", "films")
    report = judged(policy)
    (unknown,) = [one for one in report.not_checked if one.lifts]
    assert (report.verdict, "'youtube'" in unknown.reason) == (Verdict.REVIEW, True)
    assert imgpolicy("policy", "rename-channel", "youtube", "Films").code == 0
    assert judged(policy).verdict is Verdict.GO
    on_films = judged(policy, Posting(channel="films", role=Role.EMPLOYEE, purpose="pr", origin=Origin.OWN))
    assert [finding.code for finding in on_films.findings] == ["P102"]


def test_what_was_allowed_by_the_former_name_is_allowed_by_the_new_one(own_demo: Path, imgpolicy: Run) -> None:
    policy = renamed(own_demo, "facebook", "meta")
    rename_channel(policy, "facebook", "meta")
    with Workspace.open(policy) as workspace:
        said = consents_of(workspace, "eileen")
        assert not heard(said, Posting(channel="meta", purpose="pr")).covered
    assert judged(policy, Posting(channel="meta", role=Role.EMPLOYEE, purpose="pr", origin=Origin.OWN)).verdict is (
        Verdict.GO
    )
    again = ("consent", "withdraw", "eileen", "--channel", "facebook", "--reason", "an old form")
    assert imgpolicy(*again, folder=own_demo).code == 0
    assert judged(policy, Posting(channel="meta", purpose="pr")).verdict is Verdict.NO_GO


def test_the_rest_of_the_policy_stays_as_it_is(own_demo: Path) -> None:
    policy = renamed(own_demo, "youtube", "films")
    before = policy.read_text().split("\n")
    rename_channel(policy, 'you "tube"\\ø', "films")
    rename_channel(policy, "youtube", "films")
    after = policy.read_text()
    former = tomllib.loads(after)["posting"]["former_channels"]
    assert former == {'you "tube"\\ø': "films", "youtube": "films"}
    assert [line for line in after.split("\n") if line in before] == before


@pytest.mark.parametrize(
    ("old", "new"), [("youtube", "nowhere"), ("website", "x"), ("any", "x"), ("", "x"), ("a\nb", "x")]
)
def test_what_renames_nothing_is_refused_and_changes_nothing(own_demo: Path, old: str, new: str) -> None:
    policy = own_demo / "imgpolicy.toml"
    before = policy.read_bytes()
    with pytest.raises(PolicyError):
        rename_channel(policy, old, new)
    assert policy.read_bytes() == before
