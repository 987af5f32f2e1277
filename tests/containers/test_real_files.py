"""Files as cameras, scanners and old writers make them, which are not as the specifications ask: they are stripped."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image
from tests.containers.planted import (
    SECRET,
    box,
    chunk,
    directory,
    encoded,
    encoded_heif,
    entry,
    exif,
    iptc,
    picture,
    profile,
    segment,
    tells,
    tiff,
    xmp,
)

from imgpolicy import formats
from imgpolicy.domain.terms import StripMode
from imgpolicy.domain.trace import Kind
from imgpolicy.errors import RemedyError
from imgpolicy.remedies.proof import UNDECODED
from imgpolicy.remedies.strip import strip

BOTH = pytest.mark.parametrize("mode", StripMode)


def pixels(data: bytes) -> list[bytes]:
    image = Image.open(io.BytesIO(data))
    frames = []
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        frames.append(image.tobytes())
    return frames


def with_chunks(*chunks: bytes) -> bytes:
    plain = encoded("PNG")
    return plain[:33] + b"".join(chunks) + plain[33:]


def with_segments(*segments: bytes) -> bytes:
    plain = encoded("JPEG")
    return plain[:20] + b"".join(segments) + plain[20:]


# Windows bitmaps


def v5_bmp(space: bytes, colours: bytes = b"") -> bytes:
    """A bitmap whose header has the size of version 5, in this colour space, with these bytes as its profile."""
    rows = encoded("BMP")[54:]
    start = 14 + 124
    head = struct.pack("<IiiHHIIiiII", 124, 48, 32, 1, 24, 0, len(rows), 2835, 2835, 0, 0)
    head += bytes(16) + space + bytes(48) + struct.pack("<IIII", 4, start - 14 + len(rows), len(colours), 0)
    whole = start + len(rows) + len(colours)
    return b"BM" + struct.pack("<III", whole, 0, start) + head + rows + colours


@BOTH
@pytest.mark.parametrize("space", [b"BGRs", b" niW", b"KNIL", bytes(4)])
def test_a_bitmap_of_version_5_stays_in_its_colour_space(space: bytes, mode: StripMode) -> None:
    data = v5_bmp(space)
    stripped = strip(data, mode=mode).data
    assert pixels(stripped) == pixels(data)
    assert stripped[14 + 56 : 14 + 60] == (b"BGRs" if space == b"KNIL" and mode is StripMode.ALL else space)


def test_the_profile_of_a_bitmap_of_version_5_is_cleaned() -> None:
    assert SECRET not in strip(v5_bmp(b"DEBM", profile()), mode=StripMode.ALL).data


# Colour profiles


@BOTH
def test_an_empty_profile_is_none(mode: StripMode) -> None:
    data = encoded_heif("HEIF", icc=profile(b""))
    at = data.index(b"prof", data.index(b"colr"))
    size = struct.unpack_from(">I", data, at - 8)[0]
    emptied = data[: at + 4] + bytes(size - 12) + data[at - 8 + size :]
    assert not formats.parse(emptied).unread
    assert not strip(emptied, mode=mode).doubts


@BOTH
def test_a_tag_that_lies_outside_its_profile_is_passed_over(mode: StripMode) -> None:
    plain = bytearray(profile(b""))
    struct.pack_into(">II", plain, 132 + 4, len(plain) + 100, 40)
    data = with_segments(segment(0xE2, b"ICC_PROFILE\0\1\1" + bytes(plain)))
    assert pixels(strip(data, mode=mode).data) == pixels(data)


@BOTH
def test_a_profile_of_more_than_a_megabyte_stays_in_a_png(mode: StripMode) -> None:
    rng = np.random.default_rng(1)
    table = b"ui08" + bytes(4) + rng.integers(0, 256, 1_500_000, np.uint8).tobytes()
    plain = profile(b"")
    count = struct.unpack_from(">I", plain, 128)[0]
    moved = bytearray(plain[128:132])
    struct.pack_into(">I", moved, 0, count + 1)
    for at in range(132, 132 + 12 * count, 12):
        signature, start, size = struct.unpack_from(">4sII", plain, at)
        moved += struct.pack(">4sII", signature, start + 12, size)
    moved += struct.pack(">4sII", b"vcgt", len(plain) + 12, len(table))
    large = plain[:128] + bytes(moved) + plain[132 + 12 * count :] + table
    data = with_chunks(chunk(b"iCCP", b"large\0\0" + zlib.compress(large)))
    stripped = strip(data, mode=mode)
    assert formats.parse(stripped.data).reading.icc


# A location that is none, and what stands around one


def test_a_version_without_a_position_is_no_location() -> None:
    gps = directory(entry(0, 1, 4, b"\2\3\0\0"))
    block = b"MM\0*\0\0\0\x08" + directory(entry(0x8825, 4, 1, struct.pack(">I", 26))) + gps
    data = with_chunks(chunk(b"eXIf", block + bytes(4)))
    assert not strip(data, mode=StripMode.LOCATION).removed


def test_zeros_over_zeros_are_no_position() -> None:
    block = bytearray(exif())
    numbers = struct.pack(">6I", 55, 1, 40, 1, 34, 1) + struct.pack(">6I", 12, 1, 34, 1, 6, 1)
    at = block.index(numbers)
    block[at : at + 48] = bytes(48)
    data = with_segments(segment(0xE1, b"Exif\0\0" + bytes(block)))
    assert pixels(strip(data, mode=StripMode.LOCATION).data) == pixels(data)


def test_what_is_unknown_in_a_block_that_nothing_can_be_taken_out_of_takes_the_block_along() -> None:
    packet = xmp(b"<my:own>" + SECRET + b"</my:own>").replace(b'exif:GPSLatitude="55,40.5666N"', b"")
    text = b"\nxmp\n%8d\n" % len(packet) + packet.hex().encode() + b"\n"
    data = with_chunks(chunk(b"tEXt", b"Raw profile type xmp\0" + text))
    assert SECRET.hex().encode() not in strip(data, mode=StripMode.LOCATION).data


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_whose_picture_it_is_stays_when_the_block_goes_that_says_it(kind: str) -> None:
    credit = b"\x1c\x02\x74\x00\x07A. Name"
    packet = xmp(b"<dc:rights><rdf:Alt><rdf:li>A. Name</rdf:li></rdf:Alt></dc:rights>")
    if kind == "JPEG":
        broken = b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + struct.pack(">I", len(iptc() + credit)) + iptc() + credit
        data = with_segments(segment(0xED, broken + b"\0" * (len(broken) % 2) + b"what is no resource"))
    elif kind == "PNG":
        block = iptc() + credit
        text = b"\niptc\n%8d\n" % len(block) + block.hex().encode() + b"\n"
        data = with_chunks(chunk(b"tEXt", b"Raw profile type iptc\0" + text))
    elif kind == "GIF":
        tail = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
        plain = encoded("GIF")
        data = plain[:-1] + b"\x21\xff\x0bXMP DataXMP" + packet.decode().replace(SECRET.decode(), "Å").encode("latin-1")
        data += tail + b";"
    else:
        buffer = io.BytesIO()
        latin = packet.decode().replace(SECRET.decode(), "Å").encode("latin-1")
        picture().save(buffer, "WEBP", lossless=True, xmp=latin)
        data = buffer.getvalue()
    stripped = strip(data, mode=StripMode.LOCATION)
    assert not tells(stripped.data)
    assert any(credit.text == "A. Name" for credit in formats.parse(stripped.data).reading.credits)


@BOTH
def test_a_packet_in_latin_1_is_read_whatever_it_says_of_its_encoding(mode: StripMode) -> None:
    packet = xmp("<dc:creator><rdf:Seq><rdf:li>Åse</rdf:li></rdf:Seq></dc:creator>".encode("latin-1"))
    tail = bytes(range(255, -1, -1)) + b"\0"
    data = encoded("GIF")[:-1] + b"\x21\xff\x0bXMP DataXMP" + packet + tail + b";"
    parsed = formats.parse(data)
    assert not parsed.unread
    assert tells(data)
    stripped = strip(data, mode=mode)
    assert not tells(stripped.data)
    assert [credit.text for credit in formats.parse(stripped.data).reading.credits] == ["Åse"]


def test_what_a_jpeg_could_be_written_again_from_goes_with_the_metadata_that_it_wants() -> None:
    data = b"\0\0\0\x0cJXL \r\n\x87\n" + box(b"ftyp", b"jxl \0\0\0\0jxl ")
    data += box(b"Exif", bytes(4) + exif()) + box(b"jbrd", b"how to write it") + box(b"jxlc", b"\xff\x0a" + bytes(40))
    stripped = strip(data, mode=StripMode.LOCATION).data
    assert b"jbrd" not in stripped
    assert not tells(stripped)


# Pictures that are cut short


@BOTH
def test_a_picture_that_is_cut_short_in_a_segment_is_served_and_that_is_said(mode: StripMode) -> None:
    data = with_segments(segment(0xE1, b"Exif\0\0" + exif()))[:-10] + b"\xff\xe1\x7f\xff" + SECRET
    stripped = strip(data, mode=mode)
    assert not tells(stripped.data)
    assert SECRET not in stripped.data
    assert "the picture is cut short" in stripped.doubts


@BOTH
def test_a_picture_with_damage_between_its_scans_is_refused_in_the_same_words(mode: StripMode) -> None:
    buffer = io.BytesIO()
    picture().save(buffer, "JPEG", progressive=True)
    data = buffer.getvalue()
    second = data.index(b"\xff\xda", data.index(b"\xff\xda") + 2)
    damaged = data[:second] + b"\xff\xe5\0\x06abcd" + data[second:-2]
    with pytest.raises(RemedyError, match="may be picture or metadata"):
        strip(damaged, mode=mode)


def moving(kind: str) -> bytes:
    buffer = io.BytesIO()
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "green", "blue")]
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:], duration=100)
    return buffer.getvalue()


@BOTH
def test_a_gif_or_png_without_its_end_gets_one(mode: StripMode) -> None:
    for whole, end in ((moving("GIF"), b";"), (moving("PNG"), chunk(b"IEND", b""))):
        stripped = strip(whole.removesuffix(end), mode=mode)
        assert stripped.data.endswith(end)
        assert pixels(stripped.data) == pixels(whole)
        assert "the file has no end" in stripped.doubts


@BOTH
def test_a_gif_that_is_cut_short_in_its_picture_stays_so(mode: StripMode) -> None:
    rng = np.random.default_rng(1)
    buffer = io.BytesIO()
    Image.fromarray(rng.integers(0, 256, (64, 64), np.uint8)).save(buffer, "GIF", comment=SECRET)
    data = buffer.getvalue()[:-700]
    stripped = strip(data, mode=mode)
    assert not tells(stripped.data)
    assert stripped.data.endswith(data[-500:])


def test_zeros_between_the_blocks_of_a_gif_go() -> None:
    plain = encoded("GIF")
    stripped = strip(plain[:-1] + bytes(3) + b";", mode=StripMode.ALL)
    assert stripped.data == strip(plain, mode=StripMode.ALL).data
    with pytest.raises(RemedyError, match="the GIF is damaged"):
        strip(plain[:-1] + b"???;", mode=StripMode.ALL)


@BOTH
def test_a_still_that_is_no_frame_of_the_movie_beside_it_goes_in_all(mode: StripMode) -> None:
    data = moving("AVIF")
    assert data[8:12] == b"avis"
    start, end = formats.parse(data).coded[0]
    copy = len(data) + 8
    place = data.index(struct.pack(">II", start, end - start), data.index(b"iloc"))
    moved = data[:place] + struct.pack(">I", copy) + data[place + 4 :] + box(b"mdat", data[start:end])
    assert Kind.EMBEDDED in {trace.kind for trace in formats.parse(moved).traces}
    stripped = strip(moved, mode=mode).data
    assert pixels(stripped) == pixels(data)
    assert (b"iloc" in stripped) == (mode is StripMode.LOCATION)
    assert strip(stripped, mode=mode).data == stripped


def test_a_movie_with_a_track_of_sound_is_told_and_not_served_in_all() -> None:
    data = moving("AVIF")
    handler = data.index(b"hdlr", data.index(b"moov")) + 12
    data = data[:handler] + b"soun" + data[handler + 4 :]
    assert Kind.EMBEDDED in {trace.kind for trace in formats.parse(data).traces}
    with pytest.raises(RemedyError, match="embedded picture is left"):
        strip(data, mode=StripMode.ALL)


@BOTH
def test_a_picture_that_would_cost_too_much_to_decode_is_served_and_that_is_said(mode: StripMode) -> None:
    data = with_segments(segment(0xE1, b"Exif\0\0" + exif(text=b"a description")))
    frame = data.index(b"\xff\xc0") + 5
    large = data[:frame] + struct.pack(">HH", 65_000, 65_000) + data[frame + 4 :]
    stripped = strip(large, mode=mode)
    assert not formats.parse(stripped.data).reading.tells_location
    assert UNDECODED in stripped.doubts


# TIFF


def big_tiff(order: str, *extra: tuple[int, int, bytes]) -> bytes:
    """A BigTIFF with one grey page of 4 by 2 pixels, and further (tag, type, data) of more than eight bytes."""
    out = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}HHHQ", 43, 8, 0, 0) + bytes(range(10, 90, 10))
    numbers = [(256, 4), (257, 2), (258, 8), (259, 1), (262, 1), (273, 16), (277, 1), (278, 2), (279, 8)]
    rows = [(tag, struct.pack(f"{order}HHQQ", tag, 16, 1, number)) for tag, number in numbers]
    for tag, kind, data in extra:
        rows.append((tag, struct.pack(f"{order}HHQQ", tag, kind, len(data), len(out))))
        out += data
    table = struct.pack(f"{order}Q", len(rows)) + b"".join(row for _, row in sorted(rows)) + bytes(8)
    return out[:8] + struct.pack(f"{order}Q", len(out)) + out[16:] + table


@BOTH
@pytest.mark.parametrize("order", "<>")
def test_a_big_tiff_is_read_and_written_as_one(order: str, mode: StripMode) -> None:
    data = big_tiff(order, (270, 2, b"a description\0"), (700, 1, xmp()), (0x87B1, 2, SECRET + b"\0"))
    assert tells(data)
    stripped = strip(data, mode=mode)
    assert stripped.data[:4] == data[:4]
    assert not tells(stripped.data)
    if order == "<":
        assert pixels(stripped.data) == pixels(data)
    else:
        # Pillow takes a big-endian one for a plain TIFF.
        assert UNDECODED in stripped.doubts


def jpeg_in_tiff(strip_: bytes, tables: bytes = b"") -> bytes:
    """A TIFF whose one strip of 48 by 32 pixels is this JPEG."""
    at = 8
    entries = [
        *((256, 3, 1, b"\0\x30"), (257, 3, 1, b"\0\x20"), (258, 3, 1, b"\0\x08"), (259, 3, 1, b"\0\7")),
        *((262, 3, 1, b"\0\1"), (273, 4, 1, struct.pack(">I", at)), (277, 3, 1, b"\0\1"), (278, 3, 1, b"\0\x20")),
        (279, 4, 1, struct.pack(">I", len(strip_))),
    ]
    out = strip_ + bytes(len(strip_) % 2)
    if tables:
        entries.append((0x015B, 7, len(tables), struct.pack(">I", at + len(out))))
        out += tables + bytes(len(tables) % 2)
    return b"MM\0*" + struct.pack(">I", at + len(out)) + out + directory(*(entry(*one) for one in entries))


def grey_jpeg(*segments: bytes) -> bytes:
    buffer = io.BytesIO()
    picture().convert("L").save(buffer, "JPEG")
    plain = buffer.getvalue()
    return plain[:20] + b"".join(segments) + plain[20:]


@BOTH
def test_what_the_jpegs_in_a_tiff_tell_is_told_and_removed(mode: StripMode) -> None:
    block = segment(0xE1, b"Exif\0\0" + exif(text=SECRET))
    tables = b"\xff\xd8" + segment(0xFE, b"55.67611, 12.56833") + b"\xff\xd9"
    data = jpeg_in_tiff(grey_jpeg(block), tables)
    assert tells(data)
    assert formats.parse(data).orientation is None
    stripped = strip(data, mode=mode).data
    assert not tells(stripped)
    assert b"55.67611" not in stripped
    assert pixels(stripped) == pixels(data)


def test_of_a_jpeg_in_a_tiff_the_picture_alone_is_kept() -> None:
    data = jpeg_in_tiff(grey_jpeg(segment(0xFE, SECRET), segment(0xE9, SECRET)) + SECRET)
    stripped = strip(data, mode=StripMode.ALL).data
    assert SECRET not in stripped
    assert pixels(stripped) == pixels(data)


@BOTH
@pytest.mark.parametrize("coding", [32809, 34676, 32766, 34712, 65000])
def test_a_way_of_coding_that_is_not_known_here_is_copied_and_that_is_said(coding: int, mode: StripMode) -> None:
    data = tiff([(270, 2, b"a description\0"), (0x87B1, 2, SECRET + b"\0")])
    data = data.replace(entry(259, 3, 1, b"\0\1"), entry(259, 3, 1, struct.pack(">H", coding)))
    stripped = strip(data, mode=mode)
    assert not tells(stripped.data)
    assert bytes(range(10, 90, 10)) in stripped.data
    assert UNDECODED in stripped.doubts


@BOTH
def test_pages_may_share_a_strip(mode: StripMode) -> None:
    data = tiff([(0x87B1, 2, SECRET + b"\0")], [])
    first, second = struct.pack(">HHII", 273, 4, 1, 8), data.rindex(struct.pack(">HHI", 273, 4, 1))
    data = data[:second] + first + data[second + 12 :]
    stripped = strip(data, mode=mode).data
    assert not tells(stripped)
    assert pixels(stripped) == pixels(data)
    assert len(pixels(data)) == 2


def old_jpeg(*segments: bytes) -> bytes:
    """A TIFF with an old JPEG (TIFF 6.0, section 22) of 48 by 32 grey pixels as its page."""
    stream = grey_jpeg(*segments)
    out = stream + bytes(len(stream) % 2)
    rows = directory(
        *(entry(256, 3, 1, b"\0\x30"), entry(257, 3, 1, b"\0\x20"), entry(258, 3, 1, b"\0\x08")),
        *(entry(259, 3, 1, b"\0\6"), entry(262, 3, 1, b"\0\1"), entry(270, 2, 4, b"who\0")),
        *(entry(273, 4, 1, struct.pack(">I", 8)), entry(277, 3, 1, b"\0\1"), entry(278, 3, 1, b"\0\x20")),
        *(entry(279, 4, 1, struct.pack(">I", len(stream))), entry(0x0200, 3, 1, b"\0\1")),
        *(entry(0x0201, 4, 1, struct.pack(">I", 8)), entry(0x0202, 4, 1, struct.pack(">I", len(stream)))),
    )
    return b"MM\0*" + struct.pack(">I", 8 + len(out)) + out + rows


def test_an_old_jpeg_in_a_tiff_is_its_picture_and_no_thumbnail() -> None:
    data = old_jpeg()
    stripped = strip(data, mode=StripMode.ALL)
    assert [trace.path for trace in stripped.removed] == ["tiff/ImageDescription"]
    assert grey_jpeg() in stripped.data


def test_an_old_jpeg_that_tells_something_is_refused() -> None:
    with pytest.raises(RemedyError, match="holds more than the picture"):
        strip(old_jpeg(segment(0xFE, SECRET)), mode=StripMode.ALL)


@BOTH
def test_a_block_in_a_tiff_that_cannot_be_read_is_emptied(mode: StripMode) -> None:
    data = tiff([(700, 1, xmp().replace(b"</rdf:RDF>", b"")), (34377, 1, b"8BIM\x04\x04\0\0\xff\xff\xff\xff" + SECRET)])
    stripped = strip(data, mode=mode).data
    assert SECRET not in stripped
    assert not formats.parse(stripped).unread


def test_a_directory_that_cannot_be_reached_is_no_longer_referred_to() -> None:
    data = tiff([(270, 2, SECRET + b"\0")])
    data = data.replace(entry(270, 2, len(SECRET) + 1, b"")[:8], entry(0x8825, 4, 1, b"")[:8])
    at = data.index(struct.pack(">HHI", 0x8825, 4, 1)) + 8
    data = data[:at] + struct.pack(">I", len(data) + 1000) + data[at + 4 :]
    assert formats.parse(data).unread
    assert not formats.parse(strip(data, mode=StripMode.LOCATION).data).unread
