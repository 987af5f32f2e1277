"""`Register`: what the rest of the program asks of the register and changes in it.

Importing this is light; SQL and cryptography come with the first register that is opened. Every change is one
transaction, with its entry in the log.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

from imgpolicy.errors import RegisterError
from imgpolicy.facts import Fingerprint, Vector
from imgpolicy.register import changes, logos
from imgpolicy.register.consent import Consent, ConsentKind, has_biometric
from imgpolicy.register.dismissals import Dismissal, dismissals
from imgpolicy.register.faces import FaceCount, Gallery
from imgpolicy.register.licence import Licence
from imgpolicy.register.log import Action, first_broken
from imgpolicy.register.logos import KnownArtwork, KnownLogo
from imgpolicy.register.people import Person
from imgpolicy.register.prints import Prints, prints_from
from imgpolicy.register.records import person_from, statements_from, vectors_from, works_from
from imgpolicy.register.rows import WorkRow
from imgpolicy.register.session import Session
from imgpolicy.register.works import LOGOS, KnownFingerprint, Work, WorkKind

if TYPE_CHECKING:
    from imgpolicy.register.sql.database import Database
    from imgpolicy.register.sql.transaction import Transaction
    from imgpolicy.register.vault import Vault


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
            Session(transaction, vault).log(Action.CREATE, "", b"")

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

    def backup(self, target: Path) -> None:
        """Copy the register into a new SQLite file, as it stands at one moment; it opens with the same key."""
        self._database.backup(target)

    def scrub(self) -> bool:
        """True when what was deleted has left the files; False while another program reads them."""
        return self._database.scrub()

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

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """One state of the register, whatever others write meanwhile."""
        with self._database.reading() as transaction:
            yield Session(transaction, self._vault)

    @contextlib.contextmanager
    def writing(self) -> Iterator[Session]:
        """All of what is done inside, or nothing of it; other writers wait."""
        with self._database.writing() as transaction:
            yield Session(transaction, self._vault)

    def add_person(self, person: Person) -> None:
        """See `changes.add_person`."""
        with self.writing() as session:
            changes.add_person(session, person)

    def people(self) -> tuple[Person, ...]:
        """Everybody, by id."""
        with self.reading() as session:
            return tuple(person_from(row, session.key(row)) for row in session.transaction.people())

    def person(self, person_id: str) -> Person:
        """The one person; RegisterError when nobody has this id."""
        with self.reading() as session:
            return session.person(person_id)

    def record_consent(self, consent: Consent) -> Consent:
        """Record what a person stated, as it is kept: see `changes.record_consent`."""
        with self.writing() as session:
            return changes.record_consent(session, consent)

    def consents(self, person_id: str | None = None) -> tuple[Consent, ...]:
        """The consents of one person, or of everybody, by person and in the order in which they were stated."""
        with self.reading() as session:
            if person_id is not None:
                return session.consents(person_id)
            return session.consents_of(session.keys(session.transaction.people()))

    def add_faces(self, person_id: str, engine: str, vectors: Sequence[Vector]) -> None:
        """Enrol face vectors, all of them or none, on the biometric consent that the person has today."""
        with self.writing() as session:
            changes.add_faces(session, person_id, engine, vectors)

    def faces(self, person_id: str | None = None) -> tuple[FaceCount, ...]:
        """How many face vectors there are of one person, or of everybody, by person and engine."""
        with self.reading() as session:
            if person_id is not None:
                session.row(person_id)
            counts = session.transaction.count_faces(person_id)
        return tuple(FaceCount(person=person, engine=engine, count=count) for person, engine, count in counts)

    def gallery(self, engine: str, on: dt.date, people: Collection[str] | None = None) -> Gallery:
        """The vectors of one engine of everybody whose biometric consent is valid on that day, or of these people.

        No other vector is opened.
        """
        with self.reading() as session:
            keys = session.keys(session.transaction.people())
            consents = statements_from(session.transaction.consents(kind=ConsentKind.BIOMETRIC))
            by_person = itertools.groupby(consents, key=lambda consent: consent.person)
            allowed = {person for person, own in by_person if has_biometric(own, on)}
            allowed &= allowed if people is None else set(people)
            sealed = [(person, vector) for person, vector in session.transaction.vectors(engine) if person in allowed]
            vectors = vectors_from(sealed, engine, keys)
        return Gallery(engine=engine, owners=tuple(person for person, _ in sealed), vectors=vectors)

    def dismissals(self) -> tuple[Dismissal, ...]:
        """What reviewers said of found faces and did not take back, in the order in which it was said."""
        with self.reading() as session:
            return tuple(found for found in dismissals(session) if found.ending is None)

    def add_work(
        self,
        title: str,
        fingerprints: Sequence[Fingerprint | KnownFingerprint],
        *,
        kind: WorkKind = WorkKind.WORK,
        owner: str | None = None,
        work_id: str | None = None,
    ) -> Work:
        """Add a work, logo or mark: see `changes.add_work`."""
        with self.writing() as session:
            return changes.add_work(session, title, fingerprints, kind=kind, owner=owner, work_id=work_id)

    def add_logo(
        self, name: str, fingerprints: Sequence[Fingerprint], artworks: Sequence[KnownArtwork], *, kind: WorkKind
    ) -> Work:
        """See `logos.add_logo`."""
        with self.writing() as session:
            return logos.add_logo(session, name, fingerprints, artworks, kind=kind)

    def remove_logo(self, logo_id: str) -> KnownLogo:
        """See `logos.remove_logo`."""
        with self.writing() as session:
            return logos.remove_logo(session, logo_id)

    def logos(self) -> tuple[KnownLogo, ...]:
        """Every logo with its artwork, by id."""
        with self.reading() as session:
            return logos.logos(session)

    def works(self) -> tuple[Work, ...]:
        """Every work, logo and mark, by id."""
        with self.reading() as session:
            return works_from(session.transaction.works(), session.transaction.work_pictures())

    def work(self, work_id: str) -> Work:
        """The one work without its fingerprints; RegisterError when it is not there."""
        with self.reading() as session:
            for work in works_from(session.transaction.find(WorkRow, "id", work_id), ()):
                return work
        raise RegisterError(f"there is no work {work_id[:80]!r} in the register; `imgpolicy work list` shows them")

    def remove_work(self, work_id: str) -> Work:
        """See `changes.remove_work`."""
        with self.writing() as session:
            return changes.remove_work(session, work_id)

    def prints(self) -> Prints:
        """The fingerprints and features of all works, ready to be searched."""
        with self.reading() as session:
            transaction = session.transaction
            logos = {row.id for kind in LOGOS for row in transaction.find(WorkRow, "kind", kind.value)}
            return prints_from(transaction.prints(), transaction.features(), logos)

    def works_state(self) -> int:
        """A number that changes whenever works do."""
        with self.reading() as session:
            return (
                session.transaction.last_of((Action.CREATE, Action.ADD_WORK, Action.ADD_ARTWORK, Action.REMOVE_WORK))
                or 0
            )

    def licences(self, work: str | None = None) -> tuple[Licence, ...]:
        """The licences to one work or to all, by work and in the order in which they were recorded."""
        with self.reading() as session:
            return session.licences(work)
