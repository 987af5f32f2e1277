"""What the register knows, as the walk sees it: in memory, ready to be matched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from imgpolicy.match.logos import Logo
from imgpolicy.register.consent import Consent
from imgpolicy.register.faces import Gallery
from imgpolicy.register.works import Work


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the register knows: face vectors, works, and a way to ask for a person's consents.

    `threshold` and `margin` are the engine's, for a gallery of this size.
    """

    gallery: Gallery
    threshold: float
    margin: float
    consents_of: Callable[[str], Sequence[Consent]]
    works: Sequence[Work] = ()
    logos: Sequence[Logo] = ()
