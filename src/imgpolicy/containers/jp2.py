"""JPEG 2000 (ISO/IEC 15444-1): a bare code stream, or boxes with one of them a code stream."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from imgpolicy.containers import jp2_stream
from imgpolicy.containers.blocks import icc, xmp
from imgpolicy.containers.blocks.opaque import read_opaque
from imgpolicy.containers.boxes import Box, boxes, leading, packed
from imgpolicy.containers.edit import lost_credits, must_be_emptied, patched, zeroed
from imgpolicy.containers.limits import MAX_DEPTH
from imgpolicy.containers.parts import MalformedError, ParsedFile, Part, Reading, Wanted, block, part
from imgpolicy.containers.uuids import XMP, read_box
from imgpolicy.domain.terms import StripMode
from imgpolicy.domain.trace import Kind

_SIGNATURE = b"\0\0\0\x0cjP  \r\n\x87\n"
_BARE = b"\xff\x4f\xff\x51"
_HEADER, _STREAM, _COLOUR = b"jp2h", b"jp2c", b"colr"
_MARK = b"\r\n\x87\n"
_BRANDS = frozenset({b"jp2 ", b"jpx ", b"jpxb", b"jpm ", b"mjp2", b"mj2s", b"J2P0", b"J2P1", b"jpxt", b"jph "})
_LOOK = frozenset({b"ihdr", b"bpcc", b"pclr", b"cmap", b"cdef", b"res "})
"""Boxes of the header that hold numbers alone, each once (annex I.5.3)."""
_HEADER_SIZE, _RESOLUTION_SIZE, _ENUMERATED_SIZES = 14, 18, (7, 35)
_LEFT_OUT = frozenset({"jp2/pointers"})
_HEAD = frozenset({"jp2/jP", "jp2/ftyp"})
_NEEDED = frozenset({jp2_stream.OTHER, "jp2/jp2h/colr", *(f"jp2/jp2h/{one.decode().strip()}" for one in _LOOK)})
"""What is not left out when there is something strange about it: the picture would look another."""
_RESOLUTIONS = frozenset({b"\0\0\0\x12resc", b"\0\0\0\x12resd"})
_HOLDERS = frozenset({b"asoc", b"uinf", b"lbl "})
_COMPOSED = frozenset({b"jpch", b"jplh", b"ftbl", b"comp", b"mdat", b"moov"})
"""Boxes of pictures that are put together from several streams (ISO/IEC 15444-2), which are read alone."""
_PROFILE_METHODS = (2, 3)


def matches(head: bytes) -> bool:
    """Whether a file that begins so is a JPEG 2000."""
    return head.startswith((_SIGNATURE, _BARE))


def parse(data: bytes) -> ParsedFile:
    """Every byte of the file; MalformedError when it has no code stream that can be followed."""
    if data.startswith(_BARE):
        parts = list(jp2_stream.parts(data, 0, len(data)))
    else:
        parts = [one for box in leading(data) for one in _parts(data, box)]
        end = parts[-1].end
        parts += [_unknown(data, "trailer", (end, len(data)), (end, len(data)))] if end < len(data) else []
    coded = tuple(one.content for one in parts if one.kind is Kind.PICTURE)
    if not coded:
        raise MalformedError("the JPEG 2000 file holds no picture")
    return ParsedFile(format="JP2", size=len(data), parts=tuple(parts), coded=coded)


def _parts(data: bytes, box: Box) -> Iterator[Part]:
    path, span, content = f"jp2/{box.name}", (box.start, box.end), (box.body, box.end)
    if box.type in {_HEADER, _STREAM}:
        yield part(path, Kind.STRUCTURE, (box.start, box.body))
        if box.type == _STREAM:
            yield from jp2_stream.parts(data, box.body, box.end)
        else:
            yield from _header(data, box)
    elif data[box.body : box.end] == _head(data, box) or not data[box.body : box.end].strip(b"\0"):
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


def _head(data: bytes, box: Box) -> bytes | None:
    """What the boxes hold that a file begins with, its brands without those that are none; None for any other box."""
    if box.type == b"jP  ":
        return _MARK
    if box.type != b"ftyp":
        return None
    brands = [data[at : at + 4] for at in range(box.body + 8, box.end - 3, 4)]
    return data[box.body : box.body + 4] + bytes(4) + b"".join(dict.fromkeys(one for one in brands if one in _BRANDS))


def _header(data: bytes, header: Box) -> Iterator[Part]:
    """The boxes of the header: colours, sizes, or what does not belong there."""
    seen: dict[bytes, bytes] = {}
    for box in boxes(data, header.body, header.end):
        name, span, content = f"jp2h/{box.name}", (box.start, box.end), (box.body, box.end)
        body = data[slice(*content)]
        if box.type == _COLOUR and body[:1] and body[0] in _PROFILE_METHODS:
            reading = icc.read(body[3:], f"jp2/{name}", box.body + 3)
            yield Part(
                path=f"jp2/{name}", kind=Kind.COLOUR, start=span[0], end=span[1], content=content, reading=reading
            )
        elif box.type == _COLOUR and body[:1] == b"\1" and len(body) in _ENUMERATED_SIZES:
            yield part(f"jp2/{name}", Kind.COLOUR, span, content=content)
        elif box.type in _LOOK and box.type not in seen and _is_as_long_as_it_says(box.type, body, seen):
            seen[box.type] = body
            yield part(f"jp2/{name}", Kind.PICTURE, span, content=content)
        else:
            yield _unknown(data, name, span, content)


def _is_as_long_as_it_says(kind: bytes, body: bytes, seen: dict[bytes, bytes]) -> bool:
    """Whether a box of numbers ends where they say; a longer one would hide something."""
    channels = int.from_bytes(seen.get(b"ihdr", b"")[8:10], "big")
    if kind == b"ihdr":
        return len(body) == _HEADER_SIZE
    if kind == b"bpcc":
        return len(body) == channels
    if kind == b"pclr":
        own = (body + bytes(3))[2]
        widths = sum(((one & 0x7F) + 8) // 8 for one in body[3 : 3 + own])
        return len(body) == 3 + own + int.from_bytes(body[:2], "big") * widths
    columns = (seen.get(b"pclr", b"") + bytes(3))[2]
    if kind == b"cmap":
        return len(body) == 4 * columns
    if kind == b"cdef":
        described = int.from_bytes(body[:2], "big")
        return len(body) == 2 + 6 * described and described <= max(channels, columns)
    places = range(0, len(body), _RESOLUTION_SIZE)
    return (
        len(places) <= 2
        and all(body[at : at + 8] in _RESOLUTIONS for at in places)
        and not len(body) % _RESOLUTION_SIZE
    )


def _unknown(data: bytes, name: str, span: tuple[int, int], content: tuple[int, int]) -> Part:
    path = f"jp2/{name}"
    return block(path, span, content, read_opaque(data[slice(*content)], Kind.UNKNOWN, path, content[0]))


def rewrite(data: bytes, parsed: ParsedFile, wanted: Wanted) -> bytes:
    """The file as wanted: header and code stream verbatim, a clean profile, and the credits in a new box."""
    if any(one.path in _NEEDED and one.kind is Kind.UNKNOWN for one in parsed.parts):
        raise MalformedError("what a JPEG 2000 is decoded by is longer than it should be, or not known here")
    if data.startswith(_BARE):
        return b"".join(_kept(data, parsed, wanted, (0, len(data))))
    top = leading(data)
    composed = next((box for box in top if box.type in _COMPOSED), None)
    if composed and wanted.mode is StripMode.ALL:
        raise MalformedError(f"a JPEG 2000 that is put together from several streams ({composed.name}) is not written")
    pieces = []
    for box in top:
        kept = b"".join(_kept(data, parsed, wanted, (box.start, box.end)))
        head = _head(data, box)
        if box.type in {_HEADER, _STREAM} or head is not None:
            kept = packed(box.type, kept if head is None else head)
        pieces.append(kept)
    credits_ = wanted.credits if wanted.mode is StripMode.ALL else lost_credits(parsed, wanted)
    if credits_:
        pieces.append(packed(b"uuid", XMP + xmp.packet(credits_)))
    return b"".join(pieces)


def _kept(data: bytes, parsed: ParsedFile, wanted: Wanted, span: tuple[int, int]) -> Iterator[bytes]:
    """What stays of the parts in this span; of a box that holds parts, its content alone."""
    for one in parsed.parts:
        if not span[0] <= one.start < span[1] or one.path in {"jp2/jp2h", "jp2/jp2c"}:
            continue
        if one.path == jp2_stream.IN_TILE:
            emptied = wanted.mode is StripMode.ALL or must_be_emptied(one)
            yield data[one.start : one.content[0]] + (zeroed(one) if emptied else patched(data, one))
        elif one.kind is Kind.PICTURE or one.path in _HEAD:
            yield data[one.start : one.end]
        elif one.path in _LEFT_OUT:
            continue
        elif wanted.mode is StripMode.LOCATION:
            yield b"" if must_be_emptied(one) else data[one.start : one.content[0]] + patched(data, one)
        elif one.kind is Kind.COLOUR:
            head = data[one.content[0] : one.content[0] + 3]
            cleaned = wanted.icc if one.reading.icc is not None and wanted.icc else None
            yield packed(_COLOUR, head + cleaned) if cleaned else data[one.start : one.end]
