"""Strip: what stays, what goes, what is refused, and how the file gets to its place."""

from __future__ import annotations

import io
import struct

import pytest
from PIL import Image, ImageOps
from tests.containers.planted import (
    CREDIT,
    SECRET,
    chunk,
    directory,
    encoded,
    entry,
    exif,
    profile,
    segment,
    tells,
    xmp,
)

from imgpolicy import formats
from imgpolicy.containers.blocks import icc
from imgpolicy.domain.terms import StripMode
from imgpolicy.domain.trace import Kind
from imgpolicy.errors import RemedyError
from imgpolicy.remedies.proof import UNDECODED
from imgpolicy.remedies.strip import prove, strip


def jpeg(*segments: bytes) -> bytes:
    plain = encoded("JPEG")
    return plain[:20] + b"".join(segments) + plain[20:]


def exif_segment(block: bytes) -> bytes:
    return segment(0xE1, b"Exif\0\0" + block)


def xmp_segment(packet: bytes) -> bytes:
    return segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("mode", StripMode)
def test_the_picture_stays_the_same_way_up(turn: int, mode: StripMode) -> None:
    data = jpeg(exif_segment(exif(orientation=turn)))
    upright = ImageOps.exif_transpose(opened(strip(data, mode=mode).data))
    assert upright.tobytes() == ImageOps.exif_transpose(opened(data)).tobytes()


def test_of_exif_only_the_orientation_stays() -> None:
    stripped = strip(jpeg(exif_segment(exif(orientation=6, note=SECRET))), mode=StripMode.ALL)
    assert dict(opened(stripped.data).getexif()) == {0x0112: 6}


def test_the_coded_picture_is_copied_verbatim() -> None:
    plain = encoded("JPEG")
    data = plain[:20] + segment(0xFE, SECRET) + plain[20:]
    assert strip(data, mode=StripMode.ALL).data == plain


def test_colour_stays_without_the_profile_s_words() -> None:
    data = jpeg(segment(0xE2, b"ICC_PROFILE\0\1\1" + profile()))
    kept = opened(strip(data, mode=StripMode.ALL).data).info["icc_profile"]
    assert icc.colour(kept) == icc.colour(profile())
    assert b"Copyright" not in kept
    assert b"I\0E\0C" not in kept


def test_credit_stays_field_by_field() -> None:
    rights = (
        b"<dc:rights><rdf:Alt><rdf:li>" + CREDIT.encode() + b"</rdf:li></rdf:Alt></dc:rights>"
        b"<dc:title><rdf:Alt><rdf:li>" + SECRET + b"</rdf:li></rdf:Alt></dc:title>"
    )
    stripped = strip(jpeg(xmp_segment(xmp(rights))), mode=StripMode.ALL)
    assert CREDIT.encode() in stripped.data
    assert SECRET not in stripped.data
    assert [(trace.kind, trace.value) for trace in stripped.kept] == [(Kind.RIGHTS, CREDIT)]


def test_credit_goes_when_it_is_not_kept() -> None:
    block = b"MM\0*\0\0\0\x08" + directory(entry(0x8298, 2, len(CREDIT) + 1, struct.pack(">I", 26)))
    data = jpeg(exif_segment(block + CREDIT.encode() + b"\0"))
    assert CREDIT.encode() in strip(data, mode=StripMode.ALL).data
    assert CREDIT.encode() not in strip(data, mode=StripMode.ALL, keep_credit=False).data


def test_markup_in_a_credit_stays_text() -> None:
    rights = b"<dc:rights><rdf:Alt><rdf:li>&lt;City&gt; &amp; co</rdf:li></rdf:Alt></dc:rights>"
    once = strip(jpeg(xmp_segment(xmp(rights))), mode=StripMode.ALL)
    assert [trace.value for trace in once.kept] == ["<City> & co"]


def test_removing_the_location_alone_keeps_the_rest() -> None:
    title = b"<dc:title><rdf:Alt><rdf:li>A title</rdf:li></rdf:Alt></dc:title>"
    data = jpeg(exif_segment(exif(text=b"A description")), xmp_segment(xmp(title)))
    stripped = strip(data, mode=StripMode.LOCATION)
    assert b"A description" in stripped.data
    assert b"A title" in stripped.data
    assert not tells(stripped.data)
    assert 0x8825 not in opened(stripped.data).getexif()
    assert len(stripped.data) == len(data)


def test_a_location_in_an_attribute_goes_alone() -> None:
    stripped = strip(jpeg(xmp_segment(xmp(attributes=b'dc:title="A title"'))), mode=StripMode.LOCATION)
    assert b'dc:title="A title"' in stripped.data
    assert b"GPSLatitude" not in stripped.data


def test_a_compressed_location_takes_its_chunk_along() -> None:
    plain = encoded("PNG")
    packet = chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp())
    comment = chunk(b"tEXt", b"Comment\0a comment")
    stripped = strip(plain[:33] + packet + comment + plain[33:], mode=StripMode.LOCATION)
    assert b"a comment" in stripped.data
    assert not tells(stripped.data)


def test_what_was_removed_is_reported() -> None:
    stripped = strip(jpeg(exif_segment(exif(note=SECRET)), segment(0xFE, SECRET)), mode=StripMode.ALL)
    kinds = {trace.path: trace.kind for trace in stripped.removed}
    assert kinds == {
        "jpeg/app1-exif/gps": Kind.COORDINATE,
        "jpeg/app1-exif/maker-note": Kind.IDENTITY,
        "jpeg/com": Kind.COORDINATE,
    }


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"no picture at all", id="text"),
        pytest.param(encoded("JPEG")[:300], id="jpeg-cut-short"),
        pytest.param(encoded("PNG")[:-20], id="png-cut-short"),
        pytest.param(b"\xff\xd8\xff\xd9", id="jpeg-without-picture"),
        pytest.param(jpeg(segment(0xE2, b"ICC_PROFILE\0\1\2" + profile())), id="half-a-colour-profile"),
    ],
)
@pytest.mark.parametrize("mode", StripMode)
def test_what_cannot_be_proved_is_refused_in_one_line(data: bytes, mode: StripMode) -> None:
    with pytest.raises(RemedyError) as caught:
        strip(data, mode=mode)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("mode", StripMode)
def test_what_no_decoder_shows_is_served_on_the_proof_of_its_bytes_and_that_is_said(mode: StripMode) -> None:
    stripped = strip(jpeg(segment(0xF3, SECRET)), mode=mode)
    assert SECRET not in stripped.data
    assert stripped.doubts == (UNDECODED,)


TURNED = b"MM\0*\0\0\0\x08" + directory(entry(0x0112, 3, 1, b"\0\6"))
RECODED = encoded("JPEG").replace(b"\xff\xda", b"\xff\xdc\0\4\0\1\xff\xda")


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        pytest.param(jpeg(exif_segment(exif())), "coordinate is left", id="location-left"),
        pytest.param(jpeg(segment(0xFE, b"a comment")), "identity is left", id="comment-left"),
        pytest.param(RECODED, "coded picture", id="other-picture"),
        pytest.param(encoded("PNG"), "coded picture", id="other-format"),
        pytest.param(jpeg(exif_segment(TURNED)), "orientation", id="turned"),
        pytest.param(jpeg(segment(0xE2, b"ICC_PROFILE\0\1\1" + profile(b""))), "colour profile", id="recoloured"),
        pytest.param(b"", "cannot be parsed", id="nothing"),
    ],
)
def test_the_proof_fails_on_a_wrong_rewrite(wrong: bytes, reason: str) -> None:
    plain = encoded("JPEG")
    with pytest.raises(RemedyError, match=reason):
        prove(plain, formats.parse(plain), wrong, mode=StripMode.ALL)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF", "TIFF"])
@pytest.mark.parametrize("mode", StripMode)
def test_the_frames_of_an_animation_and_the_pages_of_a_tiff_stay(kind: str, mode: StripMode) -> None:
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "green", "blue")]
    buffer = io.BytesIO()
    frames[0].save(
        buffer, kind, save_all=True, append_images=frames[1:], exif=exif(text=SECRET) if kind != "GIF" else None
    )
    data = buffer.getvalue()
    stripped = strip(data, mode=mode).data
    assert not tells(stripped) or mode is StripMode.LOCATION
    old, new = opened(data), opened(stripped)
    assert (getattr(old, "n_frames", 1), getattr(new, "n_frames", 1)) == (3, 3)
    for frame in range(3):
        old.seek(frame)
        new.seek(frame)
        assert (old.tobytes(), old.info.get("duration")) == (new.tobytes(), new.info.get("duration"))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_what_a_picture_needs_to_be_shown_right_stays_in_every_format(kind: str) -> None:
    image = Image.new("RGB", (40, 24), "red")
    image.paste("blue", (0, 0, 20, 24))
    buffer = io.BytesIO()
    image.save(buffer, kind, icc_profile=profile(b""), exif=exif(orientation=6) if kind != "TIFF" else b"")
    stripped = opened(strip(buffer.getvalue(), mode=StripMode.ALL).data)
    assert icc.colour(stripped.info["icc_profile"]) == icc.colour(profile(b""))
    before = ImageOps.exif_transpose(opened(buffer.getvalue()))
    assert ImageOps.exif_transpose(stripped).tobytes() == before.tobytes()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "TIFF"])
@pytest.mark.parametrize("keep", [True, False])
def test_a_credit_line_is_added_as_the_file_s_own(kind: str, keep: bool) -> None:  # noqa: FBT001  # a parameter
    data = strip(encoded(kind), mode=StripMode.ALL, credit="Old Agency").data
    written = strip(data, mode=StripMode.ALL, keep_credit=keep, credit="A & B\n<Gallery>").data
    stated = [one.text for one in formats.parse(written).reading.credits]
    assert stated == ["A & B <Gallery>; Old Agency" if keep else "A & B <Gallery>"]


@pytest.mark.parametrize("kind", ["BMP", "WEBP"])
def test_a_format_without_room_for_a_credit_line_is_refused(kind: str) -> None:
    with pytest.raises(RemedyError, match="no room for"):
        strip(encoded(kind), mode=StripMode.ALL, credit="A Gallery")


def test_a_credit_line_that_is_too_long_is_refused_and_not_cut() -> None:
    with pytest.raises(RemedyError, match="more than 2,000 characters"):
        strip(encoded("JPEG"), mode=StripMode.ALL, credit="x" * 2001)
