"""The text chunks and the colour profile of PNG, and the raw profiles that older writers hid in text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from imgpolicy.containers.blocks import icc, iptc, read_exif, read_irb, read_text, read_xmp, xmp_names
from imgpolicy.containers.blocks.credit_lines import credit_lines
from imgpolicy.containers.blocks.generators import signs
from imgpolicy.containers.limits import MAX_INFLATED
from imgpolicy.containers.parts import LOCATION, Credit, MalformedError, Reading, Right, printable, printable_bytes
from imgpolicy.containers.png.deflated import inflated
from imgpolicy.domain.trace import Kind, Trace

_XMP = b"XML:com.adobe.xmp"
_RAW = b"Raw profile type "
_RAW_HEAD = re.compile(rb"\s*(\S{1,20})\s+(\d{1,9})\s")
_CREDITS = {b"copyright": Right.COPYRIGHT, b"author": Right.CREATOR}
_TECHNICAL = (b"software", b"creation time", b"date:", b"png:", b"tiff:", b"dcterms:")
_MARKS = ((b"Exif\0\0", read_exif), (b"http://ns.adobe.com/xap/1.0/\0", read_xmp))


def read_text_chunk(kind: bytes, data: bytes, path: str, offset: int) -> Reading:
    """What a tEXt, zTXt or iTXt chunk tells (PNG, 11.3.3); MalformedError when it is not built as one."""
    keyword, found, rest = data.partition(b"\0")
    if not found or not 1 <= len(keyword) <= 79:
        raise MalformedError("a PNG text chunk has no keyword")
    packed = False
    if kind == b"zTXt":
        rest, packed = _unpacked(rest[:1] == b"\0", rest[1:]), True
    elif kind == b"iTXt":
        packed, method, rest = rest[:1] == b"\1", rest[1:2], rest[2:]
        _language, _, rest = rest.partition(b"\0")
        _translated, found, rest = rest.partition(b"\0")
        if not found:
            raise MalformedError("a PNG text chunk is cut short")
        rest = _unpacked(method == b"\0", rest) if packed else rest
    at = offset if packed else offset + len(data) - len(rest)
    reading, verbatim = _read_value(keyword, rest, path, at)
    name, text = keyword.decode("latin-1"), rest.decode("utf-8", "replace")
    said = (*signs(name, text, path), *credit_lines(name, text, path))
    reading = replace(reading, credits=(*reading.credits, *said))
    return reading if verbatim and not packed else reading.packed_at(at)


def _unpacked(known: bool, data: bytes) -> bytes:  # noqa: FBT001 - whether the method is deflate
    if not known:
        raise MalformedError("a PNG text chunk is compressed in an unknown way")
    return inflated(data)


def _read_value(keyword: bytes, value: bytes, path: str, offset: int) -> tuple[Reading, bool]:
    """What the text tells, and whether it stands in the file as it was read."""
    if keyword == _XMP:
        return read_xmp(value, f"{path}-xmp", offset), True
    if keyword.startswith(_RAW):
        return _read_raw(keyword.removeprefix(_RAW), value, f"{path}-raw-profile", offset), False
    name = keyword.lower()
    text = printable_bytes(value)
    if name in _CREDITS:
        trace = Trace(path=f"{path}/{_CREDITS[name].name.lower()}", kind=Kind.RIGHTS, offset=offset, value=text)
        return Reading(traces=(trace,), credits=(Credit(_CREDITS[name], text, trace.path),) if text else ()), True
    if name.startswith(_TECHNICAL):
        return Reading(), True
    label = printable(keyword.decode("latin-1"))
    telling = xmp_names.kind("", label.rpartition(":")[2])
    if telling in LOCATION:
        return Reading(traces=(Trace(path=path, kind=telling, offset=offset, value=f"{label}: {text}"),)), True
    return read_text(keyword + b": " + value, path, offset), True


def _read_raw(name: bytes, text: bytes, path: str, offset: int) -> Reading:
    """What a block tells that ImageMagick and ExifTool write as hexadecimal text: name, length, digits."""
    head = _RAW_HEAD.match(text)
    if not head:
        raise MalformedError("a raw profile in a PNG has no head")
    try:
        block = bytes.fromhex(text[head.end() :][: 2 * MAX_INFLATED].decode("ascii"))
    except ValueError as error:
        raise MalformedError("a raw profile in a PNG is not hexadecimal") from error
    if name in {b"exif", b"APP1", b"xmp"}:
        for mark, read in _MARKS:
            if block.startswith(mark):
                return read(block.removeprefix(mark), path, offset)
        return (read_xmp if name == b"xmp" else read_exif)(block, path, offset)
    readers: dict[bytes, Callable[[bytes, str, int], Reading]] = {b"8bim": read_irb, b"icc": icc.read, b"icm": icc.read}
    if name == b"iptc":
        # ImageMagick wraps the data sets in a Photoshop resource under this name too.
        return (read_irb if block.startswith(b"8BIM") else iptc.read)(block, path, offset)
    if name in readers:
        return readers[name](block, path, offset)
    raise MalformedError("a raw profile in a PNG is of no known kind")


def read_iccp(data: bytes, path: str, offset: int) -> Reading:
    """What the colour profile tells; its name in the chunk too (PNG, 11.3.2.3)."""
    name, found, rest = data.partition(b"\0")
    if not found or rest[:1] != b"\0":
        raise MalformedError("a PNG colour profile is not built as one")
    named = Trace(path=f"{path}/name", kind=Kind.COLOUR, offset=offset, value=printable_bytes(name))
    return Reading.joined((Reading(traces=(named,)), icc.read(inflated(rest[1:]), path, offset).packed_at(offset)))
