"""What the register knows, as the walk sees it: in memory, ready to be matched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from imgpolicy.match.works import WorkIndex, no_works
from imgpolicy.register.consent import Consent
from imgpolicy.register.faces import Gallery
from imgpolicy.register.licence import Licence


def _no_licences(_work: str) -> Sequence[Licence]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the register knows: face vectors, works, and ways to ask for a person's consents and a work's licences.

    `threshold` and `margin` are the engine's, for a gallery of this size.
    """

    gallery: Gallery
    threshold: float
    margin: float
    consents_of: Callable[[str], Sequence[Consent]]
    works: WorkIndex = field(default_factory=no_works)
    licences_of: Callable[[str], Sequence[Licence]] = _no_licences
