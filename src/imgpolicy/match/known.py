"""What the register knows, as the walk sees it: in memory, ready to be matched."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from imgpolicy.domain.consent import Consent
from imgpolicy.domain.dismissal import Dismissal
from imgpolicy.domain.licence import Licence
from imgpolicy.domain.work import KnownLogo
from imgpolicy.engines.calibration import Calibration
from imgpolicy.facts import Unknown
from imgpolicy.index.gallery import Gallery
from imgpolicy.match.works import WorkIndex, no_works


def _no_licences(_work: str) -> Sequence[Licence]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the register knows: face vectors, works, dismissals, and ways to ask of a person or a work.

    `calibration` is the engine's, for the vectors of the gallery. `consents_of` gives a person's consents, `is_child`
    whether they are a child on a day; `logos` are those with artwork that can be looked for, `dismissals` those that
    hold, and `unknowns` is what the register holds and cannot be matched.
    """

    gallery: Gallery
    calibration: Calibration
    consents_of: Callable[[str], Sequence[Consent]]
    is_child: Callable[[str, dt.date], bool]
    works: WorkIndex = field(default_factory=no_works)
    logos: tuple[KnownLogo, ...] = ()
    licences_of: Callable[[str], Sequence[Licence]] = _no_licences
    dismissals: Sequence[Dismissal] = ()
    unknowns: tuple[Unknown, ...] = ()

    @cached_property
    def enrolled(self) -> int:
        """How many people the gallery holds."""
        return len(set(self.gallery.owners))
