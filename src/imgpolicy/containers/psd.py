"""Photoshop files (Adobe Photoshop file formats specification): head, colours, resources, layers, and the picture."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from imgpolicy.containers.blocks import irb, read_irb, xmp
from imgpolicy.containers.edit import edited, zeroed
from imgpolicy.containers.parts import MalformedError, ParsedFile, Wanted, block, part
from imgpolicy.domain.terms import StripMode
from imgpolicy.domain.trace import Kind

_HEADS = (b"8BPS\0\1", b"8BPS\0\2")
_HEAD = 26
_KEPT = frozenset(
    {0x03ED, 0x03EF, 0x03F3, 0x0400, 0x0402, 0x0406, 0x0408, 0x040D, 0x0416, 0x0417, 0x0419, 0x042D, 0x0430}
)
"""Resources of numbers by which the picture and its layers are shown."""
LAYERED = "its layers stay, with their names and whatever they hide"


def matches(head: bytes) -> bool:
    """Whether a file that begins so is a Photoshop file."""
    return head.startswith(_HEADS)


def parse(data: bytes) -> ParsedFile:
    """Head, colours, resources, and the rest of a Photoshop file; its resources are read, and its layers are not."""
    colours, start, end = _sections(data)
    reading = read_irb(data[start:end], "psd/irb", start)
    parts = (
        part("psd/head", Kind.PICTURE, (0, colours)),
        part("psd/colours", Kind.PICTURE, (colours, start - 4)),
        part("psd/resources", Kind.STRUCTURE, (start - 4, start)),
        block("psd/irb", (start, end), (start, end), reading),
        part("psd/layers", Kind.PICTURE, (end, len(data))),
    )
    coded = tuple(one.content for one in parts if one.kind is Kind.PICTURE)
    layered = (LAYERED,) if data[end : end + 4].strip(b"\0") else ()
    return ParsedFile(format="PSD", size=len(data), parts=parts, coded=coded, remarks=layered)


def _sections(data: bytes) -> tuple[int, int, int]:
    """Where colours begin, and the resources begin and end; MalformedError when they lie outside."""
    if len(data) < _HEAD + 8:
        raise MalformedError("the Photoshop file is cut short")
    start = _HEAD + 4 + int.from_bytes(data[_HEAD : _HEAD + 4], "big") + 4
    end = start + int.from_bytes(data[start - 4 : start], "big")
    if end > len(data):
        raise MalformedError("the Photoshop file is cut short")
    return _HEAD, start, end


def rewrite(data: bytes, parsed: ParsedFile, wanted: Wanted) -> bytes:
    """The file as wanted: all but the resources verbatim; of those the ones of numbers, a clean profile, credits."""
    if wanted.mode is StripMode.LOCATION:
        return edited(data, parsed, zeroed)
    _, start, end = _sections(data)
    resources = b"".join(_resources(data[start:end], wanted))
    return data[: start - 4] + struct.pack(">I", len(resources)) + resources + data[end:]


def _resources(data: bytes, wanted: Wanted) -> Iterator[bytes]:
    for one in _readable(data):
        if one.number in _KEPT:
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
