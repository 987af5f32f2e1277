"""A unit of work: one transaction, the keys to what it reads and writes, and the log that every change goes into."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from imgpolicy.domain.log import (
    ABOUT_PEOPLE,
    JUDGED_BY_NONE,
    Action,
    Alias,
    Entry,
    Event,
    next_entry,
)
from imgpolicy.domain.speakers import CLOCKS_DIFFER, ConsentPolicy
from imgpolicy.errors import RegisterError
from imgpolicy.phrase import phrase

if TYPE_CHECKING:
    from imgpolicy.index.file import IndexFile
    from imgpolicy.register.archive_store import Archive
    from imgpolicy.register.sql.transaction import Transaction
    from imgpolicy.register.vault import Vault


class Beside(Protocol):
    """What stands beside a register's tables; None where it is not there."""

    @property
    def index(self) -> IndexFile | None:
        """The arrays that works are recognised by."""
        ...

    @property
    def archive(self) -> Archive | None:
        """The pictures that were judged once."""
        ...


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing stands beside it."""

    index: None = None
    archive: None = None


_NOTHING = Nothing()


class UnitOfWork:
    """What every verb of the register takes first. Lives as long as its transaction.

    `sql` are the statements on each thing, `vault` the keys, `policy` what the organisation lays down about consents,
    and `done` the kinds of changes that were logged in it. `by` is what the log calls the account that does it; empty
    where none does. `left` are the files on the desk that nothing names any more once it is done, and
    `unmatched` the people of whom the archive says nothing any more then.
    """

    def __init__(
        self,
        sql: Transaction,
        vault: Vault,
        policy: ConsentPolicy,
        beside: Beside = _NOTHING,
        by: str = "",
    ) -> None:
        self.sql = sql
        self.vault = vault
        self.policy = policy
        self.by = by
        self._beside = beside
        self.done: set[Action] = set()
        self.left: set[str] = set()
        self.unmatched: set[str] = set()
        self._last: Entry | None = None

    @property
    def index(self) -> IndexFile | None:
        """The arrays of works that are kept beside the register; None where none are."""
        return self._beside.index

    @property
    def archive(self) -> Archive | None:
        """The pictures that were judged once; None where there is no archive."""
        return self._beside.archive

    def log(self, action: Action, subject: str, content: bytes) -> None:
        """Append to the log what is done to what, in this same transaction, which must be a writing one.

        What is done to a person is logged by `people.log_on`.
        """
        self.log_under(Alias(self.vault.pseudonym(subject)), action, content)

    def log_under(self, alias: Alias, action: Action, content: bytes) -> None:
        """Append to the log what is done to whom or what it calls so."""
        self._append(action, alias.name, self.vault.digest(content, alias.salt))

    def log_again(self, entry: Entry) -> None:
        """Append what an entry of another log of the same register says."""
        self._append(Action(entry.action), entry.subject, entry.payload)

    @property
    def appended(self) -> Entry | None:
        """The last entry that was logged in this unit; None when none was."""
        return self._last

    def _append(self, action: Action, subject: str, payload: str) -> None:
        event = Event(dt.datetime.now(dt.UTC), action, subject, payload, self.by)
        before = self._last or self.sql.journal.last()
        if before is not None:
            _check_clock(event.at, before)
        self._last = next_entry(before, event, self.vault.chained)
        self.sql.journal.insert([self._last])
        self.done.add(action)

    def head(self) -> str:
        """The last hash of the log, 64 hex digits: it stands for the state of the whole register."""
        return self._newest().hash

    def state(self) -> str:
        """The hash of the last entry of the log that pictures are judged by: it stands for all that they are held to.

        What is done to pictures on the desk, to accounts, webhooks and requests changes the head, and not this.
        """
        return self.sql.journal.last_hash_but(JUDGED_BY_NONE) or self.head()

    def hold(self, what: str, subject: str, actions: Collection[Action], form: bytes) -> None:
        """Nothing, when this form is what the last of these actions on the subject recorded; RegisterError when not."""
        if not self.is_recorded(subject, actions, form):
            raise RegisterError(
                phrase(
                    "{what} is not what was recorded, and nobody is let in by it: run `imgpolicy register verify`",
                    what=what,
                )
            )

    def is_recorded(self, subject: str, actions: Collection[Action], form: bytes) -> bool:
        """Whether this form is what the last of these actions on the subject recorded."""
        return self.sql.journal.last_payload(self.vault.pseudonym(subject), actions) == self.vault.digest(form)

    def today(self) -> dt.date:
        """The day here and now; RegisterError when a clock was set back, so that nothing that ended is valid again."""
        now = dt.datetime.now(dt.UTC)
        _check_clock(now, self._newest())
        return self.policy.day(now)

    def _newest(self) -> Entry:
        last = self.sql.journal.last()
        if last is None:
            raise RegisterError(phrase("the register is damaged: its log is empty"))
        return last

    def entries_on_person(self, pseudonym: str) -> tuple[Entry, ...]:
        """The log's entries on the person whom it calls so.

        A work or a post may be called as somebody whom an earlier version added, and has entries of other kinds.
        """
        entries = self.sql.journal.entries_on(pseudonym)
        return tuple(entry for entry in entries if entry.action in ABOUT_PEOPLE)


def _check_clock(now: dt.datetime, last: Entry) -> None:
    """Refuse a clock that is behind the log of what was done already."""
    if now < last.at - CLOCKS_DIFFER:
        raise RegisterError(
            phrase(
                "the clock says {now} UTC, and the register was changed at {moment} UTC: set the clock right",
                now=f"{now:%Y-%m-%d %H:%M}",
                moment=f"{last.at:%Y-%m-%d %H:%M}",
            )
        )
