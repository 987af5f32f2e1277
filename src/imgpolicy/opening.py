"""The register that a policy names: what the policy says of keeping one, and how it is opened.

Whoever keeps a register judges no picture: the rules, and all by which they judge, are not loaded for it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from imgpolicy.domain.channel import Channel
from imgpolicy.errors import RegisterError
from imgpolicy.policy_file import PolicyText
from imgpolicy.register.heads import HeadFile, head_path
from imgpolicy.register.register import Register
from imgpolicy.register.vault import KEY_VARIABLE, WrongKeyError, read_key


@dataclass(frozen=True, kw_only=True)
class RegisterPolicy:
    """What a policy says of keeping a register.

    `folder` is the policy's own. The register is at `register_url`, its key in `key_file`, or under `keyring` in the
    system's keyring; faces are enrolled by `engine`. `channels`, with what is said of each, `purposes` and `settings`
    are the words that consents and licences may name.
    """

    folder: Path
    register_url: str
    key_file: Path
    keyring: str | None
    engine: str
    channels: Mapping[str, Channel]
    purposes: frozenset[str]
    settings: frozenset[str]


def register_policy(text: PolicyText) -> RegisterPolicy:
    """What the file says of keeping a register; its rules are not looked at."""
    tables, folder = text.tables, text.folder
    return RegisterPolicy(
        folder=folder,
        register_url=tables.register.url,
        key_file=folder / tables.register.key_file,
        keyring=tables.register.keyring,
        engine=tables.faces.engine,
        channels={name: _channel(said) for name, said in tables.posting.channels.items()},
        purposes=frozenset(tables.posting.purposes),
        settings=frozenset(tables.posting.settings),
    )


def _channel(said: str | Channel) -> Channel:
    return Channel(audience=said) if isinstance(said, str) else said


def open_register(policy: RegisterPolicy, url: str | None = None) -> Register:
    """The policy's register, opened with the policy's key, or the one that `url` names instead."""
    key = read_key(policy.key_file, os.environ, policy.keyring)
    try:
        return Register.open(register_url(policy, url), key, head_file(policy, url))
    except WrongKeyError as error:
        if pending_key(policy.key_file).exists():
            raise RegisterError("a change of key was interrupted: `imgpolicy register rekey` finishes it") from error
        raise


def head_file(policy: RegisterPolicy, url: str | None = None) -> HeadFile | None:
    """Where the policy's register has its head kept: beside the key, and nowhere when that is in no file.

    Of the register that `url` names, which may be a copy, the head is held against it and never kept.
    """
    if os.environ.get(KEY_VARIABLE) or policy.keyring is not None:
        return None
    return HeadFile(head_path(policy.key_file), only_read=url is not None)


def pending_key(key_file: Path) -> Path:
    """Where a new key waits until the register has taken it."""
    return key_file.with_name(f"{key_file.name}.new")


def register_url(policy: RegisterPolicy, url: str | None = None) -> str:
    """The URL of the register; a relative SQLite path in the policy is taken from the policy's folder."""
    if url is not None:
        return url
    scheme, separator, path = policy.register_url.partition(":///")
    if scheme != "sqlite" or path.startswith("/") or Path(path).is_absolute():
        return policy.register_url
    return f"{scheme}{separator}{quote(str(policy.folder))}/{path}"
