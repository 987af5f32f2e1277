"""The pages of a TIFF: where the strips or tiles of each lie, and what the JPEGs among them hold besides pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from imgpolicy.containers.blocks import exif_tags as tags
from imgpolicy.containers.blocks import ifd
from imgpolicy.containers.jpeg import parse_picture
from imgpolicy.containers.layout import Span
from imgpolicy.containers.limits import MAX_OVERLAP, MAX_STRIPS
from imgpolicy.containers.parts import MalformedError, Part, Patch, part
from imgpolicy.domain.trace import Kind

COMPRESSION = 0x0103
STRIPS, TILES = (0x0111, 0x0117), (0x0144, 0x0145)
JPEG_TABLES = 0x015B
OLD_JPEG, JPEG = 6, 7
OLD_STREAM, OLD_TABLES = 0x0201, (0x0207, 0x0208, 0x0209)
"""Offsets by which an old JPEG (TIFF 6.0, section 22) refers to its stream, its quantisation and Huffman tables."""
_QUANTISATION_SIZE, _CODE_LENGTHS = 64, 16
_OF_JPEG = ("/soi", "/eoi", "/app0-jfif", "/app14-adobe")
"""Parts of a JPEG that are not its picture and are needed to show it."""
_WIDTH, _HEIGHT, _BITS, _ROWS, _PLANES = 0x0100, 0x0101, 0x0102, 0x0116, 0x011C
_TILE_WIDTH, _TILE_HEIGHT, _SAMPLES, _PHOTOMETRIC = 0x0142, 0x0143, 0x0115, 0x0106
_PLAIN, _SEPARATE, _PALETTE, _YCBCR = 1, 2, 3, 6


def pages(tiff: ifd.Tiff) -> list[ifd.Ifd]:
    """The directories that are pages, in their order."""
    return [one for one in tiff.ifds if one.name.startswith("ifd")]


def compression(tiff: ifd.Tiff, page: ifd.Ifd) -> int:
    """The number of the way in which a page is coded; 1, as it is, where nothing is said."""
    return _number(tiff, page, COMPRESSION, _PLAIN)


def samples(tiff: ifd.Tiff, page: ifd.Ifd) -> int:
    """How many samples each pixel of a page has."""
    return _number(tiff, page, _SAMPLES, 1)


def bits(tiff: ifd.Tiff, page: ifd.Ifd) -> tuple[int, ...]:
    """How many bits each sample has, or all of them."""
    entry = page.get(_BITS)
    return (tiff.numbers(entry) if entry else ()) or (1,)


def has_colour_map(tiff: ifd.Tiff, page: ifd.Ifd) -> bool:
    """Whether the samples of a page are numbers of colours in a table."""
    return _number(tiff, page, _PHOTOMETRIC, 0) == _PALETTE


def _number(tiff: ifd.Tiff, page: ifd.Ifd, tag: int, otherwise: int) -> int:
    entry = page.get(tag)
    return next(iter(tiff.numbers(entry)), otherwise) if entry else otherwise


def spans(tiff: ifd.Tiff, page: ifd.Ifd) -> list[Span]:
    """Where the strips or tiles of a directory lie, as far as they lie in the file.

    One that is not compressed ends where its last row does, however long it is said to be.
    """
    for offsets, lengths in (STRIPS, TILES):
        starts, sizes = page.get(offsets), page.get(lengths)
        if starts and sizes:
            most = _plain_size(tiff, page, tiled=offsets == TILES[0])
            pairs = zip(tiff.numbers(starts), tiff.numbers(sizes), strict=False)
            placed = [(start, start + min(size, most)) for start, size in pairs if start <= len(tiff.data)]
            return [(start, min(end, len(tiff.data))) for start, end in placed]
    return []


def _plain_size(tiff: ifd.Tiff, page: ifd.Ifd, *, tiled: bool) -> int:
    """Bytes of a strip or tile that is not compressed, and of any other as many as the file has."""
    if compression(tiff, page) != _PLAIN:
        return len(tiff.data)
    if tiled:
        width, rows = _number(tiff, page, _TILE_WIDTH, 0), _number(tiff, page, _TILE_HEIGHT, 0)
    else:
        width, height = _number(tiff, page, _WIDTH, 0), _number(tiff, page, _HEIGHT, 0)
        rows = min(_number(tiff, page, _ROWS, height), height)
    if _number(tiff, page, _PHOTOMETRIC, 0) == _YCBCR:
        # Thinned colours come in whole blocks of up to four by four pixels, of no more bytes than full ones.
        width, rows = width + -width % 4, rows + -rows % 4
    each = 1 if _number(tiff, page, _PLANES, 1) == _SEPARATE else samples(tiff, page)
    return max(0, (width * each * max(bits(tiff, page)) + 7) // 8 * rows)


def old_spans(tiff: ifd.Tiff, page: ifd.Ifd) -> dict[int, list[Span]]:
    """Where what a page's old JPEG refers to lies, by tag.

    Nothing for pages that are coded otherwise, and for a thumbnail, which is a directory without strips.
    """
    if compression(tiff, page) != OLD_JPEG or not (page.name == "ifd0" or page.get(STRIPS[0])):
        return {}
    lengths = page.get(tags.THUMBNAIL_LENGTH)
    stream = (tiff.numbers(lengths) if lengths else ())[:1]
    found = {}
    for tag in (OLD_STREAM, *OLD_TABLES):
        entry = page.get(tag)
        starts = tiff.numbers(entry)[: samples(tiff, page)] if entry else ()
        sizes = stream if tag == OLD_STREAM else [_table_size(tiff.data, tag, start) for start in starts]
        pairs = zip(starts, sizes, strict=False)
        found[tag] = [(start, min(start + size, len(tiff.data))) for start, size in pairs if 0 < start < len(tiff.data)]
    return found


def _table_size(data: bytes, tag: int, start: int) -> int:
    """Bytes of a table: 64 of quantisation, or 16 numbers of codes and as many bytes as they add up to, 256 at most."""
    if tag == OLD_TABLES[0]:
        return _QUANTISATION_SIZE
    return _CODE_LENGTHS + min(256, sum(data[start : start + _CODE_LENGTHS]))


def coded_parts(tiff: ifd.Tiff, page: ifd.Ifd, path: str) -> Iterator[tuple[Part, ...]]:
    """The parts of each strip or tile: one, or those of the JPEG that it is; then those of an old JPEG's tables."""
    in_jpeg = compression(tiff, page) == JPEG
    for span in spans(tiff, page):
        yield jpeg_parts(tiff.data, span, path) if in_jpeg else (part(f"{path}/picture", Kind.PICTURE, span),)
    for placed in old_spans(tiff, page).values():
        for span in placed:
            yield (part(f"{path}/old-jpeg", Kind.PICTURE, span),)


def is_jpeg(data: bytes, span: Span) -> bool:
    """Whether a JPEG begins where the span does."""
    return data.startswith(b"\xff\xd8", *span)


def jpeg_parts(data: bytes, span: Span, path: str) -> tuple[Part, ...]:
    """The parts of the JPEG that fills this span, as they lie in the file; it says nothing of which way is up."""
    piece = data[slice(*span)]
    if not is_jpeg(data, span):
        return (part(f"{path}/picture", Kind.PICTURE, span),)
    parts, end = parse_picture(piece, 0, f"{path}/jpeg")
    if end < len(piece):
        rest = Kind.UNKNOWN if piece[end:].strip(b"\0") else Kind.STRUCTURE
        parts.append(part(f"{path}/jpeg/trailer", rest, (end, len(piece))))
    return tuple(_moved(one, span[0]) for one in parts)


def _moved(one: Part, by: int) -> Part:
    start, end = one.content
    patches = tuple(Patch(patch.offset + by, patch.data) for patch in one.reading.patches)
    packed = one.reading.packed_at(one.start + by)
    reading = replace(packed, patches=patches, orientation=None, icc=None, exif=None)
    return replace(one, start=one.start + by, end=one.end + by, content=(start + by, end + by), reading=reading)


def stays(one: Part) -> bool:
    """Whether a part of a strip or tile is needed to show it, and tells nothing."""
    return one.kind is Kind.PICTURE or (one.path.endswith(_OF_JPEG) and not one.traces)


def refuse_bombs(tiff: ifd.Tiff) -> None:
    """Nothing, or MalformedError when there are too many strips, or they claim the file again and again."""
    number = claimed = 0
    for one in tiff.ifds:
        placed = spans(tiff, one)
        number += len(placed)
        claimed += sum(end - start for start, end in placed)
        if number > MAX_STRIPS:
            raise MalformedError(f"the TIFF has more than {MAX_STRIPS:,} strips")
        if claimed > MAX_OVERLAP * len(tiff.data):
            raise MalformedError("the pages of the TIFF overlap")
