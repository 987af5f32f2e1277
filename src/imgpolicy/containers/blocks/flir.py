"""The FLIR block of thermal cameras, of which the record of positions is read.

Its layout is the one that the ExifTool documentation gives: a head, a directory, and records in either byte order.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import replace

from imgpolicy.containers.blocks.opaque import read_opaque
from imgpolicy.containers.parts import Position, Reading
from imgpolicy.domain.trace import Kind, Trace

_MARKS = (b"FFF\0", b"AFF\0")
_HEAD, _ROW = 64, 32
_DIRECTORY, _VERSION = 0x18, 0x14
_GPS_RECORD = 0x2B
_GPS_SIZE = 0x20
_MOST_RECORDS = 500


def read(block: bytes, path: str, offset: int) -> Reading:
    """What the block tells, put together from its segments, the first at `offset`: a camera, and where it was."""
    whole = read_opaque(block, Kind.IDENTITY, path, offset)
    positions = list(_positions(block))
    if not positions:
        return whole
    position = next((one for one in positions if one), None)
    value = str(position) if position else "GPS values without a position"
    trace = Trace(path=f"{path}/gps", kind=Kind.COORDINATE, offset=offset, value=value)
    return replace(whole, traces=(*whole.traces, trace), position=position)


def _positions(block: bytes) -> Iterator[Position | None]:
    """The position of each record of them that is valid; None for one that is none on the earth."""
    if len(block) < _HEAD or block[:4] not in _MARKS:
        return
    order = ">" if 100 <= struct.unpack_from(">I", block, _VERSION)[0] < 200 else "<"
    start, number = struct.unpack_from(f"{order}II", block, _DIRECTORY)
    for row in range(start, start + _ROW * min(number, _MOST_RECORDS), _ROW):
        if row + _ROW > len(block):
            return
        kind, at, size = (
            struct.unpack_from(f"{order}H", block, row)[0],
            *struct.unpack_from(f"{order}II", block, row + 12),
        )
        if kind == _GPS_RECORD and size >= _GPS_SIZE and at + size <= len(block):
            yield from _position(block[at : at + size])


def _position(record: bytes) -> Iterator[Position | None]:
    """The position in a record of them, whose byte order shows by what it says of its being valid."""
    order = ">" if struct.unpack_from(">I", record)[0] == 1 else "<"
    valid, latitude, longitude = (
        struct.unpack_from(f"{order}I", record)[0],
        *struct.unpack_from(f"{order}dd", record, 16),
    )
    if not valid and not record[8:_GPS_SIZE].strip(b"\0"):
        return
    south, west = record[8:9].upper() == b"S", record[12:13].upper() == b"W"
    if abs(latitude) <= 90 and abs(longitude) <= 180:
        yield Position(-abs(latitude) if south else latitude, -abs(longitude) if west else longitude)
    else:
        yield None
