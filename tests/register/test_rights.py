"""What people may ask for: to see everything, to have it put right, and to be forgotten; and who speaks for a child."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from tests.register.support import EILEEN, Made, biometric, no, post, vectors, yes
from tests.support import asked, wrote

from imgpolicy.domain import validate
from imgpolicy.domain.consent import ConsentState
from imgpolicy.domain.decision import Decision
from imgpolicy.domain.log import Action
from imgpolicy.domain.person import Person
from imgpolicy.domain.posting import today
from imgpolicy.domain.work import KnownFingerprint
from imgpolicy.errors import RegisterError
from imgpolicy.language import LanguageCode, language
from imgpolicy.register.consents import record_consent
from imgpolicy.register.decisions import decisions, record_decision
from imgpolicy.register.erasure import erase_person
from imgpolicy.register.evidence import add_evidence, add_notice, evidence_of, read_evidence
from imgpolicy.register.faces import add_faces, remove_faces
from imgpolicy.register.faces import gallery as read_gallery
from imgpolicy.register.maintenance import verify
from imgpolicy.register.people import add_person, edit_person, log_on
from imgpolicy.register.people import people as all_people
from imgpolicy.register.people import person as one_person
from imgpolicy.register.publications import publications, takedowns
from imgpolicy.register.register import Register
from imgpolicy.register.sql.decisions import JudgedRow
from imgpolicy.register.statements import consents as all_consents
from imgpolicy.register.stores import STORES
from imgpolicy.register.subject_access import dossier
from imgpolicy.register.works import add_work
from imgpolicy.render.person import STORE_WORDS, dossier_html, dossier_json

FORM = b"the signed form, as scanned " * 20
HOSTILE = "<script>alert('x')</script> & \x1b[31m\u202e"


REPORT = b'{"reports": [{"posting": {"people": []}, "faces": [{"person": "eileen"}]}]}'
"""As much of a report as says whom it is about."""


def report_on(
    *, person: str | None = None, candidates: Sequence[str] = (), message: str = "", code: str = "P101"
) -> bytes:
    """A report as JSON that is about one face, and full of words that are ids of somebody."""
    face = {"person": person, "candidates": list(candidates), "status": "unknown"}
    finding = {"code": code, "message": message, "evidence": {"audience": "public"}}
    posting = {"channel": "news", "audience": "public", "caption": "go public with the news", "people": []}
    return json.dumps(
        {"reports": [{"verdict": "go", "posting": posting, "faces": [face], "findings": [finding]}]}
    ).encode()


def fill(anywhere: Register) -> None:
    """Everything that a register can hold about one person."""
    with anywhere.writing() as unit:
        notice = add_notice(unit, "2", "da", "Vi spørger om lov")
    consent = wrote(anywhere, record_consent, replace(yes(), notice=notice.id, collected="at the front desk"))
    wrote(anywhere, record_consent, biometric())
    wrote(anywhere, add_faces, "eileen", "engine", vectors(2))
    wrote(anywhere, record_consent, no(channel="facebook"))
    post(anywhere, consent, wrote(anywhere, record_consent, yes("grace")))
    with anywhere.writing() as unit:
        add_evidence(unit, "eileen", "form.pdf", FORM, consent=consent.id)
        decision = Decision(picture="a" * 64, policy="b" * 64, head="c" * 64, verdict="go", report=REPORT)
        record_decision(unit, decision)


def test_an_export_holds_everything(anywhere: Register) -> None:
    fill(anywhere)
    with anywhere.reading() as unit:
        found = json.loads(dossier_json(dossier(unit, "eileen")))
    assert found["person"]["name"] == "Eileen Collins"
    assert [consent["event_state"] for consent in found["consents"]] == ["given", "given", "withdrawn"]
    assert found["consents"][0]["collection_method"] == "at the front desk"
    assert found["consents"][0]["pii_principal_id"] == "eileen"
    assert found["privacy_notices"][0]["text"] == "Vi spørger om lov"
    (evidence,) = found["evidence"]
    assert (evidence["name"], evidence["size"]) == ("form.pdf", len(FORM))
    assert [face["numbers"] for face in found["faces"]] == [8, 8]
    assert "vector" not in json.dumps(found)
    assert found["controller"] is None
    assert any("article 77" in right for right in found["rights"])
    assert found["retention"]["consents"] == "until the person is erased"
    assert [publication["url"] for publication in found["publications"]] == ["https://example.org/website/0"]
    assert found["publications"][0]["people"].keys() == {"eileen"}
    assert found["decisions"][0]["verdict"] == "go"
    assert [entry["action"] for entry in found["log"]][:2] == ["add person", "record consent"]


def test_the_page_says_who_answers_what_may_be_asked_for_and_how_long_it_is_kept(anywhere: Register) -> None:
    fill(anywhere)
    with anywhere.reading() as unit:
        found = replace(dossier(unit, "eileen"), controller="Example Library, Harbour Street 1")
    english, danish = dossier_html(found), dossier_html(found, language(LanguageCode.DANISH))
    assert "Example Library, Harbour Street 1" in english
    for said in ("What is held about Eileen Collins", "article 17", "until the person is erased", "Enrolled faces"):
        assert said in english
    for said in ("Hvad der opbevares om Eileen Collins", "artikel 17", "indtil personen slettes", "Ansigter til genk"):
        assert said in danish
    assert 'lang="da"' in danish
    assert set(STORE_WORDS) == {store.name for store in STORES if store.show is not None}


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.seen.add(tag)


def test_the_page_shows_hostile_text_as_text(anywhere: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(anywhere)
    with monkeypatch.context() as earlier:
        earlier.setattr(validate, "check_line", lambda *_: None)  # earlier versions kept such a name
        wrote(anywhere, add_person, Person(id="bobby", name=HOSTILE, relation=HOSTILE))
    with anywhere.reading() as unit:
        pages = [dossier_html(dossier(unit, person)) for person in ("bobby", "eileen")]
    for page in pages:
        tags = Tags()
        tags.feed(page)
        assert "script" not in tags.seen
        assert {"table", "h1", "h2"} <= tags.seen
        assert not any(char in page for char in "\x1b\u202e")
    assert "&lt;script&gt;" in pages[0]
    assert "Vi spørger om lov" in pages[1]


def test_what_is_wrong_is_put_right(anywhere: Register) -> None:
    wrote(anywhere, record_consent, yes())
    renamed = replace(EILEEN, name="Eileen Marie Collins", guardians=frozenset({"grace"}))
    with anywhere.writing() as unit:
        edit_person(unit, renamed)
    assert asked(anywhere, one_person, "eileen") == renamed
    assert len(asked(anywhere, all_consents, "eileen")) == 1
    for wrong in (
        replace(EILEEN, name=""),
        replace(EILEEN, guardians=frozenset({"nobody"})),
        replace(EILEEN, id="nobody"),
    ):
        with pytest.raises(RegisterError), anywhere.writing() as unit:
            edit_person(unit, wrong)
    assert asked(anywhere, one_person, "eileen") == renamed


def test_an_erased_person_is_gone_from_every_byte_of_the_files(made: Made) -> None:
    fill(made.register)
    for number in range(50):
        wrote(made.register, add_person, Person(id=f"other{number}", name="Somebody Else"))
    with sqlite3.connect(made.file) as connection:
        queries = (
            "SELECT key FROM person WHERE id = 'eileen'",
            "SELECT details FROM person WHERE id = 'eileen'",
            "SELECT vector FROM face_vector WHERE person = 'eileen'",
            "SELECT content FROM evidence WHERE person = 'eileen'",
            "SELECT details FROM consent WHERE person = 'eileen'",
        )
        sealed = [row[0] for query in queries for row in connection.execute(query).fetchall()]
    connection.close()
    assert all(secret in made.raw_bytes() for secret in sealed)
    assert b"eileen" in made.raw_bytes()
    done = erase_person(made.register, "eileen")
    assert done.bytes_gone
    raw = made.raw_bytes()
    assert b"eileen" not in raw
    for secret in sealed:
        assert secret not in raw
        assert secret[12:44] not in raw
    with pytest.raises(RegisterError, match="there is nobody 'eileen'"):
        asked(made.register, one_person, "eileen")
    assert made.register.first_broken_entry() is None
    wrote(made.register, add_person, replace(EILEEN, name="Another Eileen"))
    assert asked(made.register, all_consents, "eileen") == ()


def test_an_erasure_leaves_the_posts_to_take_down_and_the_verdicts(anywhere: Register) -> None:
    fill(anywhere)
    done = erase_person(anywhere, "eileen")
    assert [(task.cause, task.publication.url) for task in done.takedowns] == [
        ("erased", "https://example.org/website/0")
    ]
    with anywhere.reading() as unit:
        assert [task.closed for task in takedowns(unit)] == [None]
        (publication,) = publications(unit)
        assert publication.people.keys() == {"grace"}
        (decision,) = decisions(unit)
    assert (decision.verdict, decision.picture, decision.report) == ("go", "a" * 64, None)


@pytest.mark.parametrize("word", ["public", "news", "go", "review", "website", "artwork"])
def test_a_word_that_is_somebodys_id_makes_no_decision_theirs(anywhere: Register, word: str) -> None:
    wrote(anywhere, add_person, Person(id=word, name="Somebody with a short id"))
    about_others = [
        report_on(),
        report_on(person="eileen"),
        report_on(candidates=["grace"]),
        report_on(message=f"{word}: {word}", code="P106"),
    ]
    with anywhere.writing() as unit:
        for number, report in enumerate((*about_others, report_on(person=word))):
            decision = Decision(id=f"d-{number}", picture=None, policy="b", head="c", verdict="go", report=report)
            record_decision(unit, decision)
        assert [found.id for found in dossier(unit, word).decisions] == ["d-4"]
    erase_person(anywhere, word)
    with anywhere.reading() as unit:
        left = {decision.id: decision.report for decision in decisions(unit)}
        assert left == {**{f"d-{number}": report for number, report in enumerate(about_others)}, "d-4": None}
        assert [found.id for found in decisions(unit, "grace")] == ["d-2"]
        assert verify(unit).whole


def test_links_that_earlier_versions_drew_from_words_are_not_believed(anywhere: Register) -> None:
    wrote(anywhere, add_person, Person(id="public", name="Somebody with a short id"))
    with anywhere.writing() as unit:
        decision = Decision(picture=None, policy="b", head="c", verdict="go", report=report_on(person="eileen"))
        record_decision(unit, decision)
        unit.sql.decisions.insert([JudgedRow(decision.id, "public")])
        assert decisions(unit, "public") == ()
    erase_person(anywhere, "public")
    with anywhere.reading() as unit:
        assert decisions(unit, "eileen") == (decision,)


def test_a_work_of_the_same_id_is_no_part_of_what_is_held_about_a_person(anywhere: Register) -> None:
    wrote(anywhere, add_work, "Eileen", [KnownFingerprint(pdq=4)], work_id="eileen")
    with anywhere.reading() as unit:
        assert [entry.action for entry in dossier(unit, "eileen").log] == [Action.ADD_PERSON]


def test_an_erasure_accounts_for_all_that_was_recorded_before_it(made: Made) -> None:
    fill(made.register)
    erase_person(made.register, "eileen")
    wrote(made.register, add_person, EILEEN)
    with made.register.reading() as unit:
        assert verify(unit).whole
    with made.register.writing() as unit:
        log_on(unit, Action.ERASE_PERSON, "grace", b"not what was recorded of them")
        damaged = verify(unit).damaged
    assert any("the person 'grace' is not what was recorded" in line for line in damaged)


def test_while_somebody_reads_the_bytes_stay_and_that_is_said(made: Made) -> None:
    wrote(made.register, record_consent, yes())
    with sqlite3.connect(made.file) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM person").fetchone()
        assert not erase_person(made.register, "eileen").bytes_gone
        reader.rollback()
    reader.close()
    assert made.register.scrub()
    assert b"eileen" not in made.raw_bytes()


def test_a_guardian_is_not_erased_before_there_is_another(anywhere: Register) -> None:
    wrote(anywhere, add_person, Person(id="child", name="A Child", guardians=frozenset({"grace"})))
    with pytest.raises(RegisterError, match="the guardian of child"):
        erase_person(anywhere, "grace")
    with anywhere.writing() as unit:
        edit_person(unit, Person(id="child", name="A Child", guardians=frozenset({"eileen"})))
    erase_person(anywhere, "grace")
    assert [person.id for person in asked(anywhere, all_people)] == ["child", "eileen"]


def test_a_yes_for_a_child_is_nobodys_to_give_who_is_not_the_guardian_and_a_no_anybodys(anywhere: Register) -> None:
    born = today().replace(day=1) - dt.timedelta(days=3000)
    wrote(anywhere, add_person, Person(id="child", name="A Child", born=born, guardians=frozenset({"grace"})))
    with pytest.raises(RegisterError, match="'eileen' is not the guardian of 'child'"):
        wrote(anywhere, record_consent, yes("child", given_by="eileen"))
    wrote(anywhere, record_consent, yes("child", given_by="grace"))
    wrote(anywhere, record_consent, no("child"))
    assert [consent.state for consent in asked(anywhere, all_consents, "child")] == [
        ConsentState.GIVEN,
        ConsentState.WITHDRAWN,
    ]


@pytest.mark.parametrize(
    ("born", "of_age"),
    [
        (dt.date(2010, 5, 1), dt.date(2028, 5, 1)),
        (dt.date(2008, 2, 29), dt.date(2026, 3, 1)),
        (None, None),
    ],
)
def test_a_person_is_a_minor_until_the_eighteenth_birthday(born: dt.date | None, of_age: dt.date | None) -> None:
    person = Person(id="child", name="A Child", born=born)
    assert person.of_age == of_age
    if of_age is not None:
        assert person.minor(of_age - dt.timedelta(days=1))
        assert not person.minor(of_age)


def test_faces_are_listed_one_by_one_and_removed_one_by_one(anywhere: Register) -> None:
    wrote(anywhere, record_consent, biometric())
    wrote(anywhere, add_faces, "eileen", "engine", vectors(3))
    with anywhere.reading() as unit:
        faces = dossier(unit, "eileen").faces
    np.testing.assert_array_equal(np.stack([np.frombuffer(face.vector, "<f4") for face in faces]), np.stack(vectors(3)))
    with anywhere.writing() as unit:
        assert remove_faces(unit, "eileen", [faces[1].id]) == 1
    np.testing.assert_array_equal(
        asked(anywhere, read_gallery, "engine", today()).vectors, np.stack(vectors(3))[[0, 2]]
    )
    with pytest.raises(RegisterError, match="has no face 999"), anywhere.writing() as unit:
        remove_faces(unit, "eileen", [999])
    with anywhere.writing() as unit:
        assert remove_faces(unit, "eileen") == 2
        assert remove_faces(unit, "eileen") == 0


def test_evidence_comes_out_as_it_went_in_and_is_encrypted_on_disk(made: Made) -> None:
    consent = wrote(made.register, record_consent, yes())
    with made.register.writing() as unit:
        stored = add_evidence(unit, "eileen", "form.pdf", FORM, consent=consent.id)
    with made.register.reading() as unit:
        assert read_evidence(unit, stored.id) == (stored, FORM)
        assert evidence_of(unit, "eileen") == (stored,)
        assert evidence_of(unit, "grace") == ()
        with pytest.raises(RegisterError, match="there is no evidence 'e-none'"):
            read_evidence(unit, "e-none")
    raw = made.raw_bytes()
    assert FORM[:40] not in raw
    assert b"form.pdf" not in raw
    assert stored.sha256.encode() not in raw


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [("", FORM, "name is empty"), ("form.pdf", b"", "proves nothing"), ("form.pdf", bytes(50_000_001), "can be kept")],
)
def test_what_proves_nothing_is_no_evidence(anywhere: Register, name: str, content: bytes, reason: str) -> None:
    with pytest.raises(RegisterError, match=reason), anywhere.writing() as unit:
        add_evidence(unit, "eileen", name, content)


def test_evidence_that_was_altered_or_moved_is_not_shown(made: Made) -> None:
    with made.register.writing() as unit:
        stored = add_evidence(unit, "eileen", "form.pdf", FORM)
        other = add_evidence(unit, "eileen", "other.pdf", b"another")
    with sqlite3.connect(made.file) as connection:
        connection.execute(
            "UPDATE evidence SET content = (SELECT content FROM evidence WHERE id = ?) WHERE id = ?",
            (other.id, stored.id),
        )
    connection.close()
    with made.register.reading() as unit, pytest.raises(RegisterError, match=r"evidence\.content of 'eileen'"):
        read_evidence(unit, stored.id)


def test_a_notice_is_kept_once_for_everybody(anywhere: Register) -> None:
    with anywhere.writing() as unit:
        one = add_notice(unit, "1", "en", "We ask")
        assert add_notice(unit, "1", "en", "We ask") == one
        assert add_notice(unit, "2", "en", "We ask").id != one.id
        with pytest.raises(RegisterError, match="is no language"):
            add_notice(unit, "1", "english?", "We ask")
