"""The items of a HEIF file (ISO/IEC 23008-12, ISO/IEC 14496-12 section 8.11): which there are, where they lie, how they
hang together. HEIC and AVIF pictures, their tiles, thumbnails, depth and gain maps, EXIF and XMP are all items.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from imgpolicy.containers.boxes import Box, boxes
from imgpolicy.containers.limits import MAX_OVERLAP
from imgpolicy.containers.parts import MalformedError, counted

_ALPHA = (b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0", b"urn:mpeg:hevc:2015:auxid:1\0")
_CODED = frozenset({b"hvc1", b"av01", b"avc1", b"j2k1", b"jpeg", b"unci", b"vvc1"})
_DERIVED = frozenset({b"grid", b"iden", b"iovl"})
_HIDDEN = 1


@dataclass(frozen=True, slots=True)
class Item:
    """One item: number, type, flags of its entry, content type (of ``mime``), its (start, end) spans in the file."""

    number: int
    type: bytes
    flags: int
    content_type: bytes
    extents: tuple[tuple[int, int], ...] = ()
    in_meta: bool = False

    @property
    def is_picture(self) -> bool:
        """Whether it can be decoded to pixels."""
        return self.type in _CODED or self.type in _DERIVED

    @property
    def is_hidden(self) -> bool:
        """Whether it is not to be shown by itself."""
        return bool(self.flags & _HIDDEN)


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference: its type, from which item, to which."""

    type: bytes
    source: int
    targets: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Items:
    """The ``meta`` box of a file, read: its items by number, references, and properties with who has which.

    `primary` is the item that is the picture; a file whose movie is shown may have none.

    `associations` are, by item, (index from 1, essential) of its properties, in order.
    """

    meta: Box
    children: tuple[Box, ...]
    primary: int | None
    items: dict[int, Item]
    references: tuple[Reference, ...]
    properties: tuple[Box, ...]
    associations: dict[int, tuple[tuple[int, bool], ...]]
    data: bytes = field(repr=False)

    def child(self, kind: bytes) -> Box | None:
        """The first box of this type in the ``meta`` box."""
        return next((box for box in self.children if box.type == kind), None)

    def is_alpha(self, number: int) -> bool:
        """Whether an auxiliary item says how transparent another one is."""
        owned = (self.properties[index - 1] for index, _ in self.associations.get(number, ()) if index)
        return any(box.type == b"auxC" and self.data[box.body + 4 : box.end].startswith(_ALPHA) for box in owned)

    def shown(self) -> frozenset[int]:
        """The items that make up the picture: the ones that are shown, what they are put together from, their alpha."""
        pieces: dict[int, list[int]] = {}
        auxiliaries: dict[int, list[int]] = {}
        lesser: set[int] = set()
        for one in self.references:
            if one.type == b"dimg":
                pieces.setdefault(one.source, []).extend(one.targets)
                lesser.update(one.targets)
            elif one.type in {b"auxl", b"thmb"}:
                lesser.add(one.source)
                if one.type == b"auxl" and self.is_alpha(one.source):
                    for target in one.targets:
                        auxiliaries.setdefault(target, []).append(one.source)
        own = (item.number for item in self.items.values() if item.is_picture and not item.is_hidden)
        waiting = [
            *([] if self.primary is None else [self.primary]),
            *(number for number in own if number not in lesser),
        ]
        kept: set[int] = set()
        while waiting:
            number = waiting.pop()
            if number not in kept and number in self.items:
                kept.add(number)
                waiting.extend(pieces.get(number, ()))
                waiting.extend(auxiliaries.get(number, ()))
        return frozenset(kept)

    def spans(self) -> tuple[tuple[int, int], ...]:
        """Where the data of the items lies that make up the picture."""
        return tuple(span for number in sorted(self.shown()) for span in self.items[number].extents)

    def thumbnails(self) -> frozenset[int]:
        """The items that are small copies of others."""
        return frozenset(one.source for one in self.references if one.type == b"thmb")


def no_items(data: bytes) -> Items:
    """What a file without a ``meta`` box has."""
    return Items(
        meta=Box(b"meta", 0, 0, 0),
        children=(),
        primary=None,
        items={},
        references=(),
        properties=(),
        associations={},
        data=data,
    )


def read_items(data: bytes, meta: Box) -> Items:
    """The items of this ``meta`` box; MalformedError when it is not built as one."""
    try:
        return _read(data, meta)
    except (struct.error, IndexError) as error:
        raise MalformedError("a table of items is cut short") from error


def _read(data: bytes, meta: Box) -> Items:
    children = tuple(boxes(data, meta.body + 4, meta.end))
    by_type = {box.type: box for box in reversed(children)}
    pitm, iinf, iloc = (by_type.get(kind) for kind in (b"pitm", b"iinf", b"iloc"))
    if not iinf or not iloc:
        raise MalformedError("the file names no picture item")
    idat = by_type.get(b"idat")
    places = dict(_locations(data, iloc, idat))
    items = {item.number: item for item in _entries(data, iinf, places)}
    properties, associations = _properties(data, by_type.get(b"iprp"))
    return Items(
        meta=meta,
        children=children,
        primary=struct.unpack_from(">I" if data[pitm.body] else ">H", data, pitm.body + 4)[0] if pitm else None,
        items=items,
        references=tuple(_references(data, by_type.get(b"iref"))),
        properties=properties,
        associations=associations,
        data=data,
    )


def _entries(data: bytes, iinf: Box, places: dict[int, tuple[tuple[tuple[int, int], ...], bool]]) -> Iterator[Item]:
    head = 6 if data[iinf.body] == 0 else 8
    for box in boxes(data, iinf.body + head, iinf.end):
        version = data[box.body]
        if box.type != b"infe" or version not in {2, 3}:
            raise MalformedError("an item has an entry of an unknown version")
        flags = int.from_bytes(data[box.body + 1 : box.body + 4], "big")
        at = box.body + (6 if version == 2 else 8)
        number = int.from_bytes(data[box.body + 4 : at], "big")
        kind = data[at + 2 : at + 6]
        texts = data[at + 6 : box.end].split(b"\0")
        content_type = texts[1] if kind == b"mime" and len(texts) > 1 else b""
        extents, in_meta = places.get(number, ((), False))
        yield Item(number, kind, flags, content_type, extents, in_meta)


def _locations(
    data: bytes, iloc: Box, idat: Box | None
) -> Iterator[tuple[int, tuple[tuple[tuple[int, int], ...], bool]]]:
    """By item, its spans in the file and whether they lie in the ``idat`` box (14496-12, 8.11.3)."""
    version = data[iloc.body]
    sizes = data[iloc.body + 4 : iloc.body + 6]
    offset_size, length_size, base_size, index_size = sizes[0] >> 4, sizes[0] & 15, sizes[1] >> 4, sizes[1] & 15
    index_size = index_size if version else 0
    reader = _Fields(data, iloc.body + 6, iloc.end)
    count = reader.take(2 if version < 2 else 4)
    counted(count, "items")
    pieces = claimed = 0
    for _ in range(count):
        number = reader.take(2 if version < 2 else 4)
        method = reader.take(2) & 15 if version else 0
        if reader.take(2) or method > 1 or (method == 1 and idat is None):
            raise MalformedError("an item lies in another file or in another item")
        base = reader.take(base_size) + (idat.body if method == 1 and idat else 0)
        extents = []
        for _ in range(reader.take(2)):
            reader.take(index_size)
            start, length = base + reader.take(offset_size), reader.take(length_size)
            end = start + length if length else (idat.end if method == 1 and idat else len(data))
            if end > len(data):
                raise MalformedError("an item lies outside the file")
            extents.append((start, end))
            pieces, claimed = pieces + 1, claimed + end - start
            counted(pieces, "pieces of items")
            if claimed > MAX_OVERLAP * len(data):
                raise MalformedError("the items of the file overlap")
        yield number, (tuple(extents), method == 1)


class _Fields:
    """Big-endian numbers of varying length, one after the other."""

    def __init__(self, data: bytes, at: int, end: int) -> None:
        self._data, self._at, self._end = data, at, end

    def take(self, size: int) -> int:
        """The number in the next `size` bytes; 0 for none."""
        start, self._at = self._at, self._at + size
        if self._at > self._end:
            raise MalformedError("a table of items is cut short")
        return int.from_bytes(self._data[start : self._at], "big")


def _references(data: bytes, iref: Box | None) -> Iterator[Reference]:
    if iref is None:
        return
    size = 2 if data[iref.body] == 0 else 4
    total = 0
    for box in boxes(data, iref.body + 4, iref.end):
        reader = _Fields(data, box.body, box.end)
        source = reader.take(size)
        targets = tuple(reader.take(size) for _ in range(reader.take(2)))
        total += len(targets)
        counted(total, "references between items")
        yield Reference(box.type, source, targets)


def _properties(data: bytes, iprp: Box | None) -> tuple[tuple[Box, ...], dict[int, tuple[tuple[int, bool], ...]]]:
    if iprp is None:
        return (), {}
    children = list(boxes(data, iprp.body, iprp.end))
    ipco = next((box for box in children if box.type == b"ipco"), None)
    properties = tuple(boxes(data, ipco.body, ipco.end)) if ipco else ()
    associations: dict[int, tuple[tuple[int, bool], ...]] = {}
    for ipma in (box for box in children if box.type == b"ipma"):
        version, wide = data[ipma.body], data[ipma.body + 3] & 1
        reader = _Fields(data, ipma.body + 4, ipma.end)
        count = reader.take(4)
        counted(count, "items with properties")
        for _ in range(count):
            number = reader.take(2 if version < 1 else 4)
            values = [reader.take(2 if wide else 1) for _ in range(reader.take(1))]
            top = 0x8000 if wide else 0x80
            pairs = tuple((value & (top - 1), bool(value & top)) for value in values)
            if any(index > len(properties) for index, _ in pairs):
                raise MalformedError("an item has a property that is not there")
            associations[number] = associations.get(number, ()) + pairs
    return properties, associations
