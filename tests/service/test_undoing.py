"""What was done last is taken back at once by whoever did it, while nothing else was done to it; and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from tests.service.doors import GOOD

from imgpolicy.domain.account import Account, AccountRole
from imgpolicy.domain.consent import DENYING, Consent, ConsentKind, ConsentState
from imgpolicy.domain.log import Action, Entry
from imgpolicy.domain.person import Person
from imgpolicy.domain.scope import Scope
from imgpolicy.domain.terms import DismissedAs
from imgpolicy.errors import RegisterError, RequestError
from imgpolicy.register.maintenance import verify
from imgpolicy.service import accounts, cards, desk, evidence, faces, grants, judging, learning, people, posts, undoing
from imgpolicy.service.faces import FaceWord
from imgpolicy.service.grants import Proof
from imgpolicy.service.workspace import Workspace
from imgpolicy.wire.report import FaceWire, ReportsWire

TWO = "two_people.jpg"
PICTURES = Scope(channels=frozenset({"facebook"}), purposes=frozenset({"pr"}))
YES = Consent(person="grace", kind=ConsentKind.PUBLICATION, state=ConsentState.GIVEN, scope=PICTURES)
FACE = Consent(person="grace", kind=ConsentKind.BIOMETRIC, state=ConsentState.GIVEN)
LATER = dt.timedelta(minutes=11)


@pytest.fixture
def opened(own_demo: Path) -> Iterator[Workspace]:
    with Workspace.open(own_demo / "imgpolicy.toml") as found:
        for login in ("kurt", "kim"):
            accounts.add(found, Account(id=login, name=login.title(), role=AccountRole.ADMIN))
        people.add(found, Person(id="grace", name="Grace Hopper"), adult_by="Kim")
        grants.state_consent(found, now(FACE))
        yield found


@pytest.fixture
def kurt(opened: Workspace) -> Workspace:
    return opened.acting_as("kurt")


@pytest.fixture
def item(kurt: Workspace, own_demo: Path) -> str:
    """Two people: Eileen, whom the register knows, and Grace, whom it does not."""
    batch = desk.open_batch(kurt, "kurt", GOOD)
    found = desk.take_in(kurt, batch.id, TWO, (own_demo / "pictures" / TWO).read_bytes())
    return judging.judge(kurt, found.id).id


def now(consent: Consent) -> Consent:
    return replace(consent, id=Consent(person="x", kind=consent.kind, state=consent.state).id, at=moment())


def moment() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def seen(workspace: Workspace, item: str) -> list[FaceWire]:
    answer = desk.item(workspace, item).answers["en"]
    return msgspec.json.decode(answer, type=ReportsWire).reports[0].faces


def last(workspace: Workspace) -> Entry:
    with workspace.register.reading() as unit:
        return list(unit.sql.journal.entries())[-1]


def name(workspace: Workspace, item: str, *ids: str) -> undoing.Before:
    before = undoing.before_naming(workspace, item)
    judging.change(workspace, item, replace(before.posting, people=ids))
    return before


# Naming


def test_who_was_named_is_not_any_more_and_the_log_says_who_took_it_back(kurt: Workspace, item: str) -> None:
    before = name(kurt, item, "grace")
    judging.judge(kurt, item)
    undoing.naming(kurt, before)
    assert undoing.before_naming(kurt, item).posting == before.posting
    with kurt.register.reading() as unit:
        assert (last(kurt).action, last(kurt).by) == (Action.TAKE_BACK_NAME, unit.vault.pseudonym("kurt"))
    judging.judge(kurt, item)
    assert [face.person for face in seen(kurt, item)] == ["eileen", None]


def test_naming_is_not_taken_back_under_what_was_done_since(kurt: Workspace, item: str) -> None:
    first = name(kurt, item, "grace")
    name(kurt, item, "grace", "eileen")
    with pytest.raises(RequestError, match="something else was done"):
        undoing.naming(kurt, first)
    assert undoing.before_naming(kurt, item).posting.people == ("grace", "eileen")


def test_naming_is_taken_back_once_and_by_whoever_named(kurt: Workspace, opened: Workspace, item: str) -> None:
    before = name(kurt, item, "grace")
    for other in (opened, opened.acting_as("kim")):
        with pytest.raises(RequestError, match="nothing of yours"):
            undoing.naming(other, before)
    undoing.naming(kurt, before)
    with pytest.raises(RequestError, match="something else was done"):
        undoing.naming(kurt, before)


# Learning a face


def test_a_face_that_was_learnt_is_erased_and_those_from_before_stay(kurt: Workspace, item: str) -> None:
    place, held = seen(kurt, item)[1].box, len(cards.card(kurt, "eileen").faces)
    since = moment()
    learning.learn(kurt, item, "grace", place)
    undoing.learning(kurt, "grace", since=since)
    assert cards.card(kurt, "grace").faces == ()
    assert len(cards.card(kurt, "eileen").faces) == held
    assert last(kurt).action == Action.REMOVE_FACES
    with pytest.raises(RequestError, match="nothing of yours"):
        undoing.learning(kurt, "grace", since=since)


def test_a_face_of_another_account_or_of_before_is_not_erased(kurt: Workspace, opened: Workspace, item: str) -> None:
    place, since = seen(kurt, item)[1].box, moment()
    learning.learn(opened.acting_as("kim"), item, "grace", place)
    with pytest.raises(RequestError, match="nothing of yours"):
        undoing.learning(kurt, "grace", since=since)
    with pytest.raises(RequestError, match="nothing of yours"):
        undoing.learning(opened.acting_as("kim"), "grace", since=moment())
    with pytest.raises(RequestError, match="ten minutes"):
        undoing.learning(opened.acting_as("kim"), "grace", since=since - LATER)
    assert len(cards.card(kurt, "grace").faces) == 1


# Dismissing


def test_a_face_that_was_dismissed_counts_again(kurt: Workspace, item: str) -> None:
    since = moment()
    judging.dismiss(kurt, item, FaceWord(what=DismissedAs.ARTWORK, by="Kurt", reason="a poster", number=2))
    undone = undoing.dismissal(kurt, item, since=since, by="Kurt")
    (kept,) = (one for one in faces.dismissed(kurt) if one.id == undone)
    assert kept.ending is not None
    assert kept.ending.by == "Kurt"
    judging.judge(kurt, item)
    assert seen(kurt, item)[1].status == "unknown"
    with pytest.raises(RequestError, match="nothing of yours"):
        undoing.dismissal(kurt, item, since=since, by="Kurt")


def test_of_two_dismissals_nobody_guesses_which_is_meant(kurt: Workspace, opened: Workspace, item: str) -> None:
    since = moment()
    for number in (1, 2):
        word = FaceWord(what=DismissedAs.ARTWORK, by="Kurt", reason="a poster", number=number)
        judging.dismiss(kurt, item, word)
    with pytest.raises(RequestError, match="something else was done"):
        undoing.dismissal(kurt, item, since=since, by="Kurt")
    with pytest.raises(RequestError, match="nothing of yours"):
        undoing.dismissal(opened.acting_as("kim"), item, since=since, by="Kim")


# A yes


def test_a_yes_is_marked_as_entered_in_error_and_its_proof_stays(kurt: Workspace) -> None:
    said = grants.state_consent(kurt, now(YES), proof=[Proof(name="form.pdf", content=b"x")]).consent
    mark = undoing.consent(kurt, said.id, by="Kurt").consent
    assert (mark.state, mark.about, mark.by) == (ConsentState.ENTERED_IN_ERROR, said.id, "Kurt")
    assert [one.consent for one in evidence.files_of(kurt, "grace").found] == [said.id]
    with pytest.raises(RequestError, match="something else was done"):
        undoing.consent(kurt, said.id, by="Kurt")
    with kurt.register.reading() as unit:
        assert verify(unit).whole


@pytest.mark.parametrize("state", sorted(DENYING))
def test_what_takes_back_is_never_taken_back(kurt: Workspace, state: ConsentState) -> None:
    grants.state_consent(kurt, now(YES))
    no = grants.state_consent(kurt, now(replace(YES, state=state, scope=Scope(), reason="by mail"))).consent
    with pytest.raises(RequestError, match="nothing of yours"):
        undoing.consent(kurt, no.id, by="Kurt")


def said_no(workspace: Workspace) -> object:
    return grants.state_consent(
        workspace, now(replace(YES, state=ConsentState.WITHDRAWN, scope=Scope(), reason="by mail"))
    )


def said_more(workspace: Workspace) -> object:
    return grants.state_consent(workspace, now(replace(YES, scope=replace(PICTURES, channels=frozenset({"x"})))))


def edited(workspace: Workspace) -> object:
    return people.edit(workspace, "grace", people.PersonChange(name="Somebody else"))


def posted(workspace: Workspace) -> object:
    meadow = str(Path(workspace.files[0]).parent / "pictures" / "meadow.jpg")
    return posts.record_post(workspace, meadow, replace(GOOD, people=("grace",)), "https://example.org/1")


@pytest.mark.parametrize("since", [said_no, said_more, edited, posted])
def test_a_yes_on_which_anything_followed_stands(kurt: Workspace, since: Callable[[Workspace], object]) -> None:
    said = grants.state_consent(kurt, now(YES)).consent
    since(kurt)
    before = cards.card(kurt, "grace").consents
    with pytest.raises(RequestError, match="something else was done"):
        undoing.consent(kurt, said.id, by="Kurt")
    assert cards.card(kurt, "grace").consents == before


def test_a_yes_on_which_a_face_rests_stands(kurt: Workspace, item: str) -> None:
    said = grants.state_consent(kurt, now(FACE)).consent
    learning.learn(kurt, item, "grace", seen(kurt, item)[1].box)
    with pytest.raises(RequestError, match="something else was done"):
        undoing.consent(kurt, said.id, by="Kurt")
    assert len(cards.card(kurt, "grace").faces) == 1


def test_a_yes_of_another_account_or_door_stands(kurt: Workspace, opened: Workspace) -> None:
    said = grants.state_consent(kurt, now(YES)).consent
    for other in (opened, opened.acting_as("kim")):
        with pytest.raises(RequestError, match="nothing of yours"):
            undoing.consent(other, said.id, by="Kim")
    typed = grants.state_consent(opened, now(YES)).consent
    with pytest.raises(RequestError, match="nothing of yours"):
        undoing.consent(kurt, typed.id, by="Kurt")
    assert undoing.consent(opened, typed.id, by="Kim").consent.about == typed.id


def test_a_yes_of_more_than_ten_minutes_ago_stands(kurt: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    said = grants.state_consent(kurt, now(YES)).consent
    monkeypatch.setattr(undoing, "WITHIN", dt.timedelta())
    with pytest.raises(RequestError, match="ten minutes"):
        undoing.consent(kurt, said.id, by="Kurt")


def test_where_two_answer_for_an_error_two_answer_for_this_one(own_demo: Path) -> None:
    policy = own_demo / "imgpolicy.toml"
    policy.write_text(policy.read_text().replace("second_person = false", "second_person = true"))
    with Workspace.open(policy) as workspace:
        accounts.add(workspace, Account(id="kurt", name="Kurt", role=AccountRole.ADMIN))
        kurt = workspace.acting_as("kurt")
        said = grants.state_consent(kurt, now(replace(YES, person="eileen"))).consent
        with pytest.raises(RequestError, match="two people"):
            undoing.consent(kurt, said.id, by="Kurt")
        with pytest.raises(RegisterError, match="another than the first"):
            undoing.consent(kurt, said.id, by="Kurt", second=" kurt ")
        assert undoing.consent(kurt, said.id, by="Kurt", second="Kim").consent.second == "Kim"
