"""Names that are known beforehand, found in what was read: the full name, a letter or two off.

A given name alone is nobody's, and a name of few letters stands as it is written, in two words.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from imgpolicy.recognise.rows import Page, Piece
from imgpolicy.recognise.words import Run, distance, letters_off, looks, runs

_MOST_WORDS = 4
_FEW_WORDS = 3
"""Words of a row up to which a name may go on in the row below, as on a badge."""
_LEAST_LETTERS = 6
_SHORT = 8
"""Letters of a name up to which a single word, such as a place, is none."""


class Named(NamedTuple):
    """Somebody whose name stands on a page, and where."""

    person: str
    pieces: tuple[Piece, ...]


class NameIndex:
    """Full names by which people are found in words; they stay in memory, and no `repr` shows them."""

    def __init__(self, names: Iterable[tuple[str, str]] = ()) -> None:
        self._people: defaultdict[str, set[str]] = defaultdict(set)
        self._fronts: defaultdict[str, set[str]] = defaultdict(set)
        self._backs: defaultdict[str, set[str]] = defaultdict(set)
        known = hashlib.sha256()
        for person, name in sorted(names):
            known.update(f"{person}\0{name}\n".encode())
            for form in _forms(name):
                self._people[form].add(person)
                if letters_off(form):
                    half = len(form) // 2
                    self._fronts[form[:half]].add(form)
                    self._backs[form[-half:]].add(form)

        self.digest = known.digest()
        """SHA-256 of whose names these are, and the names."""

    def __bool__(self) -> bool:
        return bool(self._people)

    def find(self, page: Page) -> Iterator[Named]:
        """Everybody whose name stands in a row of the page, or in two below each other."""
        for number, row in enumerate(page.rows):
            for run in runs(row.words, _MOST_WORDS):
                for person in self._who(run):
                    yield Named(person, (Piece(number, run.start, run.end),))
            for below in page.below[number][:1]:
                yield from self._across(page, number, below)

    def _across(self, page: Page, first: int, second: int) -> Iterator[Named]:
        above, below = page.rows[first].words, page.rows[second].words
        if max(len(above.split()), len(below.split())) > _FEW_WORDS:
            return
        joint = len(above)
        for run in runs(f"{above} {below}", _MOST_WORDS):
            if run.start < joint < run.end:
                for person in self._who(run):
                    yield Named(person, (Piece(first, run.start, joint), Piece(second, 0, run.end - joint - 1)))

    def _who(self, run: Run) -> set[str]:
        """Those whose name the run is, or may be."""
        letters = run.letters
        if len(letters) < _LEAST_LETTERS - 1 or (run.words == 1 and len(letters) < _SHORT):
            return set()
        found = {*self._people.get(letters, ())}
        near = {
            form
            for half in range(4, len(letters) // 2 + 2)
            for form in (*self._fronts.get(letters[:half], ()), *self._backs.get(letters[-half:], ()))
        }
        for form in near:
            most = letters_off(form)
            if distance(letters, form, most) <= most:
                found |= self._people[form]
        return found


def _forms(name: str) -> Iterator[str]:
    """The ways in which the name is written: whole, without what stands between, and the surname first."""
    parts = [letters for word in name.split() if (letters := looks(word))]
    if len(parts) < 2:
        return
    for form in {"".join(parts), parts[0] + parts[-1], parts[-1] + parts[0], parts[-1] + "".join(parts[:-1])}:
        if len(form) >= _LEAST_LETTERS:
            yield form
