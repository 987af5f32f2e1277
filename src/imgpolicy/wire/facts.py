"""Facts as bytes and back, so that a picture can be judged again though nobody looks at it any more.

A fact is kept under what it depends on: the file's SHA-256, its kind, and who found it. Vectors of faces are never
kept. All that is kept of a fact is sealed against change, for its own key: nobody who has not the sealer's key can pass
one off for another, or for another picture's. What the forms keep, and seal from reading: `imgpolicy.wire.forms`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import msgspec

from imgpolicy.errors import FactsError, RegisterError
from imgpolicy.facts import Fact, Facts, FoundBy, PictureInfo, Unknown
from imgpolicy.phrase import phrase
from imgpolicy.wire.forms import FORMS, AnyForm, FactForm
from imgpolicy.wire.parts import UnknownForm, unknown_forms, unknowns_of

SCHEMA = 1
"""Changes when the same bytes would be read otherwise."""

PICTURE = "picture"
"""Of this kind is what a report says of the picture, but for its name, which is the caller's to know."""

BROKEN = (msgspec.MsgspecError, ValueError, LookupError, AttributeError, OverflowError, RecursionError)
"""What reading bytes raises that are none of ours."""


class Sealer(Protocol):
    """What keeps secrets, as a register's vault does: encrypted, and bound to a place."""

    def seal(self, place: str, data: bytes) -> bytes:
        """The data sealed, for this place."""
        ...

    def unseal(self, place: str, sealed: bytes) -> bytes:
        """What was sealed at this place; RegisterError for all else."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class FactKey:
    """What a fact depends on: the SHA-256 of the file, its kind, and the extractor with its version and options."""

    sha256: str
    kind: str
    extractor: str
    version: str
    options: str = ""

    @classmethod
    def of(cls, sha256: str, kind: type[Fact], by: FoundBy) -> FactKey:
        """The key under which this extractor's fact of this type is kept of this file; FactsError where none is."""
        form = FORMS.get(kind)
        if form is None:
            raise FactsError(phrase("{kind} is not kept; look at the picture again", kind=kind.__name__))
        return cls(sha256=sha256, kind=form.kind(), extractor=by.extractor, version=by.version, options=by.options)

    @classmethod
    def of_picture(cls, sha256: str) -> FactKey:
        """The key under which what a report says of the picture is kept."""
        return cls(sha256=sha256, kind=PICTURE, extractor=PICTURE, version="1")

    @property
    def found_by(self) -> FoundBy:
        """Who found it."""
        return FoundBy(extractor=self.extractor, version=self.version, options=self.options)

    def place(self, use: str) -> str:
        """Where something is sealed that belongs to this key."""
        return "\0".join((f"fact.{use}:", self.sha256, self.kind, self.extractor, self.version, self.options))


class _Kept(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    schema: int
    plain: bytes
    seal: bytes


class _Picture(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    format: str | None
    width: int | None
    height: int | None
    elsewhere: list[UnknownForm]


def encode_facts(facts: Facts, sealer: Sealer) -> dict[FactKey, bytes]:
    """All facts of a picture that can be kept, and what a report says of the picture.

    What could not be looked at is not kept: tomorrow it may be. FactsError when the picture could not be read.
    """
    info = facts.picture
    if info.sha256 is None:
        raise FactsError(phrase("{info}: nothing is kept of a picture that could not be read", info=info.name))
    about = FactKey.of_picture(info.sha256)
    form = _Picture(info.format, info.width, info.height, unknown_forms(facts.elsewhere))
    kept = {about: _sealed(msgspec.msgpack.encode(form), about, sealer)}
    for kind, fact in facts.known.items():
        by = facts.sources.get(kind)
        if by is not None and not isinstance(fact, Unknown) and why_not(fact, by) is None:
            kept[FactKey.of(info.sha256, type(fact), by)] = encode_fact(fact, by, info.sha256, sealer)
    return kept


def encode_fact(fact: Fact, by: FoundBy, sha256: str, sealer: Sealer) -> bytes:
    """The fact of the file with this SHA-256 as bytes.

    FactsError for one that is not kept: a sensitive one, or one that a plug-in brings.
    """
    why = why_not(fact, by)
    if why is not None:
        raise FactsError(
            phrase("{kind} is not kept: {why}; look at the picture again", kind=type(fact).__name__, why=why)
        )
    key = FactKey.of(sha256, type(fact), by)
    form = FORMS[type(fact)].of(fact, partial(sealer.seal, key.place("said")))
    return _sealed(msgspec.msgpack.encode(form), key, sealer)


def decode_facts(kept: Mapping[FactKey, bytes], name: str, sealer: Sealer) -> Facts:
    """The facts that were kept of one picture, whose name is this now.

    FactsError for anything that `encode_facts` did not give, facts of several pictures, or two of one kind.
    """
    about = next((key for key in kept if key.kind == PICTURE), None)
    if about is None or any(key.sha256 != about.sha256 for key in kept):
        raise FactsError(phrase("{name}: these are not the kept facts of one picture", name=name))
    known: dict[type[Fact], Fact | Unknown] = {}
    sources: dict[type[Fact], FoundBy] = {}
    for key in sorted(kept.keys() - {about}):
        fact = decode_fact(kept[key], key, sealer)
        if type(fact) in known:
            raise FactsError(phrase("{name}: {kind} was kept twice; choose one", name=name, kind=type(fact).__name__))
        known[type(fact)], sources[type(fact)] = fact, key.found_by
    try:
        form = msgspec.msgpack.decode(_opened(kept[about], about, sealer), type=_Picture)
        elsewhere = unknowns_of(form.elsewhere)
    except BROKEN as error:
        raise damaged() from error
    info = PictureInfo(name=name, sha256=about.sha256, format=form.format, width=form.width, height=form.height)
    return Facts(known, picture=info, elsewhere=elsewhere, sources=sources)


def decode_fact(data: bytes, key: FactKey, sealer: Sealer) -> Fact:
    """The fact that was kept under this key; FactsError for any other bytes."""
    try:
        form: FactForm = msgspec.msgpack.decode(_opened(data, key, sealer), type=AnyForm)
        fact = form.fact(partial(sealer.unseal, key.place("said")))
    except (*BROKEN, RegisterError) as error:
        raise damaged() from error
    if form.kind() != key.kind:
        raise damaged()
    return fact


def why_not(fact: Fact, by: FoundBy) -> str | None:
    """Why this fact is not kept; None when it is."""
    if fact.sensitive or by.sensitive:
        return phrase("it is sensitive and stays in memory")
    return None if type(fact) in FORMS else phrase("a plug-in brings it")


def _sealed(plain: bytes, key: FactKey, sealer: Sealer) -> bytes:
    seal = sealer.seal(key.place("whole"), hashlib.sha256(plain).digest())
    return msgspec.msgpack.encode(_Kept(schema=SCHEMA, plain=plain, seal=seal))


def _opened(data: bytes, key: FactKey, sealer: Sealer) -> bytes:
    """What was sealed so, for this key; FactsError for anything else."""
    try:
        kept = msgspec.msgpack.decode(data, type=_Kept)
        digest = sealer.unseal(key.place("whole"), kept.seal)
    except (*BROKEN, RegisterError) as error:
        raise damaged() from error
    if kept.schema != SCHEMA or digest != hashlib.sha256(kept.plain).digest():
        raise damaged()
    return kept.plain


def damaged() -> FactsError:
    """What is said of bytes that are none of ours."""
    return FactsError(phrase("what was kept of a picture is damaged, or of another release; look at the picture again"))
