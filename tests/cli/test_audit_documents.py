"""`imgpolicy audit` into a document: all that the archive says of the places, whole, where nothing stands yet."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from tests.render.test_audit import data_of
from tests.support import Run

POSTED = ("--channel", "facebook", "--role", "employee", "--purpose", "pr", "--origin", "own", "--jobs", "1")
NAMES = ["pictures/meadow.jpg", "pictures/poster.jpg"]


@pytest.fixture
def folder(own_demo: Path) -> Path:
    for file in (own_demo / "pictures").iterdir():
        if f"pictures/{file.name}" not in NAMES:
            file.unlink()
    return own_demo


@pytest.mark.slow
def test_the_index_and_the_table_have_all_pictures(folder: Path, imgpolicy: Run) -> None:
    done = imgpolicy("audit", "pictures", *POSTED, "--format", "html", "-o", "index.html", folder=folder)
    assert done.code == 1
    assert done.out == ""
    rows = data_of((folder / "index.html").read_text())["rows"]
    assert isinstance(rows, list)
    assert [(row[0], row[1]) for row in rows] == [(NAMES[0], 0), (NAMES[1], 2)]
    again = imgpolicy("audit", "--again", "--format", "html", "-o", "index.html", folder=folder)
    assert again.code == 2
    assert "index.html" in again.err
    anew = imgpolicy("audit", "--again", "--format", "html", "-o", "index.html", "--force", folder=folder)
    assert anew.code == 0
    assert data_of((folder / "index.html").read_text())["rows"] == rows
    arro3 = pytest.importorskip("arro3.io", reason="the extra parquet is not installed")
    table = imgpolicy("audit", "--again", "--format", "parquet", "-o", "archive.parquet", folder=folder)
    assert table.code == 0, table.err
    read = arro3.read_parquet(io.BytesIO((folder / "archive.parquet").read_bytes())).read_all()
    assert read["file"].to_pylist() == NAMES
    assert read["verdict"].to_pylist() == ["go", "no-go"]


@pytest.mark.parametrize(
    "words",
    [
        ("--format", "html"),
        ("-o", "x.html"),
        ("--format", "jsonl", "-o", "x.jsonl"),
    ],
)
def test_a_document_has_a_file_and_lines_have_none(own_demo: Path, imgpolicy: Run, words: tuple[str, ...]) -> None:
    done = imgpolicy("audit", "pictures", *words, folder=own_demo)
    assert done.code == 2
    assert done.err.count("\n") <= 3
    assert not list(own_demo.glob("x.*"))


def test_what_changed_is_no_document(own_demo: Path, imgpolicy: Run) -> None:
    words = ("audit", "--since", "2026-01-01", "--format", "html", "-o", "x.html")
    assert "a line each" in imgpolicy(*words, folder=own_demo).err
