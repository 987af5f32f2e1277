"""Faces and registers of plain vectors, for the tests of what is held against what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace

import numpy as np

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.geometry import Box, Point
from imgpolicy.domain.person import Adulthood, Person
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.scope import Scope
from imgpolicy.engines import SeenFace
from imgpolicy.engines.calibration import SAME_EVENT, Calibration, Tail
from imgpolicy.facts import Embeddings, Face, Faces, Facts, Pose, Vector
from imgpolicy.index.gallery import Gallery
from imgpolicy.match.known import PersonRecord, RegisterSnapshot
from imgpolicy.match.scores import Vectors

POSTING = Posting(channel="website", purpose="news", on=dt.date(2026, 5, 1))
ENGINE = "example/1"
AHEAD = Pose(yaw=0.0, pitch=0.0, roll=0.0)

# An engine whose threshold is 0.5 however many are enrolled and seen.
_SURE = Tail(base=0.5, share=SAME_EVENT / 10, scale=0.0, pairs=0, people=0, source="made up")
CALIBRATION = Calibration(strangers=_SURE, event=_SURE, margin=0.05, smallest=32, dullest=0.01, child=0.6)

DIMENSIONS = 8
LARGE = Box(0, 0, 90, 100)


def direction(*parts: float) -> Vector:
    """A vector of unit length."""
    vector = np.zeros(DIMENSIONS, dtype=np.float32)
    vector[: len(parts)] = parts
    return vector / np.float32(np.linalg.norm(vector))


def face(
    *parts: float,
    height: float = 100.0,
    box: Box = LARGE,
    sharpness: float = 0.03,
    pose: Pose = AHEAD,
    frame: int = 0,
    also: Collection[int] = (),
) -> SeenFace:
    """A face with a vector in this direction; with no direction, one with no vector."""
    found = Face(
        box=box,
        height=height,
        certainty=0.9,
        landmarks=(Point(0, 0),) * 5,
        sharpness=sharpness,
        pose=pose,
        frame=frame,
        also=frozenset(also),
    )
    return SeenFace(face=found, vector=direction(*parts) if parts else np.zeros(0, dtype=np.float32))


def facts_of(*seen: SeenFace, engine: str = ENGINE) -> Facts:
    """The facts of a picture that shows these faces, and their vectors where they have any."""
    faces = Faces(engine=engine, faces=tuple(one.face for one in seen))
    return Facts({Faces: faces, Embeddings: Embeddings(engine=engine, vectors=vectors_of(*seen))})


def vectors_of(*seen: SeenFace) -> Vectors:
    """The vectors of these faces, a row each."""
    return np.stack([one.vector for one in seen]) if seen else np.zeros((0, DIMENSIONS), np.float32)


def known(
    *people: tuple[str, tuple[float, ...]],
    consents: tuple[Consent, ...] = (),
    children: Collection[str] = (),
    calibration: Calibration = CALIBRATION,
) -> RegisterSnapshot:
    """A register with these people enrolled."""
    vectors = np.array([direction(*parts) for _, parts in people], dtype=np.float32).reshape(-1, DIMENSIONS)
    return RegisterSnapshot(
        head="0" * 64,
        gallery=Gallery(engine=ENGINE, owners=tuple(name for name, _ in people), vectors=vectors),
        calibration=calibration,
        people=Everybody(consents, children),
    )


class Everybody(dict[str, PersonRecord]):
    """Everybody there could be, with those of these consents that are theirs; a child has a guardian."""

    def __init__(self, consents: Collection[Consent], children: Collection[str]) -> None:
        super().__init__()
        self._consents = consents
        self._children = children

    def __missing__(self, person: str) -> PersonRecord:
        guardians = frozenset({"guardian"}) if person in self._children else frozenset()
        by = min(guardians, default=None)
        said = tuple(replace(consent, given_by=by) for consent in self._consents if consent.person == person)
        born, adult = (dt.date(2016, 1, 1), None) if guardians else (None, Adulthood(by="Kim", on=dt.date(2020, 1, 1)))
        known = Person(id=person, name=person, guardians=guardians, born=born, adult=adult)
        return PersonRecord(person=known, consents=said)


def yes(person: str) -> Consent:
    """A consent that covers POSTING."""
    return Consent(
        id=f"c-{person}",
        at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        person=person,
        kind=ConsentKind.PUBLICATION,
        state=ConsentState.GIVEN,
        scope=Scope(channels=frozenset({"website"}), purposes=frozenset({"news"})),
    )


def no(person: str) -> Consent:
    """A withdrawal of everything, later than `yes`."""
    return Consent(
        id=f"n-{person}",
        at=dt.datetime(2026, 2, 1, tzinfo=dt.UTC),
        person=person,
        kind=ConsentKind.PUBLICATION,
        state=ConsentState.WITHDRAWN,
    )
