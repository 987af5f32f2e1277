"""Whatever the bytes are: a picture that decodes, or one PictureError in one line."""

from __future__ import annotations

import io
import struct
import warnings
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from imgpolicy.containers.limits import MAX_BYTES
from imgpolicy.errors import PictureError
from imgpolicy.picture import WORKING_SIDE, load, upright


def picture(size: tuple[int, int], form: str = "PNG", mode: str = "RGB", **save: int) -> bytes:
    """A picture with its left half red and its right half blue."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    buffer = io.BytesIO()
    image.convert(mode).save(buffer, form, **save)
    return buffer.getvalue()


def png(chunks: list[tuple[bytes, bytes]]) -> bytes:
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF"])
def test_each_format_is_read(form: str) -> None:
    found = load(picture((320, 200), form), "a")
    assert (found.format, found.width, found.height, found.unknowns) == (form, 320, 200, ())
    assert found.pixels.shape == (200, 320, 3)
    red, blue = found.pixels[100, 40], found.pixels[100, 280]
    assert (red[0] > 200, red[2] < 60) == (True, True)
    assert (blue[2] > 200, blue[0] < 60) == (True, True)


def test_heic_is_read() -> None:
    from pillow_heif import from_pillow

    buffer = io.BytesIO()
    from_pillow(Image.open(io.BytesIO(picture((320, 200))))).save(buffer)
    found = load(buffer.getvalue(), "a")
    assert (found.format, found.width, found.height) == ("HEIF", 320, 200)


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_large_picture_is_decoded_at_the_working_scale(form: str) -> None:
    found = load(picture((5000, 1000), form), "a")
    assert (found.width, found.height) == (5000, 1000)
    assert WORKING_SIDE <= found.pixels.shape[1] < 2 * WORKING_SIDE
    assert found.scale == pytest.approx(5000 / found.pixels.shape[1], rel=0.01)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize(("orientation", "size"), [(3, (300, 200)), (6, (200, 300)), (8, (200, 300))])
def test_it_stands_upright(form: str, orientation: int, size: tuple[int, int]) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    buffer = io.BytesIO()
    Image.open(io.BytesIO(picture((300, 200)))).save(buffer, form, exif=exif)
    found = load(buffer.getvalue(), "a")
    assert (found.width, found.height) == size
    assert found.pixels.shape == (size[1], size[0], 3)
    red = {3: (100, 280), 6: (20, 100), 8: (280, 100)}[orientation]
    assert found.pixels[red][0] > 200


def test_transparent_parts_are_white() -> None:
    buffer = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(buffer, "PNG")
    assert (load(buffer.getvalue(), "a").pixels == 255).all()


def unseen(data: bytes) -> list[str]:
    return [unknown.what for unknown in load(data, "a").unknowns]


def portrait_with_alpha(alpha: int | Image.Image, form: str = "PNG") -> bytes:
    """Stripes of many colours, standing for a photograph, with this transparency."""
    stripes = Image.linear_gradient("L").resize((300, 300))
    image = Image.merge("RGB", (stripes, stripes.rotate(90), stripes.rotate(180)))
    image.putalpha(alpha)
    buffer = io.BytesIO()
    image.save(buffer, form, lossless=True, exact=True)
    return buffer.getvalue()


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
@pytest.mark.parametrize("alpha", [0, 20, 200])
def test_a_picture_behind_transparency_is_not_passed_over(form: str, alpha: int) -> None:
    assert unseen(portrait_with_alpha(alpha, form)) == ["transparent parts"]


def test_what_was_cut_out_may_still_be_there() -> None:
    mask = Image.new("L", (300, 300), 0)
    mask.paste(255, (100, 100, 200, 200))
    assert unseen(portrait_with_alpha(mask)) == ["transparent parts"]


def test_a_shape_held_only_in_the_transparency_is_not_passed_over() -> None:
    image = Image.new("RGB", (300, 300), "white")
    image.putalpha(Image.radial_gradient("L").resize((300, 300)))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    assert unseen(buffer.getvalue()) == ["transparent parts"]


def test_an_opaque_alpha_channel_or_a_plain_cut_out_hides_nothing() -> None:
    assert unseen(portrait_with_alpha(255)) == []
    logo = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    logo.paste("red", (100, 100, 200, 200))
    buffer = io.BytesIO()
    logo.save(buffer, "PNG")
    assert unseen(buffer.getvalue()) == []


@pytest.mark.parametrize(("gamma", "said"), [(0.45455, []), (0.01, ["brightness"]), (5.0, ["brightness"])])
def test_a_gamma_that_would_show_another_picture_is_said(gamma: float, said: list[str]) -> None:
    plain = picture((20, 20))
    chunk = b"gAMA" + struct.pack(">I", round(gamma * 100_000))
    assert unseen(plain[:33] + struct.pack(">I", 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) + plain[33:]) == said


def test_sixteen_bit_grey_is_scaled_not_clipped() -> None:
    buffer = io.BytesIO()
    Image.fromarray(np.full((8, 8), 0x8000, dtype=np.uint16)).save(buffer, "PNG")
    assert load(buffer.getvalue(), "a").pixels[0, 0].tolist() == [128, 128, 128]


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["1", "L", "P", "PA", "CMYK", "LA", "RGBA", "YCbCr"])
@pytest.mark.parametrize("size", [(30, 20), (2700, 1800)])
def test_every_mode_becomes_rgb_at_every_scale(mode: str, size: tuple[int, int]) -> None:
    image = Image.new("L", size, 255)
    image.paste(0, (0, 0, size[0] // 2, size[1]))
    buffer = io.BytesIO()
    via = image.convert("P") if mode == "PA" else image
    via.convert(mode).save(buffer, "TIFF")
    found = load(buffer.getvalue(), "a").pixels
    assert found.shape[2] == 3
    assert found[2, 2].max() < 40
    assert found[2, -3].min() > 215


@pytest.mark.parametrize("mode", ["I", "F"])
def test_pixels_without_a_range_are_refused(mode: str) -> None:
    buffer = io.BytesIO()
    Image.new("L", (30, 20), 128).convert(mode).save(buffer, "TIFF")
    with pytest.raises(PictureError, match="32 bits"):
        load(buffer.getvalue(), "a")


@pytest.mark.parametrize("form", ["GIF", "WEBP", "TIFF", "PNG"])
def test_frames_and_pages_are_counted(form: str) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    buffer = io.BytesIO()
    frames[0].save(buffer, form, save_all=True, append_images=frames[1:])
    assert load(buffer.getvalue(), "a").frame_count == 3


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xd8\xff", id="three bytes of a JPEG"),
        pytest.param(b"%PDF-1.7 hello", id="a PDF"),
        pytest.param(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", id="an EPS, which would start Ghostscript"),
        pytest.param(b"hello " * 1000, id="text"),
        pytest.param(picture((400, 300), "JPEG")[:2000], id="a JPEG cut short"),
        pytest.param(picture((400, 300), "PNG")[:-40], id="a PNG cut short"),
        pytest.param(picture((400, 300), "WEBP")[:200], id="a WebP cut short"),
        pytest.param(picture((400, 300), "AVIF")[:300], id="an AVIF cut short"),
        pytest.param(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", id="a HEIC with nothing in it"),
        pytest.param(b"a" * (MAX_BYTES + 1), id="too many bytes"),
    ],
)
def test_rubbish_is_one_line_that_names_the_file(data: bytes) -> None:
    with pytest.raises(PictureError) as caught:
        load(data, "the name")
    assert str(caught.value).startswith("the name: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("side", [10_000, 17_321, 65_000])
def test_a_bomb_is_refused_before_it_goes_off(side: int) -> None:
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    bomb = png([(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 100_000)), (b"IEND", b"")])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with pytest.raises(PictureError, match="megapixels"):
            load(bomb, "a")


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "I;16", "CMYK"])
@pytest.mark.parametrize("turn", range(1, 9))
def test_a_picture_is_the_same_upright_whether_converted_whole_or_in_bands(mode: str, turn: int) -> None:
    wide = np.linspace(0, 255, 67 * 43 * 4).reshape(43, 67, 4).astype(np.uint8)
    image = Image.fromarray(wide, "RGBA")
    image = (
        Image.fromarray(wide[:, :, 0].astype(np.uint16) << 8)
        if mode == "I;16"
        else image.convert("RGB" if mode != "RGBA" else mode).convert(mode)
    )
    image.getexif()[0x0112] = turn
    flat = Image.fromarray(wide[:, :, 0]) if mode == "I;16" else image
    whole = flat.convert("RGBA" if mode == "RGBA" else "RGB").reduce(2)
    whole.getexif()[0x0112] = turn
    whole = ImageOps.exif_transpose(whole).convert("RGBA")
    page = Image.new("RGB", whole.size, "white")
    page.paste(whole, mask=whole.getchannel("A"))
    for rows in (2, 10, 100):
        assert np.abs(upright(image, 2, rows).astype(int) - np.asarray(page)).max() <= (0 if mode != "CMYK" else 2)


@pytest.mark.slow
@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_a_picture_with_bytes_changed_loads_or_is_refused(data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP"]))
    broken = bytearray(picture((40, 30), form))
    for _ in range(data.draw(st.integers(1, 6))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = load(bytes(broken), "a")
        except PictureError:
            return
    assert found.pixels.ndim == 3
