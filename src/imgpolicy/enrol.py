"""From pictures into the register: face vectors of a person, fingerprints of works and logos.

The pictures themselves are not kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from imgpolicy.domain.geometry import Box, overlap
from imgpolicy.domain.work import KnownArtwork, KnownFingerprint
from imgpolicy.engines import FaceEngine, SeenFace
from imgpolicy.errors import RegisterError
from imgpolicy.extract.fingerprint import FingerprintExtractor
from imgpolicy.extract.keypoints import work_keypoints
from imgpolicy.extract.logos.artwork import Artwork, is_drawing, read_artwork
from imgpolicy.extract.logos.template import VERSION, learn, to_bytes
from imgpolicy.extract.text import TextExtractor
from imgpolicy.facts import Fingerprint, Vector
from imgpolicy.index.features import features_of, known_fingerprint
from imgpolicy.index.gallery import Gallery
from imgpolicy.match.scores import face_scores
from imgpolicy.match.works import MIN_QUALITY
from imgpolicy.phrase import Phrase, phrase
from imgpolicy.picture import Picture, load
from imgpolicy.register.faces import add_faces, face_vectors, gallery
from imgpolicy.register.people import person_row
from imgpolicy.register.register import Register
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.render.preview import portrait_jpeg
from imgpolicy.sources import Source, name_of, open_picture, read

MIN_HEIGHT = 48
"""Height of a face in pixels below which it is too small to enrol: 48 px match at .98, 32 px at .89 (measured
with SFace, docs/decisions/0003-face-engine.md)."""

_SAME_PLACE = 0.5
"""Two boxes are of one face when they share more than this of their common area."""

_READ = 0.8
_A_WORD = 3
"""How sure a line of text in artwork must be, and how many characters it must have, to be a name of it."""

MIN_SHARPNESS = 0.012
"""Sharpness of a face (`Face.sharpness`) below which it is too blurred to enrol. Portraits of Labeled Faces in the Wild
have 0.021 or more (95 %), scaled to 48 pixels 0.014; a blur of 3 % of the face's height, at which half of the pairs of
one person are not recognised any more, leaves 0.007 (median), one of 1 %, which costs nothing, 0.016."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """What came of an enrolment: how many vectors were stored, and other people whom the face is close to."""

    stored: int
    close_to: tuple[str, ...]


def enrol_faces(  # noqa: PLR0913  # whose face, from which pictures, and on whose word
    register: Register,
    engine: FaceEngine,
    person: str,
    photographs: Sequence[Source],
    *,
    which: int | Box | None = None,
    confirmed: bool = False,
) -> Enrolment:
    """Store one face vector of each photograph under the person, all or none.

    `which` is the number of a photograph's face from the left, from 1, or its box; without it a photograph must show
    one face.
    `confirmed` says that somebody looked, and that faces which are masked, or unlike the person's own, are theirs.
    Raises PictureError when a photograph cannot be read, RegisterError when its face cannot be enrolled, is one of
    these and not confirmed, or the person has given no biometric consent.
    """
    with register.reading() as unit:
        person_row(unit, person)
    faces = [face_of(engine, photograph, which) for photograph in photographs]
    names = [one if isinstance(one, str) else name_of(one) for one in photographs]
    return store_faces(register, engine, person, dict(zip(names, faces, strict=True)), confirmed=confirmed)


def store_faces(
    register: Register, engine: FaceEngine, person: str, faces: Mapping[str, SeenFace], *, confirmed: bool = False
) -> Enrolment:
    """Store these faces, by the names of their photographs, all or none; errors as `enrol_faces`."""
    with register.writing() as unit:
        known = gallery(unit, engine.engine_id, unit.today())
        learn_faces(unit, engine, person, faces, confirmed=confirmed)
    return Enrolment(stored=len(faces), close_to=close_to(engine, person, faces.values(), known))


def close_to(engine: FaceEngine, person: str, faces: Iterable[SeenFace], known: Gallery) -> tuple[str, ...]:
    """Others of the gallery, by id, whom any of these faces of a person is as like as the person themselves."""
    threshold = engine.calibration.threshold(len(set(known.owners)))
    others = {
        owner
        for scores in face_scores(np.stack([face.vector for face in faces]), known)
        for owner, score in zip(known.owners, scores, strict=True)
        if owner != person and score >= threshold
    }
    return tuple(sorted(others))


def learn_faces(
    unit: UnitOfWork, engine: FaceEngine, person: str, faces: Mapping[str, SeenFace], *, confirmed: bool = False
) -> None:
    """Store the face of each of these photographs, all or none; errors as `enrol_faces`."""
    if not confirmed:
        for doubt in doubts(unit, engine, person, faces):
            raise RegisterError(
                phrase(
                    "{doubt}: take another photograph, or confirm that it is theirs"
                    " (--confirm, or the column confirmed)",
                    doubt=doubt,
                )
            )
    add_faces(unit, person, engine.engine_id, [face.vector for face in faces.values()])


def doubts(unit: UnitOfWork, engine: FaceEngine, person: str, faces: Mapping[str, SeenFace]) -> Iterator[Phrase]:
    """Why somebody must confirm that a face is a person's: it is masked, may be none, or is unlike their own.

    One is unlike them that no chain of likenesses ties to the person's faces that are held; where none is, to most of
    these. Two photographs of somebody else say nothing for one another.
    """
    for photograph, seen in faces.items():
        if seen.face.doubtful:
            yield phrase("{photograph}: this may be no person's face", photograph=photograph)
        elif seen.masked:
            yield phrase("{photograph}: the lower half of the face looks covered", photograph=photograph)
    own = [np.frombuffer(one.vector, "<f4") for one in face_vectors(unit, person) if one.engine == engine.engine_id]
    least = engine.calibration.threshold(1)
    for photograph, alike in _unlike({name: seen.vector for name, seen in faces.items()}, own, least).items():
        yield phrase(
            "{photograph}: this face is unlike the others of {person} ({alike}, and {least} or more is expected)",
            photograph=photograph,
            person=repr(person),
            alike=f"{alike:.2f}",
            least=f"{least:.2f}",
        )


def _unlike(faces: Mapping[str, Vector], own: Sequence[Vector], least: float) -> dict[str, float]:
    """The faces that are not tied to the person's, each with the likeness to the one of them that it is most like."""
    theirs = list(own)
    if not theirs:
        first = max((_tied(faces, [vector], least) for vector in faces.values()), key=len, default=())
        theirs = [faces[name] for name in first]
    if not theirs:  # vectors of no finite numbers, which are refused when they are stored
        return {}
    tied = _tied(faces, theirs, least)
    theirs += [faces[name] for name in tied]
    return {name: _likeness(vector, theirs) for name, vector in faces.items() if name not in tied}


def _tied(faces: Mapping[str, Vector], to: Sequence[Vector], least: float) -> set[str]:
    """The faces that a chain of likenesses ties to one of these."""
    tied: set[str] = set()
    reached = list(to)
    while reached:
        further = {name for name in faces if name not in tied and _likeness(faces[name], reached) >= least}
        tied |= further
        reached = [faces[name] for name in further]
    return tied


def _likeness(vector: Vector, others: Sequence[Vector]) -> float:
    """The cosine with the one of these that the face is most like."""
    return max(float(np.dot(vector, other)) for other in others)


def face_of(engine: FaceEngine, photograph: Source, which: int | Box | None = None) -> SeenFace:
    """A face in a photograph, the one or that which is wanted; the same errors as `enrol_faces`."""
    return _only_face(engine, open_picture(photograph), which)


def portrait_of(engine: FaceEngine, photograph: Source) -> bytes:
    """The one face in a photograph with what is around it, as a JPEG of our own from which it can be learnt.

    The same errors as `enrol_faces`.
    """
    picture = open_picture(photograph)
    portrait = portrait_jpeg(picture, _only_face(engine, picture, None).face.box)
    _only_face(engine, load(portrait, picture.name), None)
    return portrait


def work_picture(source: str) -> KnownFingerprint:
    """What is kept of a picture of a work, by path or URL: its fingerprint, and its features when it has enough.

    Of one without any edge (PDQ's quality is 0), such as a single colour, the hash of its file alone is kept: any other
    would be every such picture's. PictureError when it cannot be read.
    """
    picture = open_picture(source)
    fingerprint = FingerprintExtractor().extract(picture)
    known = known_fingerprint(fingerprint, features_of(work_keypoints(picture)))
    return known if fingerprint.quality else replace(known, pdq=None, phash=None)


def is_plain(known: KnownFingerprint) -> bool:
    """True of a picture so plain that only the same file is surely it: one that was saved again may be any other."""
    return known.quality < MIN_QUALITY


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LogoFile:
    """What a logo is recognised by, from one file: as a whole picture, and as a part of one."""

    fingerprint: Fingerprint
    artwork: KnownArtwork


def logo_of(source: str) -> LogoFile:
    """What is learnt from a logo's artwork, by path or URL: a picture, transparent or not, or an SVG.

    Raises PictureError when it cannot be read, is too small, or shows nothing.
    """
    name, data = read(source)
    artwork = read_artwork(data, name)
    fingerprint = None if is_drawing(data) else FingerprintExtractor().extract(load(data, name))
    if fingerprint is None or fingerprint.quality < MIN_QUALITY:  # on white a white mark is nothing
        fingerprint = FingerprintExtractor().extract(load(artwork.on_page(), name))
    return LogoFile(fingerprint=replace(fingerprint, sha256=artwork.sha256), artwork=known_artwork(artwork))


def read_words(picture: bytes) -> tuple[str, ...]:
    """The lines of text that a picture file of artwork surely shows, each once; ExtractError when none can be read."""
    seen = TextExtractor().extract(load(picture, phrase("a logo in the register")))
    sure = (line.value.strip() for line in seen.texts if line.confidence >= _READ)
    return tuple(dict.fromkeys(line for line in sure if len(line) >= _A_WORD))


def known_artwork(artwork: Artwork) -> KnownArtwork:
    """The artwork as the register keeps it. A mark too simple is recognised as a whole picture only."""
    template = None if artwork.simple else to_bytes(learn(artwork))
    return KnownArtwork(sha256=artwork.sha256, picture=artwork.png(), version=VERSION, template=template)


def _number_at(faces: Sequence[SeenFace], place: Box, name: str) -> int:
    """The number of the one face at this place."""
    there = [number for number, seen in enumerate(faces, start=1) if overlap(seen.face.box, place) > _SAME_PLACE]
    if len(there) != 1:
        raise RegisterError(phrase("{name}: the face that was meant is not found there any more", name=name))
    return there[0]


def _only_face(engine: FaceEngine, picture: Picture, which: int | Box | None) -> SeenFace:
    """The face to enrol."""
    faces = engine.faces(picture)
    if not faces:
        raise RegisterError(phrase("{picture}: no face was found", picture=picture.name))
    number = _number_at(faces, which, picture.name) if isinstance(which, Box) else which
    certain = [seen for seen in faces if not seen.face.doubtful]
    if number is None and len(certain) == 1:
        number = faces.index(certain[0]) + 1
    if number is None and len(faces) > 1:
        raise RegisterError(
            phrase(
                "{picture}: {count} faces were found: choose one (--face, or the column face), 1 is leftmost",
                picture=picture.name,
                count=len(faces),
            )
        )
    if number is not None and not 1 <= number <= len(faces):
        raise RegisterError(
            phrase(
                "{picture}: there is no face {number}, only {count}",
                picture=picture.name,
                number=number,
                count=len(faces),
            )
        )
    seen = faces[(number or 1) - 1]
    face = seen.face
    height = (face.box.bottom - face.box.top) / picture.scale
    if height < MIN_HEIGHT:
        raise RegisterError(
            phrase(
                "{picture}: the face is {height} pixels high, {least} are needed",
                picture=picture.name,
                height=f"{height:.0f}",
                least=MIN_HEIGHT,
            )
        )
    if face.sharpness < MIN_SHARPNESS:
        raise RegisterError(
            phrase("{picture}: the face is too blurred; take a sharper photograph", picture=picture.name)
        )
    return seen
