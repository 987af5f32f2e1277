"""Words found again in what a reader makes of them: a letter or two off, with spaces, dots and accents lost."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from imgpolicy.domain.words import seen

_LOOKS: Mapping[str, str] = {
    **dict(zip("0156892i|!åøäöüéèáó", "olsgbgzlllaoaoueeao", strict=True)),
    "æ": "ae",
    "ß": "ss",
}
"""What a character is compared as: those that look alike are one, and accents are left out."""

_WORD = re.compile(r"[^\W_]+")
MOST_WORDS = 8
"""Words of a row that are compared with one phrase."""
_LETTERS_OFF = ((16, 2), (8, 1))
"""From how many letters on how many may be off."""


class Stand(NamedTuple):
    """Where a phrase stands in a text, and by how many letters it is off."""

    phrase: str
    start: int
    end: int
    off: int


@lru_cache(maxsize=4096)
def looks(text: str) -> str:
    """The letters and digits of the text as they are compared: those that look alike are one character."""
    letters = (_LOOKS.get(char, char) for char in seen(text).casefold() if char.isalnum() or char in "|!")
    return "".join(letters).replace("rn", "m").replace("vv", "w")


def letters_off(phrase: str) -> int:
    """How many letters of a phrase a reader may have lost or mistaken: one from 8 letters on, two from 16 on."""
    length = len(looks(phrase))
    return next((off for least, off in _LETTERS_OFF if length >= least), 0)


class Run(NamedTuple):
    """Words that follow each other in a text, as they are compared: where they stand, and how many they are."""

    letters: str
    start: int
    end: int
    words: int


def runs(text: str, most: int) -> Iterator[Run]:
    """Every run of up to so many words of the text."""
    words = [(looks(found[0]), found.start(), found.end()) for found in _WORD.finditer(text)]
    for first, (_, start, _) in enumerate(words):
        letters = ""
        for number, (further, _, end) in enumerate(words[first : first + most], start=1):
            letters += further
            yield Run(letters, start, end, number)


class Windows:
    """The runs of up to eight words of a text, by how many letters they have."""

    def __init__(self, text: str) -> None:
        self._by_length: defaultdict[int, list[tuple[str, int, int]]] = defaultdict(list)
        for run in runs(text, MOST_WORDS):
            self._by_length[len(run.letters)].append((run.letters, run.start, run.end))

    def find(self, phrase: str) -> Iterator[Stand]:
        """Every place of the phrase, the spaces in it lost or found anywhere, as many letters off as it bears."""
        wanted, most = looks(phrase), letters_off(phrase)
        pieces = _pieces(wanted, most + 1)
        for length in range(len(wanted) - most, len(wanted) + most + 1):
            for run, start, end in self._by_length.get(length, ()):
                if run == wanted:
                    yield Stand(phrase, start, end, 0)
                elif most and any(piece in run for piece in pieces):
                    off = distance(run, wanted, most)
                    if off <= most:
                        yield Stand(phrase, start, end, off)


def stands(text: str, phrases: Iterable[str]) -> list[Stand]:
    """Where the phrases stand in the text, one a place: the one with the most letters that are right."""
    windows = Windows(text)
    found = [stand for phrase in phrases for stand in windows.find(phrase)]
    kept: list[Stand] = []
    for stand in sorted(found, key=lambda one: (2 * one.off - len(looks(one.phrase)), one.start)):
        if all(stand.end <= other.start or other.end <= stand.start for other in kept):
            kept.append(stand)
    return sorted(kept, key=lambda one: one.start)


def distance(first: str, second: str, most: int) -> int:
    """How many letters are put in, taken out or replaced to make one of the other; `most` + 1 where it is more."""
    if abs(len(first) - len(second)) > most:
        return most + 1
    row: Sequence[int] = range(len(second) + 1)
    for number, letter in enumerate(first, 1):
        following = [number]
        for column, other in enumerate(second, 1):
            same = row[column - 1] + (letter != other)
            following.append(min(same, row[column] + 1, following[-1] + 1))
        if min(following) > most:
            return most + 1
        row = following
    return row[-1]


def _pieces(word: str, count: int) -> tuple[str, ...]:
    """The word in so many pieces: one of them is whole in whatever is fewer letters off."""
    size = -(-len(word) // count)
    return tuple(word[at : at + size] for at in range(0, len(word), size))
