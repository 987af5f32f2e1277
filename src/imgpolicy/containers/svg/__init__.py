"""SVG 1.1 and 2: XML, kept word for word where it draws, cut where it only tells, runs, or leads out of the file.

Comments, processing instructions, titles, descriptions, metadata, scripts, handlers, content of other namespaces, and
every element and attribute that is not known to draw are cut out. A reference stays when it leads to a place in the
drawing. A picture in a data URI is cleaned as a file of its own format. What is left stands as it stood: an attribute
or a style is written anew only when something in it was cleaned.

No part of a drawing is taken apart for its location: without location alone it is cleaned as without all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from xml.parsers import expat

from imgpolicy.containers.limits import MAX_DRAWINGS_IN_DRAWINGS
from imgpolicy.containers.parts import MalformedError, ParsedFile, Part, Reading, Wanted, laid_out, part
from imgpolicy.containers.svg import embedded
from imgpolicy.containers.svg.embedded import Coder
from imgpolicy.containers.svg.reader import Edit, Reader
from imgpolicy.containers.svg.values import Picture
from imgpolicy.domain.trace import Kind

_PICTURE = "svg/picture"


def matches(head: bytes) -> bool:
    """Whether a file that begins so is an SVG."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text.startswith(b"<") and b"<svg" in text


def parse(data: bytes) -> ParsedFile:
    """Every byte of the file; MalformedError when it is no plain XML in UTF-8."""
    return _parse(data, 0)


def rewrite(data: bytes, parsed: ParsedFile, wanted: Wanted) -> bytes:
    """The file as wanted: what draws, word for word, and clean pictures in it."""
    return _rewrite(0, data, parsed, wanted)


def _parse(data: bytes, depth: int) -> ParsedFile:
    coders = _coders(depth)

    def picture(uri: str) -> tuple[str, Reading]:
        return uri, embedded.read(uri, coders)

    reader = _walked(data, picture)
    parts = tuple(laid_out((one.part for one in reader.edits), (0, len(data)), _gap))
    coded = tuple(one.content for one in parts if one.path == _PICTURE)
    doubts = tuple(dict.fromkeys(reader.doubts))
    return ParsedFile(format="SVG", size=len(data), parts=parts, coded=coded, doubts=doubts)


def _rewrite(depth: int, data: bytes, parsed: ParsedFile, wanted: Wanted) -> bytes:
    coders = _coders(depth)

    def picture(uri: str) -> tuple[str, Reading]:
        return embedded.clean(uri, coders, wanted), Reading()

    if parsed.doubts:
        raise MalformedError(parsed.doubts[0])
    reader = _walked(data, picture)
    if reader.doubts:
        raise MalformedError(reader.doubts[0])
    return b"".join(_kept(data, reader.edits))


def _coders(depth: int) -> tuple[Coder, ...]:
    """What reads the pictures in a drawing that lies so deep in others: other drawings too, down to a limit."""
    if depth >= MAX_DRAWINGS_IN_DRAWINGS:
        return embedded.RASTER
    drawing = Coder("image/svg+xml", matches, partial(_parse, depth=depth + 1), partial(_rewrite, depth + 1))
    return (*embedded.RASTER, drawing)


def _walked(data: bytes, picture: Picture) -> Reader:
    reader = Reader(data, picture)
    try:
        reader.read()
    except expat.ExpatError as error:
        raise MalformedError("the SVG is not well-formed") from error
    return reader


def _gap(start: int, end: int) -> Part:
    return part(_PICTURE, Kind.PICTURE, (start, end))


def _kept(data: bytes, edits: Iterable[Edit]) -> Iterator[bytes]:
    at = 0
    for edit in sorted(edits, key=lambda one: (one.part.start, -one.part.end)):
        # What is cut out of a style that is written anew lies in it.
        if edit.part.start >= at:
            yield data[at : edit.part.start]
            yield edit.text
            at = edit.part.end
    yield data[at:]
