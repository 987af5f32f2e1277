"""What the log says must be in a register, and which of it has been found there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING

from imgpolicy.domain.canonical import erasure_form
from imgpolicy.domain.log import ABOUT_PEOPLE, Action, Entry

if TYPE_CHECKING:
    from imgpolicy.register.vault import Vault

_FORMLESS = b""
"""What earlier versions logged of a register's creation, and of an erasure."""


class Kept(StrEnum):
    """What is held against the log."""

    PERSON = "person"
    CONSENT = "consent"
    LICENCE = "licence"
    END = "end"


_RECORDED: dict[str, Kept] = {
    Action.ADD_PERSON: Kept.PERSON,
    Action.EDIT_PERSON: Kept.PERSON,
    Action.RECORD_CONSENT: Kept.CONSENT,
    Action.RECORD_LICENCE: Kept.LICENCE,
    Action.END_LICENCE: Kept.END,
}


class History:
    """What was recorded and not erased since, by whom or what it is about.

    `unaccounted` are the numbers of entries that erase somebody and do not account for all that was recorded of them.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._recorded: defaultdict[tuple[Kept, str], dict[str, int]] = defaultdict(dict)
        self._on_people: defaultdict[str, list[str]] = defaultdict(list)
        self._formless_erasures = False
        self.unaccounted: list[int] = []

    def noting(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """The same entries as they come, each noted."""
        for entry in entries:
            if entry.seq == 1:
                # A register of this version or a later one never held an erasure that accounts for nothing.
                self._formless_erasures = entry.payload == self._vault.digest(_FORMLESS)
            kept = _RECORDED.get(entry.action)
            if kept is Kept.PERSON:
                # Who somebody is now is what was last written of them.
                self._recorded[kept, entry.subject] = {entry.payload: entry.seq}
            elif kept is not None:
                self._recorded[kept, entry.subject][entry.payload] = entry.seq
            elif entry.action == Action.ERASE_PERSON:
                self._erase(entry)
            if entry.action in ABOUT_PEOPLE:
                self._on_people[entry.subject].append(entry.payload)
            yield entry

    def holds(self, kept: Kept, subject: str, form: bytes, earlier: Iterable[bytes]) -> bool:
        """True when the log recorded just this of the subject, in this form or an earlier one: it is found then."""
        recorded = self._recorded.get((kept, self._vault.pseudonym(subject)), {})
        digests = (self._vault.digest(candidate) for candidate in chain((form,), earlier))
        return any(recorded.pop(digest, None) is not None for digest in digests)

    def missing(self) -> list[int]:
        """The numbers of the entries of which nothing was found."""
        return sorted(number for recorded in self._recorded.values() for number in recorded.values())

    def _erase(self, entry: Entry) -> None:
        accounted = {self._vault.digest(erasure_form(self._on_people[entry.subject]))}
        if self._formless_erasures:
            accounted.add(self._vault.digest(_FORMLESS))
        if entry.payload not in accounted:
            self.unaccounted.append(entry.seq)
        for kept in (Kept.PERSON, Kept.CONSENT):
            self._recorded.pop((kept, entry.subject), None)
