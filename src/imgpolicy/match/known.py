"""What the register knows, as the walk sees it: in memory, ready to be matched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from imgpolicy.engines.calibration import Calibration
from imgpolicy.facts import Unknown
from imgpolicy.register.consent import Consent
from imgpolicy.register.faces import Gallery
from imgpolicy.register.licence import Licence
from imgpolicy.register.works import Work


def _no_licences(_work: str) -> Sequence[Licence]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the register knows: face vectors, works, and ways to ask for a person's consents and a work's licences.

    `calibration` is that of the gallery's engine; `unknowns` is what the register holds and cannot be matched.
    """

    gallery: Gallery
    calibration: Calibration
    consents_of: Callable[[str], Sequence[Consent]]
    works: Sequence[Work] = ()
    unknowns: tuple[Unknown, ...] = ()
    licences_of: Callable[[str], Sequence[Licence]] = _no_licences

    @cached_property
    def enrolled(self) -> int:
        """How many people the gallery holds."""
        return len(set(self.gallery.owners))
