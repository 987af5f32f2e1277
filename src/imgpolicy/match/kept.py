"""Matches that are kept, so that a picture is judged again by them: what it was held against, and what came of it.

They hold for as long as what they were held against is the same: the gallery of faces, the works, and the words that
are looked for. What changed since is unknown until the picture is opened again; where there is nothing in a picture to
hold against it, as no face, nothing needs to be.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from imgpolicy.domain.terms import PeopleMode
from imgpolicy.domain.trace import WORDLESS
from imgpolicy.facts import Codes, Faces, Fact, Facts, Fingerprint, FoundBy, Keypoints, Logos, Metadata, Texts, Unknown
from imgpolicy.match.faces import FaceCandidates, lowest_bar
from imgpolicy.match.known import RegisterSnapshot
from imgpolicy.match.logos import match_logos
from imgpolicy.match.search import Found
from imgpolicy.match.works import WorkHit, find_works
from imgpolicy.match.written import WrittenMark, WrittenName, written_marks, written_names
from imgpolicy.recognise import Sought
from imgpolicy.recognise.readings import Reader, Readings
from imgpolicy.wire.forms import NOT_KEPT

VERSION = "2"
"""Changes when the same facts, held against the same register, would match otherwise."""

Digest = Callable[[bytes], str]
"""A fingerprint of bytes that says nothing of them to whoever has no key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """What a picture is held against, a digest each: the gallery, the works, and the words that are looked for."""

    faces: str
    works: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFaces:
    """For each face whom it is near, and of those the two best; `against` is the gallery's digest."""

    against: str
    candidates: FaceCandidates = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldWorks:
    """What of the works was found; `source` is the extractor of the keypoints, None where none were looked for.

    `unknowns` are those that the keypoints came with.
    """

    against: str
    hits: tuple[WorkHit, ...] = ()
    source: FoundBy | None = None
    unknowns: tuple[Unknown, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldWords:
    """Names and word marks in the picture, and what else its words give away, without the words."""

    against: str
    names: tuple[WrittenName, ...] = ()
    marks: tuple[WrittenMark, ...] = ()
    readings: Readings = field(default_factory=Readings, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMatches:
    """The matches of one picture; None where there was nothing to match, or nobody could look."""

    faces: HeldFaces | None = None
    works: HeldWorks | None = None
    words: HeldWords | None = None

    @property
    def people(self) -> frozenset[str]:
        """All whom the matches name."""
        near = () if self.faces is None else self.faces.candidates
        named = () if self.words is None else self.words.names
        return frozenset((*(one.person for own in near for one in own), *(one.person for one in named)))

    @property
    def work_ids(self) -> frozenset[str]:
        """The works and marks that they name."""
        hits = () if self.works is None else self.works.hits
        marks = () if self.words is None else self.words.marks
        return frozenset((*(one.work for one in hits), *(one.work for one in marks)))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPicture:
    """What is kept of a picture, by which it can be judged again: facts, without vectors, and matches."""

    facts: Facts
    matches: KeptMatches = field(default_factory=KeptMatches)


def against(known: RegisterSnapshot, sought: Sought, digest: Digest) -> Against:
    """What pictures are held against in this state of the register."""
    gallery = known.gallery
    owners = "\n".join(gallery.owners).encode()
    return Against(
        faces=digest(_joined(VERSION.encode(), gallery.engine.encode(), owners, gallery.vectors.tobytes())),
        works=digest(_joined(VERSION.encode(), known.works_state.encode())),
        words=digest(_joined(VERSION.encode(), known.names.digest, _marks(known), repr(sought).encode())),
    )


def _marks(known: RegisterSnapshot) -> bytes:
    return repr(sorted((one.id, one.words) for one in known.marks)).encode()


def _joined(*parts: bytes) -> bytes:
    return b"".join(hashlib.sha256(part).digest() for part in parts)


def keep(  # noqa: PLR0913, PLR0917  # what was seen, what it was held against, and what came of it
    facts: Facts, known: RegisterSnapshot, found: Found, held: Against, mode: PeopleMode, sought: Sought
) -> KeptMatches:
    """What is kept of a search in facts that were just found."""
    return KeptMatches(
        faces=_faces(facts, known, found, held, mode),
        works=_works(facts, found, held),
        words=_words(facts, known, held, sought),
    )


def _faces(facts: Facts, known: RegisterSnapshot, found: Found, held: Against, mode: PeopleMode) -> HeldFaces | None:
    faces = facts.get(Faces)
    if isinstance(faces, Unknown) or not faces.faces or not mode.compares or found.candidates is None:
        return None
    lowest = lowest_bar(faces, known)
    near = tuple(
        tuple(one for place, one in enumerate(own) if one.score >= lowest or place < 2)
        if own and own[0].score >= lowest
        else ()
        for own in found.candidates
    )
    return HeldFaces(against=held.faces, candidates=near)


def _works(facts: Facts, found: Found, held: Against) -> HeldWorks | None:
    keypoints = facts.known.get(Keypoints)
    if isinstance(facts.get(Fingerprint), Unknown) or isinstance(keypoints, Unknown):
        return None
    unknowns = () if keypoints is None else keypoints.unknowns
    source = facts.sources.get(Keypoints)
    return HeldWorks(against=held.works, hits=found.works, source=source, unknowns=unknowns)


def _words(facts: Facts, known: RegisterSnapshot, held: Against, sought: Sought) -> HeldWords | None:
    if not has_words(facts):
        return None
    return HeldWords(
        against=held.words,
        names=written_names(facts, None, known.names),
        marks=written_marks(facts, None, known.marks),
        readings=Reader(facts, sought).readings().without_values(),
    )


def has_words(facts: Facts) -> bool:
    """True when a picture has any words, codes or values of metadata that something can be looked for in."""
    texts, codes, metadata = facts.get(Texts), facts.get(Codes), facts.get(Metadata)
    return (
        (not isinstance(texts, Unknown) and bool(texts.texts))
        or (not isinstance(codes, Unknown) and bool(codes.codes))
        or (not isinstance(metadata, Unknown) and any(trace.kind not in WORDLESS for trace in metadata.traces))
    )


def current(kept: KeptMatches, now: Against) -> KeptMatches:
    """The matches that still hold, now that pictures are held against this."""
    return KeptMatches(
        faces=kept.faces if kept.faces is not None and kept.faces.against == now.faces else None,
        works=kept.works if kept.works is not None and kept.works.against == now.works else None,
        words=kept.words if kept.words is not None and kept.words.against == now.words else None,
    )


def holds(facts: Facts, holding: KeptMatches, mode: PeopleMode) -> bool:
    """True when all that was matched in these facts still stands; works are searched anew, as far as facts allow."""
    faces = facts.get(Faces)
    compared = isinstance(faces, Unknown) or not faces.faces or not mode.compares or holding.faces is not None
    return compared and (holding.words is not None or not has_words(facts))


def renewed(facts: Facts, kept: KeptMatches, found: Found, now: Against) -> KeptMatches | None:
    """The matches with works that were just searched anew; None where what was kept of them still holds."""
    keypoints = facts.known.get(Keypoints)
    if kept.works is None or kept.works.against == now.works or isinstance(keypoints, Unknown):
        return None
    source = facts.sources.get(Keypoints)
    unknowns = () if keypoints is None else keypoints.unknowns
    return replace(kept, works=HeldWorks(against=now.works, hits=found.works, source=source, unknowns=unknowns))


def as_matched(facts: Facts, holding: KeptMatches) -> Facts:
    """The facts, without the unknowns in whose place the matches that hold stand."""
    known: dict[type[Fact], Fact | Unknown] = dict(facts.known)
    sources = dict(facts.sources)
    if holding.works is not None and Keypoints not in known and holding.works.source is not None:
        known[Keypoints] = _no_keypoints(facts, holding.works.unknowns)
        sources[Keypoints] = holding.works.source
    if holding.words is not None:
        for kind in (Texts, Codes):
            fact = known.get(kind)
            if fact is not None and not isinstance(fact, Unknown):
                known[kind] = replace(fact, unknowns=tuple(one for one in fact.unknowns if one.reason != NOT_KEPT))
    return replace(facts, known=known, sources=sources)


def found_before(
    facts: Facts, holding: KeptMatches, known: RegisterSnapshot, mode: PeopleMode, caption: str | None
) -> Found:
    """What `search` would come to, by the matches that hold; what does not need them is searched anew."""
    faces, logos = facts.get(Faces), facts.get(Logos)
    candidates: FaceCandidates | None = None
    near: Iterable[str] = ()
    if mode.compares and not isinstance(faces, Unknown):
        candidates = () if not faces.faces else None if holding.faces is None else holding.faces.candidates
        if candidates:
            lowest = lowest_bar(faces, known)
            near = [one.person for own in candidates for one in own if one.score >= lowest]
    names = () if holding.words is None else holding.words.names
    marks = () if holding.words is None else holding.words.marks
    if caption:
        bare = facts.without(Texts)
        names = tuple(dict.fromkeys((*names, *written_names(bare, caption, known.names))))
        marks = (*marks, *written_marks(bare, caption, known.marks))
    return Found(
        candidates=candidates,
        people=frozenset((*near, *(one.person for one in names))),
        names=names,
        marks=tuple(_as_known_now(marks, known)),
        works=_hits(facts, holding, known),
        logos=() if isinstance(logos, Unknown) else tuple(match_logos(logos, known.logos)),
    )


def _as_known_now(marks: Iterable[WrittenMark], known: RegisterSnapshot) -> Iterator[WrittenMark]:
    """The marks with kind and title as the register has them now."""
    logos = {one.id: one for one in known.marks}
    for mark in marks:
        logo = logos.get(mark.work)
        if logo is not None:
            yield replace(mark, kind=logo.kind, title=logo.title)


def _hits(facts: Facts, holding: KeptMatches, known: RegisterSnapshot) -> tuple[WorkHit, ...]:
    if holding.works is not None:
        return holding.works.hits
    fingerprint = facts.get(Fingerprint)
    return () if isinstance(fingerprint, Unknown) else tuple(find_works(fingerprint, facts.get(Keypoints), known.works))


def _no_keypoints(facts: Facts, unknowns: tuple[Unknown, ...]) -> Keypoints:
    return Keypoints(
        width=facts.picture.width or 1,
        height=facts.picture.height or 1,
        places=np.empty((0, 2), np.float32),
        sizes=np.empty(0, np.float32),
        angles=np.empty(0, np.float32),
        descriptors=np.empty((0, 16), np.uint8),
        words=np.empty((0, 3), np.uint16),
        mirrored=np.empty(0, np.bool_),
        unknowns=unknowns,
    )
