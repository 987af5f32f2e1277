"""EXIF: a TIFF structure read for what it tells, and the smallest one that says which way is up."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

from imgpolicy.containers.blocks import exif_tags as tags
from imgpolicy.containers.blocks.credit_lines import credit_lines
from imgpolicy.containers.blocks.generators import signs
from imgpolicy.containers.blocks.ifd import GPS_IFD, Entry, Ifd, Tiff
from imgpolicy.containers.blocks.makernote import places
from imgpolicy.containers.blocks.positions import names_position
from imgpolicy.containers.parts import (
    LOCATION,
    Credit,
    Patch,
    Position,
    Reading,
    Right,
    printable,
    printable_bytes,
    shown,
)
from imgpolicy.domain.trace import Kind, Trace

_TEXTS = {
    tags.IMAGE_DESCRIPTION: "ImageDescription",
    0x010F: "Make",
    0x0110: "Model",
    0x0131: "Software",
    tags.USER_COMMENT: "UserComment",
    0x9C9B: "XPTitle",
    0x9C9C: "XPComment",
    0x9C9F: "XPSubject",
}
"""Where captions stand, and generators of pictures write their names and their parameters."""

_CREDITS = {tags.ARTIST: Right.CREATOR, tags.COPYRIGHT: Right.COPYRIGHT}
_STRIPS = (0x0111, 0x0117)
_NESTED_PICTURE = (b"Exif\0", b"http://ns.adobe.com/", b"Photoshop 3.0\0")


def read(tiff: Tiff, path: str, offset: int) -> Reading:
    """What the structure tells, its first byte lying at `offset` of the file; blocks nested in it are not entered."""
    traces: list[Trace] = []
    doubts = list(tiff.doubts)
    for ifd in tiff.ifds:
        if ifd.name == "gps":
            traces.extend(_gps_traces(tiff, ifd, path, offset))
            continue
        for entry in ifd.entries:
            traces.extend(_entry_traces(tiff, ifd, entry, path, offset))
        traces.extend(_thumbnail_traces(tiff, ifd, path, offset))
    if any(not tiff.readable(entry) for ifd in tiff.ifds for entry in ifd.entries if _is_telling(ifd, entry)):
        doubts.append("an EXIF value lies outside its block")
    return Reading(
        traces=shown(traces),
        position=next((at for ifd in tiff.ifds if ifd.name == "gps" for at in _position(tiff, ifd)), None),
        orientation=_orientation(tiff),
        credits=tuple(_credits(tiff, path)),
        patches=tuple(_patches(tiff, offset)),
        exif=tiff.data,
        doubts=tuple(doubts),
    )


def minimal(orientation: int) -> bytes:
    """A TIFF structure that holds this orientation (1 to 8) and nothing else."""
    return struct.pack(">4sIHHHIHHI", b"MM\0*", 8, 1, tags.ORIENTATION, 3, 1, orientation, 0, 0)


def is_minimal(block: bytes) -> bool:
    """Whether the structure is one that `minimal` writes."""
    return any(block == minimal(orientation) for orientation in range(1, 9))


def _kind(tiff: Tiff, ifd: Ifd, entry: Entry) -> Kind | None:
    """What an entry outside the GPS directory tells; None when that is nothing."""
    if entry.tag == tags.MAKER_NOTE:
        return Kind.IDENTITY
    kind = _kind_by_tag(ifd, entry)
    named = kind not in LOCATION and _is_text(entry) and names_position(_shown_whole(tiff, entry))
    return Kind.COORDINATE if named else kind


def _is_text(entry: Entry) -> bool:
    return entry.type == 2 or entry.tag in tags.WIDE_TEXT or entry.tag == tags.USER_COMMENT


def _kind_by_tag(ifd: Ifd, entry: Entry) -> Kind | None:
    if ifd.name == "interop":
        return None if entry.tag in tags.INTEROP else Kind.UNKNOWN
    if entry.tag in tags.TELLING:
        return tags.TELLING[entry.tag][1]
    known = entry.tag in tags.TECHNICAL or entry.tag in tags.NESTED or entry.tag == tags.PADDING
    return None if known else Kind.UNKNOWN


def _is_telling(ifd: Ifd, entry: Entry) -> bool:
    known = entry.tag == tags.MAKER_NOTE or _kind_by_tag(ifd, entry) not in {None, Kind.UNKNOWN}
    return ifd.name == "gps" or known


def _entry_traces(tiff: Tiff, ifd: Ifd, entry: Entry, path: str, offset: int) -> Iterator[Trace]:
    at = offset + min(entry.start, len(tiff.data))
    value = tiff.value(entry)
    kind = _kind(tiff, ifd, entry)
    if entry.tag == tags.MAKER_NOTE:
        if not value.strip(b"\0"):
            return
        yield Trace(path=f"{path}/maker-note", kind=Kind.IDENTITY, offset=at, value=f"{len(value):,} bytes")
        for name, text in places(tiff, entry):
            yield Trace(path=f"{path}/maker-note/{name}", kind=Kind.PLACE, offset=at, value=text)
    elif entry.tag == tags.PADDING:
        if value.strip(b"\0\x1c\xea"):
            yield Trace(path=f"{path}/padding", kind=Kind.UNKNOWN, offset=at, value=f"{len(value):,} bytes")
    elif kind is not None and value.strip(b"\0 "):
        name = tags.TELLING[entry.tag][0] if entry.tag in tags.TELLING else f"{ifd.name}-0x{entry.tag:04x}"
        yield Trace(path=f"{path}/{name}", kind=kind, offset=at, value=_shown_value(tiff, entry))


def _shown_value(tiff: Tiff, entry: Entry) -> str:
    value = tiff.value(entry)
    if entry.tag in tags.WIDE_TEXT:
        return printable(value[:1000].decode("utf-16-le", "replace").rstrip("\0"))
    if entry.tag == tags.USER_COMMENT:
        return printable_bytes(value[8:])  # the first eight bytes name the character code (Exif 3.0, 4.6.6.1)
    return printable_bytes(value) if entry.type in {1, 2, 7} else f"{len(value):,} bytes"


def _thumbnail_traces(tiff: Tiff, ifd: Ifd, path: str, offset: int) -> Iterator[Trace]:
    span = thumbnail(tiff, ifd)
    if span:
        start, end = span
        at = offset + start
        yield Trace(path=f"{path}/thumbnail", kind=Kind.EMBEDDED, offset=at, value=f"{end - start:,} bytes")
        if has_metadata(tiff.data[start:end]):
            value = "a thumbnail with metadata of its own"
            yield Trace(path=f"{path}/thumbnail/metadata", kind=Kind.UNKNOWN, offset=at, value=value)


def thumbnail(tiff: Tiff, ifd: Ifd) -> tuple[int, int] | None:
    """Where the JPEG lies that the directory holds (Exif 3.0, 4.5.8); None when there is none."""
    start, length = (ifd.get(tag) for tag in (tags.THUMBNAIL_OFFSET, tags.THUMBNAIL_LENGTH))
    if not start or not length:
        return None
    starts, lengths = tiff.numbers(start), tiff.numbers(length)
    if len(starts) != 1 or len(lengths) != 1 or not 0 < starts[0] < len(tiff.data) or lengths[0] <= 0:
        return None
    return starts[0], min(len(tiff.data), starts[0] + lengths[0])


def has_metadata(picture: bytes) -> bool:
    """Whether a small picture inside a block carries blocks of its own."""
    return any(mark in picture for mark in _NESTED_PICTURE)


def _gps_traces(tiff: Tiff, ifd: Ifd, path: str, offset: int) -> Iterator[Trace]:
    stated = [entry for entry in ifd.entries if entry.tag != tags.GPS_VERSION and tiff.value(entry).strip(b"\0 ")]
    if not stated:
        return
    position = next(_position(tiff, ifd), None)
    value = str(position) if position else f"{len(stated)} GPS values without a position"
    yield Trace(path=f"{path}/gps", kind=Kind.COORDINATE, offset=offset + ifd.at, value=value)
    for entry in stated:
        if entry.tag in tags.GPS_TEXTS:
            name, text = tags.GPS_TEXTS[entry.tag], printable_bytes(tiff.value(entry)[8:])
            yield Trace(path=f"{path}/gps/{name}", kind=Kind.PLACE, offset=offset + entry.start, value=text)


def _position(tiff: Tiff, ifd: Ifd) -> Iterator[Position]:
    """The position that a GPS directory holds, if it holds one (Exif 3.0, 4.6.7)."""
    latitude = _degrees(tiff, ifd, tags.GPS_LATITUDE, tags.GPS_LATITUDE_REF, b"S")
    longitude = _degrees(tiff, ifd, tags.GPS_LONGITUDE, tags.GPS_LONGITUDE_REF, b"W")
    if latitude is not None and longitude is not None and abs(latitude) <= 90 and abs(longitude) <= 180:
        yield Position(latitude, longitude)


def _degrees(tiff: Tiff, ifd: Ifd, tag: int, reference: int, negative: bytes) -> float | None:
    entry, sign = ifd.get(tag), ifd.get(reference)
    parts = tiff.fractions(entry) if entry else ()
    if not 1 <= len(parts) <= 3:
        return None
    degrees = sum((part / 60.0**power for power, part in enumerate(parts)), 0.0)
    return -degrees if sign and tiff.value(sign)[:1].upper() == negative else degrees


def _orientation(tiff: Tiff) -> int | None:
    """The orientation in the first directory, 1 to 8."""
    entry = next((entry for ifd in tiff.ifds if ifd.name == "ifd0" for entry in [ifd.get(tags.ORIENTATION)]), None)
    numbers = tiff.numbers(entry) if entry else ()
    return numbers[0] if numbers and 1 <= numbers[0] <= 8 else None


def _credits(tiff: Tiff, path: str) -> Iterator[Credit]:
    for ifd in tiff.ifds:
        for entry in ifd.entries:
            if entry.tag in _CREDITS and ifd.name == "ifd0" and entry.type == 2:
                text = tiff.text(entry).strip()
                if text and not names_position(text):
                    yield Credit(_CREDITS[entry.tag], text, f"{path}/{tags.TELLING[entry.tag][0]}")
            elif ifd.name in {"ifd0", "exif"} and entry.tag in _TEXTS:
                name, text = _TEXTS[entry.tag], _shown_whole(tiff, entry)
                yield from signs(name, text, f"{path}/{name}")
                yield from credit_lines(name, text.replace("\0", ""), f"{path}/{name}")


def _shown_whole(tiff: Tiff, entry: Entry) -> str:
    """The text of an entry, however long; in whichever of its encodings it has letters."""
    value = tiff.value(entry)
    if entry.tag in tags.WIDE_TEXT:
        return value.decode("utf-16-le", "replace")
    if value.startswith(b"UNICODE\0"):
        return value[8:].decode("utf-16-be", "replace") + value[8:].decode("utf-16-le", "replace")
    return value.decode("utf-8", "replace")


def _patches(tiff: Tiff, offset: int) -> Iterator[Patch]:
    """The bytes that take the location out: entries are closed up in their directory, their values zeroed."""
    for ifd in tiff.ifds:
        if ifd.name == "gps":
            size = tiff.shape.table(len(ifd.entries)) - tiff.shape.inline
            yield Patch(offset + ifd.at, bytes(size))
            yield from _zeroed(tiff, ifd.entries, offset)
            continue
        gone = [entry for entry in ifd.entries if _may_tell_location(tiff, ifd, entry)]
        if gone:
            yield Patch(offset + ifd.at, _closed_up(tiff, ifd, gone))
            yield from _zeroed(tiff, gone, offset)
        span = thumbnail(tiff, ifd)
        if span and has_metadata(tiff.data[slice(*span)]):
            yield Patch(offset + span[0], bytes(span[1] - span[0]))


def unclaimed(tiff: Tiff, offset: int) -> Iterator[Patch]:
    """Zeros over the bytes of a block that no directory claims: what a location leaves behind when its entry is cut."""
    shape, size = tiff.shape, len(tiff.data)
    claims = [(0, shape.head)]
    for ifd in tiff.ifds:
        claims.append((ifd.at, ifd.at + shape.table(len(ifd.entries))))
        claims += [(entry.start, entry.end) for entry in ifd.entries if not tiff.is_inside(entry)]
        claims += [span for span in (thumbnail(tiff, ifd),) if span]
        starts, lengths = (ifd.get(tag) for tag in _STRIPS)
        if starts and lengths:
            pairs = zip(tiff.numbers(starts), tiff.numbers(lengths), strict=False)
            claims += [(start, start + length) for start, length in pairs]
    at = 0
    for start, end in sorted((*claims, (size, size))):
        if tiff.data[at:start].strip(b"\0"):
            yield Patch(offset + at, bytes(min(start, size) - at))
        at = max(at, end)


def _may_tell_location(tiff: Tiff, ifd: Ifd, entry: Entry) -> bool:
    if entry.tag in {tags.MAKER_NOTE, tags.PADDING, GPS_IFD}:
        return True
    if entry.tag in {tags.THUMBNAIL_OFFSET, tags.THUMBNAIL_LENGTH}:
        span = thumbnail(tiff, ifd)
        return span is not None and has_metadata(tiff.data[slice(*span)])
    kind = _kind(tiff, ifd, entry)
    lost = not tiff.readable(entry) and _is_telling(ifd, entry)
    return kind in LOCATION or kind is Kind.UNKNOWN or lost or tiff.leads_astray(entry)


def _closed_up(tiff: Tiff, ifd: Ifd, gone: list[Entry]) -> bytes:
    """The directory without these entries, as long as it was."""
    row = tiff.shape.row
    rows = [tiff.data[entry.at : entry.at + row] for entry in ifd.entries if entry not in gone]
    count = struct.pack(f"{tiff.order}{tiff.shape.count}", len(rows))
    following = tiff.data[ifd.at + tiff.shape.counted + row * len(ifd.entries) :][: tiff.shape.inline]
    return count + b"".join(rows) + following + bytes(row * len(gone))


def _zeroed(tiff: Tiff, entries: Iterable[Entry], offset: int) -> Iterator[Patch]:
    for entry in entries:
        if not tiff.is_inside(entry) and entry.start < len(tiff.data):
            yield Patch(offset + entry.start, bytes(len(tiff.value(entry))))
