"""TIFF (revision 6.0 and its supplements, BigTIFF): pages in a chain, each a directory that points to strips or tiles.

Raw pictures of cameras (DNG, NEF, CR2, ARW, …) are TIFFs too; their metadata is read, and they are never written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from imgpolicy.containers.blocks import exif_tags as tags
from imgpolicy.containers.blocks import ifd, read_exif
from imgpolicy.containers.blocks.opaque import leftover
from imgpolicy.containers.edit import edited, zeroed
from imgpolicy.containers.layout import Span
from imgpolicy.containers.parts import MalformedError, ParsedFile, Part, Reading, Wanted, laid_out, part
from imgpolicy.containers.tiff.pages import (
    JPEG,
    JPEG_TABLES,
    OLD_STREAM,
    coded_parts,
    compression,
    is_jpeg,
    jpeg_parts,
    old_spans,
    pages,
    refuse_bombs,
)
from imgpolicy.containers.tiff.write import OWN, written
from imgpolicy.domain.terms import StripMode
from imgpolicy.domain.trace import Kind

__all__ = ["OWN", "matches", "parse", "rewrite"]

_PHOTOMETRIC = 0x0106
_DNG_VERSION = 0xC612
_SENSOR = frozenset({32803, 34892})
"""Photometric interpretations of a sensor's own colours: colour filter array, linear raw."""


def matches(head: bytes) -> bool:
    """Whether a file that begins so is a TIFF, a BigTIFF, or a raw picture built like one."""
    return head[:4] in {b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"}


def parse(data: bytes) -> ParsedFile:
    """Every byte of the file; MalformedError when it has no page."""
    tiff = ifd.read(data)
    if not pages(tiff):
        raise MalformedError("the TIFF has no page")
    refuse_bombs(tiff)
    claims = list(_claims(tiff))
    inside = (one for one in claims if one.end <= len(data))
    parts = tuple(laid_out(inside, (0, len(data)), lambda start, end: leftover(data, start, end, "tiff/unclaimed")))
    reading = _without_streams(tiff, read_exif(data, "tiff", 0))
    first = replace(parts[0], kind=reading.kind, reading=reading)
    coded = tuple(one.content for one in claims if one.kind is Kind.PICTURE)
    kind = "RAW" if _is_raw(tiff) else "TIFF"
    return ParsedFile(format=kind, size=len(data), parts=(first, *parts[1:]), coded=coded)


def _without_streams(tiff: ifd.Tiff, reading: Reading) -> Reading:
    """What the directories tell; the stream of a page that is an old JPEG is no thumbnail."""
    streams = {start for page in pages(tiff) for start, _ in old_spans(tiff, page).get(OLD_STREAM, ())}
    traces = (one for one in reading.traces if one.kind is not Kind.EMBEDDED or one.offset not in streams)
    return replace(reading, traces=tuple(traces)) if streams else reading


def _is_raw(tiff: ifd.Tiff) -> bool:
    for one in tiff.ifds:
        photometric = one.get(_PHOTOMETRIC)
        if one.get(_DNG_VERSION) or (photometric and set(tiff.numbers(photometric)) & _SENSOR):
            return True
    return tiff.data[8:10] == b"CR"


def _claims(tiff: ifd.Tiff) -> Iterator[Part]:
    yield part("tiff/header", Kind.STRUCTURE, (0, tiff.shape.head))
    for one in tiff.ifds:
        path = f"tiff/{one.name}"
        end = min(one.at + tiff.shape.table(len(one.entries)), len(tiff.data))
        yield part(path, Kind.STRUCTURE, (one.at, end))
        for entry in one.entries:
            if entry.tag == JPEG_TABLES and compression(tiff, one) == JPEG and tiff.readable(entry):
                yield from _tables(tiff.data, (entry.start, entry.end), path)
            elif not tiff.is_inside(entry):
                yield part(f"{path}/value", Kind.STRUCTURE, (entry.start, entry.end))
        for piece in coded_parts(tiff, one, path):
            yield from piece if one.name.startswith("ifd") else map(_embedded, piece)
        start, length = one.get(tags.THUMBNAIL_OFFSET), one.get(tags.THUMBNAIL_LENGTH)
        if start and length and not old_spans(tiff, one):
            for at, size in zip(tiff.numbers(start)[:1], tiff.numbers(length)[:1], strict=False):
                yield part(f"{path}/thumbnail", Kind.EMBEDDED, (at, at + size))


def _tables(data: bytes, span: Span, path: str) -> Iterator[Part]:
    """The parts of the tables that all strips share: of a tag's value, and so no pieces of the picture's own bytes."""
    if not is_jpeg(data, span):
        yield part(f"{path}/jpeg-tables", Kind.UNKNOWN if data[slice(*span)].strip(b"\0") else Kind.STRUCTURE, span)
        return
    for inner in jpeg_parts(data, span, path):
        yield replace(inner, kind=Kind.STRUCTURE) if inner.kind is Kind.PICTURE else inner


def _embedded(inner: Part) -> Part:
    """A part of a picture that is no page."""
    return replace(inner, kind=Kind.EMBEDDED) if inner.kind is Kind.PICTURE else inner


def rewrite(data: bytes, parsed: ParsedFile, wanted: Wanted) -> bytes:
    """The file as wanted: every page with its strips or tiles verbatim, and the tags that say how to show it."""
    if parsed.format == "RAW":
        raise MalformedError("raw pictures are read, not written")
    if wanted.mode is StripMode.LOCATION:
        return _without_location(data, parsed)
    return written(data, wanted)


def _without_location(data: bytes, parsed: ParsedFile) -> bytes:
    """The file with its location overwritten, and what cannot be read; MalformedError when some of that is left."""
    first, *others = parsed.parts
    out = bytearray(edited(data, replace(parsed, parts=tuple(others)), zeroed))
    for patch in first.reading.patches:
        out[patch.offset : patch.offset + len(patch.data)] = patch.data
    left = read_exif(bytes(out), "tiff", 0).doubts
    if left:
        raise MalformedError(left[0])
    # What only the directories led to that are gone.
    return edited(bytes(out), replace(parsed, parts=parse(bytes(out)).parts[1:]), zeroed)
