"""Text from hostile places, made safe to show."""

from __future__ import annotations

import re

_JOINERS = frozenset("\u200c\u200d")
"""What Persian, the scripts of India and others spell with; it moves nothing and hides nothing."""

_NOT_PLAIN = re.compile(r"[^\n -~]")


def printable(text: str, *, limit: int = 500) -> str:
    """The text with everything unprintable escaped, cut to at most `limit` characters.

    Control characters, escape sequences, lone surrogates and bidirectional overrides cannot reach a terminal,
    a JSON encoder or a reader's eye in disguise.
    """
    safe = "".join(c if _shown(c) else c.encode("unicode_escape").decode("ascii") for c in text[: limit + 1])
    return safe if len(safe) <= limit else safe[: limit - 1] + "…"


def printable_json(document: str) -> str:
    """A JSON document that means the same, in which everything unprintable in its strings is escaped as JSON does."""
    return _NOT_PLAIN.sub(lambda found: found[0] if _shown(found[0]) else _in_json(found[0]), document)


def has_words(text: str) -> bool:
    """True when there is a letter or a digit in it, so that there is something to compare."""
    return any(char.isalnum() for char in text)


def _shown(char: str) -> bool:
    return char.isprintable() or char in _JOINERS


def _in_json(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
