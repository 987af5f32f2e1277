"""Whether a caption mentions a name or a topic, however its words are joined, spelled and inflected.

Captions run words together in hashtags, join them with hyphens, underscores and emoji, leave accents out, write aa for
å, and inflect the last word. A caption is read as parts, words and what capitals make of a hashtag, with what stands
between them; a phrase is looked for in that with its words apart or joined.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from imgpolicy.domain.words import holds, seen

_APART, _SENTENCE, _CAPITAL = " ", "\n", "^"
"""What stands between two parts as they are compared: anything that words are joined with, the end of a sentence or
clause, or a capital in a hashtag, which need not begin a word of the phrase."""

_APOSTROPHES = "'\u2019\u2018\u02bc\u00b4`"
_ENDS = re.compile(r"[.,;:!?\u2026][\"')\]\u2019\u201d\u00bb]*\s|[\u3001\u3002]")
_WITHIN = re.compile(r"(?<=[^\W\d_])[" + _APOSTROPHES + r"](?=[^\W\d_])")
_RUN = re.compile(r"(?P<tag>[#@]?)(?P<words>\w+)")
_PLAIN = re.compile(r"[\w\s#@\u2010-\u2015\u2212-]+")
"""A phrase that is words alone: of C++ or H&M the words say too little."""

_DANISH_LETTERS = str.maketrans({"å": "aa", "æ": "ae", "ø": "oe"})
_MARKS = re.compile(r"[\u0300-\u036f]")
_SHORTEST_JOINED = 5
"""Letters of a phrase from which on its words may be run together: “to do” is not “todo”."""
_SHORTEST_BASE = 4
"""Letters that are left of a word whose English ending is taken off."""
_NO_PLURAL = frozenset({"news", "bus", "gas"})
_SHORTEST_DOUBLED = 3
"""Letters of a word whose last one an ending doubles: AL makes no “alle”."""
_LONG = 6
"""Letters of a word from which on a Danish ending seldom makes another English word of it."""

# Endings of nouns: English plural and genitive; Danish definite, plural, and both, behind any of which an s may stand.
_PLURALS = ("erne", "ene")
_ALIKE = ("en", "et", "er", "e")
"""Danish endings that make other words of English ones: planet, poster, wooden, plane."""
_AFTER_E = ("n", "t", "r", "rne", "ne")
_ENGLISH = frozenset(
    {
        *("a", "and", "are", "as", "be", "by", "from", "here", "if", "in", "is", "it", "my", "new"),
        *("not", "of", "on", "or", "our", "that", "the", "this", "to", "we", "with", "you", "your"),
    }
)
_DANISH = frozenset(
    {
        *("af", "den", "det", "der", "du", "efter", "en", "er", "et", "fra", "har", "hos", "ikke", "jeg"),
        *("kan", "med", "ny", "nye", "nu", "og", "om", "os", "paa", "skal", "som", "til", "ved", "vi"),
        *("vil", "vores"),
    }
)
_DANISH_SIGNS = frozenset("æøå")


def mentions(caption: str, phrases: Iterable[str]) -> bool:
    """True when the caption holds one of the phrases, its words joined in any way and the last one inflected.

    That is English plural and genitive, and Danish plural, definite and genitive; accents are no matter, and å, æ and ø
    are aa, ae and oe. Of a phrase with other signs than letters in it, as “C++”, only what `holds` says counts.
    """
    read = _read(caption)
    shortest = _shortest(read, caption)
    return any(
        holds(caption, [phrase]) or _stands(read, phrase, partial(_forms, shortest=shortest)) for phrase in phrases
    )


def says(caption: str, phrases: Iterable[str]) -> bool:
    """True when the caption holds one of the phrases, its words joined in any way, with no ending but a genitive s.

    It is asked where a match is a reason to let something pass.
    """
    read = _read(caption)
    return any(holds(caption, [phrase]) or _stands(read, phrase, _genitive) for phrase in phrases)


def _stands(read: str, phrase: str, forms: Callable[[str, int], set[str]]) -> bool:
    text = _WITHIN.sub("", seen(phrase))
    words = [_folded(word) for word in re.findall(r"[^\W_]+", text)]
    if not words or not _PLAIN.fullmatch(text):
        return False
    between = f"[{_APART}\\{_CAPITAL}]" + ("?" if sum(map(len, words)) >= _SHORTEST_JOINED else "")
    last = "|".join(_spelled(form) for form in sorted(forms(words[-1], len(words))))
    sought = between.join([*(_spelled(word) for word in words[:-1]), f"(?:{last})"])
    edge = f"{_APART}{_SENTENCE}\\{_CAPITAL}"
    return re.search(rf"(?<![^{edge}]){sought}(?![^{edge}])", read) is not None


def _spelled(word: str) -> str:
    """A pattern for the word, within which a hashtag may have capitals."""
    return rf"\{_CAPITAL}?".join(map(re.escape, word))


def _read(caption: str) -> str:
    """The caption's parts as they are compared, with what stands between them."""
    text = _WITHIN.sub("", seen(caption))
    parts: list[str] = []
    end = 0
    for found in _RUN.finditer(text):
        parts.append(_SENTENCE if _ENDS.search(text[end : found.start()]) else _APART)
        words = [word for word in found["words"].split("_") if word]
        split = _split if found["tag"] else _at_numbers
        parts.append(_APART.join(_CAPITAL.join(map(_folded, split(word))) for word in words))
        end = found.end()
    return "".join(parts)


def _at_numbers(run: str) -> list[str]:
    """The parts of a word outside of hashtags: what numbers are glued to, unless it is as short as a unit (10KB)."""
    parts: list[str] = re.findall(r"\d+|\D+", run)
    return parts if max(map(len, parts)) >= _SHORTEST_JOINED else [run]


def _split(run: str) -> Iterator[str]:
    """The parts of a hashtag: a capital begins one, the last of several capitals too, and so does a number."""
    start = 0
    for at in range(1, len(run)):
        before, here, after = run[at - 1], run[at], run[at + 1 : at + 2]
        begins = here.isupper() and (not before.isupper() or after.islower())
        if begins or before.isdigit() != here.isdigit():
            yield run[start:at]
            start = at
    yield run[start:]


def _folded(word: str) -> str:
    """The word without case and accents, with Danish letters as they are written where a keyboard lacks them."""
    plain = unicodedata.normalize("NFKC", word.casefold()).translate(_DANISH_LETTERS)
    return _MARKS.sub("", unicodedata.normalize("NFKD", plain))


def _genitive(word: str, _words: int) -> set[str]:
    return {word, f"{word}s"}


def _forms(word: str, words: int, *, shortest: int) -> set[str]:
    """The word, the last of so many, in all that its endings make of it, and of what it is without one.

    Danish endings that make other English words are for words of at least `shortest` letters.
    """
    danish = len(word) >= shortest
    bases = {word, *_without_ending(word, danish=danish)}
    if words > 1 and word not in _NO_PLURAL:
        # The words before it say that it is meant: loan fees, loan fee.
        bases.add(word.removesuffix("s"))
    forms = {form for base in bases for form in _inflected(base, danish=danish)}
    return forms | {f"{form}s" for form in forms if not form.endswith("s")} | {f"{word}s"}


def _inflected(base: str, *, danish: bool) -> Iterator[str]:
    yield base
    if base.endswith(("s", "x", "z", "ch", "sh", "o")):
        yield f"{base}es"
    if base.endswith("y"):
        yield f"{base[:-1]}ies"
    if base.endswith("e"):
        yield from (f"{base}{ending}" for ending in (_AFTER_E if danish else ("rne",)))
        return
    stems = [base]
    if len(base) > _SHORTEST_BASE and base.endswith(("el", "er", "en")):
        stems.append(base[:-2] + base[-1])  # center, centret
        yield f"{base}ne"
    if len(base) > _SHORTEST_BASE and base.endswith("um"):
        stems.append(base[:-2])  # museum, museet
    if len(base) >= _SHORTEST_DOUBLED and base[-1:] in set("bdfglmnprst"):
        stems.append(base + base[-1])  # hal, hallen
    yield from (f"{stem}{ending}" for stem in stems for ending in (*_PLURALS, *(_ALIKE if danish else ())))


def _without_ending(word: str, *, danish: bool) -> Iterator[str]:
    """What the word may be an inflected form of."""
    if word.endswith("ies"):
        yield f"{word[:-3]}y"
    base = word.removesuffix("s")
    if base != word and len(base) >= _SHORTEST_BASE and not base.endswith("s"):
        yield base
    for ending in (*_PLURALS, *_ALIKE[:3], "rne", "ne", "r", "n") if danish else ():
        if word.endswith(ending) and len(word) - len(ending) >= _LONG:
            yield word.removesuffix(ending)


def _shortest(read: str, caption: str) -> int:
    """From how many letters on a word of the caption takes any Danish ending: none do where it is plainly English."""
    words = {*re.findall(r"\w+", read)}
    if words & _DANISH or _DANISH_SIGNS & {*seen(caption).casefold()}:
        return 1
    return sys.maxsize if words & _ENGLISH else _LONG
