"""All kept facts of one picture in one sealed piece: for stores of a million pictures, in which each byte counts.

The piece is sealed from reading as a whole, for the file's SHA-256 alone. What is the same for many pictures, who found
a fact and what could not be looked at, is a number in it, which the store gives: it keeps each such word once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Protocol

import msgspec

from imgpolicy.errors import RegisterError
from imgpolicy.facts import Fact, Facts, FoundBy, PictureInfo, Unknown
from imgpolicy.wire.facts import BROKEN, Sealer, damaged, why_not
from imgpolicy.wire.forms import FORMS, AnyForm, FactForm
from imgpolicy.wire.parts import UnknownForm, unknown_forms, unknowns_of
from imgpolicy.wire.short import ShortFaces, ShortFingerprint, ShortForm, short_form

SCHEMA = 2
"""Changes when the same bytes would be read otherwise."""


class Words(Protocol):
    """What a store keeps once for many pictures, and the numbers that stand for it."""

    def number(self, word: bytes) -> int:
        """The number of this word, which is kept from now on."""
        ...

    def spelled(self, number: int) -> bytes:
        """The word of this number; LookupError when there is none."""
        ...


class _Found(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    by: int
    form: msgspec.Raw
    unknowns: list[int]


class _Whole(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    schema: int
    format: str | None
    width: int | None
    height: int | None
    elsewhere: list[int]
    facts: list[_Found]


_WORDS = 1_000
"""How many words are held as what they say: those of all extractors, and of what they did not look at."""

_DECODER = msgspec.msgpack.Decoder(_Whole)
_UNKNOWN = msgspec.msgpack.Decoder(UnknownForm)
_FORM: msgspec.msgpack.Decoder[FactForm | ShortForm] = msgspec.msgpack.Decoder(AnyForm | ShortFaces | ShortFingerprint)


def encode_together(facts: Facts, words: Words, sealer: Sealer) -> bytes:
    """All facts of a picture that can be kept, and what a report says of the picture but for its name.

    What could not be looked at is not kept: tomorrow it may be. FactsError when the picture could not be read.
    """
    sha256 = facts.picture.sha256
    if sha256 is None:
        raise damaged()
    return sealer.seal(_place(sha256), pack_together(facts, words))


def pack_together(facts: Facts, words: Words) -> bytes:
    """The same, unsealed."""
    info = facts.picture
    found = [
        _found(fact, by, info, words)
        for kind, fact in facts.known.items()
        if (by := facts.sources.get(kind)) is not None and not isinstance(fact, Unknown) and why_not(fact, by) is None
    ]
    whole = _Whole(SCHEMA, info.format, info.width, info.height, number_unknowns(facts.elsewhere, words), found)
    return msgspec.msgpack.encode(whole)


def decode_together(data: bytes, sha256: str, name: str, words: Words, sealer: Sealer) -> Facts:
    """The facts that were kept of the file with this SHA-256, whose name is this now.

    FactsError for anything that `encode_together` did not give for it.
    """
    known: dict[type[Fact], Fact | Unknown] = {}
    sources: dict[type[Fact], FoundBy] = {}
    try:
        whole = _DECODER.decode(sealer.unseal(_place(sha256), data))
        if whole.schema != SCHEMA:
            raise damaged()
        info = PictureInfo(name=name, sha256=sha256, format=whole.format, width=whole.width, height=whole.height)
        for one in whole.facts:
            fact = _fact(one, info, words)
            known[type(fact)], sources[type(fact)] = fact, word_found_by(one.by, words)
        elsewhere = numbered_unknowns(whole.elsewhere, words)
    except (*BROKEN, RegisterError) as error:
        raise damaged() from error
    return Facts(known, picture=info, elsewhere=elsewhere, sources=sources)


def number_found_by(by: FoundBy, words: Words) -> int:
    """The number that stands for this extractor."""
    return words.number(msgspec.msgpack.encode((by.extractor, by.version, by.options)))


def word_found_by(number: int, words: Words) -> FoundBy:
    """The extractor for which this number stands."""
    return _found_by(words.spelled(number))


def number_unknowns(unknowns: Iterable[Unknown], words: Words) -> list[int]:
    """The numbers that stand for these."""
    return [words.number(msgspec.msgpack.encode(one)) for one in unknown_forms(unknowns)]


def numbered_unknowns(numbers: Iterable[int], words: Words) -> tuple[Unknown, ...]:
    """That for which these numbers stand."""
    return tuple(_unknown(words.spelled(number)) for number in numbers)


@lru_cache(maxsize=_WORDS)
def _found_by(word: bytes) -> FoundBy:
    extractor, version, options = msgspec.msgpack.decode(word, type=tuple[str, str, str])
    return FoundBy(extractor=extractor, version=version, options=options)


@lru_cache(maxsize=_WORDS)
def _unknown(word: bytes) -> Unknown:
    (unknown,) = unknowns_of([_UNKNOWN.decode(word)])
    return unknown


def _found(fact: Fact, by: FoundBy, picture: PictureInfo, words: Words) -> _Found:
    bare = replace(fact, unknowns=())
    form = short_form(bare, picture) or FORMS[type(fact)].of(bare, bytes)
    encoded = msgspec.Raw(msgspec.msgpack.encode(form))
    return _Found(number_found_by(by, words), encoded, number_unknowns(fact.unknowns, words))


def _fact(found: _Found, picture: PictureInfo, words: Words) -> Fact:
    form = _FORM.decode(found.form)
    fact = form.fact(picture) if isinstance(form, ShortForm) else form.fact(bytes)
    unknowns = numbered_unknowns(found.unknowns, words)
    return replace(fact, unknowns=tuple(dict.fromkeys((*unknowns, *fact.unknowns)))) if unknowns else fact


def _place(sha256: str) -> str:
    return f"facts.together:{sha256}"
