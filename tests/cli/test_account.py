"""`imgpolicy account`: accounts and tokens at the command line, which is nobody's account itself."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.test_interactive import Terminal
from tests.support import Run

from imgpolicy.domain.account import Right
from imgpolicy.service import accounts
from imgpolicy.service.workspace import Workspace

PASSWORD = "correct horse battery"
METTE = ("mkl", "--name", "Mette Kjær Lund", "--role", "keeper")


@pytest.fixture
def folder(tmp_path: Path, imgpolicy: Run) -> Path:
    """A folder with an empty register, in which there is an admin without a password."""
    assert imgpolicy("init", tmp_path).code == 0
    words = ("adam", "--name", "Adam", "--role", "admin", "--no-password")
    assert imgpolicy("account", "add", *words, folder=tmp_path).code == 0
    return tmp_path


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """What standard input holds."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def signs_in(folder: Path, password: str) -> bool:
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        return accounts.sign_in(workspace, "mkl", password) is not None


def actors(folder: Path) -> set[str]:
    with Workspace.open(folder / "imgpolicy.toml") as workspace, workspace.register.reading() as unit:
        return {entry.by for entry in unit.sql.journal.entries()}


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["", "\n", "\r\n", "\nnot this\n"])
def test_the_first_line_of_standard_input_is_the_password(
    folder: Path, imgpolicy: Run, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    typed(monkeypatch, f"{PASSWORD}{ending}")
    ran = imgpolicy("account", "add", *METTE, "--password-stdin")
    assert (ran.code, ran.out, ran.err) == (0, "added mkl: keeper\n", "")
    assert signs_in(folder, PASSWORD)


@pytest.mark.slow
def test_a_password_is_asked_for_twice_at_a_terminal_and_not_shown(folder: Path, imgpolicy: Run) -> None:
    assert imgpolicy("account", "add", *METTE, "--no-password").code == 0
    terminal = Terminal(folder, "account", "password", "mkl")
    terminal.answer(PASSWORD, "password: ")  # with the space, before which what is typed is thrown away
    terminal.answer(PASSWORD, "Repeat for confirmation: ")
    assert terminal.end() == (0, "mkl: the password is another now\n")
    assert PASSWORD not in terminal.said
    assert signs_in(folder, PASSWORD)


def test_without_a_terminal_it_has_to_be_said_where_the_password_is(
    folder: Path, imgpolicy: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, PASSWORD)
    for words in (("add", *METTE), ("password", "adam")):
        ran = imgpolicy("account", *words, folder=folder)
        assert (ran.code, ran.out, "--password-stdin" in ran.err, ran.err.count("\n")) == (2, "", True, 1)
    ran = imgpolicy("account", "add", *METTE, "--password-stdin", "--no-password")
    assert (ran.code, "contradict" in ran.err) == (2, True)
    monkeypatch.setattr(sys, "stdin", None)
    assert "it takes 12 at least" in imgpolicy("account", "password", "adam", "--password-stdin").err


def test_accounts_are_listed_with_their_roles_and_ended_ones_with_their_day(folder: Path, imgpolicy: Run) -> None:
    imgpolicy("account", "add", *METTE, "--no-password")
    assert imgpolicy("account", "role", "mkl", "admin").out == "mkl: admin\n"
    assert imgpolicy("account", "end", "adam").out == "ended adam\n"
    adam, mette = json.loads(imgpolicy("account", "list", "--format", "json").out)
    assert (adam["id"], adam["role"], adam["ended"] is None) == ("adam", "admin", False)
    assert mette == {
        "id": "mkl",
        "name": "Mette Kjær Lund",
        "role": "admin",
        "added": mette["added"],
        "ended": None,
        "issuer": None,
        "subject": None,
        "email": None,
    }
    assert "Mette Kjær Lund" in imgpolicy("account", "list").out
    assert imgpolicy("register", "verify").code == 0
    assert actors(folder) == {""}


def test_an_account_is_bound_to_somebody_of_the_organisation_and_unbound(folder: Path, imgpolicy: Run) -> None:
    known = ("--issuer", "https://login.example.org", "--email", "Adam@example.org")
    assert imgpolicy("account", "bind", "adam", *known).out == "adam: bound to adam@example.org\n"
    assert "adam@example.org" in imgpolicy("account", "list").out
    assert imgpolicy("account", "unbind", "adam").out == "adam: bound to nobody\n"
    (adam,) = json.loads(imgpolicy("account", "list", "--format", "json").out)
    assert (adam["issuer"], adam["email"]) == (None, None)
    both = imgpolicy("account", "bind", "adam", *known, "--subject", "1")
    assert (both.code, "give one" in both.err) == (2, True)
    assert imgpolicy("register", "verify").code == 0
    assert actors(folder) == {""}


def test_the_secret_of_a_token_is_all_that_is_printed_and_opens_what_it_says(folder: Path, imgpolicy: Run) -> None:
    options = ("--label", "the pages", "--right", "see", "--right", "check", "--until", "2099-12-31")
    ran = imgpolicy("account", "token", "add", "adam", *options)
    secret = ran.out.removesuffix("\n")
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        caller = accounts.caller_of(workspace, secret)
    assert caller is not None
    assert caller.rights == {Right.SEE, Right.CHECK}
    assert ran.err == f"imgpolicy: {caller.token}: keep the secret, which is shown only now\n"
    listed = imgpolicy("account", "token", "list", "adam", "--format", "json").out
    (token,) = json.loads(listed)
    assert (token["id"], token["label"], token["rights"]) == (caller.token, "the pages", ["check", "see"])
    assert token["ends"].startswith(("2099-12-31", "2100-01-01"))
    assert secret not in listed
    assert imgpolicy("account", "token", "revoke", token["id"]).out == f"revoked {token['id']}, of adam\n"
    with Workspace.open(folder / "imgpolicy.toml") as workspace:
        assert accounts.caller_of(workspace, secret) is None
    assert "the pages" in imgpolicy("account", "token", "list").out


def test_without_the_library_it_is_said_what_to_install(
    folder: Path, imgpolicy: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "argon2", None)
    typed(monkeypatch, PASSWORD)
    ran = imgpolicy("account", "password", "adam", "--password-stdin", folder=folder)
    assert (ran.code, ran.err.count("\n")) == (4, 1)
    assert "pip install 'imgpolicy[server]'" in ran.err
    assert imgpolicy("account", "token", "add", "adam", "--label", "a", "--right", "see").code == 0


@pytest.mark.slow
def test_accounts_are_kept_without_loading_what_checks_passwords(folder: Path) -> None:
    code = "import sys; from imgpolicy.cli.main import run; run(sys.argv[1:]); print('argon2' in sys.modules)"
    words = [sys.executable, "-c", code, "account", "list"]
    ran = subprocess.run(words, cwd=folder, check=True, capture_output=True, text=True)
    assert ran.stdout.splitlines()[-1] == "False"
