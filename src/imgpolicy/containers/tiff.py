"""TIFF (revision 6.0 and its supplements): pages in a chain, each a directory that points to strips or tiles.

Raw pictures of cameras (DNG, NEF, CR2, ARW, …) are TIFFs too; their metadata is read, and they are never written.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from imgpolicy.containers.blocks import exif_tags as tags
from imgpolicy.containers.blocks import ifd, read_exif, xmp
from imgpolicy.containers.blocks.opaque import read_opaque
from imgpolicy.containers.jpeg import parse_picture
from imgpolicy.containers.limits import MAX_OVERLAP
from imgpolicy.containers.parts import (
    HARMLESS,
    Credit,
    MalformedError,
    ParsedFile,
    Part,
    Right,
    Wanted,
    block,
    laid_out,
    part,
)
from imgpolicy.domain.terms import StripMode
from imgpolicy.domain.trace import Kind

_HEAD = 8
_COMPRESSION, _PHOTOMETRIC = 0x0103, 0x0106
_STRIPS, _TILES = (0x0111, 0x0117), (0x0144, 0x0145)
_JPEG_TABLES = 0x015B
_COLOUR_MAP = 0x0140
_DNG_VERSION = 0xC612
_JPEG = 7
_SENSOR = frozenset({32803, 34892})
"""Photometric interpretations of a sensor's own colours: colour filter array, linear raw."""
_COMPRESSIONS = frozenset({1, 2, 3, 4, 5, 7, 8, 32773, 32946, 34887, 34925, 50000, 50001, 50002})
KEPT = frozenset(
    {
        *(0x00FE, 0x00FF, 0x0100, 0x0101, 0x0102, 0x0103, 0x0106, 0x010A, 0x0112, 0x0115, 0x0116, 0x0118, 0x0119),
        *(0x011A, 0x011B, 0x011C, 0x011E, 0x011F, 0x0122, 0x0124, 0x0125, 0x0128, 0x0129, 0x013D),
        *(0x013E, 0x013F, 0x0140, 0x0142, 0x0143, 0x0146, 0x0147, 0x0148, 0x014C, 0x014E, 0x0150, 0x0152, 0x0153),
        *(0x0154, 0x0155, 0x0156, 0x015A, _JPEG_TABLES, 0x0211, 0x0212, 0x0213, 0x0214),
    }
)
"""Tags that say how a page is decoded and shown; they hold numbers alone."""
OWN = KEPT | {*_STRIPS, *_TILES, tags.ICC, tags.XMP, tags.ARTIST, tags.COPYRIGHT}
"""Tags of a directory that holds the picture itself: those, where it lies, its colours, and whose it is."""
_NUMBER_TYPES = frozenset({1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})


def matches(head: bytes) -> bool:
    """Whether a file that begins so is a TIFF, a BigTIFF, or a raw picture built like one."""
    return head[:4] in {b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"}


def parse(data: bytes) -> ParsedFile:
    """Every byte of the file; MalformedError when it is a BigTIFF or has no page."""
    if data[:4] in {b"II+\0", b"MM\0+"}:
        raise MalformedError("it is a BigTIFF, which is not read here")
    tiff = ifd.read(data)
    pages = [one for one in tiff.ifds if one.name.startswith("ifd")]
    if not pages:
        raise MalformedError("the TIFF has no page")
    claims = list(_claims(tiff))
    if sum(one.end - one.start for one in claims) > MAX_OVERLAP * len(data):
        raise MalformedError("the pages of the TIFF overlap")
    inside = (one for one in claims if one.end <= len(data))
    parts = tuple(laid_out(inside, (0, len(data)), lambda start, end: _gap(data, start, end)))
    first = replace(parts[0], kind=Kind.STRUCTURE, reading=read_exif(data, "tiff", 0))
    first = replace(first, kind=first.reading.kind)
    coded = tuple(span for page in pages for span in _spans(tiff, page))
    kind = "RAW" if _is_raw(tiff) else "TIFF"
    return ParsedFile(format=kind, size=len(data), parts=(first, *parts[1:]), coded=coded)


def _is_raw(tiff: ifd.Tiff) -> bool:
    for one in tiff.ifds:
        photometric = one.get(_PHOTOMETRIC)
        if one.get(_DNG_VERSION) or (photometric and set(tiff.numbers(photometric)) & _SENSOR):
            return True
    return tiff.data[8:10] == b"CR"


def _claims(tiff: ifd.Tiff) -> Iterator[Part]:
    yield part("tiff/header", Kind.STRUCTURE, (0, _HEAD))
    for one in tiff.ifds:
        path = f"tiff/{one.name}"
        yield part(path, Kind.STRUCTURE, (one.at, min(one.at + 6 + 12 * len(one.entries), len(tiff.data))))
        for entry in one.entries:
            if entry.size > 4:
                yield part(f"{path}/value", Kind.STRUCTURE, (entry.start, entry.end))
        shown = one.name.startswith("ifd")
        for span in _spans(tiff, one):
            yield part(f"{path}/picture", Kind.PICTURE if shown else Kind.EMBEDDED, span)
        start, length = one.get(tags.THUMBNAIL_OFFSET), one.get(tags.THUMBNAIL_LENGTH)
        if start and length:
            for at, size in zip(tiff.numbers(start)[:1], tiff.numbers(length)[:1], strict=False):
                yield part(f"{path}/thumbnail", Kind.EMBEDDED, (at, at + size))


def _spans(tiff: ifd.Tiff, page: ifd.Ifd) -> list[tuple[int, int]]:
    """Where the strips or tiles of a page lie; MalformedError when one lies outside the file."""
    for offsets, lengths in (_STRIPS, _TILES):
        starts, sizes = page.get(offsets), page.get(lengths)
        if starts and sizes:
            pairs = zip(tiff.numbers(starts), tiff.numbers(sizes), strict=False)
            return [(start, min(start + size, len(tiff.data))) for start, size in pairs if start <= len(tiff.data)]
    return []


def _gap(data: bytes, start: int, end: int) -> Part:
    content = data[start:end]
    if not content.strip(b"\0"):
        return part("tiff/padding", Kind.STRUCTURE, (start, end))
    return block(
        "tiff/unclaimed", (start, end), (start, end), read_opaque(content, Kind.UNKNOWN, "tiff/unclaimed", start)
    )


def rewrite(data: bytes, parsed: ParsedFile, wanted: Wanted) -> bytes:
    """The file as wanted: every page with its strips or tiles verbatim, and the tags that say how to show it."""
    if parsed.format == "RAW":
        raise MalformedError("raw pictures are read, not written")
    if wanted.mode is StripMode.LOCATION:
        return _without_location(data, parsed)
    tiff = ifd.read(data)
    pages = [_page(tiff, one, wanted, first=number == 0) for number, one in enumerate(_pages(tiff))]
    return _written(tiff, pages)


def _pages(tiff: ifd.Tiff) -> list[ifd.Ifd]:
    return [one for one in tiff.ifds if one.name.startswith("ifd")]


def _without_location(data: bytes, parsed: ParsedFile) -> bytes:
    """The file with its location overwritten, and the bytes that nobody claims."""
    reading = parsed.reading
    if parsed.parts[0].reading.doubts:
        raise MalformedError(parsed.parts[0].reading.doubts[0])
    written = bytearray(data)
    for patch in reading.patches:
        written[patch.offset : patch.offset + len(patch.data)] = patch.data
    for one in parsed.parts:
        if one.kind is Kind.UNKNOWN and one.path == "tiff/unclaimed":
            written[one.start : one.end] = bytes(one.end - one.start)
    return bytes(written)


class _Value(NamedTuple):
    """An entry of a page on its way."""

    tag: int
    type: int
    number: int
    value: bytes


@dataclass(slots=True)
class _Page:
    """A page on its way: its entries, and its strips or tiles."""

    entries: list[_Value] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    tags: tuple[int, int] = _STRIPS


def _page(tiff: ifd.Tiff, one: ifd.Ifd, wanted: Wanted, *, first: bool) -> _Page:
    coding = one.get(_COMPRESSION)
    number = next(iter(tiff.numbers(coding)), 1) if coding else 1
    if number not in _COMPRESSIONS:
        raise MalformedError(f"a page of the TIFF is compressed in a way that is not known here ({number})")
    page = _Page(spans=_spans(tiff, one), tags=_TILES if one.get(_TILES[0]) else _STRIPS)
    if not page.spans:
        raise MalformedError("a page of the TIFF has no picture")
    if number == _JPEG:
        _refuse_telling(tiff, one, page.spans)
    for entry in one.entries:
        if entry.tag in KEPT and entry.type in _NUMBER_TYPES and entry.size <= _longest(entry.tag, number):
            page.entries.append(_Value(entry.tag, entry.type, entry.count, tiff.value(entry)))
    if first:
        page.entries += _credit_entries(wanted.credits)
        if wanted.credits:
            packet = xmp.packet(wanted.credits)
            page.entries.append(_Value(tags.XMP, 1, len(packet), packet))
    if wanted.icc and one.get(tags.ICC):
        page.entries.append(_Value(tags.ICC, 7, len(wanted.icc), wanted.icc))
    return page


def _longest(tag: int, compression: int) -> int:
    """How many bytes a kept value may have: a longer one would hide something."""
    if tag == _COLOUR_MAP:
        return 3 * 2 * 65_536
    if tag == _JPEG_TABLES:
        return 65_536 if compression == _JPEG else 0
    return 64


def _refuse_telling(tiff: ifd.Tiff, one: ifd.Ifd, spans: list[tuple[int, int]]) -> None:
    """Nothing, or MalformedError when a JPEG that is a strip or tile tells something."""
    tables = one.get(_JPEG_TABLES)
    pieces = [tiff.data[start:end] for start, end in spans] + ([tiff.value(tables)] if tables else [])
    for piece in pieces:
        parts, end = parse_picture(piece, 0, "tiff/jpeg")
        if end < len(piece.rstrip(b"\0")) or any(inner.kind not in HARMLESS or inner.traces for inner in parts):
            raise MalformedError("a JPEG inside the TIFF holds more than the picture")


def _credit_entries(credits_: tuple[Credit, ...]) -> Iterator[_Value]:
    """Artist and copyright as TIFF states them, where they are plain ASCII."""
    for tag, right in ((tags.ARTIST, Right.CREATOR), (tags.COPYRIGHT, Right.COPYRIGHT)):
        text = next((credit.text for credit in credits_ if credit.right is right and credit.text.isascii()), None)
        if text:
            value = text.encode("ascii") + b"\0"
            yield _Value(tag, 2, len(value), value)


def _written(tiff: ifd.Tiff, pages: list[_Page]) -> bytes:
    """The file: head, then for each page its strips, the values of its entries, and its directory."""
    order = tiff.order
    out = bytearray(tiff.data[:4] + bytes(4))
    link = 4
    for page in pages:
        starts = []
        for start, end in page.spans:
            out += bytes(len(out) % 2)
            starts.append(len(out))
            out += tiff.data[start:end]
        count = len(starts)
        sizes = [end - start for start, end in page.spans]
        page.entries.append(_Value(page.tags[0], 4, count, struct.pack(f"{order}{count}I", *starts)))
        page.entries.append(_Value(page.tags[1], 4, count, struct.pack(f"{order}{count}I", *sizes)))
        rows = b"".join(_row(out, order, entry) for entry in sorted(page.entries))
        out += bytes(len(out) % 2)
        struct.pack_into(f"{order}I", out, link, len(out))
        out += struct.pack(f"{order}H", len(page.entries)) + rows
        link = len(out)
        out += bytes(4)
    return bytes(out)


def _row(out: bytearray, order: str, entry: _Value) -> bytes:
    """The 12 bytes of an entry; a value of more than four bytes goes to the end of `out`."""
    head = struct.pack(f"{order}HHI", entry.tag, entry.type, entry.number)
    if len(entry.value) <= 4:
        return head + entry.value.ljust(4, b"\0")
    out += bytes(len(out) % 2)
    at = len(out)
    out += entry.value
    return head + struct.pack(f"{order}I", at)
