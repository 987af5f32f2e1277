"""A photograph that comes along with an answer: looked at by somebody before it is learnt, and gone either way."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import time_machine
from PIL import Image
from tests.service.asked import ALL_YES, HOW, add_everybody

from imgpolicy.domain.evidence import Evidence
from imgpolicy.domain.request import UNCONFIRMED_DAYS
from imgpolicy.errors import RegisterError, RequestError
from imgpolicy.register.evidence import read_evidence
from imgpolicy.service import asking, cards, evidence, learning, maintenance, people, signing
from imgpolicy.service.signing import Signed
from imgpolicy.service.workspace import Workspace

NO_RECOGNITION = replace(ALL_YES, recognition=False)


@pytest.fixture
def workspace(own_demo: Path) -> Iterator[Workspace]:
    with Workspace.open(own_demo / "imgpolicy.toml") as opened:
        add_everybody(opened)
        yield opened


@pytest.fixture
def grace(own_demo: Path) -> bytes:
    """A photograph of somebody whom the register does not know."""
    with Image.open(own_demo / "pictures" / "two_people.jpg") as both:
        return as_jpeg(both.crop((512, 0, both.width, both.height)))


@pytest.fixture
def eileen(own_demo: Path) -> bytes:
    """A photograph of somebody whom the register knows."""
    return (own_demo / "pictures" / "portrait.jpg").read_bytes()


def as_jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "a secret of the camera"
    image.save(buffer, "JPEG", quality=95, exif=exif)
    return buffer.getvalue()


def signed(workspace: Workspace, portrait: bytes | None) -> Signed:
    (made,) = asking.ask(workspace, "signe", HOW)
    return signing.sign(workspace, made.secret, ALL_YES, "en", portrait=portrait)


def waits(workspace: Workspace) -> list[str]:
    return [one.answer for one in learning.portraits(workspace)]


def faces_of_signe(workspace: Workspace) -> int:
    return len(cards.card(workspace, "signe").faces)


def test_the_face_alone_is_kept_until_somebody_saw_whose_it_is(workspace: Workspace, grace: bytes) -> None:
    portrait = learning.portrait(workspace, grace)
    with Image.open(io.BytesIO(portrait)) as shown:
        assert (shown.format, max(shown.size) <= 480, dict(shown.getexif())) == ("JPEG", True, {})
    assert b"secret" not in portrait
    answer = signed(workspace, portrait).answer.id
    assert (waits(workspace), faces_of_signe(workspace)) == ([answer], 0)
    assert learning.portrait_with(workspace, answer) == portrait
    assert learning.learn_portrait(workspace, answer).held == 1
    assert (waits(workspace), faces_of_signe(workspace)) == ([], 1)
    with pytest.raises(RegisterError, match="no photograph waits"):
        learning.portrait_with(workspace, answer)
    assert maintenance.verify(workspace).whole


def test_the_proof_says_that_a_photograph_came_along(workspace: Workspace, grace: bytes) -> None:
    def proof(one: Signed) -> str:
        (file, *_) = [file for file in files_of(workspace) if file.name == f"{one.answer.id}.txt"]
        with workspace.register.reading() as unit:
            return read_evidence(unit, file.id)[1].decode()

    with_one = signed(workspace, learning.portrait(workspace, grace))
    assert "photograph" in proof(with_one)
    assert "photograph" not in proof(signed(workspace, None))


def files_of(workspace: Workspace) -> tuple[Evidence, ...]:
    return evidence.files_of(workspace, "signe").found


def test_a_portrait_that_is_not_theirs_is_deleted(workspace: Workspace, grace: bytes) -> None:
    answer = signed(workspace, learning.portrait(workspace, grace)).answer.id
    learning.drop_portrait(workspace, answer)
    assert (waits(workspace), faces_of_signe(workspace)) == ([], 0)
    with pytest.raises(RegisterError, match="no photograph waits"):
        learning.learn_portrait(workspace, answer)
    assert maintenance.verify(workspace).whole


def test_nobody_is_learnt_by_the_face_of_somebody_else_in_the_register(workspace: Workspace, eileen: bytes) -> None:
    answer = signed(workspace, learning.portrait(workspace, eileen)).answer.id
    with pytest.raises(RegisterError, match="like that of eileen too"):
        learning.learn_portrait(workspace, answer)
    assert (waits(workspace), faces_of_signe(workspace)) == ([answer], 0)


@pytest.mark.parametrize("what", ["all", "face"])
def test_it_goes_when_recognition_is_taken_back(workspace: Workspace, grace: bytes, what: str) -> None:
    one = signed(workspace, learning.portrait(workspace, grace))
    signing.take_back(workspace, one.secret, of_the_face_alone=what == "face")
    assert waits(workspace) == []
    with pytest.raises(RegisterError, match="no photograph waits"):
        learning.learn_portrait(workspace, one.answer.id)
    assert maintenance.verify(workspace).whole


def test_it_goes_when_nobody_looked_at_it_for_long(workspace: Workspace, grace: bytes) -> None:
    answer = signed(workspace, learning.portrait(workspace, grace)).answer.id
    assert asking.expire(workspace) == 0
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=UNCONFIRMED_DAYS + 1)):
        assert asking.expire(workspace) == 1
    assert waits(workspace) == []
    with pytest.raises(RegisterError, match="no photograph waits"):
        learning.portrait_with(workspace, answer)


def test_it_goes_with_whom_it_shows(workspace: Workspace, grace: bytes) -> None:
    portrait = learning.portrait(workspace, grace)
    signed(workspace, portrait)
    assert [one.portrait for one in people.everything_about(workspace, "signe").answers] == [portrait]
    people.erase(workspace, "signe")
    assert waits(workspace) == []


def test_without_a_yes_or_by_a_link_that_many_use_none_is_taken(workspace: Workspace, grace: bytes) -> None:
    portrait = learning.portrait(workspace, grace)
    (made,) = asking.ask(workspace, "signe", HOW)
    with pytest.raises(RequestError, match="only with a yes to recognition"):
        signing.sign(workspace, made.secret, NO_RECOGNITION, "en", portrait=portrait)
    shared = asking.ask_by_one_link(workspace, HOW)
    with pytest.raises(RequestError, match="only with a yes to recognition"):
        signing.sign(workspace, shared.secret, ALL_YES, "en", portrait=portrait)
    assert waits(workspace) == []


NOTHING_TO_LEARN: dict[str, Callable[[Path], bytes]] = {
    "two faces": lambda demo: (demo / "pictures" / "two_people.jpg").read_bytes(),
    "no face": lambda _: as_jpeg(Image.new("RGB", (400, 400), "green")),
    "no picture": lambda _: b"MZ" + bytes(5_000),
    "a picture that is cut short": lambda demo: (demo / "pictures" / "portrait.jpg").read_bytes()[:300],
}


@pytest.mark.parametrize("kind", NOTHING_TO_LEARN)
def test_of_what_no_face_can_be_learnt_from_nothing_is_kept(workspace: Workspace, own_demo: Path, kind: str) -> None:
    with pytest.raises(RequestError, match="no face can be learnt"):
        learning.portrait(workspace, NOTHING_TO_LEARN[kind](own_demo))
