"""ICC profiles (ICC.1:2022): what their texts tell, and the same colours without any text.

A profile is a header of 128 bytes, a table of tags, and the tags' data. Tags whose data is text are written anew
with neutral words; tags of numbers are kept; all else, and the bytes between, are left out.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from imgpolicy.containers.limits import MAX_OVERLAP
from imgpolicy.containers.parts import MalformedError, Reading, counted, printable, shown
from imgpolicy.domain.trace import Kind, Trace

_HEADER = 128
_TEXT_TYPES = frozenset({b"desc", b"mluc", b"text", b"meta", b"dict", b"mmod"})
_NUMBER_TYPES = frozenset(
    {
        *(b"XYZ ", b"curv", b"para", b"sf32", b"uf32", b"mft1", b"mft2", b"mAB ", b"mBA ", b"mpet", b"sig ", b"chrm"),
        *(b"view", b"meas", b"vcgt", b"ndin", b"ui08", b"ui16", b"ui32", b"ui64", b"dtim", b"cicp", b"bfd ", b"clro"),
        *(b"rcs2", b"vcgp", b"fl16", b"fl32", b"fl64", b"ucmI"),
    }
)
_REQUIRED_TEXTS = frozenset({b"desc", b"cprt"})
_IDENTITY_TAGS = frozenset({b"meta", b"mmod", b"psid", b"pseq"})
_WORDS = "profile"


@dataclass(frozen=True, slots=True)
class _Tag:
    signature: bytes
    start: int
    size: int
    type: bytes


def read(profile: bytes, path: str, offset: int) -> Reading:
    """What the profile tells besides colour, its first byte lying at `offset` of the file; an empty one is none."""
    if is_empty(profile):
        return Reading()
    try:
        tags = _tags(profile)
    except MalformedError as error:
        trace = Trace(path=path, kind=Kind.UNKNOWN, offset=offset, value=f"{len(profile):,} bytes")
        return Reading(traces=(trace,), icc=profile, doubts=(str(error),))
    traces = list(_text_traces(profile, tags, path, offset))
    stray = _stray(profile, tags)
    if stray:
        value = f"{len(profile) - stray:,} bytes that belong to no tag"
        traces.append(Trace(path=f"{path}/stray", kind=Kind.UNKNOWN, offset=offset + stray, value=value))
    return Reading(traces=shown(traces), icc=profile)


def is_empty(profile: bytes) -> bool:
    """Whether the room for a profile holds none."""
    return not profile.strip(b"\0")


def _text_traces(profile: bytes, found: list[_Tag], path: str, offset: int) -> Iterator[Trace]:
    for tag in found:
        name = printable(tag.signature.decode("latin-1"))
        kind = Kind.IDENTITY if tag.signature in _IDENTITY_TAGS else None
        if tag.type in _TEXT_TYPES:
            kind = kind or (Kind.RIGHTS if tag.signature == b"cprt" else Kind.COLOUR)
        elif tag.type not in _NUMBER_TYPES:
            kind = kind or Kind.UNKNOWN
        if kind:
            value = _text(profile[tag.start : tag.start + tag.size])
            yield Trace(path=f"{path}/{name}", kind=kind, offset=offset + tag.start, value=value)


def _text(data: bytes) -> str:
    """The words of a tag: ``desc`` and ``text`` are ASCII behind a header, ``mluc`` UTF-16 behind a table."""
    if data[:4] == b"mluc" and len(data) >= 28:
        size, start = struct.unpack_from(">II", data, 20)
        return printable(data[start : start + min(size, 1000)].decode("utf-16-be", "replace"))
    head = 12 if data[:4] == b"desc" else 8
    return printable(data[head : head + 1000].split(b"\0", 1)[0].decode("latin-1"))


def _tags(profile: bytes) -> list[_Tag]:
    if len(profile) < _HEADER + 4 or profile[36:40] != b"acsp":
        raise MalformedError("an ICC profile has no header")
    count = struct.unpack_from(">I", profile, _HEADER)[0]
    counted(count, "tags in an ICC profile")
    end = _HEADER + 4 + 12 * count
    if end > len(profile):
        raise MalformedError("an ICC profile is cut short")
    tags = []
    for signature, start, size in struct.iter_unpack(">4sII", profile[_HEADER + 4 : end]):
        if start >= end and start + size <= len(profile):  # as readers do, which pass over any other
            tags.append(_Tag(signature, start, size, profile[start : start + 4]))
    if sum(tag.size for tag in tags) > MAX_OVERLAP * len(profile):
        raise MalformedError("the tags of an ICC profile overlap")
    return tags


def _stray(profile: bytes, found: list[_Tag]) -> int:
    """The offset from which bytes belong to no tag, padding aside; 0 when there are none."""
    at = _HEADER + 4 + 12 * len(found)
    for tag in sorted(found, key=lambda tag: tag.start):
        if profile[at : tag.start].strip(b"\0"):
            return at
        at = max(at, tag.start + tag.size)
    return at if profile[at:].strip(b"\0") else 0


def colour(profile: bytes) -> bytes:
    """What decides colour: class, spaces and intent of the header, and every tag of numbers with its name, sorted."""
    try:
        tags = _tags(profile)
    except MalformedError:
        return profile
    numbers = sorted((tag.signature, profile[tag.start : tag.start + tag.size]) for tag in tags if _kept(tag))
    return profile[12:24] + profile[64:80] + b"".join(signature + data for signature, data in numbers)


def _kept(tag: _Tag) -> bool:
    return tag.type in _NUMBER_TYPES and tag.signature not in _IDENTITY_TAGS


def cleaned(profile: bytes) -> bytes:
    """The same profile with neutral words for every text, and nothing that is neither text nor number.

    Raises MalformedError for what is no profile.
    """
    tags = _tags(profile)
    kept = [tag for tag in tags if _kept(tag) or (tag.signature in _REQUIRED_TEXTS and tag.type in _TEXT_TYPES)]
    body = bytearray()
    table = bytearray(struct.pack(">I", len(kept)))
    base = _HEADER + 4 + 12 * len(kept)
    placed: dict[tuple[int, int], int] = {}
    for tag in kept:
        data = profile[tag.start : tag.start + tag.size] if _kept(tag) else _neutral(tag.type)
        place = placed.get((tag.start, tag.size))
        if place is None:
            place = placed[tag.start, tag.size] = base + len(body)
            body += data + bytes(-len(data) % 4)
        table += struct.pack(">4sII", tag.signature, place, len(data))
    header = bytearray(profile[:_HEADER])
    header[0:4] = struct.pack(">I", base + len(body))
    header[84:_HEADER] = bytes(_HEADER - 84)  # the checksum of the old profile, and reserved bytes
    return bytes(header + table + body)


def _neutral(kind: bytes) -> bytes:
    """The word `profile` as a text tag of this type (ICC.1:2001 6.5.17 for ``desc``, ICC.1:2022 10.15 for ``mluc``)."""
    word = _WORDS.encode("ascii") + b"\0"
    if kind == b"desc":
        return b"desc" + struct.pack(">II", 0, len(word)) + word + bytes(8 + 3 + 67)
    if kind == b"text":
        return b"text" + bytes(4) + word
    wide = _WORDS.encode("utf-16-be")
    return b"mluc" + struct.pack(">IIIHHII", 0, 1, 12, 0x656E, 0x5553, len(wide), 28) + wide
