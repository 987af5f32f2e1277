"""Another master key for a register, in an order in which no crash can lose one.

The new key is on disk before the register takes it, and the old one is kept after. A change that was interrupted
leaves the new key beside the key file, and the next `imgpolicy register rekey` finishes it.
"""

from __future__ import annotations

import contextlib
from itertools import count
from pathlib import Path

from imgpolicy.errors import RegisterError
from imgpolicy.files import move_over, write_whole
from imgpolicy.opening import RegisterPolicy, open_register, pending_key, register_url
from imgpolicy.register.heads import head_path
from imgpolicy.register.keyring import keyring_read, keyring_write
from imgpolicy.register.maintenance import change_key
from imgpolicy.register.register import Register
from imgpolicy.register.vault import new_key, parse_key, read_key_file, write_key


def rekey_file(policy: RegisterPolicy, url: str | None, target: Path) -> Path | None:
    """Change the key; the new one is in `target` then, and the old one in the file that comes back.

    None comes back when the old key stands where it stood, because the new one went elsewhere.
    """
    if target != policy.key_file:
        key = write_key(target)
        try:
            _change(policy, url, key)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        _keep_head_beside(policy, target)
        return None
    pending = pending_key(target)
    if not (pending.exists() and _opens(policy, url, pending)):
        pending.unlink(missing_ok=True)
        _change(policy, url, write_key(pending))
    kept = next(place for n in count(1) if not (place := target.with_name(f"{target.name}.old-{n}")).exists())
    try:
        write_whole(kept, target.read_bytes(), mode=0o600)
        move_over(pending, target)
    except OSError as error:
        raise RegisterError(
            f"{target}: cannot be replaced ({error.strerror}); the register takes the key in {pending} now"
        ) from error
    return kept


def rekey_keyring(policy: RegisterPolicy, url: str | None, name: str) -> None:
    """Change the key; the new one is in the keyring under `name` then, one that was there under ``NAME (old)``."""
    key, old = new_key(), keyring_read(name)
    if old is not None:
        keyring_write(f"{name} (old)", parse_key(old, "the keyring"))
    keyring_write(f"{name} (new)", key)
    _change(policy, url, key)
    keyring_write(name, key)


def _change(policy: RegisterPolicy, url: str | None, key: bytes) -> None:
    with open_register(policy, url) as register, register.writing() as unit:
        change_key(unit, key)


def _keep_head_beside(policy: RegisterPolicy, key_file: Path) -> None:
    """Take the heads that are kept beside the former key along, where there are any."""
    with contextlib.suppress(OSError):
        write_whole(head_path(key_file), head_path(policy.key_file).read_bytes(), mode=0o600)


def _opens(policy: RegisterPolicy, url: str | None, key_file: Path) -> bool:
    try:
        Register.open(register_url(policy, url), read_key_file(key_file)).close()
    except RegisterError:
        return False
    return True
