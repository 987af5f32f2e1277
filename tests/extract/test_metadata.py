"""The metadata of a picture: what the file tells, in which channel, and what could not be read."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import replace

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from tests.containers.planted import LATITUDE, LONGITUDE, SECRET, chunk, encoded, exif, segment, xmp

from imgpolicy import formats
from imgpolicy.domain.terms import StripMode
from imgpolicy.domain.trace import Kind
from imgpolicy.errors import ExtractError
from imgpolicy.extract import Extractor
from imgpolicy.extract.metadata import MetadataExtractor
from imgpolicy.facts import Metadata
from imgpolicy.picture import load
from imgpolicy.remedies.strip import strip

EXTRACTOR: Extractor = MetadataExtractor()


def metadata(data: bytes) -> Metadata:
    fact = EXTRACTOR.extract(replace(load(encoded("JPEG"), "picture"), data=data))
    assert isinstance(fact, Metadata)
    return fact


def jpeg(marker: int, payload: bytes) -> bytes:
    plain = encoded("JPEG")
    return plain[:20] + segment(marker, payload) + plain[20:]


def test_a_plain_picture_tells_nothing() -> None:
    fact = metadata(encoded("JPEG"))
    assert (fact.traces, fact.decoded, fact.unknowns) == ((), {}, ())


def test_an_exif_position_is_a_coordinate_with_its_offset_and_degrees() -> None:
    data = jpeg(0xE1, b"Exif\0\0" + exif())
    trace = next(trace for trace in metadata(data).traces if trace.path == "jpeg/app1-exif/gps")
    assert trace.kind is Kind.COORDINATE
    assert trace.value == f"{LATITUDE:.6f}, {LONGITUDE:.6f}"
    assert data[trace.offset : trace.offset + 2] == b"\0\4"


def test_the_position_stands_in_decimal_degrees() -> None:
    decoded = metadata(jpeg(0xE1, b"Exif\0\0" + exif(orientation=6))).decoded
    assert (decoded["latitude"], decoded["longitude"]) == ("55.676111", "12.568333")
    assert "Rotated 90 CW" in decoded["Image Orientation"]


def test_the_position_of_xmp_is_found_too() -> None:
    decoded = metadata(jpeg(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp())).decoded
    assert decoded["latitude"] == "55.676110"


def test_a_maker_note_is_identity() -> None:
    traces = metadata(jpeg(0xE1, b"Exif\0\0" + exif(note=SECRET, gps=False))).traces
    assert [(trace.path, trace.kind) for trace in traces] == [("jpeg/app1-exif/maker-note", Kind.IDENTITY)]


def test_an_unknown_segment_is_a_finding() -> None:
    traces = metadata(jpeg(0xE4, b"VENDOR\0" + SECRET)).traces
    assert [(trace.path, trace.kind) for trace in traces] == [("jpeg/app4", Kind.UNKNOWN)]


def test_a_block_that_cannot_be_read_is_an_unknown_and_a_finding() -> None:
    fact = metadata(jpeg(0xE1, b"Exif\0\0rubbish"))
    assert [unknown.reason for unknown in fact.unknowns] == [
        "a part of the file cannot be read: an EXIF block has no TIFF header"
    ]
    assert [trace.kind for trace in fact.traces] == [Kind.UNKNOWN]


def test_a_failure_to_decode_hides_no_trace() -> None:
    broken = exif().replace(b"\x01\x12\0\3\0\0\0\1", b"\x01\x12\0\3\xff\xff\xff\xff")
    fact = metadata(jpeg(0xE1, b"Exif\0\0" + broken))
    assert "jpeg/app1-exif/gps" in {trace.path for trace in fact.traces}


def test_values_are_printable_and_bounded() -> None:
    long = b"\x1b[31m" + b"x" * 5000
    plain = encoded("PNG")
    traces = metadata(plain[:33] + chunk(b"tEXt", b"Comment\0" + long) + plain[33:]).traces
    assert all(trace.value.isprintable() and len(trace.value) <= 200 for trace in traces)
    assert traces


def test_a_file_that_cannot_be_walked_is_an_error_of_one_line() -> None:
    picture = replace(load(encoded("JPEG"), "picture"), data=b"P6 1 1 255 ...")
    with pytest.raises(ExtractError, match="cannot be read") as caught:
        EXTRACTOR.extract(picture)
    assert "\n" not in str(caught.value)


def test_every_statement_of_rights_is_kept_with_the_channel_it_came_through() -> None:
    picture = Image.effect_noise((40, 30), 20).convert("RGB")
    tags = Image.Exif()
    tags[0x8298], tags[0x013B] = "(c) One", "A. Painter"
    said = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/"'
        b' xmlns:e="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" plus:DataMining="DMI-PROHIBITED"'
        b' e:DigitalSourceType="digitalCapture">'
        b'<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">(c) Two</rdf:li></rdf:Alt></dc:rights>'
        b"</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", exif=tags, xmp=said)
    found = metadata(buffer.getvalue())
    assert {(one.what, one.path.rpartition("/")[2], one.value) for one in found.rights} == {
        ("dc:creator", "Artist", "A. Painter"),
        ("dc:rights", "Copyright", "(c) One"),
        ("dc:rights", "dc:rights", "(c) Two"),
        ("plus:DataMining", "plus:DataMining", "DMI-PROHIBITED"),
        ("Iptc4xmpExt:DigitalSourceType", "Iptc4xmpExt:DigitalSourceType", "digitalCapture"),
    }
    assert found.unknowns == ()


def test_statements_of_rights_in_iptc_and_png_text_are_told_too() -> None:
    block = b"".join(
        b"\x1c\x02" + bytes([n]) + len(v).to_bytes(2) + v for n, v in ((110, b"Agency"), (116, b"(c) Three"))
    )
    resource = b"8BIM\x04\x04\0\0" + len(block).to_bytes(4) + block + b"\0" * (len(block) % 2)
    photoshop = b"Photoshop 3.0\0" + resource
    found = metadata(jpeg(0xED, photoshop))
    assert {(one.what, one.value) for one in found.rights} == {
        ("photoshop:Credit", "Agency"),
        ("dc:rights", "(c) Three"),
    }
    png, text = io.BytesIO(), PngInfo()
    text.add_text("Copyright", "(c) Four")
    Image.new("RGB", (8, 8)).save(png, "PNG", pnginfo=text)
    (one,) = metadata(png.getvalue()).rights
    assert (one.what, one.value) == ("dc:rights", "(c) Four")


def test_more_statements_of_rights_than_anybody_makes_are_said_to_be_left_out() -> None:
    png, text = io.BytesIO(), PngInfo()
    for number in range(501):
        text.add_text("Copyright", f"(c) {number}")
    Image.new("RGB", (8, 8)).save(png, "PNG", pnginfo=text)
    found = metadata(png.getvalue())
    assert found.unknowns
    assert len(found.rights) <= 500


@pytest.mark.parametrize("announced", [0, 1, 0xFFFFFFFF])
def test_frames_that_an_animation_does_not_announce_are_no_part_of_the_picture(announced: int) -> None:
    """Readers show as many frames as acTL says, so that whoever looks at the picture never sees the others."""
    file = io.BytesIO()
    still, hidden = (Image.new("RGB", (8, 8), colour) for colour in ("green", "red"))
    still.save(file, "PNG", save_all=True, append_images=[hidden], duration=100)
    data = file.getvalue()
    at = data.index(b"acTL")
    told = struct.pack(">II", announced, 0)
    hiding = data[: at + 4] + told + struct.pack(">I", zlib.crc32(b"acTL" + told)) + data[at + 16 :]
    assert not formats.parse(data).traces
    assert {trace.path for trace in formats.parse(hiding).traces} == {"png/fctl", "png/fdat"}


def test_an_animation_that_is_announced_behind_its_picture_is_no_part_of_it() -> None:
    file = io.BytesIO()
    still, hidden = (Image.new("RGB", (8, 8), colour) for colour in ("green", "red"))
    still.save(file, "PNG", save_all=True, append_images=[hidden], duration=100)
    data = file.getvalue()
    at, end = data.index(b"acTL") - 4, data.rindex(b"fcTL") - 4
    late = data[:at] + data[at + 20 : end] + data[at : at + 20] + data[end:]
    assert {trace.path for trace in formats.parse(late).traces} >= {"png/fctl", "png/fdat"}


def test_a_film_that_readers_of_the_picture_do_not_show_is_told_and_goes() -> None:
    file = io.BytesIO()
    still, hidden = (Image.new("RGB", (16, 16), colour) for colour in ("green", "red"))
    still.save(file, "AVIF", save_all=True, append_images=[hidden], duration=100)
    film = file.getvalue()
    picture = film[:8] + b"avif" + film[12:]
    assert [load(data, "picture").frame_count for data in (film, picture)] == [2, 1]
    assert not formats.parse(film).traces
    told = formats.parse(picture).traces
    assert [(trace.path, trace.kind) for trace in told] == [("heif/hidden-film", Kind.EMBEDDED)]
    stripped = strip(picture, mode=StripMode.ALL).data
    assert (b"moov" in stripped, formats.parse(stripped).traces) == (False, ())


def test_a_still_picture_beside_the_film_that_readers_show_is_told() -> None:
    """A reader that plays no films shows the still picture, which the others never do."""
    file = io.BytesIO()
    first, second = (Image.new("RGB", (16, 16), colour) for colour in ("green", "red"))
    first.save(file, "AVIF", save_all=True, append_images=[second], duration=100)
    film = file.getvalue()
    still = next(one for one in formats.parse(film).parts if one.path == "heif/picture")
    size = still.end - still.start
    mdat = film.rindex(b"mdat") - 4
    grown = (len(film) - mdat + size).to_bytes(4, "big")
    beside = film[:mdat] + grown + film[mdat + 4 :] + film[still.start : still.end]
    beside = beside.replace(struct.pack(">II", still.start, size), struct.pack(">II", len(film), size))
    assert [load(data, "picture").frame_count for data in (film, beside)] == [2, 2]
    told = formats.parse(beside).traces
    assert [(trace.path, trace.kind) for trace in told] == [("heif/still-beside-the-film", Kind.EMBEDDED)]
