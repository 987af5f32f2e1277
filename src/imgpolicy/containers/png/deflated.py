"""Deflated data (RFC 1950), inflated within limits."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from imgpolicy.containers.limits import MAX_INFLATED
from imgpolicy.containers.parts import MalformedError

_PIECE = 16 * 1024


def inflated(data: bytes) -> bytes:
    """The data inflated; MalformedError when it is damaged or grows past MAX_INFLATED."""
    engine = zlib.decompressobj()
    try:
        out = engine.decompress(data, MAX_INFLATED)
    except zlib.error as error:
        raise MalformedError("a compressed piece of metadata is damaged") from error
    if engine.unconsumed_tail:
        raise MalformedError(f"a compressed piece of metadata inflates to more than {MAX_INFLATED:,} bytes")
    return out


@dataclass(frozen=True, slots=True)
class Stream:
    """Where a deflated stream ends that is spread over spans of a file.

    `used` has one number for each span: how many of its bytes belong to the stream. `complete` says that its end was
    found; `excess`, that it inflates to more bytes than were expected; `grown` is how many those were.
    """

    used: tuple[int, ...]
    complete: bool
    excess: bool
    grown: int


def follow(data: bytes, spans: Iterable[tuple[int, int]], expected: int, room: int) -> Stream:
    """The end of the stream in these spans, which should inflate to `expected` bytes.

    A damaged stream is incomplete, and so is one that grows past `room` bytes: it is not followed further.
    """
    engine = zlib.decompressobj()
    view = memoryview(data)
    used: list[int] = []
    grown = 0
    damaged = False
    for start, end in spans:
        taken = start
        while taken < end and not engine.eof and not damaged and grown <= min(expected, room):
            piece = view[taken : min(end, taken + _PIECE)]
            try:
                grown += len(engine.decompress(piece))
            except zlib.error:
                damaged = True
            taken += len(piece) - len(engine.unused_data)
        used.append(taken - start)
    return Stream(tuple(used), engine.eof and not damaged, grown > expected, grown)
