"""How single values are written, and a whole document: text that is safe to show, numbers that JSON has."""

from __future__ import annotations

import math

import msgspec

from imgpolicy.phrase import Phrase
from imgpolicy.text import printable, printable_json

LONGEST = 100_000
"""Characters of one text."""


def as_json(document: object) -> str:
    """The document as JSON that people can read too, ending in a line break."""
    return printable_json(msgspec.json.format(msgspec.json.encode(document, enc_hook=plain), indent=2).decode()) + "\n"


def as_line(document: object) -> bytes:
    """The document as JSON without any space: the same for two that say the same in the same order."""
    return msgspec.json.format(msgspec.json.encode(document, enc_hook=plain), indent=-1)


def plain(value: object) -> str:
    """A phrase as the English text that it is, for msgspec, which knows plain text alone; TypeError for all else."""
    if isinstance(value, Phrase):
        return str(value)
    raise TypeError(type(value).__name__)


def rounded(value: float | None) -> float | None:
    """Four decimals; None for what JSON has no number for."""
    return None if value is None or not math.isfinite(value) else round(value, 4)


def safe_text(text: str) -> str:
    """The text with everything unprintable escaped."""
    return printable(text, limit=LONGEST)


def safe_optional(text: str | None) -> str | None:
    """The same, where there may be none."""
    return None if text is None else safe_text(text)


def safe_lines(text: str) -> str:
    """The same for a text of several lines, whose line breaks stay."""
    return "\n".join(safe_text(line) for line in text.split("\n"))
