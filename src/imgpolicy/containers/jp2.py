"""JPEG 2000 (ISO/IEC 15444-1): a bare code stream, or boxes with one of them a code stream."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from imgpolicy.containers.blocks import icc, read_text, xmp
from imgpolicy.containers.blocks.opaque import read_opaque
from imgpolicy.containers.boxes import Box, box_at, boxes
from imgpolicy.containers.edit import lost_credits, must_be_emptied, patched
from imgpolicy.containers.limits import MAX_DEPTH
from imgpolicy.containers.parts import MalformedError, ParsedFile, Part, Reading, Wanted, block, counted, part
from imgpolicy.containers.uuids import XMP, read_box
from imgpolicy.domain.terms import StripMode
from imgpolicy.domain.trace import Kind

_SIGNATURE = b"\0\0\0\x0cjP  \r\n\x87\n"
_BARE = b"\xff\x4f\xff\x51"
_HEADER, _STREAM, _COLOUR = b"jp2h", b"jp2c", b"colr"
_HEAD = frozenset({b"jP  ", b"ftyp"})
_LOOK = frozenset({b"ihdr", b"bpcc", b"pclr", b"cmap", b"cdef", b"res "})
"""Boxes of the header that hold numbers alone (annex I.5.3)."""
_HOLDERS = frozenset({b"asoc", b"uinf", b"lbl "})
_COMPOSED = frozenset({b"jpch", b"jplh", b"ftbl", b"comp", b"mdat", b"moov"})
"""Boxes of pictures that are put together from several streams (ISO/IEC 15444-2), which are read alone."""
_PROFILE_METHODS = (2, 3)
_TILE, _COMMENT = 0x90, 0x64
_MOST_SEGMENTS = 1_000


def matches(head: bytes) -> bool:
    """Whether a file that begins so is a JPEG 2000."""
    return head.startswith((_SIGNATURE, _BARE))


def parse(data: bytes) -> ParsedFile:
    """Every byte of the file; MalformedError when it has no code stream that can be followed."""
    if data.startswith(_BARE):
        parts = list(_stream(data, 0, len(data)))
    else:
        parts = [one for box in _top_boxes(data) for one in _parts(data, box)]
        end = parts[-1].end
        parts += [_unknown(data, "trailer", (end, len(data)), (end, len(data)))] if end < len(data) else []
    coded = tuple(one.content for one in parts if one.kind is Kind.PICTURE)
    if not coded:
        raise MalformedError("the JPEG 2000 file holds no picture")
    return ParsedFile(format="JP2", size=len(data), parts=tuple(parts), coded=coded)


def _top_boxes(data: bytes) -> list[Box]:
    row: list[Box] = []
    while (box := box_at(data, row[-1].end if row else 0, len(data))) is not None:
        row.append(box)
        counted(len(row), "boxes")
    return row


def _parts(data: bytes, box: Box) -> Iterator[Part]:
    path, span, content = f"jp2/{box.name}", (box.start, box.end), (box.body, box.end)
    if box.type in {_HEADER, _STREAM}:
        yield part(path, Kind.STRUCTURE, (box.start, box.body))
        if box.type == _STREAM:
            yield from _stream(data, box.body, box.end)
        else:
            yield from (_look(data, inner) for inner in boxes(data, box.body, box.end))
    elif box.type in _HEAD or not data[box.body : box.end].strip(b"\0"):
        yield part(path, Kind.STRUCTURE, span, content=content)
    else:
        yield block(path, span, content, _read(data, box, path, 0))


def _read(data: bytes, box: Box, path: str, depth: int) -> Reading:
    """What a box tells that is neither header nor picture; one that holds others, all that they tell."""
    if box.type in _HOLDERS and depth < MAX_DEPTH:
        inner = _inner(data, box)
        if inner:
            return Reading.joined(_read(data, one, f"{path}/{one.name}", depth + 1) for one in inner)
    return replace(read_box(data, box, path), orientation=None)


def _inner(data: bytes, box: Box) -> list[Box]:
    """The boxes in a box; none when it holds something else."""
    try:
        return list(boxes(data, box.body, box.end))
    except MalformedError:
        return []


def _look(data: bytes, box: Box) -> Part:
    """A box of the header: colours, sizes, or what does not belong there."""
    path, span, content = f"jp2/jp2h/{box.name}", (box.start, box.end), (box.body, box.end)
    if box.type == _COLOUR:
        method = data[box.body : box.body + 1]
        profile = (box.body + 3, box.end) if method and method[0] in _PROFILE_METHODS else (box.end, box.end)
        reading = icc.read(data[slice(*profile)], path, profile[0]) if profile[0] < profile[1] else Reading()
        return Part(path=path, kind=Kind.COLOUR, start=box.start, end=box.end, content=content, reading=reading)
    if box.type in _LOOK:
        return part(path, Kind.PICTURE, span, content=content)
    return _unknown(data, f"jp2h/{box.name}", span, content)


def _unknown(data: bytes, name: str, span: tuple[int, int], content: tuple[int, int]) -> Part:
    path = f"jp2/{name}"
    return block(path, span, content, read_opaque(data[slice(*content)], Kind.UNKNOWN, path, content[0]))


def _stream(data: bytes, start: int, end: int) -> Iterator[Part]:
    """The code stream from `start` to before `end`: its comments (annex A.9.2), and what is between them."""
    at, taken = start + 2, start
    for _ in range(_MOST_SEGMENTS):
        marker, size = data[at + 1 : at + 2], int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at : at + 1] != b"\xff" or size < 2 or at + 2 + size > end:
            raise MalformedError("the code stream of a JPEG 2000 is damaged")
        if marker[0] == _TILE:
            yield part("jp2/picture", Kind.PICTURE, (taken, end))
            return
        behind = at + 2 + size
        if marker[0] == _COMMENT:
            yield part("jp2/picture", Kind.PICTURE, (taken, at))
            text = read_text(data[at + 6 : behind], "jp2/comment", at + 6)
            yield block("jp2/comment", (at, behind), (at + 6, behind), text)
            taken = behind
        at = behind
    raise MalformedError(f"a JPEG 2000 has more than {_MOST_SEGMENTS:,} segments")


def rewrite(data: bytes, parsed: ParsedFile, wanted: Wanted) -> bytes:
    """The file as wanted: header and code stream verbatim, a clean profile, and the credits in a new box."""
    if data.startswith(_BARE):
        return b"".join(_kept(data, parsed, wanted, (0, len(data))))
    top = _top_boxes(data)
    composed = next((box for box in top if box.type in _COMPOSED), None)
    if composed and wanted.mode is StripMode.ALL:
        raise MalformedError(f"a JPEG 2000 that is put together from several streams ({composed.name}) is not written")
    pieces = []
    for box in top:
        kept = b"".join(_kept(data, parsed, wanted, (box.start, box.end)))
        if box.type in {_HEADER, _STREAM}:
            kept = _box(box.type, kept)
        pieces.append(kept)
    credits_ = wanted.credits if wanted.mode is StripMode.ALL else lost_credits(parsed, wanted)
    if credits_:
        pieces.append(_box(b"uuid", XMP + xmp.packet(credits_)))
    return b"".join(pieces)


def _kept(data: bytes, parsed: ParsedFile, wanted: Wanted, span: tuple[int, int]) -> Iterator[bytes]:
    """What stays of the parts in this span; of a box that holds parts, its content alone."""
    for one in parsed.parts:
        if not span[0] <= one.start < span[1] or one.path in {"jp2/jp2h", "jp2/jp2c"}:
            continue
        if one.kind is Kind.PICTURE or (one.kind is Kind.STRUCTURE and not one.path.endswith("comment")):
            yield data[one.start : one.end]
        elif wanted.mode is StripMode.LOCATION:
            yield b"" if must_be_emptied(one) else data[one.start : one.content[0]] + patched(data, one)
        elif one.kind is Kind.COLOUR:
            head = data[one.content[0] : one.content[0] + 3]
            cleaned = wanted.icc if one.reading.icc is not None and wanted.icc else None
            yield _box(_COLOUR, head + cleaned) if cleaned else data[one.start : one.end]


def _box(kind: bytes, body: bytes) -> bytes:
    return (len(body) + 8).to_bytes(4, "big") + kind + body
