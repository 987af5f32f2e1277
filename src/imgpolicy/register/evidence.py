"""What proves a consent: files, stored encrypted with their SHA-256, and the notices that people were shown."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

import msgspec

from imgpolicy.errors import RegisterError
from imgpolicy.register.checks import check_evidence, check_notice
from imgpolicy.register.log import Action
from imgpolicy.register.rows import EvidenceRow, NoticeRow
from imgpolicy.register.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A stored file: its name and the SHA-256 and size of its content; `consent` is the record that it proves."""

    id: str
    person: str
    consent: str | None
    name: str
    sha256: str
    size: int
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class _Details:
    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A text that people were shown when they were asked, by version and language (BCP 47)."""

    id: str
    version: str
    language: str
    text: str


def add_evidence(session: Session, person: str, name: str, content: bytes, *, consent: str | None = None) -> Evidence:
    """Store a file that proves what this person said; `consent` is the record that it belongs to."""
    check_evidence(name, content)
    key = session.key(session.row(person))
    if consent is not None and session.transaction.consent_owner(consent) != person:
        raise RegisterError(f"{person!r} has no consent {consent[:80]!r}")
    evidence = Evidence(
        id=f"e-{secrets.token_hex(6)}",
        person=person,
        consent=consent,
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        at=dt.datetime.now(dt.UTC),
    )
    details = msgspec.json.encode(_Details(name, evidence.sha256, evidence.size))
    row = EvidenceRow(
        id=evidence.id,
        person=person,
        consent=consent,
        at=evidence.at,
        details=key.seal(_place("details", evidence.id), details),
        content=key.seal(_place("content", evidence.id), content),
    )
    session.transaction.insert([row])
    session.log(Action.ADD_EVIDENCE, person, msgspec.json.encode(evidence))
    return evidence


def evidence_of(session: Session, person: str) -> tuple[Evidence, ...]:
    """The files stored of one person, in the order in which they came."""
    session.row(person)
    found = (_opened(session, row) for row in session.transaction.find(EvidenceRow, "person", person))
    return tuple(sorted(found, key=lambda evidence: (evidence.at, evidence.id)))


def read_evidence(session: Session, evidence_id: str) -> tuple[Evidence, bytes]:
    """One file with its content, which is what its SHA-256 says; RegisterError when there is none."""
    for row in session.transaction.find(EvidenceRow, "id", evidence_id):
        evidence = _opened(session, row)
        content = session.key(session.row(row.person)).unseal(_place("content", row.id), row.content)
        if hashlib.sha256(content).hexdigest() != evidence.sha256:
            raise RegisterError(f"the register is damaged: the content of {evidence_id!r} is not what its SHA-256 says")
        return evidence, content
    raise RegisterError(f"there is no evidence {evidence_id[:80]!r}; `imgpolicy evidence show PERSON` lists a person's")


def add_notice(session: Session, version: str, language: str, text: str) -> Notice:
    """Keep a notice; one that is there already stays as it is."""
    check_notice(version, language, text)
    digest = hashlib.sha256(msgspec.json.encode((version, language, text))).hexdigest()
    notice = Notice(id=f"n-{digest[:32]}", version=version, language=language, text=text)
    if not session.transaction.find(NoticeRow, "id", notice.id):
        session.transaction.insert([NoticeRow(notice.id, version, language, text)])
        session.log(Action.ADD_NOTICE, notice.id, msgspec.json.encode(notice))
    return notice


def notices(session: Session) -> tuple[Notice, ...]:
    """Every notice, by id."""
    return tuple(Notice(**row._asdict()) for row in session.transaction.find(NoticeRow))


def _opened(session: Session, row: EvidenceRow) -> Evidence:
    sealed = session.key(session.row(row.person)).unseal(_place("details", row.id), row.details)
    details = msgspec.json.decode(sealed, type=_Details)
    return Evidence(
        id=row.id,
        person=row.person,
        consent=row.consent,
        name=details.name,
        sha256=details.sha256,
        size=details.size,
        at=row.at,
    )


def _place(column: str, evidence: str) -> str:
    return f"evidence.{column}:{evidence}"
