"""What the register knows, as the walk sees it: in memory, ready to be matched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from imgpolicy.facts import Scene
from imgpolicy.match.logos import LogoMatch
from imgpolicy.register.consent import Consent
from imgpolicy.register.faces import Gallery
from imgpolicy.register.works import Work


def _none(_: Scene) -> Iterable[LogoMatch]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the register knows: face vectors, works, and ways to ask for a person's consents and for logos.

    `threshold` and `margin` are the engine's, for a gallery of this size.
    """

    gallery: Gallery
    threshold: float
    margin: float
    consents_of: Callable[[str], Sequence[Consent]]
    works: Sequence[Work] = ()
    logos_in: Callable[[Scene], Iterable[LogoMatch]] = _none
