"""Faces of pictures on the desk: shown nearer where nobody knows them, and learnt where somebody says whose."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PIL import Image
from tests.service.doors import GOOD

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.geometry import Box
from imgpolicy.domain.person import Person
from imgpolicy.domain.terms import DismissedAs
from imgpolicy.errors import RegisterError
from imgpolicy.service import cards, desk, grants, judging, learning, people
from imgpolicy.service.faces import FaceWord
from imgpolicy.service.smalls import opened
from imgpolicy.service.workspace import Workspace
from imgpolicy.wire.report import FaceWire, ReportsWire

TWO = "two_people.jpg"
YES = Consent(person="grace", kind=ConsentKind.BIOMETRIC, state=ConsentState.GIVEN)


@pytest.fixture
def workspace(own_demo: Path) -> Iterator[Workspace]:
    with Workspace.open(own_demo / "imgpolicy.toml") as opened:
        people.add(opened, Person(id="grace", name="Grace Hopper"), adult_by="Kim")
        yield opened


@pytest.fixture
def item(workspace: Workspace, own_demo: Path) -> str:
    """Two people: Eileen, whom the register knows, and Grace, whom it does not."""
    batch = desk.open_batch(workspace, "olga", GOOD)
    found = desk.take_in(workspace, batch.id, TWO, (own_demo / "pictures" / TWO).read_bytes())
    return judging.judge(workspace, found.id).id


def faces_in(workspace: Workspace, item: str) -> list[FaceWire]:
    answer = desk.item(workspace, item).answers["en"]
    return msgspec.json.decode(answer, type=ReportsWire).reports[0].faces


def test_a_stranger_is_shown_nearer_and_nobody_else_is(workspace: Workspace, item: str) -> None:
    assert [face.person for face in faces_in(workspace, item)] == ["eileen", None]
    assert desk.face(workspace, item, 1) is None
    nearer = desk.face(workspace, item, 2)
    assert nearer is not None
    with Image.open(io.BytesIO(nearer)) as shown:
        assert shown.format == "JPEG"
        assert max(shown.size) <= 240
    assert desk.face(workspace, item, 3) is None


def test_who_was_dismissed_is_shown_no_nearer(workspace: Workspace, item: str) -> None:
    judging.dismiss(workspace, item, FaceWord(what=DismissedAs.ARTWORK, by="Anna", reason="a poster", number=2))
    assert desk.face(workspace, item, 2) is None


def test_a_small_picture_of_an_earlier_version_is_read(workspace: Workspace, item: str) -> None:
    small = desk.small(workspace, item)
    assert small is not None
    assert opened(small).picture == small
    assert opened(small).faces == {}
    with pytest.raises(RegisterError, match="cannot be read"):
        opened(b"something else")


def test_the_face_that_is_learnt_is_the_one_that_was_named(workspace: Workspace, item: str) -> None:
    grants.state_consent(workspace, YES)
    eileen, grace = (face.box for face in faces_in(workspace, item))
    done = learning.learn(workspace, item, "grace", grace)
    assert (done.stored, done.close_to) == (1, ())
    judging.judge(workspace, item)
    assert [face.person for face in faces_in(workspace, item)] == ["eileen", "grace"]
    assert eileen != grace


def test_a_face_that_is_not_where_it_was_meant_is_not_learnt(workspace: Workspace, item: str) -> None:
    grants.state_consent(workspace, YES)
    grace = faces_in(workspace, item)[1].box
    wide = grace.right - grace.left
    beside = Box(grace.left + wide, grace.top, grace.right + wide, grace.bottom)
    with pytest.raises(RegisterError, match="not found there any more"):
        learning.learn(workspace, item, "grace", beside)
    assert cards.card(workspace, "grace").faces == ()


def test_nobody_is_learnt_who_did_not_agree(workspace: Workspace, item: str) -> None:
    grace = faces_in(workspace, item)[1].box
    assert not learning.may_be_learnt(workspace, "grace")
    with pytest.raises(RegisterError, match="no biometric consent"):
        learning.learn(workspace, item, "grace", grace)
    grants.state_consent(workspace, YES)
    assert learning.may_be_learnt(workspace, "grace")


def test_where_the_policy_compares_nobody_learning_is_not_offered(own_demo: Path) -> None:
    policy = own_demo / "imgpolicy.toml"
    policy.write_text(policy.read_text().replace('mode = "identify"', 'mode = "count"'))
    with Workspace.open(policy) as workspace:
        assert workspace.policy.people.mode.value == "count"
        assert not learning.may_be_learnt(workspace, "eileen")
