"""Files that prove what was said, and notices, as JSON."""

from __future__ import annotations

import datetime as dt

import msgspec

from imgpolicy.domain.evidence import Evidence, Notice


class FileWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stored file, without its content."""

    id: str
    person: str | None = None
    consent: str | None = None
    licence: str | None = None
    name: str
    sha256: str
    size: int
    at: dt.datetime


class EvidenceWire(FileWire, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stored file with its content in base64."""

    content: bytes


class ProofWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stored file that proves a licence; `imgpolicy evidence show ID -o FILE` writes it out."""

    id: str
    name: str
    sha256: str
    size: int


class NoticeWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text that people were shown when they were asked."""

    id: str
    version: str
    language: str
    text: str


def file_wire(evidence: Evidence) -> FileWire:
    """A stored file as it is written without its content."""
    return msgspec.convert(evidence, FileWire, from_attributes=True)


def evidence_wire(evidence: Evidence, content: bytes) -> EvidenceWire:
    """A stored file as it is written."""
    return EvidenceWire(
        id=evidence.id,
        person=evidence.person,
        consent=evidence.consent,
        licence=evidence.licence,
        name=evidence.name,
        sha256=evidence.sha256,
        size=evidence.size,
        at=evidence.at,
        content=content,
    )


def evidence_from(wire: EvidenceWire) -> Evidence:
    """The stored file as it was written; its content stands beside it."""
    return msgspec.convert(wire, Evidence, from_attributes=True)


def proof_wire(evidence: Evidence) -> ProofWire:
    """A stored file as it is written beside the licence that it proves."""
    return ProofWire(id=evidence.id, name=evidence.name, sha256=evidence.sha256, size=evidence.size)


def notice_wire(notice: Notice) -> NoticeWire:
    """The notice as it is written."""
    return NoticeWire(id=notice.id, version=notice.version, language=notice.language, text=notice.text)


def notice_from(wire: NoticeWire) -> Notice:
    """The notice as it was written."""
    return Notice(id=wire.id, version=wire.version, language=wire.language, text=wire.text)
