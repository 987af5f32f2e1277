"""The code stream of a JPEG 2000 (ISO/IEC 15444-1, annex A): a head, parts of tiles with heads of their own, an end."""

from __future__ import annotations

from collections.abc import Iterator

from imgpolicy.containers.blocks import read_text
from imgpolicy.containers.blocks.opaque import read_opaque
from imgpolicy.containers.limits import MAX_PARTS
from imgpolicy.containers.parts import MalformedError, Part, block, part
from imgpolicy.domain.trace import Kind

_END = b"\xff\xd9"
_TILE, _DATA, _COMMENT = 0x90, 0x93, 0x64
_POINTERS = frozenset({0x55, 0x57, 0x63})
"""Lengths of tiles and packets, and how components lie to each other: no decoder needs them."""
_PICTURE = frozenset({0x50, 0x51, 0x52, 0x53, 0x56, 0x58, 0x59, 0x5C, 0x5D, 0x5E, 0x5F, 0x60, 0x61, *range(0x72, 0x7A)})
_TILE_HEAD = 12
_MOST_TILES = 70_000
COMMENT, IN_TILE = "jp2/comment", "jp2/tile-comment"
"""A comment in the head of a tile, which counts its bytes, is overwritten and not left out."""
OTHER = "jp2/segment"
"""A segment that is not known here, without which the picture may be another."""


def parts(data: bytes, start: int, end: int) -> Iterator[Part]:
    """The parts of the code stream from `start` to before `end`: its comments and what is not known, else picture."""
    at = taken = start
    for one in _found(data, start, end):
        if one.start > taken:
            yield part("jp2/picture", Kind.PICTURE, (taken, one.start))
        yield one
        taken = at = one.end
    if at < end:
        yield part("jp2/picture", Kind.PICTURE, (taken, end))


def _found(data: bytes, start: int, end: int) -> Iterator[Part]:
    """What is in the code stream besides the picture."""
    tiles = end
    for at, marker, behind in _segments(data, start + 2, end, _TILE):
        if marker == _COMMENT:
            yield _comment(data, at, behind, COMMENT)
        elif marker in _POINTERS:
            yield part("jp2/pointers", Kind.STRUCTURE, (at, behind))
        elif marker == _TILE:
            tiles = at
        elif marker not in _PICTURE:
            yield _other(data, at, behind)
    yield from _in_tiles(data, tiles, end)


def _segments(data: bytes, at: int, end: int, last: int) -> Iterator[tuple[int, int, int]]:
    """Start, marker and end of each segment up to the one with the marker `last`."""
    for _ in range(MAX_PARTS):
        size = 0 if data[at + 1 : at + 2] == bytes((_DATA,)) else int.from_bytes(data[at + 2 : at + 4], "big")
        marker, behind = data[at + 1 : at + 2], at + 2 + size
        if data[at : at + 1] != b"\xff" or (size < 2 and marker[0] != _DATA) or behind > end:
            raise MalformedError("the code stream of a JPEG 2000 is damaged")
        yield at, marker[0], behind
        if marker[0] == last:
            return
        at = behind
    raise MalformedError(f"a JPEG 2000 has more than {MAX_PARTS:,} segments")


def _in_tiles(data: bytes, at: int, end: int) -> Iterator[Part]:
    """What is in the heads of tiles besides the picture, and behind its end."""
    for _ in range(_MOST_TILES):
        if data[at : at + 2] == _END:
            yield from _behind(data, at + 2, end)
            return
        if data[at : at + 2] != bytes((0xFF, _TILE)) or at + _TILE_HEAD > end:
            return  # cut short
        size = int.from_bytes(data[at + 6 : at + 10], "big")
        body = at + _TILE_HEAD
        for first, marker, behind in _segments(data, body, end, _DATA):
            if marker == _COMMENT:
                yield _comment(data, first, behind, IN_TILE)
            elif marker not in _PICTURE and marker != _DATA:
                yield _other(data, first, behind)
            body = behind
        if not size:
            # A tile without a length is the last one; its data holds no marker.
            found = data.find(_END, body, end)
            at = found if found >= 0 else end
        else:
            at = max(body, at + size)
    raise MalformedError(f"a JPEG 2000 has more than {_MOST_TILES:,} parts of tiles")


def _comment(data: bytes, start: int, end: int, path: str) -> Part:
    """A comment (annex A.9.2), behind what says whether it is text."""
    content = (min(start + 6, end), end)
    return block(path, (start, end), content, read_text(data[slice(*content)], path, content[0]))


def _other(data: bytes, start: int, end: int) -> Part:
    return block(OTHER, (start, end), (start, end), read_opaque(data[start:end], Kind.UNKNOWN, OTHER, start))


def _behind(data: bytes, start: int, end: int) -> Iterator[Part]:
    if start < end:
        path = "jp2/behind-the-picture"
        yield block(path, (start, end), (start, end), read_opaque(data[start:end], Kind.UNKNOWN, path, start))
