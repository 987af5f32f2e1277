"""Redaction in every format: what is covered is gone, everything else stays, and nothing travels along."""

from __future__ import annotations

import io
import struct

import cv2
import numpy as np
import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from tests.containers.planted import CREDIT, SECRET, exif, profile, segment, xmp
from tests.remedies.redact.support import (
    BOX,
    HEAD,
    ORIENTATION,
    PLATE,
    SIZE,
    cut_out,
    encoded,
    outside,
    psnr,
    scene,
    shown,
    upright,
)

from imgpolicy import formats
from imgpolicy.containers.blocks import icc
from imgpolicy.domain.geometry import Box
from imgpolicy.domain.terms import Manner
from imgpolicy.domain.trace import Kind
from imgpolicy.errors import RemedyError
from imgpolicy.frames import frames
from imgpolicy.picture import load
from imgpolicy.remedies.redact import Region, Shape, redact

EXACT = [
    *[("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")],
    *[("TIFF", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16")],
    *[("BMP", mode) for mode in ("1", "L", "P", "RGB")],
    *[("GIF", mode) for mode in ("L", "P", "RGB")],
]
LOSSY = [("JPEG", "RGB", 45.0), ("WEBP", "RGB", 40.0), ("AVIF", "RGB", 40.0), ("HEIF", "RGB", 45.0)]


def in_mode(mode: str) -> Image.Image:
    if mode == "I;16":
        return Image.fromarray(np.asarray(scene().convert("L"), np.uint16) * 257 + 3)
    return cut_out().convert(mode)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "mode"), EXACT)
@pytest.mark.parametrize("manner", Manner)
def test_every_other_pixel_stays_exactly(kind: str, mode: str, manner: Manner) -> None:
    data = encoded(in_mode(mode), kind)
    redacted = redact(data, [HEAD], manner=manner)
    ((frame, box),) = redacted.covered
    assert (frame, redacted.format) == (0, kind)
    old, new = (np.asarray(upright(one)) if mode == "I;16" else shown(one) for one in (data, redacted.data))
    where = outside(SIZE, box)
    assert np.array_equal(old[where], new[where])
    assert not np.array_equal(old[~where], new[~where])


@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("orientation", [1, 6, 7])
def test_somebody_who_stays_is_spared_and_what_is_to_be_hidden_is_not(shape: Shape, orientation: int) -> None:
    exif_data = Image.Exif()
    exif_data[ORIENTATION] = orientation
    data = encoded(scene(), "PNG", exif=exif_data)
    left, top, right, bottom = BOX
    stays = Box(right - 4, top - 30, right + 60, bottom - 6)
    redacted = redact(data, [Region(box=BOX, shape=shape, spares=(stays,))])
    old, new = shown(data), shown(redacted.data)
    changed = (old != new).any(axis=-1)
    assert (new[top:bottom, left:right, :3] == 128).all()
    outside_the_face = changed[max(0, stays.top) : stays.bottom, right : stays.right]
    assert not outside_the_face.any()
    assert not changed[max(0, stays.top) : top, stays.left : stays.right].any()
    assert changed[top:bottom, :left].any()


@pytest.mark.parametrize(("kind", "mode", "least"), LOSSY)
def test_where_coding_has_losses_nobody_sees_them(kind: str, mode: str, least: float) -> None:
    data = encoded(scene().convert(mode), kind)
    redacted = redact(data, [PLATE])
    ((_, box),) = redacted.covered
    # A block of a JPEG has 16 pixels at most; the others smooth over block edges too.
    assert psnr(shown(data), shown(redacted.data), outside(SIZE, box, margin=16)) >= least


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_lossless_webp_stays_one(mode: str) -> None:
    data = encoded(cut_out().convert(mode), "WEBP", lossless=True, exact=True)
    redacted = redact(data, [PLATE])
    where = outside(SIZE, redacted.covered[0][1])
    assert b"VP8L" in redacted.data
    assert np.array_equal(shown(data)[where], shown(redacted.data)[where])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIF"])
def test_a_solid_cover_is_the_same_grey_whatever_was_below(kind: str) -> None:
    for seed in (0, 7):
        redacted = redact(encoded(scene(seed), kind), [PLATE])
        left, top, right, bottom = redacted.covered[0][1]
        inside = shown(redacted.data)[top + 2 : bottom - 2, left + 2 : right - 2]
        assert abs(inside[:, :, :3].mean() - 128) < 3
        assert inside[:, :, :3].std() < 4
        assert inside[:, :, 3].min() >= 254


@pytest.mark.parametrize("channels", [3, 4])
def test_sixteen_bits_a_channel_stay_sixteen(channels: int) -> None:
    random = np.random.default_rng(0)
    pixels = random.integers(0, 65536, (83, 121, channels), np.uint16)
    redacted = redact(cv2.imencode(".png", pixels)[1].tobytes(), [PLATE])
    again = cv2.imdecode(np.frombuffer(redacted.data, np.uint8), cv2.IMREAD_UNCHANGED)
    assert again is not None
    where = outside(SIZE, redacted.covered[0][1])
    assert np.array_equal(again[where], pixels[where])
    assert (again[~where][:, :3] == 128 * 257).all()


@pytest.mark.slow
@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_the_cover_lies_where_the_upright_picture_has_the_box(kind: str, turn: int) -> None:
    turned = Image.Exif()
    turned[ORIENTATION] = turn
    data = encoded(scene(), kind, **({"tiffinfo": {ORIENTATION: turn}} if kind == "TIFF" else {"exif": turned}))
    redacted = redact(data, [Region(box=Box(12, 20, 42, 50), shape=Shape.RECTANGLE)])
    assert redacted.covered == ((0, Box(9, 17, 45, 53)),)
    old, new = upright(data), upright(redacted.data)
    assert old.size == new.size
    off = np.abs(shown(data) - shown(redacted.data)).max(axis=2) > 12
    # Blocks of chroma reach a little over its edge.
    assert off[20:50, 12:42].mean() > 0.6
    assert not off[outside(new.size, Box(9, 17, 45, 53), margin=16)].any()
    if kind in {"JPEG", "PNG", "WEBP", "TIFF"}:
        assert (formats.parse(redacted.data).orientation or 1) == turn


@pytest.mark.parametrize("manner", Manner)
def test_of_a_picture_behind_transparent_parts_nothing_is_left_in_the_cover(manner: Manner) -> None:
    hidden = scene().convert("RGBA")
    hidden.putalpha(0)
    redacted = redact(encoded(hidden, "PNG"), [PLATE], manner=manner)
    left, top, right, bottom = redacted.covered[0][1]
    inside = np.asarray(upright(redacted.data))[top:bottom, left:right]
    assert (inside[:, :, 3] == 255).all()
    assert len(np.unique(inside.reshape(-1, 4), axis=0)) <= 30


def test_a_palette_keeps_no_colour_that_only_the_cover_used() -> None:
    image = Image.new("P", SIZE, 0)
    image.putpalette([10, 20, 30, 200, 150, 120, 90, 60, 40])
    image.paste(1, (45, 30, 60, 50))
    for kind in ("PNG", "GIF", "BMP"):
        redacted = redact(encoded(image, kind), [PLATE])
        palette = upright(redacted.data).getpalette() or []
        assert [200, 150, 120] not in [palette[at : at + 3] for at in range(0, len(palette), 3)]
        assert shown(redacted.data)[0, 0].tolist() == [10, 20, 30, 255]


def test_previews_further_pictures_and_metadata_do_not_come_along() -> None:
    second = encoded(scene(3), "JPEG")
    whole = encoded(scene(), "MPO", save_all=True, append_images=[scene(3)])
    block = segment(0xE1, b"Exif\0\0" + exif(orientation=1, note=SECRET)) + segment(0xFE, SECRET)
    redacted = redact(whole[:20] + block + whole[20:] + second + SECRET, [HEAD])
    parsed = formats.parse(redacted.data)
    assert {trace.kind for trace in parsed.traces} <= {Kind.RIGHTS}
    assert SECRET not in redacted.data
    assert redacted.data.count(b"\xff\xd8\xff") == 1


def test_colour_profile_and_rights_stay() -> None:
    rights = b"<dc:rights><rdf:Alt><rdf:li>" + CREDIT.encode() + b"</rdf:li></rdf:Alt></dc:rights>"
    for kind in ("JPEG", "PNG", "WEBP", "TIFF", "AVIF"):
        data = encoded(scene(), kind, icc_profile=profile(), xmp=xmp(rights))
        parsed = formats.parse(redact(data, [HEAD]).data)
        assert icc.colour(parsed.reading.icc or b"") == icc.colour(profile()), kind
        # Pillow writes no XMP into these two.
        assert kind in {"PNG", "TIFF"} or [one.text for one in parsed.reading.credits] == [CREDIT], kind


def test_a_tiff_keeps_its_other_pages() -> None:
    pages = [scene(), scene(1).rotate(90, expand=True), scene(2).convert("L")]
    data = encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    redacted = redact(data, [Region(box=Box(10, 70, 40, 100), shape=Shape.RECTANGLE, frame=1)])
    assert redacted.covered == ((1, Box(7, 67, 43, 103)),)
    assert all(np.array_equal(shown(data, page), shown(redacted.data, page)) for page in (0, 2))
    assert (shown(redacted.data, 1)[67:103, 7:43, :3] == 128).all()


@pytest.mark.slow
@pytest.mark.parametrize("opens_with", [0, 1, 2])
@pytest.mark.parametrize("frame", [0, 1, 2])
def test_of_a_heic_with_several_pictures_the_one_it_opens_with_is_the_first(opens_with: int, frame: int) -> None:
    file = pillow_heif.HeifFile()  # type: ignore[no-untyped-call]  # pillow-heif leaves it untyped
    for seed in range(3):
        file.add_from_pillow(scene(seed))
    buffer = io.BytesIO()
    file.save(buffer, quality=80, primary_index=opens_with)
    redacted = redact(buffer.getvalue(), [Region(box=BOX, shape=Shape.RECTANGLE, frame=frame)])
    ((covered, box),) = redacted.covered
    assert covered == frame
    looked_at = {one.frame: one.pixels for one in frames(load(redacted.data, "test"))}
    plain = [float(looked_at[number][24:58, 42:68].std()) < 4 for number in range(3)]
    assert plain == [number == frame for number in range(3)]
    assert box == Box(37, 19, 73, 63)


@pytest.mark.parametrize(
    ("data", "regions", "reason"),
    [
        pytest.param(encoded(scene(), "PNG"), [], "no region", id="none"),
        pytest.param(
            encoded(scene(), "PNG"), [Region(box=Box(121, 0, 130, 9), shape=Shape.HEAD)], "outside", id="outside"
        ),
        pytest.param(encoded(scene(), "PNG"), [Region(box=Box(9, 9, 9, 12), shape=Shape.HEAD)], "empty", id="empty"),
        pytest.param(encoded(scene(), "PNG"), [Region(box=BOX, shape=Shape.HEAD, frame=1)], "no frame 1", id="frame"),
        pytest.param(encoded(scene(), "JPEG")[:900], [HEAD], "cannot be", id="cut-short"),
        pytest.param(b"no picture", [HEAD], "format", id="text"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", [HEAD], "SVG files are not drawn", id="drawing"),
        pytest.param(
            encoded(scene(), "JPEG2000"), [HEAD], "JP2 files are not drawn into here; save it as", id="jpeg-2000"
        ),
        pytest.param(
            cv2.imencode(".tiff", np.zeros((83, 121, 3), np.uint16))[1].tobytes(), [HEAD], "as PNG first", id="tiff-16"
        ),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(data: bytes, regions: list[Region], reason: str) -> None:
    with pytest.raises(RemedyError, match=reason) as caught:
        redact(data, regions)
    assert "\n" not in str(caught.value)


@pytest.mark.slow
@settings(max_examples=60)
@given(
    size=st.tuples(st.integers(1, 60), st.integers(1, 60)),
    corner=st.tuples(st.integers(-30, 59), st.integers(-30, 59)),
    extent=st.tuples(st.integers(1, 60), st.integers(1, 60)),
    shape=st.sampled_from(Shape),
    roll=st.sampled_from([0.0, 30.0, 90.0, -120.0, 180.0]),
    kind=st.sampled_from(["PNG", "BMP", "GIF", "TIFF"]),
)
def test_wherever_the_box_lies_only_its_surroundings_change(
    size: tuple[int, int],
    corner: tuple[int, int],
    extent: tuple[int, int],
    shape: Shape,
    roll: float,
    kind: str,
) -> None:
    box = Box(*corner, corner[0] + extent[0], corner[1] + extent[1])
    data = encoded(scene(size=size), kind)
    region = Region(box=box, shape=shape, roll=roll)
    if box.left >= size[0] or box.top >= size[1] or box.right <= 0 or box.bottom <= 0:
        with pytest.raises(RemedyError, match="outside"):
            redact(data, [region, region])
        return
    redacted = redact(data, [region, region])
    where = outside(size, redacted.covered[0][1])
    assert np.array_equal(shown(data)[where], shown(redacted.data)[where])
    left, top, right, bottom = (
        max(0, box.left),
        max(0, box.top),
        min(size[0], box.right),
        min(size[1], box.bottom),
    )
    middle = shown(redacted.data)[(top + bottom) // 2, (left + right) // 2, :3]
    assert kind == "GIF" or middle.tolist() == [128, 128, 128]


@pytest.mark.parametrize(("colour", "depth"), [(0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (2, 8), (2, 16), (3, 4)])
def test_a_transparent_colour_of_a_png_stays_and_no_cover_has_it(colour: int, depth: int) -> None:
    """Every sample is the grey of the cover, and that is the one that is transparent."""
    level = round(128 / 255 * (2**depth - 1)) if depth < 16 else 128 * 257
    samples = {0: 1, 2: 3, 3: 1}[colour]
    bits = "".join(f"{1 if colour == 3 else level:0{depth}b}" for _ in range(16 * samples))
    row = b"\0" + int(bits, 2).to_bytes(len(bits) // 8, "big")
    key = b"\xff\0" if colour == 3 else struct.pack(f">{samples}H", *[level] * samples)
    data = png(colour, depth, row * 16, key)
    assert not alpha_of(data).any()
    redacted = redact(data, [Region(box=Box(6, 6, 9, 9), shape=Shape.RECTANGLE)])
    assert alpha_of(redacted.data)[3:12, 3:12].all()
    assert not alpha_of(redacted.data)[outside((16, 16), Box(3, 3, 12, 12))].any()


def alpha_of(data: bytes) -> NDArray[np.bool_]:
    """What of such a PNG can be seen, by OpenCV: Pillow does not scale the transparent colour with the samples.

    Of grey ones it gives the samples alone: the first, in the corner, is the transparent one.
    """
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    assert pixels is not None
    return np.asarray(pixels != pixels[0, 0]) if pixels.ndim == 2 else np.asarray(pixels[:, :, 3] > 0)


def png(colour: int, depth: int, rows: bytes, key: bytes) -> bytes:
    """A PNG of 16 x 16 pixels, written here chunk by chunk."""
    from zlib import compress

    from tests.containers.planted import chunk

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 16, 16, depth, colour, 0, 0, 0))
    palette = chunk(b"PLTE", bytes((9, 9, 9, 128, 128, 128))) if colour == 3 else b""
    return (
        b"\x89PNG\r\n\x1a\n"
        + head
        + palette
        + chunk(b"tRNS", key)
        + chunk(b"IDAT", compress(rows))
        + chunk(b"IEND", b"")
    )
