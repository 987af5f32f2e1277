"""What ends stands in a calendar, and a feed's address opens nothing but that, for as long as its account has it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from icalendar import Calendar
from tests.service.asked import HOW, add_everybody
from tests.service.doors import LICENCE
from tests.support import Run

from imgpolicy.domain.account import Account, AccountRole, Right
from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.deadline import Deadline, DeadlineKind
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.scope import Scope
from imgpolicy.errors import RequestError
from imgpolicy.service import accounts, asking, calendar, grants, posts, works
from imgpolicy.service.scaffold import make_folder
from imgpolicy.service.workspace import Workspace

PICTURES = Scope(channels=frozenset({"facebook"}), purposes=frozenset({"news"}))


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    make_folder(tmp_path)
    with Workspace.open(tmp_path / "imgpolicy.toml") as opened:
        add_everybody(opened)
        for login, role in (("kurt", AccountRole.KEEPER), ("kim", AccountRole.KEEPER), ("rita", AccountRole.READER)):
            accounts.add(opened, Account(id=login, name=login.title(), role=role))
        yield opened


def yes(workspace: Workspace, person: str, days: int, kind: ConsentKind = ConsentKind.PUBLICATION) -> Consent:
    """A yes of theirs that ends in so many days."""
    until = workspace.kept.consents.today() + dt.timedelta(days=days)
    scope = PICTURES if kind is ConsentKind.PUBLICATION else Scope()
    said = Consent(person=person, kind=kind, state=ConsentState.GIVEN, scope=scope, valid_until=until)
    return grants.state_consent(workspace, said).consent


def short(workspace: Workspace, found: tuple[Deadline, ...]) -> list[tuple[str, str | None, int]]:
    today = workspace.kept.consents.today()
    return [(one.kind.value, one.about, (one.day - today).days) for one in found]


def test_whatever_ends_within_a_year_stands_in_it_by_day(workspace: Workspace) -> None:
    yes(workspace, "signe", 40)
    yes(workspace, "signe", 20, ConsentKind.BIOMETRIC)
    yes(workspace, "mor", 400)
    asking.ask(workspace, "mor", replace(HOW, days=10))
    asking.ask_by_one_link(workspace, replace(HOW, days=30))
    asking.revoke(workspace, asking.ask_by_one_link(workspace, replace(HOW, days=5)).request.id)
    assert short(workspace, calendar.deadlines(workspace)) == [
        ("link", "mor", 10),
        ("recognition", "signe", 20),
        ("link", None, 30),
        ("consent", "signe", 40),
    ]


def test_a_licence_and_a_post_that_must_come_down_stand_in_it(workspace: Workspace, demo: Path, tmp_path: Path) -> None:
    stock = tmp_path / "stock.csv"
    stock.write_text(f"title,owner,sha256,pdq\nSea,O,{'ef' * 32},{'5a' * 32}\n")
    works.import_works(workspace, stock)
    until = workspace.kept.consents.today() + dt.timedelta(days=9)
    grants.record_licence(workspace, replace(LICENCE, work="sea", valid_until=until))
    yes(workspace, "signe", 20)
    posting = Posting(channel="facebook", purpose="news", people=("signe",))
    post = posts.record_post(
        workspace, str(demo / "pictures" / "meadow.jpg"), posting, "https://example.org/1"
    ).publication
    assert post is not None
    no = Consent(person="signe", kind=ConsentKind.PUBLICATION, state=ConsentState.WITHDRAWN, reason="by mail")
    grants.state_consent(workspace, no)
    assert short(workspace, calendar.deadlines(workspace)) == [("take-down", post.id, 0), ("licence", "sea", 9)]
    posts.take_down(workspace, post.id)
    assert [one.kind for one in calendar.deadlines(workspace)] == [DeadlineKind.LICENCE]


def test_an_account_has_one_feed_and_another_takes_its_place(workspace: Workspace) -> None:
    yes(workspace, "signe", 20)
    first, hers = calendar.open_feed(workspace, "kurt"), calendar.open_feed(workspace, "kim")
    assert calendar.followed(workspace, first) == calendar.deadlines(workspace)
    second = calendar.open_feed(workspace, "kurt")
    assert (calendar.followed(workspace, first), calendar.feed(workspace, "rita")) == (None, None)
    assert calendar.followed(workspace, second)
    calendar.close_feed(workspace, "kurt")
    assert (calendar.followed(workspace, second), calendar.feed(workspace, "kurt")) == (None, None)
    assert calendar.followed(workspace, hers)


def test_an_address_leads_nowhere_once_its_account_may_not_follow(workspace: Workspace) -> None:
    secret = calendar.open_feed(workspace, "kurt")
    accounts.change_role(workspace, "kurt", AccountRole.READER)
    assert calendar.followed(workspace, secret) is None
    accounts.change_role(workspace, "kurt", AccountRole.KEEPER)
    assert calendar.followed(workspace, secret) == ()
    accounts.end(workspace, "kurt")
    assert calendar.followed(workspace, secret) is None
    with pytest.raises(RequestError, match="may not follow"):
        calendar.open_feed(workspace, "rita")


def test_no_token_that_may_do_more_is_a_feed_and_no_other_secret(workspace: Workspace) -> None:
    _, more = accounts.new_token(workspace, "kurt", "a program", frozenset({Right.FOLLOW, Right.SEE}), None)
    _, other = accounts.new_token(workspace, "kurt", "a program", frozenset({Right.KEEP}), None)
    for secret in (more, other, "", "imgp_", "x" * 1000, f"{more}\0"):
        assert calendar.followed(workspace, secret) is None
    assert calendar.feed(workspace, "kurt") is None


def test_the_command_line_writes_it_with_nobodys_name(workspace: Workspace, imgpolicy: Run) -> None:
    yes(workspace, "signe", 20)
    folder = Path(workspace.files[0]).parent
    ran = imgpolicy("register", "calendar", "--address", "https://desk.example.org", folder=folder)
    (event,) = Calendar.from_ical(ran.out).walk("VEVENT")
    assert (str(event["SUMMARY"]), str(event["URL"])) == (
        "The consent of signe ends",
        "https://desk.example.org/people/signe",
    )
    assert "Signe Holm" not in ran.out
    assert "facebook" not in ran.out
    words = ("register", "calendar", "-o", str(folder / "ends.ics"))
    assert imgpolicy(*words, "--lang", "da", folder=folder).code == 0
    assert "Samtykket fra signe udløber" in (folder / "ends.ics").read_text()
    assert imgpolicy(*words, folder=folder).code != 0
