"""Accounts: who works with the register by name, with what right, and what their password is checked by.

Nothing of an account is in the open but its id, and none is ever deleted: the log names who did what.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

import msgspec

from imgpolicy.domain.account import Account, AccountRole, Identity, Right, check_account
from imgpolicy.domain.account import ended as ended_account
from imgpolicy.domain.account import with_role as account_with_role
from imgpolicy.domain.account_forms import account_form, password_form
from imgpolicy.domain.ids import is_id
from imgpolicy.domain.log import Action
from imgpolicy.errors import RegisterError
from imgpolicy.phrase import phrase
from imgpolicy.register.sql.accounts import AccountRow
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.register.vault import padded

_CHANGES = (Action.ADD_ACCOUNT, Action.CHANGE_ROLE, Action.BIND_ACCOUNT, Action.END_ACCOUNT)
_PASSWORDS = (Action.SET_PASSWORD, Action.RENEW_HASH)


@dataclass(frozen=True, slots=True)
class _Details:
    """What is sealed of an account. A later field has a default: what was sealed before has none."""

    name: str
    role: AccountRole
    added: dt.datetime | None
    ended: dt.datetime | None
    password: str | None
    identity: Identity | None = None


@dataclass(frozen=True, slots=True)
class Signing:
    """An account, and what its password is checked by; None where it has no password."""

    account: Account
    password: str | None = field(repr=False)


def add_account(unit: UnitOfWork, account: Account) -> Account:
    """The account as it is kept, without a password; RegisterError when there is one of this id already."""
    check_account(account)
    if signing_of(unit, account.id) is not None:
        raise RegisterError(phrase("there is an account {id} already", id=repr(account.id)))
    if account.ended is not None:
        raise RegisterError(phrase("an account that is added has not ended"))
    account = replace(account, added=account.added or dt.datetime.now(dt.UTC))
    unit.sql.accounts.insert([AccountRow(account.id, _sealed(unit, Signing(account, None)))])
    unit.log(Action.ADD_ACCOUNT, account.id, account_form(account))
    return account


def accounts(unit: UnitOfWork) -> tuple[Account, ...]:
    """All accounts, ended ones too, by id."""
    return tuple(signing.account for signing in signings(unit))


def account(unit: UnitOfWork, account_id: str) -> Account:
    """The account of this id; RegisterError when there is none."""
    return _there(unit, account_id).account


def signing_of(unit: UnitOfWork, account_id: str) -> Signing | None:
    """What somebody signs in by; None when there is no account of this id."""
    rows = unit.sql.accounts.find(AccountRow, "id", account_id) if is_id(account_id) else []
    return opened_account(unit, rows[0]) if rows else None


def relied_account(unit: UnitOfWork, account_id: str) -> Account:
    """The account, to let somebody in by; RegisterError when there is none, or it is not what was recorded last."""
    found = account(unit, account_id)
    unit.hold(phrase("the account {account}", account=repr(account_id)), account_id, _CHANGES, account_form(found))
    return found


def relied_signing(unit: UnitOfWork, account_id: str) -> Signing | None:
    """What somebody signs in by; None when there is no such account, RegisterError when it is not what was recorded."""
    found = signing_of(unit, account_id)
    if found is not None:
        relied_account(unit, account_id)
        if found.password is not None:
            form = password_form(account_id, found.password)
            unit.hold(phrase("the password of {account}", account=repr(account_id)), account_id, _PASSWORDS, form)
    return found


def active(unit: UnitOfWork, account_id: str) -> Account:
    """The account of this id; RegisterError when there is none, it ended, or it is not what was recorded last."""
    found = relied_account(unit, account_id)
    if found.ended is not None:
        raise RegisterError(
            phrase(
                "the account {account} ended on {day}",
                account=repr(account_id),
                day=str(unit.policy.day(found.ended)),
            )
        )
    return found


def change_role(unit: UnitOfWork, account_id: str, role: AccountRole) -> Account:
    """The account in its new role; RegisterError when it is not there or ended, RequestError for the last admin."""
    before = active(unit, account_id)
    after = account_with_role(before, role, _admins(unit))
    if after != before:
        _keep(unit, replace(_there(unit, account_id), account=after))
        unit.log(Action.CHANGE_ROLE, account_id, account_form(after))
    return after


def set_password(unit: UnitOfWork, account_id: str, password_hash: str, action: Action = Action.SET_PASSWORD) -> None:
    """Keep what the password is checked by from now on; RegisterError when the account is not there or ended."""
    active(unit, account_id)
    _keep(unit, replace(_there(unit, account_id), password=password_hash))
    unit.log(action, account_id, password_form(account_id, password_hash))


def bind_account(unit: UnitOfWork, account_id: str, identity: Identity | None) -> Account:
    """The account, of whoever this is to their organisation from now on; None for nobody.

    RegisterError when it is not there or ended, or when another account is bound to them.
    """
    before = active(unit, account_id)
    for other in accounts(unit):
        if identity is not None and other.id != account_id and other.ended is None and _is_same(other, identity):
            raise RegisterError(phrase("the account {id} is bound to them already: unbind it first", id=repr(other.id)))
    after = replace(before, identity=identity)
    if after != before:
        _keep(unit, replace(_there(unit, account_id), account=after))
        unit.log(Action.BIND_ACCOUNT, account_id, account_form(after))
    return after


def account_known_as(unit: UnitOfWork, issuer: str, subject: str, email: str | None) -> Account | None:
    """The account that is bound to whom the issuer calls so; else the one that waits for this verified mail address.

    None where there is none, or it ended; RegisterError when it is not what was recorded last.
    """
    known = [one for one in accounts(unit) if one.identity is not None and one.identity.issuer == issuer]
    bound = [one for one in known if one.identity is not None and one.identity.subject == subject]
    waits = [one for one in known if email and one.identity == Identity(issuer=issuer, email=email)]
    for one in bound or waits:
        found = relied_account(unit, one.id)
        if found.ended is None:
            return found
    return None


def _is_same(account: Account, identity: Identity) -> bool:
    kept = account.identity
    if kept is None or kept.issuer != identity.issuer:
        return False
    same_subject = identity.subject is not None and kept.subject == identity.subject
    return same_subject or (identity.email is not None and kept.email == identity.email)


def end_account(unit: UnitOfWork, account_id: str) -> Account:
    """The account, ended; RegisterError when it is not there or ended before, RequestError for the last admin."""
    after = ended_account(active(unit, account_id), dt.datetime.now(dt.UTC), _admins(unit))
    _keep(unit, replace(_there(unit, account_id), account=after))
    unit.log(Action.END_ACCOUNT, account_id, account_form(after))
    return after


def opened_account(unit: UnitOfWork, row: AccountRow) -> Signing:
    """The account of this row with what its password is checked by; RegisterError when it was altered."""
    details = msgspec.json.decode(unit.vault.unseal(_place(row.id), row.details), type=_Details)
    kept = Account(
        id=row.id,
        name=details.name,
        role=details.role,
        added=details.added,
        ended=details.ended,
        identity=details.identity,
    )
    return Signing(kept, details.password)


def signings(unit: UnitOfWork) -> tuple[Signing, ...]:
    """All accounts with what their passwords are checked by, by id."""
    return tuple(opened_account(unit, row) for row in unit.sql.accounts.find(AccountRow))


def carry_account(unit: UnitOfWork, signing: Signing) -> None:
    """Keep the account as it is in another copy of the same register."""
    before = signing_of(unit, signing.account.id)
    if before is None:
        unit.sql.accounts.insert([AccountRow(signing.account.id, _sealed(unit, signing))])
    elif before != signing:
        _keep(unit, signing)
    if before is None or before.account != signing.account:
        unit.log(Action.ADD_ACCOUNT, signing.account.id, account_form(signing.account))
    if signing.password is not None and (before is None or before.password != signing.password):
        unit.log(Action.SET_PASSWORD, signing.account.id, password_form(signing.account.id, signing.password))


def _admins(unit: UnitOfWork) -> tuple[Account, ...]:
    """Those who administer accounts; RegisterError when one of them is not what was recorded last."""
    return tuple(relied_account(unit, one.id) for one in accounts(unit) if Right.ADMINISTER in one.rights)


def _there(unit: UnitOfWork, account_id: str) -> Signing:
    found = signing_of(unit, account_id)
    if found is None:
        raise RegisterError(
            phrase(
                "there is no account {account}; `imgpolicy account list` shows them",
                account=repr(account_id[:80]),
            )
        )
    return found


def _keep(unit: UnitOfWork, signing: Signing) -> None:
    unit.sql.accounts.update(AccountRow, signing.account.id, {"details": _sealed(unit, signing)})


def _sealed(unit: UnitOfWork, signing: Signing) -> bytes:
    of = signing.account
    details = _Details(of.name, of.role, of.added, of.ended, signing.password, of.identity)
    return unit.vault.seal(_place(of.id), padded(msgspec.json.encode(details)))


def _place(account_id: str) -> str:
    return f"account.details:{account_id}"
