"""A JPEG redrawn on its own tables: the same coding, and outside the touched blocks the same picture."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile
from tests.remedies.redact.support import HEAD, PICTURES, PLATE, SIZE, encoded, outside, psnr, scene, shown

from imgpolicy.domain.geometry import Box
from imgpolicy.domain.terms import Manner
from imgpolicy.remedies.redact import Region, Shape, redact

BLOCK = 16
NEAR = BLOCK + 2
"""Pixels outside a block whose chroma viewers mix with the block's."""


def opened(data: bytes) -> JpegImageFile:
    image = Image.open(io.BytesIO(data))
    assert isinstance(image, JpegImageFile)
    return image


@pytest.mark.parametrize("subsampling", [0, 1, 2])
@pytest.mark.parametrize("progressive", [False, True])
def test_tables_subsampling_and_order_of_the_scans_stay(subsampling: int, progressive: bool) -> None:  # noqa: FBT001  # a parameter
    data = encoded(scene(), "JPEG", quality=83, subsampling=subsampling, progressive=progressive)
    old, new = opened(data), opened(redact(data, [HEAD]).data)
    assert new.quantization == old.quantization
    assert new.layer == old.layer
    assert ("progressive" in new.info) == progressive


def test_three_tables_of_their_own_stay() -> None:
    tables = [[step] * 64 for step in (4, 9, 15)]
    data = encoded(scene(), "JPEG", qtables=tables, subsampling=2)
    assert [opened(redact(data, [HEAD]).data).quantization[number][0] for number in range(3)] == [4, 9, 15]


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_grey_stays_grey_and_cmyk_cmyk(mode: str) -> None:
    data = encoded(scene().convert(mode), "JPEG", quality=90)
    redacted = redact(data, [PLATE])
    assert opened(redacted.data).mode == mode
    assert opened(redacted.data).quantization == opened(data).quantization
    assert psnr(shown(data), shown(redacted.data), outside(SIZE, redacted.covered[0][1], NEAR)) >= 45


def test_rgb_that_is_stored_as_such_stays_so() -> None:
    data = encoded(scene(), "JPEG", quality=90, keep_rgb=True)
    redacted = redact(data, [PLATE])
    assert [one[0] for one in opened(redacted.data).layer] == [82, 71, 66]
    assert psnr(shown(data), shown(redacted.data), outside(SIZE, redacted.covered[0][1], NEAR)) >= 45


@pytest.mark.slow
@settings(max_examples=40)
@given(
    size=st.tuples(st.integers(1, 90), st.integers(1, 90)),
    corner=st.tuples(st.integers(0, 89), st.integers(0, 89)),
    quality=st.integers(1, 100),
    subsampling=st.sampled_from([0, 1, 2]),
    seed=st.integers(0, 50),
    manner=st.sampled_from(Manner),
)
def test_outside_the_blocks_the_picture_stays_at_any_quality(
    size: tuple[int, int], corner: tuple[int, int], quality: int, subsampling: int, seed: int, manner: Manner
) -> None:
    box = Box(corner[0] % size[0], corner[1] % size[1], corner[0] + 20, corner[1] + 20)
    data = encoded(scene(seed, size), "JPEG", quality=quality, subsampling=subsampling)
    redacted = redact(data, [Region(box=box, shape=Shape.HEAD)], manner=manner)
    where = outside(size, redacted.covered[0][1], NEAR)
    assert where.mean() < 0.3 or psnr(shown(data), shown(redacted.data), where) >= 45


@pytest.mark.slow
@pytest.mark.parametrize("quality", [10, 50, 75, 95, 100])
@pytest.mark.parametrize("subsampling", [0, 1, 2])
def test_a_photograph_keeps_fifty_decibels(quality: int, subsampling: int) -> None:
    photograph = Image.open(PICTURES / "two_people.jpg").convert("RGB")
    data = encoded(photograph, "JPEG", quality=quality, subsampling=subsampling)
    redacted = redact(data, [Region(box=Box(200, 60, 300, 190), shape=Shape.HEAD)])
    where = outside(photograph.size, redacted.covered[0][1], NEAR)
    assert psnr(shown(data), shown(redacted.data), where) >= 50
    assert len(redacted.data) < 1.1 * len(data)


def test_where_the_own_tables_would_show_finer_ones_are_taken() -> None:
    """Noise of full contrast at a low quality is mostly beyond what samples can be."""
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 2, (96, 96, 3), np.uint8) * 255)
    data = encoded(noise, "JPEG", quality=30)
    redacted = redact(data, [Region(box=Box(20, 20, 40, 40), shape=Shape.RECTANGLE)])
    assert max(opened(redacted.data).quantization[0]) <= 3
    assert psnr(shown(data), shown(redacted.data), outside((96, 96), redacted.covered[0][1], NEAR)) >= 45


@pytest.mark.parametrize("subsampling", [0, 1, 2])
def test_no_colour_of_what_was_below_reaches_the_cover(subsampling: int) -> None:
    """Where whole blocks lie in the cover, two pictures that differ below it alone come out the same."""
    plain, other = scene(), scene()
    region = Region(box=Box(20, 10, 100, 70), shape=Shape.RECTANGLE)
    other.paste((255, 0, 0), region.box)
    files = [encoded(one, "JPEG", quality=100, subsampling=subsampling) for one in (plain, other)]
    first, second = (shown(redact(one, [region]).data) for one in files)
    # The blocks of 16 pixels from (16, 16) to (96, 64), but for the pixels whose chroma is mixed with the next block's.
    assert np.array_equal(first[18:62, 18:94], second[18:62, 18:94])


def test_chroma_stored_in_other_ways_is_written_in_full() -> None:
    """4:4:0, as cameras give it when they turn a 4:2:2 picture, is a kind that Pillow reads and cannot write."""
    data = bytearray(encoded(scene(size=(96, 96)), "JPEG", quality=90, subsampling=1))
    at = data.index(b"\xff\xc0") + 11
    assert data[at] == 0x21
    data[at] = 0x12
    redacted = redact(bytes(data), [Region(box=Box(20, 20, 40, 40), shape=Shape.RECTANGLE)])
    assert {one[1:3] for one in opened(redacted.data).layer} == {(1, 1)}
    where = outside((96, 96), redacted.covered[0][1], NEAR)
    assert psnr(shown(bytes(data)), shown(redacted.data), where) >= 45
