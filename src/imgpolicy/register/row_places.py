"""Where what is sealed in a row is at home: in a row that says all the rest just so."""

from __future__ import annotations

import datetime as dt

import msgspec

from imgpolicy.register.sql.base import Cell


def row_place(table: str, plain: tuple[Cell, ...]) -> str:
    """The place of the details of a row with these values beside them."""
    values = (one.astimezone(dt.UTC).isoformat() if isinstance(one, dt.datetime) else one for one in plain)
    return f"{table}.details:{msgspec.json.encode(list(values)).decode()}"
