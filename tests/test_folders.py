"""Folders and archives with a sub-folder for each person: what is read of them, and which are refused."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.classes import archive, unpacked

from imgpolicy import folders
from imgpolicy.containers.limits import MAX_BYTES
from imgpolicy.errors import PictureError, RequestError
from imgpolicy.folders import Folders, open_folders

JPEG = b"\xff\xd8\xff\xe0 no more than the beginning"
CLASS = {
    "anna/1.jpg": JPEG,
    "anna/summer/2.jpg": JPEG,
    "Bo Berg/1.jpg": JPEG,
    "class.jpg": JPEG,
    "anna/notes.txt": b"x",
}


def names(found: Folders) -> dict[str, list[str]]:
    return {one.name: [photograph.name for photograph in one.photographs] for one in found.folders}


def refusal(data: bytes) -> str:
    with pytest.raises(RequestError) as refused, open_folders(data):
        pass
    return str(refused.value)


def member(name: str, data: bytes = JPEG, *, mode: int = 0) -> bytes:
    """An archive with one file, called so whatever that is."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        one = zipfile.ZipInfo("placeholder")
        one.filename = name
        one.external_attr = mode << 16
        packed.writestr(one, data)
    return file.getvalue()


def test_a_folder_and_an_archive_of_it_hold_the_same(tmp_path: Path) -> None:
    with open_folders(unpacked(CLASS, tmp_path / "class")) as folder, open_folders(archive(CLASS)) as packed:
        assert (
            names(folder)
            == names(packed)
            == {"Bo Berg": ["Bo Berg/1.jpg"], "anna": ["anna/1.jpg", "anna/summer/2.jpg"]}
        )
        for found in (folder, packed):
            assert found.folders[1].photographs[0].read() == JPEG
            assert len(found.passed_over) == 2
            assert any("class.jpg: lies in no person's folder" in line for line in found.passed_over)
            assert any("anna/notes.txt: not a picture" in line for line in found.passed_over)


def test_an_archive_is_read_by_its_path_too(tmp_path: Path) -> None:
    (tmp_path / "class.zip").write_bytes(archive(CLASS))
    with open_folders(tmp_path / "class.zip") as found:
        assert list(names(found)) == ["Bo Berg", "anna"]


def test_a_folder_around_all_the_others_is_looked_through() -> None:
    around = {f"3A/{name}": data for name, data in CLASS.items() if "/" in name}
    with open_folders(archive({**around, "__MACOSX/3A/anna/._1.jpg": b"x"})) as found:
        assert list(names(found)) == ["Bo Berg", "anna"]
    with open_folders(archive({"anna/1.jpg": JPEG})) as found:
        assert list(names(found)) == ["anna"]


def test_a_folder_without_photographs_is_one_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with open_folders(tmp_path) as found:
        assert names(found) == {"empty": []}
    with open_folders(archive({"empty/": b"", "anna/1.jpg": JPEG})) as found:
        assert names(found) == {"anna": ["anna/1.jpg"], "empty": []}


def test_links_hidden_files_and_archives_in_the_archive_are_passed_over() -> None:
    nested = archive({"bo/1.jpg": JPEG})
    with open_folders(archive({"anna/1.jpg": nested, "anna/more.zip": nested, "anna/.x.jpg": JPEG})) as found:
        assert names(found) == {"anna": []}
        assert [line.split(": ")[1] for line in found.passed_over] == [
            "an archive in the archive",
            "an archive in the archive",
            "a hidden file",
        ]
    with open_folders(member("anna/1.jpg", b"/etc/passwd", mode=stat.S_IFLNK | 0o777)) as found:
        assert found.passed_over == ("anna/1.jpg: a link",)


@pytest.mark.parametrize(
    "name",
    [
        *("../anna/1.jpg", "anna/../../1.jpg", "/anna/1.jpg", "C:/anna/1.jpg", "..\\anna\\1.jpg", "anna//1.jpg"),
        *("anna/./1.jpg", "anna/ \t/1.jpg", "anna/1\u202egpj.exe", "anna/\n.jpg", "anna/1.jpg\0.txt"),
        "https://example.org/1.jpg",
    ],
)
def test_a_name_that_leads_elsewhere_has_the_archive_refused(name: str) -> None:
    assert "a name that no folder has" in refusal(member(name))


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=12))
def test_no_name_is_one_that_leads_out_of_its_folder(name: str) -> None:
    try:
        with open_folders(member(f"anna/{name}")) as found:
            for photograph in [one for folder in found.folders for one in folder.photographs]:
                assert ".." not in photograph.name.split("/")
                assert not photograph.name.startswith("/")
                assert photograph.name.isprintable()
    except RequestError:
        pass


def test_names_of_other_systems_are_read_as_they_were_meant() -> None:
    def written(name: bytes) -> bytes:
        data = archive({"s" * len(name) + "/1.jpg": JPEG})
        return data.replace(b"s" * len(name), name)

    for name in ("Søren".encode(), "Søren".encode("cp850")):
        with open_folders(written(name)) as found:
            assert list(names(found)) == ["Søren"]
    with open_folders(archive({"Åse/1.jpg": JPEG})) as found:
        assert list(names(found)) == ["Åse"]
    with open_folders(written(b"Anna\\Bo")) as found:
        assert names(found) == {"Bo": ["Bo/1.jpg"]}


def test_two_files_of_one_name_have_the_archive_refused() -> None:
    twice = archive({"anna/1.jpg": JPEG, "anna/2.jpg": JPEG}).replace(b"anna/2", b"anna/1")
    assert "holds 'anna/1.jpg' twice" in refusal(twice)


def test_an_encrypted_archive_is_refused() -> None:
    data = bytearray(archive({"anna/1.jpg": JPEG}))
    data[data.index(b"PK\1\2") + 8] |= 1
    assert "encrypted" in refusal(bytes(data))


def test_unusual_packing_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_LZMA) as packed:
        packed.writestr("anna/1.jpg", JPEG)
    assert "unusual way" in refusal(file.getvalue())


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    assert "neither a folder nor a whole ZIP archive" in refusal(b"no archive at all")
    assert "neither a folder nor a whole ZIP archive" in refusal(archive(CLASS)[:-30])
    with pytest.raises(RequestError, match="No such file"), open_folders(tmp_path / "none.zip"):
        pass


def test_too_many_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "MOST_FILES", 4)
    assert "more than 4 files" in refusal(archive(CLASS))


def test_a_list_of_files_that_is_too_long_is_never_held() -> None:
    many = archive({f"anna/{number}" + "x" * 200: b"" for number in range(20_000)})
    assert "it lists too many files" in refusal(many)


def test_what_unpacks_to_too_much_is_refused_before_anything_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "MOST_UNPACKED", 1_000)
    assert "unpacks to more than 1,000 bytes" in refusal(archive({"anna/1.jpg": bytes(600), "anna/2.jpg": bytes(600)}))


def test_a_photograph_that_is_larger_than_any_picture_is_not_unpacked() -> None:
    with open_folders(archive({"anna/1.jpg": bytes(MAX_BYTES + 1)})) as found:
        (photograph,) = found.folders[0].photographs
        with pytest.raises(PictureError, match="more than the limit"):
            photograph.read()


def test_what_unpacks_to_more_than_it_says_is_cut_off_there() -> None:
    data = bytearray(archive({"anna/1.jpg": bytes(5_000_000)}))
    for mark, place in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        struct.pack_into("<I", data, data.index(mark) + place, 200_000)
    with open_folders(bytes(data)) as found, pytest.raises(PictureError, match="cannot be read"):
        found.folders[0].photographs[0].read()


def test_a_damaged_photograph_is_a_picture_that_cannot_be_read() -> None:
    data = bytearray(archive({"anna/1.jpg": JPEG + bytes(range(256)) * 100}))
    data[data.index(b"PK\1\2") - 3] ^= 0xFF
    with open_folders(bytes(data)) as found, pytest.raises(PictureError, match=r"anna/1.jpg: cannot be read"):
        found.folders[0].photographs[0].read()
