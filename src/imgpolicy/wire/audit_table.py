"""What is said of the pictures of an archive as a table in Apache Parquet, for programs that read columns."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence

from imgpolicy.domain.dossier import Archived
from imgpolicy.errors import RequestError
from imgpolicy.phrase import phrase
from imgpolicy.wire.values import safe_text

_FIRST_DAY = dt.date(1970, 1, 1).toordinal()


def parquet_table(rows: Sequence[Archived]) -> bytes:
    """The rows in Parquet, compressed: file, verdict, codes, people, until, judged and readable.

    Codes and people, by their ids, are words with a space between. `until` is a date, and `judged` the moment of the
    answer in UTC, in microseconds. RequestError when the library that writes it is not installed.
    """
    try:
        from arro3.core import Array, DataType, Table
        from arro3.io import write_parquet
    except ImportError as error:
        raise RequestError(phrase("tables in Parquet are an extra: pip install 'imgpolicy[parquet]'")) from error
    text = DataType.string()
    days = [None if row.until is None else row.until.toordinal() - _FIRST_DAY for row in rows]
    moments = [round(row.at.timestamp() * 1e6) for row in rows]
    columns = {
        "file": Array([safe_text(row.name) for row in rows], text),
        "verdict": Array([row.word for row in rows], text),
        "codes": Array([" ".join(row.codes) for row in rows], text),
        "people": Array([" ".join(row.people) for row in rows], text),
        "until": Array(days, DataType.int32()).cast(DataType.date32()),
        "judged": Array(moments, DataType.int64()).cast(DataType.timestamp("us", tz="UTC")),
        "readable": Array([row.readable for row in rows], DataType.bool()),
    }
    buffer = io.BytesIO()
    write_parquet(Table.from_arrays(list(columns.values()), names=list(columns)), buffer, compression="zstd(3)")
    return buffer.getvalue()
