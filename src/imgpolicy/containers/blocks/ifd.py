"""The directories of a TIFF structure (TIFF 6.0, section 2), as EXIF blocks, TIFF files and camera notes have them.

A BigTIFF has the same ones with numbers of eight bytes in place of four.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from imgpolicy.containers.limits import MAX_DEPTH, MAX_OVERLAP
from imgpolicy.containers.parts import MalformedError, counted

EXIF_IFD = 0x8769
GPS_IFD = 0x8825
INTEROP_IFD = 0xA005
SUB_IFDS = 0x014A
_POINTERS = {EXIF_IFD: "exif", GPS_IFD: "gps", INTEROP_IFD: "interop", SUB_IFDS: "sub"}

# Bytes of one value by type: BYTE ASCII SHORT LONG RATIONAL SBYTE UNDEFINED SSHORT SLONG SRATIONAL FLOAT DOUBLE IFD,
# and LONG8 SLONG8 IFD8 of BigTIFF.
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_INTEGERS = {1: "B", 3: "H", 4: "I", 6: "b", 7: "B", 8: "h", 9: "i", 13: "I", 16: "Q", 17: "q", 18: "Q"}
_MOST_NUMBERS = 1_000_000


@dataclass(frozen=True, slots=True)
class Shape:
    """How wide the numbers of a structure are, as struct's codes, and what follows from that, in bytes.

    `head` is its header, which ends in the offset of the first directory. An entry is a tag and a type, a count, and a
    value of up to `inline` bytes or the offset of a longer one.
    """

    head: int
    count: str
    offset: str
    inline: int

    @property
    def counted(self) -> int:
        """The number of entries that a directory begins with."""
        return struct.calcsize(f"={self.count}")

    @property
    def row(self) -> int:
        """One entry."""
        return 4 + 2 * self.inline

    def table(self, entries: int) -> int:
        """A directory of so many entries, with the offset of the next one."""
        return self.counted + self.row * entries + self.inline


CLASSIC = Shape(8, "H", "I", 4)
BIG = Shape(16, "Q", "Q", 8)
_SHAPES = {b"II*\0": ("<", CLASSIC), b"MM\0*": (">", CLASSIC), b"II+\0": ("<", BIG), b"MM\0+": (">", BIG)}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its tag, type and count, where its row is, and where its value lies and how long it is."""

    tag: int
    type: int
    count: int
    at: int
    start: int
    size: int

    @property
    def end(self) -> int:
        """The offset behind the value."""
        return self.start + self.size


@dataclass(frozen=True, slots=True)
class Ifd:
    """One directory: what it is (``ifd0``, ``exif``, ``gps``, …), where it is, its entries, the next one's offset."""

    name: str
    at: int
    entries: tuple[Entry, ...]
    next: int

    def get(self, tag: int) -> Entry | None:
        """The first entry of this tag."""
        return next((entry for entry in self.entries if entry.tag == tag), None)


@dataclass(frozen=True)
class Tiff:
    """A TIFF structure: its bytes and byte order, and the directories that can be reached."""

    data: bytes = field(repr=False)
    order: str
    shape: Shape = CLASSIC
    ifds: tuple[Ifd, ...] = ()
    doubts: tuple[str, ...] = ()

    def is_inside(self, entry: Entry) -> bool:
        """Whether the value stands in the entry's own row."""
        return entry.size <= self.shape.inline

    def readable(self, entry: Entry) -> bool:
        """Whether the value lies within the structure."""
        return entry.end <= len(self.data)

    def leads_astray(self, entry: Entry) -> bool:
        """Whether the entry leads to a directory that cannot be read."""
        if entry.tag not in _POINTERS:
            return False
        reached = {ifd.at for ifd in self.ifds}
        return not reached.issuperset(self.numbers(entry)[:MAX_DEPTH])

    def value(self, entry: Entry) -> bytes:
        """The bytes of the value; fewer when the structure ends before."""
        return self.data[entry.start : entry.end]

    def numbers(self, entry: Entry) -> tuple[int, ...]:
        """The whole numbers of the value; none when it holds something else."""
        code = _INTEGERS.get(entry.type)
        if code is None or not self.readable(entry) or entry.count > _MOST_NUMBERS:
            return ()
        return struct.unpack(f"{self.order}{entry.count}{code}", self.value(entry))

    def fractions(self, entry: Entry) -> tuple[float, ...]:
        """The rational numbers of the value; none when it holds something else or a denominator is zero."""
        if entry.type not in {5, 10} or not self.readable(entry) or entry.count > _MOST_NUMBERS:
            return ()
        code = "I" if entry.type == 5 else "i"
        pairs = list(struct.iter_unpack(f"{self.order}2{code}", self.value(entry)))
        return tuple(above / below for above, below in pairs) if all(below for _, below in pairs) else ()

    def text(self, entry: Entry) -> str:
        """The value as text, up to its first NUL."""
        return self.value(entry).split(b"\0", 1)[0].decode("utf-8", "replace")


def read(data: bytes) -> Tiff:
    """The TIFF structure in `data`, with every directory that can be reached, each once.

    Raises MalformedError when it has no TIFF header. A directory that lies outside is a doubt.
    """
    order, shape = _SHAPES.get(data[:4], ("", CLASSIC))
    if not order or len(data) < shape.head:
        raise MalformedError("an EXIF block has no TIFF header")
    bare = Tiff(data, order, shape)
    ifds: list[Ifd] = []
    doubts: list[str] = []
    waiting = [("ifd0", struct.unpack_from(f"{order}{shape.offset}", data, shape.head - shape.inline)[0], 0)]
    seen: set[int] = set()
    entries = claimed = 0
    while waiting:
        name, at, depth = waiting.pop()
        if at in seen:
            continue
        seen.add(at)
        ifd = read_ifd(bare, name, at) if depth <= MAX_DEPTH else None
        if ifd is None:
            doubts.append(f"an EXIF directory ({name.rstrip('0123456789')}) cannot be read")
            continue
        entries += len(ifd.entries) + 1
        counted(entries, "directory entries")
        values = (entry for entry in ifd.entries if not bare.is_inside(entry))
        claimed += sum(max(0, min(entry.end, len(data)) - entry.start) for entry in values)
        if claimed > MAX_OVERLAP * len(data):
            raise MalformedError("the values of the directories overlap")
        ifds.append(ifd)
        waiting.extend(_further(bare, ifd, depth))
    return Tiff(data, order, shape, tuple(ifds), tuple(dict.fromkeys(doubts)))


def read_ifd(tiff: Tiff, name: str, at: int) -> Ifd | None:
    """The directory at this offset, or None when it does not lie within the structure."""
    data, order, shape = tiff.data, tiff.order, tiff.shape
    if not 0 < at <= len(data) - shape.counted:
        return None
    count = struct.unpack_from(f"{order}{shape.count}", data, at)[0]
    first = at + shape.counted
    end = first + shape.row * count
    if end > len(data):
        return None
    entries = []
    fields = struct.iter_unpack(f"{order}HH2{shape.offset}", data[first:end])
    for position, (tag, kind, number, value) in zip(range(first, end, shape.row), fields, strict=True):
        size = _SIZES.get(kind, 0) * number
        own = position + shape.row - shape.inline
        entries.append(Entry(tag, kind, number, position, own if size <= shape.inline else value, size))
    whole = end + shape.inline <= len(data)
    following = struct.unpack_from(f"{order}{shape.offset}", data, end)[0] if whole else 0
    return Ifd(name, at, tuple(entries), following)


def _further(tiff: Tiff, ifd: Ifd, depth: int) -> Iterator[tuple[str, int, int]]:
    """Name, offset and depth of the directories that this one leads to, the last to be read first."""
    if ifd.next and ifd.name.startswith("ifd"):
        # A chain is no nesting: its length is bounded by the number of entries.
        yield f"ifd{int(ifd.name[3:]) + 1}", ifd.next, depth
    for entry in reversed(ifd.entries):
        name = _POINTERS.get(entry.tag)
        if name:
            for target in reversed(tiff.numbers(entry)[:MAX_DEPTH]):
                yield name, target, depth + 1
