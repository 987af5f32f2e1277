"""Registers that the code of earlier times made are brought up to date with all that they held."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import msgspec
import pytest
from tests.register.support import KEY
from tests.support import asked, wrote

from imgpolicy.domain import canonical
from imgpolicy.domain.account import Account, AccountRole
from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.licence import Licence
from imgpolicy.domain.scope import SCOPE_FIELDS, Scope
from imgpolicy.register import migrations
from imgpolicy.register.accounts import accounts, add_account
from imgpolicy.register.consents import record_consent
from imgpolicy.register.decisions import decisions
from imgpolicy.register.desk import item_record
from imgpolicy.register.dismissals import dismissals
from imgpolicy.register.erasure import erase_person
from imgpolicy.register.evidence import evidence_of, licence_evidence, notices
from imgpolicy.register.faces import faces as face_counts
from imgpolicy.register.faces import gallery as read_gallery
from imgpolicy.register.licences import licences as all_licences
from imgpolicy.register.logos import logos as all_logos
from imgpolicy.register.maintenance import verify
from imgpolicy.register.people import people as all_people
from imgpolicy.register.people import person_key
from imgpolicy.register.publications import publications, takedowns
from imgpolicy.register.register import Register
from imgpolicy.register.reliance import check_all_there
from imgpolicy.register.sql.base import REVISION
from imgpolicy.register.sql.consents import ConsentRow
from imgpolicy.register.statements import consents as all_consents
from imgpolicy.register.statements import sealed_row
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.register.webhooks import webhooks
from imgpolicy.register.works import works as all_works

GOLDEN = Path(__file__).parent / "golden"
VERSIONS = Path(migrations.__file__).parent / "versions"


class Judged(msgspec.Struct, frozen=True):
    """Whom a decision is truly about, and whether its report is still there."""

    about: list[str]
    report: bool


class Held(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one golden register holds, in the words of contents.json."""

    commit: str
    people: dict[str, str]
    guardians: dict[str, str]
    consents: dict[str, dict[str, str | int | dict[str, list[str]]]]
    works: dict[str, tuple[str, str, str | None, list[str]]]
    faces: list[tuple[str, str, int]]
    notices: list[str] = []
    evidence: list[str] = []
    publications: dict[str, tuple[dict[str, str | None], bool]] = {}
    publication_works: dict[str, dict[str, str | None]] = {}
    takedowns: list[tuple[str, str, bool]] = []
    licences: dict[str, tuple[str, str, str | None, str | None, str, str | None]] = {}
    decisions: dict[str, Judged] = {}
    dismissals: dict[str, bool] = {}
    artworks: dict[str, int] = {}
    accounts: dict[str, bool] = {}
    desk: dict[str, tuple[str, bool]] = {}
    webhooks: tuple[str, ...] = ()


HELD = msgspec.json.decode((GOLDEN / "contents.json").read_bytes(), type=dict[str, Held])


@pytest.fixture
def revision(request: pytest.FixtureRequest) -> str:
    """The revision of the golden register that is opened."""
    return str(request.param)


@pytest.fixture
def held(revision: str) -> Held:
    """What it must hold."""
    return HELD[revision]


@pytest.fixture
def golden(revision: str, tmp_path: Path) -> Iterator[Register]:
    """A copy of it, brought up to date."""
    file = Path(shutil.copy(GOLDEN / f"{revision}.sqlite", tmp_path / "register.sqlite"))
    with Register.open(f"sqlite:///{file}", KEY) as register:
        yield register


each = pytest.mark.parametrize("revision", HELD, indirect=True)


def test_every_layout_has_one_but_the_newest() -> None:
    revisions = {file.name[1:5] for file in VERSIONS.glob("v*.py")}
    assert HELD.keys() == {file.stem for file in GOLDEN.glob("*.sqlite")}
    assert revisions - {REVISION} <= HELD.keys() <= revisions


@each
def test_people_and_works_are_as_they_were(golden: Register, held: Held) -> None:
    people = asked(golden, all_people)
    assert {person.id: person.name for person in people} == held.people
    assert {person.id: min(person.guardians) for person in people if person.guardians} == held.guardians
    assert {
        work.id: (work.kind, work.title, work.owner, sorted(one.sha256 or "" for one in work.fingerprints))
        for work in asked(golden, all_works)
    } == held.works
    artworks = {logo.id: len(logo.artworks) for logo in asked(golden, all_logos)}
    assert {logo: count for logo, count in artworks.items() if count or logo in held.artworks} == held.artworks


@each
def test_words_of_logos_are_as_they_were(golden: Register, revision: str) -> None:
    assert {words for work in asked(golden, all_works) for words in work.words} == (
        {"Round Example"} if revision >= "0009" else set()
    )


@each
def test_of_what_was_done_before_there_were_accounts_nobody_is_named(golden: Register) -> None:
    with golden.acting_as("mkl").writing() as unit:
        assert {entry.by for entry in unit.sql.journal.entries()} == {""}
        wanted = Account(id="mkl", name="Mette Kjær Lund", role=AccountRole.ADMIN)
        add_account(unit, wanted)
        assert verify(unit).whole
        assert unit.appended is not None
        assert unit.appended.by == unit.vault.pseudonym("mkl")


@each
def test_all_of_them_are_there_to_judge_by(golden: Register) -> None:
    asked(golden, check_all_there)


@each
def test_consents_are_as_they_were(golden: Register, held: Held) -> None:
    # What rested on another basis could not be recorded at first.
    expected = {name: {"basis": "consent"} | said for name, said in held.consents.items()}
    assert {consent.id: stated(consent) for consent in asked(golden, all_consents)} == expected


@each
def test_faces_are_as_they_were(golden: Register, held: Held) -> None:
    assert sorted((count.person, count.engine, count.count) for count in asked(golden, face_counts)) == held.faces
    for engine in {engine for _, engine, _ in held.faces}:
        gallery = asked(golden, read_gallery, engine, dt.date(2026, 5, 4))
        assert sorted(gallery.owners) == [who for who, of, count in held.faces if of == engine for _ in range(count)]


@each
def test_posts_and_what_proves_them_are_as_they_were(golden: Register, held: Held) -> None:
    with golden.reading() as unit:
        posts = publications(unit)
        assert {post.id: (dict(post.people), post.down is not None) for post in posts} == held.publications
        assert {post.id: dict(post.works) for post in posts if post.works} == held.publication_works
        tasks = takedowns(unit)
        assert sorted((task.publication.id, task.cause, task.closed is not None) for task in tasks) == held.takedowns
        assert sorted(notice.id for notice in notices(unit)) == held.notices
        files = [*licence_evidence(unit), *(one for person in held.people for one in evidence_of(unit, person))]
        assert sorted(file.name for file in files) == held.evidence


@each
def test_licences_and_dismissals_are_as_they_were(golden: Register, held: Held) -> None:
    assert {licence.id: licensed(licence) for licence in asked(golden, all_licences)} == held.licences
    with golden.reading() as unit:
        found = dismissals(unit)
    assert {dismissal.id: dismissal.ending is not None for dismissal in found} == held.dismissals


@each
def test_accounts_and_pictures_on_the_desk_are_as_they_were(golden: Register, held: Held) -> None:
    assert {one.id: one.ended is not None for one in asked(golden, accounts)} == held.accounts
    with golden.reading() as unit:
        records = [item_record(unit, item) for item in held.desk]
    assert {one.id: (one.state.value, one.gone) for one in records} == held.desk


@each
def test_who_is_told_of_what_is_withdrawn_is_told_still(golden: Register, held: Held) -> None:
    assert tuple(one.id for one in asked(golden, webhooks)) == held.webhooks


@each
def test_decisions_keep_their_reports(golden: Register, held: Held) -> None:
    with golden.reading() as unit:
        found = decisions(unit)
    assert {one.id: one.report is not None for one in found} == {
        name: judged.report for name, judged in held.decisions.items()
    }
    for one in found:
        if one.report is not None:
            assert [report["verdict"] for report in json.loads(one.report)["reports"]] == [one.verdict]


@each
def test_a_decision_is_about_those_in_it_and_nobody_else(golden: Register, held: Held) -> None:
    with golden.reading() as unit:
        assert linked(unit, held.people) == {name: judged.about for name, judged in held.decisions.items()}


@each
def test_it_is_whole(golden: Register) -> None:
    assert golden.first_broken_entry() is None
    with golden.reading() as unit:
        assert verify(unit).damaged == ()


@each
def test_what_its_entries_do_not_tell_is_remarked(golden: Register, revision: str) -> None:
    with golden.reading() as unit:
        remarks = verify(unit).remarks
    assert any("enrolled faces of 'eileen'" in remark for remark in remarks) == (revision < "0007")
    assert all(remark.startswith("an earlier version ") for remark in remarks)


@pytest.mark.parametrize("revision", ["0006"], indirect=True)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE work SET title = 'Other' WHERE id IN (SELECT work FROM work_picture)",
        "UPDATE work_picture SET phash = NULL WHERE features IS NOT NULL",
        "UPDATE artwork SET picture = sha256",
        "UPDATE publication SET down = at WHERE down IS NULL",
        "DELETE FROM takedown",
        "UPDATE takedown SET details = (SELECT details FROM publication)",
        "UPDATE decision SET verdict = 'go'",
        "UPDATE decision SET release = NULL",
        "DELETE FROM dismissal WHERE ends IS NOT NULL",
        "UPDATE notice SET text = 'Other'",
        "DELETE FROM licence_evidence",
        "UPDATE evidence SET at = '2026-01-01 00:00:00.000000'",
    ],
)
def test_what_its_entries_tell_is_held_against_them(golden: Register, statement: str) -> None:
    with golden.writing() as unit:
        unit.sql.people._connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        unit.sql.people._connection.exec_driver_sql(statement)
        damaged = verify(unit).damaged
        unit.sql.people._connection.rollback()
    assert damaged


class WiderForm(canonical._ConsentForm, frozen=True, kw_only=True, omit_defaults=True, tag="consent/2"):
    """The form of a consent that has a field more."""

    guest_of: str | None = None


@pytest.mark.slow
@each
def test_it_is_whole_when_consents_gain_a_field(golden: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    person = next(iter(asked(golden, all_people))).id
    given = Consent(person=person, kind=ConsentKind.PUBLICATION, state=ConsentState.REQUESTED)
    wrote(golden, record_consent, given)
    monkeypatch.setattr(canonical, "_ConsentForm", WiderForm)
    with golden.reading() as unit:
        assert verify(unit).damaged == ()
    monkeypatch.setattr(canonical, "_ConsentForm", partial(WiderForm, guest_of="somebody"))
    with golden.reading() as unit:
        assert f"the consent {given.id!r} is not what was recorded" in str(verify(unit).damaged)


@each
def test_nothing_is_added_to_a_consent_behind_the_form_of_its_day(golden: Register) -> None:
    consent = next(iter(asked(golden, all_consents)))
    with golden.writing() as unit:
        more = replace(consent, scope=replace(consent.scope, campaigns=consent.scope.campaigns | {"summer"}))
        row = sealed_row(more, person_key(unit, consent.person))
        unit.sql.consents.update(ConsentRow, consent.id, {"details": row.details})
        assert f"the consent {consent.id!r} is not what was recorded" in str(verify(unit).damaged)


@each
def test_an_erasure_after_the_upgrade_is_accounted_for(golden: Register) -> None:
    guardians = {one for person in asked(golden, all_people) for one in person.guardians}
    person = next(person.id for person in asked(golden, all_people) if person.id not in guardians)
    erase_person(golden, person)
    with golden.reading() as unit:
        assert verify(unit).damaged == ()


def linked(unit: UnitOfWork, people: Mapping[str, str]) -> dict[str, list[str]]:
    """Whom the register holds each decision to be about."""
    found: dict[str, list[str]] = {one.id: [] for one in decisions(unit)}
    for person in sorted(people):
        for one in decisions(unit, person):
            found[one.id].append(person)
    return found


def stated(consent: Consent) -> dict[str, str | int | dict[str, list[str]]]:
    """What a consent says, in the words of contents.json."""
    said: dict[str, str | int | dict[str, list[str]] | None] = {
        "person": consent.person,
        "kind": consent.kind.value,
        "state": consent.state.value,
        "valid_from": _day(consent.valid_from),
        "valid_until": _day(consent.valid_until),
        "max_publications": consent.max_publications,
        "basis": consent.basis.value,
        "given_by": consent.given_by,
        "collected": consent.collected,
        "notice": consent.notice,
        "about": consent.about,
        "reason": consent.reason,
        "scope": _words(consent.scope),
        "excluded": _words(consent.excluded),
    }
    return {name: value for name, value in said.items() if value is not None}


def licensed(licence: Licence) -> tuple[str, str, str | None, str | None, str, str | None]:
    """What a licence says, in the words of contents.json."""
    ended = None if licence.end is None else licence.end.reason
    return (licence.work, licence.licensor, licence.terms, licence.credit, str(licence.valid_until), ended)


def _day(day: dt.date | None) -> str | None:
    return None if day is None else str(day)


def _words(scope: Scope) -> dict[str, list[str]]:
    return {SCOPE_FIELDS[dimension]: sorted(words) for dimension, words in scope.items() if words}
