"""One transaction with the keys to what it reads and writes, and the log that every change goes into."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from imgpolicy.domain.consent import Consent, ConsentKind
from imgpolicy.domain.licence import Licence
from imgpolicy.domain.person import Person
from imgpolicy.errors import RegisterError
from imgpolicy.register.log import ABOUT_PEOPLE, Action, Entry, Event, next_entry
from imgpolicy.register.records import consents_from, licences_from, person_from
from imgpolicy.register.rows import PersonRow

if TYPE_CHECKING:
    from imgpolicy.register.sql.transaction import Transaction
    from imgpolicy.register.vault import PersonKey, Vault


class Session:
    """What a change, or a question of several parts, needs: rows, keys, and the log. Lives as long as its transaction.

    `done` has the kinds of changes that were logged in it.

    Everything here raises RegisterError when the register refuses or is damaged.
    """

    def __init__(self, transaction: Transaction, vault: Vault) -> None:
        self.transaction = transaction
        self.vault = vault
        self.done: set[Action] = set()
        self._last: Entry | None = None

    def row(self, person: str) -> PersonRow:
        """The row of somebody who must be there."""
        for row in self.transaction.people(person):
            return row
        raise RegisterError(f"there is nobody {person[:80]!r} in the register; `imgpolicy person list` shows who is")

    def key(self, row: PersonRow) -> PersonKey:
        """The person's key, open."""
        return self.vault.open_person(row.id, row.key)

    def keys(self, rows: Iterable[PersonRow]) -> dict[str, PersonKey]:
        """Everybody's keys, open, by id."""
        return {row.id: self.key(row) for row in rows}

    def person(self, person: str) -> Person:
        """The one person."""
        row = self.row(person)
        return person_from(row, self.key(row))

    def consents(self, person: str) -> tuple[Consent, ...]:
        """The consents of one person, in the order in which they were stated."""
        return self.consents_of({person: self.key(self.row(person))}, person)

    def consents_of(
        self, keys: Mapping[str, PersonKey], person: str | None = None, kind: ConsentKind | None = None
    ) -> tuple[Consent, ...]:
        """The consents of one person or everybody, by person and time, each with the publications that rest on it."""
        transaction = self.transaction
        found = consents_from(transaction.consents(person, kind), transaction.scopes(person, kind), keys)
        limited = [consent.id for consent in found if consent.max_publications is not None]
        if not limited:
            return found
        uses = transaction.uses(limited)
        return tuple(dataclasses.replace(consent, used=uses.get(consent.id, 0)) for consent in found)

    def licences(self, work: str | None = None) -> tuple[Licence, ...]:
        """The licences to one work or to all, by work and time, each with the publications that rest on it."""
        found = licences_from(*self.transaction.licence_parts(work), self.vault)
        limited = [licence.id for licence in found if licence.max_publications is not None]
        if not limited:
            return found
        uses = self.transaction.licence_uses(limited)
        return tuple(dataclasses.replace(licence, used=uses.get(licence.id, 0)) for licence in found)

    def entries_on_person(self, person: str) -> tuple[Entry, ...]:
        """The log's entries on one person; a work or a post may have the same id, and has entries of other kinds."""
        found = self.transaction.entries_on(self.vault.pseudonym(person))
        return tuple(entry for entry in found if entry.action in ABOUT_PEOPLE)

    def log(self, action: Action, subject: str, content: bytes) -> None:
        """Append to the log what is done to whom or what, in this same transaction, which must be a writing one."""
        event = Event(dt.datetime.now(dt.UTC), action, self.vault.pseudonym(subject), self.vault.digest(content))
        self._last = next_entry(self._last or self.transaction.last_entry(), event)
        self.transaction.insert([self._last])
        self.done.add(action)
