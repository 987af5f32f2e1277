"""Places that are told in words."""

from __future__ import annotations

import io
import struct
import time

import pytest
from PIL import Image
from tests.containers.planted import (
    SECRET,
    box,
    chunk,
    encoded,
    encoded_stream,
    exif,
    iptc,
    resource,
    segment,
    sub_blocks,
    tiff,
    xmp,
)

from imgpolicy import formats
from imgpolicy.containers.blocks.positions import names_position
from imgpolicy.domain.terms import StripMode
from imgpolicy.domain.trace import Kind
from imgpolicy.remedies.strip import strip

PLACES = (
    *("0.3365, 6.7273", "4.7397, -2.0891", "gain 0.3127,0.3290 at 55.6761, 12.5683"),
    *("taken at 10.5000, 20.2500", "at -33.8568;151.2153", "55,676;12,568", "55.676098|12.568337", "55.6761 12.5683"),
    *(
        "55.6761 N 12.5683 E",
        "N55.6761 E12.5683",
        "55.6761N-12.5683E",
        "55.68\u00b0 N, 12.57\u00b0 E",
        "N 55,68 \u00d8 12,57",
    ),
    *(
        "55\u00b0 40' 34\" N 12\u00b0 34' 6\" E",
        "N 55\u00b0 40.567' E 12\u00b0 34.1'",
        "55\u00b040\u203234\u2033N 12\u00b034\u203206\u2033E",
    ),
    *(
        "55 40 34 N, 12 34 06 E",
        "latitude: 55.68",
        "lat=55.68&lon=12.5",
        "breddegrad 55,68",
        '{"lat": 55.676, "lng": 12.56}',
    ),
    *("N 55\u00b0 40.567 E 012\u00b0 34.100", "S33 51.407 E151 12.918", "55 40.567N 012 34.1E", "12.5683 E, 55.6761 N"),
    *("32U 724000 6176000", "$GPGGA,123519,4807.038,N,01131.000,E,1,08", "lat.: 55.6761"),
    *("geo:55.67,12.56", "geo:55,12", "+55.6761+012.5683/", "9F7JMH5Q+PW", "///filled.count.soap"),
    *("https://www.google.com/maps/@1,2", "maps.apple.com/?q=x", "https://maps.app.goo.gl/xyz", "w3w.co/a.b.c"),
)
NO_PLACES = (
    *("version 1.2.3, 4.5", "f/2.8, 1/250", "2026-05-01 12:30", "3.14", "1024, 768", "", "1.234,567", "10,000 12,000"),
    *("rotated by 45\u00b0", "12.50 kr, 13.75 kr", "ISO 100, 1/500", "price 1.999,00", "https:///x", "see page 12 34"),
    *("C++ plus", "a map of it", "late 12.50", "v12.345.678", "1.234.567,89"),
    # Gain maps, white points, regions of faces and corrections of lenses
    *("-0.256907 -0.261365 -0.280284", "0.3127,0.3290", "0.403125, 0.330598, 0.192188, 0.288394", "2.322897,1.934775"),
    *("1.277177 1.277203 1.277969", "0.000000,0.000000,0.000000", "0.000218235, 1.20722e-6, -2.8676e-9"),
)


@pytest.mark.parametrize("text", PLACES)
def test_coordinates_in_words_are_a_place(text: str) -> None:
    assert names_position(text)


@pytest.mark.parametrize("text", NO_PLACES)
def test_other_numbers_are_none(text: str) -> None:
    assert not names_position(text)


HOSTILE = (
    "1 ",
    "1.1234 ",
    "1.123     ",
    "55\u00b01'",
    "///a.",
    "12 34 56 N ",
    "+55.55",
    "N1.12 ",
    "1.123" + " " * 500,
    "N12 34.5 ",
    "12 34.5N ",
    "1.12E ",
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_long_text_is_gone_through_in_no_time(piece: str) -> None:
    start = time.process_time()
    names_position(piece * (100_000 // len(piece)))
    assert time.process_time() - start < 2


WHERE = b"taken at 55.67611, 12.56833"
IN_TEXT = {
    "exif-description": lambda: jpeg(segment(0xE1, b"Exif\0\0" + exif(text=WHERE + b"\0", gps=False))),
    "exif-software": lambda: jpeg(
        segment(0xE1, b"Exif\0\0" + exif(text=WHERE + b"\0", gps=False).replace(b"\1\x0e", b"\1\x31", 1))
    ),
    "xmp-description": lambda: jpeg(
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + plain_xmp(b"<dc:description>" + WHERE + b"</dc:description>"))
    ),
    "xmp-attribute": lambda: jpeg(
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + plain_xmp(attributes=b'dc:title="' + WHERE + b'"'))
    ),
    "xmp-rights": lambda: jpeg(
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + plain_xmp(b"<dc:rights>" + WHERE + b"</dc:rights>"))
    ),
    "iptc-caption": lambda: jpeg(
        segment(0xED, b"Photoshop 3.0\0" + resource(0x0404, b"\x1c\x02\x78\0" + bytes((len(WHERE),)) + WHERE))
    ),
    "iptc-copyright": lambda: jpeg(
        segment(0xED, b"Photoshop 3.0\0" + resource(0x0404, b"\x1c\x02\x74\0" + bytes((len(WHERE),)) + WHERE))
    ),
    "png-text": lambda: encoded("PNG")[:33] + chunk(b"tEXt", b"Title\0" + WHERE) + encoded("PNG")[33:],
    "gif-comment": lambda: encoded("GIF")[:-1] + b"\x21\xfe" + sub_blocks(WHERE) + b";",
    "tiff-page-name": lambda: tiff([(0x011D, 2, WHERE + b"\0")]),
    "jpeg-2000-comment": lambda: commented_stream(WHERE),
}


def jpeg(*segments: bytes) -> bytes:
    plain = encoded("JPEG")
    return plain[:20] + b"".join(segments) + plain[20:]


def plain_xmp(inner: bytes = b"", attributes: bytes = b"") -> bytes:
    """A packet without the position that the planted one has."""
    packet = xmp(inner, attributes).replace(b'exif:GPSLatitude="55,40.5666N" exif:GPSLongitude="12,34.1E" ', b"")
    return packet.replace(b"<photoshop:City>" + SECRET + b"</photoshop:City>", b"")


def commented_stream(text: bytes) -> bytes:
    stream = encoded_stream()
    at = stream.index(b"\xff\x52")
    return stream[:at] + b"\xff\x64" + (4 + len(text)).to_bytes(2, "big") + b"\0\1" + text + stream[at:]


@pytest.mark.parametrize("name", IN_TEXT)
@pytest.mark.parametrize("mode", StripMode)
def test_a_place_in_any_text_of_a_file_is_told_and_taken_out(name: str, mode: StripMode) -> None:
    data = IN_TEXT[name]()
    assert Kind.COORDINATE in {trace.kind for trace in formats.parse(data).traces}
    assert b"55.67611" not in strip(data, mode=mode).data


def test_a_thermal_camera_tells_where_it_was() -> None:
    record = struct.pack(">I", 1) + b"2200N\0\0\0W\0\0\0" + struct.pack(">dd", 55.676, 12.568) + bytes(80)
    head = b"FFF\0" + bytes(16) + struct.pack(">III", 100, 64, 1) + bytes(32)
    row = struct.pack(">H", 0x2B) + bytes(10) + struct.pack(">II", 96, len(record)) + bytes(12)
    block = head + row + record
    halves = block[:80], block[80:]
    data = jpeg(*(segment(0xE1, b"FLIR\0\1" + bytes((number, 1)) + half) for number, half in enumerate(halves)))
    parsed = formats.parse(data)
    assert str(parsed.reading.position) == "55.676000, -12.568000"
    for mode in StripMode:
        assert struct.pack(">d", 55.676) not in strip(data, mode=mode).data


@pytest.mark.parametrize(("mark", "order"), [(b"AXS!", ">"), (b"AXS*", "<")])
def test_an_afcp_trailer_tells_its_places_and_whose_the_picture_is(mark: bytes, order: str) -> None:
    block = iptc() + b"\x1c\x02\x74\0\x07A. Name"
    plain = encoded("JPEG")
    start = len(plain)
    head = mark + struct.pack(f"{order}HHI", 1, 2, 0)
    rows = (
        b"IPTC" + struct.pack(f"{order}II", len(block), start + 36) + b"Nail" + struct.pack(f"{order}II", 4, start + 36)
    )
    data = plain + head + rows + block + bytes(20) + mark + struct.pack(f"{order}II", start, 0)
    parsed = formats.parse(data)
    assert {trace.kind for trace in parsed.traces} >= {Kind.PLACE, Kind.EMBEDDED, Kind.RIGHTS}
    for mode in StripMode:
        stripped = strip(data, mode=mode).data
        assert SECRET not in stripped
        assert [credit.text for credit in formats.parse(stripped).reading.credits] == ["A. Name"]


@pytest.mark.parametrize(
    "assertion", [b'{"@type":"Photo","contentLocation":"Ry"}', b'{"photoshop:City":"Ry"}', b"c2pa.location.broad"]
)
def test_a_place_in_the_assertions_of_c2pa_is_a_location(assertion: bytes) -> None:
    store = box(b"jumb", box(b"jumd", bytes(16) + b"\x03c2pa\0") + box(b"json", assertion))
    data = jpeg(segment(0xEB, b"JP\0\1\0\0\0\1" + store))
    assert Kind.COORDINATE in {trace.kind for trace in formats.parse(data).traces}


def test_a_comment_that_tells_a_place_is_taken_out_with_the_location() -> None:
    data = io.BytesIO()
    Image.new("RGB", (16, 16)).save(data, "JPEG", comment=b"taken at 10.5000, 20.2500")
    done = strip(data.getvalue(), mode=StripMode.LOCATION)
    assert [trace.kind for trace in done.removed] == [Kind.COORDINATE]
    assert b"20.2500" not in done.data
