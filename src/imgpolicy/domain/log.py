"""The log of changes: each entry carries the hash of the one before, so that no entry can be altered unseen.

It holds keyed pseudonyms and keyed digests instead of ids and contents; the vault makes them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

import msgspec

_BEFORE_ALL = "0" * 64


class Action(StrEnum):
    """What can happen to a register."""

    CREATE = "create register"
    ADD_PERSON = "add person"
    RECORD_CONSENT = "record consent"
    ADD_FACES = "add faces"
    REMOVE_FACES = "remove faces"
    ADD_WORK = "add work"
    REMOVE_WORK = "remove work"
    RECORD_LICENCE = "record licence"
    END_LICENCE = "end licence"
    ADD_ARTWORK = "add artwork"
    EDIT_PERSON = "edit person"
    ERASE_PERSON = "erase person"
    ADD_NOTICE = "add notice"
    ADD_EVIDENCE = "add evidence"
    ADD_PUBLICATION = "add publication"
    OPEN_TAKEDOWN = "open take-down"
    CLOSE_TAKEDOWN = "close take-down"
    RECORD_DECISION = "record decision"
    RECORD_RELEASE = "record release"
    DISMISS_FACE = "dismiss face"
    REINSTATE_FACE = "reinstate face"
    LOOK_UP = "look up faces"
    CHANGE_KEY = "change key"


CREATED = b'{"form":"creation/2"}'
"""What is logged of the creation of a register; earlier versions logged nothing of it."""

ABOUT_PEOPLE = frozenset(
    {
        Action.ADD_PERSON,
        Action.EDIT_PERSON,
        Action.RECORD_CONSENT,
        Action.ADD_FACES,
        Action.REMOVE_FACES,
        Action.ADD_EVIDENCE,
        Action.ERASE_PERSON,
    }
)
"""What is logged under a person's pseudonym."""


class Event(NamedTuple):
    """A change: when, what, the pseudonym of whom or what it is about, and the keyed digest of what was written."""

    at: dt.datetime
    action: str
    subject: str
    payload: str


class Entry(NamedTuple):
    """A row of the log. `hash` is the SHA-256, in hex, of everything before it in the row."""

    seq: int
    at: dt.datetime
    action: str
    subject: str
    payload: str
    previous: str
    hash: str


def next_entry(last: Entry | None, event: Event) -> Entry:
    """The entry for `event` that follows `last`; None when it is the first."""
    seq, previous = (1, _BEFORE_ALL) if last is None else (last.seq + 1, last.hash)
    digest = hashlib.sha256(msgspec.json.encode((seq, *event, previous))).hexdigest()
    return Entry(seq, *event, previous, digest)


def first_broken(entries: Iterable[Entry]) -> int | None:
    """The number of the first entry that is missing or not as it was written; None when the chain holds."""
    last: Entry | None = None
    for entry in entries:
        expected = next_entry(last, Event(entry.at, entry.action, entry.subject, entry.payload))
        if entry != expected:
            return expected.seq
        last = entry
    return None if last else 1
