"""What a person names, and the pictures that it stands for."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from imgpolicy.containers.limits import MAX_BYTES
from imgpolicy.errors import PictureError
from imgpolicy.sources import expand, read


def test_a_path_keeps_its_name_as_it_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.jpg").write_bytes(b"data")
    monkeypatch.chdir(tmp_path)
    assert read("./a.jpg") == ("./a.jpg", b"data")
    assert expand("./a.jpg") == (["./a.jpg"], [])


def test_standard_input_is_a_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"data")))
    assert read("-") == ("-", b"data")


def test_a_folder_gives_its_pictures_by_ending_or_by_first_bytes_and_names_the_rest(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / ".hidden").mkdir()
    for name, data in (
        ("z.jpg", b"broken"),
        ("renamed", b"\xff\xd8\xff\xe0rest"),
        ("b/x.PNG", b""),
        ("notes.txt", b"hello"),
        (".hidden/y.jpg", b""),
        (".z.jpg", b""),
    ):
        (tmp_path / name).write_bytes(data)
    (tmp_path / "link").symlink_to(tmp_path / "b")
    pictures, others = expand(str(tmp_path))
    assert [os.path.relpath(path, tmp_path) for path in pictures] == ["renamed", "z.jpg", "b/x.PNG"]
    assert [os.path.relpath(line, tmp_path) for line in others] == [
        ".hidden: a hidden folder",
        ".z.jpg: a hidden file",
        "link: a link to a folder",
        "notes.txt: not a picture",
    ]


@pytest.mark.parametrize("name", ["missing.jpg", ".", "a\0b", "x" * 10_000])
def test_what_is_no_readable_file_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PictureError) as caught:
        read(Path(name) if name == "." else name)
    assert "\n" not in str(caught.value)


def test_a_device_or_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(PictureError, match="not a file"):
        read(tmp_path / "pipe.jpg")


@pytest.mark.slow
def test_a_file_beyond_the_limit_is_refused_and_not_read_whole(tmp_path: Path) -> None:
    huge = tmp_path / "huge.jpg"
    with huge.open("wb") as file:
        file.truncate(MAX_BYTES * 500)
    with pytest.raises(PictureError, match="more than the limit of 100,000,000 bytes"):
        read(huge)
