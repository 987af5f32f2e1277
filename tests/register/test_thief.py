"""What a register shows to whoever has its file, or the server's tables, and no key: what docs/threat-model.md says."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.postgres import Server, engine_of
from tests.register.support import KEY, Made, biometric, vectors
from tests.support import wrote

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.licence import Licence
from imgpolicy.domain.person import Adulthood, FormerGuardian, Person
from imgpolicy.domain.publication import Publication
from imgpolicy.domain.scope import Scope
from imgpolicy.domain.work import KnownFingerprint
from imgpolicy.errors import RegisterError
from imgpolicy.register.consents import record_consent
from imgpolicy.register.evidence import add_evidence, add_licence_evidence
from imgpolicy.register.faces import add_faces
from imgpolicy.register.licences import add_licence, end_licence
from imgpolicy.register.people import add_person
from imgpolicy.register.publications import add_publication, takedowns
from imgpolicy.register.register import Register
from imgpolicy.register.sql.base import metadata
from imgpolicy.register.sql.transaction import Transaction  # noqa: F401  # with it all tables are known
from imgpolicy.register.works import add_work

PAGE = Path(__file__).parents[2] / "docs" / "threat-model.md"
GOLDEN = Path(__file__).parent / "golden"
_ROW = re.compile(r"^\| `(\w+)` \| (`.*`) \|", re.MULTILINE)

DAYS = [dt.date(2081, 3, day) for day in range(1, 10)]
POST = Publication(
    picture="5e" * 32,
    url="https://example.org/zzurl",
    published=DAYS[3],
    channel="zzchannel",
    purpose="zzpurpose",
    campaign="zzcampaign",
    audience="zzaudience",
    territory="zzterritory",
    setting="zzsetting",
    event="zzevent",
    edit="zzedit",
)
STATES = ("given", "withdrawn", "refused", "renewed", "requested")


def scope(prefix: str) -> Scope:
    """Another word in each dimension."""
    return Scope(**{field.name: frozenset({f"zz{prefix}{field.name}"}) for field in dataclasses.fields(Scope)})


def in_the_open() -> set[str]:
    """The columns that the page says are in the open, each as table.column."""
    found = _ROW.findall(PAGE.read_text(encoding="utf-8"))
    return {f"{table}.{column}" for table, columns in found for column in re.findall(r"`(\w+)`", columns)}


def fill(register: Register) -> None:
    """Words, days and a state that are nowhere else, in every field that is to be sealed."""
    with register.writing() as unit:
        former = frozenset({FormerGuardian("eileen", DAYS[0])})
        ward = Person(id="child", name="zzname", relation="zzrelation", guardians=frozenset({"grace"}))
        add_person(unit, dataclasses.replace(ward, former_guardians=former, born=dt.date(2019, 4, 8)))
        add_person(unit, Person(id="adult", name="zzgrown", adult=Adulthood(by="zzword", on=dt.date(2017, 4, 8))))
        wide = Scope(channels=frozenset({"any"}), purposes=frozenset({"any"}))
        said = Consent(person="eileen", kind=ConsentKind.PUBLICATION, state=ConsentState.GIVEN, scope=wide)
        plain = record_consent(unit, said)
        told = dataclasses.replace(said, id="c-2", collected="zzcollected", scope=scope("in"), excluded=scope("out"))
        record_consent(unit, dataclasses.replace(told, valid_from=DAYS[1], valid_until=DAYS[2]))
        work = add_work(unit, "Harbour", [KnownFingerprint(sha256="9" * 64, phash=1, pdq=2, quality=80)])
        add_publication(unit, dataclasses.replace(POST, people={"eileen": plain.id}, works={work.id: None}))
        licence = Licence(work=work.id, licensor="zzlicensor", terms="zzterms", url="https://example.org/zzterms")
        licence = dataclasses.replace(licence, credit="zzcredit", scope=scope("lin"), excluded=scope("lout"))
        add_licence(unit, dataclasses.replace(licence, valid_from=DAYS[4], valid_until=DAYS[5]))
        add_licence_evidence(unit, licence.id, "zzcontract.pdf", b"zzcontract")
        end_licence(unit, licence.id, "zzsold")
        add_evidence(unit, "eileen", "zzform.pdf", b"zzform", consent=plain.id)
        denied = dataclasses.replace(said, id="c-3", state=ConsentState.WITHDRAWN, reason="zzreason", scope=Scope())
        record_consent(unit, denied)
        assert [task.cause for task in takedowns(unit)] == ["withdrawn"]
    wrote(register, record_consent, biometric("grace"))
    wrote(register, add_faces, "grace", "engine", vectors(2))


SECRETS = re.compile(rb"zz[a-z]{4}|2081-03-|2019-04-08|2017-04-08|5e5e5e5e|" + "|".join(STATES).encode())
"""None of these stands in sealed bytes by chance, which are as good as random."""


def cells(url: str) -> Iterator[tuple[str, bytes]]:
    """Column and value of every cell of every table, as a dump of the database would have them."""
    engine = engine_of(url)
    with engine.connect() as connection:
        for name in sa.inspect(connection).get_table_names():
            for row in connection.execute(sa.text(f"SELECT * FROM {name}")).mappings():  # the tables' own
                for column, value in row.items():
                    yield f"{name}.{column}", value if isinstance(value, bytes) else str(value).encode()
    engine.dispose()


def test_the_page_names_every_column_that_is_in_the_open() -> None:
    columns = {f"{table.name}.{column.name}": column for table in metadata.sorted_tables for column in table.columns}
    binary = {name for name, column in columns.items() if isinstance(column.type, sa.LargeBinary)}
    assert in_the_open() - binary == columns.keys() - binary
    assert in_the_open() & binary == {"artwork.picture", "artwork.template", "work_picture.features"}


def test_the_file_shows_nothing_of_what_is_sealed(made: Made) -> None:
    fill(made.register)
    raw = made.raw_bytes()
    assert SECRETS.findall(raw) == []


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def test_no_cell_shows_anything_of_what_is_sealed(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    if kind == "sqlite":
        url = f"sqlite:///{shutil.copy(request.getfixturevalue('in_a_file'), tmp_path)}"
    else:
        server: Server = request.getfixturevalue("server")
        url = server.new_database(request.getfixturevalue("on_the_server"))
    with Register.open(url, KEY) as register:
        fill(register)
    assert [name for name, value in cells(url) if SECRETS.search(value)] == []


OPEN_BEFORE = (
    b"https://example.org/p-1",
    b"campaigns-1",
    b"linkedin",
    b"collage",
    b"withdrawn",
    b"-06-30",
    b"territories-1",
)


@pytest.mark.parametrize("revision", sorted(file.stem for file in GOLDEN.glob("*.sqlite")))
def test_what_an_earlier_version_held_in_the_open_has_left_the_file(revision: str, tmp_path: Path) -> None:
    file = Path(shutil.copy(GOLDEN / f"{revision}.sqlite", tmp_path / "register.sqlite"))
    # Of which kind an event is that webhooks are told stands in the open since then.
    words = [word for word in OPEN_BEFORE if revision < "0011" or word != b"withdrawn"]
    assert any(word in file.read_bytes() for word in words) is (revision < "0008")
    with Register.open(f"sqlite:///{file}", KEY) as register:
        raw = Made(register, file).raw_bytes()
    assert [word for word in words if word in raw] == []


def test_a_key_that_is_another_registers_changes_nothing(tmp_path: Path) -> None:
    file = Path(shutil.copy(GOLDEN / "0007.sqlite", tmp_path / "register.sqlite"))
    with pytest.raises(RegisterError, match="the key does not open this register"):
        Register.open(f"sqlite:///{file}", bytes(32))
    assert file.read_bytes() == (GOLDEN / "0007.sqlite").read_bytes()
