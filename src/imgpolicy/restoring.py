"""A backup in the register's place: whole or not at all, and never without what was there before.

What was erased and taken back since the backup is back then. The log of the register that was there tells it, and the
restored register's log says what must be done again; until it was, nobody is judged by the register.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count, takewhile
from pathlib import Path

from imgpolicy.domain.canonical import consent_form
from imgpolicy.domain.consent import Consent
from imgpolicy.domain.earlier import earlier_consent_forms
from imgpolicy.domain.log import ABOUT_ACCOUNTS, Action, Entry
from imgpolicy.domain.speakers import USUAL, ConsentPolicy
from imgpolicy.errors import RegisterError, RequestError
from imgpolicy.files import move_over, permissions
from imgpolicy.opening import RegisterPolicy, head_file, open_register, register_url
from imgpolicy.phrase import phrase, reason_of
from imgpolicy.register.accounts import Signing, accounts, carry_account, signings
from imgpolicy.register.debts import OWING, record_restoration
from imgpolicy.register.heads import Head
from imgpolicy.register.maintenance import verify
from imgpolicy.register.outbox import stop
from imgpolicy.register.people import alias, aliases, person
from imgpolicy.register.register import Register
from imgpolicy.register.requests import close_requests
from imgpolicy.register.sessions import KnownToken, carry_token, end_sessions, known_tokens, revoke_tokens
from imgpolicy.register.sql.backup import copy_file, seal_copy, set_aside
from imgpolicy.register.sql.database import register_file
from imgpolicy.register.statements import consents
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.register.vault import read_key
from imgpolicy.register.webhooks import webhooks


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """What the register that was there recorded since the backup, as far as it concerns people in the backup.

    `erased` are the ids of people who were erased, `denials` what others took back, by a denial, an exception in a yes
    or an error in one, `changed` the ids of those whose age or guardians were changed, and `untold` of those who said
    something of which nobody can tell any more what it was. `lost` counts everything that was recorded, by action.
    `head` is the head of the register that was there; None when nobody can tell all that was recorded. `signings` and
    `tokens` are the accounts that it had, which the restored one takes over; None where they cannot be relied on.
    `stopped` are the ids of webhooks that were removed since.
    """

    head: str | None = None
    erased: tuple[str, ...] = ()
    denials: tuple[Consent, ...] = ()
    changed: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()
    lost: Mapping[str, int] = field(default_factory=dict)
    carried: tuple[Entry, ...] = ()
    signings: tuple[Signing, ...] | None = field(default=None, repr=False)
    tokens: tuple[KnownToken, ...] = field(default=(), repr=False)
    stopped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Restoration:
    """What came of it: the register's file, where the one is that was there before, and what that had recorded since.

    Both files are None where a register was accepted as it is. `consents` says whose days those of denials are.
    """

    file: Path | None = None
    aside: Path | None = None
    since: Since = field(default_factory=Since)
    consents: ConsentPolicy = USUAL


def restore_register(policy: RegisterPolicy, url: str | None, backup: Path) -> Restoration:
    """Put a backup in the register's place.

    Raises RequestError for a register on a server, RegisterError when the backup is not whole or another register's,
    when another program has the register open, and when something cannot be written: then all is as it was.
    """
    key = read_key(policy.key_file, os.environ, policy.keyring)
    file = register_file(register_url(policy, url))
    if file is None:
        raise RequestError(
            phrase(
                "a register on a server is restored with the server's own tools; run `imgpolicy register restore` after"
                " it"
            )
        )
    heads = head_file(policy, url)
    with _temporary(file) as restored, _temporary(file) as former:
        copy_file(backup, restored)
        with Register.open(f"sqlite:///{restored}", key) as register:
            _refuse_damage(register, backup)
            kept = None if heads is None else heads.read(register.name)
            with contextlib.ExitStack() as stack:
                readable = file.exists() and stack.enter_context(set_aside(file, former))
                since = _since(register, former if readable else None, key, kept)
                last = _recorded(register, since)
                register.close()
                seal_copy(restored)
                aside = None
                if file.exists():
                    restored.chmod(permissions(file))
                    if not readable:
                        former.write_bytes(file.read_bytes())
                    aside = _kept_beside(file, former)
                move_over(restored, file)
        if heads is not None:
            heads.keep(register.name, last)
    return Restoration(file=file, aside=aside, since=since, consents=policy.consents)


def accept_register(policy: RegisterPolicy, url: str | None) -> Restoration:
    """Take the register as it is for the one that counts, though it is older than what was written last.

    Nobody can tell what was recorded since; the log says so.
    """
    with open_register(policy, url) as register, register.writing() as unit:
        record_restoration(unit, None)
        _take_over_accounts(unit, Since())
        last = unit.appended
    heads = head_file(policy, url)
    if heads is not None and last is not None:
        heads.keep(register.name, last)
    return Restoration()


@contextlib.contextmanager
def _temporary(file: Path) -> Iterator[Path]:
    """An empty file beside this one, its owner's alone, gone afterwards unless it got another name."""
    temporary = file.with_name(f".imgpolicy-{secrets.token_hex(8)}")
    try:
        temporary.touch(mode=0o600, exist_ok=False)
        yield temporary
    except OSError as error:
        raise RegisterError(
            phrase("{file}: cannot be restored ({reason})", file=str(file), reason=reason_of(error))
        ) from error
    finally:
        for left in file.parent.glob(f"{temporary.name}*"):
            left.unlink(missing_ok=True)


def _refuse_damage(register: Register, backup: Path) -> None:
    with register.reading() as unit:
        health = verify(unit)
    if health.broken_entry is not None:
        raise RegisterError(
            phrase(
                "{backup}: the log of this copy is broken at entry {entry}",
                backup=str(backup),
                entry=health.broken_entry,
            )
        )
    for damage in health.damaged:
        raise RegisterError(phrase("{backup}: {damage}", backup=str(backup), damage=damage))


def _kept_beside(file: Path, former: Path) -> Path:
    """Give the copy of what was there a name that nothing has, and take along what SQLite left beside it."""
    names = (file.with_name(f"{file.name}.before-restore-{number}") for number in count(1))
    aside = next(name for name in names if not name.exists())
    with former.open("rb+") as written:
        os.fsync(written.fileno())
    move_over(former, aside)
    for ending in ("-wal", "-shm", "-journal"):
        left = file.with_name(file.name + ending)
        if left.exists():
            move_over(left, aside.with_name(aside.name + ending))
    return aside


def _since(register: Register, former: Path | None, key: bytes, kept: Head | None) -> Since:
    """What the register that was there recorded since the backup was made."""
    if former is None:
        return Since()
    try:
        present = Register.open(f"sqlite:///{former}", key)
    except RegisterError:
        return Since()
    with present, register.reading() as old, present.reading() as new:
        if present.name != register.name:
            raise RegisterError(phrase("this is a copy of another register than the one that is there"))
        both = zip(old.sql.journal.entries(), new.sql.journal.entries(), strict=False)
        common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], both))
        since = [entry for entry in new.sql.journal.entries() if entry.seq > common]
        health = verify(new)
        told = health.broken_entry is None and (kept is None or new.sql.journal.entry_hash(kept.seq) == kept.hash)
        found = _concerning(old, new, since, new.head() if told else None)
        if not told or health.damaged:
            return found
        left = {one.id for one in webhooks(new)}
        stopped = tuple(one.id for one in webhooks(old) if one.id not in left)
        return _with_accounts(replace(found, stopped=stopped), new)


def _with_accounts(since: Since, new: UnitOfWork) -> Since:
    """What was recorded, with all accounts, of which nothing is lost then."""
    lost = {action: number for action, number in since.lost.items() if action not in ABOUT_ACCOUNTS}
    return replace(since, lost=lost, signings=signings(new), tokens=known_tokens(new))


def _take_over_accounts(unit: UnitOfWork, since: Since) -> None:
    """Have nobody let in who was not let in any more: who was signed in signs in again, and accounts are as they were.

    Where nobody can tell how they were, every token is revoked: one may have been revoked since.
    """
    for one in accounts(unit):
        end_sessions(unit, one.id)
        if since.signings is None:
            revoke_tokens(unit, one.id)
    for signing in since.signings or ():
        carry_account(unit, signing)
    for token in since.tokens:
        carry_token(unit, token)


def _concerning(old: UnitOfWork, new: UnitOfWork, since: Sequence[Entry], head: str | None) -> Since:
    people = {own.name: person for person, own in aliases(old).items()}
    own: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in since:
        if entry.subject in people:
            own[people[entry.subject]].append(entry)
    erased = {one_id for one_id, entries in own.items() if any(one.action == Action.ERASE_PERSON for one in entries)}
    denials: list[Consent] = []
    untold: list[str] = []
    for one_id in sorted(own.keys() - erased):
        said, known = _said(new, one_id, [one for one in own[one_id] if one.action == Action.RECORD_CONSENT])
        given = {one.id for one in consents(old, one_id) if one.gives}
        denials += (one for one in said if one.takes_back and (one.about is None or one.about in given))
        untold += [] if known else [one_id]
    return Since(
        head=head,
        erased=tuple(sorted(erased)),
        denials=tuple(denials),
        changed=tuple(one_id for one_id in sorted(own.keys() - erased) if _speaks_otherwise(old, new, one_id)),
        untold=tuple(untold),
        lost=dict(Counter(entry.action for entry in since)),
        carried=tuple(entry for entry in since if entry.action in OWING and entry.subject in people),
    )


def _speaks_otherwise(old: UnitOfWork, new: UnitOfWork, person_id: str) -> bool:
    """Whether it was changed since how old the person is, or who speaks for them; True where nobody can tell."""
    before = person(old, person_id)
    try:
        after = person(new, person_id)
    except (RegisterError, ValueError, TypeError, LookupError):
        return True
    if (before.born, before.guardians) != (after.born, after.guardians):
        return True
    return before.adult != after.adult and (after.adult is None or after.had_guardians)


def _said(unit: UnitOfWork, person: str, entries: Sequence[Entry]) -> tuple[list[Consent], bool]:
    """What these entries recorded, and whether all of it is known still."""
    if not entries:
        return [], True
    wanted = {entry.payload for entry in entries}
    try:
        every, salt = consents(unit, person), alias(unit, person).salt
    except (RegisterError, ValueError, TypeError, LookupError):
        return [], False
    found = {
        digest: one
        for one in every
        for form in (consent_form(one), *earlier_consent_forms(one))
        if (digest := unit.vault.digest(form, salt)) in wanted
    }
    return list(found.values()), found.keys() == wanted


def _recorded(register: Register, since: Since) -> Entry:
    with register.writing() as unit:
        record_restoration(
            unit,
            since.head,
            erased=since.erased,
            denials=since.denials,
            changed=since.changed,
            untold=since.untold,
            carried=since.carried,
        )
        _take_over_accounts(unit, since)
        # Links that were used since would lead to their forms once more.
        close_requests(unit)
        for webhook_id in since.stopped:
            stop(unit, webhook_id)
        last = unit.appended
    assert last is not None  # the restoration itself
    return last
