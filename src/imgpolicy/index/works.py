"""What the works of a register are recognised by, as one thing however they were read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from imgpolicy.facts import Unknown
from imgpolicy.index.fingerprints import FingerprintIndex
from imgpolicy.phrase import phrase


@dataclass(frozen=True, kw_only=True, eq=False)
class WorkIndex:
    """What all works are recognised by, in one part or several.

    What is found is the same however the works are parted.
    """

    parts: tuple[FingerprintIndex, ...] = ()

    @cached_property
    def in_parts(self) -> bool:
        """True when parts of some work can be recognised."""
        return any(len(part.pictured) for part in self.parts)

    def pictured(self, number: int) -> str:
        """The id of the work that is on the picture of this number, as `find_copies` counts them."""
        for part in self.parts:
            if number < len(part.pictured):
                return part.work(part.pictured[number])
            number -= len(part.pictured)
        raise IndexError(number)

    def unknowns(self) -> Iterator[Unknown]:
        """What of the works can not be looked for."""
        outdated = sum(part.outdated for part in self.parts)
        if outdated:
            reason = phrase(
                "{count} picture(s) of works have features of another version; add them again", count=outdated
            )
            yield Unknown(what=phrase("parts of works"), reason=reason)
        whole_only = sum(part.whole_only for part in self.parts)
        if whole_only:
            reason = phrase(
                "{count} picture(s) of works are known by hashes only, and recognised as a whole", count=whole_only
            )
            yield Unknown(what=phrase("parts of works known by hashes"), reason=reason, lifts=False)
