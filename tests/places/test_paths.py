"""Files, folders and lists: what is listed of them, in which order, and how a listing goes on."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgpolicy.errors import PictureError
from imgpolicy.places import ListedPicture, Reader, Skipped, listed
from imgpolicy.places.names import parts_below, path_name, url_name
from imgpolicy.sources import expand

JPEG = b"\xff\xd8\xff\xe0 no more than the beginning"


def filled(folder: Path, *names: str) -> str:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(JPEG)
    return str(folder)


def pictures(place: str, after: str | None = None) -> list[str]:
    return [one.name for one in listed(place, after) if isinstance(one, ListedPicture)]


def reasons(place: str) -> dict[str, str]:
    return {os.path.relpath(one.name, place): one.reason for one in listed(place) if isinstance(one, Skipped)}


def refusal(place: str, after: str | None = None) -> str:
    with pytest.raises(PictureError) as refused:
        list(listed(place, after))
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_a_picture_is_a_place_and_is_read_by_its_name_as_it_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(tmp_path, "a.jpg")
    monkeypatch.chdir(tmp_path)
    (one,) = listed("./a.jpg")
    assert isinstance(one, ListedPicture)
    assert (one.name, Reader().read(one)) == ("./a.jpg", JPEG)
    assert list(listed("./a.jpg", "./a.jpg")) == []


def test_a_folder_has_the_pictures_that_a_check_of_it_finds(tmp_path: Path) -> None:
    place = filled(tmp_path, "z.jpg", "b/x.PNG", "b/c/renamed", "a/x.jpg", ".hidden/y.jpg", ".z.jpg")
    (tmp_path / "notes.txt").write_text("hello", encoding="utf-8")
    found, passed_over = expand(place)
    assert pictures(place) == found
    assert [f"{place}/{name}: {reason}" for name, reason in reasons(place).items()] == passed_over


def test_the_stamp_stays_until_the_file_is_written_again_even_to_the_same_size_and_time(tmp_path: Path) -> None:
    place = filled(tmp_path, "a.jpg")
    (before,), (again,) = listed(place), listed(place)
    assert before == again
    state = (tmp_path / "a.jpg").stat()
    (tmp_path / "a.jpg").write_bytes(bytes(reversed(JPEG)))
    os.utime(tmp_path / "a.jpg", ns=(state.st_atime_ns, state.st_mtime_ns))
    (after,) = listed(place)
    assert isinstance(before, ListedPicture)
    assert isinstance(after, ListedPicture)
    assert (before.name, before.stamp is None, before.stamp == after.stamp) == (after.name, False, False)


NAMES = st.lists(
    st.lists(st.sampled_from(["a", "a-", "a.jpg", "b", "é", "Z", "b.jpg"]), min_size=1, max_size=4), max_size=12
)


@pytest.mark.parametrize("kind", ["folder", "list"])
@given(NAMES)
def test_a_listing_goes_on_behind_every_name(
    tmp_path_factory: pytest.TempPathFactory, kind: str, paths: Sequence[Sequence[str]]
) -> None:
    folder = tmp_path_factory.mktemp("archive")
    for parts in paths:
        path = folder.joinpath(*parts)
        if not path.exists() and not any(one.is_file() for one in path.parents):
            filled(folder, "/".join(parts))
    place = str(folder)
    if kind == "list":
        (folder / "list.txt").write_text("\n".join(pictures(place)), encoding="utf-8")
        place = f"@{folder / 'list.txt'}"
    whole = [one.name for one in listed(place)]
    assert len(set(whole)) == len(whole)
    for number, name in enumerate(whole, start=1):
        assert [one.name for one in listed(place, name)] == whole[number:]


def test_a_folder_goes_on_where_a_file_or_folder_that_was_last_is_gone(tmp_path: Path) -> None:
    place = filled(tmp_path, "a/1.jpg", "a/3.jpg", "b/1.jpg", "c/1.jpg")
    assert pictures(place, f"{place}/a/2.jpg") == [f"{place}/{name}" for name in ("a/3.jpg", "b/1.jpg", "c/1.jpg")]
    assert pictures(place, f"{place}/bb/2.jpg") == [f"{place}/c/1.jpg"]
    assert pictures(place, "elsewhere.jpg") == pictures(place)


def test_what_stands_before_is_not_looked_at_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = filled(tmp_path, *(f"{folder}/{number}.jpg" for folder in "abc" for number in range(3)))
    seen: list[str] = []
    scan = os.scandir

    def scandir(path: str) -> object:
        seen.append(os.path.relpath(path, place))
        return scan(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert pictures(place, f"{place}/b/2.jpg") == [f"{place}/c/{number}.jpg" for number in range(3)]
    assert "a" not in seen


def test_links_in_circles_end_and_links_that_lead_out_are_skipped(tmp_path: Path) -> None:
    filled(tmp_path, "archive/in/a.jpg", "outside.jpg")
    archive = tmp_path / "archive"
    (archive / "in" / "up").symlink_to(archive)
    (archive / "b.jpg").symlink_to(archive / "in" / "a.jpg")
    (archive / "out.jpg").symlink_to(tmp_path / "outside.jpg")
    (archive / "round.jpg").symlink_to(archive / "round.jpg")
    assert reasons(str(archive)) == {
        "in/up": "a link to a folder",
        "out.jpg": "a link that leads out of the folder",
    }
    found = [one for one in listed(str(archive)) if isinstance(one, ListedPicture)]
    assert [os.path.relpath(one.name, archive) for one in found] == ["b.jpg", "round.jpg", "in/a.jpg"]
    with pytest.raises(PictureError, match="no such file"):
        Reader().read(found[1])


def test_a_folder_behind_a_link_is_a_place(tmp_path: Path) -> None:
    filled(tmp_path, "archive/a.jpg")
    (tmp_path / "link").symlink_to(tmp_path / "archive")
    assert pictures(f"{tmp_path}/link/") == [f"{tmp_path}/link/a.jpg"]


@pytest.mark.skipif(os.geteuid() == 0, reason="everything can be read by root")
def test_a_folder_that_nobody_may_read_is_one_skipped_line(tmp_path: Path) -> None:
    place = filled(tmp_path, "a.jpg", "closed/b.jpg", "open/c.jpg")
    (tmp_path / "closed").chmod(0)
    try:
        assert reasons(place) == {"closed": "a folder that cannot be read"}
        assert pictures(place, f"{place}/closed") == [f"{place}/open/c.jpg"]
        assert "cannot be read" in refusal(f"{place}/closed")
    finally:
        (tmp_path / "closed").chmod(0o700)


def test_a_folder_that_cannot_be_opened_is_one_skipped_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = filled(tmp_path, "a.jpg", "closed/b.jpg", "open/c.jpg")
    scan = os.scandir

    def scandir(path: str) -> object:
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert reasons(place) == {"closed": "a folder that cannot be read"}
    assert pictures(place, f"{place}/closed") == [f"{place}/open/c.jpg"]
    assert refusal(f"{place}/closed") == f"{place}/closed: cannot be read (Permission denied)"


def test_a_file_that_vanishes_or_changes_its_kind_after_it_was_listed_cannot_be_read(tmp_path: Path) -> None:
    place = filled(tmp_path, "a.jpg", "b.jpg")
    found = [one for one in listed(place) if isinstance(one, ListedPicture)]
    (tmp_path / "a.jpg").unlink()
    (tmp_path / "b.jpg").unlink()
    (tmp_path / "b.jpg").mkdir()
    for one in found:
        with pytest.raises(PictureError, match=r"no such file|not a file|folder"):
            Reader().read(one)


def test_names_that_are_not_utf8_are_text_tell_apart_and_are_read(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path)
    for number, name in enumerate([b"b\xe6r.jpg", b"b\\xe6r.jpg", b"b\\\xe6r.jpg", b"z\xff.jpg"]):
        with open(folder + b"/" + name, "wb") as file:  # noqa: PTH123  # a name of bytes
            file.write(JPEG + bytes([number]))
    found = [one for one in listed(str(tmp_path)) if isinstance(one, ListedPicture)]
    names = [one.name for one in found]
    assert sorted(os.path.relpath(name, tmp_path) for name in names) == [
        r"b\\\xe6r.jpg",
        r"b\xe6r.jpg",
        r"b\xe6r.jpg",
        r"z\xff.jpg",
    ]
    assert len({name.encode() for name in names}) == 4
    assert {Reader().read(one)[-1] for one in found} == {0, 1, 2, 3}
    for place, said in enumerate(names, start=1):
        assert pictures(str(tmp_path), said) == names[place:]


@given(st.binary(min_size=1, max_size=20).map(lambda name: name.replace(b"/", b"-").replace(b"\0", b"-")))
def test_every_name_is_found_again_below_its_folder(name: bytes) -> None:
    for folder in ("photos", "/", os.fsdecode(b"b\xe6\\r")):
        path = os.path.join(folder, os.fsdecode(name))  # noqa: PTH118  # as the listing does
        said = path_name(folder, path)
        said.encode()
        assert parts_below(folder, said) == (os.fsdecode(name),)


@pytest.mark.parametrize("place", ["missing.jpg", "a\0b", "x" * 10_000, "@missing.txt", "@.", ""])
def test_a_place_that_is_not_there_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.chdir(tmp_path)
    assert "cannot be read" in refusal(place)


def test_a_deep_folder_is_walked_to_its_end(tmp_path: Path) -> None:
    folders = [f"{tmp_path}{'/d' * depth}" for depth in range(1, 1200)]
    for folder in folders:
        Path(folder).mkdir()
    deepest = Path(folders[-1], "a.jpg")
    deepest.write_bytes(JPEG)
    try:
        assert pictures(str(tmp_path)) == [str(deepest)]
    finally:
        deepest.unlink()
        for folder in reversed(folders):
            Path(folder).rmdir()


def test_a_list_names_paths_and_urls_as_one_types_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(tmp_path, "a.jpg", " b .jpg", "folder/c.jpg", "#d.jpg")
    lines = [
        b"\xef\xbb\xbf# pictures of the spring\r\n",
        b"a.jpg\r\n",
        b"\r\n",
        b" b .jpg\n",
        b"./#d.jpg\n",
        b"  https://example.org/x.jpg?token=s3cret \n",
        b"s3://bucket/a b.jpg\n",
        b"folder\n",
        b"@list.txt\n",
        b"missing\xff.jpg\n",
        b"x" * 40_000 + b"\n",
        b"a.jpg",
    ]
    (tmp_path / "list.txt").write_bytes(b"".join(lines))
    monkeypatch.chdir(tmp_path)
    found = list(listed("@list.txt"))
    assert [one.name for one in found if isinstance(one, ListedPicture)] == [
        "a.jpg",
        " b .jpg",
        "./#d.jpg",
        url_name("https://example.org/x.jpg?token=s3cret"),
        "s3://bucket/a b.jpg",
        r"//missing\xff.jpg",
        "a.jpg",
    ]
    assert {one.name: one.reason for one in found if isinstance(one, Skipped)} == {
        "folder": "a folder: name it by itself",
        "@list.txt": "a list in a list: name it by itself",
        "list.txt, line 11": "too long for a path or URL",
    }
    assert "s3cret" not in repr(found)


def test_what_is_no_list_of_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(JPEG + bytes(100))
    (tmp_path / "wide.txt").write_bytes("a.jpg\n".encode("utf-16"))
    for name in ("a.jpg", "wide.txt"):
        assert "not a list" in refusal(f"@{tmp_path / name}")


def test_a_list_whose_last_name_is_gone_begins_anew(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("a.jpg\nb.jpg\n", encoding="utf-8")
    assert pictures(f"@{tmp_path}/list.txt", "c.jpg") == ["a.jpg", "b.jpg"]


@pytest.mark.slow
def test_a_list_is_never_held_whole(tmp_path: Path) -> None:
    with (tmp_path / "list.txt").open("w", encoding="utf-8") as lines:
        lines.writelines(f"https://example.org/pictures/{number}.jpg\n" for number in range(50_000))
    tracemalloc.start()
    try:
        assert sum(1 for _ in listed(f"@{tmp_path}/list.txt")) == 50_000
        assert tracemalloc.get_traced_memory()[1] < 3_000_000  # whole it is four times that
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://example.org/a.jpg", "https://example.org/a.jpg"),
        ("https://ann:pw@EXAMPLE.org/a.jpg#part", "https://example.org/a.jpg"),
        ("https://example.org/image?id=77&w=300", "https://example.org/image?id=77&w=300"),
    ],
)
def test_a_url_is_its_name_but_for_what_is_secret(url: str, name: str) -> None:
    assert url_name(url) == name


SECRETS = (
    "https://example.org/a.jpg?X-Amz-Signature=0badc0de",
    "https://example.org/a.jpg?token=123456",
    "https://example.org/a.jpg?id=hunter2",
    "https://ann:hunter2@example.org/a.jpg?sig=0badc0de",
)


@pytest.mark.parametrize("url", SECRETS)
def test_a_query_that_may_be_secret_is_not_shown_and_still_tells_apart(url: str) -> None:
    assert not any(secret in url_name(url) for secret in ("hunter2", "0badc0de", "123456", "ann"))
    assert url_name(url) != url_name(f"{url}1")


@given(st.text(max_size=700), st.text(max_size=700))
def test_two_urls_have_two_names_on_one_line_each(one: str, other: str) -> None:
    first, second = (f"https://example.org/{text}".split("#")[0].strip() for text in (one, other))
    assert url_name(first).isprintable()
    if first != second and not {"\t", "\r", "\n"} & {*one, *other}:  # which urlsplit takes out
        assert url_name(first) != url_name(second)
