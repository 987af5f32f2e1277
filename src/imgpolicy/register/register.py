"""`Register`: an open register, in which units of work are done.

Importing this is light; SQL and cryptography come with the first register that is opened. What can be asked of a
register and done to it are functions, in one file a thing (`people`, `consents`, …), that take a unit of work first:

    with register.writing() as unit:
        add_person(unit, person)
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from imgpolicy.domain.log import CREATED, Action, first_broken
from imgpolicy.register.unit import UnitOfWork

if TYPE_CHECKING:
    from imgpolicy.index.file import IndexFile
    from imgpolicy.register.sql.database import Database
    from imgpolicy.register.sql.transaction import Transaction
    from imgpolicy.register.vault import Vault


_REMOVALS = frozenset({Action.REMOVE_FACES, Action.REMOVE_WORK})
"""After these the bytes leave the files; an erasure sees to it itself, and says whether they have."""


class Register:
    """An open register: a database and the keys to it. Leaving it as a context manager closes it.

    Everything here raises RegisterError, in one line, when the register refuses or cannot be read or written.
    """

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    @cached_property
    def index(self) -> IndexFile | None:
        """The arrays of works that are kept beside a SQLite register; None on a server."""
        if self._database.file is None:
            return None
        from imgpolicy.index.file import IndexFile

        return IndexFile(self._database.file, self._vault)

    @classmethod
    def create(cls, url: str, key: bytes) -> Self:
        """A new register, open, encrypted under `key` (32 bytes); one that is there already is refused.

        `url` is such as ``sqlite:///folder/register.sqlite``, relative to the working folder unless absolute.
        """
        from imgpolicy.register.sql.database import create_database
        from imgpolicy.register.vault import Vault

        wrapped = Vault.wrap_new(key)
        vault = Vault(key, wrapped)

        def fill(transaction: Transaction) -> None:
            transaction.journal.set_key(wrapped)
            UnitOfWork(transaction, vault).log(Action.CREATE, "", CREATED)

        return cls(create_database(url, fill), vault)

    @classmethod
    def open(cls, url: str, key: bytes) -> Self:
        """The register that is there, brought up to date; RegisterError when there is none or `key` is not its key."""
        from imgpolicy.register.sql.database import open_database
        from imgpolicy.register.vault import Vault

        database = open_database(url)
        try:
            with database.reading() as transaction:
                wrapped = transaction.journal.key()
            return cls(database, Vault(key, wrapped))
        except BaseException:
            database.close()
            raise

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def backup(self, target: Path) -> None:
        """Copy the register into a new SQLite file, as it stands at one moment; it opens with the same key."""
        self._database.backup(target)

    def scrub(self) -> bool:
        """True when what was deleted has left the files; False while another program reads them."""
        return self._database.scrub()

    def head(self) -> str:
        """The last hash of the log, 64 hex digits: it stands for the state of the whole register."""
        with self.reading() as unit:
            return unit.head()

    def first_broken_entry(self) -> int | None:
        """The number of the first entry of the log that is missing or altered; None when the log is whole."""
        with self.reading() as unit:
            return first_broken(unit.sql.journal.entries(), self._vault.chained, self._vault.digest(CREATED))

    @contextlib.contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        """A unit in which one state of the register is seen, whatever others write meanwhile."""
        with self._database.reading() as transaction:
            yield UnitOfWork(transaction, self._vault, lambda: self.index)

    @contextlib.contextmanager
    def writing(self) -> Iterator[UnitOfWork]:
        """A unit of which all is done, or nothing; other writers wait.

        The bytes of faces and works that it removed leave the files after it, unless another program reads them.
        """
        with self._database.writing() as transaction:
            unit = UnitOfWork(transaction, self._vault, lambda: self.index)
            yield unit
            self._forget_removed(unit)
        # Once more: another process may have put it there until the change could be seen.
        self._forget_removed(unit)
        if unit.done & _REMOVALS:
            self.scrub()

    def _forget_removed(self, unit: UnitOfWork) -> None:
        if Action.REMOVE_WORK in unit.done and self.index is not None:
            self.index.remove()
