"""The register in use: what goes in comes out, and what must not go in is refused."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.support import asked, wrote

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState, LegalBasis, cover
from imgpolicy.domain.grant import CoverStatus
from imgpolicy.domain.ids import check_id, id_from_title
from imgpolicy.domain.person import Person
from imgpolicy.domain.posting import Posting, today
from imgpolicy.domain.scope import Scope
from imgpolicy.domain.validate import LINE_BREAK
from imgpolicy.domain.work import KnownFingerprint, WorkKind
from imgpolicy.errors import RegisterError
from imgpolicy.facts import Fingerprint, Vector
from imgpolicy.index.features import known_fingerprint
from imgpolicy.register.consents import consents as all_consents
from imgpolicy.register.consents import record_consent
from imgpolicy.register.faces import FaceCount, add_faces
from imgpolicy.register.faces import faces as face_counts
from imgpolicy.register.faces import gallery as read_gallery
from imgpolicy.register.people import add_person
from imgpolicy.register.people import people as all_people
from imgpolicy.register.people import person as one_person
from imgpolicy.register.register import Register
from imgpolicy.register.vault import new_key
from imgpolicy.register.works import add_work
from imgpolicy.register.works import works as all_works

EILEEN = Person(id="eileen", name="Eileen Collins", relation="guest", born=dt.date(1956, 11, 19))
GRACE = Person(id="grace", name="Grace Hopper")
BIOMETRIC = Consent(person="eileen", kind=ConsentKind.BIOMETRIC, state=ConsentState.GIVEN)
PUBLICATION = Consent(
    id="c-z",
    person="eileen",
    kind=ConsentKind.PUBLICATION,
    state=ConsentState.GIVEN,
    scope=Scope(
        channels=frozenset({"facebook", "website"}),
        purposes=frozenset({"any"}),
        settings=frozenset({"private"}),
        campaigns=frozenset({"open day"}),
        audiences=frozenset({"public"}),
        territories=frozenset({"DK"}),
        events=frozenset({"harbour fair"}),
        edits=frozenset({"none", "crop"}),
    ),
    excluded=Scope(channels=frozenset({"x"}), audiences=frozenset({"members"})),
    max_publications=3,
    basis=LegalBasis.PUBLIC_TASK,
    valid_from=dt.date(2026, 1, 1),
    valid_until=dt.date(2026, 12, 31),
    collected="signed form",
    reason="open day",
)


@pytest.fixture
def register(anywhere: Register) -> Register:
    return anywhere


def vectors(count: int, length: int = 8) -> list[Vector]:
    return list(np.random.default_rng(count).normal(size=(count, length)).astype(np.float32))


def fingerprint(seed: int) -> Fingerprint:
    return Fingerprint(sha256=f"{seed:064x}", phash=seed, pdq=tuple(range(seed, seed + 8)), quality=seed % 101)


def denial(person: str = "eileen", kind: ConsentKind = ConsentKind.BIOMETRIC) -> Consent:
    return Consent(person=person, kind=kind, state=ConsentState.WITHDRAWN)


def test_a_new_register_is_for_its_owner_alone_to_read(tmp_path: Path) -> None:
    file = tmp_path / "register.sqlite"
    with Register.create(f"sqlite:///{file}", new_key()) as made, made.writing():
        assert [path.stat().st_mode & 0o077 for path in tmp_path.iterdir()] == [0] * len(list(tmp_path.iterdir()))
    assert file.stat().st_mode & 0o777 == 0o600


def test_people_come_out_as_they_went_in(register: Register) -> None:
    assert asked(register, all_people) == (EILEEN, GRACE)
    assert asked(register, one_person, "eileen") == EILEEN


def test_a_doubled_id_is_refused_and_changes_nothing(register: Register) -> None:
    head = register.head()
    with pytest.raises(RegisterError, match="person 'eileen' already"):
        wrote(register, add_person, replace(GRACE, id="eileen"))
    assert asked(register, one_person, "eileen") == EILEEN
    assert register.head() == head


def test_whoever_is_not_there_is_named(register: Register) -> None:
    for ask in (
        lambda: asked(register, one_person, "nobody"),
        lambda: asked(register, all_consents, "nobody"),
        lambda: asked(register, face_counts, "nobody"),
        lambda: wrote(register, add_faces, "nobody", "engine", vectors(1)),
        lambda: wrote(register, record_consent, denial("nobody")),
        lambda: wrote(register, add_person, Person(id="child", name="A Child", guardian="nobody")),
    ):
        with pytest.raises(RegisterError, match="'nobody'"):
            ask()


def test_a_guardian_is_somebody_else_in_the_register(register: Register) -> None:
    child = Person(id="child", name="A Child", guardian="grace")
    wrote(register, add_person, child)
    assert asked(register, one_person, "child") == child
    with pytest.raises(RegisterError, match="own guardian"):
        wrote(register, add_person, Person(id="self", name="Somebody", guardian="self"))


@pytest.mark.parametrize("text", ["", " ", "a b", "a/b", "a\n", "ø", "x" * 65, "'; DROP TABLE person; --"])
def test_ids_are_short_and_plain(register: Register, text: str) -> None:
    with pytest.raises(RegisterError, match="cannot be an id") as refused:
        wrote(register, add_person, replace(GRACE, id=text))
    assert "\n" not in str(refused.value)
    assert check_id("a.B-c_9") == "a.B-c_9"


LETTERS = st.characters(codec="utf-8", exclude_characters="\0").filter(lambda char: not LINE_BREAK.match(char))


@given(name=st.text(LETTERS, min_size=1).filter(str.strip))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_name_is_kept_as_it_is(register: Register, name: str) -> None:
    person = Person(id=f"p{len(asked(register, all_people))}", name=name, relation=name)
    wrote(register, add_person, person)
    assert asked(register, one_person, person.id) == person


def test_a_name_may_be_very_long_or_look_like_code(register: Register) -> None:
    for number, name in enumerate(("x" * 100_000, "Robert'); DROP TABLE person;--", "$(rm -rf /)", "\u202edlo")):
        wrote(register, add_person, Person(id=str(number), name=name))
        assert asked(register, one_person, str(number)).name == name


@pytest.mark.parametrize("name", ["", "  ", "x" * 100_001, "\udcff", "a\0b", "a\nb", "a\u2028b"])
def test_a_name_that_cannot_be_kept_is_refused_without_repeating_it(register: Register, name: str) -> None:
    with pytest.raises(RegisterError, match=r"^the name ") as refused:
        wrote(register, add_person, Person(id="new", name=name))
    assert len(str(refused.value)) < 100


def test_consents_come_out_as_they_went_in_by_person_and_time(register: Register) -> None:
    first = wrote(register, record_consent, PUBLICATION)
    second = wrote(register, record_consent, replace(denial(kind=ConsentKind.PUBLICATION), id="c-a"))
    other = wrote(register, record_consent, replace(BIOMETRIC, id="c-x", person="grace"))
    assert first == PUBLICATION
    assert asked(register, all_consents, "eileen") == (first, second)
    assert asked(register, all_consents) == (first, second, other)


def test_a_denial_counts_as_later_than_all_that_was_recorded_before_it(register: Register) -> None:
    late = wrote(register, record_consent, replace(PUBLICATION, at=dt.datetime(2030, 1, 1, tzinfo=dt.UTC)))
    withdrawn = wrote(register, record_consent, replace(denial(), at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)))
    assert withdrawn.at > late.at
    assert asked(register, all_consents, "eileen")[-1] == withdrawn


@pytest.mark.slow
def test_an_old_yes_that_turns_up_after_a_withdrawal_revives_nothing(register: Register) -> None:
    said = Consent(person="eileen", kind=ConsentKind.PUBLICATION, state=ConsentState.WITHDRAWN)
    wrote(register, record_consent, replace(said, at=dt.datetime(2026, 4, 1, tzinfo=dt.UTC)))
    yes = Scope(channels=frozenset({"facebook"}), purposes=frozenset({"pr"}))
    early = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
    old = wrote(register, record_consent, replace(said, id="c-old", state=ConsentState.GIVEN, scope=yes, at=early))
    assert old.at == early
    posting = Posting(channel="facebook", purpose="pr", on=dt.date(2026, 5, 1))
    assert cover(asked(register, all_consents, "eileen"), posting).status is CoverStatus.WITHDRAWN


def test_the_time_of_a_statement_is_kept_to_the_microsecond_whatever_its_zone(register: Register) -> None:
    at = dt.datetime(2026, 3, 1, 0, 30, 0, 123456, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    wrote(register, record_consent, replace(PUBLICATION, at=at))
    (kept,) = asked(register, all_consents)
    assert (kept.at, kept.at.tzinfo) == (at, dt.UTC)


@pytest.mark.parametrize(
    ("consent", "reason"),
    [
        (replace(PUBLICATION, valid_until=dt.date(2025, 12, 31)), "before it starts"),
        (replace(denial(), valid_until=dt.date(2030, 1, 1)), "takes no dates"),
        (replace(BIOMETRIC, scope=Scope(channels=frozenset({"facebook"}))), "no channel"),
        (replace(BIOMETRIC, basis=LegalBasis.PUBLIC_TASK), "explicit consent"),
        (replace(denial(), about="c-z"), "about no single record"),
        (replace(PUBLICATION, scope=Scope(channels=frozenset({""}))), "cannot be a channel"),
        (replace(PUBLICATION, scope=Scope(purposes=frozenset({"x" * 101}))), "cannot be a channel"),
        (replace(PUBLICATION, max_publications=0), "at least one publication"),
        (replace(PUBLICATION, state=ConsentState.RENEWED), "which consent it renews"),
        (replace(PUBLICATION, about="c-none"), "has no consent 'c-none'"),
        (replace(PUBLICATION, notice="n-none"), "no notice 'n-none'"),
        (replace(PUBLICATION, given_by="eileen"), "speaks for themself"),
        (replace(PUBLICATION, given_by="grace"), "not the guardian"),
        (replace(denial(kind=ConsentKind.PUBLICATION), max_publications=1), "makes no exceptions"),
        (replace(PUBLICATION, at=dt.datetime(2026, 1, 1)), "time zone"),  # noqa: DTZ001  # what is refused here
        (replace(PUBLICATION, reason=" "), "the reason is empty"),
        (replace(PUBLICATION, collected="\udcff"), "how it was collected is not valid text"),
        (replace(PUBLICATION, id="no id"), "cannot be an id"),
    ],
)
def test_a_consent_that_says_less_than_it_seems_to_is_refused(
    register: Register, consent: Consent, reason: str
) -> None:
    with pytest.raises(RegisterError, match=reason):
        wrote(register, record_consent, consent)
    assert asked(register, all_consents) == ()


def test_a_consent_is_recorded_once(register: Register) -> None:
    wrote(register, record_consent, PUBLICATION)
    with pytest.raises(RegisterError, match=f"consent '{PUBLICATION.id}' already"):
        wrote(register, record_consent, replace(PUBLICATION, person="grace"))


def test_faces_need_a_biometric_consent_that_is_valid_today(register: Register) -> None:
    wrote(register, record_consent, PUBLICATION)
    wrote(register, record_consent, replace(BIOMETRIC, valid_until=today() - dt.timedelta(days=1)))
    with pytest.raises(RegisterError, match="no biometric consent that is valid today"):
        wrote(register, add_faces, "eileen", "engine", vectors(1))
    assert asked(register, face_counts) == ()


def test_faces_are_counted_by_person_and_engine(register: Register) -> None:
    wrote(register, record_consent, BIOMETRIC)
    wrote(register, add_faces, "eileen", "one", vectors(2))
    wrote(register, add_faces, "eileen", "one", vectors(1))
    wrote(register, add_faces, "eileen", "two", vectors(1, 16))
    counts = (
        FaceCount(person="eileen", engine="one", count=3),
        FaceCount(person="eileen", engine="two", count=1),
    )
    assert asked(register, face_counts) == asked(register, face_counts, "eileen") == counts
    assert asked(register, face_counts, "grace") == ()


def test_the_gallery_holds_the_vectors_of_one_engine_beside_their_owners(register: Register) -> None:
    wrote(register, record_consent, BIOMETRIC)
    wrote(register, record_consent, replace(BIOMETRIC, id="c-grace", person="grace"))
    wrote(register, add_faces, "grace", "one", vectors(1))
    wrote(register, add_faces, "eileen", "one", vectors(2))
    wrote(register, add_faces, "eileen", "two", vectors(1, 16))
    gallery = asked(register, read_gallery, "one", today())
    assert gallery.owners == ("grace", "eileen", "eileen")
    assert gallery.vectors.dtype == np.float32
    np.testing.assert_array_equal(gallery.vectors, np.stack([*vectors(1), *vectors(2)]))


def test_nobody_stands_in_the_gallery_on_a_day_without_their_consent(register: Register) -> None:
    end = today() + dt.timedelta(days=30)
    wrote(register, record_consent, replace(BIOMETRIC, valid_until=end))
    wrote(register, add_faces, "eileen", "one", vectors(2))
    assert asked(register, read_gallery, "one", end).owners == ("eileen", "eileen")
    after = asked(register, read_gallery, "one", end + dt.timedelta(days=1))
    assert (after.owners, after.vectors.shape) == ((), (0, 0))
    assert asked(register, read_gallery, "unheard of", end).owners == ()


def test_withdrawing_the_biometric_consent_removes_the_faces(register: Register) -> None:
    wrote(register, record_consent, BIOMETRIC)
    wrote(register, record_consent, replace(BIOMETRIC, id="c-grace", person="grace"))
    wrote(register, add_faces, "eileen", "one", vectors(2))
    wrote(register, add_faces, "grace", "one", vectors(1))
    wrote(register, record_consent, denial(kind=ConsentKind.PUBLICATION))
    assert len(asked(register, face_counts)) == 2
    wrote(register, record_consent, denial())
    assert asked(register, face_counts) == (FaceCount(person="grace", engine="one", count=1),)
    wrote(register, record_consent, replace(BIOMETRIC, id="c-again"))
    assert asked(register, read_gallery, "one", today()).owners == ("grace",)


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        [*vectors(1), *vectors(1, 16)],
        [np.zeros(0, np.float32)],
        [np.zeros((2, 2), np.float32)],
        [*vectors(2), np.full(8, np.nan, np.float32)],
        vectors(1, 16),
    ],
    ids=["none", "two lengths", "empty", "a table", "not a number", "another length than before"],
)
def test_faces_are_enrolled_all_or_none(register: Register, wrong: list[Vector]) -> None:
    wrote(register, record_consent, BIOMETRIC)
    wrote(register, add_faces, "eileen", "engine", vectors(1))
    with pytest.raises(RegisterError, match="vector"):
        wrote(register, add_faces, "eileen", "engine", wrong)
    assert asked(register, face_counts) == (FaceCount(person="eileen", engine="engine", count=1),)


def test_an_engine_has_a_name(register: Register) -> None:
    with pytest.raises(RegisterError, match="id of a face engine"):
        wrote(register, add_faces, "eileen", "", vectors(1))


def test_works_come_out_as_they_went_in(register: Register) -> None:
    logo = wrote(register, add_work, "Our Løgo", [fingerprint(2), fingerprint(3)], kind=WorkKind.OWN_LOGO)
    work = wrote(register, add_work, "Harbour", [fingerprint(1)], owner="A Painter", work_id="harbour.1")
    assert (logo.id, logo.owner) == ("our-lgo", None)
    assert work.fingerprints == (KnownFingerprint(sha256=f"{1:064x}", phash=1, pdq=1, quality=1),)
    assert asked(register, all_works) == (work, logo)


def test_the_largest_hashes_are_kept_whole(register: Register) -> None:
    largest = Fingerprint(sha256="f" * 64, phash=2**64 - 1, pdq=(2**256 - 1,) * 8, quality=100)
    wrote(register, add_work, "White", [largest])
    wrote(register, add_work, "Black", [fingerprint(0)])
    black, white = asked(register, all_works)
    assert white.fingerprints == (known_fingerprint(largest),)
    assert black.fingerprints == (known_fingerprint(fingerprint(0)),)
    with register._database.reading() as transaction:
        assert {(len(row.phash or ""), len(row.pdq or "")) for row in transaction.works.fingerprints()} == {(16, 64)}


def test_the_same_picture_is_known_once(register: Register) -> None:
    wrote(register, add_work, "Harbour", [fingerprint(1)])
    with pytest.raises(RegisterError, match="as 'harbour'"):
        wrote(register, add_work, "The harbour again", [fingerprint(2), fingerprint(1)])
    with pytest.raises(RegisterError, match="given twice"):
        wrote(register, add_work, "Twice", [fingerprint(3), fingerprint(3)])
    assert len(asked(register, all_works)) == 1


def test_a_work_needs_a_title_a_picture_and_an_id_of_its_own(register: Register) -> None:
    wrote(register, add_work, "Harbour", [fingerprint(1)])
    with pytest.raises(RegisterError, match="work 'harbour' already"):
        wrote(register, add_work, "Another", [fingerprint(2)], work_id="harbour")
    with pytest.raises(RegisterError, match="cannot be an id"):
        wrote(register, add_work, "Another", [fingerprint(2)], work_id="no id")
    with pytest.raises(RegisterError, match="at least one picture"):
        wrote(register, add_work, "Nothing", [])
    with pytest.raises(RegisterError, match="the title is empty"):
        wrote(register, add_work, " ", [fingerprint(2)])
    assert wrote(register, add_work, "Harbour", [fingerprint(2)]).id == "harbour-2"


@given(st.text(max_size=300), st.integers(0, 5))
@example("x" * 300, 20)
def test_an_id_made_from_a_title_is_an_id_and_is_free(title: str, taken: int) -> None:
    ids: set[str] = set()
    for _ in range(taken + 1):
        made = check_id(id_from_title(title, ids))
        assert made not in ids
        ids.add(made)


def test_every_change_moves_the_head_and_looking_does_not(register: Register) -> None:
    heads = [register.head()]
    for change in (
        lambda: wrote(register, record_consent, BIOMETRIC),
        lambda: wrote(register, add_faces, "eileen", "one", vectors(1)),
        lambda: wrote(register, record_consent, denial()),
        lambda: wrote(register, add_work, "Harbour", [fingerprint(1)]),
    ):
        change()
        heads.append(register.head())
    asked(register, read_gallery, "one", today())
    assert register.head() == heads[-1]
    assert len(set(heads)) == len(heads)
    assert register.first_broken_entry() is None


def test_two_registers_with_the_same_contents_share_no_head(register: Register, tmp_path: Path) -> None:
    with Register.create(f"sqlite:///{tmp_path}/other.sqlite", new_key()) as other:
        wrote(other, add_person, EILEEN)
        wrote(other, add_person, GRACE)
        assert other.head() != register.head()


@given(
    st.one_of(
        st.text(max_size=40),
        st.from_regex(r"(sqlite|mysql)(\+\w+)?:/{0,4}[\[\]:@/?#%a-z0-9.]{0,30}", fullmatch=True),
    )
)
def test_a_url_of_any_form_is_opened_or_refused_in_one_line(url: str) -> None:
    with pytest.raises(RegisterError) as refused:
        Register.open(url, bytes(32))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("url", ["postgresql://[::1/x", "postgresql://h:port/x", "postgresql://h:99999999999/x"])
def test_a_url_without_a_port_that_can_be_is_refused(url: str) -> None:
    with pytest.raises(RegisterError):
        Register.open(url, bytes(32))
