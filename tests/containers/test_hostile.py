"""Hostile files: whatever the bytes, a walk that adds up or one typed error; and no work beyond the limits."""

from __future__ import annotations

import struct
import zlib
from itertools import islice

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.containers.planted import (
    box,
    chunk,
    directory,
    encoded,
    encoded_heif,
    entry,
    everything,
    exif,
    profile,
    segment,
    tiff,
    xmp,
)

from imgpolicy import formats
from imgpolicy.containers.limits import MAX_BLOCKS, MAX_PARTS
from imgpolicy.containers.parts import MalformedError, ParsedFile, following
from imgpolicy.domain.terms import StripMode
from imgpolicy.errors import RemedyError
from imgpolicy.remedies.strip import strip

SEEDS = [data for _, data in everything()]
FEW = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def parsed(data: bytes) -> ParsedFile | None:
    """The walk, after its parts were seen to add up; None for the one error there is."""
    try:
        walk = formats.parse(data)
    except MalformedError:
        return None
    assert not list(following(walk.parts, len(data)))
    assert all(trace.value.isprintable() and 0 <= trace.offset <= len(data) for trace in walk.traces)
    return walk


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A planted file with some bytes changed, cut out, doubled or put in."""
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        match draw(st.sampled_from(["change", "cut", "double", "number", "end"])):
            case "change":
                data[at : at + 1] = draw(st.binary(min_size=1, max_size=1))
            case "cut":
                del data[at : at + draw(st.integers(1, 40))]
            case "double":
                data[at:at] = data[at : at + draw(st.integers(1, 80))]
            case "number":
                data[at : at + 4] = draw(
                    st.sampled_from([b"\xff\xff\xff\xff", bytes(4), b"\0\0\0\1", b"\x7f\xff\xff\xff"])
                )
            case _:
                del data[at:]
    return bytes(data)


@pytest.mark.slow
@FEW
@given(damaged())
def test_a_damaged_file_is_walked_or_refused(data: bytes) -> None:
    parsed(data)


@pytest.mark.slow
@FEW
@given(damaged(), st.sampled_from(StripMode))
def test_a_damaged_file_is_stripped_and_proved_or_refused(data: bytes, mode: StripMode) -> None:
    try:
        once = strip(data, mode=mode)
    except RemedyError:
        return
    if mode is StripMode.ALL:
        assert strip(once.data, mode=mode).data == once.data


@pytest.mark.slow
@FEW
@given(st.sampled_from([data[:24] for data in SEEDS]), st.binary(max_size=400))
def test_a_head_with_anything_behind_it_is_walked_or_refused(head: bytes, rest: bytes) -> None:
    parsed(head + rest)


JPEG, PNG = encoded("JPEG"), encoded("PNG")


def jpeg(*segments: bytes) -> bytes:
    return JPEG[:20] + b"".join(segments) + JPEG[20:]


def png(*chunks: bytes) -> bytes:
    return PNG[:33] + b"".join(chunks) + PNG[33:]


def xmp_segment(packet: bytes) -> bytes:
    return segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet)


def looping_exif() -> bytes:
    pointers = directory(
        entry(0x8769, 4, 1, struct.pack(">I", 8)), entry(0x8825, 4, 1, struct.pack(">I", 8)), following=8
    )
    return b"MM\0*\0\0\0\x08" + pointers


def overlapping_exif() -> bytes:
    return b"MM\0*\0\0\0\x08" + directory(*[entry(0x9286, 7, 60_000, b"\0\0\0\x08")] * 600)


BOMBS = {
    "many-segments": jpeg(*[segment(0xFE, b"x")] * (MAX_PARTS + 1)),
    "many-exif-blocks": jpeg(*[segment(0xE1, b"Exif\0\0" + exif())] * 500),
    "many-packets": jpeg(*[xmp_segment(xmp())] * 500),
    "fill-bytes": JPEG[:20] + b"\xff" * 3_000_000 + b"\0" + JPEG[20:],
    "false-pictures-behind": JPEG + b"\xff\xd8\xff\xe1" * 200_000,
    "small-pictures-behind": JPEG * 300,
    "looping-exif": jpeg(segment(0xE1, b"Exif\0\0" + looping_exif())),
    "overlapping-exif": jpeg(segment(0xE1, b"Exif\0\0" + overlapping_exif())),
    "deep-xmp": jpeg(xmp_segment(b"<a>" * 9_000 + b"</a>" * 9_000)),
    "wide-xmp": png(chunk(b"zTXt", b"XML:com.adobe.xmp\0\0" + zlib.compress(xmp(b"<my:GPSLatitude/>" * 100_000)))),
    "entities": jpeg(xmp_segment(b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>')),
    "many-attributes": png(
        chunk(
            b"iTXt",
            b"XML:com.adobe.xmp\0\0\0\0\0"
            + xmp(attributes=b" ".join(b'my:GPSLatitude%d="1"' % number for number in range(9_000))),
        )
    ),
    "deflated-text": png(*[chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(30_000_000)))] * 50),
    "deflated-profile": png(chunk(b"iCCP", b"p\0\0" + zlib.compress(bytes(30_000_000)))),
    "overlapping-profile": jpeg(
        segment(
            0xE2,
            b"ICC_PROFILE\0\1\1"
            + profile(b"")[:128]
            + struct.pack(">I", 4_000)
            + b"rTRC\0\0\xbc\x04\0\0\x20\0" * 4_000
            + bytes(0x2000),
        )
    ),
    "deep-boxes": encoded_heif("AVIF") + b"".join(struct.pack(">I4s", 8 * (500 - n), b"moov") for n in range(500)),
    "many-boxes": encoded_heif("AVIF") + box(b"free", b"") * (MAX_PARTS + 1),
    "many-pages": tiff(*[[] for _ in range(2_000)]),
    "deep-svg": b'<svg xmlns="http://www.w3.org/2000/svg">' + b"<g>" * 5_000 + b"</g>" * 5_000 + b"</svg>",
    "svg-entities": b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg"><text>&a;</text></svg>',
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_walked_or_refused(name: str) -> None:
    parsed(BOMBS[name])


@pytest.mark.parametrize("name", ["many-segments", "many-boxes", "deep-svg", "svg-entities"])
def test_too_much_is_refused(name: str) -> None:
    with pytest.raises(MalformedError):
        formats.parse(BOMBS[name])


@pytest.mark.parametrize(
    "name",
    [
        "many-exif-blocks",
        "many-packets",
        "overlapping-exif",
        "deep-xmp",
        "entities",
        "deflated-text",
        "overlapping-profile",
    ],
)
def test_what_is_not_taken_apart_is_said_to_be_unread(name: str) -> None:
    assert formats.parse(BOMBS[name]).unread


def test_only_so_many_blocks_are_taken_apart() -> None:
    walk = formats.parse(BOMBS["many-exif-blocks"])
    read = [one for one in walk.parts if one.reading.exif]
    assert len(list(islice(read, MAX_BLOCKS + 1))) == MAX_BLOCKS


def test_more_rows_than_the_picture_has_are_told_and_not_written() -> None:
    at = PNG.index(b"IDAT")
    size = struct.unpack_from(">I", PNG, at - 4)[0]
    rows = zlib.decompress(PNG[at + 4 : at + 4 + size])
    longer = PNG[: at - 4] + chunk(b"IDAT", zlib.compress(rows + b"more")) + PNG[at + 8 + size :]
    assert formats.parse(longer).unread == ("the picture data inflates to more than the picture",)
    with pytest.raises(RemedyError, match="more than the picture"):
        strip(longer, mode=StripMode.ALL)
