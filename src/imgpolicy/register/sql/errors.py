"""What a database complains of, in words that hold nothing of its contents."""

from __future__ import annotations

import sqlite3

from imgpolicy.phrase import phrase

_BUSY = phrase("another program is writing to it; try again")
_PERMISSIONS = phrase("it cannot be opened; check the permissions of the file and its folder")
_NOT_WRITTEN = phrase(
    "it cannot be written here: check the permissions of the file and its folder, and the room on the disk"
)
_DISK_FULL = phrase("the disk is full; nothing was changed")
_NO_TLS = phrase("the server offers no TLS, which its URL asks for, or its being on another machine (sslmode)")

_SQLITE = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_READONLY: _NOT_WRITTEN,
    sqlite3.SQLITE_CANTOPEN: _PERMISSIONS,
    sqlite3.SQLITE_PERM: _PERMISSIONS,
    sqlite3.SQLITE_FULL: _DISK_FULL,
    sqlite3.SQLITE_IOERR: phrase("the disk cannot be read or written, or is full; nothing was changed"),
    sqlite3.SQLITE_CORRUPT: phrase("it is damaged; restore it from a backup"),
    sqlite3.SQLITE_NOTADB: phrase(
        "this is not a register; name another file, or run `imgpolicy init` in an empty folder"
    ),
}
_NO_ROOM = frozenset(
    {
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
    }
)
# SQLSTATE, from the whole code to its class (PostgreSQL's documentation, appendix A).
_POSTGRESQL = {
    "55P03": _BUSY,
    "40001": _BUSY,
    "40P01": _BUSY,
    "53100": _DISK_FULL,
    "25006": phrase("it cannot be written: the server takes no changes"),
    "28": phrase("the server does not let this user in; check the name and password in the URL"),
    "3D": phrase("the server has no database of this name; make it with `createdb`"),
    "42501": phrase("this user may not do that; give it the rights on the database"),
    "53": phrase("the server has no room for this; try again"),
    "57P": phrase("the server is starting or shutting down; try again"),
    "08": phrase("the server cannot be reached; check the host and port in the URL"),
}
# What may be another answer in a moment: the server restarts, has no room, or others were in the way.
_PASSING = ("57P", "08", "53", "40")


def is_away(error: BaseException | None) -> bool:
    """Whether a server may take the same in a moment: it restarts, the way to it was cut, or others were in the way."""
    state = _sqlstate(error)
    return type(error).__name__ == "InterfaceError" if state is None else state.startswith(_PASSING)


def has_no_room(error: BaseException | None) -> bool:
    """Whether SQLite may have failed at what it writes to read: files of its own beside the register's."""
    code: object = getattr(error, "sqlite_errorcode", None)
    return isinstance(code, int) and code & 0xFF in _NO_ROOM


def explanation(error: BaseException | None) -> str:
    """What is wrong, in a few words."""
    code: object = getattr(error, "sqlite_errorcode", None)
    if isinstance(code, int):
        # The low byte is the kind of trouble, the rest a detail (sqlite.org/rescode.html).
        return _SQLITE.get(code & 0xFF, _refused(error))
    state = _sqlstate(error)
    if state is not None:
        known = (_POSTGRESQL[state[:length]] for length in (5, 3, 2) if state[:length] in _POSTGRESQL)
        return next(known, _refused(error))
    if type(error).__name__ == "InterfaceError":
        return _NO_TLS if "refuses SSL" in str(error) else _POSTGRESQL["08"]
    return _refused(error)


def _refused(error: BaseException | None) -> str:
    return phrase("the database refused ({kind})", kind=type(error).__name__)


def _sqlstate(error: BaseException | None) -> str | None:
    """The code that a PostgreSQL server gave; pg8000 hands on the fields of its message, of which C is the code.

    A server that ends a connection with its message makes pg8000 fail at closing it: the message comes before that.
    """
    while error is not None:
        fields: object = error.args[0] if error.args else None
        state: object = fields.get("C") if isinstance(fields, dict) else None
        if isinstance(state, str):
            return state
        error = error.__context__
    return None
