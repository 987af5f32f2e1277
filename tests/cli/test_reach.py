"""Whoever takes everything back learns what that reaches before it is done, and at a terminal may still say no."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.test_interactive import Terminal
from tests.support import Run, asked

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.scope import Scope
from imgpolicy.errors import RegisterError, RequestError
from imgpolicy.register.maintenance import verify
from imgpolicy.register.publications import takedowns
from imgpolicy.register.statements import consents
from imgpolicy.service.grants import reach, state_consent
from imgpolicy.service.workspace import Workspace

WITHDRAWN = Consent(person="eileen", kind=ConsentKind.PUBLICATION, state=ConsentState.WITHDRAWN, reason="asked")
WITHDRAW = ("consent", "withdraw", "eileen", "--reason", "asked")


@pytest.fixture
def posted(own_demo: Path, imgpolicy: Run) -> Path:
    """The demonstration, with a post of Eileen on facebook."""
    words = ("publication", "add", "pictures/portrait.jpg", "--channel", "facebook", "--purpose", "pr")
    assert imgpolicy(*words, "--url", "https://example.org/1", folder=own_demo).code == 0
    return own_demo


@pytest.mark.slow
@pytest.mark.parametrize("kind", list(ConsentKind))
def test_what_is_told_is_what_is_done(posted: Path, kind: ConsentKind) -> None:
    denial = Consent(person="eileen", kind=kind, state=ConsentState.REFUSED, reason="asked")
    with Workspace.open(posted / "imgpolicy.toml") as workspace:
        before = workspace.register.head()
        told = reach(workspace, denial)
        assert workspace.register.head() == before
        assert told.consents
        assert all(consent.kind is kind for consent in told.consents)
        done = state_consent(workspace, denial)
        assert [task.publication for task in done.takedowns] == list(told.posts)
        assert (len(told.posts), told.faces) == ((1, 0) if kind is ConsentKind.PUBLICATION else (0, 1))
        assert reach(workspace, denial_again(denial)).nothing
        assert asked(workspace.register, verify).whole


def denial_again(denial: Consent) -> Consent:
    return Consent(person=denial.person, kind=denial.kind, state=denial.state, reason=denial.reason)


@pytest.mark.slow
def test_a_channel_less_ends_no_consent(posted: Path) -> None:
    channel = Consent(
        person="eileen",
        kind=ConsentKind.PUBLICATION,
        state=ConsentState.WITHDRAWN,
        scope=Scope(channels=frozenset({"facebook"})),
        reason="asked",
    )
    with Workspace.open(posted / "imgpolicy.toml") as workspace:
        told = reach(workspace, channel)
    assert (told.consents, len(told.posts)) == ((), 1)


def test_what_could_not_be_stated_reaches_nothing(own_demo: Path) -> None:
    nobody = Consent(person="nobody", kind=ConsentKind.PUBLICATION, state=ConsentState.WITHDRAWN)
    nowhere = Consent(
        person="eileen",
        kind=ConsentKind.PUBLICATION,
        state=ConsentState.WITHDRAWN,
        scope=Scope(channels=frozenset({"webiste"})),
    )
    with Workspace.open(own_demo / "imgpolicy.toml") as workspace:
        with pytest.raises(RegisterError):
            reach(workspace, nobody)
        with pytest.raises(RequestError):
            reach(workspace, nowhere)


@pytest.mark.slow
def test_without_a_terminal_it_is_told_and_done(posted: Path, imgpolicy: Run) -> None:
    ran = imgpolicy(*WITHDRAW, "--format", "json", folder=posted)
    assert (ran.code, len(json.loads(ran.out)["takedowns"])) == (0, 1)
    head, *ended, post = ran.err.splitlines()
    assert head == "imgpolicy: publication withdrawn in full for eileen: 2 consent(s) end, 1 post(s) must come down"
    assert [line.partition(":")[2].split(";")[0] for line in ended] == [" publication given on 2026-01-05"] * 2
    assert post == "facebook: https://example.org/1"


@pytest.mark.slow
def test_of_one_purpose_on_every_channel_it_is_told_too(posted: Path, imgpolicy: Run) -> None:
    ran = imgpolicy(*WITHDRAW, "--purpose", "pr", folder=posted)
    said = "publication withdrawn on every channel for eileen: 0 consent(s) end, 1 post(s) must come down"
    assert ran.err.splitlines() == [f"imgpolicy: {said}", "facebook: https://example.org/1"]


def test_of_one_channel_or_record_nothing_is_told_before(own_demo: Path, imgpolicy: Run) -> None:
    ran = imgpolicy(*WITHDRAW, "--channel", "facebook", folder=own_demo)
    assert (ran.code, ran.err) == (0, "")


@pytest.mark.slow
def test_at_a_terminal_it_is_asked(posted: Path) -> None:
    with Workspace.open(posted / "imgpolicy.toml") as workspace:
        before = asked(workspace.register, consents, "eileen")
    no = Terminal(posted, *WITHDRAW)
    no.answer("n", "record it? [y/N]")
    code, _ = no.end()
    assert (code, "2 consent(s) end" in no.said) == (130, True)
    with Workspace.open(posted / "imgpolicy.toml") as workspace:
        assert asked(workspace.register, consents, "eileen") == before
    yes = Terminal(posted, *WITHDRAW)
    yes.answer("y", "record it? [y/N]")
    code, _ = yes.end()
    assert code == 0
    with Workspace.open(posted / "imgpolicy.toml") as workspace:
        assert len(asked(workspace.register, takedowns)) == 1


@pytest.mark.slow
def test_yes_is_said_beforehand_too(posted: Path) -> None:
    code, out = Terminal(posted, *WITHDRAW, "--yes").end()
    assert (code, "must come down" in out) == (0, True)
