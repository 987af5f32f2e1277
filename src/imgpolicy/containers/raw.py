"""Raw pictures of makes that build no TIFF, whose metadata is read and that are never written.

What is not taken apart is a part of its own and reported as unread; blocks of metadata are found by their frames.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from imgpolicy.containers.blocks import read_exif
from imgpolicy.containers.boxes import Box, box_at
from imgpolicy.containers.jpeg import parse_picture
from imgpolicy.containers.limits import MAX_DEPTH
from imgpolicy.containers.parts import MalformedError, ParsedFile, Part, Reading, block, counted, laid_out, part
from imgpolicy.containers.uuids import identity, read_box
from imgpolicy.domain.trace import Kind

_RAF = b"FUJIFILMCCD-RAW"
_TIFF_ALIKE = (b"IIRO", b"IIRS", b"MMOR", b"IIU\0")
_HOLDERS = frozenset({b"moov", b"trak"})
_CANON_UUID = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
_CR3_EXIF = frozenset({b"CMT1", b"CMT2", b"CMT4"})


def matches(head: bytes) -> bool:
    """Whether a file that begins so is a raw picture of Fujifilm, Olympus, Panasonic, or of Canon's third kind."""
    return head.startswith((_RAF, *_TIFF_ALIKE)) or _is_cr3(head)


def _is_cr3(head: bytes) -> bool:
    return head[4:12] == b"ftypcrx "


def parse(data: bytes) -> ParsedFile:
    """A raw picture: its boxes or directories, else the JPEG that the camera put inside."""
    if _is_cr3(data[:12]):
        return ParsedFile(format="RAW", size=len(data), parts=_boxed(data, "raw"), coded=())
    if data.startswith(_RAF):
        if len(data) < 92:
            raise MalformedError("the raw picture is cut short")
        start, length = struct.unpack_from(">II", data, 84)
        inner, _ = parse_picture(data[: start + length], start, "raw/jpeg") if start < len(data) else ([], 0)
        parts = laid_out(inner, (0, len(data)), lambda first, last: part("raw/picture", Kind.PICTURE, (first, last)))
        return ParsedFile(format="RAW", size=len(data), parts=tuple(parts), coded=())
    as_tiff = (b"II*\0" if data[:2] == b"II" else b"MM\0*") + data[4:]
    one = block("raw", (0, len(data)), (0, len(data)), read_exif(as_tiff, "raw", 0))
    return ParsedFile(format="RAW", size=len(data), parts=(one,), coded=())


def _boxed(data: bytes, name: str) -> tuple[Part, ...]:
    claims = list(_box_claims(data, (0, len(data)), name, 0))
    counted(len(claims), "boxes")
    return tuple(laid_out(claims, (0, len(data)), lambda start, end: part(f"{name}/box", Kind.STRUCTURE, (start, end))))


def _box_claims(data: bytes, span: tuple[int, int], name: str, depth: int) -> Iterator[Part]:
    at, end = span
    while depth <= MAX_DEPTH and (box := box_at(data, at, end)) is not None:
        if box.type in _HOLDERS or identity(data, box) == _CANON_UUID:
            yield from _box_claims(data, (box.body, box.end), name, depth + 1)
        else:
            reading = _box_reading(data, box, f"{name}/{box.name}")
            if reading:
                yield block(f"{name}/{box.name}", (box.start, box.end), (box.body, box.end), reading)
        at = box.end


def _box_reading(data: bytes, box: Box, path: str) -> Reading | None:
    if box.type in _CR3_EXIF:
        # The fourth of these blocks is a GPS directory that stands by itself.
        return read_exif(data[box.body : box.end], f"{path}/gps" if box.type == b"CMT4" else path, box.body)
    return read_box(data, box, path) if box.type in {b"uuid", b"xml "} else None
