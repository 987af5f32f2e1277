"""Pictures made from the example portraits and drawn marks, in every format that is written here.

Two hundred of them where the tests are to be thorough, and else thirty, which have every format and posting. What
`clean` hands over is a go for a second, independent check, and nothing is changed outside the covered places.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import random
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageSequence
from tests.drawn import mark, page
from tests.support import THOROUGH, Run

from imgpolicy import Checker, Posting, Verdict
from imgpolicy.cleaning import clean
from imgpolicy.domain.geometry import Box
from imgpolicy.domain.posting import Origin, Role
from imgpolicy.picture import load

pytestmark = pytest.mark.slow

CASES = 200 if THOROUGH else 30
AT_ONCE = 10

COVERED = Posting(channel="facebook", role=Role.EMPLOYEE, purpose="pr", origin=Origin.OWN, on=dt.date(2026, 5, 4))
POSTINGS = (
    COVERED,
    replace(COVERED, channel="linkedin"),  # her consent for it was withdrawn
    replace(COVERED, channel="instagram"),  # she was never asked
    replace(COVERED, role=Role.PRIVATE),  # the logo is not a private person's
)
LOSSLESS = ("PNG", "WEBP", "TIFF", "BMP", "GIF", "APNG")
FORMATS = (*("JPEG",) * 8, *LOSSLESS)

LEAST_PSNR = 45.0
"""Decibels outside of what was covered, for a JPEG; every other format here is exact."""


@dataclass(frozen=True)
class Case:
    """A picture as a file, and the posting it is meant for."""

    format: str
    data: bytes = field(repr=False)
    posting: Posting


@pytest.fixture
def folder(imgpolicy: Run, own_demo: Path) -> Path:
    """The demonstration's folder without works and logos, which take most of a check's time."""
    for name in ("harbour-at-dusk", "example-library"):
        assert imgpolicy("work", "remove", name, folder=own_demo).code == 0
    return own_demo


def made(seed: int, pictures: Path, *, logo: bool) -> Case:
    """One picture: nobody, one or two people, and a logo or none, on a drawn ground; with or without a location."""
    chance = random.Random(seed)
    kind = FORMATS[seed % len(FORMATS)]
    ground = Image.fromarray(page(chance.randrange(400, 600, 8), chance.randrange(320, 440, 8), seed))
    places = [0, 1]
    chance.shuffle(places)
    for name in chance.choice(((), ("two_people.jpg",), ("portrait.jpg",), ("portrait.jpg", "two_people.jpg"))):
        _paste_head(ground, pictures / name, places.pop(), chance)
    if logo:
        side = round(ground.width * chance.uniform(0.15, 0.2))
        star = mark().resize((side, side))
        ground.paste(star, (ground.width // 2 - side // 2, 4), star)
    return Case(kind, _saved(ground, kind, chance), chance.choice(POSTINGS))


def _paste_head(ground: Image.Image, path: Path, place: int, chance: random.Random) -> None:
    """Somebody's head and shoulders in the left or the right half."""
    half = Image.open(path).convert("RGB")
    if path.name == "two_people.jpg":
        half = half.crop((half.width // 2, 0, half.width, half.height))
    width = round(ground.width * chance.uniform(0.3, 0.42))
    person = half.resize((width, round(half.height * width / half.width)))
    person = person.crop((0, 0, width, min(person.height, ground.height - 20)))
    left = place * ground.width // 2 + chance.randrange(8)
    ground.paste(person, (left, ground.height - person.height))


def _saved(picture: Image.Image, kind: str, chance: random.Random) -> bytes:
    buffer = io.BytesIO()
    if kind in {"GIF", "APNG"}:
        frames = [picture, picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM).point(lambda value: value // 2)]
        if kind == "GIF":
            frames = [frame.quantize(200) for frame in frames]
        frames[0].save(
            buffer, kind.removeprefix("A"), save_all=True, append_images=frames[1:], duration=[80, 120], loop=0
        )
        return buffer.getvalue()
    exif = Image.Exif()
    if chance.random() < 0.5:
        exif.get_ifd(0x8825).update({1: "N", 2: (55.0, 40.0, 34.5), 3: "E", 4: (12.0, 34.0, 6.0)})
    if kind == "JPEG":
        picture.save(
            buffer,
            kind,
            quality=chance.choice((60, 75, 85, 92, 97)),
            subsampling=chance.choice((0, 1, 2)),
            progressive=chance.random() < 0.3,
            exif=exif,
        )
    elif kind == "BMP":
        picture.save(buffer, kind)
    else:
        picture.save(buffer, kind, **({"lossless": True} if kind == "WEBP" else {}), exif=exif)
    return buffer.getvalue()


def frames_of(data: bytes) -> list[NDArray[np.uint8]]:
    image = Image.open(io.BytesIO(data))
    return [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(image)]


def outside(shape: tuple[int, ...], boxes: list[Box], block: int) -> NDArray[np.bool_]:
    """Where nothing may have changed: outside the boxes, grown to whole blocks of so many pixels."""
    mask = np.ones(shape[:2], np.bool_)
    for left, top, right, bottom in boxes:
        mask[top // block * block : -(-bottom // block) * block, left // block * block : -(-right // block) * block] = (
            False
        )
    return mask


def psnr(old: NDArray[np.uint8], new: NDArray[np.uint8]) -> float:
    error = np.square(old.astype(np.float64) - new).mean() if old.size else 0.0
    return math.inf if error == 0 else 10 * math.log10(255**2 / error)


@pytest.mark.parametrize("batch", range(CASES // AT_ONCE))
def test_what_clean_writes_is_a_go_and_else_as_it_was(batch: int, folder: Path, imgpolicy: Run) -> None:
    logo = batch % 10 == 0
    if logo:
        mark().save(folder / "star.png")
        assert imgpolicy("logo", "add", "Star", "star.png", "--whose", "own").code == 0
    policy = folder / "imgpolicy.toml"
    with Checker.from_file(policy) as checker, Checker.from_file(policy) as second:
        written = [
            verified(made(seed, folder / "pictures", logo=logo), checker, second, f"case {seed}")
            for seed in range(batch * AT_ONCE, (batch + 1) * AT_ONCE)
        ]
    assert sum(written) >= AT_ONCE // 2


def verified(case: Case, checker: Checker, second: Checker, name: str) -> bool:
    """True when the case was cleaned into a go, by the second checker too, and else only what was covered is new."""
    cleaned = clean(checker, load(case.data, name), case.posting)
    if cleaned.data is None:
        assert cleaned.last.verdict is not Verdict.GO
        return False
    report = second.check(cleaned.data, case.posting)
    assert (name, report.verdict, report.findings) == (name, Verdict.GO, ())
    old, new = frames_of(case.data), frames_of(cleaned.data)
    assert [frame.shape for frame in new] == [frame.shape for frame in old]
    lossy = case.format == "JPEG"
    least = LEAST_PSNR if lossy else math.inf
    for number, (before, after) in enumerate(zip(old, new, strict=True)):
        boxes = [box for frame, box in cleaned.covered if frame == number]
        mask = outside(before.shape, boxes, 16 if lossy else 1)
        assert psnr(before[mask], after[mask]) >= least, f"{name}, {case.format}"
    return True
