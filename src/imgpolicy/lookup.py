"""Single faces, for those who keep the register: whom one is like, and a reviewer's word that one is none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from imgpolicy.domain.dismissal import Dismissal
from imgpolicy.domain.log import Action
from imgpolicy.domain.lookup import PHOTOGRAPHS, Distinctness, FaceAdvice, FaceLookup, Lookup
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.terms import DismissedAs, FaceStatus, PeopleMode
from imgpolicy.engines import FaceEngine
from imgpolicy.errors import RegisterError
from imgpolicy.extract import extract_facts
from imgpolicy.extract.faces import FaceExtractor
from imgpolicy.extract.fingerprint import FingerprintExtractor
from imgpolicy.facts import Face, Faces, Facts, Unknown
from imgpolicy.match import FaceMatch, match
from imgpolicy.match.dismissed import place_of
from imgpolicy.match.faces import threshold_for
from imgpolicy.match.search import search
from imgpolicy.phrase import phrase
from imgpolicy.register.dismissals import dismiss
from imgpolicy.register.faces import gallery
from imgpolicy.register.people import person_row
from imgpolicy.register.register import Register
from imgpolicy.snapshot import Snapshots
from imgpolicy.sources import Source, open_picture

SAME_MOMENT = 0.85
"""Likeness from which photographs show nearly the same: of pairs of one person, taken on different days, one in a
hundred reaches it (Labeled Faces in the Wild, yunet-sface/1)."""


def look_up(register: Register, engine: FaceEngine, source: str) -> Lookup:
    """Each face of a picture, from left to right, with the people in the register whom it is most like.

    Consents play no part, but for those to be recognised. The log keeps that somebody asked, and of which picture.
    Raises PictureError when the picture cannot be read, RegisterError when faces could not be looked for.
    """
    facts = extract_facts(open_picture(source), [FaceExtractor(engine)])
    faces = _faces(facts)
    snapshots = Snapshots(register, engine.engine_id, engine.calibration, PeopleMode.IDENTIFY)
    known, found = snapshots.read(Posting(), lambda known: search(facts, known, PeopleMode.IDENTIFY))
    with register.writing() as unit:
        unit.log(Action.LOOK_UP, facts.picture.sha256 or "", str(len(faces.faces)).encode())
    return Lookup(
        engine=faces.engine,
        threshold=threshold_for(faces, known),
        margin=engine.calibration.margin,
        faces=tuple(_face(one) for one in match(facts, known, Posting(), found=found).faces),
    )


def distinctness(register: Register, engine: FaceEngine, person: str) -> Distinctness:
    """How surely the person is told from everybody else who may be recognised today.

    RegisterError for somebody who is not in the register, who has no face of this engine, or who may not be recognised.
    """
    with register.reading() as unit:
        person_row(unit, person)
        known = gallery(unit, engine.engine_id, unit.today())
    own = np.array([owner == person for owner in known.owners], dtype=bool)
    if not own.any():
        raise RegisterError(
            phrase(
                "{person} has no face of {engine} that may be used today",
                person=repr(person),
                engine=engine.engine_id,
            )
        )
    scores = known.vectors[own] @ known.vectors.T
    among = scores[:, own][np.triu_indices(int(own.sum()), 1)]
    others = np.where(own, -np.inf, scores.max(axis=0))
    nearest = int(others.argmax())
    alone = bool(own.all())
    told = Distinctness(
        person=person,
        engine=engine.engine_id,
        photographs=int(own.sum()),
        alike=float(among.max()) if among.size else None,
        unlike=float(among.min()) if among.size else None,
        nearest=None if alone else known.owners[nearest],
        likeness=None if alone else float(others[nearest]),
        threshold=engine.calibration.threshold(len(set(known.owners))),
        margin=engine.calibration.margin,
        advice=(),
    )
    return replace(told, advice=tuple(_advice(told)))


def _advice(told: Distinctness) -> Iterator[FaceAdvice]:
    if told.photographs < PHOTOGRAPHS:
        yield FaceAdvice.MORE
    if told.unlike is not None and told.unlike >= SAME_MOMENT:
        yield FaceAdvice.OTHER
    if told.unlike is not None and told.unlike < told.threshold - told.margin:
        yield FaceAdvice.LOOK
    if told.likeness is not None and told.likeness >= told.threshold - told.margin:
        yield FaceAdvice.NAME


def _face(match: FaceMatch) -> FaceLookup:
    return FaceLookup(
        box=match.face.box,
        height=match.face.height,
        candidates=match.candidates,
        person=match.identified.person if match.identified else None,
        may_be=tuple(possible.person for possible in match.possible_people),
        margin=match.margin,
        poor=match.poor,
        doubtful=match.status is FaceStatus.DOUBTFUL,
    )


def dismiss_face(  # noqa: PLR0913  # what a dismissal says
    register: Register,
    engine: FaceEngine,
    source: Source,
    *,
    compare: bool,
    number: int | None,
    what: DismissedAs,
    by: str,
    reason: str,
) -> Dismissal:
    """Keep the word of `by` that a face of this picture is none, or artwork.

    `number` counts the faces as a report lists them, from 1; without it the picture must show one. `compare` says
    whether the policy has faces compared: in several frames it is by vectors, kept nowhere, that a face is listed once.
    Raises PictureError when the picture cannot be read, RegisterError when it has no such face.
    """
    facts = extract_facts(open_picture(source), [FaceExtractor(engine, compare=compare), FingerprintExtractor()])
    face = _numbered(_faces(facts).faces, number, facts.picture.name)
    dismissal = Dismissal(what=what, place=place_of(facts, face), by=by, reason=reason)
    with register.writing() as unit:
        dismiss(unit, dismissal)
    return dismissal


def _faces(facts: Facts) -> Faces:
    faces = facts.get(Faces)
    if isinstance(faces, Unknown):
        raise RegisterError(
            phrase(
                "{picture}: faces could not be looked for ({reason})", picture=facts.picture.name, reason=faces.reason
            )
        )
    return faces


def _numbered(faces: Sequence[Face], number: int | None, name: str) -> Face:
    if not faces:
        raise RegisterError(phrase("{name}: no face was found", name=name))
    if number is None and len(faces) > 1:
        raise RegisterError(
            phrase(
                "{name}: {count} faces were found: choose one with --face, 1 is leftmost", name=name, count=len(faces)
            )
        )
    if number is not None and not 1 <= number <= len(faces):
        raise RegisterError(
            phrase("{name}: there is no face {number}, only {count}", name=name, number=number, count=len(faces))
        )
    return faces[(number or 1) - 1]
