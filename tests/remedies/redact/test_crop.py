"""Crop: the part that was asked for as it was, in the same format, and nothing of the rest."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from tests.containers.planted import SECRET, segment
from tests.remedies.redact.support import ORIENTATION, SIZE, cut_out, encoded, film, psnr, scene, shown, upright

from imgpolicy import formats
from imgpolicy.domain.geometry import Box
from imgpolicy.errors import RemedyError
from imgpolicy.remedies.redact import crop

BOX = Box(20, 10, 81, 55)


def part(data: bytes, box: Box) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    return shown(data)[box.top : box.bottom, box.left : box.right]


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        *[("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA")],
        *[("TIFF", mode) for mode in ("L", "P", "RGB", "CMYK")],
        *[("BMP", "RGB"), ("GIF", "P"), ("GIF", "L")],
    ],
)
def test_the_pixels_of_the_part_stay_exactly(kind: str, mode: str) -> None:
    data = encoded(cut_out().convert(mode), kind)
    cropped = crop(data, BOX)
    assert (cropped.format, cropped.box) == (kind, BOX)
    assert np.array_equal(shown(cropped.data), part(data, BOX))


@pytest.mark.parametrize(("kind", "least"), [("WEBP", 40), ("AVIF", 40), ("HEIF", 45)])
def test_where_coding_has_losses_nobody_sees_them(kind: str, least: float) -> None:
    data = encoded(scene(), kind)
    cropped = crop(data, BOX)
    assert psnr(shown(cropped.data), part(data, BOX), np.ones((45, 61), np.bool_)) >= least


@pytest.mark.parametrize("subsampling", [0, 1, 2])
def test_a_jpeg_keeps_whole_blocks_on_its_own_tables(subsampling: int) -> None:
    data = encoded(scene(), "JPEG", quality=80, subsampling=subsampling)
    cropped = crop(data, BOX)
    across, down = ((8, 8), (16, 8), (16, 16))[subsampling]
    left, top, right, bottom = cropped.box
    assert (left % across, top % down, right % across, bottom % down) == (0, 0, 0, 0)
    assert BOX.left <= left < BOX.left + across
    assert BOX.right - across < right <= BOX.right
    inner = np.ones((bottom - top, right - left), np.bool_)
    # At its new edge viewers have no neighbours to mix chroma with.
    inner[[0, 1, -2, -1]] = False
    inner[:, [0, 1, -2, -1]] = False
    assert psnr(shown(cropped.data), part(data, cropped.box), inner) >= 45
    assert upright(cropped.data).size == (right - left, bottom - top)


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "AVIF"])
def test_the_part_is_that_of_the_upright_picture(kind: str, turn: int) -> None:
    turned = Image.Exif()
    turned[ORIENTATION] = turn
    data = encoded(scene(), kind, **({"tiffinfo": {ORIENTATION: turn}} if kind == "TIFF" else {"exif": turned}))
    cropped = crop(data, Box(16, 24, 70, 60))
    inner = np.zeros((cropped.box.bottom - cropped.box.top, cropped.box.right - cropped.box.left), np.bool_)
    inner[2:-2, 2:-2] = True
    assert psnr(shown(cropped.data), part(data, cropped.box), inner) >= 40
    if kind != "AVIF":
        assert (formats.parse(cropped.data).orientation or 1) == turn


def test_nothing_else_comes_along() -> None:
    whole = encoded(scene(), "MPO", save_all=True, append_images=[scene(3)])
    cropped = crop(whole[:20] + segment(0xFE, SECRET) + whole[20:] + SECRET, BOX)
    assert SECRET not in cropped.data
    assert not formats.parse(cropped.data).traces


def test_a_palette_keeps_no_colour_of_the_rest() -> None:
    image = Image.new("P", SIZE, 0)
    image.putpalette([10, 20, 30, 200, 150, 120])
    image.paste(1, (100, 60, 110, 70))
    for kind in ("PNG", "GIF", "BMP"):
        palette = upright(crop(encoded(image, kind), BOX).data).getpalette() or []
        assert [200, 150, 120] not in [palette[at : at + 3] for at in range(0, len(palette), 3)]


@pytest.mark.parametrize(
    ("data", "box", "reason"),
    [
        pytest.param(encoded(scene(), "PNG"), Box(130, 0, 140, 9), "outside", id="outside"),
        pytest.param(encoded(scene(), "PNG"), Box(9, 9, 9, 12), "empty", id="empty"),
        pytest.param(
            encoded(film()[0], "GIF", save_all=True, append_images=film()[1:]), BOX, "4 frames or pages", id="animation"
        ),
        pytest.param(encoded(scene(), "JPEG")[:900], BOX, "cut short", id="cut-short"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(data: bytes, box: Box, reason: str) -> None:
    with pytest.raises(RemedyError, match=f"cannot be cropped: .*{reason}") as caught:
        crop(data, box)
    assert "\n" not in str(caught.value)
