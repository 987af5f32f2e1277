"""`Register`: an open register, in which units of work are done.

Importing this is light; SQL and cryptography come with the first register that is opened. What can be asked of a
register and done to it are functions, in one file a thing (`people`, `consents`, …), that take a unit of work first:

    with register.writing() as unit:
        add_person(unit, person)
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from copy import copy
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Self

from imgpolicy.domain.ids import check_id
from imgpolicy.domain.log import CREATED, Action, first_broken
from imgpolicy.domain.speakers import USUAL, ConsentPolicy
from imgpolicy.errors import RegisterError
from imgpolicy.phrase import each, phrase
from imgpolicy.register.unit import UnitOfWork

if TYPE_CHECKING:
    from imgpolicy.index.file import IndexFile
    from imgpolicy.register.archive_store import Archive
    from imgpolicy.register.desk_files import DeskFiles
    from imgpolicy.register.heads import Head, HeadFile
    from imgpolicy.register.sql.database import Database
    from imgpolicy.register.sql.transaction import Transaction
    from imgpolicy.register.vault import Vault


_REMOVALS = frozenset({Action.REMOVE_FACES, Action.REMOVE_WORK, Action.REMOVE_PUBLICATION})
"""After these the bytes leave the files; an erasure sees to it itself, and says whether they have."""


_NAMED = 5
"""Of what must be done again so much is named in one line."""


class Register:
    """An open register: a database and the keys to it. Leaving it as a context manager closes it.

    Everything here raises RegisterError, in one line, when the register refuses or cannot be read or written.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        policy: ConsentPolicy,
        heads: HeadFile | None = None,
        folder: Path | None = None,
    ) -> None:
        self._folder = folder
        self._beside = _Beside(database, vault)
        self._database = database
        self._vault = vault
        self.policy = policy
        self._heads = heads
        self._settled = ""
        self._by = ""
        self._is_view = False

    @property
    def file(self) -> Path | None:
        """The file that it is in, behind all links; None on a server."""
        return self._database.file

    @property
    def unproved(self) -> bool:
        """Whether who stands between could be taken for the server that it is on."""
        return self._database.unproved

    @property
    def index(self) -> IndexFile | None:
        """The arrays of works that are kept beside a SQLite register; None on a server."""
        return self._beside.index

    @cached_property
    def desk(self) -> DeskFiles:
        """The pictures on the desk: beside a SQLite register, else in the folder that the register was opened with."""
        from imgpolicy.register.desk_files import DeskFiles

        folder = self._desk_folder()
        if folder is None:
            raise RegisterError(phrase("the register was opened without a folder for pictures on the desk"))
        return DeskFiles(folder, self._vault)

    @property
    def archive(self) -> Archive:
        """The pictures that were judged once, beside a SQLite register or on its server; made when first asked for."""
        return self._beside.made()

    @property
    def has_archive(self) -> bool:
        """Whether there is an archive."""
        return self._beside.archive is not None

    def _desk_folder(self) -> Path | None:
        from imgpolicy.register.desk_files import desk_folder

        return self._folder if self.file is None else desk_folder(self.file)

    @classmethod
    def create(cls, url: str, key: bytes, policy: ConsentPolicy = USUAL) -> Self:
        """A new register, open, encrypted under `key` (32 bytes); one that is there already is refused.

        `url` is such as ``sqlite:///folder/register.sqlite``, relative to the working folder unless absolute.
        """
        from imgpolicy.register.sql.database import create_database
        from imgpolicy.register.vault import Vault

        wrapped = Vault.wrap_new(key)
        vault = Vault(key, wrapped)

        def fill(transaction: Transaction) -> None:
            transaction.journal.set_key(wrapped)
            UnitOfWork(transaction, vault, policy).log(Action.CREATE, "", CREATED)

        return cls(create_database(url, fill), vault, policy)

    @classmethod
    def open(
        cls,
        url: str,
        key: bytes,
        policy: ConsentPolicy = USUAL,
        heads: HeadFile | None = None,
        *,
        folder: Path | None = None,
    ) -> Self:
        """The register that is there, brought up to date; RegisterError when there is none or `key` is not its key.

        `policy` is what the organisation lays down about consents. With `heads` its head is kept there, and nobody is
        judged by a register whose log does not hold that. `folder` is for the pictures on the desk of a register on a
        server.
        """
        from imgpolicy.register.sql.database import open_database
        from imgpolicy.register.vault import Vault

        def unlock(wrapped: bytes) -> Vault:
            return Vault(key, wrapped)

        database = open_database(url, unlock)
        try:
            with database.reading() as transaction:
                wrapped = transaction.journal.key()
            return cls(database, unlock(wrapped), policy, heads, folder)
        except BaseException:
            database.close()
            raise

    def acting_as(self, account: str) -> Self:
        """The same register, in which the log says of every change that this account did it.

        The two share everything, and closing this one closes nothing. RegisterError for what cannot be an id.
        """
        view = copy(self)
        view._by = self._vault.pseudonym(check_id(account))  # noqa: SLF001  # its own kind
        view._is_view = True  # noqa: SLF001  # its own kind
        return view

    def close(self) -> None:
        """Let go of the database."""
        if self._is_view:
            return
        self._beside.close()
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

    @property
    def name(self) -> str:
        """What this register and its copies are called where nobody needs to know which it is."""
        return self._vault.register

    def digest(self, data: bytes) -> str:
        """A fingerprint of `data`, 64 hex digits, that nobody can guess from without the register's key."""
        return self._vault.digest(data)

    def kept_head(self) -> Head | None:
        """The head that was last kept of this register; to be asked for before what it is held against is read."""
        return None if self._heads is None else self._heads.read(self.name)

    def head(self) -> str:
        """The last hash of the log, 64 hex digits: it stands for the state of the whole register."""
        with self.reading() as unit:
            return unit.head()

    def state(self) -> str:
        """The hash of the last entry of the log that pictures are judged by, 64 hex digits."""
        with self.reading() as unit:
            return unit.state()

    def first_broken_entry(self) -> int | None:
        """The number of the first entry of the log that is missing or altered; None when the log is whole."""
        with self.reading() as unit:
            return first_broken(unit.sql.journal.entries(), self._vault.chained, self._vault.digest(CREATED))

    @contextlib.contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        """A unit in which one state of the register is seen, whatever others write meanwhile."""
        with self._database.reading() as transaction:
            yield self._unit(transaction)

    @contextlib.contextmanager
    def judging(self) -> Iterator[UnitOfWork]:
        """A unit as `reading` gives it, for whoever judges by it.

        RegisterError when the register is an older copy of what was last written, or when something must be done again
        that a restoration took back.
        """
        kept = self.kept_head()
        with self.reading() as unit:
            if kept is not None and not _holds(unit, kept):
                raise RegisterError(
                    phrase(
                        "the register is an older copy, or went another way: its log does not hold entry {seq} as it"
                        " was written; nothing is judged by it until `imgpolicy register restore` was run",
                        seq=kept.seq,
                    )
                )
            self._refuse_debts(unit)
            yield unit

    def _refuse_debts(self, unit: UnitOfWork) -> None:
        if not unit.sql.journal.last_of((Action.RESTORE,)) or unit.head() == self._settled:
            return
        from imgpolicy.register.debts import owed

        left = owed(unit)
        if left:
            more = [phrase("and {count} more", count=len(left) - _NAMED)] if len(left) > _NAMED else []
            named = each([*(debt.line() for debt in left[:_NAMED]), *more])
            raise RegisterError(
                phrase(
                    "the register was restored: nothing is judged by it until this was done again: {named}", named=named
                )
            )
        self._settled = unit.head()

    @contextlib.contextmanager
    def writing(self) -> Iterator[UnitOfWork]:
        """A unit of which all is done, or nothing; other writers wait.

        The bytes of faces, works and posts that it removed leave the files after it, unless another program reads them.
        """
        kept = self.kept_head()
        with self._database.writing() as transaction:
            unit = self._unit(transaction)
            # What is written into an older copy makes it no newer.
            ours = kept is None or _holds(unit, kept)
            yield unit
            self._forget_removed(unit)
        if ours and self._heads is not None and unit.appended is not None:
            self._heads.keep(self.name, unit.appended)
        # Once more: another process may have put it there until the change could be seen.
        self._forget_removed(unit)
        # Elsewhere than where the files are whoever sweeps there removes them.
        if unit.left and self._desk_folder() is not None:
            self.desk.remove(unit.left)
        if unit.unmatched and self.has_archive:
            self.archive.forget(unit.unmatched)
        if unit.done & _REMOVALS:
            self.scrub()

    def _unit(self, transaction: Transaction) -> UnitOfWork:
        return UnitOfWork(transaction, self._vault, self.policy, self._beside, self._by)

    def _forget_removed(self, unit: UnitOfWork) -> None:
        if Action.REMOVE_WORK in unit.done and self.index is not None:
            self.index.remove()


class _Beside:
    """What stands beside a register's tables, opened once for all who act in it."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._lock = Lock()
        self._archive: Archive | None = None

    @cached_property
    def index(self) -> IndexFile | None:
        if self._database.file is None:
            return None
        from imgpolicy.index.file import IndexFile

        return IndexFile(self._database.file, self._vault)

    @property
    def archive(self) -> Archive | None:
        return self._archive or (self.made() if self._database.has_archive() else None)

    def made(self) -> Archive:
        """The archive, made where there was none."""
        from imgpolicy.register.archive_store import Archive

        with self._lock:
            if self._archive is None:
                self._archive = Archive(self._database.beside(), self._vault)
            return self._archive

    def close(self) -> None:
        if self._archive is not None:
            self._archive.close()


def _holds(unit: UnitOfWork, kept: Head) -> bool:
    """True when the log has this entry: the register is at it, or past it."""
    return unit.sql.journal.entry_hash(kept.seq) == kept.hash
