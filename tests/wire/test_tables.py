"""Every table comes back as it went out, and no spreadsheet finds a formula in one, whatever is in the register."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.samples import (
    CONSENT,
    END,
    FINGERPRINT,
    LICENCE,
    PERSON,
    SCOPE,
    WORK,
    Record,
    changed,
    fields_of,
)

from imgpolicy.domain.consent import Consent
from imgpolicy.domain.licence import Licence
from imgpolicy.domain.person import Person
from imgpolicy.domain.scope import Scope
from imgpolicy.domain.validate import LINE_BREAK
from imgpolicy.domain.work import Work
from imgpolicy.wire.consent import CONSENTS, consent_cells, consent_in
from imgpolicy.wire.licence import LICENCES, licence_cells, licence_in
from imgpolicy.wire.person import PEOPLE, person_cells, person_in
from imgpolicy.wire.sheets import Line, Table
from imgpolicy.wire.work import WORKS, hashes_in, work_cells, work_in

Rows = Iterable[Sequence[str]]

FORMULA = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
HOSTILE = FORMULA + "'\"\\,; |"


def lines_of(table: Table, data: bytes, folder: Path) -> tuple[Line, ...]:
    """The rows of the file, which must be whole."""
    file = folder / table.name
    file.write_bytes(data)
    sheet = table.read(file)
    assert sheet.problems == ()
    return sheet.lines


def work_of(lines: Sequence[Line]) -> Work:
    row = work_in(lines[0])
    assert row.id is not None
    assert row.kind is not None
    prints = tuple(hashes_in(line) for line in lines)
    return Work(id=row.id, kind=row.kind, title=row.title, owner=row.owner, fingerprints=prints, words=row.words)


@dataclasses.dataclass(frozen=True)
class Case:
    """A record that says everything, `apart` from whose fields it comes back from a table: `lost` did not."""

    name: str
    apart: frozenset[str]
    lost: Callable[[Path], set[str]]


def case(
    record: Record,
    table: Table,
    cells: Callable[[Record], Rows],
    read: Callable[[Sequence[Line]], Record],
    *apart: str,
) -> Case:
    def back(one: Record, folder: Path) -> Record:
        lines = lines_of(table, table.write(cells(one)), folder)
        found = read(lines)
        assert [problem for line in lines for problem in line.problems] == []
        return found

    def lost(folder: Path) -> set[str]:
        names = fields_of(record)
        return {name for name in names if not _same(back(changed(record, name), folder), changed(record, name), name)}

    return Case(type(record).__name__, frozenset(apart), lost)


def _same(one: object, other: object, name: str) -> bool:
    return bool(getattr(one, name) == getattr(other, name))


CASES = (
    case(PERSON, PEOPLE, lambda one: [person_cells(one)], lambda lines: person_in(lines[0])),
    # A notice is a text of its own; how often a grant was used is counted.
    case(CONSENT, CONSENTS, lambda one: [consent_cells(one)], lambda lines: consent_in(lines[0]), "notice", "used"),
    case(LICENCE, LICENCES, lambda one: [licence_cells(one)], lambda lines: licence_in(lines[0]), "used"),
    # Fingerprints are the next case, and come back without their features.
    case(WORK, WORKS, work_cells, work_of, "fingerprints"),
    case(
        FINGERPRINT,
        WORKS,
        lambda known: work_cells(dataclasses.replace(WORK, fingerprints=(known,))),
        lambda lines: hashes_in(lines[0]),
        "features",
    ),
)


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.name)
def test_every_field_of_a_record_comes_back_from_its_table_but_for_what_is_said(one: Case, tmp_path: Path) -> None:
    assert one.lost(tmp_path) == one.apart


@pytest.mark.parametrize("dimension", fields_of(SCOPE))
def test_no_word_of_a_scope_is_lost(dimension: str, tmp_path: Path) -> None:
    less = dataclasses.replace(SCOPE, **{dimension: frozenset({"a"})})
    for altered in (dataclasses.replace(CONSENT, scope=less), dataclasses.replace(CONSENT, excluded=less)):
        (line,) = lines_of(CONSENTS, CONSENTS.write([consent_cells(altered)]), tmp_path)
        found = consent_in(line)
        assert (found.scope, found.excluded) == (altered.scope, altered.excluded)


# What the register takes as a text: all but lone surrogates and null characters.
ANY = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TEXTS = st.text(st.sampled_from(HOSTILE) | ANY, min_size=1)
KEPT = TEXTS.filter(lambda text: bool(text.strip()))
ONE_LINE = KEPT.filter(lambda text: not LINE_BREAK.search(text))
WORDS = KEPT.map(str.strip).filter(str.isprintable)
SCOPES = st.builds(Scope, **{name: st.frozensets(WORDS, max_size=3) for name in fields_of(SCOPE)})
PEOPLE_FOUND = st.builds(
    lambda name, relation: dataclasses.replace(PERSON, name=name, relation=relation), ONE_LINE, st.none() | ONE_LINE
)
CONSENTS_FOUND = st.builds(
    lambda scope, excluded, collected, reason: dataclasses.replace(
        CONSENT, scope=scope, excluded=excluded, collected=collected, reason=reason, notice=None
    ),
    *(SCOPES, SCOPES, st.none() | KEPT, st.none() | KEPT),
)
LICENCES_FOUND = st.builds(
    lambda licensor, terms, scope, credit, end: dataclasses.replace(
        LICENCE, licensor=licensor, terms=terms, scope=scope, credit=credit, end=end
    ),
    *(ONE_LINE, st.none() | KEPT, SCOPES, st.none() | ONE_LINE),
    st.none() | st.builds(lambda reason: dataclasses.replace(END, reason=reason), KEPT),
)
WORKS_FOUND = st.builds(
    lambda title, owner: dataclasses.replace(
        WORK, title=title, owner=owner, fingerprints=(dataclasses.replace(FINGERPRINT, features=None),)
    ),
    *(ONE_LINE, st.none() | ONE_LINE),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place for one table of each kind."""
    return tmp_path_factory.mktemp("tables")


def comes_back(
    folder: Path, table: Table, cells: Rows, read: Callable[[Sequence[Line]], Record], record: Record
) -> None:
    """Hold the table of one record against what a spreadsheet makes of it, and against the record."""
    data = table.write(cells)
    rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
    assert [row for row in rows if len(row) != len(table.columns)] == []
    assert [cell for row in rows for cell in row if cell[:1] in set(FORMULA)] == []
    lines = lines_of(table, data, folder)
    assert read(lines) == record
    assert [problem for line in lines for problem in line.problems] == []


@given(PEOPLE_FOUND)
def test_people_are_no_formulas_and_come_back(folder: Path, person: Person) -> None:
    comes_back(folder, PEOPLE, [person_cells(person)], lambda lines: person_in(lines[0]), person)


@pytest.mark.slow
@given(CONSENTS_FOUND)
def test_consents_are_no_formulas_and_come_back(folder: Path, consent: Consent) -> None:
    comes_back(folder, CONSENTS, [consent_cells(consent)], lambda lines: consent_in(lines[0]), consent)


@pytest.mark.slow
@given(LICENCES_FOUND)
def test_licences_are_no_formulas_and_come_back(folder: Path, licence: Licence) -> None:
    comes_back(folder, LICENCES, [licence_cells(licence)], lambda lines: licence_in(lines[0]), licence)


@pytest.mark.slow
@given(WORKS_FOUND)
def test_works_are_no_formulas_and_come_back(folder: Path, work: Work) -> None:
    comes_back(folder, WORKS, work_cells(work), work_of, work)
