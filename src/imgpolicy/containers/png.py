"""PNG and APNG (W3C PNG specification, third edition): chunks, and the ends of the deflated streams inside."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from imgpolicy.containers import exif, xmp
from imgpolicy.containers.blocks import read_exif
from imgpolicy.containers.deflated import follow
from imgpolicy.containers.edit import must_be_emptied, patched
from imgpolicy.containers.jpeg import walk_picture
from imgpolicy.containers.opaque import read_opaque
from imgpolicy.containers.parts import MalformedError, Part, Reading, StripMode, Walk, Wanted, counted, part
from imgpolicy.containers.png_text import read_iccp, read_text_chunk
from imgpolicy.containers.trailer import walk_trailer
from imgpolicy.facts import Kind, Trace

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TEXT = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_STREAMS = frozenset({b"IDAT", b"fdAT"})
_SILENT = frozenset({b"tIME", b"iDOT", b"hIST"})
"""Chunks that tell nothing of where and who, and that no picture needs."""
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


def matches(head: bytes) -> bool:
    """Whether a file that begins so is a PNG."""
    return head.startswith(_SIGNATURE)


def walk(data: bytes) -> Walk:
    """Every byte of the file; MalformedError when the chunks cannot be followed to the end of the picture."""
    signature = part("png/signature", Kind.STRUCTURE, (0, len(_SIGNATURE)))
    parts = [_read_chunk(data, one) for one in _chunks(data)]
    doubts = _follow_streams(data, parts)
    behind = walk_trailer(data, parts[-1].end, "png/trailer", walk_picture)
    coded = tuple(one.content for one in parts if _is_coded(one))
    return Walk(format="PNG", size=len(data), parts=(signature, *parts, *behind), coded=coded, doubts=doubts)


def _chunks(data: bytes) -> Iterator[Part]:
    """The chunks up to IEND, unread."""
    at = len(_SIGNATURE)
    number = 0
    while True:
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        name = data[at + 4 : at + 8]
        if end > len(data) or at + 12 > len(data) or not (name.isascii() and name.isalpha()):
            raise MalformedError("the PNG is cut short or damaged")
        if number == 0 and name != b"IHDR":
            raise MalformedError("the PNG does not begin with its header")
        number += 1
        counted(number, "chunks")
        yield part(f"png/{name.decode('ascii').lower()}", Kind.UNKNOWN, (at, end), content=(at + 8, end - 4))
        if name == b"IEND":
            return
        at = end


def _name(data: bytes, one: Part) -> bytes:
    return data[one.start + 4 : one.start + 8]


def _read_chunk(data: bytes, one: Part) -> Part:
    name, content = _name(data, one), data[slice(*one.content)]
    copied = _COPIED.get(name)
    if copied and len(content) in copied.sizes:
        return replace(one, kind=copied.kind)
    if name in _STREAMS:
        return replace(one, kind=Kind.PICTURE if name == b"IDAT" else Kind.ANIMATION)
    if name in _SILENT or (name == b"IEND" and not content):
        return replace(one, kind=Kind.STRUCTURE)
    try:
        reading = _reading(name, content, one)
    except MalformedError as error:
        reading = replace(read_opaque(content, Kind.UNKNOWN, one.channel, one.content[0]), doubts=(str(error),))
    kind = Kind.COLOUR if name == b"iCCP" and reading.icc is not None else reading.kind
    return replace(one, kind=kind, reading=reading)


def _reading(name: bytes, content: bytes, one: Part) -> Reading:
    at = one.content[0]
    if name == b"eXIf":
        # Some writers put the signature of the JPEG segment before the TIFF header.
        head = 6 if content.startswith(b"Exif\0\0") else 0
        return read_exif(content[head:], one.channel, at + head)
    if name in _TEXT:
        return read_text_chunk(name, content, one.channel, at)
    if name == b"iCCP":
        return read_iccp(content, one.channel, at)
    return read_opaque(content, Kind.IDENTITY if name == b"caBX" else Kind.UNKNOWN, one.channel, at)


def _is_coded(one: Part) -> bool:
    return one.channel in {"png/ihdr", "png/plte", "png/trns", "png/idat", "png/fdat", "png/actl", "png/fctl"}


def _follow_streams(data: bytes, parts: list[Part]) -> tuple[str, ...]:
    """Cut the content of each IDAT and fdAT to what its stream uses, and tell of the rest; what is wrong with them."""
    header = data[slice(*parts[0].content)]
    if len(header) != 13 or header[9] not in _SAMPLES or parts[0].kind is not Kind.PICTURE:
        raise MalformedError("the PNG has a damaged header")
    doubts: list[str] = []
    for places, size in _streams(data, parts, header):
        heads = [4 if parts[place].channel == "png/fdat" else 0 for place in places]
        spans = [
            (parts[place].content[0] + head, parts[place].content[1]) for place, head in zip(places, heads, strict=True)
        ]
        stream = follow(data, spans, _raw_size(header, *size))
        if stream.excess:
            doubts.append("the picture data inflates to more than the picture")
        elif not stream.complete:
            doubts.append("the picture data is cut short or damaged")
        for place, head, used in zip(places, heads, stream.used, strict=True):
            parts[place] = _cut(parts[place], head + used)
    return tuple(dict.fromkeys(doubts))


def _streams(data: bytes, parts: list[Part], header: bytes) -> Iterator[tuple[list[int], tuple[int, int]]]:
    """Which chunks hold the stream of each frame, and the frame's width and height."""
    whole = struct.unpack(">II", header[:8])
    size = whole
    yield [place for place, one in enumerate(parts) if one.channel == "png/idat"], whole
    places: list[int] = []
    for place, one in enumerate(parts):
        if one.channel in {"png/fctl", "png/iend"}:
            if places:
                yield places, size
            places = []
            size = struct.unpack_from(">II", data, one.content[0] + 4) if one.channel == "png/fctl" else whole
        elif one.channel == "png/fdat":
            places.append(place)


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
    """The chunk with its content ending where the stream does; bytes behind that are told."""
    start, end = one.content
    if start + used >= end:
        return one
    channel = f"{one.channel}/after-the-stream"
    value = f"{end - start - used:,} bytes"
    trace = Trace(channel=channel, kind=Kind.UNKNOWN, offset=start + used, value=value)
    return replace(one, content=(start, start + used), reading=Reading(traces=(trace,)))


def rewrite(data: bytes, walked: Walk, wanted: Wanted) -> bytes:
    """The file as wanted: chunks of picture, colour and animation verbatim, all else written anew or left out."""
    if walked.doubts:
        raise MalformedError(walked.doubts[0])
    pieces = [_SIGNATURE]
    before = [_chunk(b"iCCP", b"profile\0\0" + zlib.compress(wanted.icc))] if wanted.icc else []
    for one in walked.parts[1:]:
        if one.channel.startswith("png/trailer"):
            break
        if one.channel == "png/ihdr":
            pieces += [_copied(data, one), *before, *_written(walked, wanted)]
        elif wanted.mode is StripMode.ALL:
            pieces.append(_copied(data, one) if _stays(data, one) else b"")
        elif one.channel != "png/iccp":
            pieces.append(_without_location(data, one))
    return b"".join(pieces)


def _written(walked: Walk, wanted: Wanted) -> Iterator[bytes]:
    """The chunks that say which way is up and whose the picture is, where the old ones are left out."""
    lost = wanted.mode is StripMode.ALL or any(must_be_emptied(one) for one in walked.parts if one.reading.orientation)
    if wanted.orientation and lost:
        yield _chunk(b"eXIf", exif.minimal(wanted.orientation))
    if wanted.credits and wanted.mode is StripMode.ALL:
        yield _chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp.packet(wanted.credits))


def _stays(data: bytes, one: Part) -> bool:
    name = _name(data, one)
    return (name in _COPIED and one.kind is _COPIED[name].kind) or name in _STREAMS or name == b"IEND"


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
