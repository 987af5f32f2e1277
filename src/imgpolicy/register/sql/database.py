"""Opening, making and upgrading the register's database, and what is said when that fails.

SQLite by default, in a file; PostgreSQL where several people share one. Tables and statements are portable; what is
one database's own stands in this module, and `explanation` has its words.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from imgpolicy.errors import RegisterError
from imgpolicy.files import open_to_all
from imgpolicy.phrase import phrase, reason_of
from imgpolicy.register.sql.archive import ArchiveRows, has_layout, lay_out
from imgpolicy.register.sql.archive_search import ArchiveSearch
from imgpolicy.register.sql.backup import copy_rows, copy_sqlite, write_backup
from imgpolicy.register.sql.base import REVISION
from imgpolicy.register.sql.errors import explanation, has_no_room
from imgpolicy.register.sql.servers import is_server, may_be_another, server_engine
from imgpolicy.register.sql.statements import Statements
from imgpolicy.register.sql.still import still_engine, unchanged
from imgpolicy.register.sql.transaction import Transaction

if TYPE_CHECKING:
    from imgpolicy.register.vault import Vault

_BUSY_SECONDS = 30.0
_SCRUB_MILLISECONDS = 3000
_REVISIONS = sa.table("alembic_version", sa.column("version_num", sa.String))
Unlock = Callable[[bytes], "Vault"]
"""The vault of a register whose own key, wrapped, is this; RegisterError when the master key is another's."""

_WRITERS = 0x696D67706F6C  # "imgpol": the number of the lock that writers of a server's register take in turns


class _NoRoomError(RegisterError):
    """SQLite may have failed at what it writes to read."""


class Database:
    """A register's database. `place` names it in messages: its file, or its URL without the password.

    `file` is the file that it is in, behind all links; None on a server. With `still` it is read where nothing can be
    written, as `still` does it. `unproved` is true when who stands between could be taken for its server.
    """

    def __init__(
        self, engine: sa.Engine, place: str, file: Path | None, *, still: bool = False, unproved: bool = False
    ) -> None:
        self._engine = engine
        self._place = place
        self._closed = False
        self._still = still
        self.file = None if file is None else file.resolve()
        self.unproved = unproved

    def close(self) -> None:
        """Let go of the file; whatever is asked after that is refused."""
        self._closed = True
        self._engine.dispose()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Transaction]:
        """One state of the database, whatever others write meanwhile."""
        with self._begin("DEFERRED") as connection:
            yield Transaction(connection)

    @contextlib.contextmanager
    def writing(self) -> Iterator[Transaction]:
        """All of what is done inside, or nothing of it; other writers wait."""
        with self._begin("IMMEDIATE") as connection:
            yield Transaction(connection)

    @contextlib.contextmanager
    def archiving(self) -> Iterator[ArchiveRows]:
        """The archive's rows in one transaction, in a database that is `beside` a register's; others may write too."""
        with self._begin("IMMEDIATE" if self._engine.dialect.name == "sqlite" else "SHARED") as connection:
            yield ArchiveRows(connection)

    @contextlib.contextmanager
    def searching(self) -> Iterator[ArchiveSearch]:
        """The archive's rows as they stand at one moment, in a database that is `beside` a register's, to be read."""
        with self._begin("DEFERRED") as connection:
            yield ArchiveSearch(connection)

    def has_archive(self) -> bool:
        """Whether the archive of this register was made."""
        if self.file is not None:
            return archive_file(self.file).is_file()
        with self._begin("DEFERRED") as connection:
            return has_layout(connection)

    def beside(self) -> Database:
        """The database of the archive: a file beside the register's, made when there is none, or the same server's.

        RegisterError when it cannot be made or opened.
        """
        if self.file is None:
            archive = self
        else:
            file = archive_file(self.file)
            with contextlib.suppress(FileExistsError):
                file.touch(mode=0o600, exist_ok=False)
            archive = _connect(sa.URL.create("sqlite", database=str(file)), _use_write_ahead_log)
        with archive._begin("IMMEDIATE") as connection:  # noqa: SLF001  # its own kind
            lay_out(connection)
        return archive

    def statements(self) -> Statements:
        """Its connections, for the engine of the queue, which is a server's alone."""
        return Statements(self._engine, self._reported)

    def lay_out_once(self, table: str, ddl: str) -> None:
        """Make what these statements make, where this table is not there yet."""
        with self._begin("IMMEDIATE") as connection:
            if not sa.inspect(connection).has_table(table):
                connection.exec_driver_sql(ddl)

    def scrub(self) -> bool:
        """True when the bytes of what was deleted are gone: from SQLite's write-ahead log, or from a server's tables.

        False when another program that reads keeps them for now.
        """
        with self._reported():
            if self._engine.dialect.name != "sqlite":
                with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    connection.exec_driver_sql("VACUUM")
                return True
            with contextlib.closing(self._engine.raw_connection()) as raw:
                # A checkpoint cannot run within a transaction, so SQLAlchemy must not begin one.
                cursor = raw.cursor()
                cursor.execute(f"PRAGMA busy_timeout={_SCRUB_MILLISECONDS}")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                busy = bool((cursor.fetchone() or (True,))[0])
                cursor.execute(f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000:.0f}")
                return not busy

    def backup(self, target: Path) -> None:
        """Copy everything, as it stands at one moment, into a new SQLite file."""
        with self._reported(), self._unchanged():
            write_backup(target, self._copy)

    def _copy(self, target: Path) -> None:
        if self._engine.dialect.name == "sqlite":
            with contextlib.closing(self._engine.raw_connection()) as raw:
                source = raw.driver_connection
                assert isinstance(source, sqlite3.Connection)
                copy_sqlite(source, target)
            return
        from imgpolicy.register.migrations import upgrade

        copy = _connect(sa.make_url(f"sqlite:///{target}"))
        try:
            with self._begin("DEFERRED") as source_rows, copy._begin("IMMEDIATE") as rows:  # noqa: SLF001  # its own kind
                upgrade(rows)
                copy_rows(source_rows, rows)
        finally:
            copy.close()

    def lay_out(self, fill: Callable[[Transaction], None]) -> None:
        """Make the tables in a database that is no register yet, and fill them, in one transaction."""
        from imgpolicy.register.migrations import upgrade

        with self._begin("IMMEDIATE") as connection:
            if sa.inspect(connection).has_table("meta"):
                raise RegisterError(phrase("{place}: there is a register already", place=self._place))
            upgrade(connection)
            fill(Transaction(connection))

    def bring_up_to_date(self, unlock: Unlock) -> None:
        """Upgrade the tables of an older version; RegisterError for a newer one, or for what is no register.

        What that version held in the open and this one seals is sealed in the same transaction, and leaves the files.
        """
        with self._begin("DEFERRED") as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                raise RegisterError(
                    phrase(
                        "{place}: this database is not a register; run `imgpolicy init` elsewhere", place=self._place
                    )
                )
            revision = connection.execute(sa.select(_REVISIONS.c.version_num)).scalar_one_or_none()
        if revision == REVISION:
            return
        from imgpolicy.register.migrations import knows, upgrade

        if not knows(revision):
            raise RegisterError(
                phrase("{place}: a newer imgpolicy made this register; update imgpolicy to use it", place=self._place)
            )
        if self._still or (self.file is not None and not os.access(self.file, os.W_OK)):
            raise RegisterError(
                phrase(
                    "{place}: an older imgpolicy made this register, which is to be brought up to date and cannot be"
                    " written here; copy it into a folder of your own",
                    place=self._place,
                )
            )
        with self._laying_out_anew() as connection:
            upgrade(connection, vault=unlock(Transaction(connection).journal.key()))
        self.scrub()

    @contextlib.contextmanager
    def _laying_out_anew(self) -> Iterator[sa.Connection]:
        """A transaction in which SQLite lets go of a table that others name, to put another in its place."""
        if self._engine.dialect.name != "sqlite":
            with self._begin("IMMEDIATE") as connection:
                yield connection
            return
        free = _connect(self._engine.url, _let_tables_go)
        try:
            with free._begin("IMMEDIATE") as connection:  # noqa: SLF001  # its own kind
                yield connection
        finally:
            free.close()

    @contextlib.contextmanager
    def _begin(self, mode: str) -> Iterator[sa.Connection]:
        if self._closed:
            raise RegisterError(phrase("{place}: this register was closed; open it again", place=self._place))
        with (
            self._reported(),
            self._unchanged(),
            self._engine.connect().execution_options(sqlite_begin=mode) as connection,
            connection.begin(),
        ):
            if self._engine.dialect.name == "postgresql":
                _begin_postgresql(connection, mode)
            yield connection

    def _unchanged(self) -> contextlib.AbstractContextManager[None]:
        return unchanged(self.file) if self._still and self.file is not None else contextlib.nullcontext()

    @contextlib.contextmanager
    def _reported(self) -> Iterator[None]:
        """Whatever the database complains of, as a RegisterError in one line."""
        try:
            yield
        except sa.exc.DBAPIError as error:
            kind = _NoRoomError if has_no_room(error.orig) else RegisterError
            raise kind(f"{self._place}: {explanation(error.orig)}") from error
        except sa.exc.TimeoutError as error:
            raise RegisterError(
                phrase("{place}: too many ask it at the same time; try again", place=self._place)
            ) from error
        # Values of a type or form that this program never writes.
        except (sa.exc.SQLAlchemyError, ValueError, TypeError, LookupError) as error:
            raise RegisterError(
                phrase("{place}: it is damaged; restore it from a backup", place=self._place)
            ) from error


def create_database(url: str, fill: Callable[[Transaction], None]) -> Database:
    """A new database with what `fill` puts into it. Raises RegisterError when there is one, or none can be made."""
    parsed = _parse(url)
    file = _file(parsed)
    if file:
        _claim(file)
    database = _connect(parsed, *([_use_write_ahead_log] if file else []))
    try:
        database.lay_out(fill)
    except BaseException:
        database.close()
        if file:
            file.unlink(missing_ok=True)
        raise
    return database


def archive_file(register: Path) -> Path:
    """Where the archive of the register in this file is."""
    return register.with_name(f"{register.name}-archive")


def register_file(url: str) -> Path | None:
    """The file that the register of this URL is in, behind all links; None for one on a server."""
    file = _file(_parse(url))
    return None if file is None else file.resolve()


def open_database(url: str, unlock: Unlock) -> Database:
    """The database that is there, its tables up to date. Raises RegisterError when there is none.

    One in a file can be read where nothing can be written. `unlock` is asked for the keys to one of an older version.
    """
    parsed = _parse(url)
    file = _file(parsed)
    if file:
        _check_there(file)
    try:
        return _up_to_date(_connect(parsed), unlock)
    except _NoRoomError:
        if file is None:
            raise
    return _up_to_date(_connect_still(file), unlock)


def _up_to_date(database: Database, unlock: Unlock) -> Database:
    try:
        database.bring_up_to_date(unlock)
    except BaseException:
        database.close()
        raise
    return database


def _connect_still(file: Path) -> Database:
    engine = still_engine(file)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return Database(engine, str(file), file, still=True)


def _parse(url: str) -> sa.URL:
    try:
        parsed = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError) as error:  # the latter for a port that is no number
        raise RegisterError(
            phrase("the register's URL cannot be read; write sqlite:///path/to/register.sqlite")
        ) from error
    if parsed.get_backend_name() != "sqlite" and not is_server(parsed):
        raise RegisterError(
            phrase(
                "no register is kept in {kind}: write a sqlite or postgresql URL",
                kind=parsed.get_backend_name(),
            )
        )
    return parsed


def _file(url: sa.URL) -> Path | None:
    """The file of a SQLite database; None for a server."""
    if is_server(url) or url.get_backend_name() != "sqlite":
        return None
    if not url.database or url.database == ":memory:":
        raise RegisterError(phrase("the register's URL names no file; write sqlite:///path/to/register.sqlite"))
    return Path(url.database)


def _check_there(file: Path) -> None:
    """Refuse a register that everybody may change, or replace: one of last month would undo what was taken back."""
    try:
        if not file.is_file():
            raise RegisterError(
                phrase("{file}: there is no register; run `imgpolicy init` to make one", file=str(file))
            )
        place = open_to_all(file)
    except OSError as error:
        raise RegisterError(
            phrase("{file}: it cannot be opened ({reason})", file=str(file), reason=reason_of(error))
        ) from error
    if place is not None:
        raise RegisterError(
            phrase(
                "{file}: everybody may change this register; run: chmod o-w {place}", file=str(file), place=str(place)
            )
        )


def _claim(file: Path) -> None:
    """Make the empty file, so that nobody else makes a register there at the same time."""
    try:
        file.touch(mode=0o600, exist_ok=False)
    except FileExistsError as error:
        raise RegisterError(phrase("{file}: there is a file already; it is not overwritten", file=str(file))) from error
    except OSError as error:
        raise RegisterError(
            phrase("{file}: the register cannot be made ({reason})", file=str(file), reason=reason_of(error))
        ) from error


def _connect(url: sa.URL, *prepare: Callable[[DBAPIConnection, ConnectionPoolEntry], None]) -> Database:
    """The database, opened at its first use; `prepare` is done to each new connection."""
    file = _file(url)
    place = str(file or url.render_as_string())
    if url.get_backend_name() == "sqlite" and "timeout" not in url.query:
        url = url.update_query_dict({"timeout": str(_BUSY_SECONDS)})
    try:
        engine = server_engine(url, place) if is_server(url) else sa.create_engine(url, hide_parameters=True)
    except (sa.exc.ArgumentError, ImportError) as error:
        raise RegisterError(
            phrase("no driver for this register is installed; PostgreSQL's is pip install 'imgpolicy[postgresql]'")
        ) from error
    if engine.dialect.name == "sqlite":
        for step in (_prepare_sqlite, *prepare):
            sa.event.listen(engine, "connect", step)
        sa.event.listen(engine, "begin", _begin_sqlite)
    return Database(engine, place, file, unproved=is_server(url) and may_be_another(url))


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Foreign keys held, and deleted bytes overwritten."""
    _set(connection, "foreign_keys=ON", "secure_delete=ON")


def _let_tables_go(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Foreign keys not held: this can be said before a transaction alone (sqlite.org/lang_altertable.html)."""
    _set(connection, "foreign_keys=OFF")


def _use_write_ahead_log(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Let others read beside a writer. The file remembers it, so it is set only in a file of our own making."""
    _set(connection, "journal_mode=WAL")


def _set(connection: DBAPIConnection, *pragmas: str) -> None:
    cursor = connection.cursor()
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_postgresql(connection: sa.Connection, mode: str) -> None:
    """What SQLite's two ways to begin mean on a server: one writer at a time, readers see one state."""
    if mode == "SHARED":
        return
    if mode == "DEFERRED":
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_BUSY_SECONDS:.0f}s'")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS})")


def _begin_sqlite(connection: sa.Connection) -> None:
    # Python's sqlite3 alone would begin at the first change only, and so after what was read for it.
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options()['sqlite_begin']}")
