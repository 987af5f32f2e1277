"""Where the archive of a register is kept: its rows, what seals them, and the words that stand for numbers in them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imgpolicy.domain.verdict import Verdict
from imgpolicy.errors import RegisterError
from imgpolicy.register.sql.archive import ArchiveRows, PictureRow, PlaceRow
from imgpolicy.register.sql.archive_search import ArchiveSearch

if TYPE_CHECKING:
    from imgpolicy.register.archive_queue import ArchiveQueue
    from imgpolicy.register.sql.database import Database
    from imgpolicy.register.vault import PersonKey, Vault

_PLACE_BYTES = 16
_NAME = "archive_place.name"
_WORD = "archive_word.word"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedPlace:
    """A picture of the archive: its name, and the row that tells what was said of it."""

    name: str
    row: PlaceRow

    @property
    def verdict(self) -> Verdict:
        """What was said of it last."""
        return Verdict(self.row.verdict)


class Archive:
    """The archive that stands beside a register; several processes may work on one."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self.words = Vocabulary(database, vault)

    @property
    def sealer(self) -> Vault:
        """What seals facts and matches."""
        return self._vault

    def place_id(self, name: str) -> bytes:
        """What a place is known by: 16 bytes that say nothing of its name without the key."""
        return bytes.fromhex(self._vault.digest(f"archive.place:{name}".encode()))[:_PLACE_BYTES]

    def sealed_name(self, name: str, address: str | None = None) -> bytes:
        """The name, and the address where that is another, to be read with the key alone."""
        parts = (name,) if address in {None, name} else (name, address or "")
        return self._vault.seal(_NAME, "\0".join(parts).encode("utf-8", "surrogateescape"))

    def name(self, row: PlaceRow) -> str:
        """The name of a place; RegisterError when it was altered."""
        return self.unsealed_name(row.name)[0]

    def address(self, row: PlaceRow) -> str:
        """Where the bytes of a place are; it may hold a password. RegisterError when it was altered."""
        return self.unsealed_name(row.name)[-1]

    def unsealed_name(self, sealed: bytes) -> list[str]:
        """The name, and the address where that is another; RegisterError when it was altered."""
        return self._vault.unseal(_NAME, sealed).decode("utf-8", "surrogateescape").split("\0")

    def named(self, rows: Iterable[PlaceRow]) -> list[ArchivedPlace]:
        """The places with their names, in the order of these."""
        return sorted((ArchivedPlace(name=self.name(row), row=row) for row in rows), key=lambda one: one.name)

    def queue(self) -> ArchiveQueue:
        """Pictures that wait for workers on other machines; RegisterError for a register in a file."""
        from imgpolicy.register.archive_queue import ArchiveQueue

        return ArchiveQueue(self._database, self._vault)

    @contextlib.contextmanager
    def rows(self) -> Iterator[ArchiveRows]:
        """The rows in one transaction; no word may be given a number within it."""
        with self._database.archiving() as rows:
            yield rows

    @contextlib.contextmanager
    def search(self) -> Iterator[ArchiveSearch]:
        """The rows as they stand at one moment, to be looked through; nobody who writes waits for it."""
        with self._database.searching() as found:
            yield found

    def people_in(self, keys: Mapping[str, PersonKey], pictures: Sequence[PictureRow]) -> dict[int, dict[str, bytes]]:
        """For each picture what its matches say of people, by their ids; `keys` are those of all who are there.

        What cannot be opened makes a picture be missing here: it has to be looked at again.
        """
        found: dict[int, dict[str, bytes]] = {row.id: {} for row in pictures}
        with self.rows() as rows:
            said = list(rows.people_in([row.id for row in pictures]))
        for picture, person, sealed in said:
            opened = _opened(keys.get(person), picture, sealed)
            if opened is None:
                found.pop(picture, None)
            elif picture in found:
                found[picture][person] = opened
        return found

    def forget(self, people: Iterable[str]) -> None:
        """Remove what matches say of these people; pictures that show them are opened again."""
        with self.rows() as rows:
            for person in sorted(people):
                rows.forget(person)
        if self._database.file is not None:
            self._database.scrub()

    def close(self) -> None:
        """Let go of a file of its own."""
        if self._database.file is not None:
            self._database.close()


class Vocabulary:
    """Words that are kept once for many pictures, sealed, and the numbers that stand for them."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._numbers: dict[bytes, int] = {}
        self._words: dict[int, bytes] = {}

    def number(self, word: bytes) -> int:
        """The number of this word, which is kept from now on."""
        number = self.known(word)
        if number is None:
            sealed = self._vault.seal(_WORD, word)
            with self._database.archiving() as rows:
                number = rows.number(self._vault.digest(word), sealed)
            self._remember(number, word)
        return number

    def known(self, word: bytes) -> int | None:
        """The number of this word; None where it is not kept."""
        number = self._numbers.get(word)
        if number is None:
            with self._database.archiving() as rows:
                number = rows.known_number(self._vault.digest(word))
            if number is not None:
                self._remember(number, word)
        return number

    def spelled(self, number: int) -> bytes:
        """The word of this number; LookupError when there is none, RegisterError when it was altered."""
        word = self._words.get(number)
        if word is None:
            with self._database.archiving() as rows:
                sealed = rows.spelled(number)
            if sealed is None:
                raise LookupError(number)
            word = self._vault.unseal(_WORD, sealed)
            self._remember(number, word)
        return word

    def _remember(self, number: int, word: bytes) -> None:
        self._numbers[word], self._words[number] = number, word


def _opened(key: PersonKey | None, picture: int, sealed: bytes) -> bytes | None:
    if key is None:
        return None
    try:
        return key.unseal(person_place(picture), sealed)
    except RegisterError:
        return None


def person_place(picture: int) -> str:
    """Where what is said of somebody in this picture is sealed."""
    return f"archive_person.details:{picture}"
