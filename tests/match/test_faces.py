"""Faces held against the register."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgpolicy.engines.calibration import Calibration, Tail
from imgpolicy.facts import Box, Face, Faces, Facts, Fingerprint, Point, Pose, Unknown
from imgpolicy.match import FaceMatch, Known, match
from imgpolicy.match.faces import _nearest, match_faces
from imgpolicy.posting import Posting
from imgpolicy.register.consent import Consent, ConsentKind, ConsentState, CoverStatus, Scope
from imgpolicy.register.faces import Gallery
from imgpolicy.report import FaceStatus

TAIL = Tail(base=0.3, share=0.01, scale=0.02, pairs=10_000, people=100, source="an example")
CALIBRATION = Calibration(strangers=TAIL, event=replace(TAIL, base=0.4), margin=0.05, smallest=32)
POSTING = Posting(channel="website", purpose="news", on=dt.date(2026, 5, 1))


def direction(*parts: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    vector = np.zeros(8, dtype=np.float32)
    vector[: len(parts)] = parts
    return vector / np.float32(np.linalg.norm(vector))


def face(*parts: float, height: float = 100.0) -> Face:
    nowhere = (Point(0, 0),) * 5
    return Face(
        box=Box(0, 0, 9, 9),
        height=height,
        certainty=0.9,
        landmarks=nowhere,
        sharpness=0.03,
        pose=Pose(yaw=0.0, pitch=0.0, roll=0.0),
        vector=direction(*parts),
    )


def matched(known: Known, *faces: Face, engine: str = "example/1", posting: Posting = POSTING) -> tuple[FaceMatch, ...]:
    return match_faces(Faces(engine=engine, faces=faces), known, posting)


def known(*people: tuple[str, tuple[float, ...]], consents: tuple[Consent, ...] = ()) -> Known:
    vectors = np.array([direction(*parts) for _, parts in people], dtype=np.float32).reshape(-1, 8)
    return Known(
        gallery=Gallery(engine="example/1", owners=tuple(name for name, _ in people), vectors=vectors),
        calibration=CALIBRATION,
        consents_of=lambda person: [consent for consent in consents if consent.person == person],
    )


def yes(person: str) -> Consent:
    return Consent(
        id="1",
        at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        person=person,
        kind=ConsentKind.PUBLICATION,
        state=ConsentState.GIVEN,
        scope=Scope(channels=frozenset({"website"}), purposes=frozenset({"news"})),
    )


ANNA, MARIA = ("anna", (1.0, 0.0)), ("maria", (0.0, 1.0))


def test_a_face_like_nobody_is_unknown_and_unnamed() -> None:
    (found,) = matched(known(ANNA), face(0, 1))
    assert (found.status, found.identified, found.suspects) == (FaceStatus.UNKNOWN, None, ())


def test_in_an_empty_register_everybody_is_unknown() -> None:
    (found,) = matched(known(), face(1))
    assert (found.status, found.candidates) == (FaceStatus.UNKNOWN, ())


def test_a_face_is_held_against_the_nearest_of_a_persons_vectors() -> None:
    (found,) = matched(known(("anna", (0, 1)), ("anna", (1, 0)), ("maria", (0, 0, 1))), face(1, 0.1))
    assert found.identified is not None
    assert found.identified.person == "anna"
    assert found.candidates[0].score == pytest.approx(0.995, abs=0.001)
    assert [candidate.person for candidate in found.candidates] == ["anna", "maria"]


def test_a_known_face_is_covered_only_by_her_own_consent() -> None:
    (anna,) = matched(known(ANNA, MARIA, consents=(yes("anna"),)), face(1, 0))
    (maria,) = matched(known(ANNA, MARIA, consents=(yes("anna"),)), face(0, 1))
    assert (anna.status, maria.status) == (FaceStatus.COVERED, FaceStatus.NO_CONSENT)


def test_vectors_of_another_engine_match_nobody() -> None:
    (found,) = matched(known(ANNA), face(1, 0), engine="example/2")
    assert found.status is FaceStatus.UNKNOWN


def test_a_vector_that_is_no_number_matches_nobody() -> None:
    (found,) = matched(known(ANNA, consents=(yes("anna"),)), replace(face(1), vector=direction(1) * np.float32("nan")))
    assert found.status is FaceStatus.UNKNOWN


def test_two_people_too_close_to_tell_are_both_suspects_and_nobody_is_named() -> None:
    (found,) = matched(known(ANNA, MARIA), face(1, 1.02))
    assert (found.status, found.identified) == (FaceStatus.AMBIGUOUS, None)
    assert [suspect.person for suspect in found.suspects] == ["maria", "anna"]


def test_a_face_too_small_to_be_sure_of_is_never_covered() -> None:
    (found,) = matched(known(ANNA, consents=(yes("anna"),)), face(1, 0, height=CALIBRATION.smallest - 1))
    assert (found.status, [suspect.person for suspect in found.suspects]) == (FaceStatus.AMBIGUOUS, ["anna"])


def test_a_picture_of_many_faces_asks_for_more_likeness() -> None:
    alone = match(Facts({Faces: Faces(engine="example/1", faces=(face(1),))}), known(ANNA), POSTING)
    crowd = match(Facts({Faces: Faces(engine="example/1", faces=(face(1),) * 500)}), known(ANNA), POSTING)
    assert alone.threshold is not None
    assert crowd.threshold is not None
    assert crowd.threshold > alone.threshold


def test_the_same_person_twice_in_a_picture_is_ambiguous_both_times_and_keeps_what_her_consents_say() -> None:
    found = matched(known(ANNA), face(1, 0), face(1, 0.2))
    assert [match.status for match in found] == [FaceStatus.AMBIGUOUS] * 2
    assert [match.identified for match in found] == [None, None]
    assert {match.suspects[0].coverage.status for match in found} == {CoverStatus.NONE}


def test_somebody_declared_and_not_found_is_judged_by_her_consents_too() -> None:
    faces = Facts({Faces: Faces(engine="example/1", faces=(face(1, 0),))})
    everybody = known(ANNA, MARIA, consents=(yes("anna"),))
    found = match(faces, everybody, replace(POSTING, people=("anna", "maria", "maria")))
    assert [(suspect.person, suspect.coverage.status) for suspect in found.declared] == [("maria", CoverStatus.NONE)]


def test_what_could_not_be_looked_at_matches_nothing() -> None:
    blind = Facts({Fingerprint: Unknown(what="fingerprint", reason="because")})
    found = match(blind, known(ANNA), POSTING)
    assert (found.faces, found.works) == ((), ())


@given(st.integers(1, 3000), st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_the_nearest_are_those_that_sorting_everything_would_give(count: int, seed: int) -> None:
    scores = np.random.default_rng(seed).integers(-20, 20, count).astype(np.float32)
    found = scores[_nearest(scores)]
    np.testing.assert_array_equal(found, np.sort(scores)[::-1][:200])
