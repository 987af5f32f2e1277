"""Blocks of metadata as every container carries them, each read with the blocks that are nested in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from imgpolicy.containers.blocks import exif, exif_tags, icc, ifd, iptc, irb, xmp
from imgpolicy.containers.blocks.credit_lines import credit_lines
from imgpolicy.containers.blocks.generators import signs
from imgpolicy.containers.blocks.positions import names_position
from imgpolicy.containers.limits import MAX_BLOCKS, MAX_DEPTH, TOO_MANY_BLOCKS
from imgpolicy.containers.parts import Credit, MalformedError, Patch, Reading, Right, printable_bytes
from imgpolicy.domain.trace import Kind, Trace


def read_exif(data: bytes, path: str, offset: int, depth: int = 0) -> Reading:
    """What an EXIF block tells, from its TIFF header on, with the XMP, IPTC and ICC blocks inside.

    A block that is no TIFF structure is one unknown trace and a doubt.
    """
    try:
        tiff = ifd.read(data)
        readings = exif.read(tiff, path, offset), *_nested(tiff, path, offset, depth + 1)
        # Of a file that is one such structure its own format knows what is claimed.
        gaps = Reading(patches=tuple(exif.unclaimed(tiff, offset)) if offset else ())
        return Reading.joined((*readings, gaps))
    except MalformedError as error:
        return _unread(path, offset, data, str(error))


def _nested(tiff: ifd.Tiff, path: str, offset: int, depth: int) -> Iterator[Reading]:
    nested = [entry for one in tiff.ifds if one.name != "gps" for entry in one.entries if entry.tag in exif_tags.NESTED]
    for entry in nested[:MAX_BLOCKS]:
        reading = read_tag(tiff, entry, path, offset, depth)
        if reading.doubts:
            # What cannot be read may tell a location.
            reading = replace(reading, patches=(Patch(offset + entry.start, bytes(len(tiff.value(entry)))),))
        yield reading
    if len(nested) > MAX_BLOCKS:
        yield Reading(doubts=(TOO_MANY_BLOCKS,))


def read_tag(tiff: ifd.Tiff, entry: ifd.Entry, path: str, offset: int, depth: int = 0) -> Reading:
    """What the block tells that is the value of this entry of a directory; nothing for other entries."""
    value, at = tiff.value(entry), offset + entry.start
    if entry.tag == exif_tags.XMP:
        return read_xmp(value, f"{path}/xmp", at)
    if entry.tag == exif_tags.IPTC:
        # Written as LONGs in the file's byte order by some, which older readers swapped on the way.
        return iptc.read(value, f"{path}/iptc", at)
    if entry.tag == exif_tags.PHOTOSHOP:
        return read_irb(value, f"{path}/irb", at, depth)
    if entry.tag == exif_tags.ICC:
        return icc.read(value, f"{path}/icc", at)
    return Reading()


def read_xmp(data: bytes, path: str, offset: int) -> Reading:
    """What an XMP packet tells; one that is refused is an unknown trace and a doubt."""
    try:
        return xmp.read(data, path, offset)
    except MalformedError as error:
        return _unread(path, offset, data, str(error))


def read_irb(data: bytes, path: str, offset: int, depth: int = 0) -> Reading:
    """What a row of Photoshop resources tells, with the blocks inside."""
    readings: list[Reading] = []
    try:
        for resource in irb.resources(data):
            value = data[resource.start : resource.end]
            readings.append(_read_resource(resource, value, path, offset + resource.start, depth + 1))
            readings.append(_read_label(resource, path, offset))
    except MalformedError as error:
        readings.append(_unread(path, offset, data, str(error)))
    return Reading.joined(readings)


def _read_resource(resource: irb.Resource, value: bytes, path: str, at: int, depth: int) -> Reading:
    if depth > MAX_DEPTH:
        return _unread(path, at, value, f"blocks are nested more than {MAX_DEPTH} deep")
    if resource.number in irb.EXIF:
        return read_exif(value, f"{path}/exif", at, depth)
    if resource.number in _RESOURCES:
        name, read = _RESOURCES[resource.number]
        return read(value, f"{path}/{name}", at)
    kind = resource.kind
    if kind is None or not value.strip(b"\0"):
        return Reading()
    path, size = f"{path}/{resource.name}", f"{len(value):,} bytes"
    traces = [Trace(path=path, kind=kind, offset=at, value=size)]
    if kind is Kind.EMBEDDED and exif.has_metadata(value):
        traces.append(Trace(path=f"{path}/metadata", kind=Kind.UNKNOWN, offset=at, value=size))
    strange = traces[-1].kind is Kind.UNKNOWN
    return Reading(traces=tuple(traces), patches=(Patch(at, bytes(len(value))),) if strange else ())


def _read_label(resource: irb.Resource, path: str, offset: int) -> Reading:
    """The words by which somebody called a resource, such as a path or a selection."""
    text = printable_bytes(resource.label)
    if not text:
        return Reading()
    kind = Kind.COORDINATE if names_position(text) else Kind.IDENTITY
    return Reading(traces=(Trace(path=f"{path}/name", kind=kind, offset=offset + resource.start, value=text),))


def _read_url(data: bytes, path: str, offset: int) -> Reading:
    """The address that Photoshop shows as that of the copyright."""
    text = printable_bytes(data)
    trace = Trace(path=path, kind=Kind.RIGHTS, offset=offset, value=text)
    return Reading(traces=(trace,), credits=(Credit(Right.WEB_STATEMENT, text, path),)) if text else Reading()


_RESOURCES = {
    irb.IPTC: ("iptc", iptc.read),
    irb.XMP: ("xmp", read_xmp),
    irb.ICC: ("icc", icc.read),
    irb.URL: ("url", _read_url),
}


def read_text(data: bytes, path: str, offset: int) -> Reading:
    """A comment or other free text: words of whoever wrote them."""
    value, text = printable_bytes(data), data.decode("utf-8", "replace")
    kind = Kind.COORDINATE if names_position(text) else Kind.IDENTITY
    traces = (Trace(path=path, kind=kind, offset=offset, value=value),) if value else ()
    return Reading(traces=traces, credits=(*signs("comment", text, path), *credit_lines("comment", text, path)))


def _unread(path: str, offset: int, data: bytes, doubt: str) -> Reading:
    trace = Trace(path=path, kind=Kind.UNKNOWN, offset=offset, value=f"{len(data):,} bytes")
    return Reading(traces=(trace,), doubts=(doubt,))
