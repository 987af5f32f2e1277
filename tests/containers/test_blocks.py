"""The blocks of metadata that all containers share: what each tells."""

from __future__ import annotations

import struct
import zlib

import pytest
from tests.containers.planted import directory, entry, exif, iptc, profile, resource, xmp

from imgpolicy.containers import blocks
from imgpolicy.containers.blocks import icc, xmp_names
from imgpolicy.containers.blocks import iptc as iim
from imgpolicy.containers.blocks import xmp as packets
from imgpolicy.containers.blocks.exif import is_minimal, minimal
from imgpolicy.containers.parts import Credit, MalformedError, Right
from imgpolicy.containers.png.deflated import follow, inflated
from imgpolicy.domain.trace import Kind


def test_exif_south_and_west_are_negative() -> None:
    block = exif().replace(b"N\0\0\0", b"S\0\0\0").replace(b"E\0\0\0", b"W\0\0\0")
    position = blocks.read_exif(block, "c", 0).position
    assert position is not None
    assert (round(position.latitude, 4), round(position.longitude, 4)) == (-55.6761, -12.5683)


def test_a_gps_directory_with_its_version_alone_is_no_location() -> None:
    block = (
        b"MM\0*\0\0\0\x08"
        + directory(entry(0x8825, 4, 1, struct.pack(">I", 26)))
        + directory(entry(0, 1, 4, b"\2\3\0\0"))
    )
    assert blocks.read_exif(block, "c", 0).traces == ()


def test_the_home_town_in_a_pentax_note_is_a_place() -> None:
    note = b"AOC\0MM" + directory(entry(0x23, 3, 1, b"\0\x07"))
    traces = blocks.read_exif(exif(note=note, gps=False), "c", 0).traces
    assert ("c/maker-note/HometownCity", Kind.PLACE) in {(trace.path, trace.kind) for trace in traces}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_minimal_block_says_which_way_is_up_and_nothing_else(orientation: int) -> None:
    reading = blocks.read_exif(minimal(orientation), "c", 0)
    assert (reading.orientation, reading.traces, reading.doubts) == (orientation, (), ())
    assert is_minimal(minimal(orientation))


@pytest.mark.parametrize(
    ("namespace", "name", "kind"),
    [
        ("http://ns.adobe.com/exif/1.0/", "GPSLatitude", Kind.COORDINATE),
        ("http://www.dji.com/drone-dji/1.0/", "GpsLongitude", Kind.COORDINATE),
        ("http://ns.adobe.com/photoshop/1.0/", "City", Kind.PLACE),
        ("http://iptc.org/std/Iptc4xmpExt/2008-02-29/", "LocationCreated", Kind.PLACE),
        ("http://purl.org/dc/elements/1.1/", "coverage", Kind.PLACE),
        ("http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/", "CiAdrCity", Kind.IDENTITY),
        ("http://ns.adobe.com/exif/1.0/aux/", "SerialNumber", Kind.IDENTITY),
        ("http://purl.org/dc/elements/1.1/", "rights", Kind.RIGHTS),
        ("http://ns.adobe.com/hdr-gain-map/1.0/", "HDRCapacityMin", None),
        ("http://ns.adobe.com/exif/1.0/", "SubjectLocation", None),
        ("urn:of:somebody", "anything", Kind.UNKNOWN),
    ],
)
def test_what_an_xmp_property_tells(namespace: str, name: str, kind: Kind | None) -> None:
    assert xmp_names.kind(namespace, name) is kind


def test_xmp_that_is_not_well_formed_still_shows_its_places() -> None:
    reading = packets.read(xmp().replace(b"</rdf:RDF>", b""), "c", 0)
    assert reading.doubts
    assert reading.tells_location


def test_xmp_with_a_document_type_is_refused_and_told() -> None:
    reading = blocks.read_xmp(b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x>&y;</x>', "c", 0)
    assert reading.doubts == ("an XMP packet declares a document type",)
    assert [trace.kind for trace in reading.traces] == [Kind.UNKNOWN]


def test_every_statement_of_rights_survives_being_written_and_read() -> None:
    stated = tuple(Credit(right, f"<{right.name}> & “co”") for right in Right)
    assert set(packets.read(packets.packet(stated), "c", 0).credits) == set(stated)


def test_iptc_gives_places_with_their_text_in_its_charset() -> None:
    plain = iim.read(b"\x1c\x02\x5a\x00\x04K\xf8ge", "c", 0)
    wide = iim.read(b"\x1c\x01\x5a\x00\x03\x1b%G" + b"\x1c\x02\x5a\x00\x05K\xc3\xb8ge", "c", 0)
    assert [trace.value for trace in (*plain.traces, *wide.traces)] == ["Køge", "Køge"]
    assert plain.traces[0].kind is Kind.PLACE


def test_an_extended_iptc_data_set_is_followed() -> None:
    reading = iim.read(b"\x1c\x02\x5a\x80\x04\0\0\0\4Oslo", "c", 0)
    assert [trace.value for trace in reading.traces] == ["Oslo"]


def test_iptc_that_ends_in_something_else_is_a_doubt() -> None:
    assert iim.read(iptc() + b"rest", "c", 0).doubts


def test_photoshop_resources_are_read_with_the_blocks_inside() -> None:
    data = resource(0x0404, iptc()) + resource(0x0424, xmp()) + resource(0x0422, exif()) + resource(0x1234, b"x")
    paths = {trace.path for trace in blocks.read_irb(data, "c", 0).traces}
    assert {"c/iptc/City", "c/xmp/photoshop:City", "c/exif/gps", "c/0x1234"} <= paths


def test_a_cleaned_profile_has_the_same_colours_and_is_clean_already() -> None:
    cleaned = icc.cleaned(profile())
    assert icc.colour(cleaned) == icc.colour(profile())
    assert icc.cleaned(cleaned) == cleaned
    assert not [trace for trace in icc.read(cleaned, "c", 0).traces if trace.kind is Kind.UNKNOWN]


def test_a_deflated_block_may_only_grow_so_far() -> None:
    with pytest.raises(MalformedError, match="more than"):
        inflated(zlib.compress(bytes(20_000_000)))


def test_the_end_of_a_stream_is_found_over_several_spans() -> None:
    stream = zlib.compress(b"picture" * 10)
    data = b"head" + stream[:9] + b"gap" + stream[9:] + b"rest"
    found = follow(data, [(4, 13), (16, len(data))], 70, 1_000)
    assert (found.used, found.complete, found.excess) == ((9, len(stream) - 9), True, False)
