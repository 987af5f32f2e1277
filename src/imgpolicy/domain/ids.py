"""The short names by which people, consents and works are called."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Collection
from itertools import count

from imgpolicy.errors import RegisterError
from imgpolicy.phrase import phrase

_LONGEST = 64
_ID = re.compile(rf"[A-Za-z0-9_][A-Za-z0-9._-]{{0,{_LONGEST - 1}}}")


def new_id(kind: str) -> str:
    """A new random id: the kind's letter, a hyphen, and 12 hex digits."""
    return f"{kind}-{secrets.token_hex(6)}"


def is_id(text: str) -> bool:
    """Whether `text` can be an id, as `check_id` says."""
    return _ID.fullmatch(text) is not None


def check_id(text: str) -> str:
    """`text` itself, when it can be an id: 1 to 64 ASCII letters, digits, dots, hyphens and underscores.

    The first is no dot or hyphen, which a command line would take for an option or a folder.

    Raises RegisterError for anything else.
    """
    if not is_id(text):
        raise RegisterError(
            phrase(
                "{text} cannot be an id: use 1 to {most} letters, digits, '_', and within '.' and '-'",
                text=repr(text[:80]),
                most=_LONGEST,
            )
        )
    return text


def id_from_title(title: str, taken: Collection[str]) -> str:
    """A readable id for `title` that is not in `taken`: its stem, numbered where needed."""
    stem = id_stem(title)
    numbered = (f"{stem}-{number}" for number in count(2))
    return stem if stem not in taken else next(name for name in numbered if name not in taken)


def id_stem(title: str) -> str:
    """What the ids made from this title begin with: its ASCII letters and digits, with room left for a number."""
    plain = unicodedata.normalize("NFKD", title[:1000]).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: _LONGEST - 8].rstrip("-") or "work"
