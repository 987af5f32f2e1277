"""Faces held against the register."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.match.support import AHEAD, ENGINE, POSTING, direction, face, facts_of, known, no, vectors_of, yes

from imgpolicy.domain.consent import Consent
from imgpolicy.domain.dismissal import Dismissal, Place
from imgpolicy.domain.geometry import Box
from imgpolicy.domain.grant import CoverStatus
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.terms import DismissedAs, FaceStatus, PeopleMode, PeoplePolicy
from imgpolicy.engines import SeenFace
from imgpolicy.facts import Embeddings, Faces, Facts, Fingerprint, Unknown
from imgpolicy.match import FaceMatch, match
from imgpolicy.match.counted import count_faces, people_counted
from imgpolicy.match.faces import MOST_YAW, candidates_of, match_faces
from imgpolicy.match.known import RegisterSnapshot

ANNA, MARIA = ("anna", (1.0, 0.0)), ("maria", (0.0, 1.0))
IDA = ("ida", (0.0, 0.0, 1.0))
CROWD = PeoplePolicy(incidental_below=40)


def matched(
    known: RegisterSnapshot,
    *seen: SeenFace,
    engine: str = ENGINE,
    posting: Posting = POSTING,
    policy: PeoplePolicy | None = None,
    dismissed: dict[int, Dismissal] | None = None,
) -> tuple[FaceMatch, ...]:
    faces = Faces(engine=engine, faces=tuple(one.face for one in seen))
    candidates = candidates_of(faces, vectors_of(*seen), known.gallery)
    return match_faces(faces, candidates, known, posting, policy or PeoplePolicy(), dismissed)


def names(found: FaceMatch) -> list[str]:
    return [possible.person for possible in found.possible_people]


def small(*parts: float, frame: int = 0, also: Collection[int] = ()) -> SeenFace:
    """A face 30 pixels high in the picture, sharp enough."""
    return face(*parts, height=33, box=Box(0, 0, 25, 30), frame=frame, also=also)


def artwork(index: int = 0) -> dict[int, Dismissal]:
    place = Place(
        picture="0" * 64,
        phash="0" * 16,
        pdq="0" * 64,
        quality=100,
        width=100,
        height=100,
        box=(0, 0, 1, 1),
        look="0" * 64,
        clarity=100,
    )
    return {index: Dismissal(id="f-1", what=DismissedAs.ARTWORK, place=place, by="Anna Editor", reason="a poster")}


# One face


def test_a_face_like_nobody_is_unknown_and_unnamed() -> None:
    (found,) = matched(known(ANNA), face(0, 1))
    assert (found.status, found.identified, found.possible_people) == (FaceStatus.UNKNOWN, None, ())


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


def test_whoever_is_like_one_of_three_photographs_alone_is_not_named_and_her_consents_are_heard() -> None:
    three = [("anna", (1, 0)), ("anna", (1, 0, 3)), ("anna", (1, 0, 0, 3))]
    for consents in ((yes("anna"),), (no("anna"),)):
        (found,) = matched(known(*three, consents=consents), face(1, 1.5))
        assert (found.status, names(found), found.identified) == (FaceStatus.AMBIGUOUS, ["anna"], None)
    (found,) = matched(known(*three, ("anna", (1, 0.4)), consents=(yes("anna"),)), face(1, 1.5))
    assert found.status is FaceStatus.COVERED


def test_two_people_too_close_to_tell_are_both_suspects_and_nobody_is_named() -> None:
    (found,) = matched(known(ANNA, MARIA), face(1, 1.02))
    assert (found.status, found.identified) == (FaceStatus.AMBIGUOUS, None)
    assert names(found) == ["maria", "anna"]


@pytest.mark.parametrize(
    ("poor", "why"),
    [
        (face(1, 0, height=31), "31 pixels"),
        (face(1, 0, sharpness=0.009), "blurred"),
        (face(1, 0, pose=replace(AHEAD, yaw=MOST_YAW + 1)), "turned"),
        (face(1, 0, pose=replace(AHEAD, yaw=-MOST_YAW - 1)), "turned"),
    ],
    ids=["small", "blurred", "turned right", "turned left"],
)
def test_a_face_too_poor_to_tell_anybody_by_is_neither_covered_nor_unknown(poor: SeenFace, why: str) -> None:
    everybody = known(ANNA, consents=(yes("anna"),))
    hers, nobodys = matched(everybody, poor, replace(poor, vector=direction(0, 1)))
    assert [hers.status, nobodys.status] == [FaceStatus.TOO_POOR] * 2
    assert (names(hers), names(nobodys)) == (["anna"], [])
    assert hers.identified is None
    assert why in (hers.poor or "")


def test_a_face_too_poor_that_may_be_somebody_keeps_what_her_consents_say() -> None:
    (found,) = matched(known(ANNA, consents=(no("anna"),)), face(1, 0, height=31))
    assert [possible.coverage.status for possible in found.possible_people] == [CoverStatus.WITHDRAWN]


# Children


def test_a_child_is_not_covered_by_a_match_alone() -> None:
    family = known(ANNA, consents=(yes("anna"),), children=["anna"])
    (found,) = matched(family, face(1, 0))
    assert (found.status, names(found)) == (FaceStatus.UNCONFIRMED, ["anna"])
    (named,) = matched(family, face(1, 0), posting=replace(POSTING, people=("anna",)))
    assert named.status is FaceStatus.COVERED


def test_naming_a_child_covers_no_other_face_and_stands_in_for_no_consent() -> None:
    named = replace(POSTING, people=("anna",))
    (stranger,) = matched(known(ANNA, consents=(yes("anna"),), children=["anna"]), face(0, 1), posting=named)
    (refused,) = matched(known(ANNA, consents=(no("anna"),), children=["anna"]), face(1, 0), posting=named)
    assert (stranger.status, refused.status) == (FaceStatus.UNKNOWN, FaceStatus.NO_CONSENT)


def test_what_a_child_is_known_by_alone_is_relied_on_by_nothing() -> None:
    faces = facts_of(face(1, 0))
    assert match(faces, known(ANNA, consents=(yes("anna"),), children=["anna"]), POSTING).relied_on == ()


# Several faces


def test_the_same_person_twice_in_a_picture_is_ambiguous_both_times_and_keeps_what_her_consents_say() -> None:
    found = matched(known(ANNA), face(1, 0), face(1, 0.2))
    assert [match.status for match in found] == [FaceStatus.AMBIGUOUS] * 2
    assert [match.identified for match in found] == [None, None]
    assert {match.possible_people[0].coverage.status for match in found} == {CoverStatus.NONE}


def test_the_same_person_in_two_frames_is_one_person() -> None:
    found = matched(known(ANNA, consents=(yes("anna"),)), face(1, 0), face(1, 0.2, frame=1))
    assert [match.status for match in found] == [FaceStatus.COVERED] * 2


def test_two_faces_that_any_frame_shows_together_are_two_people() -> None:
    sharper_later = face(1, 0.2, frame=1, also=[0])
    found = matched(known(ANNA, consents=(yes("anna"),)), face(1, 0), sharper_later)
    assert [match.status for match in found] == [FaceStatus.AMBIGUOUS] * 2


def test_of_two_faces_of_one_person_each_may_be_whoever_else_it_is_like() -> None:
    found = matched(known(ANNA, MARIA, consents=(yes("anna"), no("maria"))), face(1, 0.1), face(1, 0.7))
    assert [match.status for match in found] == [FaceStatus.AMBIGUOUS] * 2
    assert [names(match) for match in found] == [["anna"], ["anna", "maria"]]


def test_a_face_whose_person_another_face_has_more_right_to_is_not_surely_hers() -> None:
    sisters = known(ANNA, IDA, consents=(yes("anna"), yes("ida")))
    clear, torn, weak = matched(sisters, face(1, 0), face(1, 0, 0.98), face(0, 0.8, 0.55, 0.25))
    assert (clear.status, torn.status) == (FaceStatus.COVERED, FaceStatus.AMBIGUOUS)
    assert (weak.status, names(weak)) == (FaceStatus.AMBIGUOUS, ["ida"])


def test_a_face_that_is_surely_somebody_makes_no_other_face_sure() -> None:
    # The second cannot be anna, if the first is. It may still be somebody who is like both and not in the register.
    first, second = matched(known(ANNA, MARIA, consents=(yes("anna"), yes("maria"))), face(1, 0), face(1, 1.02))
    assert (first.status, second.status) == (FaceStatus.COVERED, FaceStatus.AMBIGUOUS)


def test_a_face_too_poor_to_tell_anybody_by_takes_no_name_from_a_clear_one() -> None:
    clear, poor = matched(known(ANNA, consents=(yes("anna"),)), face(1, 0), face(1, 0, height=20))
    assert (clear.status, poor.status) == (FaceStatus.COVERED, FaceStatus.TOO_POOR)


def doubtful(seen: SeenFace) -> SeenFace:
    """The same, where little speaks for a person."""
    return replace(seen, face=replace(seen.face, evidence=0.6))


def test_what_may_be_no_person_and_is_like_nobody_is_doubtful() -> None:
    for seen in (face(0, 1), face(0, 1, height=20)):
        (found,) = matched(known(ANNA), doubtful(seen))
        assert (found.status, found.possible_people) == (FaceStatus.DOUBTFUL, ())


def test_what_may_be_no_person_and_is_surely_somebody_is_judged_by_her_consents() -> None:
    for consents, status in (((yes("anna"),), FaceStatus.COVERED), ((no("anna"),), FaceStatus.NO_CONSENT)):
        (found,) = matched(known(ANNA, consents=consents), doubtful(face(1, 0)))
        assert (found.status, names(found)) == (status, ["anna"])


def test_what_is_only_counted_is_doubtful_too_and_counts_as_nobody() -> None:
    faces = Faces(engine=ENGINE, faces=(face(0, 1).face, doubtful(face(1, 0)).face))
    for declared, status in ((None, FaceStatus.COUNTED), (1, FaceStatus.DECLARED), (2, FaceStatus.COUNTED)):
        found = count_faces(faces, declared)
        assert [one.status for one in found] == [status, FaceStatus.DOUBTFUL]
        assert people_counted(found) == (1, 1)


# Crowds


def test_what_may_be_nobody_makes_no_crowd() -> None:
    two = (small(0, 1), doubtful(small(0, 0, 1)))
    first, _ = matched(known(ANNA), *two, policy=replace(CROWD, crowd_from=2))
    assert first.status is FaceStatus.UNKNOWN


def test_by_default_nobody_is_exempt() -> None:
    (found,) = matched(known(ANNA), small(0, 1))
    assert found.status is FaceStatus.UNKNOWN


@pytest.mark.parametrize(
    ("seen", "status"),
    [
        (small(0, 1), FaceStatus.INCIDENTAL),
        (face(0, 1, height=10, box=Box(0, 0, 25, 39)), FaceStatus.INCIDENTAL),
        (face(0, 1, height=33, box=Box(0, 0, 25, 40)), FaceStatus.UNKNOWN),
        (face(0, 1, height=10, box=Box(0, 0, 25, 40)), FaceStatus.TOO_POOR),
    ],
)
def test_a_small_face_of_nobody_is_exempt_by_its_height(seen: SeenFace, status: FaceStatus) -> None:
    (found,) = matched(known(ANNA), seen, policy=CROWD)
    assert found.status is status


def test_a_crowd_is_of_so_many_faces_in_one_frame() -> None:
    crowd = replace(CROWD, crowd_from=3)
    two = (small(0, 1), small(0, 0, 1))
    assert {found.status for found in matched(known(ANNA), *two, policy=crowd)} == {FaceStatus.UNKNOWN}
    other_frame = small(0, 0, 0, 1, frame=1)
    assert {found.status for found in matched(known(ANNA), *two, other_frame, policy=crowd)} == {FaceStatus.UNKNOWN}
    three = (*two, small(0, 0, 0, 1))
    assert {found.status for found in matched(known(ANNA), *three, policy=crowd)} == {FaceStatus.INCIDENTAL}


def test_posters_make_no_crowd() -> None:
    crowd = replace(CROWD, crowd_from=2)
    _, found = matched(known(ANNA), small(0, 1), small(0, 0, 1), policy=crowd, dismissed=artwork())
    assert found.status is FaceStatus.UNKNOWN


def test_a_face_that_one_frame_shows_alone_is_in_no_crowd() -> None:
    alone_before = small(0, 1, frame=1, also=[0])
    found, _ = matched(known(ANNA), alone_before, small(0, 0, 1, frame=1), policy=replace(CROWD, crowd_from=2))
    assert found.status is FaceStatus.UNKNOWN


@pytest.mark.parametrize(
    ("register", "posting"),
    [
        (known(ANNA, consents=(no("anna"),)), POSTING),
        (known(ANNA, consents=(yes("anna"),), children=["anna"]), POSTING),
        (known(ANNA, consents=(yes("anna"),)), replace(POSTING, people=("anna",))),
    ],
    ids=["who said no", "a child", "somebody declared"],
)
def test_whoever_must_not_be_exempt_is_not_though_the_likeness_would_not_name_them(
    register: RegisterSnapshot, posting: Posting
) -> None:
    a_little_like_her = small(0.47, 0.88)
    (found,) = matched(register, a_little_like_her, policy=CROWD, posting=posting)
    assert found.status is FaceStatus.UNKNOWN
    (other,) = matched(known(ANNA, consents=(yes("anna"),)), a_little_like_her, policy=CROWD)
    assert other.status is FaceStatus.INCIDENTAL


def test_a_small_face_that_may_be_somebody_is_not_exempt_whatever_they_said() -> None:
    (found,) = matched(known(ANNA, consents=(yes("anna"),)), face(1, 0, height=20, box=Box(0, 0, 15, 20)), policy=CROWD)
    assert found.status is FaceStatus.TOO_POOR


def test_only_where_everybody_is_compared_is_anybody_exempt() -> None:
    (found,) = matched(known(ANNA), small(0, 1), policy=replace(CROWD, mode=PeopleMode.VERIFY))
    assert found.status is FaceStatus.UNKNOWN


# What a reviewer dismissed


def test_a_dismissed_face_is_what_the_reviewer_said_and_names_nobody() -> None:
    (found,) = matched(known(ANNA), face(0, 1), dismissed=artwork())
    assert (found.status, found.dismissal, found.possible_people) == (FaceStatus.ARTWORK, "f-1", ())


def test_a_dismissed_face_that_may_be_somebody_who_did_not_agree_counts_all_the_same() -> None:
    (found,) = matched(known(ANNA, consents=(no("anna"),)), face(1, 0), dismissed=artwork())
    assert (found.status, found.dismissal) == (FaceStatus.NO_CONSENT, None)


def test_somebody_beside_a_painting_of_her_is_one_person() -> None:
    painting, anna = matched(known(ANNA, consents=(yes("anna"),)), face(1, 0), face(1, 0.1), dismissed=artwork())
    assert (painting.status, anna.status) == (FaceStatus.ARTWORK, FaceStatus.COVERED)


# The whole


def test_somebody_declared_and_not_found_is_judged_by_her_consents_too() -> None:
    faces = facts_of(face(1, 0))
    everybody = known(ANNA, MARIA, consents=(yes("anna"),))
    found = match(faces, everybody, replace(POSTING, people=("anna", "maria", "maria")))
    assert [(possible.person, possible.coverage.status) for possible in found.declared] == [("maria", CoverStatus.NONE)]


def test_what_could_not_be_looked_at_matches_nothing() -> None:
    blind = Facts({Fingerprint: Unknown(what="fingerprint", reason="because")})
    found = match(blind, known(ANNA), POSTING)
    assert (found.faces, found.works, found.threshold) == ((), (), None)


def test_faces_whose_vectors_are_not_at_hand_are_counted_and_it_is_said_that_nobody_knows_who_they_are() -> None:
    kept = facts_of(face(1, 0), face(0, 1)).without(Embeddings)
    found = match(kept, known(ANNA, consents=(yes("anna"),)), replace(POSTING, people=("anna",)))
    assert [(one.status, one.possible_people, one.candidates) for one in found.faces] == [
        (FaceStatus.COUNTED, (), ())
    ] * 2
    assert [(one.what, one.lifts) for one in found.unknowns] == [("who it is", True)]
    assert ([one.person for one in found.declared], found.threshold) == (["anna"], None)


def test_vectors_of_other_faces_or_of_another_engine_are_none() -> None:
    facts = facts_of(face(1, 0))
    for other in (facts_of(face(1, 0), face(1, 0)), facts_of(face(1, 0), engine="example/2")):
        mixed = facts.joined(Facts({Embeddings: other.get(Embeddings)}))
        found = match(mixed, known(ANNA), POSTING)
        assert [one.status for one in found.faces] == [FaceStatus.COUNTED]
        assert [one.lifts for one in found.unknowns] == [True]


def test_a_picture_without_faces_leaves_nobody_unknown() -> None:
    without = facts_of().without(Embeddings)
    found, looked_at = match(without, known(ANNA), POSTING), match(facts_of(), known(ANNA), POSTING)
    assert (found.unknowns, found.faces, found.threshold) == ((), (), looked_at.threshold)


@pytest.mark.parametrize("mode", [PeopleMode.COUNT, PeopleMode.DECLARED, PeopleMode.OFF])
def test_where_nobody_is_compared_vectors_are_not_missed(mode: PeopleMode) -> None:
    facts = facts_of(face(1, 0)).without(Embeddings)
    assert match(facts, known(), POSTING, PeoplePolicy(mode=mode)).unknowns == ()


# What holds for any picture and any register

PEOPLE = ("anna", "ida", "maria", "sofie")
PARTS = st.tuples(*[st.sampled_from([0.0, 0.0, 0.4, 0.6, 0.95, 1.0])] * 4).filter(any)
ENROLLED = st.lists(st.tuples(st.sampled_from(PEOPLE), PARTS), min_size=1, max_size=6)
SEEN = st.lists(
    st.builds(
        lambda parts, height, frame, also: face(*parts, height=height, frame=frame, also=also - {frame}),
        PARTS,
        st.sampled_from([20, 90]),
        st.integers(0, 1),
        st.frozensets(st.integers(0, 2)),
    ),
    min_size=1,
    max_size=5,
)
SAID = st.lists(st.sampled_from(PEOPLE), unique=True).map(lambda people: tuple(yes(person) for person in people))
CHILDREN = st.lists(st.sampled_from(PEOPLE), max_size=2)


def judged(found: tuple[FaceMatch, ...]) -> list[tuple[FaceStatus, tuple[str, ...]]]:
    return [(match.status, tuple(sorted(names(match)))) for match in found]


@pytest.mark.slow
@given(ENROLLED, SEEN, SAID, CHILDREN, st.integers(0, 100))
def test_the_order_of_faces_and_of_people_is_no_matter(
    enrolled: list[tuple[str, tuple[float, ...]]],
    seen: list[SeenFace],
    consents: tuple[Consent, ...],
    children: list[str],
    seed: int,
) -> None:
    order = random.Random(seed).sample(range(len(seen)), len(seen))
    one = judged(matched(known(*enrolled, consents=consents, children=children), *seen))
    other = judged(
        matched(known(*reversed(enrolled), consents=consents, children=children), *(seen[index] for index in order))
    )
    assert other == [one[index] for index in order]


@pytest.mark.slow
@given(ENROLLED, SEEN, SAID)
def test_nobody_has_two_faces_in_one_frame(
    enrolled: list[tuple[str, tuple[float, ...]]], seen: list[SeenFace], consents: tuple[Consent, ...]
) -> None:
    found = matched(known(*enrolled, consents=consents), *seen)
    named = Counter(
        (frame, match.identified.person) for match in found if match.identified for frame in match.face.frames
    )
    assert all(times == 1 for times in named.values())


@given(ENROLLED, SEEN, SAID, PARTS)
def test_somebody_more_in_the_register_covers_no_picture_in_which_she_is_not(
    enrolled: list[tuple[str, tuple[float, ...]]],
    seen: list[SeenFace],
    consents: tuple[Consent, ...],
    parts: tuple[float, ...],
) -> None:
    with_her = known(*enrolled, ("new", parts), consents=(*consents, yes("new")))
    after = matched(with_her, *seen)
    fine = all(match.status is FaceStatus.COVERED for match in after)
    if fine and not any(match.identified and match.identified.person == "new" for match in after):
        before = matched(known(*enrolled, consents=consents), *seen)
        assert all(match.status is FaceStatus.COVERED for match in before)


@pytest.mark.slow
@given(ENROLLED, SEEN, SAID)
def test_a_face_more_in_the_picture_covers_no_other(
    enrolled: list[tuple[str, tuple[float, ...]]], seen: list[SeenFace], consents: tuple[Consent, ...]
) -> None:
    everybody = known(*enrolled, consents=consents)
    alone = matched(everybody, *seen[:-1])
    for before, after in zip(alone, matched(everybody, *seen), strict=False):
        if after.status is FaceStatus.COVERED:
            assert before.status is FaceStatus.COVERED


@given(ENROLLED, SEEN, SAID, CHILDREN)
def test_whom_the_policy_exempts_nobody_said_no_for_and_is_no_child(
    enrolled: list[tuple[str, tuple[float, ...]]],
    seen: list[SeenFace],
    consents: tuple[Consent, ...],
    children: list[str],
) -> None:
    denials = tuple(no(person) for person in PEOPLE if person not in {consent.person for consent in consents})
    everybody = known(*enrolled, consents=(*consents, *denials), children=children)
    guarded = {denial.person for denial in denials} | set(children)
    for found in matched(everybody, *seen, policy=PeoplePolicy(incidental_below=1000)):
        if found.status is FaceStatus.INCIDENTAL:
            assert all(candidate.score < 0.5 for candidate in found.candidates)
            assert all(candidate.score < 0.45 for candidate in found.candidates if candidate.person in guarded)
