"""Matches as bytes and back, so that a picture is judged again by them: what names somebody stands by itself.

All but the people is sealed with the register's key. What is about a person is given apart, for the store to seal with
that person's own key: when the key goes, nobody can say any more whom a face was like.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

import msgspec

from imgpolicy.domain.geometry import Box, Point
from imgpolicy.domain.lookup import Candidate
from imgpolicy.domain.verdict import Where
from imgpolicy.domain.work import WorkKind
from imgpolicy.errors import RegisterError
from imgpolicy.facts import Code, Codes, Faces, Fact, Facts, Fingerprint, Keypoints, Metadata, Text, Texts, Unknown
from imgpolicy.match.faces import FaceCandidates
from imgpolicy.match.kept import Against, Digest, HeldFaces, HeldWords, HeldWorks, KeptMatches
from imgpolicy.match.works import Doubt, WorkHit
from imgpolicy.match.written import WrittenMark, WrittenName
from imgpolicy.recognise import Kind, Recognised
from imgpolicy.recognise.payloads import Held, Payload
from imgpolicy.recognise.readings import Coded, Readings, Said
from imgpolicy.wire.facts import BROKEN, Sealer, damaged
from imgpolicy.wire.together import (
    Words,
    number_found_by,
    number_unknowns,
    numbered_unknowns,
    pack_together,
    word_found_by,
)

SCHEMA = 1
"""Changes when the same bytes would be read otherwise."""

_REASONS = 16
_ITS_OWN: tuple[type[Fact], ...] = (Fingerprint, Keypoints)
_NOWHERE = Box(0, 0, 1, 1)
_ANYWHERE = Text(box=_NOWHERE, value="", confidence=0.0)


class _Form(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Base of all forms here."""


class _Hit(_Form, frozen=True):
    work: str
    stage: str
    distance: int | None
    certain: bool
    inliers: int | None
    region: tuple[Point, Point, Point, Point] | None
    frame: int
    doubt: Doubt | None
    shared: tuple[str, ...]


class _Works(_Form, frozen=True):
    hits: list[_Hit]
    source: int | None
    unknowns: list[int]


class _Said(_Form, frozen=True):
    kind: Kind
    where: Where
    box: Box | None
    frame: int
    certain: bool
    name: str
    unclear: bool
    business: bool
    shown: str | None


class _Coded(_Form, frozen=True):
    box: Box
    kind: str
    frame: int
    payload: Payload
    certain: bool
    shown: str


class _Mark(_Form, frozen=True):
    work: str
    words: str
    box: Box | None
    frame: int
    certain: bool


class _Words(_Form, frozen=True):
    marks: list[_Mark]
    said: list[_Said]
    coded: list[_Coded]
    filed: list[_Said]


class _Matches(_Form, frozen=True):
    schema: int
    faces: int | None
    works: _Works | None
    words: _Words | None


class _Near(_Form, frozen=True):
    face: int
    score: float
    agreed: float


class _Name(_Form, frozen=True):
    at: int
    where: Where
    box: Box | None
    frame: int


class _Person(_Form, frozen=True):
    near: list[_Near]
    names: list[_Name]


_MATCHES = msgspec.msgpack.Decoder(_Matches)
_PERSON = msgspec.msgpack.Decoder(_Person)


def encode_matches(matches: KeptMatches, sha256: str, words: Words, sealer: Sealer) -> bytes:
    """All but what is about people, and but for what it was held against: sealed, for the file with this SHA-256."""
    return sealer.seal(_place(sha256), _packed(matches, words))


def reasons_of(facts: Facts, matches: KeptMatches, words: Words, digest: Digest) -> bytes | None:
    """What is the same for another picture in which the same was found; None for one that shows or names somebody.

    16 bytes, which tell nothing of what was found to whoever has no key.
    """
    faces = facts.known.get(Faces)
    if matches.people or (isinstance(faces, Faces) and faces.faces):
        return None
    own = [fact for kind in _ITS_OWN if isinstance(fact := facts.known.get(kind), Fact)]
    looked = [
        (number_found_by(by, words), number_unknowns(fact.unknowns, words))
        for fact in own
        if (by := facts.sources.get(type(fact))) is not None
    ]
    found = msgspec.msgpack.encode((looked, pack_together(_bare(facts), words), _packed(matches, words)))
    return bytes.fromhex(digest(b"reasons:" + found))[:_REASONS]


def _bare(facts: Facts) -> Facts:
    """The facts without what no rule of ours judges a picture by that shows nobody.

    That are hashes and keypoints, by which works and copies are found; the picture's size, by which faces are weighed;
    where a trace stands in the file; and where words and codes are, of which the matches say what they give away.
    """
    known = {kind: _bare_fact(fact) for kind, fact in facts.known.items() if kind not in _ITS_OWN}
    return replace(facts, known=known, picture=replace(facts.picture, width=None, height=None))


def _bare_fact(fact: Fact | Unknown) -> Fact | Unknown:
    if isinstance(fact, Metadata):
        return replace(fact, traces=tuple(replace(trace, offset=0) for trace in fact.traces))
    if isinstance(fact, Texts):
        return replace(fact, texts=tuple(_ANYWHERE for _ in fact.texts[:1]))
    if isinstance(fact, Codes):
        return replace(fact, codes=tuple(replace(code, box=_NOWHERE) for code in fact.codes))
    return fact


def _packed(matches: KeptMatches, words: Words) -> bytes:
    works, said = matches.works, matches.words
    form = _Matches(
        schema=SCHEMA,
        faces=None if matches.faces is None else len(matches.faces.candidates),
        works=None
        if works is None
        else _Works(
            hits=[_hit_form(one) for one in works.hits],
            source=None if works.source is None else number_found_by(works.source, words),
            unknowns=number_unknowns(works.unknowns, words),
        ),
        words=None if said is None else _words_form(said),
    )
    return msgspec.msgpack.encode(form)


def encode_people(matches: KeptMatches) -> dict[str, bytes]:
    """What the matches say of each person, by their id; the store seals it with the person's key."""
    near: defaultdict[str, list[_Near]] = defaultdict(list)
    names: defaultdict[str, list[_Name]] = defaultdict(list)
    for face, own in enumerate(() if matches.faces is None else matches.faces.candidates):
        for one in own:
            near[one.person].append(_Near(face, one.score, one.agreed))
    for at, name in enumerate(() if matches.words is None else matches.words.names):
        names[name.person].append(_Name(at, name.where, name.box, name.frame))
    return {
        person: msgspec.msgpack.encode(_Person(near.get(person, []), names.get(person, [])))
        for person in sorted({*near, *names})
    }


def decode_matches(  # noqa: PLR0913, PLR0917  # what was kept, of which picture, and what stands for it elsewhere
    data: bytes,
    sha256: str,
    people: Mapping[str, bytes],
    against: Against,
    words: Words,
    sealer: Sealer,
) -> KeptMatches:
    """The matches that were kept of the file with this SHA-256; `people` is what `encode_people` gave, unsealed.

    `against` is what each part of them was held against. FactsError for anything else.
    """
    try:
        form = _MATCHES.decode(sealer.unseal(_place(sha256), data))
        own = {person: _PERSON.decode(said) for person, said in people.items()}
        if form.schema != SCHEMA:
            raise damaged()
        works = form.works
        return KeptMatches(
            faces=None
            if form.faces is None
            else HeldFaces(against=against.faces, candidates=_candidates(form.faces, own)),
            works=None
            if works is None
            else HeldWorks(
                against=against.works,
                hits=tuple(_hit(one) for one in works.hits),
                source=None if works.source is None else word_found_by(works.source, words),
                unknowns=numbered_unknowns(works.unknowns, words),
            ),
            words=None if form.words is None else _words(form.words, own, against.words),
        )
    except (*BROKEN, RegisterError) as error:
        raise damaged() from error


def _candidates(faces: int, people: Mapping[str, _Person]) -> FaceCandidates:
    """For each face whom it is near, the best first, equals by id, as they were found."""
    near: list[list[Candidate]] = [[] for _ in range(faces)]
    for person, said in people.items():
        for one in said.near:
            near[one.face].append(Candidate(person=person, score=one.score, agreed=one.agreed))
    return tuple(tuple(sorted(own, key=lambda one: (-one.score, one.person))) for own in near)


def _hit_form(hit: WorkHit) -> _Hit:
    return _Hit(
        work=hit.work,
        stage=hit.stage,
        distance=hit.distance,
        certain=hit.certain,
        inliers=hit.inliers,
        region=hit.region,
        frame=hit.frame,
        doubt=hit.doubt,
        shared=hit.shared,
    )


def _hit(form: _Hit) -> WorkHit:
    return WorkHit(
        work=form.work,
        stage=form.stage,
        distance=form.distance,
        certain=form.certain,
        inliers=form.inliers,
        region=form.region,
        frame=form.frame,
        doubt=form.doubt,
        shared=form.shared,
    )


def _words_form(words: HeldWords) -> _Words:
    read = words.readings
    return _Words(
        marks=[_Mark(one.work, one.words, one.box, one.frame, one.certain) for one in words.marks],
        said=[_said_form(one) for one in read.said],
        coded=[
            _Coded(one.code.box, one.code.kind, one.code.frame, one.held.payload, one.held.certain, one.held.shown)
            for one in read.coded
        ],
        filed=[_said_form(one) for one in read.filed],
    )


def _words(form: _Words, people: Mapping[str, _Person], against: str) -> HeldWords:
    named = {
        one.at: WrittenName(person=person, where=one.where, box=one.box, frame=one.frame)
        for person, said in people.items()
        for one in said.names
    }
    return HeldWords(
        against=against,
        names=tuple(named[at] for at in sorted(named)),
        marks=tuple(_mark(one) for one in form.marks),
        readings=Readings(
            said=tuple(_said(one) for one in form.said),
            coded=tuple(_coded(one) for one in form.coded),
            filed=tuple(_said(one) for one in form.filed),
        ),
    )


def _mark(form: _Mark) -> WrittenMark:
    """The mark; kind and title are the register's to say, when it is judged."""
    return WrittenMark(
        work=form.work,
        kind=WorkKind.THIRD_PARTY_MARK,
        title="",
        words=form.words,
        where=Where.PICTURE,
        box=form.box,
        frame=form.frame,
        certain=form.certain,
    )


def _said_form(said: Said) -> _Said:
    what = said.what
    return _Said(
        kind=what.kind,
        where=said.where,
        box=said.box,
        frame=said.frame,
        certain=what.certain,
        name=what.name,
        unclear=what.unclear,
        business=what.business,
        shown=what.shown,
    )


def _said(form: _Said) -> Said:
    what = Recognised(
        kind=form.kind,
        value="",
        certain=form.certain,
        name=form.name,
        unclear=form.unclear,
        business=form.business,
        shown=form.shown,
    )
    return Said(what=what, where=form.where, box=form.box, frame=form.frame)


def _coded(form: _Coded) -> Coded:
    return Coded(
        code=Code(box=form.box, kind=form.kind, value="", frame=form.frame),
        held=Held(payload=form.payload, certain=form.certain, shown=form.shown),
    )


def _place(sha256: str) -> str:
    return f"matches:{sha256}"
