"""JPEG (ITU-T T.81, JFIF 1.02, Exif 3.0): segments, the scans, and whatever lies behind the end of the picture.

MPO, Ultra HDR and motion photos are JPEGs with more pictures or a film behind the end; `trailer` looks at those.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from imgpolicy.containers import jpeg_segments as segments
from imgpolicy.containers.blocks import exif, flir, read_xmp, xmp
from imgpolicy.containers.blocks.opaque import read_opaque
from imgpolicy.containers.edit import edited, lost_credits, must_be_emptied, zeroed
from imgpolicy.containers.limits import MAX_BLOCKS, TOO_MANY_BLOCKS
from imgpolicy.containers.parts import (
    CUT_SHORT,
    NOTHING,
    MalformedError,
    ParsedFile,
    Part,
    Reading,
    Wanted,
    block,
    counted,
    part,
)
from imgpolicy.containers.trailer import parse_trailer
from imgpolicy.domain.terms import StripMode
from imgpolicy.domain.trace import Kind

_SOI, _EOI, _SOS, _DNL = 0xD8, 0xD9, 0xDA, 0xDC
END = bytes((0xFF, _EOI))
"""What every JPEG ends with that is not cut short."""
_DHT, _DAC, _DQT, _DRI = 0xC4, 0xCC, 0xDB, 0xDD
# Frames, Huffman and arithmetic tables, scans, quantisation, line count, restart interval (T.81, table B.1).
_PICTURE = frozenset((*range(0xC0, 0xC8), *range(0xC9, 0xD0), _SOS, _DQT, _DNL, _DRI))
_NO_TABLE = 0xEC
"""The bits that are 0 in what a table begins with: its class or precision, 0 or 1, and its number, up to 3."""
_FRAMES = _PICTURE - {_DHT, _DAC, _SOS, _DQT, _DNL, _DRI}
_BARE = frozenset((0x01, *range(0xD0, 0xD8)))
_MARKER = re.compile(rb"\xff[^\x00\xff]", re.DOTALL)
_SCAN_END = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_LONGEST = 65_533
_EMPTY = "the file holds no picture"


def matches(head: bytes) -> bool:
    """Whether a file that begins so is a JPEG."""
    return head.startswith(b"\xff\xd8\xff")


def parse(data: bytes) -> ParsedFile:
    """Every byte of the file; MalformedError when the picture itself cannot be followed."""
    parts, end = parse_picture(data, 0, "jpeg")
    coded = tuple(one.content for one in parts if one.kind is Kind.PICTURE)
    behind = parse_trailer(data, end, "jpeg/trailer", parse_picture)
    return ParsedFile(format="JPEG", size=len(data), parts=(*parts, *behind), coded=coded, doubts=_doubts(data, parts))


def _doubts(data: bytes, parts: list[Part]) -> tuple[str, ...]:
    markers = {data[one.content[0] + 1] for one in parts if one.kind is Kind.PICTURE}
    if not markers & _FRAMES or _SOS not in markers:
        return (_EMPTY,)
    return () if parts[-1].path == "jpeg/eoi" else (CUT_SHORT,)


def parse_picture(data: bytes, start: int, name: str) -> tuple[list[Part], int]:
    """The parts of the one picture that begins at `start`, and where it ends."""
    parts = [part(f"{name}/soi", Kind.STRUCTURE, (start, start + 2))]
    at = start + 2
    blocks = 0
    while True:
        mark = _MARKER.search(data, at)
        if mark is None:
            break
        # Fill bytes before a marker belong to it.
        start = at + len(data[at : mark.start()].rstrip(b"\xff"))
        if start > at:
            parts.append(_gap(data, at, start, name))
        one = _segment(data, start, mark.end(), name, taken_apart=blocks < MAX_BLOCKS)
        parts.append(one)
        blocks += one.kind not in {Kind.PICTURE, Kind.STRUCTURE} and not one.reading.opaque
        counted(len(parts), "segments")
        at = one.end
        if one.path == f"{name}/eoi":
            break
    if parts[-1].path != f"{name}/eoi" and at < len(data):
        rest = Kind.UNKNOWN if data[at:].strip(b"\0") else Kind.STRUCTURE
        parts.append(part(f"{name}/cut-short", rest, (at, len(data))))
        at = len(data)
    return _assembled(data, parts, name), at


def _gap(data: bytes, start: int, end: int, name: str) -> Part:
    """Bytes between segments, which decoders skip."""
    kind = Kind.UNKNOWN if data[start:end].strip(b"\0") else Kind.STRUCTURE
    return part(f"{name}/between-segments", kind, (start, end))


def _segment(data: bytes, start: int, behind: int, name: str, *, taken_apart: bool) -> Part:
    """The segment whose marker ends before `behind`."""
    marker = data[behind - 1]
    if marker == _EOI:
        return part(f"{name}/eoi", Kind.STRUCTURE, (start, behind))
    if marker in _BARE:
        return part(f"{name}/bare-marker", Kind.STRUCTURE, (start, behind))
    size = int.from_bytes(data[behind : behind + 2], "big")
    end = behind + size
    if marker == _SOI or size < 2 or end > len(data):
        return part(f"{name}/cut-short", Kind.UNKNOWN, (start, len(data)))
    if marker == _SOS:
        scan = _SCAN_END.search(data, end)
        end = scan.start() if scan else len(data)
    content = (behind + 2, end)
    if marker in _PICTURE and _is_as_long_as_it_says(marker, data[behind + 2 : behind + size]):
        return part(f"{name}/picture", Kind.PICTURE, (start, end), content=(behind - 2, end))
    known = segments.signature(marker, data[slice(*content)])
    if known and known.read and not taken_apart:
        return _unread(data, (start, end), content, f"{name}/{known.name}")
    path = f"{name}/{known.name if known else segments.marker_name(marker)}"
    return _application(data, known, (start, end), content, path)


def _is_as_long_as_it_says(marker: int, content: bytes) -> bool:
    """Whether a segment of the picture ends where its own numbers say; no decoder takes one that hides more."""
    if marker in {_DNL, _DRI}:
        return len(content) == 2
    if marker == _SOS:
        return len(content) == 4 + 2 * (content or b"\0")[0]
    if marker in _FRAMES:
        return len(content) >= 6 and len(content) == 6 + 3 * content[5]
    at = 0
    while at < len(content):
        if content[at] & _NO_TABLE:
            return False
        if marker == _DQT:
            at += 1 + (128 if content[at] >> 4 else 64)
        elif marker == _DHT:
            at += 17 + sum(content[at + 1 : at + 17])
        else:
            at += 2
    return at == len(content)


def _unread(data: bytes, span: tuple[int, int], content: tuple[int, int], path: str) -> Part:
    reading = read_opaque(data[slice(*content)], Kind.UNKNOWN, path, content[0])
    return block(path, span, content, replace(reading, doubts=(TOO_MANY_BLOCKS,)))


def _application(
    data: bytes, known: segments.Signature | None, span: tuple[int, int], content: tuple[int, int], path: str
) -> Part:
    payload = data[slice(*content)]
    if not payload.strip(b"\0"):
        return part(f"{path}/padding", Kind.STRUCTURE, span, content=content)
    if known is None:
        return block(path, span, content, read_opaque(payload, Kind.UNKNOWN, path, content[0]))
    reading = known.read(payload[known.skip :], path, content[0] + known.skip) if known.read else NOTHING
    if known.first not in {segments.EXIF, segments.XMP}:
        # Readers look for the way up in these two alone.
        reading = replace(reading, orientation=None)
    one = block(path, span, content, reading)
    return one if reading.traces or known.kind is Kind.STRUCTURE else replace(one, kind=known.kind)


def _assembled(data: bytes, parts: list[Part], name: str) -> list[Part]:
    """The parts, with what is spread over several segments read as one and reported with the first of them."""
    for own_name, read in _ASSEMBLED.items():
        path = f"{name}/{own_name}"
        places = [place for place, one in enumerate(parts) if one.path == path]
        if places:
            first = parts[places[0]]
            reading = read([data[slice(*parts[place].content)] for place in places], path, first.content[0])
            kind = Kind.COLOUR if reading.icc is not None else reading.kind
            parts[places[0]] = whole = replace(first, kind=kind, reading=reading)
            # What takes one of them along takes all.
            others = Reading(opaque=must_be_emptied(whole))
            for place in places[1:]:
                parts[place] = replace(parts[place], kind=kind, reading=others)
    return parts


def _read_icc(payloads: list[bytes], path: str, offset: int) -> Reading:
    return segments.read_icc(segments.assembled_icc(payloads), path, offset)


def _read_flir(payloads: list[bytes], path: str, offset: int) -> Reading:
    """The block these are pieces of, each behind a version, its number and that of the last one."""
    head = len(segments.FLIR)
    return flir.read(b"".join(payload[head + 3 :] for payload in payloads), path, offset).packed_at(offset)


def _read_extended_xmp(payloads: list[bytes], path: str, offset: int) -> Reading:
    """The packets these are pieces of, each behind a GUID, the whole length and its place (XMP part 3, 1.1.3.1)."""
    head = len(segments.EXTENDED_XMP)
    pieces: dict[bytes, dict[int, bytes]] = {}
    for payload in payloads:
        place = int.from_bytes(payload[head + 36 : head + 40], "big")
        pieces.setdefault(payload[head : head + 32], {})[place] = payload[head + 40 :]
    packets = (b"".join(by_place[place] for place in sorted(by_place)) for by_place in pieces.values())
    return Reading.joined(read_xmp(packet, path, offset).packed_at(offset) for packet in packets)


_ASSEMBLED = {"app2-icc": _read_icc, "app1-xmp-extended": _read_extended_xmp, "app1-flir": _read_flir}
"""What is spread over several segments."""


def rewrite(data: bytes, parsed: ParsedFile, wanted: Wanted) -> bytes:
    """The file as wanted: the coded picture verbatim, all else written anew or left out."""
    if _EMPTY in parsed.doubts:
        raise MalformedError(_EMPTY)
    if CUT_SHORT in parsed.doubts and _is_damaged(data, parsed):
        raise MalformedError("the picture is damaged: what stands between its pieces may be picture or metadata")
    if wanted.mode is StripMode.LOCATION:
        written = edited(data, parsed, lambda one: _emptied(one, parsed, wanted))
        last = parsed.parts[-1]
        whole = written[: last.start] if last.path == "jpeg/cut-short" else written
        lost = lost_credits(parsed, wanted)
        packet = _framed(segments.APP1, segments.XMP + xmp.packet(lost)) if lost else b""
        # Offsets that a JPEG holds count from their own segment or from the end of the file.
        return whole[:2] + packet + whole[2:]
    view = memoryview(data)
    pieces = (view[start:end] for start, end in parsed.coded)
    return b"".join((b"\xff\xd8", *_written(data, parsed, wanted), *pieces, END))


def _is_damaged(data: bytes, parsed: ParsedFile) -> bool:
    """Whether a file without an end has bytes between its scans that are none."""
    first = next(start for start, _ in parsed.coded if data[start + 1] == _SOS)
    last = parsed.coded[-1][0]
    return any(one.kind is Kind.UNKNOWN and first < one.start < last for one in parsed.parts)


def _emptied(one: Part, parsed: ParsedFile, wanted: Wanted) -> bytes:
    """Zeros, but for the EXIF block that must go on to say which way is up."""
    kept = b""
    if one == _first(parsed, "jpeg/app1-exif") and wanted.orientation:
        kept = segments.EXIF + b"\0" + exif.minimal(wanted.orientation)
    return (kept + zeroed(one))[: len(zeroed(one))]


def _written(data: bytes, parsed: ParsedFile, wanted: Wanted) -> Iterator[bytes]:
    jfif = _first(parsed, "jpeg/app0-jfif")
    if jfif:
        # Version, unit and density; the last two bytes say that there is no thumbnail.
        yield _framed(segments.APP0, data[jfif.content[0] :][: segments.JFIF_SIZE - 2] + bytes(2))
    if wanted.orientation:
        yield _framed(segments.APP1, segments.EXIF + b"\0" + exif.minimal(wanted.orientation))
    if wanted.credits:
        yield _framed(segments.APP1, segments.XMP + xmp.packet(wanted.credits))
    if wanted.icc:
        yield from _icc_segments(wanted.icc)
    adobe = _first(parsed, "jpeg/app14-adobe")
    if adobe and adobe.content[1] - adobe.content[0] >= segments.ADOBE_SIZE:
        yield _framed(segments.APP14, data[adobe.content[0] :][: segments.ADOBE_SIZE])


def _first(parsed: ParsedFile, path: str) -> Part | None:
    return next((one for one in parsed.parts if one.path == path), None)


def _framed(marker: int, payload: bytes) -> bytes:
    if len(payload) > _LONGEST:
        raise MalformedError("what is to be kept is too long for a JPEG segment")
    return bytes((0xFF, marker)) + (len(payload) + 2).to_bytes(2, "big") + payload


def _icc_segments(profile: bytes) -> Iterator[bytes]:
    room = _LONGEST - len(segments.ICC) - 2
    chunks = [profile[at : at + room] for at in range(0, len(profile), room)]
    if len(chunks) > 255:
        raise MalformedError("the ICC profile is too long for a JPEG")
    for number, chunk in enumerate(chunks, start=1):
        yield _framed(segments.APP2, segments.ICC + bytes((number, len(chunks))) + chunk)
