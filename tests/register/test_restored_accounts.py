"""Whoever was shut out stays so when a backup is put back, and nobody stays signed in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from tests.register.test_restoring import file, opened, policy, restore
from tests.support import asked, wrote

from imgpolicy.domain.account import Account, AccountRole, ApiToken, Right
from imgpolicy.register import accounts, sessions
from imgpolicy.register.maintenance import verify
from imgpolicy.register.register import Register
from imgpolicy.register.sql.accounts import AccountRow
from imgpolicy.restoring import accept_register
from imgpolicy.service.scaffold import make_folder

SEE = frozenset({Right.SEE})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a register that has three accounts, each with a token, one signed in, and a backup of it."""
    make_folder(tmp_path)
    with opened(tmp_path) as register:
        for login in ("adam", "mkl", "ejb"):
            wrote(register, accounts.add_account, Account(id=login, name=login, role=AccountRole.ADMIN))
            wrote(register, accounts.set_password, login, "the first hash")
            wrote(register, sessions.add_token, login, "a program", SEE, None)
        (tmp_path / "session").write_text(wrote(register, sessions.begin_session, "mkl"))
        register.backup(tmp_path / "backup.sqlite")
    return tmp_path


def is_signed_in(register: Register, folder: Path) -> bool:
    secret = (folder / "session").read_text()
    return asked(register, sessions.session, secret, dt.datetime.now(dt.UTC)) is not None


def token_of(register: Register, login: str) -> ApiToken:
    (token,) = asked(register, sessions.tokens, login)
    return token


def test_accounts_are_as_they_were_when_the_register_was_replaced(folder: Path) -> None:
    with opened(folder) as register:
        assert is_signed_in(register, folder)
        wrote(register, accounts.end_account, "mkl")
        wrote(register, accounts.change_role, "ejb", AccountRole.READER)
        wrote(register, accounts.set_password, "ejb", "the second hash")
        wrote(register, sessions.revoke_token, token_of(register, "adam").id)
        wrote(register, accounts.add_account, Account(id="new", name="New", role=AccountRole.POSTER))
        wrote(register, accounts.set_password, "new", "a hash")
        wrote(register, sessions.add_token, "new", "a program", SEE, None)
        signings, tokens = asked(register, accounts.signings), asked(register, sessions.known_tokens)
    done = restore(folder)
    assert done.since.lost == {}
    assert "hash" not in repr(done)
    with opened(folder) as register:
        assert asked(register, accounts.signings) == signings
        assert asked(register, sessions.known_tokens) == tokens
        assert not is_signed_in(register, folder)
        assert asked(register, verify).whole


def test_where_nobody_can_tell_how_they_were_every_token_is_revoked(folder: Path) -> None:
    file(folder).write_bytes(b"no database")
    restore(folder)
    with opened(folder) as register:
        assert all(token_of(register, login).revoked for login in ("adam", "mkl", "ejb"))
        assert not is_signed_in(register, folder)
        assert asked(register, verify).whole


def test_accounts_that_were_altered_are_not_taken_over(folder: Path) -> None:
    with opened(folder) as register:
        before = asked(register, lambda unit: unit.sql.accounts.find(AccountRow, "id", "mkl"))
        wrote(register, accounts.end_account, "mkl")
        with register.writing() as unit:  # as somebody would who has the file and no key
            unit.sql.accounts.update(AccountRow, "mkl", {"details": before[0].details})
    restore(folder)
    with opened(folder) as register:
        assert all(token_of(register, login).revoked for login in ("adam", "mkl", "ejb"))


def test_of_an_older_copy_that_is_taken_as_it_is_nobody_can_tell_either(folder: Path) -> None:
    accept_register(policy(folder), None)
    with opened(folder) as register:
        assert all(token_of(register, login).revoked for login in ("adam", "mkl", "ejb"))
        assert not is_signed_in(register, folder)
        assert asked(register, verify).whole
