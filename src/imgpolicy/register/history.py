"""What the log says must be in a register, and which of it has been found there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING

from imgpolicy.domain.changes import erasure_form
from imgpolicy.domain.log import ABOUT_PEOPLE, Action, Alias, Entry, is_hashed

if TYPE_CHECKING:
    from imgpolicy.register.vault import Vault

_FORMLESS = b""
"""What earlier versions logged of a register's creation, and of an erasure."""


class Kept(StrEnum):
    """What is held against the log."""

    PERSON = "person"
    CONSENT = "consent"
    FACE = "face"
    EVIDENCE = "evidence"
    LICENCE = "licence"
    END = "end"
    LICENCE_EVIDENCE = "evidence of a licence"
    WORK = "work"
    ARTWORK = "artwork"
    PUBLICATION = "publication"
    DOWN = "down"
    TAKEDOWN = "take-down"
    NOTICE = "notice"
    DECISION = "decision"
    RELEASE = "release"
    DISMISSAL = "dismissal"
    ENDING = "ending"
    ACCOUNT = "account"
    PASSWORD = "password"  # noqa: S105  # no secret: what is held against the log
    SESSIONS = "sessions"
    TOKEN = "token"  # noqa: S105  # the same
    HANDED = "handed in"
    APPROVAL = "approval"
    POSTED = "posted"
    WEBHOOK = "webhook"
    EVENT = "event"
    FORM = "form"
    REQUEST = "request"
    ANSWER = "answer"


_ADDS: dict[str, Kept] = {
    Action.RECORD_CONSENT: Kept.CONSENT,
    Action.ADD_FACES: Kept.FACE,
    Action.ADD_EVIDENCE: Kept.EVIDENCE,
    Action.RECORD_LICENCE: Kept.LICENCE,
    Action.END_LICENCE: Kept.END,
    Action.ADD_LICENCE_EVIDENCE: Kept.LICENCE_EVIDENCE,
    Action.ADD_WORK: Kept.WORK,
    Action.ADD_ARTWORK: Kept.ARTWORK,
    Action.ADD_PUBLICATION: Kept.PUBLICATION,
    Action.CLOSE_TAKEDOWN: Kept.DOWN,
    Action.OPEN_TAKEDOWN: Kept.TAKEDOWN,
    Action.ADD_NOTICE: Kept.NOTICE,
    Action.RECORD_DECISION: Kept.DECISION,
    Action.RECORD_RELEASE: Kept.RELEASE,
    Action.DISMISS_FACE: Kept.DISMISSAL,
    Action.REINSTATE_FACE: Kept.ENDING,
    Action.DECIDE_PICTURE: Kept.APPROVAL,
    Action.ADD_FORM: Kept.FORM,
}
_REPLACES: dict[str, Kept] = {
    Action.ADD_PERSON: Kept.PERSON,
    Action.EDIT_PERSON: Kept.PERSON,
    Action.KEEP_TITLE: Kept.WORK,
    Action.EMPTY_PUBLICATION: Kept.PUBLICATION,
    Action.EMPTY_TAKEDOWN: Kept.TAKEDOWN,
    Action.EMPTY_DECISION: Kept.DECISION,
    Action.ADD_ACCOUNT: Kept.ACCOUNT,
    Action.CHANGE_ROLE: Kept.ACCOUNT,
    Action.END_ACCOUNT: Kept.ACCOUNT,
    Action.BIND_ACCOUNT: Kept.ACCOUNT,
    Action.SET_PASSWORD: Kept.PASSWORD,
    Action.RENEW_HASH: Kept.PASSWORD,
    Action.SIGN_IN: Kept.SESSIONS,
    Action.SIGN_IN_OIDC: Kept.SESSIONS,
    Action.SIGN_OUT: Kept.SESSIONS,
    Action.ADD_TOKEN: Kept.TOKEN,
    Action.REVOKE_TOKEN: Kept.TOKEN,
    Action.HAND_IN: Kept.HANDED,
    Action.POST_PICTURE: Kept.POSTED,
    Action.ADD_WEBHOOK: Kept.WEBHOOK,
    Action.REMOVE_WEBHOOK: Kept.WEBHOOK,
    Action.QUEUE_EVENT: Kept.EVENT,
    Action.ASK: Kept.REQUEST,
    Action.CHANGE_REQUEST: Kept.REQUEST,
    Action.ANSWER: Kept.ANSWER,
    Action.CHANGE_ANSWER: Kept.ANSWER,
}
"""What a record is from then on, whatever it was before."""

_REMOVES: dict[str, tuple[Kept, ...]] = {
    Action.REMOVE_PUBLICATION: (Kept.PUBLICATION, Kept.DOWN, Kept.TAKEDOWN),
    Action.REMOVE_TAKEDOWN: (Kept.TAKEDOWN,),
    Action.TAKE_BACK_DECISION: (Kept.APPROVAL,),
    Action.TAKE_BACK_POST: (Kept.POSTED,),
    Action.REMOVE_EVENT: (Kept.EVENT,),
    Action.REMOVE_REQUEST: (Kept.REQUEST,),
    Action.REMOVE_ANSWER: (Kept.ANSWER,),
}
"""What is gone from then on; earlier versions logged a task under its post."""

_OF_A_PERSON = (Kept.PERSON, Kept.CONSENT, Kept.FACE, Kept.EVIDENCE)


class History:
    """What was recorded and not removed or erased since, by whom or what it is about.

    `people` is what the log calls each person, by id; whoever is not among them is called as what is no person.
    `unaccounted` are the numbers of entries that erase somebody and do not account for all that was recorded of them.
    Entries of earlier versions, whose hashes are without a key, do not tell everything: `is_earlier` says of which
    subjects there are such, `may_be_emptied` what an erasure by an earlier version may have taken something from.
    """

    def __init__(self, vault: Vault, people: Mapping[str, Alias]) -> None:
        self._vault = vault
        self.people = people
        self._recorded: defaultdict[tuple[Kept, str], dict[str, list[int]]] = defaultdict(dict)
        self._on_people: defaultdict[str, list[str]] = defaultdict(list)
        self._formless_erasures = False
        self._with_key = False
        self._earlier: set[tuple[Kept, str]] = set()
        self._removed_works: set[str] = set()
        self._last_earlier_erasure = 0
        self.entries = 0
        self.unaccounted: list[int] = []

    def noting(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """The same entries as they come, each noted."""
        first = {self._vault.digest(_FORMLESS)}
        for entry in entries:
            if entry.seq == 1:
                # A register of this version or a later one never held an erasure that accounts for nothing.
                self._formless_erasures = entry.payload in first
            self._with_key = self._with_key or is_hashed(entry, self._vault.chained)
            self._note(entry)
            self.entries += 1
            yield entry

    def holds(self, kept: Kept, subject: str, form: bytes, earlier: Iterable[bytes] = ()) -> bool:
        """True when the log recorded just this of the subject, in this form or an earlier one: it is found then."""
        recorded, salt = self._recorded.get(self._key(kept, subject), {}), self._alias(kept, subject).salt
        for digest in (self._vault.digest(candidate, salt) for candidate in chain((form,), earlier)):
            if digest in recorded:
                recorded[digest].pop()
                if not recorded[digest]:
                    del recorded[digest]
                return True
        return False

    def is_earlier(self, kept: Kept, subject: str) -> bool:
        """True when an earlier version recorded something of this kind of the subject, which is not erased since."""
        return self._key(kept, subject) in self._earlier

    def was_removed(self, work: str) -> bool:
        """True for a work of which an earlier version kept the title alone, without an entry that tells it."""
        return self._vault.pseudonym(work) in self._removed_works

    def may_be_emptied(self, kept: Kept, subject: str) -> bool:
        """True when this was recorded before an erasure by an earlier version; it counts as found then."""
        key = self._key(kept, subject)
        before = [
            seq for seqs in self._recorded.get(key, {}).values() for seq in seqs if seq < self._last_earlier_erasure
        ]
        if before:
            self._recorded.pop(key)
        return bool(before)

    def told(self, kept: Kept, subject: str | None = None) -> None:
        """Nothing of this kind is missing, of the subject or of all: it is said already that something is wrong."""
        keys = [key for key in self._recorded if key[0] is kept] if subject is None else [self._key(kept, subject)]
        for key in keys:
            self._recorded.pop(key, None)

    def told_of_others(self, unreadable: int) -> None:
        """Nothing is missing of so many who are there and are none of `people`: it is said that they cannot be read.

        Where the log knows of more than these, somebody is gone, and all that is missing stays so.
        """
        known = {alias.name for alias in self.people.values()}
        others = [key for key in self._recorded if key[0] in _OF_A_PERSON and key[1] not in known]
        if sum(1 for kept, _ in others if kept is Kept.PERSON) <= unreadable:
            for key in others:
                del self._recorded[key]

    def missing(self, kinds: Collection[Kept] = tuple(Kept)) -> list[int]:
        """The numbers of the entries of which nothing was found."""
        found = (recorded for (kept, _), recorded in self._recorded.items() if kept in kinds)
        return sorted(number for recorded in found for numbers in recorded.values() for number in numbers)

    def _key(self, kept: Kept, subject: str) -> tuple[Kept, str]:
        return kept, self._alias(kept, subject).name

    def _alias(self, kept: Kept, subject: str) -> Alias:
        known = self.people.get(subject) if kept in _OF_A_PERSON else None
        return known or Alias(self._vault.pseudonym(subject))

    def _note(self, entry: Entry) -> None:
        if entry.action in ABOUT_PEOPLE and entry.action != Action.ERASE_PERSON:
            self._on_people[entry.subject].append(entry.payload)
        added, replaced = _ADDS.get(entry.action), _REPLACES.get(entry.action)
        if replaced is not None:
            self._recorded[replaced, entry.subject] = {entry.payload: [entry.seq]}
            self._removed_works.discard(entry.subject)
        elif added is not None:
            self._add(added, entry)
        elif entry.action == Action.REMOVE_FACES:
            self._remove_face(entry)
        elif entry.action == Action.REMOVE_WORK:
            self._remove_work(entry)
        elif entry.action in _REMOVES:
            for kept in _REMOVES[entry.action]:
                self._recorded.pop((kept, entry.subject), None)
        elif entry.action == Action.ERASE_PERSON:
            self._erase(entry)

    def _add(self, kept: Kept, entry: Entry) -> None:
        key = (kept, entry.subject)
        if not self._with_key:
            self._earlier.add(key)
            if kept is Kept.FACE:  # how many they were, and nothing of what
                return
        if kept is Kept.WORK:
            self._removed_works.discard(entry.subject)
        self._recorded[key].setdefault(entry.payload, []).append(entry.seq)

    def _remove_face(self, entry: Entry) -> None:
        recorded = self._recorded[Kept.FACE, entry.subject]
        if entry.payload in recorded:
            recorded[entry.payload].pop()
            if not recorded[entry.payload]:
                del recorded[entry.payload]

    def _remove_work(self, entry: Entry) -> None:
        for kept in (Kept.WORK, Kept.ARTWORK):
            self._recorded.pop((kept, entry.subject), None)
        if not self._with_key:
            self._removed_works.add(entry.subject)

    def _erase(self, entry: Entry) -> None:
        accounted = {self._vault.digest(erasure_form(self._on_people[entry.subject]))}
        if self._formless_erasures:
            accounted.add(self._vault.digest(_FORMLESS))
        if entry.payload not in accounted:
            self.unaccounted.append(entry.seq)
        if not self._with_key:
            self._last_earlier_erasure = entry.seq
        self._on_people[entry.subject].append(entry.payload)
        for kept in _OF_A_PERSON:
            self._recorded.pop((kept, entry.subject), None)
            self._earlier.discard((kept, entry.subject))
