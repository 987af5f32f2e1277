"""The shape that all formats share: a file is a row of parts, and a part is read for what it tells.

A `ParsedFile` accounts for every byte: its parts lie one behind the other from the first byte to the last. A block of
metadata inside a part (EXIF, XMP, IPTC, …) is read into a `Reading`, which is the same for all kinds of block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from imgpolicy.containers.limits import MAX_PARTS, MAX_SHOWN, MAX_VALUE
from imgpolicy.domain.terms import StripMode
from imgpolicy.domain.trace import Kind, Trace

T = TypeVar("T")

LOCATION = frozenset({Kind.COORDINATE, Kind.PLACE})
"""What tells where a picture was taken."""
HARMLESS = frozenset({Kind.PICTURE, Kind.COLOUR, Kind.ANIMATION, Kind.STRUCTURE, Kind.ORIENTATION, Kind.RIGHTS})
"""What a file may hold without giving anything away."""

_MOST_TELLING = (
    Kind.COORDINATE,
    Kind.PLACE,
    Kind.IDENTITY,
    Kind.EMBEDDED,
    Kind.UNKNOWN,
    Kind.RIGHTS,
    Kind.COLOUR,
    Kind.ORIENTATION,
)


CUT_SHORT = "the picture is cut short"
"""The doubt of a file that ends before its picture does; what there is of the picture is kept."""
NO_END = "the file has no end"
"""The doubt of a file that lacks the mark of its end, which a written one gets."""


class MalformedError(Exception):
    """The file is not built as its format asks; the message says what is wrong, without any content of the file."""


class Right(StrEnum):
    """The statements of rights that stay in a stripped file, by their XMP names."""

    COPYRIGHT = "dc:rights"
    CREATOR = "dc:creator"
    CREDIT = "photoshop:Credit"
    SOURCE = "photoshop:Source"
    MARKED = "xmpRights:Marked"
    USAGE_TERMS = "xmpRights:UsageTerms"
    WEB_STATEMENT = "xmpRights:WebStatement"
    COPYRIGHT_OWNER = "plus:CopyrightOwnerName"
    LICENSOR_NAME = "plus:LicensorName"
    LICENSOR_URL = "plus:LicensorURL"
    SUPPLIER = "plus:ImageSupplierName"
    LICENCE = "cc:license"
    ATTRIBUTION = "cc:attributionName"
    ATTRIBUTION_URL = "cc:attributionURL"
    DATA_MINING = "plus:DataMining"
    DIGITAL_SOURCE_TYPE = "Iptc4xmpExt:DigitalSourceType"


@dataclass(frozen=True, slots=True)
class Credit:
    """One statement of rights, its text, and the path that it came through, which makes no other statement of it."""

    right: Right
    text: str
    path: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Position:
    """A place on the earth in decimal degrees (WGS 84), north and east positive."""

    latitude: float
    longitude: float

    def __str__(self) -> str:
        return f"{self.latitude:.6f}, {self.longitude:.6f}"


@dataclass(frozen=True, slots=True)
class Patch:
    """Bytes to put at this offset of the file, in place of as many that tell a location."""

    offset: int
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a block of metadata tells.

    `orientation` is EXIF's, 1 to 8. `icc` is empty for a profile of which a piece is missing. `exif` is the TIFF
    structure of an EXIF block. `patches` take the location out of the block without moving a byte; there are none
    where that cannot be done. `opaque` says that the block was searched and not taken apart. `doubts` are one-line
    reasons for what could not be read.
    """

    traces: tuple[Trace, ...] = ()
    position: Position | None = None
    orientation: int | None = None
    credits: tuple[Credit, ...] = ()
    icc: bytes | None = None
    exif: bytes | None = None
    patches: tuple[Patch, ...] = ()
    opaque: bool = False
    doubts: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        """The most telling kind among the traces; structure when there are none."""
        kinds = {trace.kind for trace in self.traces}
        if self.orientation is not None:
            kinds.add(Kind.ORIENTATION)
        return next((kind for kind in _MOST_TELLING if kind in kinds), Kind.STRUCTURE)

    @property
    def tells_location(self) -> bool:
        """Whether there is a coordinate or a place among the traces."""
        return any(trace.kind in LOCATION for trace in self.traces)

    def packed_at(self, offset: int) -> Reading:
        """The same for a block that lies compressed at this offset: no byte of it can be pointed at or patched."""
        return replace(self, traces=tuple(replace(trace, offset=offset) for trace in self.traces), patches=())

    @staticmethod
    def joined(readings: Iterable[Reading]) -> Reading:
        """All of them as one; the first orientation, position, ICC profile and EXIF block stand."""
        every = tuple(readings)
        return Reading(
            traces=tuple(trace for one in every for trace in one.traces),
            position=next((one.position for one in every if one.position), None),
            orientation=next((one.orientation for one in every if one.orientation), None),
            credits=tuple(dict.fromkeys(credit for one in every for credit in one.credits)),
            icc=next((one.icc for one in every if one.icc is not None), None),
            exif=next((one.exif for one in every if one.exif), None),
            patches=tuple(patch for one in every for patch in one.patches),
            opaque=any(one.opaque for one in every),
            doubts=tuple(dict.fromkeys(doubt for one in every for doubt in one.doubts)),
        )


NOTHING = Reading()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The bytes from `start` to before `end`, through which path they speak, and what they tell.

    `content` is where the payload lies, without the frame that the format puts around it.
    """

    path: str
    kind: Kind
    start: int
    end: int
    content: tuple[int, int]
    reading: Reading = NOTHING

    @property
    def traces(self) -> tuple[Trace, ...]:
        """What the reading found; else, unless the part is harmless, the part itself."""
        if self.reading.traces or self.kind in HARMLESS:
            return self.reading.traces
        value = f"{self.end - self.start:,} bytes"
        return (Trace(path=self.path, kind=self.kind, offset=self.start, value=value),)


@dataclass(frozen=True, kw_only=True)
class ParsedFile:
    """A whole file: its parts without gap or overlap, and where the coded picture lies among them.

    `coded` are (start, end) spans of the bytes that the picture is decoded from; a rewrite copies them verbatim.
    `doubts` are one-line reasons for what could not be read besides those that the readings give. `remarks` say in one
    line each what is not looked into and stays in a file that is written, such as the layers of a Photoshop file.
    """

    format: str
    size: int
    parts: tuple[Part, ...]
    coded: tuple[tuple[int, int], ...]
    doubts: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @cached_property
    def reading(self) -> Reading:
        """What all parts tell, as one."""
        return Reading.joined(part.reading for part in self.parts)

    @property
    def traces(self) -> tuple[Trace, ...]:
        """Everything that the file tells besides the picture, from its first byte to its last."""
        return tuple(trace for part in self.parts for trace in part.traces)

    @property
    def orientation(self) -> int | None:
        """Which way is up, as EXIF says it, else as XMP does."""
        said = (part.reading.orientation for part in self.parts if part.reading.exif)
        return next((orientation for orientation in said if orientation), None) or self.reading.orientation

    @property
    def unread(self) -> tuple[str, ...]:
        """One-line reasons for everything that could not be read."""
        return tuple(dict.fromkeys((*self.doubts, *self.reading.doubts)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a rewritten file holds besides the picture: an orientation (None: upright), a profile, and credits."""

    mode: StripMode
    orientation: int | None = None
    icc: bytes | None = None
    credits: tuple[Credit, ...] = ()


def of_profile(trace: Trace) -> bool:
    """Whether the trace is one of a colour profile inside a block."""
    return "/icc/" in trace.path


def part(path: str, kind: Kind, span: tuple[int, int], *, content: tuple[int, int] | None = None) -> Part:
    """A part without a reading; its content is the whole span unless it is given."""
    return Part(path=path, kind=kind, start=span[0], end=span[1], content=content or span)


def block(path: str, span: tuple[int, int], content: tuple[int, int], reading: Reading) -> Part:
    """A part that is a block of metadata; its kind is the most telling one among what was read."""
    return Part(path=path, kind=reading.kind, start=span[0], end=span[1], content=content, reading=reading)


def counted(number: int, what: str) -> None:
    """Nothing, or MalformedError when there are more of something than any file of use has."""
    if number > MAX_PARTS:
        raise MalformedError(f"more than {MAX_PARTS:,} {what}")


def most_telling(traces: Sequence[tuple[Kind, T]]) -> list[tuple[Kind, T]]:
    """At most MAX_SHOWN + 1 of them in their order: those of the most telling kinds."""
    if len(traces) <= MAX_SHOWN:
        return list(traces)
    by_kind = sorted(range(len(traces)), key=lambda place: _rank(traces[place][0]))
    return [traces[place] for place in sorted(by_kind[: MAX_SHOWN + 1])]


def shown(traces: Iterable[Trace]) -> tuple[Trace, ...]:
    """At most MAX_SHOWN of the traces, the most telling ones; one more stands for all that are left out."""
    every = list(traces)
    if len(every) <= MAX_SHOWN:
        return tuple(every)
    *kept, rest = (trace for _, trace in most_telling([(trace.kind, trace) for trace in every]))
    more = Trace(path=rest.path, kind=Kind.UNKNOWN, offset=rest.offset, value="and more of its like")
    return (*kept, more)


def _rank(kind: Kind) -> int:
    return _MOST_TELLING.index(kind) if kind in _MOST_TELLING else len(_MOST_TELLING)


def printable(text: str, limit: int = MAX_VALUE) -> str:
    """The text on one line, without what cannot be printed, and not longer than the limit."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text[: 2 * limit]).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def printable_bytes(data: bytes, limit: int = MAX_VALUE) -> str:
    """The same for bytes of no declared encoding: UTF-8 where that fits, else Latin-1."""
    head = data[: 4 * limit]
    try:
        return printable(head.decode("utf-8").replace("\0", " "), limit)
    except UnicodeDecodeError:
        return printable(head.decode("latin-1").replace("\0", " "), limit)


def laid_out(claims: Iterable[Part], span: tuple[int, int], gap: Callable[[int, int], Part]) -> Iterator[Part]:
    """The parts that claim bytes of this span, in order and without overlap, and a part for each gap between them.

    Bytes that two claim belong to the first; the second keeps its content and what it tells.
    """
    at, end = span
    for one in sorted(claims, key=lambda one: (one.start, one.end)):
        if one.start > at:
            yield gap(at, one.start)
        at = max(at, one.start)
        yield replace(one, start=at, end=max(at, one.end))
        at = max(at, one.end)
    if at < end:
        yield gap(at, end)


def following(parts: Iterable[Part], size: int) -> Iterator[str]:
    """What is wrong with a row of parts that should cover a file of this size; nothing when it does."""
    at = 0
    for one in parts:
        if one.start != at or one.end < one.start:
            yield f"{one.path} begins at {one.start}, not at {at}"
        at = one.end
    if at != size:
        yield f"the parts end at {at} of {size}"
