"""The log of changes: each entry carries the hash of the one before, so that no entry can be altered unseen.

It holds keyed pseudonyms and keyed digests instead of ids and contents; the vault makes them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import NamedTuple

import msgspec

_BEFORE_ALL = "0" * 64

Hashed = Callable[[bytes], str]
"""64 hex digits that stand for bytes."""


class Action(StrEnum):
    """What can happen to a register."""

    CREATE = "create register"
    ADD_PERSON = "add person"
    RECORD_CONSENT = "record consent"
    ADD_FACES = "add faces"
    REMOVE_FACES = "remove faces"
    ADD_WORK = "add work"
    REMOVE_WORK = "remove work"
    KEEP_TITLE = "keep title"
    RECORD_LICENCE = "record licence"
    END_LICENCE = "end licence"
    ADD_ARTWORK = "add artwork"
    EDIT_PERSON = "edit person"
    ERASE_PERSON = "erase person"
    ADD_NOTICE = "add notice"
    ADD_EVIDENCE = "add evidence"
    ADD_LICENCE_EVIDENCE = "add licence evidence"
    ADD_PUBLICATION = "add publication"
    EMPTY_PUBLICATION = "empty publication"
    OPEN_TAKEDOWN = "open take-down"
    EMPTY_TAKEDOWN = "empty take-down"
    REMOVE_PUBLICATION = "remove publication"
    REMOVE_TAKEDOWN = "remove take-down"
    CLOSE_TAKEDOWN = "close take-down"
    RECORD_DECISION = "record decision"
    EMPTY_DECISION = "empty decision"
    RECORD_RELEASE = "record release"
    DISMISS_FACE = "dismiss face"
    REINSTATE_FACE = "reinstate face"
    LOOK_UP = "look up faces"
    ADD_ACCOUNT = "add account"
    CHANGE_ROLE = "change role"
    SET_PASSWORD = "set password"  # noqa: S105  # no secret: what is done
    RENEW_HASH = "renew password hash"
    END_ACCOUNT = "end account"
    BIND_ACCOUNT = "bind account"
    SIGN_IN = "sign in"
    SIGN_IN_OIDC = "sign in by OIDC"
    SIGN_OUT = "sign out"
    ADD_TOKEN = "add token"  # noqa: S105  # the same
    REVOKE_TOKEN = "revoke token"  # noqa: S105  # the same
    ADD_WEBHOOK = "add webhook"
    REMOVE_WEBHOOK = "remove webhook"
    QUEUE_EVENT = "queue event"
    REMOVE_EVENT = "remove event"
    ADD_FORM = "add form"
    ASK = "ask for consent"
    CHANGE_REQUEST = "change request"
    REMOVE_REQUEST = "remove request"
    ANSWER = "answer request"
    CHANGE_ANSWER = "change answer"
    REMOVE_ANSWER = "remove answer"
    TELL_IDLE = "send list of what is idle"
    CHANGE_KEY = "change key"
    RESTORE = "restore register"
    OWE_ERASURE = "owe erasure"
    OWE_PUBLICATION_DENIAL = "owe denial of publication"
    OWE_BIOMETRIC_DENIAL = "owe denial of recognition"
    OWE_CHANGE = "owe change of person"
    HAND_IN = "hand in picture"
    DECIDE_PICTURE = "decide on picture"
    TAKE_BACK_DECISION = "take back decision"
    POST_PICTURE = "post picture"
    TAKE_BACK_NAME = "take back name"
    TAKE_BACK_POST = "take back post"


CREATED = b'{"form":"creation/3"}'
"""What is logged of the creation of a register; earlier versions logged another form of it, or nothing."""

ABOUT_PEOPLE = frozenset(
    {
        Action.ADD_PERSON,
        Action.EDIT_PERSON,
        Action.RECORD_CONSENT,
        Action.ADD_FACES,
        Action.REMOVE_FACES,
        Action.ADD_EVIDENCE,
        Action.ERASE_PERSON,
        Action.OWE_ERASURE,
        Action.OWE_PUBLICATION_DENIAL,
        Action.OWE_BIOMETRIC_DENIAL,
        Action.OWE_CHANGE,
    }
)
"""What is logged under a person's pseudonym."""

ABOUT_ACCOUNTS = frozenset(
    {
        Action.ADD_ACCOUNT,
        Action.CHANGE_ROLE,
        Action.SET_PASSWORD,
        Action.RENEW_HASH,
        Action.END_ACCOUNT,
        Action.BIND_ACCOUNT,
        Action.SIGN_IN,
        Action.SIGN_IN_OIDC,
        Action.SIGN_OUT,
        Action.ADD_TOKEN,
        Action.REVOKE_TOKEN,
    }
)
"""What is done to accounts, and by which no picture is judged."""


ON_THE_DESK = frozenset(
    {
        Action.HAND_IN,
        Action.DECIDE_PICTURE,
        Action.TAKE_BACK_DECISION,
        Action.POST_PICTURE,
        Action.TAKE_BACK_NAME,
        Action.TAKE_BACK_POST,
    }
)
"""What is logged of pictures on the desk: no picture is judged otherwise for it."""


ABOUT_WEBHOOKS = frozenset({Action.ADD_WEBHOOK, Action.REMOVE_WEBHOOK, Action.QUEUE_EVENT, Action.REMOVE_EVENT})
"""Who is told of what happens, and of what: no picture is judged otherwise for it."""


ABOUT_REQUESTS = frozenset(
    {
        Action.ADD_FORM,
        Action.ASK,
        Action.CHANGE_REQUEST,
        Action.REMOVE_REQUEST,
        Action.ANSWER,
        Action.CHANGE_ANSWER,
        Action.REMOVE_ANSWER,
    }
)
"""Who is asked for what: pictures are judged by the consents that come of it, and not by these."""


JUDGED_BY_NONE = ABOUT_ACCOUNTS | ON_THE_DESK | ABOUT_WEBHOOKS | ABOUT_REQUESTS | {Action.TELL_IDLE}
"""What changes the log, and no answer on a picture."""


class Alias(NamedTuple):
    """What the log calls a person, and the random bytes that it and the digests on them are made with, if any."""

    name: str
    salt: bytes = b""


class Event(NamedTuple):
    """A change: when, what, the pseudonym of whom or what it is about, and the keyed digest of what was written.

    `by` is the pseudonym of the account that did it; empty where none did, as at the command line.
    """

    at: dt.datetime
    action: str
    subject: str
    payload: str
    by: str = ""


class Entry(NamedTuple):
    """A row of the log. `hash` is made of all the rest of the row, with the register's key; of `by` where there is one.

    Earlier versions made it without a key (SHA-256), and after the first that was made with it no more are.
    """

    seq: int
    at: dt.datetime
    action: str
    subject: str
    payload: str
    previous: str
    hash: str
    by: str = ""

    @property
    def event(self) -> Event:
        """What it tells of."""
        return Event(self.at, self.action, self.subject, self.payload, self.by)


def sha256(data: bytes) -> str:
    """The hash without a key, in hex."""
    return hashlib.sha256(data).hexdigest()


def next_entry(last: Entry | None, event: Event, hashed: Hashed = sha256) -> Entry:
    """The entry for `event` that follows `last`; None when it is the first."""
    seq, previous = (1, _BEFORE_ALL) if last is None else (last.seq + 1, last.hash)
    hash_ = hashed(_hashed(seq, event, previous))
    return Entry(seq, event.at, event.action, event.subject, event.payload, previous, hash_, event.by)


def is_hashed(entry: Entry, hashed: Hashed) -> bool:
    """True when the hash of the entry is made so of the rest of it."""
    return entry.hash == hashed(_hashed(entry.seq, entry.event, entry.previous))


def _hashed(seq: int, event: Event, previous: str) -> bytes:
    """What the hash is made of; without who did it where nobody is named, as in versions that knew of no accounts."""
    *told, by = event
    return msgspec.json.encode((seq, *told, previous, *((by,) if by else ())))


def first_broken(entries: Iterable[Entry], keyed: Hashed = sha256, created: str = "") -> int | None:
    """The number of the first entry that is missing or not as it was written; None when the chain holds.

    `keyed` makes the hashes with the register's key. No hash is without it after the first that is with it, and none at
    all where the first entry has the payload `created`.
    """
    last: Entry | None = None
    with_key = False
    for entry in entries:
        event = entry.event
        with_key = with_key or entry.payload == created or entry != next_entry(last, event)
        if with_key and entry != next_entry(last, event, keyed):
            return 1 if last is None else last.seq + 1
        last = entry
    return None if last else 1
