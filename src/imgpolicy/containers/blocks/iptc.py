"""IPTC-IIM: data sets in a row (IPTC Information Interchange Model 4.2, chapters 1 and 2)."""

from __future__ import annotations

from dataclasses import dataclass

from imgpolicy.containers.blocks.credit_lines import credit_lines
from imgpolicy.containers.blocks.generators import signs
from imgpolicy.containers.blocks.positions import names_position
from imgpolicy.containers.parts import LOCATION, Credit, Patch, Reading, Right, counted, printable, shown
from imgpolicy.domain.trace import Kind, Trace

_GENERATORS = {(2, 65): "software", (2, 110): "credit"}
"""Where generators of pictures name themselves: originating program and credit."""

_CREDITS = {
    (2, 80): Right.CREATOR,
    (2, 110): Right.CREDIT,
    (2, 115): Right.SOURCE,
    (2, 116): Right.COPYRIGHT,
}
_PLACES = {
    (2, 26): "ContentLocationCode",
    (2, 27): "ContentLocationName",
    (2, 90): "City",
    (2, 92): "Sub-location",
    (2, 95): "Province-State",
    (2, 100): "CountryCode",
    (2, 101): "Country",
}
_PEOPLE = {
    (1, 100): "UniqueObjectName",
    (2, 5): "ObjectName",
    (2, 25): "Keywords",
    (2, 40): "SpecialInstructions",
    (2, 85): "By-lineTitle",
    (2, 103): "OriginalTransmissionReference",
    (2, 105): "Headline",
    (2, 118): "Contact",
    (2, 120): "Caption",
    (2, 122): "Writer",
    (2, 187): "UniqueDocumentID",
    (2, 188): "OwnerID",
}
_PREVIEWS = frozenset({(2, 200), (2, 201), (2, 202), (2, 125)})
_CHARSET = (1, 90)
_TECHNICAL = frozenset(
    tuple((1, number) for number in (0, 20, 22, 40, 70, 80, 90))
    + tuple((2, number) for number in (0, 3, 4, 7, 8, 10, 12, 15, 20, 22, 30, 35, 37, 38, 42, 47, 55, 60, 62, 63))
    + tuple((2, number) for number in (65, 70, 75, 130, 131, 135, 150, 151, 152, 153, 154))
)


@dataclass(frozen=True, slots=True)
class _DataSet:
    key: tuple[int, int]
    start: int
    end: int


def read(data: bytes, path: str, offset: int) -> Reading:
    """What the data sets tell, the first byte lying at `offset` of the file."""
    sets, complete = _split(data)
    wide = any(one.key == _CHARSET and data[one.start : one.end] == b"\x1b%G" for one in sets)
    traces, credits_, patches = list[Trace](), list[Credit](), list[Patch]()
    for one in sets:
        text = _decoded(data[one.start : one.end], utf8=wide)
        kind, name = _classified(one.key)
        credits_ += signs(_GENERATORS.get(one.key, ""), text, f"{path}/{name}")
        credits_ += credit_lines(name, text, f"{path}/{name}")
        kind = Kind.COORDINATE if kind not in LOCATION and names_position(text) else kind
        if kind is None or not text.strip("\0 "):
            continue
        value = f"{one.end - one.start:,} bytes" if kind in {Kind.EMBEDDED, Kind.UNKNOWN} else printable(text)
        traces.append(Trace(path=f"{path}/{name}", kind=kind, offset=offset + one.start, value=value))
        if one.key in _CREDITS and kind is Kind.RIGHTS:
            credits_.append(Credit(_CREDITS[one.key], text.strip("\0 "), f"{path}/{name}"))
        if kind in LOCATION or kind is Kind.UNKNOWN:
            patches.append(Patch(offset + one.start, b" " * (one.end - one.start)))
    doubts = () if complete else ("an IPTC block ends in bytes that are no data set",)
    return Reading(traces=shown(traces), credits=tuple(credits_), patches=tuple(patches), doubts=doubts)


def _split(data: bytes) -> tuple[list[_DataSet], bool]:
    """The data sets, and whether they and zero padding are all that there is."""
    sets: list[_DataSet] = []
    at = 0
    while at + 5 <= len(data) and data[at] == 0x1C:
        size = int.from_bytes(data[at + 3 : at + 5], "big")
        start = at + 5
        if size & 0x8000:
            # An extended data set: the lower bits count the bytes of the length that follows (IIM, 1.5.4).
            start += min(size & 0x7FFF, 8)
            size = int.from_bytes(data[at + 5 : start], "big")
        if start + size > len(data):
            return sets, False
        sets.append(_DataSet((data[at + 1], data[at + 2]), start, start + size))
        counted(len(sets), "IPTC data sets")
        at = start + size
    return sets, not data[at:].strip(b"\0")


def _classified(key: tuple[int, int]) -> tuple[Kind | None, str]:
    if key in _CREDITS:
        return Kind.RIGHTS, _CREDITS[key].name.lower()
    if key in _PLACES:
        return Kind.PLACE, _PLACES[key]
    if key in _PEOPLE:
        return Kind.IDENTITY, _PEOPLE[key]
    if key in _PREVIEWS:
        return Kind.EMBEDDED, "preview"
    return None if key in _TECHNICAL else Kind.UNKNOWN, f"{key[0]}-{key[1]}"


def _decoded(value: bytes, *, utf8: bool) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("utf-8" if utf8 else "latin-1", "replace")
