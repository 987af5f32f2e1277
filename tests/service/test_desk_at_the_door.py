"""What a page or a call asks of the desk: whose pictures are whose, and which files may be fetched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from imgpolicy.domain.account import Account, AccountRole, Caller
from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.desk import Approval, Item, ItemState, Way, WayKind
from imgpolicy.domain.posting import Origin, Posting, Role
from imgpolicy.domain.terms import DismissedAs
from imgpolicy.errors import DeniedError, PictureError, RequestError
from imgpolicy.service import accounts, deciding, desk, grants, judging, posting
from imgpolicy.service.faces import FaceWord, dismissed
from imgpolicy.service.workspace import Workspace

pytestmark = pytest.mark.slow

FACEBOOK = Posting(channel="facebook", role=Role.EMPLOYEE, purpose="pr", origin=Origin.OWN)


@pytest.fixture
def workspace(own_demo: Path) -> Iterator[Workspace]:
    with Workspace.open(own_demo / "imgpolicy.toml") as opened:
        yield opened


def taken_in(workspace: Workspace, name: str) -> Item:
    batch = desk.open_batch(workspace, "anna", FACEBOOK)
    return desk.take_in(workspace, batch.id, name, (workspace.kept.folder / "pictures" / name).read_bytes())


def judged(workspace: Workspace, name: str) -> Item:
    return judging.judge(workspace, taken_in(workspace, name).id)


def test_a_go_is_fetched_as_it_was_and_a_clean_copy_in_its_place(workspace: Workspace) -> None:
    meadow = judged(workspace, "meadow.jpg")
    assert posting.to_post(workspace, meadow.id) == ("meadow.jpg", desk.original(workspace, meadow.id))
    placed = judged(workspace, "with_location.jpg")
    with pytest.raises(RequestError, match="may not be posted"):
        posting.to_post(workspace, placed.id)
    cleaned = judging.clean(workspace, placed.id, [Way(kind=WayKind.AUTOMATIC)])
    assert desk.may_be_posted(cleaned)
    assert posting.to_post(workspace, placed.id) == desk.copy(workspace, placed.id)
    assert desk.item(workspace, placed.id).ways == (Way(kind=WayKind.AUTOMATIC),)


def withdrawn(workspace: Workspace, person: str) -> None:
    no = Consent(person=person, kind=ConsentKind.PUBLICATION, state=ConsentState.WITHDRAWN, reason="asked")
    grants.state_consent(workspace, no)


def test_a_go_of_before_a_withdrawal_is_not_handed_out(workspace: Workspace) -> None:
    eileen = judged(workspace, "portrait.jpg")
    assert posting.to_post(workspace, eileen.id)
    withdrawn(workspace, "eileen")
    with pytest.raises(RequestError, match="changed since"):
        posting.to_post(workspace, eileen.id)
    assert posting.renew(workspace, eileen.id).verdict == "no-go"
    with pytest.raises(RequestError, match="may not be posted"):
        posting.to_post(workspace, eileen.id)


def test_what_reviewers_accepted_is_handed_out_as_long_as_nothing_is_found_that_they_did_not_see(
    workspace: Workspace,
) -> None:
    two = judged(workspace, "two_people.jpg")
    deciding.hand_in(workspace, two.id, by="anna", note=None)
    said = Approval(by="berta", name="Berta", accept=True, reason="she agreed by phone")
    assert deciding.decide(workspace, two.id, said).state is ItemState.ACCEPTED
    other = judged(workspace, "meadow.jpg")
    posting.post(workspace, other.id, "https://example.org/1")
    with pytest.raises(RequestError, match="changed since"):
        posting.to_post(workspace, two.id)
    assert posting.renew(workspace, two.id).state is ItemState.ACCEPTED
    assert posting.to_post(workspace, two.id)[0] == "two_people.jpg"
    withdrawn(workspace, "eileen")
    assert posting.renew(workspace, two.id).state is ItemState.HANDED
    with pytest.raises(RequestError, match="may not be posted"):
        posting.to_post(workspace, two.id)


def test_what_was_posted_is_not_handed_out_once_more(workspace: Workspace) -> None:
    meadow = judged(workspace, "meadow.jpg")
    assert posting.post(workspace, meadow.id, "https://example.org/2").state is ItemState.POSTED
    with pytest.raises(RequestError, match="may not be posted"):
        posting.to_post(workspace, meadow.id)


def test_the_small_picture_is_of_the_copy_and_of_what_was_before(workspace: Workspace) -> None:
    placed = judged(workspace, "two_people.jpg")
    before = desk.small(workspace, placed.id)
    judging.clean(workspace, placed.id, [Way(kind=WayKind.AUTOMATIC)])
    assert desk.small(workspace, placed.id) != before
    assert desk.small(workspace, placed.id, before=True) is not None


def test_what_waits_is_found_again_in_the_order_in_which_it_came(workspace: Workspace) -> None:
    first, second = taken_in(workspace, "meadow.jpg"), taken_in(workspace, "portrait.jpg")
    assert desk.waiting(workspace) == (first.id, second.id)
    judging.judge(workspace, first.id)
    assert desk.waiting(workspace) == (second.id,)


def test_a_reviewers_word_on_a_face_has_the_picture_judged_anew(workspace: Workspace) -> None:
    found = judged(workspace, "two_people.jpg")
    assert found.verdict == "no-go"
    word = FaceWord(what=DismissedAs.ARTWORK, by="Berta", reason="a print on the wall", number=2)
    assert judging.dismiss(workspace, found.id, word).verdict == "go"
    assert [one.reason for one in dismissed(workspace)] == ["a print on the wall"]


def test_faces_are_counted_in_the_picture_as_it_was(workspace: Workspace) -> None:
    found = judging.clean(workspace, judged(workspace, "two_people.jpg").id, [Way(kind=WayKind.AUTOMATIC)])
    assert found.state is ItemState.JUDGED
    with pytest.raises(RequestError, match="undo the ways out"):
        judging.dismiss(workspace, found.id, FaceWord(what=DismissedAs.ARTWORK, by="B", reason="a print", number=2))


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/a.jpg", "http://[::1]/a.jpg", "http://169.254.169.254/latest"])
def test_what_lies_in_a_private_network_is_not_fetched(workspace: Workspace, url: str) -> None:
    batch = desk.open_batch(workspace, "anna", FACEBOOK)
    with pytest.raises(PictureError):
        desk.fetch_in(workspace, batch.id, url)
    assert desk.items(workspace, batch.id) == ()


def test_what_lies_on_the_desk_is_its_accounts_and_the_reviewers() -> None:
    def caller(login: str, role: AccountRole) -> Caller:
        return Caller.of(Account(id=login, name=login.title(), role=role))

    for role in AccountRole:
        accounts.need_own(caller("anna", role), "anna")
    for role in (AccountRole.REVIEWER, AccountRole.ADMIN):
        accounts.need_own(caller("berta", role), "anna")
    for role in (AccountRole.READER, AccountRole.POSTER, AccountRole.KEEPER):
        with pytest.raises(DeniedError, match="somebody else"):
            accounts.need_own(caller("berta", role), "anna")
