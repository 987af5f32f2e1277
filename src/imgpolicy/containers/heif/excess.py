"""Bytes in the boxes of a movie that no reader of its pictures looks at (ISO/IEC 14496-12)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from imgpolicy.containers.boxes import Box, boxes
from imgpolicy.containers.parts import MalformedError

_FIXED = {b"mvhd": (100, 112), b"tkhd": (84, 96), b"mdhd": (24, 36), b"vmhd": (12, 12), b"nmhd": (4, 4)}
"""How long a box of numbers is in version 0, and in version 1."""
_ROWS = {b"stts": 8, b"ctts": 8, b"stsc": 12, b"stco": 4, b"co64": 8, b"stss": 4}
"""How long a row of a table is, behind a version and a count."""
_EDITS = (12, 20)
_PICTURES = frozenset({b"av01", b"hvc1", b"hev1", b"avc1", b"avc3", b"vvc1", b"vvi1", b"mjpg", b"j2ki"})
_ENTRY, _NAME = 78, (42, 74)
"""What an entry for pictures begins with, and the name of the encoder in it."""
_IN_ENTRY = frozenset(
    {
        *(b"av1C", b"hvcC", b"avcC", b"vvcC", b"lhvC", b"colr", b"ccst", b"pasp", b"clap", b"auxi", b"clli", b"mdcv"),
        *(b"btrt", b"cclv", b"amve"),
    }
)
_HANDLER_NAME = 24
_USUAL = re.compile(rb"[\0-\x28]?(?:[A-Za-z][A-Za-z .-]{0,40}|Lavc[0-9.]{3,12} [a-z0-9_-]{3,20})?\0*")
"""What encoders call themselves: a word or a few, without numbers but for those of a version."""
_HEAD = 8


def excess(data: bytes, box: Box) -> list[tuple[int, int]]:
    """The spans in a leaf of a movie that hold something and are not needed."""
    return [(start, end) for start, end in _spans(data, box) if data[start:end].strip(b"\0")]


def _spans(data: bytes, box: Box) -> Iterator[tuple[int, int]]:
    newer = data[box.body : box.body + 1] == b"\1"
    count = int.from_bytes(data[box.body + 4 : box.body + _HEAD], "big")
    if box.type in _FIXED:
        yield box.body + _FIXED[box.type][newer], box.end
    elif box.type in _ROWS:
        yield box.body + _HEAD + _ROWS[box.type] * count, box.end
    elif box.type == b"elst":
        yield box.body + _HEAD + _EDITS[newer] * count, box.end
    elif box.type == b"stsz":
        rows = int.from_bytes(data[box.body + _HEAD : box.body + 12], "big")
        yield box.body + 12 + (0 if count else 4 * rows), box.end
    elif box.type == b"hdlr" and not _USUAL.fullmatch(data[box.body + _HANDLER_NAME : box.end]):
        yield box.body + _HANDLER_NAME, box.end
    elif box.type == b"dinf":
        for holder in _inner(data, box.body, box.end):
            yield from ((one.body + 4, one.end) for one in _inner(data, holder.body + _HEAD, holder.end))
    elif box.type == b"stsd":
        for entry in (one for one in _inner(data, box.body + _HEAD, box.end) if one.type in _PICTURES):
            name = entry.body + _NAME[0], min(entry.end, entry.body + _NAME[1])
            yield from [] if _USUAL.fullmatch(data[slice(*name)]) else [name]
            further = _inner(data, entry.body + _ENTRY, entry.end)
            yield from ((one.body, one.end) for one in further if one.type not in _IN_ENTRY)


def _inner(data: bytes, start: int, end: int) -> list[Box]:
    """The boxes in these bytes; MalformedError when they hold something else."""
    if start > end:
        raise MalformedError("a box of a movie is cut short")
    return list(boxes(data, start, end))
