"""Accounts, sessions and tokens as the register keeps them, and what the log says of who did something."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.postgres import Server
from tests.register.support import KEY, Made, yes
from tests.support import asked, wrote

from imgpolicy.domain.account import SEEN_EVERY, SESSION_LASTS, SESSION_RESTS, Account, AccountRole, Right
from imgpolicy.domain.log import Action, Entry
from imgpolicy.errors import RegisterError
from imgpolicy.register import accounts, passwords, sessions
from imgpolicy.register.consents import record_consent
from imgpolicy.register.maintenance import change_key, verify
from imgpolicy.register.register import Register
from imgpolicy.register.sql.accounts import AccountRow, SessionRow, TokenRow
from imgpolicy.register.sql.base import Cell, Row

METTE = Account(id="mkl", name="Mette Kjær Lund", role=AccountRole.KEEPER)
EMIL = Account(id="ejb", name="Emil Juul Bak", role=AccountRole.ADMIN)
SEE = frozenset({Right.SEE})
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def kept(anywhere: Register) -> Register:
    """A register with two accounts."""
    for one in (METTE, EMIL):
        wrote(anywhere, accounts.add_account, one)
    return anywhere


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """The same for many examples; each leaves it as it was but for its own sessions."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("in_a_file")
        url = f"sqlite:///{shutil.copy(template, tmp_path_factory.mktemp('accounts'))}"
    else:
        server: Server = request.getfixturevalue("server")
        url = server.new_database(request.getfixturevalue("on_the_server"))
    with Register.open(url, KEY) as register:
        for one in (METTE, EMIL):
            wrote(register, accounts.add_account, one)
        yield register


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def log_of(register: Register) -> list[Entry]:
    with register.reading() as unit:
        return list(unit.sql.journal.entries())


def is_signed_in(register: Register, secret: str, later: dt.timedelta = dt.timedelta()) -> bool:
    return asked(register, sessions.session, secret, now() + later) is not None


def test_an_account_is_kept_as_it_was_added(kept: Register) -> None:
    emil, mette = asked(kept, accounts.accounts)
    assert (emil.id, emil.name, emil.role, emil.ended) == ("ejb", "Emil Juul Bak", AccountRole.ADMIN, None)
    assert mette.added is not None
    assert now() - mette.added < dt.timedelta(minutes=1)


def test_roles_change_and_accounts_end_and_the_register_stays_whole(kept: Register) -> None:
    secret = wrote(kept, sessions.begin_session, "mkl")
    wrote(kept, accounts.change_role, "mkl", AccountRole.ADMIN)
    wrote(kept, accounts.set_password, "mkl", "a hash")
    wrote(kept, accounts.set_password, "mkl", "another hash")
    token, token_secret = wrote(kept, sessions.add_token, "mkl", "the library", SEE, None)
    with kept.writing() as unit:
        sessions.end_sessions(unit, "ejb")  # who has none
        accounts.end_account(unit, "mkl")
        sessions.end_sessions(unit, "mkl")
        sessions.revoke_tokens(unit, "mkl")
    assert not is_signed_in(kept, secret)
    assert asked(kept, sessions.token, token_secret, now()) is None
    (revoked,) = asked(kept, sessions.tokens, "mkl")
    assert (revoked.id, revoked.revoked is not None) == (token.id, True)
    assert asked(kept, verify).whole


def test_a_role_that_is_the_same_is_no_change(kept: Register) -> None:
    before = kept.head()
    assert wrote(kept, accounts.change_role, "mkl", AccountRole.KEEPER).role is AccountRole.KEEPER
    assert kept.head() == before


def test_another_master_key_changes_nothing_of_them(made: Made) -> None:
    wrote(made.register, accounts.add_account, METTE)
    secret = wrote(made.register, sessions.begin_session, "mkl")
    wrote(made.register, change_key, bytes(32))
    with Register.open(f"sqlite:///{made.file}", bytes(32)) as register:
        assert is_signed_in(register, secret)
        assert asked(register, verify).whole


def test_a_backup_has_them_too(kept: Register, tmp_path: Path) -> None:
    secret = wrote(kept, sessions.begin_session, "mkl")
    kept.backup(tmp_path / "backup.sqlite")
    with Register.open(f"sqlite:///{tmp_path / 'backup.sqlite'}", KEY) as copy:
        assert is_signed_in(copy, secret)
        assert asked(copy, verify).whole


@pytest.mark.slow
@given(waited=st.timedeltas(-SECOND, 2 * SESSION_LASTS))
def test_a_session_that_nobody_uses_is_over_after_two_hours(shared: Register, waited: dt.timedelta) -> None:
    secret = wrote(shared, sessions.begin_session, "mkl")
    if abs(waited - SESSION_RESTS) > 10 * SECOND:  # this takes a moment
        assert is_signed_in(shared, secret, waited) == (waited < SESSION_RESTS)


@pytest.mark.slow
@given(pauses=st.lists(st.timedeltas(SECOND, SESSION_RESTS - SECOND * 10), min_size=1, max_size=20))
def test_a_session_that_is_used_is_over_after_twelve(shared: Register, pauses: list[dt.timedelta]) -> None:
    secret = wrote(shared, sessions.begin_session, "mkl")
    waited = dt.timedelta()
    for pause in pauses:
        waited += pause
        if abs(waited - SESSION_LASTS) < 10 * SECOND:
            return
        assert is_signed_in(shared, secret, waited) == (waited < SESSION_LASTS)
        wrote(shared, sessions.see, secret, now() + waited)


@pytest.mark.slow
@given(data=st.data())
def test_no_secret_but_its_own_opens_a_session_or_a_token(shared: Register, data: st.DataObject) -> None:
    session = wrote(shared, sessions.begin_session, "mkl")
    _, token = wrote(shared, sessions.add_token, "mkl", "a program", SEE, None)
    secret = data.draw(st.sampled_from([session, token]))
    position = data.draw(st.integers(0, len(secret)))
    letters = st.text(st.characters(), max_size=3)
    altered = secret[:position] + data.draw(letters) + secret[data.draw(st.integers(position, len(secret))) :]
    other_door = {session: sessions.token, token: sessions.session}[secret]
    assert asked(shared, other_door, secret, now()) is None
    if altered != secret:
        for door in (sessions.session, sessions.token):
            assert asked(shared, door, altered, now()) is None


@pytest.mark.slow
@given(foreign=st.text(st.characters(), max_size=300))
def test_what_somebody_made_up_opens_nothing(shared: Register, foreign: str) -> None:
    for secret in (foreign, f"imgp_{foreign}"):
        assert asked(shared, sessions.session, secret, now()) is None
        assert asked(shared, sessions.token, secret, now()) is None


def test_a_secret_of_another_register_opens_nothing(kept: Register, tmp_path: Path) -> None:
    with Register.create(f"sqlite:///{tmp_path / 'other.sqlite'}", KEY) as other:
        wrote(other, accounts.add_account, METTE)
        session = wrote(other, sessions.begin_session, "mkl")
        _, token = wrote(other, sessions.add_token, "mkl", "a program", SEE, None)
        assert is_signed_in(other, session)
    assert not is_signed_in(kept, session)
    assert asked(kept, sessions.token, token, now()) is None


def test_a_session_that_ended_is_not_there_again(kept: Register) -> None:
    first, second = (wrote(kept, sessions.begin_session, "mkl") for _ in range(2))
    wrote(kept, sessions.end_session, first, now())
    wrote(kept, sessions.end_session, first, now())
    wrote(kept, sessions.see, first, now())
    assert (is_signed_in(kept, first), is_signed_in(kept, second)) == (False, True)
    assert asked(kept, verify).whole


def test_sessions_that_are_over_go_when_somebody_signs_in(kept: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imgpolicy.domain.account.SESSION_RESTS", dt.timedelta(0))
    for _ in range(3):
        wrote(kept, sessions.begin_session, "mkl")
    assert len(asked(kept, sessions.sessions_of, "mkl")) == 1
    assert asked(kept, verify).whole


def test_that_a_session_is_used_is_no_entry_of_the_log(kept: Register) -> None:
    secret = wrote(kept, sessions.begin_session, "mkl")
    before = kept.head()
    wrote(kept, sessions.see, secret, now() + SEEN_EVERY)
    (session,) = asked(kept, sessions.sessions_of, "mkl")
    assert session.seen - session.began >= SEEN_EVERY
    assert kept.head() == before
    assert asked(kept, verify).whole


def test_the_log_says_which_account_did_it(kept: Register) -> None:
    with kept.acting_as("mkl").writing() as unit:
        record_consent(unit, yes())
        assert unit.by == unit.vault.pseudonym("mkl")
    wrote(kept, record_consent, yes("grace"))
    *_, mette, nobody = log_of(kept)
    with kept.reading() as unit:
        assert (mette.by, nobody.by) == (unit.vault.pseudonym("mkl"), "")
    assert kept.first_broken_entry() is None
    assert asked(kept, verify).whole


@pytest.mark.parametrize("by", ["", "0" * 64])
def test_who_did_it_cannot_be_altered_unseen(kept: Register, by: str) -> None:
    with kept.acting_as("mkl").writing() as unit:
        record_consent(unit, yes())
    last = log_of(kept)[-1]
    for entry in (last, log_of(kept)[-2]):
        if entry.by != by:
            with kept.writing() as unit:
                unit.sql.journal._connection.exec_driver_sql(f"UPDATE log SET by = '{by}' WHERE seq = {entry.seq}")
                assert verify(unit).broken_entry == entry.seq
                unit.sql.journal._connection.rollback()


def test_who_acts_shares_the_register_and_closes_nothing(made: Made) -> None:
    with made.register.acting_as("mkl") as view:
        assert view.head() == made.register.head()
    view.close()
    assert view.head() == made.register.head()
    made.register.close()
    with pytest.raises(RegisterError, match="was closed"):
        view.head()


def test_nobody_acts_as_what_cannot_be_an_account(made: Made) -> None:
    with pytest.raises(RegisterError, match="cannot be an id"):
        made.register.acting_as("a b")


def test_nothing_that_is_secret_is_in_the_file_or_in_the_log_or_shown(made: Made) -> None:
    register, hashed = made.register, passwords.hashed("correct horse battery")
    wrote(register, accounts.add_account, METTE)
    wrote(register, accounts.set_password, "mkl", hashed)
    session = wrote(register, sessions.begin_session, "mkl")
    token, secret = wrote(register, sessions.add_token, "mkl", "zzlabel", SEE, None)
    raw = made.raw_bytes()
    for word in (session, secret, hashed, hashed[-20:], "correct horse", "zzlabel", "Mette", "keeper", "argon2"):
        assert word.encode() not in raw
        assert word not in str(log_of(register))
    shown = repr((token, asked(register, accounts.accounts), asked(register, sessions.sessions_of, "mkl")))
    assert session not in shown
    assert secret not in shown
    assert hashed not in repr(asked(register, accounts.signing_of, "mkl"))
    with register.reading() as unit:
        (row,) = unit.sql.accounts.find(TokenRow)
        assert sessions.opened_token(unit, row).digest not in repr(sessions.opened_token(unit, row))


def test_every_act_is_an_entry(kept: Register) -> None:
    before = len(log_of(kept))
    wrote(kept, accounts.set_password, "mkl", "a hash")
    secret = wrote(kept, sessions.begin_session, "mkl")
    wrote(kept, sessions.end_session, secret, now())
    token, _ = wrote(kept, sessions.add_token, "mkl", "a program", SEE, None)
    wrote(kept, sessions.revoke_token, token.id)
    wrote(kept, accounts.change_role, "mkl", AccountRole.READER)
    wrote(kept, accounts.end_account, "mkl")
    assert [entry.action for entry in log_of(kept)[before:]] == [
        Action.SET_PASSWORD,
        Action.SIGN_IN,
        Action.SIGN_OUT,
        Action.ADD_TOKEN,
        Action.REVOKE_TOKEN,
        Action.CHANGE_ROLE,
        Action.END_ACCOUNT,
    ]


@pytest.mark.slow
def test_a_password_fits_itself_alone_and_nobody_has_one_that_is_not_there() -> None:
    made = passwords.hashed("correct horse battery")
    assert passwords.fits(made, "correct horse battery")
    assert not passwords.fits(made, "correct horse batterz")
    assert not passwords.fits(None, "")
    assert not passwords.is_outdated(made)
    assert passwords.is_outdated(made.replace("t=3", "t=1"))


def test_without_the_library_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "argon2", None)
    for ask in (lambda: passwords.hashed("a"), lambda: passwords.fits(None, "a")):
        with pytest.raises(RegisterError, match=r"pip install 'imgpolicy\[server\]'"):
            ask()


def test_nobody_is_let_in_by_what_stood_there_before(kept: Register) -> None:
    """As somebody would put it back who may write to the file and has no key."""
    session = wrote(kept, sessions.begin_session, "mkl")
    token, secret = wrote(kept, sessions.add_token, "mkl", "a program", SEE, None)
    wrote(kept, accounts.set_password, "mkl", "the first hash")
    with kept.reading() as unit:
        rows = {kind: unit.sql.accounts.find(kind) for kind in (AccountRow, SessionRow, TokenRow)}
    wrote(kept, accounts.set_password, "mkl", "the second hash")
    with kept.writing() as unit:
        unit.sql.accounts.update(AccountRow, "mkl", {"details": details_of(rows[AccountRow], "mkl")})
    with pytest.raises(RegisterError, match="the password of 'mkl' is not what was recorded"):
        asked(kept, accounts.relied_signing, "mkl")
    with kept.writing() as unit:
        sessions.end_session(unit, session, now())
        sessions.revoke_token(unit, token.id)
        accounts.end_account(unit, "mkl")
    assert asked(kept, sessions.caller, "mkl") is None
    with kept.writing() as unit:
        unit.sql.accounts.insert(rows[SessionRow])
        for kind, key in ((AccountRow, "mkl"), (TokenRow, token.id)):
            unit.sql.accounts.update(kind, key, {"details": details_of(rows[kind], key)})
    for ask in (
        partial(sessions.session, secret=session, now=now()),
        partial(sessions.token, secret=secret, now=now()),
        partial(sessions.caller, account_id="mkl"),
        partial(sessions.begin_session, account_id="mkl"),
        partial(accounts.change_role, account_id="mkl", role=AccountRole.READER),
        partial(accounts.set_password, account_id="mkl", password_hash="the third hash"),
        partial(sessions.add_token, account_id="mkl", label="another", rights=SEE, ends=None),
    ):
        with pytest.raises(RegisterError, match="is not what was recorded, and nobody is let in by it"):
            wrote(kept, ask)
    assert not asked(kept, verify).whole


def test_who_signs_in_makes_no_session_whole_that_was_put_back(kept: Register) -> None:
    secret = wrote(kept, sessions.begin_session, "mkl")
    with kept.writing() as unit:
        rows = unit.sql.accounts.find(SessionRow)
        sessions.end_sessions(unit, "mkl")
        unit.sql.accounts.insert(rows)
    with pytest.raises(RegisterError, match="a session of 'mkl' is not what was recorded"):
        wrote(kept, sessions.begin_session, "mkl")
    with kept.writing() as unit:
        sessions.end_sessions(unit, "mkl")
    wrote(kept, sessions.begin_session, "mkl")
    assert not is_signed_in(kept, secret)


def test_an_admin_who_ended_and_was_put_back_is_no_reason_to_let_the_last_one_go(kept: Register) -> None:
    wrote(kept, accounts.change_role, "mkl", AccountRole.ADMIN)
    with kept.writing() as unit:
        rows = unit.sql.accounts.find(AccountRow)
        accounts.end_account(unit, "mkl")
        unit.sql.accounts.update(AccountRow, "mkl", {"details": details_of(rows, "mkl")})
    with pytest.raises(RegisterError, match="the account 'mkl' is not what was recorded"):
        wrote(kept, accounts.end_account, "ejb")


def details_of(rows: Iterable[Row], key: str) -> Cell:
    """What is sealed in the row of this id; of all these tables the last column is."""
    return next(row[-1] for row in rows if row[0] == key)
