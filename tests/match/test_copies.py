"""Copies of a work are found in parts of pictures, with their place; pictures that are none are not."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from imgpolicy.domain.work import Features
from imgpolicy.extract.keypoints import keypoints, work_keypoints
from imgpolicy.facts import Keypoints
from imgpolicy.index.copies import CopyIndex, copy_index
from imgpolicy.index.features import features_of
from imgpolicy.match.copies import Copy, find_copies
from imgpolicy.match.marks import inverted, marks_of, marks_of_work
from imgpolicy.match.weighing import sighting
from imgpolicy.picture import load

PICTURES = Path(__file__).parents[2] / "examples" / "pictures"
WORK, OTHER = (Image.open(PICTURES / name).convert("RGB") for name in ("portrait.jpg", "meadow.jpg"))


def keypoints_of(image: Image.Image) -> Keypoints:
    return keypoints(np.asarray(image), *image.size)


def features(image: Image.Image) -> Features:
    file = io.BytesIO()
    image.save(file, "PNG")
    found = features_of(work_keypoints(load(file.getvalue(), "work.png")))
    assert found is not None
    return found


@pytest.fixture(scope="module")
def index() -> CopyIndex:
    return copy_index([features(OTHER), features(WORK)])


def best(image: Image.Image, index: CopyIndex) -> Copy:
    return max(find_copies(keypoints_of(image), [index]), key=lambda copy: copy.inliers)


def certain_copy(copy: Copy, image: Image.Image, index: CopyIndex) -> bool:
    picture = marks_of(keypoints_of(image))
    marks = marks_of_work(index, copy.number)
    return sighting(copy, marks, inverted(picture) if copy.inverted else picture).weight.certain


def framed(image: Image.Image) -> Image.Image:
    page = Image.new("RGB", (900, 1400), "white")
    page.paste(image.resize((600, round(image.height * 600 / image.width))), (150, 200))
    return page


def inset(image: Image.Image, times: int) -> Image.Image:
    """The picture laid into another that is so many times as wide."""
    page = OTHER.resize((1600, 1000))
    page.paste(image.resize((1600 // times, round(image.height * 1600 / times / image.width))), (900, 300))
    return page


ATTACKS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "as it is": lambda image: image,
    "cropped": lambda image: image.crop((image.width // 3, image.height // 4, image.width, image.height)),
    "framed": framed,
    "mirrored": ImageOps.mirror,
    "turned": lambda image: image.rotate(30, expand=True, fillcolor="white"),
    "inverted": ImageOps.invert,
    "inverted and mirrored": lambda image: ImageOps.mirror(ImageOps.invert(image)),
    "a fifth of the width": lambda image: inset(image, 5),
    "in perspective": lambda image: image.transform(
        image.size, Image.Transform.PERSPECTIVE, (1, 0.15, 0, 0.02, 1.1, 0, 0.0002, 0.0001), fillcolor="white"
    ),
    "grey and small": lambda image: ImageOps.grayscale(image).convert("RGB").resize((160, 160)),
}


@pytest.mark.slow
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_copy_is_certain(attack: str, index: CopyIndex) -> None:
    picture = ATTACKS[attack](WORK)
    copies = [copy for copy in find_copies(keypoints_of(picture), [index]) if copy.number == 1]
    assert any(certain_copy(copy, picture, index) for copy in copies)


def test_the_region_has_the_works_corners_in_the_picture(index: CopyIndex) -> None:
    found = best(framed(WORK), index)
    height = round(WORK.height * 600 / WORK.width)
    expected = [(150, 200), (750, 200), (750, 200 + height), (150, 200 + height)]
    assert np.allclose(found.region, expected, atol=8)


def test_the_region_of_a_crop_lies_partly_outside(index: CopyIndex) -> None:
    left, top = WORK.width // 3, WORK.height // 4
    found = best(ATTACKS["cropped"](WORK), index)
    assert np.allclose(found.region[0], (-left, -top), atol=8)


def test_a_mirrored_copys_corners_run_the_other_way(index: CopyIndex) -> None:
    first, second, *_ = best(ImageOps.mirror(WORK), index).region
    assert first.x > second.x


def test_another_picture_is_no_copy(index: CopyIndex) -> None:
    assert all(copy.number == 0 or copy.inliers < 7 for copy in find_copies(keypoints_of(OTHER), [index]))


def test_a_work_beside_another_picture_is_found_where_it_is(index: CopyIndex) -> None:
    picture = Image.open(PICTURES / "two_people.jpg").convert("RGB")
    found = best(picture, index)
    assert (found.number, certain_copy(found, picture, index)) == (1, True)


@pytest.mark.slow
def test_a_shared_caption_is_not_the_work() -> None:
    captioned = [image.resize((600, 450)) for image in (WORK, OTHER)]
    for image in captioned:
        draw = ImageDraw.Draw(image)
        draw.rectangle((0, 400, 600, 450), fill="black")
        draw.text((10, 405), "The spring sale has begun", fill="white", font_size=36)
    index = copy_index([features(captioned[0])])
    copies = find_copies(keypoints_of(captioned[1]), [index])
    assert not any(certain_copy(copy, captioned[1], index) for copy in copies)


@pytest.mark.parametrize("image", [Image.new("RGB", (300, 200), "teal"), Image.new("RGB", (1, 1))])
def test_a_picture_without_keypoints_is_no_copy(image: Image.Image, index: CopyIndex) -> None:
    assert list(find_copies(keypoints_of(image), [index])) == []


@pytest.mark.slow
def test_what_is_found_does_not_depend_on_how_the_works_are_parted() -> None:
    pictures = [features(image) for image in (OTHER, WORK, framed(WORK), ImageOps.mirror(OTHER))]
    parted = [copy_index(pictures[:1]), copy_index([]), copy_index(pictures[1:])]
    for image in (WORK, framed(WORK), Image.open(PICTURES / "two_people.jpg").convert("RGB")):
        seen = keypoints_of(image)
        assert list(find_copies(seen, parted)) == list(find_copies(seen, [copy_index(pictures)])) != []


def test_an_empty_index_finds_nothing() -> None:
    assert list(find_copies(keypoints_of(WORK), [copy_index([])])) == []
