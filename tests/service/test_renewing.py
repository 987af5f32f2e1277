"""Before a yes ends somebody is asked anew, once, and nobody who is being asked already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.service.asked import FORM, HOW, SAID, add_everybody
from tests.support import Run

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.request import Said
from imgpolicy.domain.scope import Scope
from imgpolicy.service import asking, grants, people, renewing, signing
from imgpolicy.service.scaffold import make_folder
from imgpolicy.service.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    make_folder(tmp_path)
    with Workspace.open(tmp_path / "imgpolicy.toml") as opened:
        add_everybody(opened)
        yield opened


def yes(workspace: Workspace, person: str, days: int, *, given_by: str | None = None) -> None:
    """A yes of theirs that ends in so many days."""
    scope = Scope(channels=frozenset({"facebook"}), purposes=frozenset({"news"}))
    until = workspace.kept.consents.today() + dt.timedelta(days=days)
    said = Consent(
        person=person,
        kind=ConsentKind.PUBLICATION,
        state=ConsentState.GIVEN,
        scope=scope,
        valid_until=until,
        given_by=given_by,
    )
    grants.state_consent(workspace, said)


def test_who_says_yes_until_soon_is_asked_once(workspace: Workspace) -> None:
    yes(workspace, "signe", 60)
    yes(workspace, "signe", 20)
    yes(workspace, "mor", 61)
    assert [(one.person, (one.ends - workspace.kept.consents.today()).days) for one in renewing.ending(workspace)] == [
        ("signe", 20)
    ]
    done = renewing.ask_anew(workspace, HOW)
    assert [one.request.person for one in done.asked] == ["signe"]
    assert renewing.ask_anew(workspace, HOW) == renewing.AskedAnew(asked=(), left=())


@pytest.mark.parametrize("said", [replace(SAID, yes=FORM.uses, no=()), replace(SAID, yes=(), no=FORM.uses)])
def test_who_answered_is_asked_no_more_whichever_way(workspace: Workspace, said: Said) -> None:
    yes(workspace, "signe", 20)
    (asked,) = renewing.ask_anew(workspace, HOW).asked
    signing.sign(workspace, asked.secret, said, "en")
    assert renewing.ending(workspace) == ()


def test_who_cannot_be_asked_keeps_no_other(workspace: Workspace) -> None:
    yes(workspace, "ida", 10, given_by="mor")
    yes(workspace, "signe", 20)
    people.edit(workspace, "ida", people.PersonChange(guardians=frozenset()))
    done = renewing.ask_anew(workspace, HOW)
    assert [one.request.person for one in done.asked] == ["signe"]
    assert [one.person for one in done.left] == ["ida"]
    assert "no guardian" in done.left[0].why


def test_nobody_is_asked_with_a_form_that_is_not_there(workspace: Workspace, imgpolicy: Run) -> None:
    yes(workspace, "signe", 20)
    folder = Path(workspace.files[0]).parent
    words = ("request", "renew", "--by", "Mette", "--address", "https://consent.example.org", "--form")
    assert imgpolicy(*words, "nothing", folder=folder).code == 4
    assert asking.requests(workspace) == ()
    ran = imgpolicy(*words, "school", folder=folder)
    assert (ran.code, ran.out.count("https://consent.example.org/sign/")) == (0, 1)
