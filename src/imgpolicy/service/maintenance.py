"""Look after a register as a whole: verify it, count it, copy it, change its key."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from imgpolicy.errors import RequestError
from imgpolicy.opening import register_policy
from imgpolicy.policy_file import read_text
from imgpolicy.register import maintenance
from imgpolicy.register.maintenance import Health, Stats
from imgpolicy.register.vault import KEY_VARIABLE
from imgpolicy.rekey import rekey_file, rekey_keyring
from imgpolicy.service.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Rekeyed:
    """Where the new key is: in a file, or in the keyring under a name; `old` is the file with the former key.

    `not_named` is true when the policy does not say yet that the key is in the keyring under that name.
    """

    file: Path | None = None
    keyring: str | None = None
    old: Path | None = None
    not_named: bool = False


def verify(workspace: Workspace) -> Health:
    """What is broken in the log and in all that is sealed, as far as the register itself can show it."""
    with workspace.register.reading() as unit:
        return maintenance.verify(unit)


def stats(workspace: Workspace) -> Stats:
    """How much of each the register holds."""
    with workspace.register.reading() as unit:
        return maintenance.stats(unit)


def backup(workspace: Workspace, file: Path) -> None:
    """Copy the register into a new SQLite file, consistent while others write; it opens with the same key.

    RegisterError when the file is there already or cannot be written.
    """
    workspace.register.backup(file)


def rekey(
    policy_file: Path,
    *,
    register_url: str | None = None,
    to_keyring: str | None = None,
    to_file: Path | None = None,
) -> Rekeyed:
    """Where the new master key is, by which alone the register opens from now on.

    It goes into the keyring under `to_keyring`, to `to_file`, or where the policy says that the key is. Raises
    RequestError when that is not one place, RegisterError when the key cannot be changed.
    """
    policy = register_policy(read_text(policy_file))
    if to_keyring is not None and to_file is not None:
        raise RequestError("the new key goes to one place: a keyring (--to-keyring) or a file (--to-file)")
    if to_keyring is None and to_file is None and os.environ.get(KEY_VARIABLE) is not None:
        raise RequestError(f"the key comes from {KEY_VARIABLE}: say where the new one goes with --to-file")
    if to_keyring is not None or (to_file is None and policy.keyring is not None):
        name = to_keyring or policy.keyring or ""
        rekey_keyring(policy, register_url, name)
        return Rekeyed(keyring=name, not_named=policy.keyring != name)
    target = to_file or policy.key_file
    return Rekeyed(file=target, old=rekey_file(policy, register_url, target))
