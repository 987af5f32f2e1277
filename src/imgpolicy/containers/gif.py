"""GIF (GIF89a specification): screen, colour tables, pictures, and extensions made of sub-blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from imgpolicy.containers.blocks import icc, read_text, read_xmp, xmp
from imgpolicy.containers.blocks.opaque import read_opaque
from imgpolicy.containers.edit import lost_credits, must_be_emptied, patched
from imgpolicy.containers.jpeg import parse_picture
from imgpolicy.containers.parts import (
    CUT_SHORT,
    NO_END,
    MalformedError,
    ParsedFile,
    Part,
    Reading,
    Wanted,
    counted,
    part,
)
from imgpolicy.containers.trailer import parse_trailer
from imgpolicy.domain.terms import StripMode
from imgpolicy.domain.trace import Kind

_HEAD = 13
_PICTURE, _EXTENSION, _END = 0x2C, 0x21, 0x3B
_CONTROL, _COMMENT, _APPLICATION = 0xF9, 0xFE, 0xFF
_LOOPS = frozenset({b"NETSCAPE2.0", b"ANIMEXTS1.0"})
_XMP, _ICC = b"XMP DataXMP", b"ICCRGBG1012"
_APPLICATION_HEAD = 14
"""Introducer, label, a length of 11 and the application's name."""
_XMP_END = bytes(range(255, -1, -1)) + b"\0"
_XMP_TAIL = b"\x01" + _XMP_END
"""XMP stands in no sub-blocks; this tail leads a reader that looks for them to the end (XMP part 3, 1.1.2)."""


def matches(head: bytes) -> bool:
    """Whether a file that begins so is a GIF."""
    return head[:6] in {b"GIF87a", b"GIF89a"}


def parse(data: bytes) -> ParsedFile:
    """Every byte of the file; MalformedError when its blocks cannot be followed to the end."""
    if len(data) < _HEAD:
        raise MalformedError("the GIF is cut short")
    at = _HEAD + _table_size(data[10])
    parts = [part("gif/screen", Kind.PICTURE, (0, at))]
    while at < len(data) and data[at] != _END:
        one = _block(data, at)
        parts.append(one)
        counted(len(parts), "blocks")
        at = one.end
    doubts: tuple[str, ...] = ()
    if at < len(data):
        parts.append(part("gif/end", Kind.STRUCTURE, (at, at + 1)))
    elif any(one.path == "gif/picture" for one in parts):
        doubts = (CUT_SHORT if _is_open(data, parts[-1]) else NO_END,)
    else:
        raise MalformedError("the GIF is cut short")
    behind = parse_trailer(data, at + 1, "gif/trailer", parse_picture)
    # The version in the head may change: a comment of rights asks for the later one.
    coded = tuple((max(6, one.start), one.end) for one in parts if one.kind in {Kind.PICTURE, Kind.ANIMATION})
    return ParsedFile(format="GIF", size=len(data), parts=(*parts, *behind), coded=coded, doubts=doubts)


def _table_size(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _block(data: bytes, at: int) -> Part:
    if data[at : at + 1] == bytes((_PICTURE,)) and at + 10 <= len(data):
        body = at + 10 + _table_size(data[at + 9]) + 1
        return part("gif/picture", Kind.PICTURE, (at, _behind(data, body) or len(data)))
    if data[at : at + 1] == bytes((_EXTENSION,)):
        end = _behind(data, at + 2)
        return _extension(data, at, end) if end else part("gif/cut-short", Kind.UNKNOWN, (at, len(data)))
    if data[at] == 0:
        return part("gif/between-blocks", Kind.STRUCTURE, (at, at + 1))
    raise MalformedError("the GIF is damaged")


def _behind(data: bytes, at: int) -> int:
    """Where the row of sub-blocks ends that begins here; 0 when the file does before."""
    while at < len(data):
        if data[at] == 0:
            return at + 1
        at += data[at] + 1
    return 0


def _joined(data: bytes, at: int) -> bytes:
    """The content of the sub-blocks that begin here."""
    pieces = []
    while data[at]:
        pieces.append(data[at + 1 : at + 1 + data[at]])
        at += data[at] + 1
    return b"".join(pieces)


def _is_open(data: bytes, last: Part) -> bool:
    """Whether the file ends in the middle of a picture."""
    start = last.start
    return last.path == "gif/picture" and not _behind(data, start + 10 + _table_size(data[start + 9]) + 1)


def _extension(data: bytes, at: int, end: int) -> Part:
    label = data[at + 1]
    span, content = (at, end), (at + 2, end)
    if label == _CONTROL and end - at == 8:
        return part("gif/control", Kind.ANIMATION, span, content=content)
    if label == _COMMENT:
        reading = read_text(_joined(data, at + 2), "gif/comment", at + 2).packed_at(at)
        return _described("gif/comment", span, content, reading)
    if label == _APPLICATION and data[at + 2] == 11:
        return _application(data, span, data[at + 3 : at + _APPLICATION_HEAD])
    path = f"gif/extension-0x{label:02x}"
    return _described(path, span, content, read_opaque(_joined(data, at + 2), Kind.UNKNOWN, path, at))


def _application(data: bytes, span: tuple[int, int], name: bytes) -> Part:
    start, end = span
    body = start + _APPLICATION_HEAD
    content = (body, end)
    if name in _LOOPS and end - body == 5:
        return part("gif/loop", Kind.ANIMATION, span, content=content)
    if name == _XMP:
        packet = data[body:end].removesuffix(_XMP_END).removesuffix(b"\x01")
        return _described("gif/xmp", span, content, read_xmp(packet, "gif/xmp", body))
    if name == _ICC:
        reading = icc.read(_joined(data, body), "gif/icc", body).packed_at(start)
        return replace(_described("gif/icc", span, content, reading), kind=Kind.COLOUR)
    return _described(
        "gif/application", span, content, read_opaque(data[body:end], Kind.UNKNOWN, "gif/application", body)
    )


def _described(path: str, span: tuple[int, int], content: tuple[int, int], reading: Reading) -> Part:
    one = part(path, reading.kind, span, content=content)
    return replace(one, reading=replace(reading, orientation=None))


def rewrite(data: bytes, parsed: ParsedFile, wanted: Wanted) -> bytes:
    """The file as wanted: screen, pictures and their timing verbatim, all else written anew or left out."""
    screen, *blocks = _stays(data, parsed, wanted)
    own = b"".join(_written(parsed, wanted))
    # A picture that is cut short swallows what comes behind it.
    pieces = (own, *blocks) if CUT_SHORT in parsed.doubts else (*blocks, own, b";")
    head = b"GIF89a" if wanted.credits or wanted.icc else screen[:6]
    return b"".join((head, screen[6:], *pieces))


def _stays(data: bytes, parsed: ParsedFile, wanted: Wanted) -> Iterator[bytes]:
    """The screen, then the blocks that stay."""
    for one in parsed.parts:
        if one.path in {"gif/end", "gif/cut-short"} or one.path.startswith("gif/trailer"):
            return
        if one.kind in {Kind.PICTURE, Kind.ANIMATION}:
            yield data[one.start : one.end]
        elif wanted.mode is StripMode.LOCATION and one.kind is not Kind.COLOUR and not must_be_emptied(one):
            yield data[one.start : one.content[0]] + patched(data, one)


def _written(parsed: ParsedFile, wanted: Wanted) -> Iterator[bytes]:
    if wanted.icc:
        yield b"\x21\xff\x0b" + _ICC + _sub_blocks(wanted.icc)
    credits_ = wanted.credits if wanted.mode is StripMode.ALL else lost_credits(parsed, wanted)
    if credits_:
        yield b"\x21\xff\x0b" + _XMP + xmp.packet(credits_) + _XMP_TAIL


def _sub_blocks(content: bytes) -> bytes:
    pieces = (content[at : at + 255] for at in range(0, len(content), 255))
    return b"".join(bytes((len(piece),)) + piece for piece in pieces) + b"\0"
