"""A person's card: what was said, what ends, whose word counts, and since when a face is known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.person import Person
from imgpolicy.domain.scope import Scope
from imgpolicy.errors import RegisterError, RequestError
from imgpolicy.service import cards, faces, grants, people
from imgpolicy.service.workspace import Workspace

PICTURES = Scope(channels=frozenset({"facebook"}), purposes=frozenset({"pr"}))
YES = Consent(person="kid", kind=ConsentKind.PUBLICATION, state=ConsentState.GIVEN, scope=PICTURES, given_by="parent")
FORM = grants.Proof(name="form.pdf", content=b"the form")
NOTICE = grants.NoticeText(version="2", language="da", text="Vi vil gerne vise billeder.")


@pytest.fixture
def workspace(own_demo: Path) -> Iterator[Workspace]:
    with Workspace.open(own_demo / "imgpolicy.toml") as opened:
        people.add(opened, Person(id="parent", name="A parent"))
        people.add(opened, Person(id="kid", name="A child", born=dt.date(2018, 1, 1), guardians=frozenset({"parent"})))
        yield opened


def test_a_card_shows_what_was_said_with_its_proof_and_whose_word_it_is(workspace: Workspace) -> None:
    said = grants.state_consent(workspace, YES, proof=[FORM], notice=NOTICE).consent
    card = cards.card(workspace, "kid")
    assert card.consents == (said,)
    assert [(file.name, file.consent) for file in card.evidence] == [("form.pdf", said.id)]
    assert [notice.text for notice in card.notices] == [NOTICE.text]
    assert card.names == {"parent": "A parent"}
    assert [one.id for one in cards.card(workspace, "parent").wards] == ["kid"]


def test_what_ends_soon_is_that_persons_alone_and_what_the_register_says_is_due(workspace: Workspace) -> None:
    soon = workspace.kept.consents.today() + dt.timedelta(days=20)
    grants.state_consent(workspace, replace(YES, valid_until=soon))
    ends = cards.card(workspace, "kid").ends
    assert [(one.person, one.ends) for one in ends] == [("kid", soon)]
    assert ends == tuple(one for one in grants.consents_due(workspace, cards.SOON) if one.person == "kid")
    assert cards.card(workspace, "parent").ends == ()


def test_a_face_is_dated_by_the_log_whichever_was_forgotten_before(workspace: Workspace, own_demo: Path) -> None:
    (first,) = cards.card(workspace, "eileen").faces
    assert first.at is not None
    before = dt.datetime.now(dt.UTC)
    for quality in (70, 80):
        photograph = own_demo / f"{quality}.jpg"
        Image.open(own_demo / "pictures" / "portrait.jpg").save(photograph, quality=quality)
        before = dt.datetime.now(dt.UTC)
        faces.enrol(workspace, "eileen", [str(photograph)], confirmed=True)
    numbers = [face.number for face in cards.card(workspace, "eileen").faces]
    faces.forget(workspace, "eileen", [numbers[1]])
    kept = cards.card(workspace, "eileen").faces
    assert [face.number for face in kept] == [numbers[0], numbers[2]]
    assert kept[0].at == first.at
    assert kept[1].at is not None
    assert kept[1].at >= before


def test_a_record_is_told_again_with_what_came_of_it(workspace: Workspace) -> None:
    alone = grants.state_consent(workspace, replace(YES, given_by=None))
    assert alone.alone
    assert grants.statement(workspace, alone.consent.id) == alone
    no = grants.state_consent(
        workspace, replace(YES, id="c-no", state=ConsentState.WITHDRAWN, scope=Scope(), reason="by mail")
    )
    yes = grants.state_consent(workspace, replace(YES, id="c-yes", at=dt.datetime.now(dt.UTC)))
    assert yes.ends == (no.consent,)
    assert grants.statement(workspace, "c-yes") == yes


def test_somebody_is_named_by_id_or_by_a_name_that_is_theirs_alone(workspace: Workspace) -> None:
    assert people.named(workspace, " kid ") == people.named(workspace, "a  CHILD") == "kid"
    people.add(workspace, Person(id="kid-2", name="A Child"))
    with pytest.raises(RequestError, match=r"^'A child' may be kid, kid-2: say which, by the id$"):
        people.named(workspace, "A child")
    assert people.named(workspace, "kid-2") == "kid-2"


def test_an_id_is_whose_it_is_and_a_name_that_is_nearly_somebodys_id_is_refused(workspace: Workspace) -> None:
    people.add(workspace, Person(id="kim", name="Kim Berg"))
    people.add(workspace, Person(id="berg", name="Kim"))
    assert people.named(workspace, "kim") == "kim"
    with pytest.raises(RequestError, match="'Kim' may be berg, kim"):
        people.named(workspace, "Kim")
    with pytest.raises(RegisterError, match="there is nobody 'KIM B' in the register"):
        people.named(workspace, "KIM B")
    with pytest.raises(RegisterError, match="there is nobody 'BERG' in the register"):
        people.named(workspace, "BERG")


def test_of_many_namesakes_a_line_names_the_first(workspace: Workspace) -> None:
    for number in range(12):
        people.add(workspace, Person(id=f"twin-{number:02}", name="Twin"))
    with pytest.raises(RequestError, match="twin-08, twin-09, …: say which"):
        people.named(workspace, "twin")


def test_an_id_that_is_proposed_is_free_and_says_nothing(workspace: Workspace) -> None:
    assert people.free_id(workspace) == "person-1"
    people.add(workspace, Person(id="person-7", name="Somebody"))
    assert people.free_id(workspace) == "person-8"
