"""People, consents, works, licences and photographs as CSV tables, into a register and out of it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState, LegalBasis
from imgpolicy.domain.grant import Grant
from imgpolicy.domain.ids import check_id
from imgpolicy.domain.licence import End, Licence
from imgpolicy.domain.person import Person
from imgpolicy.domain.scope import SCOPE_FIELDS, Scope
from imgpolicy.domain.validate import check_bare_hashes, check_text
from imgpolicy.domain.work import LOGOS, KnownFingerprint, Work, WorkKind
from imgpolicy.enrol import LogoFile, fingerprint_of, logo_of, work_picture
from imgpolicy.errors import ImgPolicyError, RegisterError
from imgpolicy.facts import Fingerprint, Vector
from imgpolicy.match.works import MIN_QUALITY
from imgpolicy.portable.sheets import Line, Problem, join_words, read_sheet, write_sheet
from imgpolicy.register.consents import record_consent
from imgpolicy.register.faces import add_faces
from imgpolicy.register.licences import add_licence
from imgpolicy.register.logos import add_artworks
from imgpolicy.register.people import add_person
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.register.works import add_work

PEOPLE, CONSENTS, WORKS, LICENCES, FACES = "people.csv", "consents.csv", "works.csv", "licences.csv", "faces.csv"
FILES = (PEOPLE, CONSENTS, WORKS, LICENCES, FACES)

_SCOPE = tuple(SCOPE_FIELDS.values())
_SCOPE_COLUMNS = (*_SCOPE, *(f"not_{name}" for name in _SCOPE))
_PERSON_COLUMNS = ("id", "name", "relation", "born", "guardian")
_CONSENT_COLUMNS = (
    *("id", "person", "kind", "state", *_SCOPE_COLUMNS),
    *("from", "until", "max_publications", "basis", "given_by", "collected", "about", "reason", "at"),
)
HASHES = ("sha256", "phash", "pdq", "quality")
"""The columns of a fingerprint: hashes in hex as imagehash and other tools print them, and PDQ's quality."""
_WORK_COLUMNS = ("id", "kind", "title", "owner", "file", *HASHES)
_LICENCE_COLUMNS = (
    *("id", "work", "licensor", "terms", "url", *_SCOPE_COLUMNS),
    *("from", "until", "max_publications", "credit", "credit_required", "at", "ended", "end_reason"),
)
_FACE_COLUMNS = ("person", "photograph")

Apply = Callable[[UnitOfWork], None]
Vectors = Callable[[Path], tuple[str, Vector]]
"""From a photograph to the engine's id and the one face in it."""

Shown = Fingerprint | KnownFingerprint | LogoFile
"""What a row says that a work is recognised by."""


@dataclass(frozen=True, slots=True)
class Step:
    """One record to import: where it comes from, under which column a refusal is told, and how it goes in."""

    file: str
    row: int
    column: str
    apply: Apply


def read_table(path: Path, vectors: Vectors) -> tuple[list[Step], list[Problem]]:
    """What the table holds, by its name (people.csv, …), and everything that is wrong in it by itself."""
    kinds = {
        PEOPLE: (("id", "name"), _PERSON_COLUMNS, _person_steps),
        CONSENTS: (("person", "kind", "state"), _CONSENT_COLUMNS, _consent_steps),
        WORKS: (("kind", "title"), _WORK_COLUMNS, _work_steps),
        LICENCES: (("work", "licensor"), _LICENCE_COLUMNS, _licence_steps),
        FACES: (_FACE_COLUMNS, _FACE_COLUMNS, lambda lines, folder: _face_steps(lines, folder, vectors)),
    }
    if path.name not in kinds:
        raise RegisterError(f"{path}: a table to import is called {', '.join(FILES)}")
    needed, columns, make = kinds[path.name]
    lines, problems = read_sheet(path, needed, columns)
    steps = list(make(lines, path.parent))
    return steps, [*problems, *(problem for line in lines for problem in line.problems)]


def people_csv(people: Sequence[Person]) -> bytes:
    """The people as a table."""
    rows = ((p.id, p.name, p.relation or "", str(p.born or ""), p.guardian or "") for p in people)
    return write_sheet(_PERSON_COLUMNS, rows)


def consents_csv(consents: Sequence[Consent]) -> bytes:
    """The consents as a table; a notice and evidence files have no place in one."""
    return write_sheet(_CONSENT_COLUMNS, map(_consent_cells, consents))


def works_csv(works: Sequence[Work]) -> bytes:
    """The works as a table, a row for each fingerprint; features have no place in one."""
    rows = (
        (
            *(work.id, work.kind.value, work.title, work.owner or "", ""),
            *_hash_cells(p),
        )
        for work in works
        for p in work.fingerprints
    )
    return write_sheet(_WORK_COLUMNS, rows)


def _hash_cells(known: KnownFingerprint) -> tuple[str, ...]:
    return (
        known.sha256 or "",
        "" if known.phash is None else f"{known.phash:016x}",
        "" if known.pdq is None else f"{known.pdq:064x}",
        str(known.quality),
    )


def licences_csv(licences: Sequence[Licence]) -> bytes:
    """The licences as a table; evidence files have no place in one."""
    return write_sheet(_LICENCE_COLUMNS, map(_licence_cells, licences))


def _person_steps(lines: Sequence[Line], _: Path) -> Iterator[Step]:
    """Guardians go before those whom they speak for."""
    found = []
    for line in lines:
        person = Person(
            id=line.read("id", check_id) or line.need("id"),
            name=_checked(line, "name", line.need("name")),
            relation=line.text("relation"),
            born=line.read("born", dt.date.fromisoformat),
            guardian=line.read("guardian", check_id),
        )
        if line.sound:
            found.append((line, person))
    for line, person in sorted(found, key=lambda pair: pair[1].guardian is not None):
        yield Step(line.file, line.number, "id" if person.guardian is None else "guardian", _adder(person))


def _adder(person: Person) -> Apply:
    def add(unit: UnitOfWork) -> None:
        add_person(unit, person)

    return add


def _consent_steps(lines: Sequence[Line], _: Path) -> Iterator[Step]:
    for line in lines:
        consent = _consent(line)
        if line.sound:
            yield Step(line.file, line.number, "person", _recorder(consent))


def _recorder(consent: Consent) -> Apply:
    def record(unit: UnitOfWork) -> None:
        record_consent(unit, consent)

    return record


def _consent(line: Line) -> Consent:
    line.need("kind")
    line.need("state")
    consent = Consent(
        person=line.read("person", check_id) or line.need("person"),
        kind=line.read("kind", ConsentKind) or ConsentKind.PUBLICATION,
        state=line.read("state", ConsentState) or ConsentState.GIVEN,
        scope=_scope(line, ""),
        excluded=_scope(line, "not_"),
        valid_from=line.read("from", dt.date.fromisoformat),
        valid_until=line.read("until", dt.date.fromisoformat),
        max_publications=line.read("max_publications", int),
        basis=line.read("basis", LegalBasis) or LegalBasis.CONSENT,
        given_by=line.read("given_by", check_id),
        collected=line.text("collected"),
        about=line.read("about", check_id),
        reason=line.text("reason"),
    )
    given_id, at = line.read("id", check_id), line.read("at", _moment)
    consent = consent if given_id is None else replace(consent, id=given_id)
    return consent if at is None else replace(consent, at=at)


def _consent_cells(consent: Consent) -> tuple[str, ...]:
    return (
        *(consent.id, consent.person, consent.kind.value, consent.state.value),
        *_limit_cells(consent),
        *(consent.basis.value, consent.given_by or "", consent.collected or "", consent.about or ""),
        *(consent.reason or "", consent.at.isoformat()),
    )


def _scope(line: Line, prefix: str) -> Scope:
    return Scope(**{name: line.words(f"{prefix}{name}") for name in _SCOPE})


def _limit_cells(grant: Grant) -> tuple[str, ...]:
    """The cells for the scope, what is excluded, the days, and how many publications."""
    return (
        *(join_words(words) for scope in (grant.scope, grant.excluded) for _, words in scope.items()),
        *(str(grant.valid_from or ""), str(grant.valid_until or ""), str(grant.max_publications or "")),
    )


def _licence_steps(lines: Sequence[Line], _: Path) -> Iterator[Step]:
    for line in lines:
        licence = _licence(line)
        if line.sound:
            yield Step(line.file, line.number, "work", _licence_adder(licence))


def _licence_adder(licence: Licence) -> Apply:
    def add(unit: UnitOfWork) -> None:
        add_licence(unit, licence)

    return add


def _licence(line: Line) -> Licence:
    ended = line.read("ended", _moment)
    licence = Licence(
        work=line.read("work", check_id) or line.need("work"),
        licensor=_checked(line, "licensor", line.need("licensor")),
        terms=line.text("terms"),
        url=line.text("url"),
        scope=_scope(line, ""),
        excluded=_scope(line, "not_"),
        valid_from=line.read("from", dt.date.fromisoformat),
        valid_until=line.read("until", dt.date.fromisoformat),
        max_publications=line.read("max_publications", int),
        credit=line.text("credit"),
        credit_required=line.read("credit_required", _yes_or_no) or False,
        end=None if ended is None else End(at=ended, reason=line.need("end_reason")),
    )
    given_id, at = line.read("id", check_id), line.read("at", _moment)
    licence = licence if given_id is None else replace(licence, id=given_id)
    return licence if at is None else replace(licence, at=at)


def _yes_or_no(text: str) -> bool:
    if text.lower() not in {"yes", "no"}:
        raise ValueError(f"{text!r} is neither yes nor no")
    return text.lower() == "yes"


def _licence_cells(licence: Licence) -> tuple[str, ...]:
    return (
        *(licence.id, licence.work, licence.licensor, licence.terms or "", licence.url or ""),
        *_limit_cells(licence),
        *(licence.credit or "", "yes" if licence.credit_required else "no", licence.at.isoformat()),
        *(("", "") if licence.end is None else (licence.end.at.isoformat(), licence.end.reason)),
    )


def _moment(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} needs its time zone, such as {text}+00:00")
    return moment


def _work_steps(lines: Sequence[Line], folder: Path) -> Iterator[Step]:
    """Rows with the same id are one work."""
    works: dict[str, list[tuple[Line, Shown]]] = defaultdict(list)
    for line in lines:
        line.read("kind", WorkKind)
        line.need("kind")
        line.read("id", check_id)
        checked_title(line)
        fingerprint = _fingerprint(line, folder)
        if line.sound and fingerprint is not None:
            works[line.text("id") or f"row {line.number}"].append((line, fingerprint))
    for pictures in works.values():
        line, shown = pictures[0][0], [picture for _, picture in pictures]
        yield Step(line.file, line.number, "file" if line.text("file") else "sha256", _work_adder(line, shown))


def _work_adder(line: Line, shown: Sequence[Shown]) -> Apply:
    prints = [picture.fingerprint if isinstance(picture, LogoFile) else picture for picture in shown]
    artworks = [picture.artwork for picture in shown if isinstance(picture, LogoFile)]

    def add(unit: UnitOfWork) -> None:
        kind, title = WorkKind(line.cells["kind"].strip()), line.cells["title"]
        work = add_work(unit, title, prints, kind=kind, owner=line.text("owner"), work_id=line.text("id"))
        add_artworks(unit, work.id, artworks)

    return add


def _fingerprint(line: Line, folder: Path) -> Shown | None:
    """From the picture that the row names, or from the hashes in it; None when that is noted as wrong."""
    name = line.text("file")
    if name is None:
        return known_hashes(line)
    try:
        kind = line.read("kind", WorkKind)
        if kind in LOGOS:
            return logo_of(str(folder / name))
        return work_picture(str(folder / name)) if kind is WorkKind.WORK else fingerprint_of(str(folder / name))
    except ImgPolicyError as error:
        line.wrong("file", str(error))
        return None


def known_hashes(line: Line) -> KnownFingerprint | None:
    """The hashes in the row, as far as there are any; None when one is wrong or there is none, which is noted."""
    quality = line.read("quality", int)
    known = KnownFingerprint(
        sha256=line.read("sha256", _sha256),
        phash=line.read("phash", _hexadecimal(64)),
        pdq=line.read("pdq", _hexadecimal(256)),
        quality=100 if quality is None else quality,
    )
    if not line.sound:
        return None
    if known.quality < MIN_QUALITY:
        line.wrong("quality", f"is {known.quality} of 100: too plain to be recognised again, {MIN_QUALITY} needed")
        return None
    try:
        check_bare_hashes(known)
    except RegisterError as error:
        line.wrong("sha256", str(error))
        return None
    return known


def _sha256(text: str) -> str:
    _hexadecimal(256)(text)
    return text.lower()


def _hexadecimal(bits: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if len(text) * 4 != bits:
            raise ValueError(f"{text!r} is not {bits // 4} hex digits")
        return int(text, 16)

    return number


def _face_steps(lines: Sequence[Line], folder: Path, vectors: Vectors) -> Iterator[Step]:
    for line in lines:
        person, photograph = line.read("person", check_id) or line.need("person"), line.need("photograph")
        if not line.sound:
            continue
        try:
            engine, vector = vectors(folder / photograph)
        except ImgPolicyError as error:
            line.wrong("photograph", str(error))
            continue
        yield Step(line.file, line.number, "person", _enroller(person, engine, vector))


def _enroller(person: str, engine: str, vector: Vector) -> Apply:
    def enrol(unit: UnitOfWork) -> None:
        add_faces(unit, person, engine, [vector])

    return enrol


def checked_title(line: Line) -> str:
    """The title of a work in this row; what is wrong with it is noted."""
    return _checked(line, "title", line.need("title"))


def _checked(line: Line, column: str, text: str) -> str:
    if text:
        try:
            check_text(text, f"the {column}")
        except RegisterError as error:
            line.wrong(column, str(error))
    return text
