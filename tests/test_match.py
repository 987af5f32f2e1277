"""Faces and pictures held against the register."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgpolicy.facts import Box, Face, Facts, Fingerprint, Point, Unknown
from imgpolicy.match import PDQ_CERTAIN, PDQ_POSSIBLE, Known, match, match_faces, match_works
from imgpolicy.posting import Posting
from imgpolicy.register.consent import Consent, ConsentKind, ConsentState, Scope
from imgpolicy.register.faces import Gallery
from imgpolicy.register.works import KnownFingerprint, Work, WorkKind
from imgpolicy.report import FaceStatus

POSTING = Posting(channel="website", purpose="news", on=dt.date(2026, 5, 1))


def direction(*parts: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    vector = np.zeros(8, dtype=np.float32)
    vector[: len(parts)] = parts
    return vector / np.float32(np.linalg.norm(vector))


def face(*parts: float) -> Face:
    return Face(box=Box(0, 0, 9, 9), certainty=0.9, landmarks=(Point(0, 0),) * 5, vector=direction(*parts))


def known(*people: tuple[str, tuple[float, ...]], consents: tuple[Consent, ...] = ()) -> Known:
    vectors = np.array([direction(*parts) for _, parts in people], dtype=np.float32).reshape(-1, 8)
    return Known(
        gallery=Gallery(engine="example/1", owners=tuple(name for name, _ in people), vectors=vectors),
        threshold=0.5,
        margin=0.05,
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


def test_a_face_like_nobody_is_unknown_and_unnamed() -> None:
    (found,) = match_faces([face(0, 1)], known(("anna", (1, 0))), POSTING)
    assert (found.status, found.person, found.coverage) == (FaceStatus.UNKNOWN, None, None)


def test_in_an_empty_register_everybody_is_unknown() -> None:
    (found,) = match_faces([face(1)], known(), POSTING)
    assert (found.status, found.candidates) == (FaceStatus.UNKNOWN, ())


def test_a_face_is_held_against_the_nearest_of_a_persons_vectors() -> None:
    (found,) = match_faces([face(1, 0.1)], known(("anna", (0, 1)), ("anna", (1, 0)), ("maria", (0, 0, 1))), POSTING)
    assert found.person == "anna"
    assert found.candidates[0].score == pytest.approx(0.995, abs=0.001)
    assert [candidate.person for candidate in found.candidates] == ["anna", "maria"]


def test_a_known_face_is_covered_only_by_her_own_consent() -> None:
    people = (("anna", (1.0, 0.0)), ("maria", (0.0, 1.0)))
    (anna,) = match_faces([face(1, 0)], known(*people, consents=(yes("anna"),)), POSTING)
    (maria,) = match_faces([face(0, 1)], known(*people, consents=(yes("anna"),)), POSTING)
    assert (anna.status, maria.status) == (FaceStatus.COVERED, FaceStatus.NO_CONSENT)


def test_two_people_too_close_to_tell_are_ambiguous_and_nobody_is_named() -> None:
    (found,) = match_faces([face(1, 1.02)], known(("anna", (1, 0)), ("maria", (0, 1))), POSTING)
    assert (found.status, found.person) == (FaceStatus.AMBIGUOUS, None)
    assert found.margin is not None
    assert found.margin < 0.05


def test_the_same_person_twice_in_a_picture_is_ambiguous_both_times() -> None:
    found = match_faces([face(1, 0), face(1, 0.2)], known(("anna", (1, 0)), consents=(yes("anna"),)), POSTING)
    assert [m.status for m in found] == [FaceStatus.AMBIGUOUS] * 2
    assert [m.person for m in found] == [None, None]


def test_what_could_not_be_looked_at_matches_nothing() -> None:
    blind = Facts({Fingerprint: Unknown(what="fingerprint", reason="because")})
    found = match(blind, known(("anna", (1, 0))), POSTING)
    assert (found.faces, found.works) == ((), ())


PATTERN = int("a5" * 32, 16)


def fingerprint(*, pdq: int = PATTERN, phash: int = 0, sha256: str = "1", quality: int = 90) -> Fingerprint:
    return Fingerprint(sha256=sha256, phash=phash, pdq=(pdq,) * 8, quality=quality)


def work(*, phash: int = 2**64 - 1, quality: int = 90) -> Work:
    print_ = KnownFingerprint(sha256="2", phash=phash, pdq=PATTERN, quality=quality)
    return Work(id="harbour", kind=WorkKind.WORK, title="Harbour", owner="A", fingerprints=(print_,))


def changed(bits: int) -> int:
    return PATTERN ^ ((1 << bits) - 1)


@pytest.mark.parametrize(
    ("bits", "certain"), [(0, True), (PDQ_CERTAIN, True), (PDQ_CERTAIN + 1, False), (PDQ_POSSIBLE, False)]
)
def test_a_work_is_recognised_up_to_the_measured_distance(bits: int, certain: bool) -> None:  # noqa: FBT001  # a case
    (found,) = match_works(fingerprint(pdq=changed(bits)), [work()])
    assert (found.stage, found.distance, found.certain) == ("pdq", bits, certain)


def test_beyond_that_it_is_not() -> None:
    assert list(match_works(fingerprint(pdq=changed(PDQ_POSSIBLE + 1)), [work()])) == []


def test_the_surer_of_two_hashes_speaks() -> None:
    (found,) = match_works(fingerprint(pdq=changed(PDQ_POSSIBLE), phash=1), [work(phash=0)])
    assert (found.stage, found.certain) == ("phash", True)


@pytest.mark.parametrize(("mine", "theirs"), [(10, 90), (90, 10)])
def test_a_picture_too_flat_to_tell_matches_only_the_same_file(mine: int, theirs: int) -> None:
    assert list(match_works(fingerprint(quality=mine), [work(quality=theirs)])) == []
    (found,) = match_works(fingerprint(quality=mine, sha256="2"), [work(quality=theirs)])
    assert (found.stage, found.distance) == ("sha256", 0)


@given(st.integers(0, 2**256 - 1), st.integers(0, 2**256 - 1))
def test_likeness_is_mutual(a: int, b: int) -> None:
    one = Work(
        id="one",
        kind=WorkKind.WORK,
        title="One",
        owner=None,
        fingerprints=(KnownFingerprint(sha256="1", phash=0, pdq=a, quality=90),),
    )
    other = Work(
        id="other",
        kind=WorkKind.WORK,
        title="Other",
        owner=None,
        fingerprints=(KnownFingerprint(sha256="2", phash=2**64 - 1, pdq=b, quality=90),),
    )
    there = match_works(fingerprint(pdq=b, phash=2**64 - 1, sha256="2"), [one])
    back = match_works(fingerprint(pdq=a, phash=0, sha256="1"), [other])
    assert [m.distance for m in there] == [m.distance for m in back]
