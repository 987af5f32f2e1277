"""Strangers of a batch who look alike are put together where the policy says so, and nothing of them is kept."""

from __future__ import annotations

import base64
import io
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageEnhance
from tests.service.doors import GOOD

from imgpolicy.errors import PolicyError, RegisterError
from imgpolicy.facts import Vector
from imgpolicy.server.groups import KEPT_SECONDS, Groups
from imgpolicy.service import desk, grouping, judging
from imgpolicy.service.grouping import Spot
from imgpolicy.service.workspace import Workspace
from imgpolicy.sources import open_picture

OFF, ON = "group_unknown = false", "group_unknown = true"


def strangers(demo: Path) -> dict[str, bytes]:
    """One stranger in two pictures, and twice in a third."""
    with Image.open(demo / "pictures" / "two_people.jpg") as both:
        grace = both.convert("RGB").crop((512, 0, both.width, both.height))
    twice = Image.new("RGB", (2 * grace.width, grace.height))
    twice.paste(grace, (0, 0))
    twice.paste(grace, (grace.width, 0))
    seen = {"one.jpg": grace, "darker.jpg": ImageEnhance.Brightness(grace).enhance(0.8), "twice.jpg": twice}
    return {name: as_jpeg(image) for name, image in seen.items()}


def as_jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def turned_on(folder: Path, *changes: tuple[str, str]) -> Path:
    policy = folder / "imgpolicy.toml"
    text = policy.read_text(encoding="utf-8")
    for old, new in ((OFF, ON), *changes):
        assert old in text
        text = text.replace(old, new)
    policy.write_text(text, encoding="utf-8")
    return policy


@pytest.fixture
def workspace(own_demo: Path) -> Iterator[Workspace]:
    with Workspace.open(turned_on(own_demo)) as opened:
        yield opened


def laid(workspace: Workspace, pictures: dict[str, bytes]) -> tuple[str, list[str]]:
    batch = desk.open_batch(workspace, "olga", GOOD).id
    items = [desk.take_in(workspace, batch, name, data).id for name, data in pictures.items()]
    for item in items:
        judging.judge(workspace, item)
    return batch, items


def test_a_stranger_in_several_pictures_is_one_group_and_whoever_is_known_is_in_none(
    workspace: Workspace, own_demo: Path
) -> None:
    known = (own_demo / "pictures" / "portrait.jpg").read_bytes()
    batch, (_, one, darker, twice) = laid(workspace, {"known.jpg": known, **strangers(own_demo)})
    (group, *others) = grouping.alike(workspace, batch)
    assert [spot.item for spot in group] == [one, darker, twice]
    assert others == []  # whoever is twice in a picture is two people there


def test_of_a_batch_without_strangers_there_is_no_group(workspace: Workspace, own_demo: Path) -> None:
    known = (own_demo / "pictures" / "portrait.jpg").read_bytes()
    batch, _ = laid(workspace, {"known.jpg": known, "nobody.jpg": as_jpeg(Image.new("RGB", (300, 300)))})
    assert grouping.alike(workspace, batch) == ()
    with pytest.raises(RegisterError, match="no batch"):
        grouping.alike(workspace, "b-nothing")


@pytest.mark.parametrize("changes", [((ON, OFF),), (('mode = "identify"', 'mode = "verify"'),)])
def test_it_takes_the_policy_and_the_mode_in_which_people_are_looked_for(
    own_demo: Path, changes: tuple[tuple[str, str], ...]
) -> None:
    with Workspace.open(turned_on(own_demo, *changes)) as workspace:
        batch, _ = laid(workspace, {})
        assert not grouping.may_group(workspace)
        with pytest.raises(PolicyError, match="no strangers compared"):
            grouping.alike(workspace, batch)


FORMS: dict[str, Callable[[Vector], bytes]] = {
    "as it is in memory": lambda vector: vector.astype("<f4").tobytes()[:16],
    "as doubles": lambda vector: vector.astype("<f8").tobytes()[:16],
    "in base64": lambda vector: base64.b64encode(vector.astype("<f4").tobytes())[:20],
    "in words": lambda vector: f"{float(vector[0]):.6f}".strip("0-").encode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_no_vector_of_a_stranger_reaches_the_disk_the_register_or_the_log(
    workspace: Workspace, own_demo: Path, form: str
) -> None:
    pictures = strangers(own_demo)
    batch, _ = laid(workspace, pictures)
    before = entries(workspace)
    found = grouping.alike(workspace, batch)
    assert found
    assert entries(workspace) == before
    seen = workspace.engine.faces(open_picture(judging.NamedBytes(pictures["one.jpg"], "one.jpg")))
    needles = [FORMS[form](one.vector) for one in seen]
    files = [file for file in own_demo.rglob("*") if file.is_file() and file.name != "imgpolicy.key"]
    assert len(files) > 5
    assert [file.name for file in files for needle in needles if needle in file.read_bytes()] == []
    assert [needle for needle in needles if needle in pickle.dumps(found)] == []  # what a worker gives back


def entries(workspace: Workspace) -> int:
    with workspace.register.reading() as unit:
        return len(list(unit.sql.journal.entries()))


def test_what_was_put_together_is_forgotten_after_half_an_hour() -> None:
    now = [0.0]
    groups = Groups(clock=lambda: now[0])
    assert groups.of("b-1") is None
    groups.keep("b-1", ((Spot(item="i-1", face=1), Spot(item="i-2", face=1)),))
    now[0] = KEPT_SECONDS - 1
    groups.keep("b-2", ())
    assert len(groups.of("b-1") or ()) == 1
    now[0] = KEPT_SECONDS + 1
    assert groups.of("b-1") is None
    assert groups.of("b-2") == ()
