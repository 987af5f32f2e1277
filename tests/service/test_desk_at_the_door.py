"""What a page or a call asks of the desk: whose pictures are whose, and which files may be fetched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from imgpolicy.domain.account import Account, AccountRole, Caller
from imgpolicy.domain.desk import Item, ItemState, Way, WayKind
from imgpolicy.domain.posting import Origin, Posting, Role
from imgpolicy.domain.terms import DismissedAs
from imgpolicy.errors import DeniedError, PictureError, RequestError
from imgpolicy.service import accounts, desk, judging
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
    assert desk.to_post(workspace, meadow.id) == ("meadow.jpg", desk.original(workspace, meadow.id))
    placed = judged(workspace, "with_location.jpg")
    with pytest.raises(RequestError, match="may not be posted"):
        desk.to_post(workspace, placed.id)
    cleaned = judging.clean(workspace, placed.id, [Way(kind=WayKind.AUTOMATIC)])
    assert desk.may_be_posted(cleaned)
    assert desk.to_post(workspace, placed.id) == desk.copy(workspace, placed.id)
    assert desk.item(workspace, placed.id).ways == (Way(kind=WayKind.AUTOMATIC),)


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
