"""WebP (RFC 9649): a RIFF file of chunks; an animation has frames that are rows of chunks themselves."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace

from imgpolicy.containers.blocks import exif, icc, read_exif, read_xmp, xmp
from imgpolicy.containers.blocks.opaque import read_opaque
from imgpolicy.containers.edit import lost_credits, must_be_emptied, patched
from imgpolicy.containers.jpeg import parse_picture
from imgpolicy.containers.parts import MalformedError, ParsedFile, Part, Reading, Wanted, counted, part
from imgpolicy.containers.trailer import parse_trailer
from imgpolicy.domain.terms import StripMode
from imgpolicy.domain.trace import Kind

_FRAME_HEAD = 16
_PICTURE = frozenset({b"VP8 ", b"VP8L", b"ALPH"})
# The bits of VP8X that say which chunks follow (RFC 9649, 2.7).
_HAS_ICC, _HAS_EXIF, _HAS_XMP = 0x20, 0x08, 0x04
_LOOK = 0x10 | 0x02
"""The bits for transparency and animation."""


def matches(head: bytes) -> bool:
    """Whether a file that begins so is a WebP."""
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def parse(data: bytes) -> ParsedFile:
    """Every byte of the file; MalformedError when its chunks cannot be followed."""
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise MalformedError("the WebP is cut short")
    chunks = list(_chunks(data, 12, end))
    if not any(_name(data, one) in _PICTURE | {b"ANMF"} for one in chunks):
        raise MalformedError("the WebP holds no picture")
    extended = _name(data, chunks[0]) == b"VP8X"
    parts = [part("webp/riff", Kind.STRUCTURE, (0, 12))]
    for one in chunks:
        parts += _frame(data, one) if _name(data, one) == b"ANMF" else [_read(data, one, extended=extended)]
    parts = list(_first_pictures(parts))
    tail = parts[-1].end
    if tail < end:
        parts.append(part("webp/cut-short", Kind.UNKNOWN, (tail, end)))
    behind = parse_trailer(data, end, "webp/trailer", parse_picture)
    coded = tuple(one.content for one in parts if one.kind in {Kind.PICTURE, Kind.ANIMATION})
    return ParsedFile(format="WEBP", size=len(data), parts=(*parts, *behind), coded=coded)


def _first_pictures(parts: list[Part]) -> Iterator[Part]:
    """The parts, each picture that no reader shows reported as hidden: a second in a frame, one beside frames."""
    animated = any(one.path == "webp/anmf" for one in parts)
    seen: set[str] = set()
    for one in parts:
        if one.path == "webp/anmf":
            seen.clear()
        inside = one.path.startswith("webp/anmf/")
        name = "alpha" if one.path.endswith("/alph") else "picture"
        if one.kind is Kind.PICTURE and (name in seen or "picture" in seen or animated != inside):
            reading = read_opaque(bytes(one.end - one.start), Kind.EMBEDDED, one.path, one.start)
            yield replace(one, kind=Kind.EMBEDDED, reading=reading)
        else:
            seen.update({name} if one.kind is Kind.PICTURE else ())
            yield one


def _chunks(data: bytes, at: int, end: int) -> Iterator[Part]:
    """The chunks from `at` to before `end`, unread."""
    number = 0
    while at + 8 <= end:
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        behind = min(at + 8 + size + size % 2, end)
        if at + 8 + size > end:
            raise MalformedError("a WebP chunk is cut short")
        name = data[at : at + 4].decode("latin-1").strip().lower()
        path = f"webp/{name}" if name.isalnum() and name.isascii() else "webp/unnamed"
        number += 1
        counted(number, "chunks")
        yield part(path, Kind.UNKNOWN, (at, behind), content=(at + 8, at + 8 + size))
        at = behind


def _name(data: bytes, one: Part) -> bytes:
    return data[one.start : one.start + 4]


def _frame(data: bytes, frame: Part) -> Iterator[Part]:
    """A frame of an animation: its own head, and the chunks inside."""
    start, end = frame.content
    if end - start < _FRAME_HEAD:
        raise MalformedError("a frame of a WebP is cut short")
    body = start + _FRAME_HEAD
    yield part("webp/anmf", Kind.ANIMATION, (frame.start, body), content=(start, body))
    at = body
    for one in _chunks(data, body, end):
        inside = replace(one, path=one.path.replace("webp/", "webp/anmf/"))
        yield _read(data, inside, extended=True)
        at = one.end
    if at < frame.end:
        yield part(
            "webp/anmf/padding", Kind.UNKNOWN if data[at : frame.end].strip(b"\0") else Kind.STRUCTURE, (at, frame.end)
        )


def _read(data: bytes, one: Part, *, extended: bool) -> Part:
    name, content = _name(data, one), data[slice(*one.content)]
    if name in _PICTURE:
        return replace(one, kind=Kind.PICTURE)
    if name == b"ANIM" and len(content) == 6:
        return replace(one, kind=Kind.ANIMATION)
    if name == b"VP8X" and len(content) == 10:
        return replace(one, kind=Kind.STRUCTURE)
    reading = _reading(name, content, one)
    if not extended:
        # Without the extended header no reader looks for a chunk that says which way is up.
        reading = replace(reading, orientation=None)
    return replace(one, kind=Kind.COLOUR if reading.icc is not None else reading.kind, reading=reading)


def _reading(name: bytes, content: bytes, one: Part) -> Reading:
    at = one.content[0]
    if name == b"EXIF":
        # Many writers put the signature of the JPEG segment before the TIFF header.
        head = 6 if content.startswith(b"Exif\0\0") else 0
        return read_exif(content[head:], one.path, at + head)
    if name == b"XMP ":
        return read_xmp(content, one.path, at)
    if name == b"ICCP":
        return icc.read(content, one.path, at)
    return read_opaque(content, Kind.UNKNOWN, one.path, at)


@dataclass(slots=True)
class _Frame:
    """A frame on its way: its head, and the chunks that stay."""

    head: bytes
    chunks: bytes = b""


def rewrite(data: bytes, parsed: ParsedFile, wanted: Wanted) -> bytes:
    """The file as wanted: chunks of picture and animation verbatim, all else written anew or left out."""
    head = next((one for one in parsed.parts if one.path == "webp/vp8x"), None)
    icc_chunk = _chunk(b"ICCP", wanted.icc) if wanted.icc else b""
    picture = b"".join(_stays(data, parsed))
    behind = b"".join(_metadata(data, parsed, wanted))
    if head is None:
        if icc_chunk or behind:
            raise MalformedError("a simple WebP file has no room for what is to be kept")
        body = picture
    else:
        bits = data[head.content[0]] & _LOOK
        bits |= (
            _HAS_ICC * bool(icc_chunk)
            | _HAS_EXIF * (b"EXIF" in _names(behind))
            | _HAS_XMP * (b"XMP " in _names(behind))
        )
        size = data[head.content[0] + 4 : head.content[0] + 10]
        body = _chunk(b"VP8X", bytes((bits, 0, 0, 0)) + size) + icc_chunk + picture + behind
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _names(chunks: bytes) -> set[bytes]:
    return {_name(chunks, one) for one in _chunks(chunks, 0, len(chunks))}


def _stays(data: bytes, parsed: ParsedFile) -> Iterator[bytes]:
    """The chunks of the picture; those of a frame are put into it again."""
    frame: _Frame | None = None
    for one in parsed.parts:
        if frame and not one.path.startswith("webp/anmf/"):
            yield _chunk(b"ANMF", frame.head + frame.chunks)
            frame = None
        content = data[slice(*one.content)]
        if one.path == "webp/anmf":
            frame = _Frame(content)
        elif one.kind in {Kind.PICTURE, Kind.ANIMATION} and not one.path.startswith("webp/trailer"):
            copied = _chunk(_name(data, one), content)
            if frame:
                frame.chunks += copied
            else:
                yield copied
    if frame:
        yield _chunk(b"ANMF", frame.head + frame.chunks)


def _metadata(data: bytes, parsed: ParsedFile, wanted: Wanted) -> Iterator[bytes]:
    """The chunks behind the picture: what is wanted, or the old ones without their location."""
    if wanted.mode is StripMode.ALL:
        if wanted.orientation:
            yield _chunk(b"EXIF", exif.minimal(wanted.orientation))
        if wanted.credits:
            yield _chunk(b"XMP ", xmp.packet(wanted.credits))
        return
    for one in parsed.parts:
        if one.path in {"webp/exif", "webp/xmp"}:
            if not must_be_emptied(one):
                yield _chunk(_name(data, one), patched(data, one))
            elif one.reading.exif and wanted.orientation:
                yield _chunk(b"EXIF", exif.minimal(wanted.orientation))
    lost = lost_credits(parsed, wanted)
    if lost:
        yield _chunk(b"XMP ", xmp.packet(lost))


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)
