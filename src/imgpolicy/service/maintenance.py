"""Look after a register as a whole: verify it, count it, copy it, change its key."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from imgpolicy.errors import RegisterError, RequestError
from imgpolicy.opening import RegisterPolicy, register_policy
from imgpolicy.phrase import phrase
from imgpolicy.policy_file import read_text
from imgpolicy.register import maintenance
from imgpolicy.register.licences import licences
from imgpolicy.register.maintenance import Health, Stats
from imgpolicy.register.statements import consents
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.register.vault import KEY_VARIABLE
from imgpolicy.rekey import rekey_file, rekey_keyring
from imgpolicy.restoring import Restoration, accept_register, restore_register
from imgpolicy.service.grants import Scoped, unknown_words
from imgpolicy.service.workspace import Workspace

_HASH = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rekeyed:
    """Where the new key is: in a file, or in the keyring under a name; `old` is the file with the former key.

    `not_named` is true when the policy does not say yet that the key is in the keyring under that name.
    """

    file: Path | None = None
    keyring: str | None = None
    old: Path | None = None
    not_named: bool = False


def verify(workspace: Workspace, *, head: str | None = None) -> Health:
    """What is broken in the log and in all that is recorded.

    The log must hold `head`, the hash of an entry that somebody wrote down, and the one that is kept beside the key.
    Words on record that the policy does not know, and files that are missing on the desk, are among the remarks.
    RequestError when `head` is no hash.
    """
    if head is not None and not _HASH.fullmatch(head):
        raise RequestError(phrase("a head has 64 hex digits: it is what `imgpolicy register verify` says last"))
    # Before the register is read: others may write meanwhile.
    kept = workspace.register.kept_head()
    heads = (*(() if head is None else (head.lower(),)), *(() if kept is None else (kept.hash,)))
    with workspace.register.reading() as unit:
        health = maintenance.verify(unit, heads)
        try:
            unknown = tuple(_unknown_words(workspace.kept, unit))
        except RegisterError:  # which is said already
            unknown = ()
        missing = workspace.register.desk.missing(unit.sql.desk.files())
    lost = (phrase("{missing} files of pictures on the desk are not there", missing=missing),) if missing else ()
    return replace(health, remarks=(*health.remarks, *unknown, *lost))


def _unknown_words(policy: RegisterPolicy, unit: UnitOfWork) -> Iterator[str]:
    """In words, what people and licensors named that the policy does not know."""
    stated: tuple[tuple[str, str, Scoped], ...] = (
        *((phrase("consent"), one.id, one) for one in consents(unit)),
        *((phrase("licence"), one.id, one) for one in licences(unit)),
    )
    for noun, name, one in stated:
        for word in unknown_words(policy, one):
            yield phrase(
                "the {noun} {name} names the {what} {word}, which the policy does not know",
                noun=noun,
                name=repr(name),
                what=word.what,
                word=repr(word.word),
            )


def stats(workspace: Workspace) -> Stats:
    """How much of each the register holds."""
    with workspace.register.reading() as unit:
        return maintenance.stats(unit)


def backup(workspace: Workspace, file: Path) -> None:
    """Copy the register into a new SQLite file, consistent while others write; it opens with the same key.

    RegisterError when the file is there already or cannot be written.
    """
    workspace.register.backup(file)


def restore(policy_file: Path, backup: Path | None = None, *, register_url: str | None = None) -> Restoration:
    """What came of putting a backup in the register's place, or of taking the register there as it is, without one.

    Raises RequestError and RegisterError as `restoring.restore_register` does.
    """
    policy = register_policy(read_text(policy_file))
    if backup is None:
        return accept_register(policy, register_url)
    return restore_register(policy, register_url, backup)


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
        raise RequestError(phrase("the new key goes to one place: a keyring (--to-keyring) or a file (--to-file)"))
    if to_keyring is None and to_file is None and os.environ.get(KEY_VARIABLE) is not None:
        raise RequestError(
            phrase(
                "the key comes from {variable}: say where the new one goes with --to-file",
                variable=KEY_VARIABLE,
            )
        )
    if to_keyring is not None or (to_file is None and policy.keyring is not None):
        name = to_keyring or policy.keyring or ""
        rekey_keyring(policy, register_url, name)
        return Rekeyed(keyring=name, not_named=policy.keyring != name)
    target = to_file or policy.key_file
    return Rekeyed(file=target, old=rekey_file(policy, register_url, target))
