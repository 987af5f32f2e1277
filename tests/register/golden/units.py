# mypy: ignore-errors
"""What `later.py` records, by code whose verbs take a unit of work: see `fill.py`."""

from __future__ import annotations

import dataclasses
import json
import sys
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import ModuleType, SimpleNamespace

from first import KEY, at
from later import Later


class Units(Later):
    """A register that is being filled through units of work."""

    def __init__(self, checker: object, folder: Path) -> None:
        from imgpolicy import report
        from imgpolicy.assembly import face_engine
        from imgpolicy.register import consents
        from imgpolicy.service import recording

        as_it_was_called("imgpolicy.recording", recording)
        as_it_was_called("imgpolicy.wire.report", report)
        as_it_was_called("imgpolicy.register.changes", consents)
        self.checker = checker
        self.register = Bridge(checker.register)
        self.folder = folder
        self.engine = face_engine(checker.policy.engine, checker.policy.folder)
        self.about: dict[str, list[str]] = {}

    def people(self) -> None:
        """The same people; one of the children has two guardians."""
        import imgpolicy.domain.person as domain

        person = domain.Person
        domain.Person = lambda *, guardian=None, **fields: person(
            **fields, guardians=frozenset() if guardian is None else frozenset({guardian, "eileen"})
        )
        try:
            super().people()
        finally:
            domain.Person = person

    def decisions(self) -> None:
        """The same, with a double whose face is unlike the others that were made up for them."""
        from imgpolicy import enrol

        plain = enrol.enrol_faces
        enrol.enrol_faces = partial(plain, confirmed=True)
        try:
            super().decisions()
        finally:
            enrol.enrol_faces = plain

    def desk(self) -> None:
        """Two accounts, a session, a token, and two pictures on the desk: one of somebody who is erased later."""
        import datetime as dt

        from imgpolicy.domain.account import Account, AccountRole, Right
        from imgpolicy.register.accounts import add_account, end_account, set_password
        from imgpolicy.register.passwords import hashed
        from imgpolicy.register.sessions import add_token, begin_session

        with self.register.writing() as unit:
            add_account(unit, Account(id="anna", name="Anna Admin", role=AccountRole.ADMIN))
            add_account(unit, Account(id="berta", name="Berta Reviewer", role=AccountRole.REVIEWER))
            set_password(unit, "anna", hashed("correct horse battery"))
            begin_session(unit, "anna")
            ends = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
            add_token(unit, "anna", "website", frozenset({Right.SEE}), ends)
            end_account(unit, "berta")
        for number, person in enumerate(("mina", "rosa"), 1):
            self._laid_down(f"i-{number}", person)

    def webhooks(self) -> None:
        """Somebody who is told of what is withdrawn, and somebody who is told of nothing any more."""
        from imgpolicy.domain.webhook import EventKind, Webhook
        from imgpolicy.register.webhooks import add_webhook, remove_webhook

        with self.register.writing() as unit:
            for one in ("w-told", "w-removed"):
                url = f"https://cms.example.org/{one}"
                add_webhook(unit, Webhook(id=one, url=url, events=frozenset(EventKind)), one.encode() * 8)
            remove_webhook(unit, "w-removed")

    def _laid_down(self, item: str, person: str) -> None:
        """A picture that was answered on, handed in and accepted."""
        from imgpolicy.domain.desk import Approval, Batch, ItemState, Seen
        from imgpolicy.domain.posting import Posting
        from imgpolicy.domain.verdict import Verdict
        from imgpolicy.register.desk import add_approval, add_batch, add_item, hand_in_picture, put, with_answers
        from imgpolicy.register.desk_rows import PICTURE, Given, ItemRecord, Secret

        seen = Seen("P101", Verdict.NO_GO, None, "a face of nobody known")
        report = json.dumps({"reports": [{"faces": [{"person": person}]}]}).encode()
        known = {"head": "0" * 64, "policy": "0" * 64, "day": at(12).date(), "seen": (seen,)}
        given = Given(reports={"en": report}, sha256="ab" * 32, verdict=Verdict.NO_GO, **known)
        batch = Batch(
            id=f"b-{item}",
            account="anna",
            at=at(12),
            profile=None,
            posting=Posting(channel="website", people=(person,)),
        )
        own = {"id": item, "batch": batch.id, "account": "anna", "number": 1}
        record = ItemRecord(
            **own, state=ItemState.WAITING, verdict=None, at=at(12), changed=at(12), secret=Secret(name="a.jpg")
        )
        with self.register.writing() as unit:
            add_batch(unit, batch)
            record = put(unit, with_answers(unit, add_item(unit, record), {PICTURE: given}))
            record = hand_in_picture(unit, record, "anna", "she agreed by phone")
            word = Approval(by="berta", name="Berta Reviewer", accept=True, reason="I know her", at=at(12, 10))
            add_approval(unit, record, word)

    def more_contents(self, revision: str) -> dict[str, object]:
        """The rest, with what is on the desk."""
        contents = super().more_contents(revision)
        if revision < "0010":
            return contents
        from imgpolicy.register.accounts import accounts
        from imgpolicy.register.desk import item_record

        with self.register.reading() as unit:
            records = [item_record(unit, item) for item in ("i-1", "i-2")]
            ended = {one.id: one.ended is not None for one in accounts(unit)}
        contents |= {"accounts": ended, "desk": {one.id: [one.state.value, one.gone] for one in records}}
        if revision < "0011":
            return contents
        from imgpolicy.register.webhooks import webhooks

        with self.register.reading() as unit:
            told = [one.id for one in webhooks(unit)]
        return contents | {"webhooks": told}

    def last_changes(self) -> None:
        """What takes back, ends, changes and erases."""
        from imgpolicy.register.erasure import erase_person
        from imgpolicy.register.faces import enrolled_faces, remove_faces
        from imgpolicy.register.licences import end_licence
        from imgpolicy.register.maintenance import change_key
        from imgpolicy.register.people import edit_person, person
        from imgpolicy.register.publications import close_takedown

        self._say("public", "c-p7", "withdrawn", reason="moved away")
        with self.register.writing() as unit:
            close_takedown(unit, "p-4")
            edit_person(unit, dataclasses.replace(person(unit, "noor"), relation="former pupil"))
            end_licence(unit, "l-2", "the gallery closed")
            remove_faces(unit, "ellen", [enrolled_faces(unit, "ellen")[0].face])
        erase_person(self.register.plain, "rosa")
        self.about["d-erased"] = []
        with self.register.writing() as unit:
            change_key(unit, KEY)

    def contents(self) -> dict[str, object]:
        """What every layout has."""
        people = self.register.people()
        self.register.people = lambda: [
            SimpleNamespace(id=one.id, name=one.name, guardian=min(one.guardians, default=None)) for one in people
        ]
        return super().contents()


class Bridge:
    """A register whose verbs are called as they were before they took a unit."""

    def __init__(self, plain: object) -> None:
        from imgpolicy.register import consents, faces, licences, logos, people, statements, works

        self.plain = plain
        for name, place in (
            *(("add_person", people), ("add_faces", faces), ("record_consent", consents), ("add_logo", logos)),
            *(("add_work", works), ("remove_work", works), ("remove_logo", logos)),
        ):
            setattr(self, name, partial(self._write, getattr(place, name)))
        for name, place in (
            *(("people", people), ("consents", statements), ("works", works), ("faces", faces), ("logos", logos)),
            ("licences", licences),
        ):
            setattr(self, name, partial(self._read, getattr(place, name)))

    def __getattr__(self, name: str) -> object:
        return getattr(self.plain, name)

    @contextmanager
    def reading(self) -> object:
        """A unit that has the verbs which a session had."""
        with self.plain.reading() as unit:
            unit.licences = self.licences
            yield unit

    def _write(self, verb: object, *arguments: object, **fields: object) -> object:
        with self.plain.writing() as unit:
            return verb(unit, *arguments, **fields)

    def _read(self, verb: object) -> object:
        with self.plain.reading() as unit:
            return verb(unit)


def as_it_was_called(name: str, module: ModuleType) -> None:
    """Let a module be imported by its former name."""
    sys.modules[name] = module
    parent, _, last = name.rpartition(".")
    setattr(sys.modules[parent], last, module)
