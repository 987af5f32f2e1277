"""AFCP trailers (AXS File Concatenation Protocol, version 1.1): a directory of blocks behind a picture."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from imgpolicy.containers.blocks import iptc
from imgpolicy.containers.blocks.opaque import read_opaque
from imgpolicy.containers.parts import Reading
from imgpolicy.domain.trace import Kind, Trace

_ORDERS = {b"AXS!": ">", b"AXS*": "<"}
_END = 12
_ROW = 12
_MOST_BLOCKS = 100
_PREVIEWS = frozenset({b"Nail", b"PrVw"})


def read(data: bytes, path: str, offset: int) -> Reading:
    """What the trailer tells in `data`, which it ends, but for zeros, and whose first byte lies at `offset`."""
    return Reading.joined((read_opaque(data, Kind.UNKNOWN, path, offset), *_blocks(data.rstrip(b"\0"), path, offset)))


def _blocks(data: bytes, path: str, offset: int) -> Iterator[Reading]:
    """The blocks of the directory; offsets count from where the trailer says that it begins."""
    end = max(data.rfind(mark) for mark in _ORDERS)
    start = min((at for at in map(data.find, _ORDERS) if at >= 0), default=-1)
    if not 0 <= start < end:
        return
    order = _ORDERS[data[end : end + 4]]
    stated = int.from_bytes(data[end + 4 : end + 8].ljust(4, b"\0"), "big" if order == ">" else "little")
    number = min(struct.unpack_from(f"{order}H", data, start + 6)[0], _MOST_BLOCKS)
    for row in range(start + _END, start + _END + _ROW * number, _ROW):
        if row + _ROW > end:
            return
        size, at = struct.unpack_from(f"{order}II", data, row + 4)
        first = at - stated + start
        if 0 <= first <= first + size <= end:
            yield _block(data[row : row + 4], data[first : first + size], path, offset + first)


def _block(name: bytes, block: bytes, path: str, offset: int) -> Reading:
    if name == b"IPTC":
        return iptc.read(block, f"{path}/iptc", offset)
    if name in _PREVIEWS:
        trace = Trace(path=f"{path}/preview", kind=Kind.EMBEDDED, offset=offset, value=f"{len(block):,} bytes")
        return Reading(traces=(trace,))
    return Reading()
