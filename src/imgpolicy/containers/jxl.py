"""JPEG XL (ISO/IEC 18181-2): a bare code stream, or boxes with the code stream in one or several of them.

Which way is up, colour and animation are said by the code stream alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from imgpolicy.containers.blocks import read_exif, read_xmp, xmp
from imgpolicy.containers.blocks.opaque import read_opaque
from imgpolicy.containers.boxes import Box, box_at, packed
from imgpolicy.containers.edit import lost_credits, must_be_emptied, patched
from imgpolicy.containers.parts import MalformedError, ParsedFile, Part, Reading, Wanted, block, counted, part
from imgpolicy.domain.terms import StripMode
from imgpolicy.domain.trace import Kind

_BARE = b"\xff\x0a"
_SIGNATURE = b"\0\0\0\x0cJXL \r\n\x87\n"
_PICTURE = frozenset({b"jxlc", b"jxlp"})
_LAST = b"\x80"
"""The highest bit of a number in a ``jxlp`` box, which says that it is the last."""
_HEAD_SIZES = {b"JXL ": 4, b"ftyp": 12, b"jxll": 1}
"""The boxes before the code stream, and how long each is: a longer one would hide something."""
_FIXED = {b"JXL ": b"\r\n\x87\n", b"ftyp": b"jxl \0\0\0\0jxl "}
_STRUCTURE = frozenset({b"jxli"})


def matches(head: bytes) -> bool:
    """Whether a file that begins so is a JPEG XL."""
    return head.startswith((_BARE, _SIGNATURE))


def parse(data: bytes) -> ParsedFile:
    """Every byte of the file; MalformedError when its boxes hold no code stream."""
    if data.startswith(_BARE):
        whole = part("jxl/code-stream", Kind.PICTURE, (0, len(data)))
        return ParsedFile(format="JXL", size=len(data), parts=(whole,), coded=(whole.content,))
    parts: list[Part] = []
    at = 0
    stream: list[Box] = []
    while (box := box_at(data, at, len(data))) is not None:
        if box.type in _PICTURE and _goes_on(data, stream, box):
            stream.append(box)
            parts.append(part(f"jxl/{box.name}", Kind.PICTURE, (box.start, box.end), content=(box.body, box.end)))
        else:
            parts.append(_read(data, box))
        counted(len(parts), "boxes")
        at = box.end
    if at < len(data):
        reading = read_opaque(data[at:], Kind.UNKNOWN, "jxl/trailer", at)
        parts.append(block("jxl/trailer", (at, len(data)), (at, len(data)), reading))
    coded = tuple(one.content for one in parts if one.kind is Kind.PICTURE)
    if not coded:
        raise MalformedError("the JPEG XL file holds no picture")
    return ParsedFile(format="JXL", size=len(data), parts=tuple(parts), coded=coded)


def _goes_on(data: bytes, stream: list[Box], box: Box) -> bool:
    """Whether the code stream goes on in this box: it is one ``jxlc``, or ``jxlp`` up to the one marked last.

    What comes behind is hidden: no reader looks at it.
    """
    if not stream:
        return True
    before = stream[-1]
    last = before.type == b"jxlc" or data[before.body : before.body + 1] >= _LAST
    return not last and box.type == before.type


def _read(data: bytes, box: Box) -> Part:
    path, span, content = f"jxl/{box.name.lower()}", (box.start, box.end), (box.body, box.end)
    if box.type in _PICTURE:
        return block(path, span, content, read_opaque(data[slice(*content)], Kind.EMBEDDED, path, box.body))
    if not data[box.body : box.end].strip(b"\0"):
        return part("jxl/padding", Kind.STRUCTURE, span, content=content)
    if box.type in _STRUCTURE or _HEAD_SIZES.get(box.type) == box.end - box.body:
        return part(path, Kind.STRUCTURE, span, content=content)
    return block(path, span, content, _reading(data, box, path))


def _reading(data: bytes, box: Box, path: str) -> Reading:
    content = data[box.body : box.end]
    if box.type == b"Exif":
        # Four bytes say how far the TIFF header is away (18181-2, 9.4).
        head = 4 + int.from_bytes(content[:4], "big")
        return replace(read_exif(content[head:], path, box.body + head), orientation=None)
    if box.type == b"xml ":
        return replace(read_xmp(content, path, box.body), orientation=None)
    kind = {b"jumb": Kind.IDENTITY, b"jbrd": Kind.IDENTITY}.get(box.type, Kind.UNKNOWN)
    reading = read_opaque(content, kind, path, box.body)
    if box.type == b"brob":
        return replace(reading, doubts=("a box is compressed with Brotli, which is not read here",))
    return reading


def rewrite(data: bytes, parsed: ParsedFile, wanted: Wanted) -> bytes:
    """The file as wanted: signature, level and code stream verbatim, credits in a new box, all else left out."""
    if data.startswith(_BARE):
        return data
    if wanted.mode is StripMode.LOCATION:
        return b"".join(_without_location(data, parsed, wanted))
    pieces = []
    for one in parsed.parts:
        box = box_at(data, one.start, len(data))
        if box and (one.kind is Kind.PICTURE or _HEAD_SIZES.get(box.type) == box.end - box.body):
            # A last box of size 0 would swallow what comes behind it.
            pieces.append(packed(box.type, _FIXED.get(box.type, data[box.body : box.end])))
    if wanted.credits:
        pieces.append(packed(b"xml ", xmp.packet(wanted.credits)))
    return b"".join(pieces)


def _without_location(data: bytes, parsed: ParsedFile, wanted: Wanted) -> Iterator[bytes]:
    """The boxes that tell no location; nothing in the file counts its bytes.

    What a JPEG can be written again from (``jbrd``) goes: it wants the metadata as it was, and decoders refuse it.
    """
    for one in parsed.parts:
        box = box_at(data, one.start, len(data))
        if box and one.kind is Kind.PICTURE:
            yield packed(box.type, data[box.body : box.end])
        elif box and box.type != b"jbrd" and not must_be_emptied(one):
            yield packed(box.type, patched(data, one))
    lost = lost_credits(parsed, wanted)
    if lost:
        yield packed(b"xml ", xmp.packet(lost))
