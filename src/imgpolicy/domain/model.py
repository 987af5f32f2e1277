"""A model that looked at a picture, as reports name it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model that was used: its name, the SHA-256 of its file, and the threshold its scores were held to."""

    name: str
    sha256: str
    threshold: float | None = None
