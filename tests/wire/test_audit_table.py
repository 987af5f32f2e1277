"""The table of an archive in Parquet, read back by the library that reads such tables."""

from __future__ import annotations

import datetime as dt
import io
import sys

import pytest

from imgpolicy.domain.dossier import Archived
from imgpolicy.domain.verdict import Verdict
from imgpolicy.errors import RequestError
from imgpolicy.wire.audit_table import parquet_table

AT = dt.datetime(2026, 11, 30, 12, 30, 0, 250_000, tzinfo=dt.UTC)
ROWS = [
    Archived(
        id="00",
        name="pictures/å.jpg",
        verdict=Verdict.NO_GO,
        codes=("M101", "P102"),
        people=("eileen", "grace"),
        until=dt.date(2027, 2, 1),
        at=AT,
        readable=True,
    ),
    Archived(
        id="01",
        name="odd\udcff.jpg",
        verdict=Verdict.REVIEW,
        codes=("X001",),
        people=(),
        until=None,
        at=AT,
        readable=False,
    ),
]


def test_each_picture_is_a_row_with_a_type_for_each_column() -> None:
    pytest.importorskip("arro3.io", reason="the extra parquet is not installed")
    from arro3.io import read_parquet

    table = read_parquet(io.BytesIO(parquet_table(ROWS))).read_all()
    read = {name: table[name].to_pylist() for name in table.column_names}
    assert read == {
        "file": ["pictures/å.jpg", "odd\\udcff.jpg"],
        "verdict": ["no-go", "review"],
        "codes": ["M101 P102", "X001"],
        "people": ["eileen grace", ""],
        "until": [dt.date(2027, 2, 1), None],
        "judged": [AT, AT],
        "readable": [True, False],
    }
    assert parquet_table([])[:4] == b"PAR1"


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "arro3.io", None)
    with pytest.raises(RequestError, match=r"pip install 'imgpolicy\[parquet\]'"):
        parquet_table(ROWS)
