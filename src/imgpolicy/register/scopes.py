"""Scopes of consents and licences as they are sealed: a dimension and a word each, excluded ones with `not ` before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from imgpolicy.domain.scope import NOTHING_LISTED, SCOPE_FIELDS, Scope

Pairs = tuple[tuple[str, str], ...]
"""Dimension and word, of each word."""

_NOT = "not "
"""Before the dimension of what is excluded."""


def scope_pairs(scope: Scope, excluded: Scope) -> Pairs:
    """Dimension and value of each word."""
    return tuple(_pairs(scope, excluded))


def scopes_of(pairs: Pairs) -> tuple[Scope, Scope]:
    """What one record covers and what it excludes."""
    words: defaultdict[str, set[str]] = defaultdict(set)
    for dimension, word in pairs:
        words[dimension].add(word)
    return _scope("", words), _scope(_NOT, words)


def _pairs(scope: Scope, excluded: Scope) -> Iterator[tuple[str, str]]:
    for prefix, listed in (("", scope), (_NOT, excluded)):
        for dimension, values in listed.items():
            yield from ((f"{prefix}{dimension}", value) for value in sorted(values))


def _scope(prefix: str, words: dict[str, set[str]]) -> Scope:
    if not words:
        return NOTHING_LISTED
    limits = {name: words.get(f"{prefix}{dimension}", ()) for dimension, name in SCOPE_FIELDS.items()}
    return Scope(**{name: frozenset(listed) for name, listed in limits.items()})
