"""A file with its location overwritten in place: no byte moves, so every offset that the file holds stays true."""

from __future__ import annotations

from collections.abc import Callable

from imgpolicy.containers.parts import ParsedFile, Part
from imgpolicy.domain.trace import Kind

Emptied = Callable[[Part], bytes]
"""What to put in place of a part's content, as many bytes: a part that cannot be freed of its location otherwise."""


def edited(data: bytes, parsed: ParsedFile, emptied: Emptied) -> bytes:
    """The file without location: patched where its place is known, emptied where it is not."""
    written = bytearray(data)
    for part in parsed.parts:
        if must_be_emptied(part):
            written[slice(*part.content)] = emptied(part)
        elif part.reading.patches:
            written[slice(*part.content)] = patched(data, part)
    return bytes(written)


def patched(data: bytes, part: Part) -> bytes:
    """The part's content with its patches applied."""
    start, end = part.content
    content = bytearray(data[start:end])
    for patch in part.reading.patches:
        at = patch.offset - start
        if at >= 0 and at + len(patch.data) <= len(content):
            content[at : at + len(patch.data)] = patch.data
    return bytes(content)


def must_be_emptied(part: Part) -> bool:
    """Whether a part tells a location, or something unknown, that no patch takes out of it."""
    if part.reading.doubts or part.reading.opaque:
        return part.kind is not Kind.COLOUR
    return (part.kind is Kind.UNKNOWN or part.reading.tells_location) and not part.reading.patches


def zeroed(part: Part) -> bytes:
    """As many zero bytes as the part's content has."""
    return bytes(part.content[1] - part.content[0])
