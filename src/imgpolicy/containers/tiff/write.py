"""A TIFF written anew: every page with its strips or tiles verbatim, and the tags that say how to show it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from imgpolicy.containers.blocks import exif_tags as tags
from imgpolicy.containers.blocks import ifd, xmp
from imgpolicy.containers.layout import Layout, Span, layout
from imgpolicy.containers.parts import Credit, MalformedError, Right, Wanted
from imgpolicy.containers.tiff.pages import (
    JPEG,
    JPEG_TABLES,
    OLD_JPEG,
    OLD_STREAM,
    OLD_TABLES,
    STRIPS,
    TILES,
    coded_parts,
    compression,
    jpeg_parts,
    old_spans,
    pages,
    spans,
    stays,
)

_COLOUR_MAP = 0x0140
KEPT = frozenset(
    {
        *(0x00FE, 0x00FF, 0x0100, 0x0101, 0x0102, 0x0103, 0x0106, 0x010A, 0x0112, 0x0115, 0x0116, 0x0118, 0x0119),
        *(0x011A, 0x011B, 0x011C, 0x011E, 0x011F, 0x0122, 0x0124, 0x0125, 0x0128, 0x0129, 0x013D),
        *(0x013E, 0x013F, 0x0140, 0x0142, 0x0143, 0x0146, 0x0147, 0x0148, 0x014C, 0x014E, 0x0150, 0x0152, 0x0153),
        *(0x0154, 0x0155, 0x0156, 0x015A, JPEG_TABLES, 0x0211, 0x0212, 0x0213, 0x0214),
    }
)
"""Tags that say how a page is decoded and shown; they hold numbers alone."""
_OLD_KEPT = frozenset({0x0200, tags.THUMBNAIL_LENGTH, 0x0203, 0x0205, 0x0206})
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
    """The file as wanted; MalformedError when a page has no picture."""
    tiff = ifd.read(data)
    kept = [_page(tiff, one) for one in pages(tiff)]
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
    referred = old_spans(tiff, one)
    if not pieces and not any(referred.values()):
        raise MalformedError("a page of the TIFF has no picture")
    for span in referred.get(OLD_STREAM, ()):
        if not all(map(stays, jpeg_parts(tiff.data, span, "tiff"))):
            raise MalformedError("an old JPEG inside the TIFF holds more than the picture")
    return _Page(one, pieces, referred)


def _kept(tiff: ifd.Tiff, page: ifd.Ifd) -> Iterator[_Value]:
    """The entries of numbers that say how the page is decoded and shown."""
    coding = compression(tiff, page)
    kept = KEPT | _OLD_KEPT if coding == OLD_JPEG else KEPT
    for entry in page.entries:
        if entry.tag not in kept or entry.type not in _NUMBER_TYPES or entry.size > _longest(entry.tag, coding):
            continue
        value = tiff.value(entry)
        if entry.tag == JPEG_TABLES:
            parts = jpeg_parts(value, (0, len(value)), "tiff")
            value = b"".join(value[one.start : one.end] for one in parts if stays(one))
            yield _Value(entry.tag, entry.type, len(value), value)
        else:
            yield _Value(entry.tag, entry.type, entry.count, value)


def _longest(tag: int, coding: int) -> int:
    """How many bytes a kept value may have: a longer one would hide something."""
    if tag == _COLOUR_MAP:
        return 3 * 2 * 65_536
    if tag == JPEG_TABLES:
        return 65_536 if coding == JPEG else 0
    return 64


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
