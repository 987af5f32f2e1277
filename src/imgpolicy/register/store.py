"""`Register`: what the rest of the program asks of the register and changes in it.

Importing this is light; SQL and cryptography come with the first register that is opened. Every change is one
transaction, with its entry in the log.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Self

from imgpolicy.errors import RegisterError
from imgpolicy.facts import Fingerprint, Vector
from imgpolicy.posting import today
from imgpolicy.register.checks import check_consent, check_person, check_vectors, check_work
from imgpolicy.register.consent import Consent, ConsentKind, biometric_consent, has_biometric
from imgpolicy.register.faces import FaceCount, Gallery
from imgpolicy.register.ids import check_id, id_from_title
from imgpolicy.register.log import Action, Event, first_broken, next_entry
from imgpolicy.register.people import Person
from imgpolicy.register.records import (
    canonical,
    consent_rows,
    consents_from,
    face_row,
    person_from,
    person_row,
    vectors_from,
    work_rows,
    works_from,
)
from imgpolicy.register.rows import PersonRow
from imgpolicy.register.works import KnownFingerprint, Work, WorkKind

if TYPE_CHECKING:
    from imgpolicy.register.sql.database import Database
    from imgpolicy.register.sql.transaction import Transaction
    from imgpolicy.register.vault import PersonKey, Vault

_TICK = dt.timedelta(microseconds=1)


class Register:
    """An open register: a database and the keys to it. Leaving it as a context manager closes it.

    Everything here raises RegisterError, in one line, when the register refuses or cannot be read or written.
    """

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    @classmethod
    def create(cls, url: str, key: bytes) -> Self:
        """A new register, open, encrypted under `key` (32 bytes); one that is there already is refused.

        `url` is such as ``sqlite:///folder/register.sqlite``, relative to the working folder unless absolute.
        """
        from imgpolicy.register.sql.database import create_database
        from imgpolicy.register.vault import Vault

        wrapped = Vault.wrap_new(key)
        vault = Vault(key, wrapped)

        def fill(transaction: Transaction) -> None:
            transaction.set_key(wrapped)
            _append(transaction, vault, Action.CREATE, "", b"")

        return cls(create_database(url, fill), vault)

    @classmethod
    def open(cls, url: str, key: bytes) -> Self:
        """The register that is there, brought up to date; RegisterError when there is none or `key` is not its key."""
        from imgpolicy.register.sql.database import open_database
        from imgpolicy.register.vault import Vault

        database = open_database(url)
        try:
            with database.reading() as transaction:
                wrapped = transaction.key()
            return cls(database, Vault(key, wrapped))
        except BaseException:
            database.close()
            raise

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def head(self) -> str:
        """The last hash of the log, 64 hex digits: it stands for the state of the whole register."""
        with self._database.reading() as transaction:
            last = transaction.last_entry()
        if last is None:
            raise RegisterError("the register is damaged: its log is empty")
        return last.hash

    def first_broken_entry(self) -> int | None:
        """The number of the first entry of the log that is missing or altered; None when the log is whole."""
        with self._database.reading() as transaction:
            return first_broken(transaction.log())

    def add_person(self, person: Person) -> None:
        """Add somebody under an id that is not taken; a guardian must be there already."""
        check_person(person)
        with self._database.writing() as transaction:
            if transaction.people(person.id):
                raise RegisterError(f"there is a person {person.id!r} already; choose another id")
            if person.guardian is not None:
                _row(transaction, person.guardian)
            wrapped = self._vault.new_person_key(person.id)
            transaction.insert([person_row(person, wrapped, self._vault.open_person(person.id, wrapped))])
            self._log(transaction, Action.ADD_PERSON, person.id, canonical(person))

    def people(self) -> tuple[Person, ...]:
        """Everybody, by id."""
        with self._database.reading() as transaction:
            return tuple(person_from(row, self._key(row)) for row in transaction.people())

    def person(self, person_id: str) -> Person:
        """The one person; RegisterError when nobody has this id."""
        with self._database.reading() as transaction:
            row = _row(transaction, person_id)
            return person_from(row, self._key(row))

    def record_consent(self, consent: Consent) -> Consent:
        """Record what a person stated, as it is kept.

        Statements count in the order in which they are recorded: when its `at` is not later than that of the
        person's last one, as after a clock was set back, it is moved behind that. A denial of biometrics removes
        the person's face vectors with it.
        """
        check_consent(consent)
        with self._database.writing() as transaction:
            key = self._key(_row(transaction, consent.person))
            if transaction.consent_owner(consent.id) is not None:
                raise RegisterError(f"there is a consent {consent.id!r} already")
            last = transaction.last_statement(consent.person)
            if last is not None and consent.at <= last:
                consent = dataclasses.replace(consent, at=last + _TICK)
            row, scope = consent_rows(consent, key)
            transaction.insert([row])
            transaction.insert(scope)
            self._log(transaction, Action.RECORD_CONSENT, consent.person, canonical(consent))
            if consent.kind is ConsentKind.BIOMETRIC and consent.denies:
                self._remove_faces(transaction, consent.person)
        return consent

    def consents(self, person_id: str | None = None) -> tuple[Consent, ...]:
        """The consents of one person, or of everybody, by person and in the order in which they were stated."""
        with self._database.reading() as transaction:
            rows = transaction.people() if person_id is None else [_row(transaction, person_id)]
            return self._consents(transaction, self._keys(rows), person_id)

    def add_faces(self, person_id: str, engine: str, vectors: Sequence[Vector]) -> None:
        """Enrol face vectors, all of them or none, on the biometric consent that the person has today."""
        check_vectors(engine, vectors)
        with self._database.writing() as transaction:
            key = self._key(_row(transaction, person_id))
            basis = biometric_consent(
                self._consents(transaction, {person_id: key}, person_id, ConsentKind.BIOMETRIC), today()
            )
            if basis is None:
                raise RegisterError(f"{person_id!r} has no biometric consent that is valid today; grant one first")
            rows = [face_row(basis, engine, vector, key) for vector in vectors]
            if transaction.sealed_length(engine) not in {None, len(rows[0].vector)}:
                raise RegisterError(
                    f"these face vectors are of another length than those of {engine!r} in the register"
                )
            transaction.insert(rows)
            self._log(transaction, Action.ADD_FACES, person_id, f"{len(rows)} {engine}".encode())

    def faces(self, person_id: str | None = None) -> tuple[FaceCount, ...]:
        """How many face vectors there are of one person, or of everybody, by person and engine."""
        with self._database.reading() as transaction:
            if person_id is not None:
                _row(transaction, person_id)
            counts = transaction.count_faces(person_id)
        return tuple(FaceCount(person=person, engine=engine, count=count) for person, engine, count in counts)

    def gallery(self, engine: str, on: dt.date) -> Gallery:
        """The vectors of one engine of everybody whose biometric consent is valid on that day."""
        with self._database.reading() as transaction:
            keys = self._keys(transaction.people())
            consents = self._consents(transaction, keys, kind=ConsentKind.BIOMETRIC)
            by_person = itertools.groupby(consents, key=lambda consent: consent.person)
            allowed = {person for person, own in by_person if has_biometric(own, on)}
            sealed = [(person, vector) for person, vector in transaction.vectors(engine) if person in allowed]
            vectors = vectors_from(sealed, engine, keys)
        return Gallery(engine=engine, owners=tuple(person for person, _ in sealed), vectors=vectors)

    def add_work(
        self,
        title: str,
        fingerprints: Sequence[Fingerprint],
        *,
        kind: WorkKind = WorkKind.WORK,
        owner: str | None = None,
        work_id: str | None = None,
    ) -> Work:
        """Add a work, logo or mark, shown by one picture or several; its id is made from the title unless given.

        A picture that already stands for a work is refused.
        """
        check_work(title, owner, fingerprints)
        with self._database.writing() as transaction:
            taken = transaction.work_ids()
            work = Work(
                id=id_from_title(title, taken) if work_id is None else check_id(work_id),
                kind=kind,
                title=title,
                owner=owner,
                fingerprints=tuple(KnownFingerprint.of(fingerprint) for fingerprint in fingerprints),
            )
            if work.id in taken:
                raise RegisterError(f"there is a work {work.id!r} already; choose another id")
            for known in transaction.fingerprints([fingerprint.sha256 for fingerprint in fingerprints]):
                raise RegisterError(f"this picture is in the register already, as {known.work!r}")
            row, prints = work_rows(work)
            transaction.insert([row])
            transaction.insert(prints)
            self._log(transaction, Action.ADD_WORK, work.id, canonical(work))
        return work

    def works(self) -> tuple[Work, ...]:
        """Every work, logo and mark, by id."""
        with self._database.reading() as transaction:
            return works_from(transaction.works(), transaction.fingerprints())

    def _key(self, row: PersonRow) -> PersonKey:
        return self._vault.open_person(row.id, row.key)

    def _keys(self, rows: Iterable[PersonRow]) -> dict[str, PersonKey]:
        return {row.id: self._key(row) for row in rows}

    @staticmethod
    def _consents(
        transaction: Transaction,
        keys: Mapping[str, PersonKey],
        person: str | None = None,
        kind: ConsentKind | None = None,
    ) -> tuple[Consent, ...]:
        return consents_from(transaction.consents(person, kind), transaction.scopes(person, kind), keys)

    def _remove_faces(self, transaction: Transaction, person: str) -> None:
        removed = transaction.delete_faces(person)
        if removed:
            self._log(transaction, Action.REMOVE_FACES, person, str(removed).encode())

    def _log(self, transaction: Transaction, action: Action, subject: str, content: bytes) -> None:
        _append(transaction, self._vault, action, subject, content)


def _append(transaction: Transaction, vault: Vault, action: Action, subject: str, content: bytes) -> None:
    event = Event(dt.datetime.now(dt.UTC), action, vault.pseudonym(subject), vault.digest(content))
    transaction.insert([next_entry(transaction.last_entry(), event)])


def _row(transaction: Transaction, person_id: str) -> PersonRow:
    for row in transaction.people(person_id):
        return row
    raise RegisterError(f"there is nobody {person_id[:80]!r} in the register; `imgpolicy person list` shows who is")
