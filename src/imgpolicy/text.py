"""Text from hostile places, made safe to show."""

from __future__ import annotations


def printable(text: str, *, limit: int = 500) -> str:
    """The text with everything unprintable escaped, cut to at most `limit` characters.

    Control characters, escape sequences, lone surrogates and bidirectional overrides cannot reach a terminal,
    a JSON encoder or a reader's eye in disguise.
    """
    safe = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text[: limit + 1])
    return safe if len(safe) <= limit else safe[: limit - 1] + "…"


def has_words(text: str) -> bool:
    """True when there is a letter or a digit in it, so that there is something to compare."""
    return any(char.isalnum() for char in text)
