"""Places that cameras write into their own notes; all else in such a note is the maker's secret.

The layouts and tags are those that the ExifTool documentation gives for Casio, Nikon, Panasonic and Pentax.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from imgpolicy.containers.blocks.ifd import Entry, Ifd, Tiff, read_ifd
from imgpolicy.containers.parts import printable_bytes

_MOST_ENTRIES = 500
"""More entries than any camera writes: a directory with more is read in the wrong byte order."""


@dataclass(frozen=True, slots=True)
class _Maker:
    """How a note begins, where its directory lies in it, and its tags of places.

    `own` says that offsets count from this byte of the note; None: from the block.
    """

    mark: bytes
    directory: int
    own: int | None
    places: dict[int, str]


_PENTAX = {0x23: "HometownCity", 0x24: "DestinationCity"}
_PANASONIC = {0x67: "Location", 0x69: "Country", 0x6B: "State", 0x6D: "City", 0x6F: "Landmark", 0x80: "City"}
_MAKERS = (
    _Maker(b"AOC\0", 6, None, _PENTAX),
    _Maker(b"PENTAX \0", 10, 0, _PENTAX),
    _Maker(b"QVC\0", 6, None, {0x3006: "HometownCity"}),
    _Maker(b"Panasonic\0", 12, None, _PANASONIC),
    _Maker(b"Nikon\0\x02", 18, 10, {0x39: "LocationInfo"}),
)


def places(tiff: Tiff, note: Entry) -> Iterator[tuple[str, str]]:
    """Name and value of each place in a camera's note; nothing for makers whose notes are not known here."""
    data = tiff.value(note)
    maker = next((maker for maker in _MAKERS if data.startswith(maker.mark)), None)
    if maker is None:
        return
    block = tiff.data if maker.own is None else data[maker.own :]
    at = maker.directory + (note.start if maker.own is None else -maker.own)
    for inner, ifd in _directories(block, at):
        for entry in ifd.entries:
            if entry.tag in maker.places:
                text = _text(inner, entry)
                if text:
                    yield maker.places[entry.tag], text


def _directories(block: bytes, at: int) -> Iterator[tuple[Tiff, Ifd]]:
    """The directory, in the byte order that makes sense: what a note says of its own order is often wrong."""
    for order in "<>":
        inner = Tiff(block, order)
        ifd = read_ifd(inner, "maker", at)
        if ifd and len(ifd.entries) <= _MOST_ENTRIES:
            yield inner, ifd
            return


def _text(inner: Tiff, entry: Entry) -> str:
    """The value as text, or the number that stands for a city; cameras fill what is not set with dashes."""
    numbers = inner.numbers(entry) if entry.type == 3 else ()
    return f"code {numbers[0]}" if numbers else printable_bytes(inner.value(entry)).strip("- ")
