"""The registered logos, looked for as parts of a picture.

Here is only what a match is; `search` looks at pixels, and nothing but the checker starts it.
"""

from __future__ import annotations

from dataclasses import dataclass

from imgpolicy.domain.geometry import Box
from imgpolicy.domain.work import WorkKind


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoMatch:
    """A registered logo that is seen in the picture, and where.

    `score` is the evidence, in logits (docs/decisions/0014-logos.md); `certain` says that it is high enough to be the
    logo and not only possibly.
    """

    work: str
    kind: WorkKind
    title: str
    owner: str | None
    box: Box
    score: float
    certain: bool
