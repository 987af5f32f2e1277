"""Photoshop image resources: blocks in a row (Adobe Photoshop file formats specification, image resource blocks)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from imgpolicy.containers.parts import MalformedError, counted
from imgpolicy.domain.trace import Kind

IPTC = 0x0404
XMP = 0x0424
EXIF = frozenset({0x0422, 0x0423})
ICC = 0x040F
URL = 0x040B

_SIGNATURES = frozenset({b"8BIM", b"PHUT", b"AgHg", b"DCSR", b"MeSa"})
_THUMBNAILS = frozenset({0x0409, 0x040C})
_TELLING = {0x03F0: "caption", 0x0BB7: "clipping-path", 0x041A: "slices", 0x041B: "workflow-url"}
_TECHNICAL = frozenset(
    (
        *(0x03E9, 0x03EA, 0x03ED, 0x03EE, 0x03EF, 0x03F1, 0x03F2, 0x03F3, 0x03F4, 0x03F5, 0x03F6, 0x03F7, 0x03F8),
        *(0x03F9, 0x03FA, 0x03FB, 0x03FC, 0x03FD, 0x03FE, 0x03FF, 0x0400, 0x0401, 0x0402, 0x0403, 0x0405, 0x0406),
        *(
            0x0408,
            0x040A,
            0x040D,
            0x0410,
            0x0411,
            0x0412,
            0x0413,
            0x0414,
            0x0415,
            0x0416,
            0x0417,
            0x0418,
            0x0419,
            0x041C,
        ),
        *(0x041D, 0x041E, 0x0421, 0x0425, 0x0426, 0x0427, 0x0428, 0x0429, 0x042A, 0x042B, 0x042D, 0x042F, 0x0430),
        *(0x0433, 0x0434, 0x0435, 0x0436, 0x0438, 0x043A, 0x043B, 0x043C, 0x2710),
    )
)


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource: its number, where its data starts and ends, and what somebody called it."""

    number: int
    start: int
    end: int
    label: bytes = b""

    @property
    def kind(self) -> Kind | None:
        """What it tells, a block nested in it aside; None when that is nothing."""
        if self.number in _THUMBNAILS:
            return Kind.EMBEDDED
        if self.number in _TELLING:
            return Kind.IDENTITY
        return None if self.number in _TECHNICAL else Kind.UNKNOWN

    @property
    def name(self) -> str:
        """How a path names it."""
        return "thumbnail" if self.number in _THUMBNAILS else _TELLING.get(self.number, f"0x{self.number:04x}")


def resources(data: bytes) -> Iterator[Resource]:
    """The resources, one after the other; MalformedError when what follows is none and no padding."""
    at = number = 0
    while at < len(data):
        if data[at : at + 4] not in _SIGNATURES:
            if data[at:].strip(b"\0"):
                raise MalformedError("a block of Photoshop resources ends in bytes that are none")
            return
        name_end = at + 7 + (data[at + 6] if at + 6 < len(data) else 0)
        name_end += (name_end - at) % 2
        start = name_end + 4
        size = int.from_bytes(data[name_end:start], "big")
        if start + size > len(data):
            raise MalformedError("a Photoshop resource is cut short")
        number += 1
        counted(number, "Photoshop resources")
        label = data[at + 7 : at + 7 + data[at + 6]]
        yield Resource(int.from_bytes(data[at + 4 : at + 6], "big"), start, start + size, label)
        at = start + size + size % 2
