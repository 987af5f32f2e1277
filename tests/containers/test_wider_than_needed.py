"""Places that are wider than what they hold: what is hidden in the rest of them goes."""

from __future__ import annotations

import struct

import pytest
from tests.containers.planted import (
    SECRET,
    box,
    chunk,
    directory,
    encoded,
    encoded_heif,
    encoded_stream,
    entry,
    exif,
    psd,
    resource,
    segment,
    tiff,
)
from tests.containers.test_real_files import grey_jpeg, jpeg_in_tiff, moving, old_jpeg, pixels, v5_bmp

from imgpolicy import formats
from imgpolicy.containers.psd import LAYERED
from imgpolicy.domain.terms import StripMode
from imgpolicy.domain.trace import Kind
from imgpolicy.errors import RemedyError
from imgpolicy.remedies.strip import strip

MARK = b"ZZSECRET"


# TIFF


@pytest.mark.parametrize(
    "tag", [0x00FE, 0x010A, 0x0118, 0x0128, 0x0129, 0x013E, 0x013F, 0x0140, 0x0150, 0x0211, 0x0214]
)
def test_a_tag_of_a_tiff_has_no_more_numbers_than_it_needs(tag: int) -> None:
    assert MARK not in strip(tiff([(tag, 7, bytes(6) + SECRET)]), mode=StripMode.ALL).data


def test_of_a_tag_that_a_page_has_twice_the_first_stays() -> None:
    data = tiff([(0x0128, 3, struct.pack(">H", 2)), *[(0x0128, 4, SECRET[at : at + 4]) for at in range(0, 8, 4)]])
    data = data.replace(struct.pack(">HHI", 0x0128, 3, 2), struct.pack(">HHI", 0x0128, 3, 1))
    stripped = strip(data, mode=StripMode.ALL).data
    assert stripped.count(struct.pack(">H", 0x0128)) == 1


def with_longer_strip(coding: int = 1) -> bytes:
    """A TIFF whose one strip of 8 bytes is said to be as long as those and the secret."""
    data = tiff([])
    moved = data.replace(struct.pack(">HHII", 273, 4, 1, 8), struct.pack(">HHII", 273, 4, 1, len(data)))
    longer = moved.replace(struct.pack(">HHII", 279, 4, 1, 8), struct.pack(">HHII", 279, 4, 1, 8 + len(SECRET)))
    return longer.replace(entry(259, 3, 1, b"\0\1"), entry(259, 3, 1, struct.pack(">H", coding))) + data[8:16] + SECRET


@pytest.mark.parametrize("mode", StripMode)
def test_a_strip_that_is_not_compressed_ends_with_its_last_row(mode: StripMode) -> None:
    data = with_longer_strip()
    stripped = strip(data, mode=mode)
    assert MARK not in stripped.data
    assert pixels(stripped.data) == pixels(data)
    assert "tiff/unclaimed" in {trace.path for trace in stripped.removed}


def test_a_strip_in_a_way_of_coding_that_is_not_known_here_has_no_end_that_can_be_told() -> None:
    assert MARK in strip(with_longer_strip(65_000), mode=StripMode.ALL).data


def test_a_picture_that_lies_over_metadata_is_refused() -> None:
    data = tiff([(270, 2, SECRET + b"\0")])
    data = data.replace(entry(259, 3, 1, b"\0\1"), entry(259, 3, 1, struct.pack(">H", 65_000)))
    at = struct.pack(">HHII", 273, 4, 1, data.index(SECRET))
    with pytest.raises(RemedyError, match="lies over its metadata"):
        strip(data.replace(struct.pack(">HHII", 273, 4, 1, 8), at), mode=StripMode.ALL)


@pytest.mark.parametrize("tag", [0x0207, 0x0208, 0x0209])
def test_tables_of_an_old_jpeg_that_lie_over_metadata_are_refused(tag: int) -> None:
    data = old_jpeg()
    rows = struct.unpack_from(">I", data, 4)[0]
    kept = [data[at : at + 12] for at in range(rows + 2, len(data) - 4, 12) if data[at : at + 2] != b"\x01\x0e"]
    place = struct.pack(">I", rows)
    told = [*kept, entry(tag, 4, 1, place), entry(270, 2, 64, place)]
    moved = b"MM\0*" + struct.pack(">I", rows + 64) + data[8:rows] + SECRET.ljust(64) + directory(*sorted(told))
    with pytest.raises(RemedyError, match="lies over its metadata"):
        strip(moved, mode=StripMode.ALL)


SEGMENTS = {
    "several-pictures": segment(0xE2, b"MPF\0" + SECRET),
    "gain-map": segment(0xE2, b"urn:iso:std:iso:ts:21496:-1\0" + SECRET),
    "adobe": segment(0xED, b"Adobe_CM" + SECRET),
    "second-piece-of-a-profile": segment(0xE2, b"ICC_PROFILE\0\1\2" + bytes(200))
    + segment(0xE2, b"ICC_PROFILE\0\2\2" + SECRET),
}


@pytest.mark.parametrize("name", SEGMENTS)
def test_of_a_jpeg_in_a_tiff_no_segment_stays_that_is_not_its_picture(name: str) -> None:
    data = jpeg_in_tiff(grey_jpeg(SEGMENTS[name]))
    stripped = strip(data, mode=StripMode.ALL).data
    assert MARK not in stripped
    assert pixels(stripped) == pixels(data)


@pytest.mark.parametrize("mode", StripMode)
def test_tables_of_jpegs_in_a_tiff_that_are_none_go(mode: StripMode) -> None:
    data = jpeg_in_tiff(grey_jpeg(), SECRET)
    assert MARK not in strip(data, mode=mode).data


def test_a_page_that_is_said_to_be_a_jpeg_and_is_none_is_refused() -> None:
    with pytest.raises(RemedyError, match="said to be a JPEG is none"):
        strip(jpeg_in_tiff(SECRET), mode=StripMode.ALL)
    stream = old_jpeg()
    with pytest.raises(RemedyError, match="holds more than the picture"):
        strip(stream[:8] + SECRET + stream[8 + len(SECRET) :], mode=StripMode.ALL)


# JPEG


@pytest.mark.parametrize("marker", [0xC4, 0xC5, 0xCC, 0xDB, 0xDC, 0xDD])
def test_a_segment_of_a_jpeg_that_is_longer_than_its_numbers_say_goes(marker: int) -> None:
    plain = encoded("JPEG")
    scan = plain.index(b"\xff\xda")
    data = plain[:scan] + segment(marker, bytes(2) + SECRET) + plain[scan:]
    stripped = strip(data, mode=StripMode.ALL).data
    assert MARK not in stripped
    assert pixels(stripped) == pixels(plain)


# JPEG 2000


def with_header_box(kind: bytes, body: bytes) -> bytes:
    plain = encoded("JPEG2000")
    at = plain.index(b"jp2h") + 4
    end = at - 8 + struct.unpack_from(">I", plain, at - 8)[0]
    return plain[: at - 8] + box(b"jp2h", plain[at:end] + box(kind, body)) + plain[end:]


@pytest.mark.parametrize("mode", StripMode)
def test_brands_of_a_jpeg_2000_that_are_none_go(mode: StripMode) -> None:
    plain = encoded("JPEG2000")
    data = plain[:12] + box(b"ftyp", b"jp2 \0\0\0\0jp2 " + SECRET) + plain[32:]
    assert strip(data, mode=mode).data == strip(plain, mode=mode).data


@pytest.mark.parametrize("mode", StripMode)
@pytest.mark.parametrize("kind", [b"ihdr", b"bpcc", b"pclr", b"cmap", b"cdef", b"res ", b"colr"])
def test_a_jpeg_2000_is_refused_whose_header_is_longer_than_its_numbers_say(kind: bytes, mode: StripMode) -> None:
    with pytest.raises(RemedyError, match="longer than it should be"):
        strip(with_header_box(kind, b"\1\0\0\0" + SECRET), mode=mode)


def with_segment(marker: int, content: bytes, *, in_tile: bool = False) -> bytes:
    """A bare code stream with this segment before its first tile, or in the head of that."""
    plain = encoded_stream()
    tile = plain.index(b"\xff\x90")
    at = plain.index(b"\xff\x93") if in_tile else tile
    size = struct.unpack_from(">I", plain, tile + 6)[0]
    longer = bytearray(plain)
    if in_tile and size:
        struct.pack_into(">I", longer, tile + 6, size + 4 + len(content))
    return bytes(longer[:at]) + segment(marker, content) + bytes(longer[at:])


@pytest.mark.parametrize("mode", StripMode)
def test_comments_in_the_tiles_of_a_jpeg_2000_are_overwritten(mode: StripMode) -> None:
    data = with_segment(0x64, b"\0\1" + b"at 55.67611, 12.56833", in_tile=True)
    stripped = strip(data, mode=mode)
    assert "jp2/tile-comment" in {trace.path for trace in stripped.removed}
    assert b"55.67611" not in stripped.data
    assert pixels(stripped.data) == pixels(data)


@pytest.mark.parametrize("marker", [0x55, 0x57, 0x63])
def test_pointers_in_a_jpeg_2000_that_no_decoder_needs_go(marker: int) -> None:
    data = with_segment(marker, bytes(2) + SECRET)
    assert strip(data, mode=StripMode.ALL).data == strip(encoded_stream(), mode=StripMode.ALL).data


@pytest.mark.parametrize("in_tile", [False, True])
def test_a_jpeg_2000_with_segments_that_are_not_known_here_is_refused(in_tile: bool) -> None:  # noqa: FBT001
    with pytest.raises(RemedyError, match="not known here"):
        strip(with_segment(0x70, SECRET, in_tile=in_tile), mode=StripMode.ALL)


@pytest.mark.parametrize("mode", StripMode)
def test_what_stands_behind_the_end_of_a_code_stream_goes(mode: StripMode) -> None:
    plain = encoded_stream()
    assert plain.endswith(b"\xff\xd9")
    assert strip(plain + SECRET, mode=mode).data == strip(plain, mode=mode).data


# Photoshop


@pytest.mark.parametrize("number", [0x03ED, 0x03F3, 0x0400, 0x0402, 0x0406, 0x040D, 0x0417, 0x042D])
def test_a_resource_of_a_photoshop_file_is_no_longer_than_its_numbers(number: int) -> None:
    assert MARK not in strip(psd(resource(number, SECRET)), mode=StripMode.ALL).data


def test_of_a_resource_that_a_photoshop_file_has_twice_one_stays() -> None:
    twice = psd(resource(0x0400, b"\0\1"), resource(0x0400, SECRET[:2]))
    assert strip(twice, mode=StripMode.ALL).data == psd(resource(0x0400, b"\0\1"))


@pytest.mark.parametrize("mode", StripMode)
def test_bytes_of_a_photoshop_file_that_its_picture_does_not_need_go(mode: StripMode) -> None:
    plain = psd()
    colours = plain[:26] + struct.pack(">I", len(SECRET)) + SECRET + plain[30:]
    reserved = plain[:6] + SECRET[:6] + plain[12:]
    for data in (colours, reserved, plain + SECRET):
        stripped = strip(data, mode=mode)
        assert SECRET[:6] not in stripped.data
        assert {trace.kind for trace in stripped.removed} >= {Kind.UNKNOWN}
    assert strip(plain, mode=mode).data == plain


def test_that_a_large_photoshop_file_has_layers_is_said() -> None:
    plain = psd()
    large = plain[:5] + b"\2" + plain[6:34]
    assert strip(large + struct.pack(">Q", 4) + b"\0\1\0\0" + plain[-3:], mode=StripMode.ALL).doubts == (LAYERED,)
    assert not strip(large + bytes(8) + plain[-3:], mode=StripMode.ALL).doubts


@pytest.mark.parametrize("mode", StripMode)
def test_a_photoshop_file_is_refused_whose_layers_name_a_location(mode: StripMode) -> None:
    data = psd(layers=b"\0\1\0\0<exif:GPSLatitude>55,40.5N")
    assert Kind.COORDINATE in {trace.kind for trace in formats.parse(data).traces}
    with pytest.raises(RemedyError, match="hold a location"):
        strip(data, mode=mode)


# Windows bitmaps and JPEG XL


def test_a_table_of_colours_that_no_pixel_refers_to_goes() -> None:
    plain = encoded("BMP")
    head = bytearray(plain[:54])
    struct.pack_into("<I", head, 46, 8)
    struct.pack_into("<I", head, 10, 54 + 32)
    stripped = strip(bytes(head) + SECRET.ljust(32) + plain[54:], mode=StripMode.ALL).data
    assert MARK not in stripped
    assert pixels(stripped) == pixels(plain)


@pytest.mark.parametrize("at", [40, 60])
def test_numbers_of_a_bitmap_of_version_5_that_nobody_reads_go(at: int) -> None:
    data = v5_bmp(b"BGRs")
    hidden = data[: 14 + at] + SECRET[:16] + data[14 + at + 16 :]
    stripped = strip(hidden, mode=StripMode.ALL).data
    assert stripped == strip(data, mode=StripMode.ALL).data
    assert pixels(stripped) == pixels(data)


@pytest.mark.parametrize("mode", StripMode)
def test_a_second_code_stream_of_a_jpeg_xl_is_hidden_and_goes(mode: StripMode) -> None:
    head = box(b"JXL ", b"\r\n\x87\n") + box(b"ftyp", b"jxl \0\0\0\0jxl ")
    whole = head + box(b"jxlc", b"\xff\x0a" + bytes(range(60)))
    pieces = head + box(b"jxlp", bytes(4) + b"\xff\x0a") + box(b"jxlp", b"\x80\0\0\1" + bytes(range(60)))
    for plain, kind in ((whole, b"jxlc"), (whole, b"jxlp"), (pieces, b"jxlp"), (pieces, b"jxlc")):
        data = plain + box(kind, SECRET)
        assert Kind.EMBEDDED in {trace.kind for trace in formats.parse(data).traces}
        assert strip(data, mode=mode).data == strip(plain, mode=mode).data == plain


# Movies


def grown(data: bytes, path: tuple[bytes, ...], at: int, more: bytes) -> bytes:
    """The AVIF movie with these bytes put in at `at` of the box at the end of the path, and its samples moved along."""
    out, start = bytearray(data), 0
    places = []
    for name in path:
        start = data.index(name, start)
        places.append(start - 4)
    end = places[-1] + (at if at >= 0 else struct.unpack_from(">I", data, places[-1])[0])
    for place in places:
        struct.pack_into(">I", out, place, struct.unpack_from(">I", data, place)[0] + len(more))
    chunks = data.index(b"stco") + 12
    struct.pack_into(">I", out, chunks, struct.unpack_from(">I", data, chunks)[0] + len(more))
    still = data.index(struct.pack(">I", formats.parse(data).coded[0][0]), data.index(b"iloc"))
    struct.pack_into(">I", out, still, struct.unpack_from(">I", data, still)[0] + len(more))
    return bytes(out[:end]) + more + bytes(out[end:])


TRACK = (b"moov", b"trak")
TABLES = (*TRACK, b"mdia", b"minf", b"stbl")
WIDE = {
    "mvhd": (b"moov", b"mvhd"),
    "tkhd": (*TRACK, b"tkhd"),
    "elst": (*TRACK, b"edts", b"elst"),
    "mdhd": (*TRACK, b"mdia", b"mdhd"),
    "hdlr": (*TRACK, b"mdia", b"hdlr"),
    "vmhd": (*TRACK, b"mdia", b"minf", b"vmhd"),
    "url": (*TRACK, b"mdia", b"minf", b"dinf", b"dref", b"url "),
    **{name: (*TABLES, name.encode()) for name in ("stts", "stsc", "stsz", "stco", "stss")},
}


@pytest.mark.parametrize("mode", StripMode)
@pytest.mark.parametrize("name", WIDE)
def test_boxes_of_a_movie_hold_no_more_than_their_numbers_say(name: str, mode: StripMode) -> None:
    plain = moving("AVIF")
    data = grown(plain, WIDE[name], -1, SECRET)
    assert pixels(data) == pixels(plain)
    stripped = strip(data, mode=mode)
    assert MARK not in stripped.data
    assert f"heif/moov/{'dinf' if name == 'url' else name}" in {trace.path for trace in stripped.removed}
    assert pixels(stripped.data) == pixels(plain)


@pytest.mark.parametrize("mode", StripMode)
def test_the_name_of_an_encoder_in_a_movie_is_one(mode: StripMode) -> None:
    plain = moving("AVIF")
    assert not formats.parse(plain).traces
    data = plain.replace(b"\nAOM Coding" + bytes(10), b"\x14ZZSECRET 55.67,12.56")
    assert MARK in data
    assert MARK not in strip(data, mode=mode).data


# Blocks of EXIF


POSITION = struct.pack(">6I", 55, 1, 40, 1, 34, 1)


def left_behind() -> bytes:
    """An EXIF block out of which somebody cut the entry that led to the position."""
    block = exif(gps=True)
    return block.replace(entry(0x8825, 4, 1, b"")[:8], entry(0x0213, 3, 1, b"")[:8], 1)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "HEIF", "JPEG2000", "TIFF"])
def test_a_position_that_no_entry_leads_to_any_more_goes(kind: str) -> None:
    if kind == "JPEG":
        plain = encoded(kind)
        data = plain[:20] + segment(0xE1, b"Exif\0\0" + left_behind()) + plain[20:]
    elif kind == "PNG":
        plain = encoded(kind)
        data = plain[:33] + chunk(b"eXIf", left_behind()) + plain[33:]
    elif kind == "HEIF":
        data = encoded_heif(kind, block=b"Exif\0\0" + left_behind())
    elif kind == "TIFF":
        data = jpeg_in_tiff(grey_jpeg(segment(0xE1, b"Exif\0\0" + left_behind())))
    else:
        data = encoded(kind) + box(b"uuid", b"JpgTiffExif->JP2" + left_behind())
    assert POSITION in data
    for mode in StripMode:
        stripped = strip(data, mode=mode).data
        assert POSITION not in stripped


def test_blocks_that_tell_nothing_leave_a_jpeg_2000_too() -> None:
    plain = encoded("JPEG2000")
    block = b"MM\0*\0\0\0\x08" + directory(entry(0x0112, 3, 1, b"\0\1")) + SECRET
    data = plain + box(b"uuid", b"JpgTiffExif->JP2" + block)
    assert strip(data, mode=StripMode.ALL).data == strip(plain, mode=StripMode.ALL).data


def test_an_emptied_block_of_a_heic_is_still_one() -> None:
    pointer = directory(entry(0x8825, 4, 1, struct.pack(">I", 9_000)))
    data = encoded_heif("HEIF", block=b"Exif\0\0MM\0*\0\0\0\x08" + pointer + SECRET.ljust(60))
    assert formats.parse(data).unread
    stripped = strip(data, mode=StripMode.LOCATION).data
    assert MARK not in stripped
    assert not formats.parse(stripped).unread
