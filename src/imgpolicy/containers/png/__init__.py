"""PNG and APNG (W3C PNG specification, third edition): chunks, and the ends of the deflated streams inside."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from imgpolicy.containers.blocks import exif, read_exif, xmp
from imgpolicy.containers.blocks.opaque import read_opaque
from imgpolicy.containers.edit import lost_credits, must_be_emptied, patched
from imgpolicy.containers.jpeg import parse_picture
from imgpolicy.containers.limits import MAX_BLOCKS, MAX_UNPACKED, TOO_MANY_BLOCKS
from imgpolicy.containers.parts import NO_END, MalformedError, ParsedFile, Part, Reading, Wanted, counted, part
from imgpolicy.containers.png.deflated import follow
from imgpolicy.containers.png.text import read_iccp, read_text_chunk
from imgpolicy.containers.trailer import parse_trailer
from imgpolicy.domain.terms import StripMode
from imgpolicy.domain.trace import Kind, Trace

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TEXT = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_STREAMS = frozenset({b"IDAT", b"fdAT"})
_SILENT = frozenset({b"tIME", b"iDOT", b"hIST"})
"""Chunks that tell nothing of where and who, and that no picture needs."""
_REPEATED = frozenset({b"IDAT", b"fdAT", b"fcTL"}) | _TEXT
"""Chunks of which there may be several; of others, readers take one, and a second would hide something."""
_FRAMES = frozenset({b"fcTL", b"fdAT"})
_MOST_FRAMES = 0x80000000
"""More than so many are announced by no valid file, and readers take it for a still picture."""
_PALETTE = 3
_KEYS = {0: 2, 2: 6}
"""Bytes of tRNS for a colour type that has one transparent colour."""
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Samples of a pixel by colour type."""
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""First column and row, step of columns and rows, of each pass of an interlaced picture."""


@dataclass(frozen=True, slots=True)
class _Copied:
    """A chunk that is copied as it stands, when its data has one of these sizes: a longer one would hide something."""

    kind: Kind
    sizes: frozenset[int] | range


_COPIED = {
    b"IHDR": _Copied(Kind.PICTURE, frozenset({13})),
    b"PLTE": _Copied(Kind.PICTURE, range(3, 769, 3)),
    b"tRNS": _Copied(Kind.PICTURE, range(1, 257)),
    b"cHRM": _Copied(Kind.COLOUR, frozenset({32})),
    b"gAMA": _Copied(Kind.COLOUR, frozenset({4})),
    b"sRGB": _Copied(Kind.COLOUR, frozenset({1})),
    b"cICP": _Copied(Kind.COLOUR, frozenset({4})),
    b"mDCV": _Copied(Kind.COLOUR, frozenset({24})),
    b"mDCv": _Copied(Kind.COLOUR, frozenset({24})),
    b"cLLI": _Copied(Kind.COLOUR, frozenset({8})),
    b"cLLi": _Copied(Kind.COLOUR, frozenset({8})),
    b"sBIT": _Copied(Kind.COLOUR, range(1, 5)),
    b"bKGD": _Copied(Kind.COLOUR, frozenset({1, 2, 6})),
    b"pHYs": _Copied(Kind.STRUCTURE, frozenset({9})),
    b"acTL": _Copied(Kind.ANIMATION, frozenset({8})),
    b"fcTL": _Copied(Kind.ANIMATION, frozenset({26})),
}


_KNOWN = frozenset({*_COPIED, *_STREAMS, *_TEXT, *_SILENT, b"IEND", b"eXIf", b"iCCP", b"caBX"})


def matches(head: bytes) -> bool:
    """Whether a file that begins so is a PNG."""
    return head.startswith(_SIGNATURE)


def parse(data: bytes) -> ParsedFile:
    """Every byte of the file; MalformedError when the chunks cannot be followed to the end of the picture."""
    signature = part("png/signature", Kind.STRUCTURE, (0, len(_SIGNATURE)))
    parts = list(_read_chunks(data))
    doubts = _follow_streams(data, parts) + (() if parts[-1].path == "png/iend" else (NO_END,))
    behind = parse_trailer(data, parts[-1].end, "png/trailer", parse_picture)
    coded = tuple(one.content for one in parts if one.kind in {Kind.PICTURE, Kind.ANIMATION})
    return ParsedFile(format="PNG", size=len(data), parts=(signature, *parts, *behind), coded=coded, doubts=doubts)


def _chunks(data: bytes) -> Iterator[Part]:
    """The chunks up to IEND, unread."""
    at = len(_SIGNATURE)
    number, pictured = 0, False
    while True:
        if pictured and at == len(data):
            return
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        name = data[at + 4 : at + 8]
        if end > len(data) or at + 12 > len(data) or not (name.isascii() and name.isalpha()):
            raise MalformedError("the PNG is cut short or damaged")
        if number == 0 and (name != b"IHDR" or end - at - 12 != 13 or data[at + 17] not in _SAMPLES):
            raise MalformedError("the PNG has a damaged header")
        number += 1
        counted(number, "chunks")
        path = f"png/{name.decode('ascii').lower()}" if name in _KNOWN else f"png/other-{name.decode('ascii')}"
        yield part(path, Kind.UNKNOWN, (at, end), content=(at + 8, end - 4))
        if name == b"IEND":
            return
        pictured = pictured or name == b"IDAT"
        at = end


def _name(data: bytes, one: Part) -> bytes:
    return data[one.start + 4 : one.start + 8]


def _read_chunks(data: bytes) -> Iterator[Part]:
    seen: set[bytes] = set()
    blocks, left = 0, -1
    for one in _chunks(data):
        name, size = _name(data, one), one.content[1] - one.content[0]
        usual = name not in seen or name in _REPEATED
        if name == b"acTL" and usual:
            left = _frames_announced(data, one) if b"IDAT" not in seen else -1
        left -= name == b"fcTL"
        kind = _kind(name, size, data[16:29]) if usual and (name not in _FRAMES or left >= 0) else None
        seen.add(name)
        if kind:
            yield replace(one, kind=kind)
        else:
            part = _read_part(data, one, taken_apart=usual and blocks < MAX_BLOCKS)
            blocks += bool(part.reading.traces)
            yield part


def _frames_announced(data: bytes, one: Part) -> int:
    """How many frames readers show of the animation, and -1 when they see none in it; those behind are hidden ones."""
    count = int.from_bytes(data[one.content[0] : one.content[0] + 4], "big")
    return count if 0 < count <= _MOST_FRAMES else -1


def _kind(name: bytes, size: int, header: bytes) -> Kind | None:
    """What a chunk is that needs no reading; None for all others, and for one whose size would hide something."""
    colour = header[9]
    if name == b"PLTE" and colour != _PALETTE:
        return None  # a suggestion for screens of few colours, which no reader looks at
    if name == b"tRNS" and colour != _PALETTE and size != _KEYS.get(colour):
        return None
    if name in _COPIED:
        return _COPIED[name].kind if size in _COPIED[name].sizes else None
    if name in _STREAMS:
        return Kind.PICTURE if name == b"IDAT" else Kind.ANIMATION
    return Kind.STRUCTURE if name in _SILENT or (name == b"IEND" and size == 0) else None


def _read_part(data: bytes, one: Part, *, taken_apart: bool) -> Part:
    name, content = _name(data, one), data[slice(*one.content)]
    try:
        reading = _reading(name, content, one) if taken_apart else _unread(content, one, TOO_MANY_BLOCKS)
    except MalformedError as error:
        reading = _unread(content, one, str(error))
    kind = Kind.COLOUR if name == b"iCCP" and reading.icc is not None else reading.kind
    return replace(one, kind=kind, reading=reading)


def _unread(content: bytes, one: Part, doubt: str) -> Reading:
    return replace(read_opaque(content, Kind.UNKNOWN, one.path, one.content[0]), doubts=(doubt,))


def _reading(name: bytes, content: bytes, one: Part) -> Reading:
    at = one.content[0]
    if name == b"eXIf":
        # Some writers put the signature of the JPEG segment before the TIFF header.
        head = 6 if content.startswith(b"Exif\0\0") else 0
        return read_exif(content[head:], one.path, at + head)
    if name in _TEXT:
        return read_text_chunk(name, content, one.path, at)
    if name == b"iCCP":
        return read_iccp(content, one.path, at)
    return read_opaque(content, Kind.IDENTITY if name == b"caBX" else Kind.UNKNOWN, one.path, at)


def _follow_streams(data: bytes, parts: list[Part]) -> tuple[str, ...]:
    """Cut the content of each IDAT and fdAT to what its stream uses, and report the rest; what is wrong with them."""
    header = data[slice(*parts[0].content)]
    doubts: list[str] = []
    room = MAX_UNPACKED
    for places, size in _streams(data, parts, header):
        heads = [4 if parts[place].path == "png/fdat" else 0 for place in places]
        spans = [
            (parts[place].content[0] + head, parts[place].content[1]) for place, head in zip(places, heads, strict=True)
        ]
        stream = follow(data, spans, _raw_size(header, *size), room)
        room -= stream.grown
        if stream.excess:
            doubts.append("the picture data inflates to more than the picture")
        elif not stream.complete:
            doubts.append("the picture data is cut short or damaged")
        for place, head, used in zip(places, heads, stream.used, strict=True):
            parts[place] = _cut(parts[place], head + used)
    return tuple(dict.fromkeys(doubts))


def _streams(data: bytes, parts: list[Part], header: bytes) -> Iterator[tuple[list[int], tuple[int, int]]]:
    """Which chunks hold the stream of each frame, and the frame's width and height."""
    size = struct.unpack(">II", header[:8])
    yield [place for place, one in enumerate(parts) if one.path == "png/idat"], size
    places: list[int] = []
    frames = [(place, one) for place, one in enumerate(parts) if one.kind is Kind.ANIMATION]
    for place, one in frames:
        if one.path == "png/fdat":
            places.append(place)
        elif one.path == "png/fctl":
            if places:
                yield places, size
            places = []
            size = struct.unpack_from(">II", data, one.content[0] + 4)
    if places:
        yield places, size


def _raw_size(header: bytes, width: int, height: int) -> int:
    """Bytes of a frame before it is deflated: each row of each pass begins with its filter (PNG, 7.2 and 8.1)."""
    bits = header[8] * _SAMPLES[header[9]]
    passes = _ADAM7 if header[12] else ((0, 0, 1, 1),)
    total = 0
    for column, row, across, down in passes:
        columns, rows = -(-(width - column) // across), -(-(height - row) // down)
        total += rows * (1 + (columns * bits + 7) // 8) if columns > 0 and rows > 0 else 0
    return total


def _cut(one: Part, used: int) -> Part:
    """The chunk with its content ending where the stream does; bytes behind that are reported."""
    start, end = one.content
    if start + used >= end:
        return one
    path = f"{one.path}/after-the-stream"
    value = f"{end - start - used:,} bytes"
    trace = Trace(path=path, kind=Kind.UNKNOWN, offset=start + used, value=value)
    return replace(one, content=(start, start + used), reading=Reading(traces=(trace,)))


def rewrite(data: bytes, parsed: ParsedFile, wanted: Wanted) -> bytes:
    """The file as wanted: chunks of picture, colour and animation verbatim, all else written anew or left out."""
    broken = next((doubt for doubt in parsed.doubts if doubt != NO_END), None)
    if broken:
        raise MalformedError(broken)
    pieces = [_SIGNATURE]
    before = [_chunk(b"iCCP", b"profile\0\0" + zlib.compress(wanted.icc))] if wanted.icc else []
    for one in parsed.parts[1:]:
        if one.path.startswith("png/trailer"):
            break
        if one.path == "png/ihdr":
            pieces += [_copied(data, one), *before, *_written(parsed, wanted)]
        elif wanted.mode is StripMode.ALL:
            pieces.append(_copied(data, one) if _stays(data, one) else b"")
        elif one.path != "png/iccp":
            pieces.append(_without_location(data, one))
    return b"".join(pieces) + (_chunk(b"IEND", b"") if NO_END in parsed.doubts else b"")


def _written(parsed: ParsedFile, wanted: Wanted) -> Iterator[bytes]:
    """The chunks that say which way is up and whose the picture is, where the old ones are left out."""
    lost = wanted.mode is StripMode.ALL or any(must_be_emptied(one) for one in parsed.parts if one.reading.orientation)
    if wanted.orientation and lost:
        yield _chunk(b"eXIf", exif.minimal(wanted.orientation))
    credits_ = wanted.credits if wanted.mode is StripMode.ALL else lost_credits(parsed, wanted)
    if credits_:
        yield _chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp.packet(credits_))


def _stays(data: bytes, one: Part) -> bool:
    name = _name(data, one)
    if name in _COPIED:
        return one.kind is _COPIED[name].kind
    return one.kind in {Kind.PICTURE, Kind.ANIMATION} or name == b"IEND"


def _copied(data: bytes, one: Part) -> bytes:
    """The chunk as it stands, or with its content alone where that ends before it; nothing when nothing is left."""
    name = _name(data, one)
    if one.content == (one.start + 8, one.end - 4):
        return data[one.start : one.end]
    used = data[slice(*one.content)]
    return _chunk(name, used) if used else b""


def _without_location(data: bytes, one: Part) -> bytes:
    name = _name(data, one)
    if _stays(data, one):
        return _copied(data, one)
    return b"" if must_be_emptied(one) else _chunk(name, patched(data, one))


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
