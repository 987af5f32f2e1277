"""A recorded post is taken back at once by whoever recorded it, while nothing was done to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.service.doors import GOOD
from tests.service.test_undoing import LATER, YES, last, moment, now

from imgpolicy.domain.account import Account, AccountRole
from imgpolicy.domain.consent import ConsentState
from imgpolicy.domain.desk import Approval, ItemState
from imgpolicy.domain.log import Action
from imgpolicy.domain.person import Person
from imgpolicy.errors import RequestError
from imgpolicy.register.maintenance import verify
from imgpolicy.service import accounts, deciding, desk, grants, judging, people, posting, posts, undoing
from imgpolicy.service.workspace import Workspace

URL = "https://example.org/posts/1"
WITHDRAWN = replace(YES, state=ConsentState.WITHDRAWN, reason="by mail")


@pytest.fixture
def opened(own_demo: Path) -> Iterator[Workspace]:
    with Workspace.open(own_demo / "imgpolicy.toml") as found:
        for login in ("kurt", "kim"):
            accounts.add(found, Account(id=login, name=login.title(), role=AccountRole.ADMIN))
        people.add(found, Person(id="grace", name="Grace Hopper"), adult_by="Kim")
        yield found


@pytest.fixture
def kurt(opened: Workspace) -> Workspace:
    return opened.acting_as("kurt")


def laid(workspace: Workspace, folder: Path, *named: str) -> str:
    """A picture without faces, in which somebody is named to be, judged."""
    batch = desk.open_batch(workspace, "kurt", replace(GOOD, people=named))
    found = desk.take_in(workspace, batch.id, "meadow.jpg", (folder / "pictures" / "meadow.jpg").read_bytes())
    return judging.judge(workspace, found.id).id


def record(workspace: Workspace, item: str) -> dt.datetime:
    """Since when the picture is recorded as posted."""
    since = moment()
    assert posting.post(workspace, item, URL).state is ItemState.POSTED
    return since


def test_the_post_is_off_the_record_and_the_picture_may_be_posted_again(kurt: Workspace, own_demo: Path) -> None:
    grants.state_consent(kurt, replace(now(YES), max_publications=1))
    item = laid(kurt, own_demo, "grace")
    before = desk.item(kurt, item).item
    since = record(kurt, item)
    back = undoing.post(kurt, item, since=since)
    assert (back.state, back.verdict, back.url) == (before.state, before.verdict, None)
    assert posts.posts(kurt).publications == ()
    with kurt.register.reading() as unit:
        assert verify(unit).whole
        assert (last(kurt).action, last(kurt).by) == (Action.TAKE_BACK_POST, unit.vault.pseudonym("kurt"))
    # The one post that was allowed is free again.
    assert posting.renew(kurt, item).verdict == "go"
    record(kurt, item)
    with kurt.register.reading() as unit:
        assert verify(unit).whole


def test_what_reviewers_accepted_is_accepted_again(kurt: Workspace, own_demo: Path) -> None:
    item = laid(kurt, own_demo, "grace")
    deciding.hand_in(kurt, item, by="kurt", note=None)
    said = Approval(by="kim", name="Kim", accept=True, reason="they agreed by phone")
    deciding.decide(kurt.acting_as("kim"), item, said)
    since = record(kurt, item)
    assert undoing.post(kurt, item, since=since).state is ItemState.ACCEPTED
    record(kurt, item)


def taken_down(workspace: Workspace) -> None:
    (post,) = posts.posts(workspace).publications
    posts.take_down(workspace, post.id)


def withdrawn(workspace: Workspace) -> None:
    grants.state_consent(workspace, now(WITHDRAWN))
    assert posts.posts(workspace).tasks


def erased(workspace: Workspace) -> None:
    people.erase(workspace, "grace")


@pytest.mark.parametrize("since_then", [taken_down, withdrawn, erased])
def test_a_post_to_which_anything_was_done_stands(
    kurt: Workspace, own_demo: Path, since_then: Callable[[Workspace], object]
) -> None:
    grants.state_consent(kurt, now(YES))
    item = laid(kurt, own_demo, "grace")
    since = record(kurt, item)
    since_then(kurt)
    with pytest.raises(RequestError, match="something else was done"):
        undoing.post(kurt, item, since=since)
    assert len(posts.posts(kurt).publications) == 1


def test_it_is_taken_back_once_by_whoever_recorded_it_and_within_ten_minutes(
    kurt: Workspace, opened: Workspace, own_demo: Path
) -> None:
    item = laid(kurt, own_demo)
    with pytest.raises(RequestError, match="nothing of yours"):
        undoing.post(kurt, item, since=moment())
    since = record(kurt, item)
    for other in (opened, opened.acting_as("kim")):
        with pytest.raises(RequestError, match="nothing of yours"):
            undoing.post(other, item, since=since)
    with pytest.raises(RequestError, match="nothing of yours"):
        undoing.post(kurt, item, since=moment())
    with pytest.raises(RequestError, match="ten minutes"):
        undoing.post(kurt, item, since=since - LATER)
    undoing.post(kurt, item, since=since)
    with pytest.raises(RequestError, match="nothing of yours"):
        undoing.post(kurt, item, since=since)
