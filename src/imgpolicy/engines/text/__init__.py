"""Readers of text: each finds the lines of text that a picture shows, and reads them.

The extractor of texts asks a reader; what a line means is for imgpolicy.recognise and the rules to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from imgpolicy.domain.model import Model
from imgpolicy.facts import Text, Unknown
from imgpolicy.picture import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The lines that were read, from the top down, and what of the picture could not be read."""

    lines: tuple[Text, ...]
    unknowns: tuple[Unknown, ...] = ()


@runtime_checkable
class TextReader(Protocol):
    """One way to read what a picture shows.

    `reader_id` changes when the same picture may give other lines. `models` are the model files, none where there are
    none.
    """

    @property
    def reader_id(self) -> str:
        """What its lines are told from others by."""
        ...

    @property
    def models(self) -> tuple[Model, ...]:
        """The model files."""
        ...

    def read(self, picture: Picture) -> Reading:
        """What one frame shows, in pixels of the upright picture at full scale; ExtractError when it cannot look."""
        ...
