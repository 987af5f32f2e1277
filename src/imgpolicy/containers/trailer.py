"""What lies behind the end of a picture: further pictures, films, makers' trailers, leftovers of a longer file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from imgpolicy.containers.blocks import afcp
from imgpolicy.containers.blocks.opaque import film_at, leftover, read_film
from imgpolicy.containers.limits import MAX_EMBEDDED, MAX_MISTAKEN
from imgpolicy.containers.parts import MalformedError, Part, Reading, block
from imgpolicy.domain.trace import Kind, Trace

WalkPicture = Callable[[bytes, int, str], tuple[list[Part], int]]

_BEGINNING = re.compile(rb"\xff\xd8\xff[\xc0-\xfe]|\0[\0-\xff]{3}ftyp[ -~]{4}")
_MAKERS = {
    b"SEFT": "samsung",
    b"AXS!": "afcp",
    b"AXS*": "afcp",
    b"cbipcbbl": "photo-mechanic",
    b"\xa1\xb2\xc3\xd4": "canon-vrd",
}


def parse_trailer(data: bytes, start: int, name: str, parse_picture: WalkPicture) -> Iterator[Part]:
    """The parts from `start` to the end of the file: every JPEG and film that is found whole, and what is between."""
    at = start
    for first, last, parts in _embedded(data, start, name, parse_picture):
        if first > at:
            yield _leftover(data, at, first, name)
        yield from parts
        at = last
    if at < len(data):
        yield _leftover(data, at, len(data), name)


def _embedded(
    data: bytes, start: int, name: str, parse_picture: WalkPicture
) -> Iterator[tuple[int, int, tuple[Part, ...]]]:
    at, mistaken = start, 0
    for _ in range(MAX_EMBEDDED):
        mark = _BEGINNING.search(data, at)
        if mark is None or mistaken > MAX_MISTAKEN:
            return
        first = mark.start()
        film = film_at(data, first)
        if film:
            last = film[1]
            reading = read_film(data, f"{name}/film", 0, (first, last))
            yield first, last, (block(f"{name}/film", (first, last), (first, last), reading),)
        else:
            parts = _picture(data, first, name, parse_picture)
            last = parts[-1].end if parts else first + 1
            mistaken += not parts
            if parts:
                yield first, last, parts
        at = last


def _picture(data: bytes, first: int, name: str, parse_picture: WalkPicture) -> tuple[Part, ...]:
    """The parts of the JPEG that begins here, none when it is not a whole one; it is not the picture of the file."""
    path = f"{name}/jpeg"
    try:
        parts, end = parse_picture(data, first, path)
    except MalformedError:
        return ()
    if not any(one.kind is Kind.PICTURE for one in parts):
        return ()
    trace = Trace(path=path, kind=Kind.EMBEDDED, offset=first, value=f"a picture of {end - first:,} bytes")
    head = block(path, (first, parts[0].end), (first, parts[0].end), Reading(traces=(trace,)))
    return head, *(_of_another(one) for one in parts[1:])


def _of_another(one: Part) -> Part:
    return replace(one, reading=replace(one.reading, orientation=None, icc=None, exif=None))


def _leftover(data: bytes, start: int, end: int, name: str) -> Part:
    content = data[start:end]
    maker = next((maker for mark, maker in _MAKERS.items() if mark in content[-64:]), None)
    path = f"{name}/{maker}" if maker else name
    if maker == "afcp":
        return block(path, (start, end), (start, end), afcp.read(content, path, start))
    return leftover(data, start, end, path)
