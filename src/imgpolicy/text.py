"""Text from hostile places: made safe to show, and compared as people read it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_INVISIBLE = "Cf"
"""Unicode's category of format characters: joiners, soft hyphens, marks of direction."""


def printable(text: str, *, limit: int = 500) -> str:
    """The text with everything unprintable escaped, cut to at most `limit` characters.

    Control characters, escape sequences, lone surrogates and bidirectional overrides cannot reach a terminal,
    a JSON encoder or a reader's eye in disguise.
    """
    safe = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text[: limit + 1])
    return safe if len(safe) <= limit else safe[: limit - 1] + "…"


def folded(text: str) -> str:
    """The text as it is compared: without case, invisible characters and forms of letters; every gap is one space.

    That is compatibility form NFKC before and after case folding (Unicode Standard, sections 3.11 and 3.13). Letters
    of another script that look alike stay different.
    """
    seen = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != _INVISIBLE)
    return " ".join(unicodedata.normalize("NFKC", seen.casefold()).split())


def holds(text: str, phrases: Iterable[str]) -> bool:
    """True when one of the phrases stands in the text as whole words, compared as `folded` says.

    The s of a genitive may follow: “Libraries” does not hold “Library”, and “Library's” and “Librarys” do.
    """
    said = folded(text)
    return any(re.search(rf"(?<!\w){re.escape(folded(phrase))}(?:['\u2019]?s)?(?!\w)", said) for phrase in phrases)


def has_words(text: str) -> bool:
    """True when there is a letter or a digit in it, so that there is something to compare."""
    return any(char.isalnum() for char in text)
