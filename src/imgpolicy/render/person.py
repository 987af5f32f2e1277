"""Everything that is held about one person, as JSON and as a page to read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from xml.etree import ElementTree as ET

from imgpolicy.domain.dossier import Dossier
from imgpolicy.domain.form import Use
from imgpolicy.domain.log import Entry
from imgpolicy.domain.publication import Publication
from imgpolicy.language import ENGLISH, Language
from imgpolicy.phrase import Phrase, phrase
from imgpolicy.render.page import add, add_table, new_page, written
from imgpolicy.wire.consent import ConsentWire, consent_wire
from imgpolicy.wire.decision import check_wire
from imgpolicy.wire.evidence import evidence_wire, notice_wire
from imgpolicy.wire.person import DossierWire, EntryWire, FaceVectorWire, LaidDownWire, in_archive_wire, person_wire
from imgpolicy.wire.publication import publication_wire, takedown_wire
from imgpolicy.wire.request import answer_wire, request_wire
from imgpolicy.wire.values import as_json

RIGHTS = (
    phrase("You may see what is kept about you and have a copy of it (GDPR article 15)."),
    phrase("You may have put right what is wrong, and completed what is missing (article 16)."),
    phrase("You may have it erased when nothing obliges us to keep it (article 17)."),
    phrase("You may have its use restricted while something is in doubt (article 18)."),
    phrase("You may have what you gave us in a form that programs read (article 20)."),
    phrase("You may object where it does not rest on your consent (article 21)."),
    phrase("You may withdraw a consent at any time; what was done before stays lawful (article 7)."),
    phrase("You may complain to the authority that protects personal data where you live (article 77)."),
)
"""What a person may ask for, who reads what is kept about them (GDPR article 15, 1, e and f)."""

STORE_WORDS: Mapping[str, Phrase] = {
    "decisions": phrase("recorded checks"),
    "desk": phrase("pictures on the desk"),
    "archive": phrase("pictures in the archive"),
    "faces": phrase("enrolled faces"),
    "evidence": phrase("files that prove something"),
    "publications": phrase("posts"),
    "consents": phrase("consents"),
    "people": phrase("people"),
    "notices": phrase("notices"),
    "requests": phrase("consents that were asked for"),
    "log": phrase("the log"),
}
"""What the parts of it are called."""

_FLOAT = 4


def dossier_json(found: Dossier) -> str:
    """All of it as one JSON document, ending in a line break."""
    made_at = dt.datetime.now(dt.UTC)
    document = DossierWire(
        schema="imgpolicy.person/2",
        made_at=made_at,
        controller=found.controller,
        rights=[str(right) for right in RIGHTS],
        retention={name: str(kept) for name, kept in found.retention},
        person=person_wire(found.person),
        guardian_of=found.wards,
        consents=[consent_wire(consent) for consent in found.consents],
        privacy_notices=[notice_wire(notice) for notice in found.notices],
        evidence=[evidence_wire(*pair) for pair in found.evidence],
        faces=[
            FaceVectorWire(engine=face.engine, consent=face.consent, numbers=len(face.vector) // _FLOAT)
            for face in found.faces
        ],
        publications=[publication_wire(_alone(post, found.person.id)) for post in found.publications],
        takedowns=[takedown_wire(task) for task in found.takedowns],
        decisions=[check_wire(decision) for decision in found.decisions],
        desk=[LaidDownWire(id=one.id, at=one.at, verdict=one.verdict) for one in found.desk],
        archive=[in_archive_wire(one) for one in found.archive],
        requests=[request_wire(one, made_at) for one in found.requests],
        answers=[answer_wire(one) for one in found.answers],
        log=[_entry(entry) for entry in found.log],
    )
    return as_json(document)


def _alone(post: Publication, person: str) -> Publication:
    """The post without the others in it, who are no business of this person's."""
    return replace(post, people={person: post.people.get(person)})


def dossier_html(found: Dossier, language: Language = ENGLISH) -> str:
    """The same as one page for people; every text is escaped where the page is made, and none is markup."""
    word, person = language.word, found.person
    page, body = new_page(word("What is held about {name}", name=person.id), code=language.code)
    add(body, "h1", word("What is held about {name}", name=person.name))
    _about(body, found, language)
    for title, columns, rows in _parts(found, language):
        _table(body, title, columns, rows, word("Nothing."))
    return written(page)


def _about(body: ET.Element, found: Dossier, language: Language) -> None:
    """Who answers for it, what the person may ask for, and how long each part is kept."""
    word = language.word
    add(body, "h2", word("Who answers for it"))
    add(body, "p", found.controller or word("The policy does not say it: ask whoever gave you this page."))
    add(body, "h2", word("What you may ask for"))
    listed = add(body, "ul")
    for right in RIGHTS:
        add(listed, "li", language.say(right))
    kept = ((language.say(STORE_WORDS.get(name, name)), language.say(until)) for name, until in found.retention)
    _table(body, word("How long it is kept"), (word("what"), word("until when")), kept, word("Nothing."))


Part = tuple[str, Sequence[str], Iterable[Sequence[object]]]
"""A part of the page: its title, its columns, and their rows."""


def _parts(found: Dossier, language: Language) -> Iterator[Part]:
    word, person = language.word, found.person
    yield word("Person"), (word("what"), word("is")), _facts(found, language)
    yield (
        word("Consents and refusals"),
        (
            *(word("when"), word("what"), word("scope"), word("not")),
            *(word("days"), word("collected"), word("reason")),
        ),
        (_consent_row(consent_wire(consent), language) for consent in found.consents),
    )
    yield (
        word("Notices shown"),
        (word("version"), word("language"), word("text")),
        ((one.version, one.language, one.text) for one in found.notices),
    )
    yield (
        word("Stored files"),
        (word("when"), word("name"), word("bytes"), "SHA-256"),
        ((one.at, one.name, one.size, one.sha256) for one, _ in found.evidence),
    )
    yield (
        word("Enrolled faces"),
        (word("engine"), word("on consent"), word("numbers that are kept")),
        ((one.engine, one.consent, len(one.vector) // _FLOAT) for one in found.faces),
    )
    yield (
        word("Publications"),
        (
            *(word("day"), word("channel"), word("purpose")),
            *(word("where"), word("on consent"), word("taken down")),
        ),
        (
            (one.published, one.channel, one.purpose or "", one.url, one.people.get(person.id) or "", one.down or "")
            for one in found.publications
        ),
    )
    yield (
        word("Recorded checks"),
        (word("when"), word("picture (SHA-256)"), word("verdict")),
        ((one.at, one.picture or "", one.verdict) for one in found.decisions),
    )
    yield (
        word("Pictures on the desk"),
        (word("when"), "id", word("verdict")),
        ((one.at, one.id, one.verdict or "") for one in found.desk),
    )
    yield (
        word("Pictures in the archive"),
        (word("when"), word("picture"), word("verdict")),
        ((one.at, one.name, one.verdict) for one in found.archive),
    )
    yield (
        word("What they were asked"),
        (word("when"), word("until when"), word("on which occasion"), word("what became of it")),
        ((one.made, one.ends, one.occasion or "", one.state.value) for one in found.requests),
    )
    yield (
        word("What they answered"),
        (word("when"), word("name"), word("yes"), word("no")),
        ((one.at, one.said.name, _uses(one.said.yes), _uses(one.said.no)) for one in found.answers),
    )
    yield (
        word("Log"),
        (word("number"), word("when"), word("what")),
        ((one.seq, one.at, one.action) for one in found.log),
    )


def _uses(uses: Sequence[Use]) -> str:
    return "; ".join(f"{use.channel}, {use.purpose}" for use in uses)


def _facts(found: Dossier, language: Language) -> Iterator[tuple[str, object]]:
    word, person = language.word, found.person
    adult = person.adult
    facts: tuple[tuple[str, object], ...] = (
        ("id", person.id),
        (word("name"), person.name),
        (word("relation"), person.relation),
        (word("e-mail"), person.email),
        (word("born"), person.born),
        (word("of age"), adult and word("as {name} stated on {day}", name=adult.by, day=adult.on.isoformat())),
        (word("guardians"), ", ".join(sorted(person.guardians))),
        (
            word("former guardians"),
            ", ".join(
                word("{name} until {day}", name=one.id, day=one.until.isoformat())
                for one in sorted(person.former_guardians)
            ),
        ),
        (word("guardian of"), ", ".join(found.wards)),
    )
    return ((what, value) for what, value in facts if value)


def _consent_row(wire: ConsentWire, language: Language) -> tuple[object, ...]:
    scope = dict(wire.scope) | {"purposes": wire.purposes, "territories": wire.geographic_restrictions}
    begins, ends = wire.validity_duration.from_, wire.validity_duration.until
    days = language.word("{first} to {last}", first=str(begins or "…"), last=str(ends or "…"))
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


def _table(
    body: ET.Element, title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], nothing: str
) -> None:
    add(body, "h2", title)
    filled = list(rows)
    if filled:
        add_table(body, columns, filled)
    else:
        add(body, "p", nothing)


def _entry(entry: Entry) -> EntryWire:
    return EntryWire(seq=entry.seq, at=entry.at.isoformat(), action=entry.action, hash=entry.hash)
