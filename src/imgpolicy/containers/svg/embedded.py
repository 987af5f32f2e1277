"""Pictures in data URIs (RFC 2397): read and written anew as files of their own format."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote_to_bytes

from imgpolicy.containers import gif, jpeg, png, webp
from imgpolicy.containers.edit import wanted_of
from imgpolicy.containers.parts import MalformedError, ParsedFile, Reading, Wanted
from imgpolicy.domain.terms import StripMode
from imgpolicy.domain.trace import Kind, Trace

_URI = re.compile(r"\s*data:([^,]*),([^#]*)(#?[\s\S]*)", re.IGNORECASE | re.ASCII)
_PLAIN = re.compile(
    r"image/(?:jpe?g|png|gif|webp|svg\+xml)(?:;(?:charset=)?utf-?8)?(?:;base64)?", re.IGNORECASE | re.ASCII
)
_BASE64 = re.compile(rb"[A-Za-z0-9+/]*={0,2}")
_NOT_CLEANED = "the SVG holds data that is no picture that can be cleaned"


@dataclass(frozen=True, slots=True)
class Coder:
    """A format of pictures in data URIs: its media type and its module's functions."""

    media: str
    matches: Callable[[bytes], bool]
    parse: Callable[[bytes], ParsedFile]
    rewrite: Callable[[bytes, ParsedFile, Wanted], bytes]


RASTER = (
    Coder("image/jpeg", jpeg.matches, jpeg.parse, jpeg.rewrite),
    Coder("image/png", png.matches, png.parse, png.rewrite),
    Coder("image/gif", gif.matches, gif.parse, gif.rewrite),
    Coder("image/webp", webp.matches, webp.parse, webp.rewrite),
)


def read(uri: str, coders: Sequence[Coder]) -> Reading:
    """What the picture tells, and the URI besides it; MalformedError when it cannot be cleaned."""
    media, data = _opened(uri)
    inner = _coder(data, coders).parse(data)
    traces = [replace(one, path=f"svg/{one.path}") for one in inner.traces]
    if not _PLAIN.fullmatch(media):
        traces.append(Trace(path="svg/media-type", kind=Kind.UNKNOWN, offset=0, value=f"{len(media):,} bytes"))
    credits_ = tuple(replace(one, path=f"svg/{one.path}") for one in inner.reading.credits)
    return Reading(traces=tuple(traces), position=inner.reading.position, credits=credits_, doubts=inner.unread)


def clean(uri: str, coders: Sequence[Coder], wanted: Wanted) -> str:
    """The URI of the same picture without what it tells, in base64 when it is another one."""
    media, data = _opened(uri)
    coder = _coder(data, coders)
    inner = coder.parse(data)
    stated = tuple(one for one in inner.reading.credits if one in wanted.credits)
    own = wanted_of(inner, StripMode.ALL, stated)
    written = coder.rewrite(data, inner, own)
    if written == data and _PLAIN.fullmatch(media):
        return uri
    return f"data:{coder.media};base64,{base64.b64encode(written).decode()}"


def _coder(data: bytes, coders: Sequence[Coder]) -> Coder:
    coder = next((one for one in coders if one.matches(data[:1024])), None)
    if coder is None:
        raise MalformedError(_NOT_CLEANED)
    return coder


def _opened(uri: str) -> tuple[str, bytes]:
    """The media type and the data; a URI that a browser would not open as it stands is refused."""
    found = _URI.fullmatch(uri.translate(str.maketrans("", "", "\t\n\r")))
    if not found or found[3].strip("# "):
        raise MalformedError(_NOT_CLEANED)
    body = unquote_to_bytes(found[2])
    if not found[1].lower().rstrip().endswith(";base64"):
        return found[1], body
    packed = b"".join(body.split())
    if not _BASE64.fullmatch(packed):
        raise MalformedError(_NOT_CLEANED)
    try:
        return found[1], base64.b64decode(packed.rstrip(b"=") + b"=" * (-len(packed.rstrip(b"=")) % 4))
    except binascii.Error as error:
        raise MalformedError(_NOT_CLEANED) from error
