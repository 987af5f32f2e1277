"""Everything that is held about one person, as JSON and as a page to read."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from xml.etree import ElementTree as ET

from imgpolicy.domain.dossier import Dossier
from imgpolicy.domain.log import Entry
from imgpolicy.domain.publication import Publication
from imgpolicy.render.page import add, add_table, new_page, written
from imgpolicy.wire.consent import ConsentWire, consent_wire
from imgpolicy.wire.decision import check_wire
from imgpolicy.wire.evidence import evidence_wire, notice_wire
from imgpolicy.wire.person import DossierWire, EntryWire, FaceVectorWire, LaidDownWire, person_wire
from imgpolicy.wire.publication import publication_wire, takedown_wire
from imgpolicy.wire.values import as_json


def dossier_json(found: Dossier) -> str:
    """All of it as one JSON document, ending in a line break."""
    document = DossierWire(
        schema="imgpolicy.person/1",
        made_at=dt.datetime.now(dt.UTC),
        person=person_wire(found.person),
        guardian_of=found.wards,
        consents=[consent_wire(consent) for consent in found.consents],
        privacy_notices=[notice_wire(notice) for notice in found.notices],
        evidence=[evidence_wire(*pair) for pair in found.evidence],
        faces=[FaceVectorWire(engine=face.engine, consent=face.consent, vector=face.vector) for face in found.faces],
        publications=[publication_wire(_alone(post, found.person.id)) for post in found.publications],
        takedowns=[takedown_wire(task) for task in found.takedowns],
        decisions=[check_wire(decision) for decision in found.decisions],
        desk=[LaidDownWire(id=one.id, at=one.at, verdict=one.verdict) for one in found.desk],
        log=[_entry(entry) for entry in found.log],
    )
    return as_json(document)


def _alone(post: Publication, person: str) -> Publication:
    """The post without the others in it, who are no business of this person's."""
    return replace(post, people={person: post.people.get(person)})


def dossier_html(found: Dossier) -> str:
    """The same as one page for people; every text is escaped where the page is made, and none is markup."""
    person = found.person
    page, body = new_page(f"What is held about {person.id}")
    add(body, "h1", f"What is held about {person.name}")
    facts = {
        "id": person.id,
        "name": person.name,
        "relation": person.relation,
        "born": person.born,
        "of age": None if person.adult is None else f"as {person.adult.by} stated on {person.adult.on}",
        "guardians": ", ".join(sorted(person.guardians)),
        "former guardians": ", ".join(f"{one.id} until {one.until}" for one in sorted(person.former_guardians)),
        "guardian of": ", ".join(found.wards),
    }
    _table(body, "Person", ("what", "is"), ((what, value) for what, value in facts.items() if value))
    _table(
        body,
        "Consents and refusals",
        ("when", "what", "scope", "not", "days", "collected", "reason"),
        (_consent_row(consent_wire(consent)) for consent in found.consents),
    )
    _table(
        body, "Notices shown", ("version", "language", "text"), ((n.version, n.language, n.text) for n in found.notices)
    )
    _table(
        body,
        "Stored files",
        ("when", "name", "bytes", "SHA-256"),
        ((e.at, e.name, e.size, e.sha256) for e, _ in found.evidence),
    )
    _table(
        body,
        "Enrolled faces",
        ("engine", "on consent", "numbers (base64)"),
        ((f.engine, f.consent, base64.b64encode(f.vector).decode()) for f in found.faces),
    )
    _table(
        body,
        "Publications",
        ("day", "channel", "purpose", "where", "on consent", "taken down"),
        (
            (p.published, p.channel, p.purpose or "", p.url, p.people.get(person.id) or "", p.down or "")
            for p in found.publications
        ),
    )
    _table(
        body,
        "Recorded checks",
        ("when", "picture (SHA-256)", "verdict"),
        ((d.at, d.picture or "", d.verdict) for d in found.decisions),
    )
    _table(body, "Pictures on the desk", ("when", "id", "verdict"), ((d.at, d.id, d.verdict or "") for d in found.desk))
    _table(body, "Log", ("number", "when", "what"), ((e.seq, e.at, e.action) for e in found.log))
    return written(page)


def _consent_row(wire: ConsentWire) -> tuple[object, ...]:
    scope = dict(wire.scope) | {"purposes": wire.purposes, "territories": wire.geographic_restrictions}
    days = f"{wire.validity_duration.from_ or ''} to {wire.validity_duration.until or ''}"
    return (
        wire.event_time,
        f"{wire.kind} {wire.event_state} ({wire.lawful_basis})",
        _listed(scope),
        _listed(wire.excluded),
        days,
        wire.collection_method or "",
        wire.reason or "",
    )


def _listed(words: dict[str, list[str]]) -> str:
    return "; ".join(f"{name}: {', '.join(listed)}" for name, listed in words.items() if listed)


def _table(body: ET.Element, title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    add(body, "h2", title)
    filled = list(rows)
    if filled:
        add_table(body, columns, filled)
    else:
        add(body, "p", "Nothing.")


def _entry(entry: Entry) -> EntryWire:
    return EntryWire(seq=entry.seq, at=entry.at.isoformat(), action=entry.action, hash=entry.hash)
