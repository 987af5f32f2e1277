"""Formats whose metadata is read and that are never written: JPEG 2000, Photoshop files, raw pictures of other makes.

What is not taken apart is a part of its own and reported as unread; blocks of metadata are found by their frames.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from imgpolicy.containers.blocks import iptc, read_exif, read_irb, read_xmp
from imgpolicy.containers.blocks.opaque import read_opaque
from imgpolicy.containers.boxes import Box, box_at
from imgpolicy.containers.jpeg import parse_picture
from imgpolicy.containers.limits import MAX_DEPTH
from imgpolicy.containers.parts import MalformedError, ParsedFile, Part, Reading, block, counted, laid_out, part
from imgpolicy.domain.trace import Kind

_JP2 = b"\0\0\0\x0cjP  \r\n\x87\n"
_PSD = (b"8BPS\0\1", b"8BPS\0\2")
_RAF = b"FUJIFILMCCD-RAW"
_RAW_TIFF = (b"IIRO", b"IIRS", b"MMOR", b"IIU\0")
_XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_EXIF_UUIDS = (b"JpgTiffExif->JP2", bytes.fromhex("0537cdab9d0c4431a72afa561f2a113e"))
_IPTC_UUIDS = (bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38"), bytes.fromhex("09a14e97c0b442e0bebf36df6f0ce36f"))
_JP2_HOLDERS = frozenset({b"asoc", b"jp2h", b"moov", b"trak"})
_CANON_UUID = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
_CR3_EXIF = frozenset({b"CMT1", b"CMT2", b"CMT4"})


def matches_jp2(head: bytes) -> bool:
    """Whether a file that begins so is a JPEG 2000."""
    return head.startswith(_JP2)


def parse_jp2(data: bytes) -> ParsedFile:
    """The boxes of a JPEG 2000 (ISO/IEC 15444-1, annex I), those of metadata read."""
    return ParsedFile(format="JP2", size=len(data), parts=_boxed(data, "jp2"), coded=())


def _boxed(data: bytes, name: str) -> tuple[Part, ...]:
    claims = list(_box_claims(data, (0, len(data)), name, 0))
    counted(len(claims), "boxes")
    return tuple(laid_out(claims, (0, len(data)), lambda start, end: part(f"{name}/box", Kind.STRUCTURE, (start, end))))


def _box_claims(data: bytes, span: tuple[int, int], name: str, depth: int) -> Iterator[Part]:
    at, end = span
    while depth <= MAX_DEPTH and (box := box_at(data, at, end)) is not None:
        identity = data[box.body - 16 : box.body] if box.type == b"uuid" else b""
        if box.type in _JP2_HOLDERS or identity == _CANON_UUID:
            yield from _box_claims(data, (box.body, box.end), name, depth + 1)
        else:
            reading = _box_reading(data, box, identity, f"{name}/{box.name}")
            if reading:
                yield block(f"{name}/{box.name}", (box.start, box.end), (box.body, box.end), reading)
        at = box.end


def _box_reading(data: bytes, box: Box, identity: bytes, path: str) -> Reading | None:
    content = data[box.body : box.end]
    if box.type in _CR3_EXIF:
        # The fourth of these blocks is a GPS directory that stands by itself.
        return read_exif(content, f"{path}/gps" if box.type == b"CMT4" else path, box.body)
    if identity == _XMP_UUID:
        return read_xmp(content, path, box.body)
    if identity in _EXIF_UUIDS:
        head = 6 if content.startswith(b"Exif\0\0") else 0
        return read_exif(content[head:], path, box.body + head)
    if identity in _IPTC_UUIDS:
        return iptc.read(content, path, box.body)
    if box.type in {b"uuid", b"xml "}:
        return read_opaque(content, Kind.UNKNOWN, path, box.body)
    return None


def matches_psd(head: bytes) -> bool:
    """Whether a file that begins so is a Photoshop file."""
    return head.startswith(_PSD)


def parse_psd(data: bytes) -> ParsedFile:
    """Head, colours, resources, and the rest of a Photoshop file; its resources are read."""
    colours = 26 + 4 + int.from_bytes(data[26:30], "big")
    start, end = colours + 4, colours + 4 + int.from_bytes(data[colours : colours + 4], "big")
    if end > len(data):
        raise MalformedError("the Photoshop file is cut short")
    parts = (
        part("psd/head", Kind.STRUCTURE, (0, start)),
        block("psd/irb", (start, end), (start, end), read_irb(data[start:end], "psd/irb", start)),
        part("psd/layers", Kind.PICTURE, (end, len(data))),
    )
    return ParsedFile(format="PSD", size=len(data), parts=parts, coded=())


def matches_raw(head: bytes) -> bool:
    """Whether a file that begins so is a raw picture of Fujifilm, Olympus, Panasonic, or of Canon's third kind."""
    return head.startswith((_RAF, *_RAW_TIFF)) or _is_cr3(head)


def _is_cr3(head: bytes) -> bool:
    return head[4:12] == b"ftypcrx "


def parse_raw(data: bytes) -> ParsedFile:
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
