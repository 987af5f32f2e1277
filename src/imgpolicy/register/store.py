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

from imgpolicy.domain.consent import Consent, ConsentKind, has_biometric
from imgpolicy.domain.dismissal import Dismissal
from imgpolicy.domain.licence import Licence
from imgpolicy.domain.person import Person
from imgpolicy.domain.work import KnownArtwork, KnownFingerprint, KnownLogo, Work, WorkKind
from imgpolicy.errors import RegisterError
from imgpolicy.facts import Fingerprint, Vector
from imgpolicy.register import changes, logos
from imgpolicy.register.dismissals import dismissals
from imgpolicy.register.faces import FaceCount, Gallery
from imgpolicy.register.index import IndexFile, WorksState
from imgpolicy.register.log import Action, first_broken
from imgpolicy.register.prints import Prints
from imgpolicy.register.reading import KEPT_FROM, WorkPrints, extended, holds, is_much, read_anew, works_state
from imgpolicy.register.records import person_from, statements_from, vectors_from, works_from
from imgpolicy.register.rows import WorkRow
from imgpolicy.register.session import Session

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
        self._index = None if database.file is None else IndexFile(database.file, vault)

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
            session = Session(transaction, self._vault)
            yield session
            self._forget_removed(session)
        # Once more: another process may have put it there until the change could be seen.
        self._forget_removed(session)

    def _forget_removed(self, session: Session) -> None:
        if self._index is not None and Action.REMOVE_WORK in session.done:
            self._index.remove()

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

    def logos_with_artwork(self) -> tuple[KnownLogo, ...]:
        """The logos that can be looked for in a part of a picture, by id."""
        with self.reading() as session:
            return logos.logos_with_artwork(session)

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

    def work_prints(self, known: WorkPrints | None = None) -> WorkPrints:
        """What all works are recognised by; `known`, what it was before, is itself given back while it still is so.

        Only the rows that are new since are read, and a SQLite register's arrays are kept in a file beside it.
        """
        with self.reading() as session:
            transaction = session.transaction
            state = works_state(transaction)
            if known is not None and known.state == state:
                return known
            base = self._base(transaction, known, state)
            found = read_anew(transaction, state) if base is None else extended(transaction, *base, state)
        if self._index is not None and (base is None or found.base is not base[1]):
            self._keep(self._index, found)
        return found

    def _base(
        self, transaction: Transaction, known: WorkPrints | None, state: WorksState
    ) -> tuple[WorksState, Prints] | None:
        """Arrays that still hold: those at hand, or, when there are none or much came after them, those in the file."""
        mine = (known.since, known.base) if known is not None and holds(transaction, known.since) else None
        if self._index is None or (mine is not None and not is_much(*mine, state)):
            return mine
        kept = self._index.read()
        return kept if kept is not None and holds(transaction, kept[0]) else mine

    def _keep(self, index: IndexFile, found: WorkPrints) -> None:
        """Put the arrays beside the register, unless a work that is in them was removed meanwhile."""
        if found.base.pictures < KEPT_FROM:
            index.discard()
            return
        index.write(found.since, found.base)
        with self.reading() as session:
            still = holds(session.transaction, found.since)
        if not still:
            index.discard()

    def licences(self, work: str | None = None) -> tuple[Licence, ...]:
        """The licences to one work or to all, by work and in the order in which they were recorded."""
        with self.reading() as session:
            return session.licences(work)
