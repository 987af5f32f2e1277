"""A file with its location overwritten in place: no byte moves, so every offset that the file holds stays true."""

from __future__ import annotations

from collections.abc import Callable

from imgpolicy.containers.blocks import icc
from imgpolicy.containers.parts import LOCATION, Credit, ParsedFile, Part, Wanted, of_profile
from imgpolicy.domain.terms import StripMode
from imgpolicy.domain.trace import Kind

Emptied = Callable[[Part], bytes]
"""What to put in place of a part's content, as many bytes: a part that cannot be freed of its location otherwise."""

_GOES = LOCATION | {Kind.UNKNOWN}


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
    """Whether a part tells a location, or something unknown, that no patch takes out of it.

    What decides colour stays, unless it tells a location: a picture without its profile looks another.
    """
    reading = part.reading
    if part.kind is Kind.COLOUR:
        return reading.tells_location and not (reading.patches or reading.doubts or reading.opaque)
    if reading.doubts or reading.opaque:
        return True
    kinds = {trace.kind for trace in reading.traces if trace.kind is not Kind.UNKNOWN or not of_profile(trace)}
    told = kinds or ({part.kind} if not reading.traces else set())
    return bool(told & _GOES) and not reading.patches


def wanted_of(parsed: ParsedFile, mode: StripMode, credits_: tuple[Credit, ...]) -> Wanted:
    """What stays of the file besides the picture, with these credits; MalformedError when its profile is none."""
    return Wanted(
        mode=mode,
        orientation=parsed.orientation if parsed.orientation != 1 else None,
        icc=icc.cleaned(parsed.reading.icc) if parsed.reading.icc is not None else None,
        credits=credits_,
    )


def lost_credits(parsed: ParsedFile, wanted: Wanted) -> tuple[Credit, ...]:
    """The statements of rights that only parts make that must be emptied.

    None where a packet of XMP stays: readers look at one, and there would be two.
    """
    gone = {place for place, one in enumerate(parsed.parts) if must_be_emptied(one)}
    stay = [one for place, one in enumerate(parsed.parts) if place not in gone]
    if any(one.path.endswith("xmp") for one in stay):
        return ()
    stated = {credit for one in stay for credit in one.reading.credits}
    return tuple(credit for credit in wanted.credits if credit not in stated)


def zeroed(part: Part) -> bytes:
    """As many zero bytes as the part's content has."""
    return bytes(part.content[1] - part.content[0])
