"""A TIFF written anew: every page with its strips or tiles verbatim, and the tags that say how to show it."""

from __future__ import annotations

import struct
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from imgpolicy.containers.blocks import exif_tags as tags
from imgpolicy.containers.blocks import ifd, xmp
from imgpolicy.containers.layout import Layout, Span, layout, merged
from imgpolicy.containers.parts import Credit, MalformedError, Right, Wanted
from imgpolicy.containers.tiff.pages import (
    JPEG,
    JPEG_TABLES,
    OLD_JPEG,
    OLD_STREAM,
    OLD_TABLES,
    STRIPS,
    TILES,
    bits,
    coded_parts,
    compression,
    has_colour_map,
    is_jpeg,
    jpeg_parts,
    old_spans,
    pages,
    samples,
    spans,
    stays,
)

_COLOUR_MAP = 0x0140
_ONCE = frozenset(
    {
        *(0x00FE, 0x00FF, 0x0100, 0x0101, 0x0103, 0x0106, 0x010A, 0x0112, 0x0115, 0x0116, 0x011A, 0x011B, 0x011C),
        *(0x011E, 0x011F, 0x0122, 0x0124, 0x0125, 0x0128, 0x013D, 0x0142, 0x0143, 0x0146, 0x0147, 0x0148, 0x014C),
        *(0x014E, 0x015A, 0x0213),
    }
)
_PER_SAMPLE = {0x0102: 1, 0x0118: 1, 0x0119: 1, 0x0150: 2, 0x0152: 1, 0x0153: 1, 0x0154: 1, 0x0155: 1, 0x0214: 2}
_ROWS_OF_NUMBERS = {0x0129: 2, 0x013E: 2, 0x013F: 6, 0x0156: 6, 0x0211: 3, 0x0212: 2}
KEPT = _ONCE | {*_PER_SAMPLE, *_ROWS_OF_NUMBERS, _COLOUR_MAP, JPEG_TABLES}
"""Tags that say how a page is decoded and shown: one number, some for each sample, or a row of this length."""
_MOST_SAMPLES = 256
_LONGEST_TABLES = 65_536
_OLD_PER_SAMPLE = {0x0205: 1, 0x0206: 1}
_OLD_KEPT = frozenset({0x0200, tags.THUMBNAIL_LENGTH, 0x0203, *_OLD_PER_SAMPLE})
"""Those of an old JPEG besides (TIFF 6.0, section 22)."""
_PLACES = frozenset({*STRIPS, *TILES, OLD_STREAM, *OLD_TABLES})
OWN = KEPT | _OLD_KEPT | _PLACES | {tags.ICC, tags.XMP, tags.ARTIST, tags.COPYRIGHT}
"""Tags of a directory that holds the picture itself: those, where it lies, its colours, and whose it is."""
_NUMBER_TYPES = frozenset({1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 16, 17})


class _Value(NamedTuple):
    """An entry of a page on its way."""

    tag: int
    type: int
    number: int
    value: bytes


@dataclass(frozen=True, slots=True)
class _Page:
    """A page: its directory in the old file, the pieces of each strip or tile that stay, and those of an old JPEG."""

    old: ifd.Ifd
    pieces: tuple[tuple[Span, ...], ...]
    referred: dict[int, list[Span]]

    @property
    def spans(self) -> Iterator[Span]:
        """Every byte that stays."""
        yield from (span for piece in self.pieces for span in piece)
        yield from (span for placed in self.referred.values() for span in placed)


def written(data: bytes, wanted: Wanted) -> bytes:
    """The file as wanted; MalformedError when a page has no picture, or one that lies over metadata."""
    tiff = ifd.read(data)
    kept = [_page(tiff, one) for one in pages(tiff)]
    _refuse_over_metadata(tiff, kept)
    places = layout((span for page in kept for span in page.spans), tiff.shape.head)
    out = bytearray(data[: tiff.shape.head] + places.taken(data))
    link = tiff.shape.head - tiff.shape.inline
    for number, page in enumerate(kept):
        entries = [*_kept(tiff, page.old), *_placed(tiff, page, places), *_stated(page.old, wanted, first=number == 0)]
        link = _append(out, tiff, entries, link)
    return bytes(out)


def _page(tiff: ifd.Tiff, one: ifd.Ifd) -> _Page:
    parts = list(coded_parts(tiff, one, "tiff"))[: len(spans(tiff, one))]
    pieces = tuple(tuple((inner.start, inner.end) for inner in piece if stays(inner)) for piece in parts)
    page = _Page(one, pieces, old_spans(tiff, one))
    if not any(start < end for start, end in page.spans):
        raise MalformedError("a page of the TIFF has no picture")
    if compression(tiff, one) == JPEG and not all(
        is_jpeg(tiff.data, span) or span[0] == span[1] for span in spans(tiff, one)
    ):
        raise MalformedError("a page of the TIFF that is said to be a JPEG is none")
    for span in page.referred.get(OLD_STREAM, ()):
        if not is_jpeg(tiff.data, span) or not all(map(stays, jpeg_parts(tiff.data, span, "tiff"))):
            raise MalformedError("an old JPEG inside the TIFF holds more than the picture")
    return page


def _refuse_over_metadata(tiff: ifd.Tiff, kept: list[_Page]) -> None:
    """Nothing, or MalformedError when bytes of a picture are those of a directory or of a value."""
    told = merged(
        [(one.at, one.at + tiff.shape.table(len(one.entries))) for one in tiff.ifds]
        + [(one.start, one.end) for page in tiff.ifds for one in page.entries if not tiff.is_inside(one)]
    )
    starts = [start for start, _ in told]
    for start, end in (span for page in kept for span in page.spans):
        index = bisect_left(starts, end) - 1
        if start < end and index >= 0 and told[index][1] > start:
            raise MalformedError("a picture in the TIFF lies over its metadata")


def _kept(tiff: ifd.Tiff, page: ifd.Ifd) -> Iterator[_Value]:
    """The entries of numbers that say how the page is decoded and shown, the first of each tag."""
    coding = compression(tiff, page)
    kept = KEPT | _OLD_KEPT if coding == OLD_JPEG else KEPT
    for tag in sorted({entry.tag for entry in page.entries} & kept):
        entry = page.get(tag)
        if entry is None or entry.type not in _NUMBER_TYPES or not entry.count or not tiff.readable(entry):
            continue
        value = tiff.value(entry)
        if tag == JPEG_TABLES:
            if coding == JPEG and len(value) <= _LONGEST_TABLES and is_jpeg(value, (0, len(value))):
                parts = jpeg_parts(value, (0, len(value)), "tiff")
                value = b"".join(value[one.start : one.end] for one in parts if stays(one))
                yield _Value(tag, entry.type, len(value), value)
        else:
            number = min(entry.count, _most(tiff, page, tag))
            if number:
                yield _Value(tag, entry.type, number, value[: entry.size // entry.count * number])


def _most(tiff: ifd.Tiff, page: ifd.Ifd, tag: int) -> int:
    """How many numbers a kept tag may have: more would hide something."""
    if tag == _COLOUR_MAP:
        return 3 << max(0, min(16, *bits(tiff, page))) if has_colour_map(tiff, page) else 0
    per_sample = _PER_SAMPLE.get(tag) or _OLD_PER_SAMPLE.get(tag)
    if per_sample:
        return per_sample * max(1, min(samples(tiff, page), _MOST_SAMPLES))
    return _ROWS_OF_NUMBERS.get(tag, 1)


def _placed(tiff: ifd.Tiff, page: _Page, places: Layout) -> Iterator[_Value]:
    """The entries that say where the pieces of the page lie in the new file."""
    offsets, lengths = TILES if page.old.get(TILES[0]) else STRIPS
    starts = [places.place(piece[0][0]) if piece else tiff.shape.head for piece in page.pieces]
    sizes = [sum(end - start for start, end in piece) for piece in page.pieces]
    if page.pieces:
        yield _offsets(tiff, offsets, starts)
        yield _offsets(tiff, lengths, sizes)
    for tag in (OLD_STREAM, *OLD_TABLES):
        if page.referred.get(tag):
            yield _offsets(tiff, tag, [places.place(start) for start, _ in page.referred[tag]])


def _offsets(tiff: ifd.Tiff, tag: int, numbers: list[int]) -> _Value:
    value = struct.pack(f"{tiff.order}{len(numbers)}{tiff.shape.offset}", *numbers)
    return _Value(tag, 16 if tiff.shape is ifd.BIG else 4, len(numbers), value)


def _stated(page: ifd.Ifd, wanted: Wanted, *, first: bool) -> Iterator[_Value]:
    """The profile of a page that has one; the statements of rights, with the first."""
    if wanted.icc and page.get(tags.ICC):
        yield _Value(tags.ICC, 7, len(wanted.icc), wanted.icc)
    if not first or not wanted.credits:
        return
    yield from _credit_entries(wanted.credits)
    packet = xmp.packet(wanted.credits)
    yield _Value(tags.XMP, 1, len(packet), packet)


def _credit_entries(credits_: tuple[Credit, ...]) -> Iterator[_Value]:
    """Artist and copyright as TIFF states them, where they are plain ASCII."""
    for tag, right in ((tags.ARTIST, Right.CREATOR), (tags.COPYRIGHT, Right.COPYRIGHT)):
        text = next((credit.text for credit in credits_ if credit.right is right and credit.text.isascii()), None)
        if text:
            value = text.encode("ascii") + b"\0"
            yield _Value(tag, 2, len(value), value)


def _append(out: bytearray, tiff: ifd.Tiff, entries: list[_Value], link: int) -> int:
    """Write a directory at the end of `out` and its offset at `link`; the place where that of the next one goes."""
    order, shape = tiff.order, tiff.shape
    rows = b"".join(_row(out, tiff, entry) for entry in sorted(entries))
    out += bytes(len(out) % 2)
    struct.pack_into(f"{order}{shape.offset}", out, link, len(out))
    out += struct.pack(f"{order}{shape.count}", len(entries)) + rows + bytes(shape.inline)
    return len(out) - shape.inline


def _row(out: bytearray, tiff: ifd.Tiff, entry: _Value) -> bytes:
    """The row of an entry; a value that is too long for it goes to the end of `out`."""
    order, shape = tiff.order, tiff.shape
    head = struct.pack(f"{order}HH{shape.offset}", entry.tag, entry.type, entry.number)
    if len(entry.value) <= shape.inline:
        return head + entry.value.ljust(shape.inline, b"\0")
    out += bytes(len(out) % 2)
    at = len(out)
    out += entry.value
    return head + struct.pack(f"{order}{shape.offset}", at)
