"""What is kept of the answers on pictures; what may not be asked of them is in `forbidden/`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.register.support import no
from tests.support import asked, wrote

from imgpolicy import Verdict
from imgpolicy.domain.decision import Release
from imgpolicy.domain.posting import Origin, Posting, Role
from imgpolicy.errors import RegisterError
from imgpolicy.picture import Picture
from imgpolicy.register.consents import record_consent
from imgpolicy.register.decisions import decisions
from imgpolicy.register.publications import publications
from imgpolicy.report import Report
from imgpolicy.service.check import CheckRequest, check_pictures
from imgpolicy.service.workspace import Workspace

GOOD = Posting(channel="facebook", role=Role.EMPLOYEE, purpose="pr", origin=Origin.OWN)
RELEASE = Release(by="Anna Editor", reason="a sister, who agreed")
URL = "https://example.org/1"


@pytest.fixture
def folder(own_demo: Path) -> Path:
    """The demonstration's folder, whose policy asks for two people to release a picture."""
    policy = own_demo / "imgpolicy.toml"
    policy.write_text(policy.read_text().replace("second_person = false", "second_person = true"))
    (own_demo / "broken.jpg").write_bytes(b"no picture")
    return own_demo


@pytest.fixture
def workspace(folder: Path) -> Iterator[Workspace]:
    with Workspace.open(folder / "imgpolicy.toml") as opened:
        yield opened


def test_a_picture_that_cannot_be_read_is_a_report_that_nobody_releases(workspace: Workspace, folder: Path) -> None:
    two = replace(RELEASE, second="Berta")
    (checked,) = check_pictures(
        workspace, [str(folder / "broken.jpg")], CheckRequest(posting=GOOD, release=two, url=URL, record=True)
    )
    assert [finding.code for finding in checked.report.findings] == ["X001"]
    assert (checked.report.verdict, checked.report.release, checked.publication) == (Verdict.REVIEW, None, None)
    assert [decision.verdict for decision in asked(workspace.register, decisions)] == ["review"]


@pytest.mark.slow
def test_a_release_is_recorded_and_then_published_all_in_one_transaction(workspace: Workspace, folder: Path) -> None:
    two = replace(RELEASE, second="Berta")
    name = str(folder / "pictures" / "two_people.jpg")
    (checked,) = check_pictures(workspace, [name], CheckRequest(posting=GOOD, release=two, url=URL))
    (decision,) = asked(workspace.register, decisions)
    (post,) = asked(workspace.register, publications)
    assert (checked.report.verdict, decision.release, post.id) == (Verdict.GO, two, checked.publication)


def test_nothing_is_kept_where_one_thing_cannot_be(workspace: Workspace, folder: Path) -> None:
    names = [str(folder / "pictures" / name) for name in ("meadow.jpg",)]
    with pytest.raises(RegisterError, match="on a channel"):
        check_pictures(workspace, names, CheckRequest(posting=replace(GOOD, channel=None), url=URL, record=True))
    assert asked(workspace.register, decisions) == ()


@pytest.mark.slow
def test_what_is_not_go_is_not_published(workspace: Workspace, folder: Path) -> None:
    name = str(folder / "pictures" / "two_people.jpg")
    (checked,) = check_pictures(workspace, [name], CheckRequest(posting=GOOD, url=URL))
    assert (checked.report.verdict, checked.publication) == (Verdict.NO_GO, None)
    assert asked(workspace.register, publications) == ()


@pytest.mark.slow
def test_a_door_sees_each_picture_while_it_is_at_hand(workspace: Workspace, folder: Path) -> None:
    names = [str(folder / "pictures" / name) for name in ("meadow.jpg", "logo.png")]
    seen = check_pictures(
        workspace,
        [*names, str(folder / "broken.jpg")],
        CheckRequest(posting=GOOD),
        see=lambda picture, _: picture.format,
    )
    assert [one.seen for one in seen] == ["JPEG", "PNG", None]


def test_nothing_is_published_by_a_register_that_changed_since_it_was_judged(
    workspace: Workspace, folder: Path
) -> None:
    """A no of that moment would find no post to take down."""

    def meanwhile(picture: Picture, report: Report) -> None:
        del picture, report
        wrote(workspace.register, record_consent, no())

    names = [str(folder / "pictures" / "meadow.jpg")]
    with pytest.raises(RegisterError, match="changed while the picture was checked"):
        check_pictures(workspace, names, CheckRequest(posting=GOOD, url=URL, record=True), see=meanwhile)
    assert not asked(workspace.register, publications)
    assert not asked(workspace.register, decisions)
    (checked,) = check_pictures(workspace, names, CheckRequest(posting=GOOD, url=URL, record=True))
    assert checked.publication is not None
