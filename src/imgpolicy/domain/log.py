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
    CHANGE_KEY = "change key"
    RESTORE = "restore register"
    OWE_ERASURE = "owe erasure"
    OWE_PUBLICATION_DENIAL = "owe denial of publication"
    OWE_BIOMETRIC_DENIAL = "owe denial of recognition"
    OWE_CHANGE = "owe change of person"


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


class Alias(NamedTuple):
    """What the log calls a person, and the random bytes that it and the digests on them are made with, if any."""

    name: str
    salt: bytes = b""


class Event(NamedTuple):
    """A change: when, what, the pseudonym of whom or what it is about, and the keyed digest of what was written."""

    at: dt.datetime
    action: str
    subject: str
    payload: str


class Entry(NamedTuple):
    """A row of the log. `hash` is made of everything before it in the row, with the register's key.

    Earlier versions made it without a key (SHA-256), and after the first that was made with it no more are.
    """

    seq: int
    at: dt.datetime
    action: str
    subject: str
    payload: str
    previous: str
    hash: str


def sha256(data: bytes) -> str:
    """The hash without a key, in hex."""
    return hashlib.sha256(data).hexdigest()


def next_entry(last: Entry | None, event: Event, hashed: Hashed = sha256) -> Entry:
    """The entry for `event` that follows `last`; None when it is the first."""
    seq, previous = (1, _BEFORE_ALL) if last is None else (last.seq + 1, last.hash)
    return Entry(seq, *event, previous, hashed(msgspec.json.encode((seq, *event, previous))))


def is_hashed(entry: Entry, hashed: Hashed) -> bool:
    """True when the hash of the entry is made so of the rest of it."""
    return entry.hash == hashed(msgspec.json.encode(entry[:-1]))


def first_broken(entries: Iterable[Entry], keyed: Hashed = sha256, created: str = "") -> int | None:
    """The number of the first entry that is missing or not as it was written; None when the chain holds.

    `keyed` makes the hashes with the register's key. No hash is without it after the first that is with it, and none at
    all where the first entry has the payload `created`.
    """
    last: Entry | None = None
    with_key = False
    for entry in entries:
        event = Event(entry.at, entry.action, entry.subject, entry.payload)
        with_key = with_key or entry.payload == created or entry != next_entry(last, event)
        if with_key and entry != next_entry(last, event, keyed):
            return 1 if last is None else last.seq + 1
        last = entry
    return None if last else 1
