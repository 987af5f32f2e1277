"""What proves a consent or a licence: files, stored encrypted with their SHA-256; and the notices people were shown."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import msgspec

from imgpolicy.domain.canonical import evidence_form, notice_form
from imgpolicy.domain.evidence import Evidence, Notice
from imgpolicy.domain.ids import new_id
from imgpolicy.domain.log import Action
from imgpolicy.domain.validate import check_evidence, check_notice
from imgpolicy.errors import RegisterError
from imgpolicy.phrase import phrase
from imgpolicy.register.people import log_on, person_key, person_row
from imgpolicy.register.sql.evidence import EvidenceRow, LicenceEvidenceRow, NoticeRow
from imgpolicy.register.unit import UnitOfWork


class _Key(Protocol):
    """What seals: a person's key, or the register's own for what is about no one person."""

    def seal(self, place: str, data: bytes) -> bytes: ...
    def unseal(self, place: str, sealed: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class _Details:
    name: str
    sha256: str
    size: int


def add_evidence(unit: UnitOfWork, person: str, name: str, content: bytes, *, consent: str | None = None) -> Evidence:
    """Store a file that proves what this person said; `consent` is the record that it belongs to."""
    check_evidence(name, content)
    key = person_key(unit, person)
    if consent is not None and unit.sql.consents.owner(consent) != person:
        raise RegisterError(
            phrase("{person} has no consent {consent}", person=repr(person), consent=repr(consent[:80]))
        )
    evidence = _new(name, content, person=person, consent=consent)
    details, sealed = _sealed(key, "evidence", evidence, content)
    unit.sql.evidence.insert([EvidenceRow(evidence.id, person, consent, evidence.at, details, sealed)])
    log_on(unit, Action.ADD_EVIDENCE, person, evidence_form(evidence))
    return evidence


def add_licence_evidence(unit: UnitOfWork, licence: str, name: str, content: bytes) -> Evidence:
    """Store a file that proves this licence."""
    check_evidence(name, content)
    if unit.sql.licences.work(licence) is None:
        raise RegisterError(
            phrase("there is no licence {licence}; `imgpolicy licence list` shows them", licence=repr(licence[:80]))
        )
    evidence = _new(name, content, licence=licence)
    details, sealed = _sealed(unit.vault, "licence_evidence", evidence, content)
    unit.sql.evidence.insert([LicenceEvidenceRow(evidence.id, licence, evidence.at, details, sealed)])
    unit.log(Action.ADD_LICENCE_EVIDENCE, licence, evidence_form(evidence))
    return evidence


def forget_evidence(unit: UnitOfWork, person: str) -> None:
    """Remove the files that prove what this person said."""
    unit.sql.evidence.delete(EvidenceRow, "person", person)


def evidence_of(unit: UnitOfWork, person: str) -> tuple[Evidence, ...]:
    """The files stored of one person, in the order in which they came."""
    person_row(unit, person)
    return _in_order(_opened(unit, row) for row in unit.sql.evidence.find(EvidenceRow, "person", person))


def licence_evidence(unit: UnitOfWork, licence: str | None = None) -> tuple[Evidence, ...]:
    """The files stored of one licence, or of all, in the order in which they came."""
    where = () if licence is None else ("licence", licence)
    return _in_order(_opened(unit, row) for row in unit.sql.evidence.find(LicenceEvidenceRow, *where))


def read_evidence(unit: UnitOfWork, evidence_id: str) -> tuple[Evidence, bytes]:
    """One file with its content, which is what its SHA-256 says; RegisterError when there is none."""
    rows: list[EvidenceRow | LicenceEvidenceRow] = [
        *unit.sql.evidence.find(EvidenceRow, "id", evidence_id),
        *unit.sql.evidence.find(LicenceEvidenceRow, "id", evidence_id),
    ]
    for row in rows:
        evidence = _opened(unit, row)
        key, table = _key(unit, row)
        content = key.unseal(f"{table}.content:{row.id}", row.content)
        if hashlib.sha256(content).hexdigest() != evidence.sha256:
            raise RegisterError(
                phrase(
                    "the register is damaged: the content of {evidence} is not what its SHA-256 says",
                    evidence=repr(evidence_id),
                )
            )
        return evidence, content
    raise RegisterError(
        phrase(
            "there is no evidence {evidence}; `imgpolicy evidence show PERSON` lists a person's",
            evidence=repr(evidence_id[:80]),
        )
    )


def add_notice(unit: UnitOfWork, version: str, language: str, text: str) -> Notice:
    """Keep a notice; one that is there already stays as it is."""
    check_notice(version, language, text)
    digest = hashlib.sha256(msgspec.json.encode((version, language, text))).hexdigest()
    notice = Notice(id=f"n-{digest[:32]}", version=version, language=language, text=text)
    if not unit.sql.evidence.find(NoticeRow, "id", notice.id):
        unit.sql.evidence.insert([NoticeRow(notice.id, version, language, text)])
        unit.log(Action.ADD_NOTICE, notice.id, notice_form(notice))
    return notice


def notices(unit: UnitOfWork) -> tuple[Notice, ...]:
    """Every notice, by id."""
    return tuple(Notice(**row._asdict()) for row in unit.sql.evidence.find(NoticeRow))


def _new(
    name: str, content: bytes, *, person: str | None = None, consent: str | None = None, licence: str | None = None
) -> Evidence:
    return Evidence(
        id=new_id("e"),
        person=person,
        consent=consent,
        licence=licence,
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        at=dt.datetime.now(dt.UTC),
    )


def _sealed(key: _Key, table: str, evidence: Evidence, content: bytes) -> tuple[bytes, bytes]:
    """The details and the content as they are stored."""
    details = msgspec.json.encode(_Details(evidence.name, evidence.sha256, evidence.size))
    return key.seal(f"{table}.details:{evidence.id}", details), key.seal(f"{table}.content:{evidence.id}", content)


def _key(unit: UnitOfWork, row: EvidenceRow | LicenceEvidenceRow) -> tuple[_Key, str]:
    """What the row was sealed with, and as part of which table."""
    if isinstance(row, LicenceEvidenceRow):
        return unit.vault, "licence_evidence"
    return person_key(unit, row.person), "evidence"


def _opened(unit: UnitOfWork, row: EvidenceRow | LicenceEvidenceRow) -> Evidence:
    key, table = _key(unit, row)
    details = msgspec.json.decode(key.unseal(f"{table}.details:{row.id}", row.details), type=_Details)
    return Evidence(
        id=row.id,
        person=row.person if isinstance(row, EvidenceRow) else None,
        consent=row.consent if isinstance(row, EvidenceRow) else None,
        licence=row.licence if isinstance(row, LicenceEvidenceRow) else None,
        name=details.name,
        sha256=details.sha256,
        size=details.size,
        at=row.at,
    )


def _in_order(found: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return tuple(sorted(found, key=lambda evidence: (evidence.at, evidence.id)))
