"""The register that a policy names: what the policy says of keeping one, and how it is opened.

Whoever keeps a register judges no picture: the rules, and all by which they judge, are not loaded for it.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from imgpolicy.domain.channel import Channel
from imgpolicy.domain.form import FormsPolicy
from imgpolicy.domain.mail import MailPolicy, MailSecurity
from imgpolicy.domain.speakers import ConsentPolicy
from imgpolicy.domain.validate import check_email
from imgpolicy.domain.words import folded
from imgpolicy.errors import PolicyError, RegisterError
from imgpolicy.files import open_to_others, within_reach
from imgpolicy.phrase import phrase
from imgpolicy.policy_file import FormsTable, MailTable, PolicyFile, PolicyText
from imgpolicy.register.heads import HeadFile, head_path
from imgpolicy.register.keyring import keyring_read
from imgpolicy.register.register import Register
from imgpolicy.register.vault import KEY_VARIABLE, WrongKeyError, read_key

_FORGOTTEN = 3600
"""Seconds after which a temporary file is nobody's any more: to restore a register takes minutes."""
DESK = "register-desk"
"""The folder beside the policy for the pictures on the desk of a register on a server."""
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]-]{1,255}(/[A-Za-z0-9._~/-]{0,200})?")
_BESIDE = ("-wal", "-shm")
"""The ends of the names of what SQLite keeps beside a register."""


@dataclass(frozen=True, kw_only=True)
class RegisterPolicy:
    """What a policy says of keeping a register.

    `folder` is the policy's own. The register is at `register_url`, its key in `key_file`, or under `keyring` in the
    system's keyring; faces are enrolled by `engine`. `channels`, with what is said of each, `purposes` and `settings`
    are the words that consents and licences may name. `consents` is what is laid down about consents, and
    `second_person` whether two people answer for what goes against a finding or a no. What lies on the desk is kept for
    `desk_days` days, strangers of one batch are compared where `group_unknown` says so, and webhooks are told what ends
    within `due_days`. `forms` is what is laid down about asking for consents. `controller` answers for what is kept
    about people (GDPR article 4), None where it is not said. `mail` is the server by which links are sent, None where
    none is named.
    """

    folder: Path
    register_url: str
    key_file: Path
    keyring: str | None
    engine: str
    channels: Mapping[str, Channel]
    purposes: frozenset[str]
    settings: frozenset[str]
    consents: ConsentPolicy
    second_person: bool
    desk_days: int
    due_days: int
    forms: FormsPolicy
    controller: str | None = None
    mail: MailPolicy | None = None
    group_unknown: bool = False


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
        consents=_consents(tables),
        second_person=tables.release.second_person,
        desk_days=tables.desk.keep_pictures,
        due_days=tables.webhooks.due_days,
        forms=_forms(tables.forms, tables.mail),
        controller=tables.organisation.controller,
        mail=_mail(tables.mail),
        group_unknown=tables.desk.group_unknown,
    )


def _consents(tables: PolicyFile) -> ConsentPolicy:
    said = tables.consent
    return ConsentPolicy(
        own_from=said.own_consent_from,
        guardians=said.guardians,
        grace_days=said.guardian_grace_days,
        keep_days=said.keep_days,
        after_erasure=tables.publications.after_erasure,
        zone=None if tables.time_zone is None else ZoneInfo(tables.time_zone),
        channels=frozenset(map(folded, tables.posting.channels)),
        former_channels={folded(old): new for old, new in tables.posting.former_channels.items()},
    )


def _forms(said: FormsTable, mail: MailTable) -> FormsPolicy:
    if said.address is not None and not _ADDRESS.fullmatch(said.address):
        raise PolicyError(
            phrase("forms.address is where links begin, as https://consent.example.org, without a ? or #")
        )
    if (said.remind_days or said.renew_with) and (said.address is None or mail.host is None):
        raise PolicyError(
            phrase("forms.remind_days and forms.renew_with send links by mail: say forms.address and mail.host too")
        )
    return FormsPolicy(
        address=None if said.address is None else said.address.rstrip("/"),
        biometric_minors=said.biometric_minors,
        renew_days=said.renew_days,
        remind_days=said.remind_days,
        renew_with=said.renew_with,
    )


def _mail(said: MailTable) -> MailPolicy | None:
    if said.host is None:
        return None
    if said.sender is None:
        raise PolicyError(phrase("mail.sender is the address that mail comes from: say it beside mail.host"))
    for name, address in (("sender", said.sender), ("keeper", said.keeper)):
        try:
            check_email(address or said.sender)
        except RegisterError as error:
            raise PolicyError(phrase("mail.{name}: {error}", name=name, error=str(error))) from error
    if said.security is MailSecurity.NONE and said.host not in {"localhost", "127.0.0.1", "::1"}:
        raise PolicyError(
            phrase("mail.security is none for a server on this machine alone: links would be read on their way")
        )
    return MailPolicy(
        host=said.host,
        port=said.port,
        security=said.security,
        sender=said.sender,
        user=said.user,
        keeper=said.keeper,
        language=said.language,
    )


def _channel(said: str | Channel) -> Channel:
    return Channel(audience=said) if isinstance(said, str) else said


def open_register(policy: RegisterPolicy, url: str | None = None) -> Register:
    """The policy's register, opened with the policy's key, or the one that `url` names instead."""
    key = read_key(policy.key_file, os.environ, policy.keyring)
    try:
        place, heads = register_url(policy, url), head_file(policy, url)
        return Register.open(place, key, policy.consents, heads, folder=policy.folder / DESK)
    except WrongKeyError as error:
        if _is_pending(policy):
            raise RegisterError(
                phrase("a change of key was interrupted: `imgpolicy register rekey` finishes it")
            ) from error
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


def pending_name(name: str) -> str:
    """Under which name a new key waits in the keyring until the register has taken it."""
    return f"{name} (new)"


def half_written_keys(key_file: Path) -> list[Path]:
    """What a process that was killed while it wrote a key has left beside the key file; each may hold a key."""
    found = key_file.parent.glob(f".{escape(key_file.name)}*.part-{'[0-9a-f]' * 16}")
    return sorted(found)


def cautions(policy: RegisterPolicy, register: Register) -> Iterator[str]:
    """What whoever keeps the register is to know and put right, a line each."""
    if not os.environ.get(KEY_VARIABLE) and policy.keyring is None:
        for left in (pending_key(policy.key_file), *half_written_keys(policy.key_file)):
            if left.exists():
                yield (
                    phrase(
                        "{left}: left behind by a change of key that was interrupted and that the register did not"
                        " take; `imgpolicy register rekey` clears it up and makes another",
                        left=str(left),
                    )
                )
        yield from _open_places(policy.key_file, phrase("the key"))
    if register.unproved:
        yield (
            phrase(
                "sslmode=require asks the register's server for no proof of which it is: who stands between can read"
                " and change all; leave it out, with sslrootcert=FILE for an authority of your own"
            )
        )
    file = register.file
    if file is not None:
        yield from _open_places(file, phrase("the register"))
        for left in _forgotten_copies(file):
            yield (
                phrase(
                    "{left}: left behind by a restoration that was interrupted; it may hold who was erased: delete it",
                    left=str(left),
                )
            )
        for part in (file, *(file.with_name(f"{file.name}{ending}") for ending in _BESIDE)):
            with contextlib.suppress(FileNotFoundError):  # there only while somebody has the register open
                if within_reach(part):
                    yield phrase("{part}: others may read it; run: chmod go-rwx {part}", part=str(part))


def _forgotten_copies(file: Path) -> Iterator[Path]:
    """Temporary files beside the register that nobody writes any more."""
    for left in sorted(file.parent.glob(f".imgpolicy-{'[0-9a-f]' * 16}")):
        with contextlib.suppress(OSError):  # gone since
            if left.stat().st_mtime < time.time() - _FORGOTTEN:
                yield left


def _open_places(file: Path, what: str) -> Iterator[str]:
    place = open_to_others(file)
    if place is not None:
        yield phrase(
            "{place}: others may write there and replace {what}; run: chmod go-w {place}", place=str(place), what=what
        )


def _is_pending(policy: RegisterPolicy) -> bool:
    if os.environ.get(KEY_VARIABLE):
        return False
    if policy.keyring is None:
        return pending_key(policy.key_file).exists()
    return keyring_read(pending_name(policy.keyring)) is not None


def register_url(policy: RegisterPolicy, url: str | None = None) -> str:
    """The URL of the register; a relative SQLite path in the policy is taken from the policy's folder."""
    if url is not None:
        return url
    scheme, separator, path = policy.register_url.partition(":///")
    if scheme != "sqlite" or path.startswith("/") or Path(path).is_absolute():
        return policy.register_url
    return f"{scheme}{separator}{quote(str(policy.folder))}/{path}"
