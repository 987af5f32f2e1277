"""Another master key for a register, in an order in which no crash can lose one.

The new key is kept before the register takes it, and the old one after. A change that was interrupted leaves the new
key beside the old one, and the next `imgpolicy register rekey` finishes it.
"""

from __future__ import annotations

import contextlib
from itertools import count
from pathlib import Path

from imgpolicy.errors import RegisterError
from imgpolicy.files import move_over, write_whole
from imgpolicy.opening import RegisterPolicy, half_written_keys, open_register, pending_key, pending_name, register_url
from imgpolicy.phrase import phrase, reason_of
from imgpolicy.register.heads import head_path
from imgpolicy.register.keyring import keyring_delete, keyring_read, keyring_write
from imgpolicy.register.maintenance import change_key
from imgpolicy.register.register import Register
from imgpolicy.register.vault import WrongKeyError, new_key, parse_key, read_key_file, write_key


def rekey_file(policy: RegisterPolicy, url: str | None, target: Path) -> Path | None:
    """Change the key; the new one is in `target` then, and the old one in the file that comes back.

    None comes back when the old key stands where it stood, because the new one went elsewhere.
    """
    if target != policy.key_file:
        _change_to_file(policy, url, target)
        _keep_head_beside(policy, target)
        return None
    with contextlib.suppress(OSError):
        for left in half_written_keys(target):
            left.unlink()
    pending = pending_key(target)
    if not (pending.exists() and _opens_with_file(policy, url, pending)):
        pending.unlink(missing_ok=True)
        _change_to_file(policy, url, pending)
    kept = next(place for n in count(1) if not (place := target.with_name(f"{target.name}.old-{n}")).exists())
    try:
        write_whole(kept, target.read_bytes(), mode=0o600, prefix=f".{target.name}.part-")
        move_over(pending, target)
    except OSError as error:
        raise RegisterError(
            phrase(
                "{target}: cannot be replaced ({reason}); the register takes the key in {pending} now",
                target=str(target),
                reason=reason_of(error),
                pending=str(pending),
            )
        ) from error
    return kept


def rekey_keyring(policy: RegisterPolicy, url: str | None, name: str) -> None:
    """Change the key; the new one is in the keyring under `name` then, one that was there under ``NAME (old)``."""
    old, pending = keyring_read(name), keyring_read(pending_name(name))
    if pending is not None and pending != old and _opens(policy, url, _parsed(pending)):
        key = _parsed(pending)
    else:
        key = new_key()
        keyring_write(pending_name(name), key)
        _change(policy, url, key)
    if old is not None:
        keyring_write(f"{name} (old)", _parsed(old))
    keyring_write(name, key)
    with contextlib.suppress(RegisterError):  # it stands under both names then, which is no pending change
        keyring_delete(pending_name(name))


def _change_to_file(policy: RegisterPolicy, url: str | None, file: Path) -> None:
    """Change the key to a new one in this new file; it goes again where the register did not take it."""
    key = write_key(file)
    try:
        _change(policy, url, key)
    except BaseException:
        # Only when it is certain: an answer that was lost on its way may have been a yes.
        with contextlib.suppress(RegisterError):
            open_register(policy, url).close()
            file.unlink(missing_ok=True)
        raise


def _change(policy: RegisterPolicy, url: str | None, key: bytes) -> None:
    with open_register(policy, url) as register, register.writing() as unit:
        change_key(unit, key)


def _keep_head_beside(policy: RegisterPolicy, key_file: Path) -> None:
    """Take the heads that are kept beside the former key along, where there are any."""
    with contextlib.suppress(OSError):
        write_whole(head_path(key_file), head_path(policy.key_file).read_bytes(), mode=0o600)


def _opens_with_file(policy: RegisterPolicy, url: str | None, key_file: Path) -> bool:
    try:
        key = read_key_file(key_file)
    except RegisterError:  # cut short, before the register was asked
        return False
    return _opens(policy, url, key)


def _opens(policy: RegisterPolicy, url: str | None, key: bytes) -> bool:
    try:
        Register.open(register_url(policy, url), key).close()
    except WrongKeyError:
        return False
    return True


def _parsed(key: str) -> bytes:
    return parse_key(key, phrase("the keyring"))
