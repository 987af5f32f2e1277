"""Blocks that are not taken apart here (makers' segments, C2PA, films): searched for marks of a location."""

from __future__ import annotations

import re
from collections.abc import Iterator

from imgpolicy.containers.blocks.c2pa_rights import rights_in_c2pa
from imgpolicy.containers.blocks.generators import signs_in_c2pa
from imgpolicy.containers.boxes import boxes
from imgpolicy.containers.limits import MAX_DEPTH, MAX_INFLATED
from imgpolicy.containers.parts import MalformedError, Part, Position, Reading, block, part, printable_bytes, shown
from imgpolicy.domain.trace import Kind, Trace

_MARKS = (
    *(b"atitude", b"ATITUDE", b"GPSInfo", b"location.ISO6709", b"LocationCreated", b"LocationShown", b"c2pa.location"),
    *(b'"location"', b'"Location"', b"contentLocation", b"addressLocality", b'"City"', b':City"', b"RectifiedGrid"),
)
"""Names of locations, as they stand in EXIF, XMP, the keys of a film, the assertions of C2PA, and GML in JPEG 2000."""
_ISO_6709 = re.compile(rb"([+-]\d{2}(?:\.\d{1,9})?)([+-]\d{3}(?:\.\d{1,9})?)(?:[+-]\d{1,6}(?:\.\d{1,9})?)?/?")
_HOLDERS = frozenset({b"moov", b"udta", b"trak", b"mdia", b"minf", b"stbl"})


def read_opaque(data: bytes, kind: Kind, path: str, offset: int) -> Reading:
    """One trace of this kind for the block, and one for a location whose name stands in it as text."""
    head = Trace(path=path, kind=kind, offset=offset, value=f"{len(data):,} bytes")
    credits_ = (*signs_in_c2pa(data, path), *rights_in_c2pa(data, path))
    named = _location_named(data)
    if named < 0:
        return Reading(traces=(head,), credits=credits_, opaque=True)
    at, value = offset + named, printable_bytes(data[max(0, named - 4) : named + 60])
    place = Trace(path=f"{path}/location", kind=Kind.COORDINATE, offset=at, value=value)
    return Reading(traces=(head, place), credits=credits_, opaque=True)


def leftover(data: bytes, start: int, end: int, path: str) -> Part:
    """The part for bytes that belong to nothing: padding when they are zeros, else of unknown meaning."""
    if not data[start:end].strip(b"\0"):
        return part(f"{path}/padding", Kind.STRUCTURE, (start, end))
    return block(path, (start, end), (start, end), read_opaque(data[start:end], Kind.UNKNOWN, path, start))


def _location_named(data: bytes) -> int:
    """Where the name of a location stands as text; -1 where none does."""
    return min((at for at in (data.find(mark) for mark in _MARKS) if at >= 0), default=-1)


def read_film(data: bytes, path: str, offset: int, span: tuple[int, int]) -> Reading:
    """What a film (MP4, QuickTime) in these bytes of `data` tells: itself, and the places of its ``udta`` and keys.

    `offset` is that of the first byte of `data` in the file.
    """
    start, end = span
    value = f"a film of {end - start:,} bytes"
    traces = [Trace(path=path, kind=Kind.EMBEDDED, offset=offset + start, value=value)]
    position = None
    doubts: tuple[str, ...] = ()
    try:
        for name, at, body in _film_places(data, start, end, 0):
            match = _ISO_6709.search(body)
            position = position or (Position(float(match[1]), float(match[2])) if match else None)
            text = str(position) if position else printable_bytes(body[:60])
            traces.append(Trace(path=f"{path}/{name}", kind=Kind.COORDINATE, offset=offset + at, value=text))
    except MalformedError as error:
        doubts = (str(error),)
    return Reading(traces=shown(traces), position=position, doubts=doubts)


def _film_places(data: bytes, start: int, end: int, depth: int) -> Iterator[tuple[str, int, bytes]]:
    """Name, offset and body of each box that holds a place."""
    if depth > MAX_DEPTH:
        raise MalformedError(f"boxes are nested more than {MAX_DEPTH} deep")
    for box in boxes(data, start, end):
        body = data[box.body : min(box.end, box.body + MAX_INFLATED)] if box.type != b"mdat" else b""
        if not body.strip(b"\0"):
            continue
        if box.type in {b"\xa9xyz", b"loci"}:
            yield box.name, box.start, body
        elif box.type == b"meta" and b"location.ISO6709" in body:
            yield "keys", box.start, body
        elif box.type == b"uuid" and _location_named(body) >= 0:
            yield "uuid", box.start, body
        elif box.type in _HOLDERS:
            # QuickTime ends a udta box with four zero bytes.
            inner = box.end - 4 if box.type == b"udta" and data[box.end - 4 : box.end] == bytes(4) else box.end
            yield from _film_places(data, box.body, inner, depth + 1)


def film_at(data: bytes, at: int) -> tuple[int, int] | None:
    """Where the film ends that begins at this offset, with as many whole boxes as follow; None when there is none."""
    if data[at + 4 : at + 8] != b"ftyp":
        return None
    end = at
    try:
        for box in boxes(data, at, len(data)):
            if not box.type.isalnum() and box.type[:1] != b"\xa9":
                break
            end = box.end
    except MalformedError:
        pass
    return (at, end) if end > at else None
