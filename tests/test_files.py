"""A file is written whole or not at all."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from imgpolicy.files import as_file, create_private, move_over, permissions, readable_by_others, write_whole


def test_it_writes_and_leaves_nothing_beside(tmp_path: Path) -> None:
    target = tmp_path / "out.bin"
    write_whole(target, b"new")
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]


def test_it_keeps_the_permissions_of_the_file_that_it_replaces(tmp_path: Path) -> None:
    target = tmp_path / "out.bin"
    target.write_bytes(b"old")
    target.chmod(0o640)
    write_whole(target, b"new")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_new_file_has_the_mode_asked_for_from_its_first_moment(tmp_path: Path) -> None:
    target = tmp_path / "key"
    write_whole(target, b"secret", mode=0o600)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_failure_leaves_the_old_file_and_nothing_beside(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "in the way").touch()
    with pytest.raises(OSError, match="directory"):
        write_whole(folder, b"new")
    assert list(tmp_path.iterdir()) == [folder]


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "out.bin"
    target.write_bytes(b"old")
    script = (
        "import resource, signal, sys; from pathlib import Path; from imgpolicy.files import write_whole\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: write_whole(Path(sys.argv[1]), b'x' * 100_000)\n"
        "except OSError: sys.exit(7)"
    )
    assert subprocess.run([sys.executable, "-c", script, str(target)], check=False).returncode == 7
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("after", [0.02, 0.05, 0.1, 0.2])
def test_killed_at_any_moment_the_file_is_the_old_or_the_new_one(tmp_path: Path, after: float) -> None:
    target = tmp_path / "out.bin"
    size = 2_000_000
    target.write_bytes(b"0" * size)
    script = (
        "import sys; from pathlib import Path; from imgpolicy.files import write_whole\n"
        "print('ready', flush=True)\n"
        "while True:\n    for c in b'123': write_whole(Path(sys.argv[1]), bytes([c]) * int(sys.argv[2]))"
    )
    writer = subprocess.Popen([sys.executable, "-c", script, str(target), str(size)], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    with writer.stdout:
        writer.stdout.readline()
        time.sleep(after)
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
    found = target.read_bytes()
    assert len(found) == size
    assert len(set(found)) == 1


def test_a_private_file_is_its_owners_alone_and_never_replaces_another(tmp_path: Path) -> None:
    create_private(tmp_path / "key")
    with (tmp_path / "key").open("rb") as key:
        assert not readable_by_others(key)
    with pytest.raises(FileExistsError):
        create_private(tmp_path / "key")
    (tmp_path / "key").chmod(0o640)
    with (tmp_path / "key").open("rb") as key:
        assert permissions(key) == permissions(tmp_path / "key") == 0o640
        assert readable_by_others(key)


def test_a_file_moves_over_another(tmp_path: Path) -> None:
    (tmp_path / "new").write_bytes(b"new")
    (tmp_path / "old").write_bytes(b"old")
    move_over(tmp_path / "new", tmp_path / "old")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"old": b"new"}


@pytest.mark.parametrize("in_memory", [True, False])
def test_bytes_are_a_file_as_long_as_they_are_needed(monkeypatch: pytest.MonkeyPatch, *, in_memory: bool) -> None:
    if not in_memory:
        monkeypatch.delattr(os, "memfd_create")
    with as_file(b"a model") as path:
        assert Path(path).read_bytes() == b"a model"
        assert path.startswith("/proc/") is in_memory
    assert not Path(path).exists()


def test_without_fchmod_the_permissions_are_kept_by_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fchmod")
    target = tmp_path / "out.bin"
    target.write_bytes(b"old")
    target.chmod(0o640)
    write_whole(target, b"new")
    assert permissions(target) == 0o640
