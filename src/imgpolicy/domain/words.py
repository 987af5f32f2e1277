"""Words and texts compared as people read them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_INVISIBLE = "Cf"
"""Unicode's category of format characters: joiners, soft hyphens, marks of direction."""


def folded(text: str) -> str:
    """The text as it is compared: without case, invisible characters and forms of letters; every gap is one space.

    That is compatibility form NFKC before and after case folding (Unicode Standard, sections 3.11 and 3.13). Letters
    of another script that look alike stay different.
    """
    return " ".join(unicodedata.normalize("NFKC", seen(text).casefold()).split())


def seen(text: str) -> str:
    """The text as it is seen: in form NFKC, without invisible characters."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != _INVISIBLE)


def holds(text: str, phrases: Iterable[str]) -> bool:
    """True when one of the phrases stands in the text as whole words, compared as `folded` says.

    The s of a genitive may follow: “Libraries” does not hold “Library”, and “Library's” and “Librarys” do.
    """
    said = folded(text)
    return any(re.search(rf"(?<!\w){re.escape(folded(phrase))}(?:['\u2019]?s)?(?!\w)", said) for phrase in phrases)
