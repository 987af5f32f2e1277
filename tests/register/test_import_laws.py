"""What holds for every import: again is nothing new, no order of rows matters, and what goes out comes in the same."""

from __future__ import annotations

import csv
import io
import random
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.postgres import Server
from tests.register.strategies import CHANNELS, PURPOSES, postings
from tests.register.support import KEY

from imgpolicy.domain.cover import cover
from imgpolicy.domain.posting import Posting
from imgpolicy.engines.yunet_sface import YuNetSFace
from imgpolicy.portable.document import register_json
from imgpolicy.portable.transfer import Manner, Outcome, export_tables, import_files
from imgpolicy.register.people import people
from imgpolicy.register.register import Register
from imgpolicy.register.statements import consents

Row = dict[str, str]

EVERYBODY = ("ann", "bo", "kid")
PEOPLE: tuple[Row, ...] = (
    {"id": "kid", "name": "Kid", "born": "01-05-2010", "guardian": "bo ann", "relation": "pupil", "adult": ""},
    {"id": "ann", "name": "Ann", "born": "", "guardian": "", "relation": "", "adult": "ja"},
    {"id": "bo", "name": "Bo", "born": "31/12/1980", "guardian": "ann", "relation": "staff", "adult": ""},
)
MOMENTS = ("", "2026-03-01", "02-03-2026", "2026-03-01T12:00:00+00:00", "2026-03-02T12:00:00+01:00", "2025-01-01")
GIVEN, DENIED = ("given", "requested"), ("refused", "withdrawn", "objected")


def words(*known: str) -> st.SearchStrategy[str]:
    return st.sets(st.sampled_from((*known, "any"))).map(lambda found: " ".join(sorted(found)))


def _row(
    person: str, state: str, *, speaker: str, channels: str, purposes: str, at: str, until: str, reason: str
) -> Row:
    yes = state in GIVEN
    return {
        "person": person,
        "kind": "publication",
        "state": state,
        "channels": channels or ("any" if yes else ""),
        "purposes": purposes or ("any" if yes else ""),
        "until": until if yes else "",
        "given_by": speaker if person == "kid" else "",
        "reason": "" if yes else reason,
        "at": at,
    }


ROWS = st.lists(
    st.builds(
        _row,
        st.sampled_from(EVERYBODY),
        st.sampled_from((*GIVEN, *DENIED)),
        speaker=st.sampled_from(("", "bo", "ann")),
        channels=words(*CHANNELS),
        purposes=words(*PURPOSES),
        at=st.sampled_from(MOMENTS),
        until=st.sampled_from(("", "2030-12-31")),
        reason=st.sampled_from(("asked", "by mail,\nand by phone")),
    ),
    max_size=8,
)
CASES = st.lists(postings, min_size=3, max_size=3)
FEW = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Registers:
    """Empty registers, each in a place of its own, and folders for what is imported into them."""

    def __init__(self, folder: Path, empty: Path | str, server: Server | None) -> None:
        self._folder, self._empty, self._server = folder, empty, server
        self._made = 0

    def new_folder(self) -> Path:
        """A new folder."""
        self._made += 1
        folder = self._folder / str(self._made)
        folder.mkdir()
        return folder

    @contextmanager
    def new(self) -> Iterator[Register]:
        """A new register with two people in it, who have said nothing."""
        if self._server is None:
            url = f"sqlite:///{shutil.copy(self._empty, self.new_folder())}"
        else:
            url = self._server.new_database(str(self._empty))
        with Register.open(url, KEY) as register:
            yield register


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def registers(request: pytest.FixtureRequest, tmp_path: Path) -> Registers:
    """Registers in files, and on a server."""
    if request.param == "sqlite":
        return Registers(tmp_path, request.getfixturevalue("in_a_file"), None)
    return Registers(tmp_path, request.getfixturevalue("on_the_server"), request.getfixturevalue("server"))


def written(folder: Path, consent_rows: Sequence[Row], people_rows: Sequence[Row] = PEOPLE) -> Path:
    """The folder, with both tables in it."""
    for name, rows in (("people.csv", people_rows), ("consents.csv", consent_rows)):
        buffer = io.StringIO(newline="")
        writer = csv.DictWriter(buffer, list(rows[0]) if rows else ["person", "kind", "state"], delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
        (folder / name).write_text(buffer.getvalue(), encoding="utf-8")
    return folder


def brought(register: Register, path: Path, *, update: bool = False) -> Outcome:
    """What came of an import without a problem."""
    done = import_files(register, path, YuNetSFace(), Manner(accept=lambda _: None, update=update))
    assert done.problems == ()
    return done


def judged(register: Register, cases: Sequence[Posting]) -> list[tuple[str, str, bool]]:
    """What everybody's consents say to each posting."""
    with register.reading() as unit:
        return [
            (person.id, found.status.value, found.covered)
            for person in people(unit)
            for found in (cover(person, consents(unit, person.id), posting, unit.policy) for posting in cases)
        ]


@pytest.mark.slow
@FEW
@given(rows=ROWS, more=ROWS, first=st.booleans())
def test_the_same_tables_again_are_nothing_new(
    registers: Registers, rows: list[Row], more: list[Row], *, first: bool
) -> None:
    with registers.new() as register:
        brought(register, written(registers.new_folder(), rows), update=first)
        folder = written(registers.new_folder(), [*rows, *more])
        brought(register, folder, update=True)
        head = register.head()
        done = brought(register, folder, update=True)
        assert register.head() == head
        assert not sum((*done.imported.values(), *done.changed.values()))


@pytest.mark.slow
@FEW
@given(rows=ROWS, cases=CASES, order=st.randoms(use_true_random=False), before=ROWS)
def test_no_order_of_rows_matters_to_what_is_judged(
    registers: Registers, rows: list[Row], cases: list[Posting], order: random.Random, before: list[Row]
) -> None:
    found = []
    for turned in (False, True):
        with registers.new() as register:
            brought(register, written(registers.new_folder(), before))
            others = [*rows, *before]
            if turned:
                order.shuffle(others)
            people_rows = PEOPLE[::-1] if turned else PEOPLE
            brought(register, written(registers.new_folder(), others, people_rows), update=True)
            found.append(judged(register, cases))
    assert found[0] == found[1]


@pytest.mark.slow
@FEW
@given(rows=ROWS, late=ROWS, cases=CASES)
def test_what_goes_out_comes_in_and_is_judged_the_same(
    registers: Registers, rows: list[Row], late: list[Row], cases: list[Posting]
) -> None:
    with registers.new() as register:
        brought(register, written(registers.new_folder(), rows))
        brought(register, written(registers.new_folder(), late, ()) / "consents.csv")
        as_it_is = judged(register, cases)
        tables, document = registers.new_folder(), registers.new_folder() / "all.json"
        for name, data in export_tables(register).items():
            (tables / name).write_bytes(data)
        with register.reading() as unit:
            document.write_bytes(register_json(unit))
        head = register.head()
        for path in (tables, document):
            brought(register, path, update=True)
        assert register.head() == head
    for path in (tables, document):
        with registers.new() as other:
            brought(other, path, update=True)
            assert judged(other, cases) == as_it_is
