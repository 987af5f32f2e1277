"""What each segment of a JPEG file is: by its marker and the signature that its payload begins with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from imgpolicy.containers.blocks import icc, read_exif, read_irb, read_text, read_xmp
from imgpolicy.containers.blocks.opaque import read_opaque
from imgpolicy.containers.parts import NOTHING, Reading
from imgpolicy.domain.trace import Kind, Trace

APP0, APP1, APP2, APP11, APP13, APP14, APP15, COM = 0xE0, 0xE1, 0xE2, 0xEB, 0xED, 0xEE, 0xEF, 0xFE
JFIF = b"JFIF\0"
EXIF = b"Exif\0"
XMP = b"http://ns.adobe.com/xap/1.0/\0"
EXTENDED_XMP = b"http://ns.adobe.com/xmp/extension/\0"
FLIR = b"FLIR\0"
ICC = b"ICC_PROFILE\0"
MPF = b"MPF\0"
PHOTOSHOP = b"Photoshop 3.0\0"
ADOBE = b"Adobe"
ADOBE_SIZE = 12
JFIF_SIZE = 14

Reader = Callable[[bytes, str, int], Reading]


@dataclass(frozen=True, slots=True)
class Signature:
    """A known kind of segment: marker, first bytes of its payload, name in paths, and how it is read.

    The reader gets what follows `skip` bytes. None: the segment tells nothing, and is of this kind.
    """

    marker: int
    first: bytes
    name: str
    read: Reader | None
    kind: Kind = Kind.STRUCTURE
    skip: int = 0


def _opaque(kind: Kind) -> Reader:
    def read(data: bytes, path: str, offset: int) -> Reading:
        return read_opaque(data, kind, path, offset)

    return read


def _read_jfif(data: bytes, path: str, offset: int) -> Reading:
    """A thumbnail, or other bytes behind the header (JFIF 1.02)."""
    if len(data) <= JFIF_SIZE:
        return NOTHING
    value = f"{len(data) - JFIF_SIZE:,} bytes"
    at = offset + JFIF_SIZE
    return Reading(traces=(Trace(path=f"{path}/thumbnail", kind=Kind.EMBEDDED, offset=at, value=value),))


def _read_adobe(data: bytes, path: str, offset: int) -> Reading:
    """Bytes behind the colour transform, where there should be none (Adobe technical note 5116, section 18)."""
    if len(data) <= ADOBE_SIZE:
        return NOTHING
    value = f"{len(data) - ADOBE_SIZE:,} bytes"
    return Reading(traces=(Trace(path=path, kind=Kind.UNKNOWN, offset=offset + ADOBE_SIZE, value=value),))


SIGNATURES = (
    Signature(APP0, JFIF, "app0-jfif", _read_jfif),
    Signature(APP0, b"JFXX\0", "app0-jfxx", _opaque(Kind.EMBEDDED)),
    Signature(APP1, EXIF, "app1-exif", read_exif, skip=6),
    Signature(APP1, XMP, "app1-xmp", read_xmp, skip=len(XMP)),
    Signature(APP1, EXTENDED_XMP, "app1-xmp-extended", None),
    Signature(APP1, FLIR, "app1-flir", None, Kind.IDENTITY),
    Signature(APP2, ICC, "app2-icc", None, Kind.COLOUR),
    Signature(APP2, MPF, "app2-mpf", None),
    Signature(APP2, b"FPXR\0", "app2-flashpix", _opaque(Kind.IDENTITY)),
    Signature(APP2, b"urn:iso:std:iso:ts:21496:-1\0", "app2-gain-map", None),
    Signature(0xE3, b"Meta\0\0", "app3-meta", read_exif, skip=6),
    Signature(0xE3, b"META\0\0", "app3-meta", read_exif, skip=6),
    Signature(0xE5, b"RMETA\0", "app5-rmeta", _opaque(Kind.IDENTITY)),
    Signature(APP11, b"JP", "app11-jumbf", _opaque(Kind.IDENTITY)),
    Signature(0xEC, b"Ducky", "app12-ducky", _opaque(Kind.IDENTITY)),
    Signature(0xEC, b"", "app12-picture-info", _opaque(Kind.IDENTITY)),
    Signature(APP13, PHOTOSHOP, "app13-irb", read_irb, skip=len(PHOTOSHOP)),
    Signature(APP13, b"Adobe_CM", "app13-adobe-cm", None),
    Signature(APP14, ADOBE, "app14-adobe", _read_adobe, Kind.COLOUR),
    Signature(COM, b"", "com", read_text),
)


def signature(marker: int, payload: bytes) -> Signature | None:
    """The kind of segment that has this marker and begins so; None when it is not known here."""
    return next((one for one in SIGNATURES if one.marker == marker and payload.startswith(one.first)), None)


def marker_name(marker: int) -> str:
    """How paths name a segment of this marker."""
    if APP0 <= marker <= APP15:
        return f"app{marker - APP0}"
    return "com" if marker == COM else f"segment-0x{marker:02x}"


def assembled_icc(chunks: list[bytes]) -> bytes | None:
    """The profile whose numbered chunks these APP2 payloads are (ICC.1:2022, B.4); None when one is missing."""
    head = len(ICC)
    numbered = {
        chunk[head]: chunk[head + 2 :] for chunk in chunks if chunk[head + 1 : head + 2] == bytes((len(chunks) % 256,))
    }
    if sorted(numbered) != list(range(1, len(chunks) + 1)):
        return None
    return b"".join(numbered[number] for number in sorted(numbered))


def read_icc(profile: bytes | None, path: str, offset: int) -> Reading:
    """What a profile tells that was put together from chunks, the first at this offset."""
    if profile is None:
        trace = Trace(path=path, kind=Kind.UNKNOWN, offset=offset, value="a profile with a chunk missing")
        return Reading(traces=(trace,), icc=b"", doubts=("an ICC profile has a chunk missing",))
    return icc.read(profile, path, offset).packed_at(offset)
