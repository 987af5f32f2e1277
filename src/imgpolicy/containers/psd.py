"""Photoshop files (Adobe Photoshop file formats specification): head, colours, resources, layers, and the picture."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from imgpolicy.containers.blocks import irb, read_irb, xmp
from imgpolicy.containers.blocks.opaque import leftover, read_opaque
from imgpolicy.containers.edit import edited, zeroed
from imgpolicy.containers.parts import MalformedError, ParsedFile, Part, Wanted, block, part
from imgpolicy.domain.terms import StripMode
from imgpolicy.domain.trace import Kind

_HEADS = (b"8BPS\0\1", b"8BPS\0\2")
_HEAD, _RESERVED = 26, (6, 12)
_INDEXED, _DUOTONE, _TABLE = 2, 8, 768
_TONES, _TONES_SIZE = b"hdrt", 112
"""How pictures of 32 bits are shown."""
_RAW, _RUNS = 0, 1
_KEPT = {0x03ED: 16, 0x0400: 2, 0x0406: 9, 0x0408: 16, 0x040D: 4, 0x0416: 2, 0x0417: 2, 0x0419: 4}
"""Resources of numbers by which the picture is shown, and how long each can be."""
_OF_LAYERS = frozenset({0x0402, 0x042D, 0x0430})
"""Those of its layers, as long as there are many of them."""
LAYERED = "its layers stay, with their names and whatever they hide"


@dataclass(frozen=True, slots=True)
class _Sections:
    """Where the sections end that lie behind the head: table of colours, resources, layers, and the picture itself.

    `table` is the end of the colours that the picture needs; their section may be longer.
    """

    table: int
    colours: int
    resources: int
    layers: int
    picture: int
    layered: bool

    @property
    def block(self) -> tuple[int, int]:
        """Where the resources lie."""
        return self.colours + 4, self.resources


def matches(head: bytes) -> bool:
    """Whether a file that begins so is a Photoshop file."""
    return head.startswith(_HEADS)


def parse(data: bytes) -> ParsedFile:
    """Every byte of a Photoshop file; its resources are read, its layers are searched for the name of a location."""
    place = _sections(data)
    start, end = place.block
    parts = (
        part("psd/head", Kind.PICTURE, (0, _RESERVED[0])),
        leftover(data, *_RESERVED, "psd/reserved"),
        part("psd/head", Kind.PICTURE, (_RESERVED[1], _HEAD)),
        part("psd/colours", Kind.STRUCTURE, (_HEAD, _HEAD + 4)),
        part("psd/colours", Kind.PICTURE, (_HEAD + 4, place.table)),
        leftover(data, place.table, place.colours, "psd/behind-the-colours"),
        part("psd/resources", Kind.STRUCTURE, (place.colours, start)),
        block("psd/irb", (start, end), (start, end), read_irb(data[start:end], "psd/irb", start)),
        _layers(data, end, place.layers),
        part("psd/picture", Kind.PICTURE, (place.layers, place.picture)),
        leftover(data, place.picture, len(data), "psd/trailer"),
    )
    kept = tuple(one for one in parts if one.end > one.start)
    coded = tuple(one.content for one in kept if one.kind is Kind.PICTURE)
    return ParsedFile(
        format="PSD", size=len(data), parts=kept, coded=coded, remarks=(LAYERED,) if place.layered else ()
    )


def _layers(data: bytes, start: int, end: int) -> Part:
    reading = read_opaque(data[start:end], Kind.PICTURE, "psd/layers", start)
    if reading.tells_location:
        return block("psd/layers", (start, end), (start, end), reading)
    return part("psd/layers", Kind.PICTURE, (start, end))


def _sections(data: bytes) -> _Sections:
    """Where the sections lie; MalformedError when they lie outside."""
    large = data.startswith(_HEADS[1])
    width = 8 if large else 4
    colours = _behind(data, _HEAD, 4)
    resources = _behind(data, colours, 4)
    layers = _behind(data, resources, width)
    depth, mode = struct.unpack_from(">HH", data, 22)
    table = min(colours, _HEAD + 4 + _table_size(data, depth, mode, colours - _HEAD - 4))
    picture = min(len(data), layers + _picture_size(data, layers, 4 if large else 2))
    return _Sections(table, colours, resources, layers, picture, layers > resources + width)


def _behind(data: bytes, at: int, width: int) -> int:
    """Where the section ends whose length stands here."""
    end = at + width + int.from_bytes(data[at : at + width], "big")
    if end > len(data):
        raise MalformedError("the Photoshop file is cut short")
    return end


def _table_size(data: bytes, depth: int, mode: int, size: int) -> int:
    """Bytes of the section of colours that are needed: the table of a picture that has one, the inks of a duotone."""
    if mode == _INDEXED:
        return _TABLE
    tones = depth == 32 and data.startswith(_TONES, _HEAD + 4)
    return size if mode == _DUOTONE else _TONES_SIZE * tones


def _picture_size(data: bytes, at: int, width: int) -> int:
    """Bytes of the picture behind the layers, as many as there are when its end cannot be told."""
    coding = int.from_bytes(data[at : at + 2], "big")
    numbers: tuple[int, int, int, int] = struct.unpack_from(">HIIH", data, 12)
    channels, height, across, depth = numbers
    if coding == _RAW:
        return 2 + channels * height * ((across * depth + 7) // 8)
    table = data[at + 2 : at + 2 + width * channels * height]
    if coding != _RUNS or len(table) < width * channels * height:
        return len(data)
    lengths: tuple[int, ...] = struct.unpack(f">{channels * height}{'I' if width == 4 else 'H'}", table)
    return 2 + len(table) + sum(lengths)


def rewrite(data: bytes, parsed: ParsedFile, wanted: Wanted) -> bytes:
    """The file as wanted: picture and layers verbatim; of the resources those of numbers, a clean profile, credits."""
    if any(one.path == "psd/layers" and one.reading.tells_location for one in parsed.parts):
        raise MalformedError("the layers of the Photoshop file hold a location")
    if wanted.mode is StripMode.LOCATION:
        return edited(data, parsed, zeroed)
    place = _sections(data)
    head = data[: _RESERVED[0]] + bytes(_RESERVED[1] - _RESERVED[0]) + data[_RESERVED[1] : _HEAD]
    resources = b"".join(_resources(data[slice(*place.block)], wanted, layered=place.layered))
    picture = data[place.resources : place.picture]
    return head + _section(data[_HEAD + 4 : place.table]) + _section(resources) + picture


def _section(body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + body


def _resources(data: bytes, wanted: Wanted, *, layered: bool) -> Iterator[bytes]:
    seen = set()
    for one in _readable(data):
        fits = one.end - one.start <= _KEPT.get(one.number, 0) or (layered and one.number in _OF_LAYERS)
        if fits and one.number not in seen:
            seen.add(one.number)
            yield _resource(one.number, data[one.start : one.end])
    if wanted.icc:
        yield _resource(irb.ICC, wanted.icc)
    if wanted.credits:
        yield _resource(irb.XMP, xmp.packet(wanted.credits))


def _readable(data: bytes) -> Iterator[irb.Resource]:
    """The resources up to one that cannot be read."""
    try:
        yield from irb.resources(data)
    except MalformedError:
        return


def _resource(number: int, content: bytes) -> bytes:
    return b"8BIM" + struct.pack(">HHI", number, 0, len(content)) + content + bytes(len(content) % 2)
