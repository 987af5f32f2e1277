"""Files read within a limit, and written whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from pathlib import Path


def read_at_most(path: Path, limit: int) -> bytes:
    """The file's bytes. OSError when it cannot be read, or has more than `limit` bytes: `strerror` says which."""
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise OSError(errno.EFBIG, f"more than {limit:,} bytes", str(path))
    return data


def write_whole(path: Path, data: bytes | bytearray, *, mode: int | None = None, prefix: str = ".imgpolicy-") -> None:
    """Write `data` to `path`: after this, also after a crash, the file is the old one or the new one, whole.

    A symbolic link stays one, and the file behind it is written; a device or pipe is written to as it is.
    `mode` sets the permission bits; None keeps those of the file that is replaced, or gives a new one those that
    the process would give it. The temporary file beside it is called `prefix` and 16 hex digits. Raises OSError, and
    then leaves nothing behind.
    """
    path = path.resolve()
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
                os.fchmod(file.fileno(), stat.S_IMODE(path.stat().st_mode))
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
