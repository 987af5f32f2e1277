"""BMP (Windows bitmaps, versions 2 to 5): header, colour table, rows of pixels, and the gaps between."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from imgpolicy.containers.blocks import icc
from imgpolicy.containers.blocks.opaque import leftover
from imgpolicy.containers.edit import edited, zeroed
from imgpolicy.containers.parts import MalformedError, ParsedFile, Part, Wanted, part
from imgpolicy.domain.terms import StripMode
from imgpolicy.domain.trace import Kind

_FILE_HEAD = 14
_SPACE = 56
_CORE, _INFO, _V5 = 12, 40, 124
_MOST_BITS = 8
"""Bits of a pixel that is a number in the table of colours; readers pass over the table of any other picture."""
_PLAIN, _RLE8, _RLE4, _MASKS, _ALPHA_MASKS = 0, 1, 2, 3, 6
# Colour spaces are names of four letters written as little-endian numbers, so backwards.
_EMBEDDED_PROFILE, _SRGB, _SYSTEM = b"DEBM", b"BGRs", b" niW"


@dataclass(frozen=True, slots=True)
class _Header:
    """What decides where the parts lie: size of the header, length of the colour table, span of the pixels."""

    size: int
    table: int
    start: int
    end: int


def matches(head: bytes) -> bool:
    """Whether a file that begins so is a BMP: a file header, and one of the known sizes of what follows."""
    return head[:2] == b"BM" and head[14:18] in {struct.pack("<I", size) for size in (12, 40, 52, 56, 64, 108, 124)}


def parse(data: bytes) -> ParsedFile:
    """Every byte of the file; MalformedError when its pixels do not lie in it."""
    header = _header(data)
    table = _FILE_HEAD + header.size
    behind = table + header.table
    parts = [
        part("bmp/file-header", Kind.STRUCTURE, (0, _FILE_HEAD)),
        part("bmp/header", Kind.PICTURE, (_FILE_HEAD, table)),
        part("bmp/colour-table", Kind.PICTURE, (table, behind)),
        *_leftover(data, behind, header.start, "bmp/gap"),
        part("bmp/pixels", Kind.PICTURE, (header.start, header.end)),
    ]
    parts += _behind_pixels(data, header)
    coded = ((table, behind), (header.start, header.end))
    return ParsedFile(format="BMP", size=len(data), parts=tuple(parts), coded=coded)


def _header(data: bytes) -> _Header:
    if len(data) < _FILE_HEAD + _CORE:
        raise MalformedError("the BMP is cut short")
    start, size = struct.unpack_from("<II", data, 10)
    if _FILE_HEAD + size > len(data):
        raise MalformedError("the BMP is cut short")
    if size == _CORE:
        width, height, _, bits = struct.unpack_from("<HHHH", data, 18)
        coding, pixels, colours, each, masks = _PLAIN, 0, 0, 3, 0
    else:
        width, height, _, bits, coding, pixels = struct.unpack_from("<iiHHII", data, 18)
        colours, each = struct.unpack_from("<I", data, 46)[0], 4
        masks = {_MASKS: 12, _ALPHA_MASKS: 16}.get(coding, 0) if size == _INFO else 0
    if coding not in {_PLAIN, _RLE8, _RLE4, _MASKS, _ALPHA_MASKS} or width <= 0 or bits not in {1, 2, 4, 8, 16, 24, 32}:
        raise MalformedError("the BMP is coded in a way that is not known here")
    if colours > 256:
        raise MalformedError("the BMP has too long a colour table")
    table = masks + (each * (colours or 1 << bits) if bits <= _MOST_BITS else 0)
    length = pixels if coding in {_RLE8, _RLE4} else (width * bits + 31) // 32 * 4 * abs(height)
    # Some writers count the colour table too long; the pixels begin where the file header says.
    table = min(table, start - _FILE_HEAD - size)
    if table < 0 or not length or start + length > len(data):
        raise MalformedError("the BMP is cut short or damaged")
    return _Header(size, table, start, start + length)


def _profile(data: bytes, header: _Header) -> tuple[int, int] | None:
    """Where the embedded colour profile lies."""
    if header.size != _V5 or data[70:74] != _EMBEDDED_PROFILE:
        return None
    at, size = struct.unpack_from("<II", data, _FILE_HEAD + 112)
    start = _FILE_HEAD + at
    return (start, start + size) if size and header.end <= start and start + size <= len(data) else None


def _behind_pixels(data: bytes, header: _Header) -> list[Part]:
    profile = _profile(data, header)
    if profile is None:
        return _leftover(data, header.end, len(data), "bmp/trailer")
    reading = icc.read(data[slice(*profile)], "bmp/icc", profile[0])
    return [
        *_leftover(data, header.end, profile[0], "bmp/gap"),
        Part(path="bmp/icc", kind=Kind.COLOUR, start=profile[0], end=profile[1], content=profile, reading=reading),
        *_leftover(data, profile[1], len(data), "bmp/trailer"),
    ]


def _leftover(data: bytes, start: int, end: int, path: str) -> list[Part]:
    return [leftover(data, start, end, path)] if start < end else []


def _without_what_is_not_read(head: bytearray) -> None:
    """Zeros in a header where the coding or the colour space leaves room: masks, and how long a table is."""
    if len(head) < _INFO:
        return
    bits, coding = struct.unpack_from("<HI", head, 14)
    if bits > _MOST_BITS:
        struct.pack_into("<II", head, 32, 0, 0)
    if coding not in {_MASKS, _ALPHA_MASKS}:
        head[_INFO:_SPACE] = bytes(len(head[_INFO:_SPACE]))
    if bytes(head[_SPACE : _SPACE + 4]) in {_SRGB, _SYSTEM}:
        head[_SPACE + 4 : _SPACE + 52] = bytes(48)  # primaries and gammas


def rewrite(data: bytes, parsed: ParsedFile, wanted: Wanted) -> bytes:
    """The file as wanted: header, colour table and pixels, one right behind the other, and a profile."""
    if wanted.mode is StripMode.LOCATION:
        return edited(data, parsed, zeroed)
    header = _header(data)
    head = bytearray(data[_FILE_HEAD : _FILE_HEAD + header.size])
    table = data[_FILE_HEAD + header.size :][: header.table]
    pixels = data[header.start : header.end]
    start = _FILE_HEAD + len(head) + len(table)
    profile = wanted.icc or b""
    if header.size == _V5:
        at = start + len(pixels) - _FILE_HEAD if profile else 0
        struct.pack_into("<III", head, 112, at, len(profile), 0)
        if bytes(head[56:60]) not in {_SRGB, _SYSTEM, bytes(4)} and not profile:
            head[56:60] = _SRGB  # a profile in another file, whose name goes
    _without_what_is_not_read(head)
    whole = start + len(pixels) + len(profile)
    return b"BM" + struct.pack("<III", whole, 0, start) + bytes(head) + table + pixels + profile
