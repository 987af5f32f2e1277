"""The further frames of a file come one at a time, all or evenly, and never more than can be afforded."""

from __future__ import annotations

import io
import struct
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imgpolicy.formats import Frames, decoder
from imgpolicy.frames import MOST_FRAMES, MOST_PIXELS, frames, left_out, sample
from imgpolicy.picture import Picture, load, pixels_at


def shades(count: int, size: tuple[int, int] = (20, 10)) -> list[Image.Image]:
    return [Image.new("RGB", size, (at * 250 // max(count - 1, 1), 0, 255)) for at in range(count)]


def animation(form: str, count: int, size: tuple[int, int] = (20, 10)) -> bytes:
    """Frames of one colour each, red rising from 0 to 250."""
    first, *rest = shades(count, size)
    buffer = io.BytesIO()
    first.save(buffer, form, save_all=True, append_images=rest)
    return buffer.getvalue()


def heic(count: int) -> bytes:
    from pillow_heif import HeifFile

    file = HeifFile()  # type: ignore[no-untyped-call]  # pillow-heif leaves it untyped
    for shade in shades(count, (64, 64)):
        file.add_from_pillow(shade)
    buffer = io.BytesIO()
    file.save(buffer, quality=-1)
    return buffer.getvalue()


def reds(picture: Picture) -> list[int]:
    return [int(shown.pixels[2, 2, 0]) for shown in frames(picture)]


@pytest.mark.parametrize("form", ["GIF", "WEBP", "TIFF", "PNG", "AVIF"])
def test_every_frame_of_a_short_file_comes_in_its_order(form: str) -> None:
    picture = load(animation(form, 5, (64, 64)), "a")
    assert [shown.frame for shown in frames(picture)] == [0, 1, 2, 3, 4]
    assert reds(picture) == pytest.approx([0, 62, 125, 187, 250], abs=8)


def test_every_picture_of_a_heic_comes() -> None:
    picture = load(heic(3), "a")
    assert (picture.frame_count, [shown.frame for shown in frames(picture)]) == (3, [0, 1, 2])
    assert sorted(reds(picture)) == pytest.approx([0, 125, 250], abs=8)


@pytest.mark.parametrize("form", ["GIF", "TIFF"])
def test_a_long_file_is_sampled_from_its_first_to_its_last_frame(form: str) -> None:
    picture = load(animation(form, 200), "a")
    looked_at = [shown.frame for shown in frames(picture)]
    assert (len(looked_at), looked_at[0], looked_at[-1]) == (MOST_FRAMES, 0, 199)
    assert [rest.reason for rest in left_out(picture, len(looked_at), "x")] == [
        f"{MOST_FRAMES} of 200 frames or pages were looked at"
    ]


def test_pages_have_their_own_sizes_and_are_decoded_finer_as_the_first_is() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (30, 20)).save(buffer, "TIFF", save_all=True, append_images=[Image.new("RGB", (3000, 100), "red")])
    first, second = frames(load(buffer.getvalue(), "a"))
    assert ((first.width, first.height), (second.width, second.height)) == ((30, 20), (3000, 100))
    assert second.pixels.shape == (50, 1500, 3)
    assert pixels_at(second, 1).shape == (100, 3000, 3)
    assert pixels_at(second, 1)[50, 50, 0] == 255


def test_one_picture_is_its_only_frame() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (30, 20)).save(buffer, "PNG")
    picture = load(buffer.getvalue(), "a")
    assert list(frames(picture)) == [picture]
    assert left_out(picture, 1, "x") == ()


def test_a_file_cut_short_ends_where_it_is_cut() -> None:
    whole = animation("GIF", 9, (64, 64))
    picture = replace(load(whole, "a"), data=whole[: len(whole) // 2])
    looked_at = len(list(frames(picture)))
    assert 1 <= looked_at < 9
    assert left_out(picture, looked_at, "x")


@pytest.mark.slow
def test_a_file_of_a_hundred_thousand_frames_costs_little() -> None:
    small = animation("GIF", 1)
    start = small.index(b"\x2c" + struct.pack("<HH", 0, 0))
    picture = load(small[:start] + small[start:-1] * 100_000 + b";", "a")
    before = time.process_time()
    assert len(list(frames(picture))) == MOST_FRAMES
    assert time.process_time() - before < 5


@given(form=st.sampled_from(["GIF", "TIFF"]), count=st.integers(1, 10**9), width=st.integers(1, 8000))
def test_a_sample_begins_at_the_first_frame_and_stays_within_its_bounds(form: str, count: int, width: int) -> None:
    picture = replace(load(animation("GIF", 2), "a"), format=form, frame_count=count, width=width, height=width)
    numbers = sample(picture)
    assert numbers[0] == 0
    assert list(numbers) == sorted(set(numbers))
    assert len(numbers) <= min(MOST_FRAMES, count)
    assert numbers[-1] < count
    decoded = len(numbers) if decoder(form).frames is Frames.PAGES else numbers[-1] + 1
    assert decoded == 1 or decoded * width * width <= MOST_PIXELS
