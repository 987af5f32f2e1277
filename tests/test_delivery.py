"""A file goes from one folder into others, all of it or nothing, whoever is killed on the way."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgpolicy.delivery import Delivery, Source, free_name
from imgpolicy.errors import ImgPolicyError

THERE = ".there"
PICTURE, REPORT = b"a picture", b"a report"
FOLDERS = ("in", "out", "kept")


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    """IN with a picture, OUT, and where plans are kept."""
    found = [tmp_path / name for name in FOLDERS]
    for folder in found:
        folder.mkdir()
        (folder / THERE).touch()
    (found[0] / "x.jpg").write_bytes(PICTURE)
    return found


def delivery(folders: list[Path]) -> Delivery:
    return Delivery(folder=folders[2], mark=f"{THERE}-0-", there=THERE)


def deliver(folders: list[Path]) -> None:
    """The picture goes to OUT, with a report."""
    ours = delivery(folders)
    staged = [ours.stage(folders[1], "x.jpg.html", [REPORT], 0o600), ours.stage(folders[1], "x.jpg", [PICTURE], 0o600)]
    source = Source(path=folders[0] / "x.jpg", sha256=hashlib.sha256(PICTURE).hexdigest())
    ours.deliver(source, staged)


def contents(folders: list[Path]) -> dict[str, bytes]:
    return {
        f"{folder.name}/{path.name}": path.read_bytes()
        for folder in folders
        for path in folder.iterdir()
        if path.name != THERE
    }


DELIVERED = {"out/x.jpg": PICTURE, "out/x.jpg.html": REPORT}
UNTOUCHED = {"in/x.jpg": PICTURE}


def killed_at(step: int, folders: list[Path]) -> bool:
    """Deliver in another process, which is gone before its step of this number; whether it came that far."""
    child = os.fork()
    if child == 0:
        left = step

        def ends(event: str, _: object) -> None:
            nonlocal left
            if event in {"open", "os.link", "os.remove", "os.rename"}:
                left -= 1
                if left == 0:
                    os._exit(9)

        sys.addaudithook(ends)
        _deliver_and_end(folders)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def _deliver_and_end(folders: list[Path]) -> NoReturn:
    deliver(folders)
    os._exit(0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no process can be forked here")
def test_a_kill_at_any_step_leaves_what_is_done_or_undone_as_a_whole(folders: list[Path]) -> None:
    found = []
    for step in range(1, 100):
        for path in [*folders[1].glob("x*"), *folders[0].glob("x*")]:
            path.unlink()
        (folders[0] / "x.jpg").write_bytes(PICTURE)
        if not killed_at(step, folders):
            break
        delivery(folders).finish(folders)
        delivery(folders).sweep(folders)
        found.append(contents(folders))
    assert len(found) > 10
    assert {len(one) for one in found} == {1, 2}
    whole = found.index(DELIVERED)
    assert found == [UNTOUCHED] * whole + [DELIVERED] * (len(found) - whole)
    assert contents(folders) == DELIVERED


def test_what_another_gave_the_name_to_by_then_stays(folders: list[Path]) -> None:
    (folders[1] / "x.jpg").write_bytes(b"another")
    deliver(folders)
    assert contents(folders) == {
        "out/x.jpg": b"another",
        "out/x-2.jpg": PICTURE,
        "out/x.jpg.html": REPORT,
    }


def test_a_file_that_was_written_anew_meanwhile_is_not_taken_out(folders: list[Path]) -> None:
    (folders[0] / "x.jpg").write_bytes(b"another picture")
    deliver(folders)
    assert contents(folders) == DELIVERED | {"in/x.jpg": b"another picture"}


def test_a_link_in_the_files_place_is_not_taken_out(folders: list[Path], tmp_path: Path) -> None:
    (tmp_path / "elsewhere.jpg").write_bytes(PICTURE)
    (folders[0] / "x.jpg").unlink()
    (folders[0] / "x.jpg").symlink_to(tmp_path / "elsewhere.jpg")
    deliver(folders)
    assert (folders[0] / "x.jpg").is_symlink()
    assert (tmp_path / "elsewhere.jpg").exists()


def test_a_folder_whose_share_has_gone_is_not_delivered_to(folders: list[Path]) -> None:
    (folders[1] / THERE).unlink()
    with pytest.raises(ImgPolicyError, match="is its share connected"):
        deliver(folders)
    (folders[1] / THERE).touch()
    delivery(folders).sweep(folders)
    assert contents(folders) == UNTOUCHED


def planned(folders: list[Path]) -> None:
    """Everything up to the plan."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Delivery, "finish", lambda *_: None)
        deliver(folders)


def test_a_source_whose_share_has_gone_is_taken_out_when_it_is_back(folders: list[Path]) -> None:
    planned(folders)
    gone = folders[0].rename(folders[0].with_name("gone"))
    folders[0].mkdir()  # what a share leaves behind
    with pytest.raises(ImgPolicyError, match="is its share connected"):
        delivery(folders).finish(folders)
    folders[0].rmdir()
    gone.rename(folders[0])
    delivery(folders).finish(folders)
    assert contents(folders) == DELIVERED


def test_a_plan_for_other_folders_is_not_done(folders: list[Path]) -> None:
    planned(folders)
    with pytest.raises(ImgPolicyError, match="with other folders"):
        delivery(folders).finish([folders[0], folders[2]])
    assert (folders[0] / "x.jpg").exists()


@pytest.mark.parametrize("plan", [b"", b"{", b'{"source": "/etc/passwd"}'])
def test_a_damaged_plan_is_told_and_not_done(folders: list[Path], plan: bytes) -> None:
    (folders[2] / f"{THERE}-0-plan").write_bytes(plan)
    with pytest.raises(ImgPolicyError, match="is damaged"):
        delivery(folders).finish(folders)


@given(
    name=st.binary(min_size=1, max_size=255).filter(lambda name: not {0, 47} & {*name} and name not in {b".", b".."})
)
def test_every_name_that_a_file_can_have_leads_to_names_that_are_free(
    tmp_path_factory: pytest.TempPathFactory, name: bytes
) -> None:
    folder = tmp_path_factory.mktemp("names")
    given_names = set()
    for _ in range(3):
        free = free_name(folder, os.fsdecode(name), ["", ".html"])
        (folder / free).touch()
        (folder / f"{free}.html").touch()
        given_names.add(free)
    assert len(given_names) == 3
