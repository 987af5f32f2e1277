"""Boxes (ISO/IEC 14496-12, 4.2), which HEIC, AVIF, JPEG XL, C2PA and films are made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from imgpolicy.containers.parts import MalformedError, counted


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its type, its bytes from `start` to before `end`, and where its body begins."""

    type: bytes
    start: int
    body: int
    end: int

    @property
    def name(self) -> str:
        """The type for paths and messages."""
        text = self.type.replace(b"\xa9", b"(c)").decode("latin-1").strip()
        return text if text.isprintable() and text.isascii() and "/" not in text else f"0x{self.type.hex()}"


def boxes(data: bytes, start: int, end: int) -> Iterator[Box]:
    """The boxes that fill the bytes from `start` to before `end`; MalformedError when they do not."""
    at, number = start, 0
    while at < end:
        box = box_at(data, at, end)
        if box is None:
            raise MalformedError("a box is cut short or longer than what holds it")
        number += 1
        counted(number, "boxes")
        yield box
        at = box.end


def leading(data: bytes) -> list[Box]:
    """The whole boxes that the file begins with."""
    row: list[Box] = []
    while (box := box_at(data, row[-1].end if row else 0, len(data))) is not None:
        row.append(box)
        counted(len(row), "boxes")
    return row


def packed(kind: bytes, body: bytes) -> bytes:
    """A box of this type with this body."""
    return (len(body) + 8).to_bytes(4, "big") + kind + body


def box_at(data: bytes, at: int, end: int) -> Box | None:
    """The box at this offset, or None when there is no whole one before `end`."""
    if at + 8 > end:
        return None
    size, kind, body = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], at + 8
    if size == 1:
        size, body = int.from_bytes(data[at + 8 : at + 16], "big"), at + 16
    elif size == 0:
        size = end - at
    if kind == b"uuid":
        body += 16
    return Box(kind, at, body, at + size) if body <= at + size <= end else None
