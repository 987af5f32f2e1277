"""Treat: the ways out that change a file, one after the other, each on the bytes that the one before gave.

bytes ─► redact ─► crop ─► strip, with the credit line ─► bytes
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from imgpolicy import formats
from imgpolicy.containers.parts import MalformedError
from imgpolicy.domain.geometry import Box
from imgpolicy.domain.terms import Manner, StripMode
from imgpolicy.domain.trace import KIND_WORDS
from imgpolicy.errors import RemedyError
from imgpolicy.phrase import message_of, phrase
from imgpolicy.remedies.redact import Region, crop, redact
from imgpolicy.remedies.strip import missing, strip


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """What is to be done to one file. Boxes are in pixels of the upright picture, before anything is done.

    `regions` are covered in this `manner`; `keeps` is the part that a crop keeps; `stripped` takes the metadata out,
    and `credit` is a line that the file states afterwards, which takes the metadata out too.
    """

    regions: tuple[Region, ...] = ()
    manner: Manner = Manner.SOLID
    keeps: Box | None = None
    stripped: bool = False
    credit: str | None = None

    def __bool__(self) -> bool:
        """False when there is nothing to do."""
        return bool(self.regions or self.keeps or self.stripped or self.credit)


@dataclass(frozen=True, kw_only=True)
class Treated:
    """The new bytes, and what was changed, in a phrase each.

    `covered` has the frame and the box of each place that was covered, in pixels of the upright picture before a crop.
    """

    data: bytes = field(repr=False)
    changes: tuple[str, ...]
    covered: tuple[tuple[int, Box], ...] = ()


def treat(data: bytes, treatment: Treatment) -> Treated:
    """The file as the treatment asks for; RemedyError in one line when it cannot be written so."""
    new, changes, covered = data, list[str](), tuple[tuple[int, Box], ...]()
    if treatment.regions:
        redacted = redact(new, treatment.regions, manner=treatment.manner)
        new, covered = redacted.data, redacted.covered
        places = len({region.box for region in treatment.regions})
        changes.append(phrase("places covered: {count}", count=places))
    if treatment.keeps is not None:
        cropped = crop(new, treatment.keeps)
        new, (left, top, right, bottom) = cropped.data, cropped.box
        changes.append(phrase("cropped to {width} x {height} pixels", width=right - left, height=bottom - top))
    # What was covered or cropped is stripped and proved already.
    if treatment.credit is not None or (treatment.stripped and new is data):
        new = strip(new, mode=StripMode.ALL, credit=treatment.credit).data
    changes += _removed(data, new)
    if treatment.credit is not None:
        changes.append(phrase("credit line written: {line}", line=treatment.credit))
    return Treated(data=new, changes=tuple(changes), covered=covered)


def _removed(old: bytes, new: bytes) -> Iterator[str]:
    """How much of which kind the old file tells and the new one does not."""
    try:
        gone = missing(formats.parse(old).traces, formats.parse(new).traces)
    except MalformedError as error:
        raise RemedyError(phrase("cannot be cleaned: {error}", error=message_of(error))) from error
    for kind, count in sorted(Counter(trace.kind for trace in gone).items()):
        yield phrase("{count} removed: {kind}", count=count, kind=KIND_WORDS[kind])
