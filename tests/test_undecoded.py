"""What a file announces is held against what it would cost before anything of it is decoded."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from imgpolicy.errors import PictureError
from imgpolicy.frames import frames, left_out
from imgpolicy.picture import load, opened
from imgpolicy.undecoded import open_image, refuse_bomb, refuse_held_whole

Size = tuple[int, int]


def png(size: Size) -> bytes:
    """A PNG that announces this size and ends there."""
    head = b"IHDR" + struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0)
    end = b"IDAT" + zlib.compress(b"\0")
    chunks = (struct.pack(">I", len(one) - 4) + one + struct.pack(">I", zlib.crc32(one)) for one in (head, end))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def jpeg(size: Size, *, progressive: bool = False, subsampling: str = "4:2:0") -> bytes:
    """A JPEG of one block that announces this size."""
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "JPEG", progressive=progressive, subsampling=subsampling)
    data = buffer.getvalue()
    at = data.index(b"\xff\xc2" if progressive else b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", *reversed(size)) + data[at + 4 :]


def accepted(data: bytes) -> Size:
    """The size of a picture that may be decoded."""
    image = open_image(data)
    refuse_bomb(image, "a")
    refuse_held_whole(image, data, "a")
    return image.size


@pytest.mark.parametrize("size", [(12_000, 9_000), (16_320, 12_240)])
def test_a_jpeg_of_108_or_200_megapixels_may_be_decoded_for_its_decoder_scales(size: Size) -> None:
    assert accepted(jpeg(size)) == size


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (
            png((9_000, 9_000)),
            "a: 9000 x 9000 is more than the limit of 80 megapixels for PNG; make the picture smaller",
        ),
        (png((30_000, 30_000)), "a: more than the limit of 80 megapixels; make the picture smaller"),
        (jpeg((15_000, 15_000)), "15000 x 15000 is more than the limit of 220 megapixels for JPEG"),
        (jpeg((65_500, 65_500)), "65500 x 65500 is more than the limit of 220 megapixels for JPEG"),
        (png((70_000, 1)), "a: 70000 x 1 is longer than the limit of 65,535 pixels a side; cut the picture in parts"),
    ],
)
def test_what_announces_too_much_is_refused_in_a_line_that_says_the_limit_and_a_way_out(data: bytes, why: str) -> None:
    with pytest.raises(PictureError) as refused:
        load(data, "a")
    assert why in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("size", "subsampling", "may_be"),
    [
        ((8_944, 8_944), "4:4:4", True),
        ((12_000, 9_000), "4:2:0", True),
        ((12_000, 9_000), "4:4:4", False),
        ((16_320, 12_240), "4:2:0", False),
    ],
)
def test_of_a_progressive_jpeg_all_coefficients_must_find_room(size: Size, subsampling: str, *, may_be: bool) -> None:
    data = jpeg(size, progressive=True, subsampling=subsampling)
    if may_be:
        assert accepted(data) == size
        return
    with pytest.raises(PictureError, match="save it as a baseline JPEG, or make it smaller"):
        opened(data, "a")


def test_a_baseline_jpeg_whose_channels_come_one_by_one_is_held_as_a_progressive_one_is() -> None:
    data = jpeg((16_320, 12_240))
    channels = data.rindex(b"\xff\xda") + 4
    with pytest.raises(PictureError, match="too much memory"):
        opened(data[:channels] + b"\1" + data[channels + 1 :], "a")


def test_a_jpeg_is_not_gone_through_a_thousand_times() -> None:
    data = jpeg((4_000, 3_000), progressive=True)
    last = data.rindex(b"\xff\xda")
    assert accepted(data) == (4_000, 3_000)
    with pytest.raises(PictureError, match="1010 scans takes too much memory or time"):
        opened(data[:last] + data[last:-2] * 1_001 + data[-2:], "a")


def test_a_frame_that_is_larger_than_the_first_counts_as_large_as_it_is() -> None:
    buffer = io.BytesIO()
    further = [Image.new("RGB", (8, 8), colour) for colour in ("blue", "white")]
    Image.new("RGB", (8, 8), "red").save(buffer, "GIF", save_all=True, append_images=further)
    small = buffer.getvalue()
    frame = b"\x2c" + struct.pack("<4H", 0, 0, 8, 8)
    second = small.index(frame, small.index(frame) + 1)
    data = small[: second + 5] + struct.pack("<HH", 16_000, 16_000) + small[second + 9 :]
    picture = load(data, "a")
    looked_at = len(list(frames(picture)))
    assert looked_at == 1
    assert left_out(picture, looked_at, "faces in further frames")[0].lifts
