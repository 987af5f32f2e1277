"""Signing in and asking with tokens, as a door does it; what is refused in words is in `forbidden/`."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median

import pytest
from argon2 import PasswordHasher
from tests.support import asked

from imgpolicy.domain.account import Account, AccountRole, Identity, Right
from imgpolicy.domain.log import Action, Entry
from imgpolicy.errors import DeniedError, RegisterError, RequestError
from imgpolicy.register import passwords
from imgpolicy.register.accounts import add_account, signing_of
from imgpolicy.register.maintenance import verify
from imgpolicy.register.sessions import begin_session, sessions_of
from imgpolicy.register.sql.accounts import AccountRow
from imgpolicy.service import accounts
from imgpolicy.service.scaffold import make_folder
from imgpolicy.service.workspace import Workspace

PASSWORD = "correct horse battery"
METTE = Account(id="mkl", name="Mette Kjær Lund", role=AccountRole.KEEPER)
SEE = frozenset({Right.SEE})


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords cost next to nothing to check."""
    monkeypatch.setattr(passwords, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def workspace(tmp_path: Path, cheap: None) -> Iterator[Workspace]:  # noqa: ARG001  # what it does
    """An empty register with one account, which has a password, and an admin without one."""
    make_folder(tmp_path)
    with Workspace.open(tmp_path / "imgpolicy.toml") as opened:
        accounts.add(opened, METTE, password=PASSWORD)
        accounts.add(opened, Account(id="admin", name="Adam", role=AccountRole.ADMIN))
        yield opened


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> list[dt.timedelta]:
    """By how much later it is for whoever asks who is signed in."""
    by = [dt.timedelta()]
    monkeypatch.setattr(accounts, "_now", lambda: dt.datetime.now(dt.UTC) + by[0])
    return by


def log_of(workspace: Workspace) -> list[Entry]:
    with workspace.register.reading() as unit:
        return list(unit.sql.journal.entries())


def signed_in(workspace: Workspace) -> str:
    secret = accounts.sign_in(workspace, "mkl", PASSWORD)
    assert secret is not None
    return secret


def test_whoever_has_the_password_signs_in_and_is_who_they_are(workspace: Workspace) -> None:
    caller = accounts.session_of(workspace, signed_in(workspace))
    assert caller is not None
    assert (caller.account.id, caller.account.name, caller.token) == ("mkl", "Mette Kjær Lund", None)
    assert caller.rights == {Right.SEE, Right.CHECK, Right.KEEP, Right.FOLLOW}
    accounts.need(caller, Right.KEEP)
    with pytest.raises(DeniedError, match=r"^mkl \(keeper\) may not administer: ask an admin$"):
        accounts.need(caller, Right.ADMINISTER)


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("mkl", "correct horse batterz"),
        ("mkl", ""),
        ("mkl", f"{PASSWORD} "),
        ("mkl", "a" * 100_000),
        ("mkl", "\ud800" * 12),
        ("nobody", PASSWORD),
        ("", PASSWORD),
        ("admin", ""),
        ("a b\udcff", PASSWORD),
    ],
)
def test_nobody_else_does_and_the_log_does_not_grow(workspace: Workspace, login: str, password: str) -> None:
    head = workspace.register.head()
    assert accounts.sign_in(workspace, login, password) is None
    assert workspace.register.head() == head


@pytest.mark.slow
def test_it_takes_as_long_to_say_no_where_there_is_no_such_account(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_hasher", lambda: PasswordHasher(parallelism=1))
    accounts.set_password(workspace, "mkl", PASSWORD)

    def cost(login: str) -> float:
        before = time.process_time()
        assert accounts.sign_in(workspace, login, "a wrong password") is None
        return time.process_time() - before

    there, nowhere, without = (median(cost(login) for _ in range(5)) for login in ("mkl", "nobody", "admin"))
    assert 0.5 < there / nowhere < 2
    assert 0.5 < there / without < 2


def test_whoever_signed_out_is_not_signed_in(workspace: Workspace) -> None:
    secret, other = signed_in(workspace), signed_in(workspace)
    accounts.sign_out(workspace, secret)
    accounts.sign_out(workspace, secret)
    accounts.sign_out(workspace, "something")
    assert accounts.session_of(workspace, secret) is None
    assert accounts.session_of(workspace, other) is not None


def test_a_role_counts_from_the_moment_it_is_another(workspace: Workspace) -> None:
    secret = signed_in(workspace)
    _, token = accounts.new_token(workspace, "mkl", "a program", frozenset({Right.SEE, Right.KEEP}), None)
    accounts.change_role(workspace, "mkl", AccountRole.REVIEWER)
    person, program = accounts.session_of(workspace, secret), accounts.caller_of(workspace, token)
    assert person is not None
    assert program is not None
    assert person.rights == {Right.SEE, Right.CHECK, Right.DECIDE}
    assert program.rights == SEE


def test_with_an_account_its_sessions_and_tokens_end_and_it_stays_on_record(workspace: Workspace) -> None:
    secret = signed_in(workspace)
    token, token_secret = accounts.new_token(workspace, "mkl", "a program", SEE, None)
    ended = accounts.end(workspace, "mkl")
    assert ended.ended is not None
    assert accounts.session_of(workspace, secret) is None
    assert accounts.caller_of(workspace, token_secret) is None
    assert accounts.sign_in(workspace, "mkl", PASSWORD) is None
    assert ended in accounts.accounts(workspace)
    assert [one.id for one in accounts.tokens(workspace) if one.revoked] == [token.id]
    assert asked(workspace.register, verify).whole


def test_another_password_ends_what_was_signed_in_by_the_former(workspace: Workspace) -> None:
    secret = signed_in(workspace)
    accounts.set_password(workspace, "mkl", "another password")
    assert accounts.session_of(workspace, secret) is None
    assert accounts.sign_in(workspace, "mkl", PASSWORD) is None
    assert accounts.sign_in(workspace, "mkl", "another password") is not None


def test_a_session_is_over_when_it_rested_or_lasted_too_long(workspace: Workspace, later: list[dt.timedelta]) -> None:
    rested, used = signed_in(workspace), signed_in(workspace)
    for minutes in range(0, 12 * 60 - 1, 100):
        later[0] = dt.timedelta(minutes=minutes)
        assert accounts.session_of(workspace, used) is not None
    assert accounts.session_of(workspace, rested) is None
    later[0] = dt.timedelta(hours=12)
    assert accounts.session_of(workspace, used) is None


def test_that_a_session_is_used_is_written_down_every_five_minutes_and_never_in_the_log(
    workspace: Workspace, later: list[dt.timedelta]
) -> None:
    secret = signed_in(workspace)
    head = workspace.register.head()
    seen = []
    for minutes in range(12):
        later[0] = dt.timedelta(minutes=minutes)
        assert accounts.session_of(workspace, secret) is not None
        seen += [one.seen for one in asked(workspace.register, sessions_of, "mkl")]
    assert len(set(seen)) == 3
    assert workspace.register.head() == head


def seconds_to_tell(workspace: Workspace, secret: str) -> float:
    """The median CPU seconds of asking who is signed in."""
    taken = []
    for _ in range(100):
        before = time.process_time()
        assert accounts.session_of(workspace, secret) is not None
        taken.append(time.process_time() - before)
    return median(taken)


@pytest.mark.slow
def test_who_is_signed_in_is_told_as_quickly_among_a_thousand_accounts(workspace: Workspace) -> None:
    secret = accounts.open_session(workspace, "mkl")
    alone = seconds_to_tell(workspace, secret)
    with workspace.register.writing() as unit:
        for number in range(1000):
            add_account(unit, Account(id=f"a{number}", name="Somebody", role=AccountRole.READER))
            begin_session(unit, f"a{number}")
    assert seconds_to_tell(workspace, secret) < 2 * alone


def test_a_token_asks_until_it_ends_or_is_revoked(workspace: Workspace, later: list[dt.timedelta]) -> None:
    ends = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    token, secret = accounts.new_token(workspace, "mkl", "a program", SEE, ends)
    assert secret.startswith("imgp_")
    caller = accounts.caller_of(workspace, secret)
    assert caller is not None
    assert (caller.account.id, caller.rights, caller.token) == ("mkl", SEE, token.id)
    with pytest.raises(DeniedError, match=f"by the token {token.id}"):
        accounts.need(caller, Right.KEEP)
    later[0] = dt.timedelta(hours=1)
    assert accounts.caller_of(workspace, secret) is None
    later[0] = dt.timedelta()
    accounts.revoke(workspace, token.id)
    assert accounts.caller_of(workspace, secret) is None
    assert accounts.session_of(workspace, secret) is None


def test_who_started_the_program_on_this_machine_is_an_admin_unless_they_are_something_else(
    workspace: Workspace,
) -> None:
    made = accounts.local_account(workspace, "lund")
    assert (made.id, made.name, made.role) == ("lund", "lund", AccountRole.ADMIN)
    assert accounts.local_account(workspace, "lund") == made
    assert accounts.local_account(workspace, "mkl").role is AccountRole.KEEPER
    caller = accounts.session_of(workspace, accounts.open_session(workspace, "lund"))
    last = log_of(workspace)[-1]
    with workspace.register.reading() as unit:
        assert (last.action, last.by) == (Action.SIGN_IN, unit.vault.pseudonym("lund"))
    assert caller is not None
    assert caller.account == made
    assert accounts.sign_in(workspace, "lund", "") is None


def test_of_two_admins_one_may_go_and_then_none(workspace: Workspace) -> None:
    accounts.change_role(workspace, "mkl", AccountRole.ADMIN)
    accounts.end(workspace, "admin")
    with pytest.raises(RequestError, match="'mkl' is the last admin"):
        accounts.end(workspace, "mkl")
    with pytest.raises(RequestError, match="'mkl' is the last admin"):
        accounts.change_role(workspace, "mkl", AccountRole.READER)


def test_a_hash_of_former_parameters_is_made_anew_when_somebody_signs_in(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = asked(workspace.register, signing_of, "mkl")
    monkeypatch.setattr(accounts, "is_outdated", lambda _: True)
    signed_in(workspace)
    after = asked(workspace.register, signing_of, "mkl")
    assert before is not None
    assert after is not None
    assert before.account == after.account
    assert before.password != after.password
    assert [entry.action for entry in log_of(workspace)[-2:]] == [Action.RENEW_HASH, Action.SIGN_IN]
    assert asked(workspace.register, verify).whole
    signed_in(workspace)


def test_who_was_ended_while_their_password_was_checked_is_not_let_in(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(_: str) -> bool:
        accounts.end(workspace, "mkl")
        return False

    monkeypatch.setattr(accounts, "is_outdated", slow)
    assert accounts.sign_in(workspace, "mkl", PASSWORD) is None
    assert asked(workspace.register, sessions_of, "mkl") == ()


def test_every_act_is_in_the_log_and_says_who_did_it(workspace: Workspace) -> None:
    before = len(log_of(workspace))
    admin = workspace.acting_as("admin")
    accounts.add(admin, replace(METTE, id="new"), password=PASSWORD)
    secret = accounts.sign_in(workspace, "new", PASSWORD)
    assert secret is not None
    accounts.session_of(workspace, secret)
    token, _ = accounts.new_token(workspace.acting_as("new"), "new", "a program", SEE, None)
    accounts.revoke(admin, token.id)
    accounts.sign_out(workspace, secret)
    accounts.end(admin, "new")
    with workspace.register.reading() as unit:
        names = {unit.vault.pseudonym(login): login for login in ("admin", "new")}
    assert [(entry.action, names[entry.by]) for entry in log_of(workspace)[before:]] == [
        (Action.ADD_ACCOUNT, "admin"),
        (Action.SET_PASSWORD, "admin"),
        (Action.SIGN_IN, "new"),
        (Action.ADD_TOKEN, "new"),
        (Action.REVOKE_TOKEN, "admin"),
        (Action.SIGN_OUT, "new"),
        (Action.END_ACCOUNT, "admin"),
    ]


def test_nothing_that_is_secret_is_shown(workspace: Workspace, tmp_path: Path) -> None:
    secret = signed_in(workspace)
    token, token_secret = accounts.new_token(workspace, "mkl", "a program", SEE, None)
    callers = (accounts.session_of(workspace, secret), accounts.caller_of(workspace, token_secret))
    raw = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    for word in (secret, token_secret, PASSWORD):
        assert word not in repr((callers, token, log_of(workspace), accounts.tokens(workspace)))
        assert word.encode() not in raw


ISSUER = "https://login.example.org"


def bound(workspace: Workspace, **known: str) -> None:
    accounts.bind(workspace, "mkl", Identity(issuer=ISSUER, **known))


def test_whoever_the_account_is_bound_to_signs_in_and_the_log_says_how(workspace: Workspace) -> None:
    bound(workspace, subject="1234")
    secret = accounts.sign_in_as(workspace, ISSUER, "1234", None)
    assert secret is not None
    caller = accounts.session_of(workspace, secret)
    assert caller is not None
    assert caller.account.id == "mkl"
    last = log_of(workspace)[-1]
    with workspace.register.reading() as unit:
        assert (last.action, last.by) == (Action.SIGN_IN_OIDC, unit.vault.pseudonym("mkl"))
        assert verify(unit).whole
    accounts.sign_out(workspace, secret)
    assert accounts.session_of(workspace, secret) is None


def test_nobody_else_does(workspace: Workspace) -> None:
    assert accounts.sign_in_as(workspace, ISSUER, "1234", "mkl@example.org") is None
    bound(workspace, subject="1234")
    for issuer, subject, email in (
        ("https://login.example.com", "1234", None),
        (ISSUER + "/", "1234", None),
        (ISSUER, "12345", None),
        (ISSUER, "mkl", "mkl@example.org"),
        (ISSUER, "", None),
    ):
        assert accounts.sign_in_as(workspace, issuer, subject, email) is None
    accounts.end(workspace, "mkl")
    assert accounts.sign_in_as(workspace, ISSUER, "1234", None) is None


def test_a_mail_address_is_asked_once_and_the_subject_from_then_on(workspace: Workspace) -> None:
    bound(workspace, email="MKL@example.org")
    assert accounts.sign_in_as(workspace, ISSUER, "1234", None) is None
    assert accounts.sign_in_as(workspace, ISSUER, "1234", "mkl@example.com") is None
    assert accounts.sign_in_as(workspace, ISSUER, "1234", "mkl@example.org") is not None
    assert accounts.sign_in_as(workspace, ISSUER, "5678", "mkl@example.org") is None  # who has the address since
    assert accounts.sign_in_as(workspace, ISSUER, "1234", None) is not None
    (kept,) = (one for one in accounts.accounts(workspace) if one.id == "mkl")
    assert kept.identity == Identity(issuer=ISSUER, subject="1234", email="mkl@example.org")
    assert [entry.action for entry in log_of(workspace)].count(Action.BIND_ACCOUNT) == 2


def test_a_binding_that_is_taken_back_ends_what_was_signed_in_by_it(workspace: Workspace) -> None:
    bound(workspace, subject="1234")
    secret = accounts.sign_in_as(workspace, ISSUER, "1234", None)
    assert secret is not None
    accounts.unbind(workspace, "mkl")
    assert accounts.session_of(workspace, secret) is None
    assert accounts.sign_in_as(workspace, ISSUER, "1234", None) is None
    assert accounts.sign_in(workspace, "mkl", PASSWORD) is not None


def test_who_the_account_is_bound_to_is_sealed_and_a_binding_put_back_lets_nobody_in(workspace: Workspace) -> None:
    bound(workspace, subject="1234567890")
    with workspace.register.reading() as unit:
        before = unit.sql.accounts.find(AccountRow, "id", "mkl")[0]
    accounts.unbind(workspace, "mkl")
    with workspace.register.writing() as unit:
        unit.sql.accounts.update(AccountRow, "mkl", {"details": before.details})
    with pytest.raises(RegisterError, match="not what was recorded"):
        accounts.sign_in_as(workspace, ISSUER, "1234567890", None)
    assert b"1234567890" not in before.details
