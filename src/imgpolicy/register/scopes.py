"""Scopes of consents and licences as rows: a dimension and a word each, and whether it is covered or excluded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from imgpolicy.domain.scope import NOTHING_LISTED, SCOPE_FIELDS, Scope

Words = dict[str, set[str]]
"""The words of one record by dimension."""

_NOT = "not "
"""Before the dimension of what is excluded."""


def scope_pairs(scope: Scope, excluded: Scope) -> Iterator[tuple[str, str]]:
    """Dimension and value of each word."""
    for prefix, listed in (("", scope), (_NOT, excluded)):
        for dimension, values in listed.items():
            yield from ((f"{prefix}{dimension}", value) for value in sorted(values))


def words_by_record(rows: Iterable[tuple[str, str, str]]) -> defaultdict[str, Words]:
    """The words of each record, from rows of record, dimension and value."""
    words: defaultdict[str, Words] = defaultdict(dict)
    for record, dimension, value in rows:
        words[record].setdefault(dimension, set()).add(value)
    return words


def scopes_of(words: Words) -> tuple[Scope, Scope]:
    """What one record covers and what it excludes."""
    return _scope("", words), _scope(_NOT, words)


def _scope(prefix: str, words: Words) -> Scope:
    if not words:
        return NOTHING_LISTED
    limits = {name: words.get(f"{prefix}{dimension}", ()) for dimension, name in SCOPE_FIELDS.items()}
    return Scope(**{name: frozenset(listed) for name, listed in limits.items()})
