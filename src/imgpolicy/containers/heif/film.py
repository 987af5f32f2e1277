"""The movie of an image sequence (AVIF, HEIF): where its samples lie, and the movie with new places for them."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

from imgpolicy.containers.blocks.opaque import read_film
from imgpolicy.containers.boxes import Box, boxes
from imgpolicy.containers.heif.excess import excess
from imgpolicy.containers.limits import MAX_DEPTH
from imgpolicy.containers.parts import NOTHING, MalformedError, Patch, Reading, counted, printable_bytes, shown
from imgpolicy.domain.trace import Kind, Trace

_HOLDERS = frozenset({b"trak", b"mdia", b"minf", b"stbl", b"edts"})
_KEPT = frozenset(
    {
        *(b"mvhd", b"tkhd", b"mdhd", b"hdlr", b"vmhd", b"nmhd", b"dinf", b"stsd", b"stts", b"stsc", b"stsz", b"stz2"),
        *(b"stco", b"co64", b"stss", b"ctts", b"cslg", b"sbgp", b"sgpd", b"elst", b"tref", b"free", b"skip"),
    }
)
_SHOWN = frozenset({b"pict", b"vide", b"auxv"})
"""What a track's handler says of pictures, films, and how transparent they are."""
_TABLE_HEAD = 8
_HANDLER_NAME = 24


@dataclass(frozen=True, kw_only=True)
class Film:
    """A movie: its box, the (start, end) spans of its samples in file order, and what it tells."""

    box: Box | None = None
    samples: tuple[tuple[int, int], ...] = ()
    reading: Reading = NOTHING


def read_movie(data: bytes, moov: Box) -> Film:
    """The movie in this box; MalformedError when its tables cannot be followed."""
    strange = [box for box in _leaves(data, moov, 0) if box.type not in _KEPT and data[box.body : box.end].strip(b"\0")]
    traces = [
        Trace(path=f"heif/moov/{box.name}", kind=Kind.UNKNOWN, offset=box.start, value=f"{box.end - box.start:,} bytes")
        for box in strange
    ]
    places = read_film(data, "heif/moov", 0, (moov.start, moov.end))
    traces += [trace for trace in places.traces if trace.kind is not Kind.EMBEDDED]
    wide = [(box, span) for box in _leaves(data, moov, 0) if box not in strange for span in excess(data, box)]
    traces += [
        Trace(path=f"heif/moov/{box.name}", kind=Kind.UNKNOWN, offset=start, value=f"{end - start:,} bytes")
        for box, (start, end) in wide
    ]
    traces += _sounds(data, moov)
    spans = sorted({span for track in _tracks(data, moov) for span in _samples(data, track)})
    patches: list[tuple[Patch, ...]] = [
        (Patch(box.start + 4, b"free"), Patch(box.body, bytes(box.end - box.body))) for box in strange
    ]
    patches += [(Patch(start, bytes(end - start)),) for _, (start, end) in wide]
    reading = Reading(traces=shown(traces), position=places.position, patches=tuple(chain.from_iterable(patches)))
    return Film(box=moov, samples=tuple(spans), reading=reading)


def _sounds(data: bytes, moov: Box) -> Iterator[Trace]:
    """The tracks that show nothing, such as sound: somebody may speak in it."""
    for track in _tracks(data, moov):
        handler = track.get(b"hdlr")
        kind = data[handler.body + 8 : handler.body + 12] if handler else b""
        if kind not in _SHOWN and handler:
            value = f"a track of kind {printable_bytes(kind)}"
            yield Trace(path="heif/moov/track", kind=Kind.EMBEDDED, offset=handler.start, value=value)


def is_beside(still: tuple[tuple[int, int], ...], film: Film) -> bool:
    """Whether a picture whose data lies in these spans is none of the frames of a movie that has some."""
    starts = [start for start, _ in film.samples]
    places = [(bisect_right(starts, start) - 1, end) for start, end in still]
    return bool(starts) and any(place < 0 or end > film.samples[place][1] for place, end in places)


def _leaves(data: bytes, holder: Box, depth: int) -> Iterator[Box]:
    if depth > MAX_DEPTH:
        raise MalformedError(f"boxes are nested more than {MAX_DEPTH} deep")
    for box in boxes(data, holder.body, holder.end):
        if box.type in _HOLDERS:
            yield from _leaves(data, box, depth + 1)
        else:
            yield box


def _tracks(data: bytes, moov: Box) -> Iterator[dict[bytes, Box]]:
    """The leaves of each track, by type."""
    for box in boxes(data, moov.body, moov.end):
        if box.type == b"trak":
            yield {leaf.type: leaf for leaf in _leaves(data, box, 1)}


def _numbers(data: bytes, box: Box, code: str, width: int) -> list[tuple[int, ...]]:
    """The rows of a table: a version, a count, and that many rows of `width` numbers."""
    count = struct.unpack_from(">I", data, box.body + 4)[0]
    counted(count, "rows in a table of samples")
    row = struct.Struct(f">{width}{code}")
    end = box.body + _TABLE_HEAD + count * row.size
    if end > box.end:
        raise MalformedError("a table of samples is cut short")
    return list(row.iter_unpack(data[box.body + _TABLE_HEAD : end]))


def _samples(data: bytes, track: dict[bytes, Box]) -> Iterator[tuple[int, int]]:
    """Where the samples of a track lie, chunk by chunk (14496-12, 8.7.3 to 8.7.5)."""
    chunks, runs, sizes = track.get(b"stco") or track.get(b"co64"), track.get(b"stsc"), track.get(b"stsz")
    if not chunks or not runs or not sizes:
        raise MalformedError("a track has no table of samples")
    fixed, count = struct.unpack_from(">II", data, sizes.body + 4)
    counted(count, "samples")
    if not fixed and sizes.body + 12 + 4 * count > sizes.end:
        raise MalformedError("a table of samples is cut short")
    lengths = [fixed] * count if fixed else list(struct.unpack_from(f">{count}I", data, sizes.body + 12))
    starts = [row[0] for row in _numbers(data, chunks, "Q" if chunks.type == b"co64" else "I", 1)]
    table = _numbers(data, runs, "I", 3)
    firsts = [row[0] for row in table]
    taken = 0
    for index, start in enumerate(starts, start=1):
        run = bisect_right(firsts, index) - 1
        held = table[run][1] if run >= 0 else 0
        end = start + sum(lengths[taken : taken + held])
        taken += held
        if end > len(data):
            raise MalformedError("a sample lies outside the file")
        yield start, end


def moved(data: bytes, film: Film, place: Callable[[int], int]) -> bytes:
    """The movie's box, as long as it was: samples at their new places, without names and whatever is not known here."""
    if film.box is None:
        return b""
    origin = film.box.start
    out = bytearray(data[film.box.start : film.box.end])
    for box in _leaves(data, film.box, 0):
        start, body, end = box.start - origin, box.body - origin, box.end - origin
        if box.type not in _KEPT or box.type in {b"free", b"skip"}:
            out[start + 4 : start + 8] = b"free"
            out[body:end] = bytes(end - body)
        elif box.type == b"hdlr":
            out[body + _HANDLER_NAME : end] = bytes(max(0, end - body - _HANDLER_NAME))
        elif box.type in {b"stco", b"co64"}:
            code = "Q" if box.type == b"co64" else "I"
            offsets = [place(row[0]) for row in _numbers(data, box, code, 1)]
            struct.pack_into(f">{len(offsets)}{code}", out, body + _TABLE_HEAD, *offsets)
        if box.type in _KEPT:
            for first, last in excess(data, box):
                out[first - origin : last - origin] = bytes(last - first)
    return bytes(out)
