"""Files read within a limit, written whole or not at all, and all in which the files of operating systems differ."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

_OTHERS = 0o077
"""The permission bits of everybody but the owner."""

_ROOT = 0


def read_at_most(path: Path, limit: int) -> bytes:
    """The file's bytes. OSError when it cannot be read, or has more than `limit` bytes: `strerror` says which."""
    with path.open("rb") as file:
        return read_open(file, limit)


def read_open(file: IO[bytes], limit: int) -> bytes:
    """The bytes of an open file from where it stands; OSError as `read_at_most`."""
    data = file.read(limit + 1)
    if len(data) > limit:
        raise OSError(errno.EFBIG, f"more than {limit:,} bytes", file.name)
    return data


def write_whole(path: Path, data: bytes | bytearray, *, mode: int | None = None, prefix: str = ".imgpolicy-") -> None:
    """Write `data` to `path`: after this, also after a crash, the file is the old one or the new one, whole.

    A symbolic link stays one, and the file behind it is written; a device or pipe is written to as it is.
    `mode` sets the permission bits; None keeps those of the file that is replaced, or gives a new one those that
    the process would give it. The temporary file beside it is called `prefix` and 16 hex digits. Raises OSError, and
    then leaves nothing behind.
    """
    _write(path.resolve(), data, mode, prefix, finish=move_over)


def write_new(path: Path, data: bytes | bytearray, *, mode: int | None = None) -> None:
    """Write `data` to a new file as `write_whole` does; FileExistsError when there is one by then, which stays."""
    _write(path, data, mode, ".imgpolicy-", finish=give_new_name)


def move_over(source: Path, target: Path) -> None:
    """Give a file of the same folder the name `target`, in place of the one that has it, also after a crash.

    Raises OSError; Windows refuses where somebody has the target open.
    """
    source.replace(target)
    sync_folder(target.parent)


def give_new_name(source: Path, target: Path) -> None:
    """Give a file of the same folder a name that nothing has, also after a crash.

    FileExistsError when something has it, another OSError when it cannot be done.
    """
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError as error:
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from error
        move_over(source, target)  # a file system without hard links
        return
    source.unlink()
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Make what was renamed or removed in a folder durable, where the system and its file system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:  # a file system that knows no such thing
            raise
    finally:
        os.close(handle)


def is_being_written(file: IO[bytes]) -> bool:
    """Whether somebody on this machine has an open file open for writing too; False where that cannot be told.

    Linux lets nobody have a read lease on such a file, and tells it to the file's owner and to root (fcntl(2)).
    """
    try:
        import fcntl

        fcntl.fcntl(file.fileno(), fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(file.fileno(), fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except (ImportError, AttributeError):
        return False
    except OSError as error:
        return error.errno == errno.EAGAIN
    return False


def lock(file: IO[bytes]) -> bool:
    """Whether this process is now the only one that has locked an open file; it is until the file is closed.

    True where there is no such lock.
    """
    try:
        import fcntl

        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except ImportError:
        return True
    except OSError as error:
        return error.errno not in {errno.EAGAIN, errno.EACCES}
    return True


def create_private(path: Path) -> None:
    """Make an empty file that its owner alone may read; on Windows it has the permissions of its folder.

    Raises FileExistsError when something stands there, another OSError when it cannot be made.
    """
    path.touch(mode=stat.S_IRUSR | stat.S_IWUSR, exist_ok=False)


def permissions(file: Path | IO[bytes]) -> int:
    """The permission bits of a file, by its path or open, as `write_whole` takes them; Windows has one, for writing."""
    return stat.S_IMODE((file.stat() if isinstance(file, Path) else os.fstat(file.fileno())).st_mode)


def readable_by_others(file: IO[bytes]) -> bool:
    """Whether others than its owner may read an open file, or do more; False on Windows, whose bits do not tell it."""
    return os.name == "posix" and bool(permissions(file) & _OTHERS)


def open_to_others(path: Path) -> Path | None:
    """What lets others than its owner change the file, or put another in its place: the file, or its folder; else None.

    A group that has nobody but this user in it is no others, and in a folder with the sticky bit nobody replaces the
    file of another. None on Windows, whose permission bits do not tell it. Raises OSError.
    """
    return next((place for place in _places(path) if _writers(place.stat()) & _OTHERS), None)


def open_to_all(path: Path) -> Path | None:
    """As `open_to_others`, where not the group alone may do so but every user of the machine."""
    return next((place for place in _places(path) if _writers(place.stat()) & stat.S_IRWXO), None)


def within_reach(path: Path) -> bool:
    """Whether others than its owner may read the file, or do more, and enter its folder.

    A group counts as in `open_to_others`. False on Windows. Raises OSError.
    """
    if os.name != "posix":
        return False
    state, folder = path.stat(), path.parent.stat().st_mode
    by_group = state.st_mode & stat.S_IRWXG and folder & stat.S_IXGRP and not _has_only_this_user(state.st_gid)
    return bool(by_group or (state.st_mode & stat.S_IRWXO and folder & stat.S_IXOTH))


def of_another(path: Path) -> Path | None:
    """What belongs to neither this user nor root: the file, a link to it, or its folder; else None.

    None on Windows too. Raises OSError.
    """
    return next((place for place in _places(path) if place.lstat().st_uid not in {os.geteuid(), _ROOT}), None)


def shortly(path: Path) -> str:
    """The path as it is told to others: from the working folder, where the file is below or above it, else from home.

    Only a file that is elsewhere is named by its whole path, which may hold the name of a user.
    """
    whole = path.parent.resolve() / path.name
    here, home = _known_folder(Path.cwd), _known_folder(Path.home)
    if here is not None and whole.parent in here.parents:
        return str(Path(*[".."] * (here.parents.index(whole.parent) + 1), whole.name))
    # From a folder above home the path would be as good as whole.
    if here is not None and whole.is_relative_to(here) and (home is None or here not in home.parents):
        return str(whole.relative_to(here))
    if home is not None and whole.is_relative_to(home):
        return str("~" / whole.relative_to(home))
    return str(whole)


@contextlib.contextmanager
def as_file(data: bytes) -> Iterator[str]:
    """The path of a file with these bytes, for libraries that read no others, as long as the block lasts.

    On Linux it is in memory; elsewhere it is a temporary file of the user's own. Raises OSError.
    """
    if hasattr(os, "memfd_create") and Path("/proc/self/fd").is_dir():
        file = os.memfd_create("imgpolicy")
        try:
            with os.fdopen(file, "wb", closefd=False) as memory:
                memory.write(data)
            yield f"/proc/self/fd/{file}"
        finally:
            os.close(file)
        return
    # Closed before it is read: Windows opens no file twice that is to go when it is closed.
    with tempfile.TemporaryDirectory(prefix="imgpolicy-") as folder:
        path = Path(folder) / "data"
        path.write_bytes(data)
        yield str(path)


def _places(path: Path) -> tuple[Path, ...]:
    """The path and its folder, and where it leads through links; nothing on Windows."""
    if os.name != "posix":
        return ()
    whole, real = path.absolute(), path.resolve()
    return tuple(dict.fromkeys((whole, real, whole.parent, real.parent)))


def _writers(state: os.stat_result) -> int:
    """The permission bits by which others than the owner may write there, or replace what is in the folder."""
    if stat.S_ISDIR(state.st_mode) and state.st_mode & stat.S_ISVTX:
        return 0
    writers = state.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return writers & ~stat.S_IWGRP if writers & stat.S_IWGRP and _has_only_this_user(state.st_gid) else writers


def _has_only_this_user(group: int) -> bool:
    """Whether it is the group that many systems make for each user, with nobody else in it."""
    import grp
    import pwd

    try:
        user, found = pwd.getpwuid(os.geteuid()), grp.getgrgid(group)
    except KeyError:
        return False
    return user.pw_gid == group and user.pw_name == found.gr_name and {*found.gr_mem} <= {user.pw_name}


def _known_folder(find: Callable[[], Path]) -> Path | None:
    """The folder behind all links; None where there is none."""
    try:
        return find().resolve()
    except (OSError, RuntimeError):
        return None


def _write(
    path: Path, data: bytes | bytearray, mode: int | None, prefix: str, *, finish: Callable[[Path, Path], None]
) -> None:
    if path.exists() and not path.is_file() and not path.is_dir():
        path.write_bytes(data)
        return
    temporary = path.parent / f"{prefix}{secrets.token_hex(8)}"
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 if mode is None else mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if mode is None and path.exists():
                _set_permissions(file, temporary, permissions(path))
            os.fsync(file.fileno())
        finish(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _set_permissions(file: IO[bytes], path: Path, mode: int) -> None:
    if hasattr(os, "fchmod"):
        os.fchmod(file.fileno(), mode)
    else:  # Windows before Python 3.13
        path.chmod(mode)
