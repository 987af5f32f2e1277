"""A HEIF file written anew from the items that stay: new tables, and their data one behind the other."""

from __future__ import annotations

import struct

from imgpolicy.containers.blocks import icc, xmp
from imgpolicy.containers.boxes import packed
from imgpolicy.containers.heif.film import Film, moved
from imgpolicy.containers.heif.items import Item, Items
from imgpolicy.containers.layout import Layout, layout, merged
from imgpolicy.containers.parts import MalformedError, Wanted

_SIZES = {
    b"ispe": 12,
    b"pixi": 16,
    b"pasp": 8,
    b"clap": 32,
    b"irot": 1,
    b"imir": 1,
    b"auxC": 64,
    b"a1op": 1,
    b"a1lx": 13,
    b"lsel": 2,
    b"clli": 4,
    b"mdcv": 24,
    b"cclv": 48,
    b"amve": 8,
    b"rloc": 12,
}
"""The properties of few numbers, and how long each can be: a longer one would hide something."""
PROPERTIES = frozenset(
    {
        *_SIZES,
        b"colr",
        b"av1C",
        b"hvcC",
        b"avcC",
        b"vvcC",
        b"lhvC",
        b"j2kH",
        b"jpgC",
        b"uncC",
        b"cmpd",
        b"tols",
        b"oinf",
    }
)
"""The properties that say how an item is decoded and shown."""
_NCLX_SIZE = 11
_REFERENCES = frozenset({b"dimg", b"auxl", b"prem", b"base"})
_FAR = 1 << 32


def written(data: bytes, head: bytes, items: Items | None, film: Film, wanted: Wanted) -> bytes:
    """The file with this head (``ftyp`` box), the items that are shown, the movie, and the credits that are wanted.

    None for items: the movie alone, which has no room for credits.
    """
    if items is None:
        places = layout(film.samples, len(head) + (film.box.end - film.box.start if film.box else 0) + 8)
        return head + moved(data, film, places.place) + packed(b"mdat", places.taken(data))
    shown = items.shown()
    if items.primary not in shown and not (items.primary is None and film.samples):
        raise MalformedError("the picture item is not there")
    stays = [items.items[number] for number in sorted(shown)]
    spans = merged([span for item in stays for span in item.extents] + list(film.samples))
    packet = xmp.packet(wanted.credits) if wanted.credits else b""
    size = sum(end - start for start, end in spans)
    first = _meta(items, stays, layout(spans, 0), (0, len(packet)))
    base = len(head) + len(first) + (film.box.end - film.box.start if film.box else 0) + 8
    places = layout(spans, base)
    if base + size + len(packet) >= _FAR:
        raise MalformedError("the file is too long")
    meta = _meta(items, stays, places, (base + size, len(packet)))
    return head + meta + moved(data, film, places.place) + packed(b"mdat", places.taken(data) + packet)


def _meta(items: Items, stays: list[Item], places: Layout, packet: tuple[int, int]) -> bytes:
    """The ``meta`` box; `packet` is where the packet of credits lies and how long it is, 0 for none."""
    own = max((item.number for item in stays), default=0) + 1 if packet[1] else 0
    extents = {
        item.number: [(places.place(start) if end > start else places.base, end - start) for start, end in item.extents]
        for item in stays
    }
    if own:
        extents[own] = [packet]
    return _full_box(
        b"meta",
        0,
        _full_box(b"hdlr", 0, bytes(4) + b"pict" + bytes(13)),
        _full_box(b"pitm", 1, struct.pack(">I", items.primary)) if items.primary is not None else b"",
        _iinf(stays, own),
        _iref(items, stays, own),
        _iprp(items, stays),
        _iloc(extents),
    )


def _iinf(stays: list[Item], own: int) -> bytes:
    entries = [
        _full_box(b"infe", 3, struct.pack(">IH4s", item.number, 0, item.type), b"\0", flags=item.flags)
        for item in stays
    ]
    if own:
        entries.append(_full_box(b"infe", 3, struct.pack(">IH4s", own, 0, b"mime"), b"\0application/rdf+xml\0"))
    return _full_box(b"iinf", 1, struct.pack(">I", len(entries)), *entries)


def _iref(items: Items, stays: list[Item], own: int) -> bytes:
    numbers = {item.number for item in stays}
    kept = [
        packed(one.type, struct.pack(f">IH{len(one.targets)}I", one.source, len(one.targets), *one.targets))
        for one in items.references
        if one.type in _REFERENCES and one.source in numbers and numbers.issuperset(one.targets)
    ]
    if own and items.primary is not None:
        kept.append(packed(b"cdsc", struct.pack(">IHI", own, 1, items.primary)))
    return _full_box(b"iref", 1, *kept) if kept else b""


def _iprp(items: Items, stays: list[Item]) -> bytes:
    """The properties of the items that stay, numbered anew, and which item has which."""
    numbers: dict[int, int] = {}
    boxes: list[bytes] = []
    rows: list[bytes] = []
    for item in stays:
        row = b""
        for index, essential in items.associations.get(item.number, ()):
            box = items.properties[index - 1] if index else None
            if box is None or box.type not in PROPERTIES:
                if box is not None and essential:
                    raise MalformedError(f"a property of the picture is not known here ({box.name})")
                continue
            if index not in numbers:
                boxes.append(_property(box.type, items.data[box.body : box.end]))
                numbers[index] = len(boxes)
            row += struct.pack(">H", numbers[index] | (0x8000 if essential else 0))
        rows.append(struct.pack(">IB", item.number, len(row) // 2) + row)
    ipma = _full_box(b"ipma", 1, struct.pack(">I", len(rows)), *rows, flags=1)
    return packed(b"iprp", packed(b"ipco", b"".join(boxes)) + ipma)


def _property(kind: bytes, body: bytes) -> bytes:
    if kind == b"colr" and body[:4] in {b"prof", b"rICC"}:
        return packed(kind, body[:4] + (b"" if icc.is_empty(body[4:]) else icc.cleaned(body[4:])))
    if len(body) > (_NCLX_SIZE if kind == b"colr" else _SIZES.get(kind, len(body))):
        raise MalformedError("a property of the picture is longer than it can be")
    return packed(kind, body)


def _iloc(places: dict[int, list[tuple[int, int]]]) -> bytes:
    """Offsets and lengths of four bytes, counted from the start of the file."""
    rows = [
        struct.pack(">IHHH", number, 0, 0, len(extents)) + b"".join(struct.pack(">II", *extent) for extent in extents)
        for number, extents in sorted(places.items())
    ]
    return _full_box(b"iloc", 2, b"\x44\x00", struct.pack(">I", len(rows)), *rows)


def _full_box(kind: bytes, version: int, *body: bytes, flags: int = 0) -> bytes:
    return packed(kind, struct.pack(">I", version << 24 | flags) + b"".join(body))
