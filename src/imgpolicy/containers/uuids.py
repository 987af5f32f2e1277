"""Boxes of metadata by their UUID, as JPEG 2000 and Canon's raw pictures have them."""

from __future__ import annotations

from imgpolicy.containers.blocks import iptc, read_exif, read_xmp
from imgpolicy.containers.blocks.opaque import read_opaque
from imgpolicy.containers.boxes import Box
from imgpolicy.containers.parts import Reading
from imgpolicy.domain.trace import Kind

XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_EXIF = (b"JpgTiffExif->JP2", bytes.fromhex("0537cdab9d0c4431a72afa561f2a113e"))
_IPTC = (bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38"), bytes.fromhex("09a14e97c0b442e0bebf36df6f0ce36f"))
_GEO_TIFF = bytes.fromhex("b14bf8bd083d4b43a5ae8cd7d5a6ce03")
"""A TIFF of one pixel whose tags place the picture on the earth (GeoJP2)."""


def identity(data: bytes, box: Box) -> bytes:
    """The UUID of a box that has one; nothing for any other."""
    return data[box.body - 16 : box.body] if box.type == b"uuid" else b""


def read_box(data: bytes, box: Box, path: str) -> Reading:
    """What a box with a UUID, or one of XML, tells; which way is up is said by neither."""
    content, named = data[box.body : box.end], identity(data, box)
    if named == XMP:
        reading = read_xmp(content, path, box.body)
    elif named in _EXIF or named == _GEO_TIFF:
        head = 6 if content.startswith(b"Exif\0\0") else 0
        reading = read_exif(content[head:], path, box.body + head)
    elif named in _IPTC:
        reading = iptc.read(content, path, box.body)
    else:
        reading = read_opaque(content, Kind.UNKNOWN, path, box.body)
    return reading
