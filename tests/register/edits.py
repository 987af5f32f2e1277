"""Edits of a register behind its back, made from its tables as they are, and a register with something in each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa
from tests.register.desks import laid_down
from tests.register.support import biometric, no, post, vectors, yes
from tests.register.test_dismissals import POSTER
from tests.register.test_logos import artwork, prints
from tests.register.test_rights import REPORT
from tests.service.asked import FORM
from tests.support import wrote

from imgpolicy.domain.account import Account, AccountRole, Right
from imgpolicy.domain.decision import Decision, Release
from imgpolicy.domain.licence import Licence
from imgpolicy.domain.person import Person
from imgpolicy.domain.publication import Publication
from imgpolicy.domain.request import Answer, ConsentRequest, RequestState, Said, Whom
from imgpolicy.domain.scope import Scope
from imgpolicy.domain.webhook import EventKind, Webhook
from imgpolicy.domain.work import Features, KnownFingerprint, WorkKind
from imgpolicy.register.accounts import add_account, set_password
from imgpolicy.register.consents import record_consent
from imgpolicy.register.decisions import record_decision
from imgpolicy.register.dismissals import dismiss, reinstate
from imgpolicy.register.evidence import add_evidence, add_licence_evidence, add_notice
from imgpolicy.register.faces import add_faces
from imgpolicy.register.licences import add_licence, end_licence
from imgpolicy.register.logos import add_logo
from imgpolicy.register.maintenance import Health, verify
from imgpolicy.register.outbox import queue
from imgpolicy.register.people import add_person
from imgpolicy.register.publications import add_publication, close_takedown
from imgpolicy.register.register import Register
from imgpolicy.register.requests import add_answer, add_form, add_request, change_request, remove_request
from imgpolicy.register.sessions import add_token, begin_session
from imgpolicy.register.sql.base import Cell, metadata
from imgpolicy.register.sql.transaction import Transaction  # noqa: F401  # with it all tables are known
from imgpolicy.register.webhooks import add_webhook, remove_webhook
from imgpolicy.register.works import add_work

DAY = dt.timedelta(days=1)
TABLES = sorted(metadata.tables)
NUMBERS = {"face_vector.id", "work_picture.id"}
"""Say in which order rows came, and nothing else; no form has them."""

REFUSED = {"face_vector.kind"}
"""The database itself keeps one value there."""

Edit = Callable[[sa.Connection], object]


class _Undone(Exception):  # noqa: N818  # nothing is wrong
    """Ends a unit of work in which something was only tried."""


def fill(register: Register) -> None:
    """Two rows at least in every table, but for that of the register's key."""
    with_webhooks(register)
    with register.writing() as unit:
        notice = add_notice(unit, "1", "en", "May we?")
        add_notice(unit, "1", "da", "Må vi?")
        for one in ("child", "pupil"):
            add_person(unit, Person(id=one, name=one.title(), born=dt.date(2020, 1, 1), guardians=frozenset({"grace"})))
        yeses = [
            record_consent(unit, replace(YES, id=f"c-{one}", person=one, notice=notice.id))
            for one in ("eileen", "grace")
        ]
        works = [
            add_work(
                unit, f"Harbour {n}", [KnownFingerprint(sha256=f"{n:064x}", phash=n, features=FEATURES)], owner="O"
            )
            for n in (1, 2)
        ]
        add_work(unit, "Secret", prints(3), kind=WorkKind.RESTRICTED)
        add_logo(unit, "Mark", prints(4), [artwork(4), artwork(5)], kind=WorkKind.OWN_LOGO, words=["Example Mark"])
        licences = [add_licence(unit, replace(LICENCE, id=f"l-{work.id}", work=work.id)) for work in works]
        for licence in licences:
            add_licence_evidence(unit, licence.id, "licence.pdf", licence.id.encode())
    with_biometrics(register, "eileen", "grace")
    said = {consent.person: consent.id for consent in yeses}
    posts = [post(register, *yeses, number=number) for number in range(3)]
    with_works(register, [(one.work, one.id) for one in licences])
    with register.writing() as unit:
        for one in ("eileen", "grace"):
            add_evidence(unit, one, "form.pdf", f"the form of {one}".encode(), consent=said[one])
            record_decision(unit, decision(REPORT.replace(b"eileen", one.encode())))
        dismiss(unit, POSTER)
        dismiss(unit, replace(POSTER, id="f-2"))
        dismiss(unit, replace(POSTER, id="f-3"))
        for one in ("f-1", "f-2"):
            reinstate(unit, one, "Anna", "it is a face")
        for one in ("eileen", "grace"):
            laid_down(unit, one)
        for licence in licences:
            end_licence(unit, licence.id, "sold")
        record_consent(unit, no())
        close_takedown(unit, posts[0].id)
        queue(unit, EventKind.WITHDRAWN, dt.datetime.now(dt.UTC), b"{}", about=("eileen", "grace"))
    with_accounts(register, "mkl", "ejb")
    with_requests(register, "eileen", "grace")


def with_requests(register: Register, *people: str) -> None:
    """Two forms, requests to these people and two to many, an answer to each, and one that was taken back."""
    now = dt.datetime.now(dt.UTC)
    with register.writing() as unit:
        form = add_form(unit, FORM)
        add_form(unit, replace(FORM, id="f-two"))
        for one in (*people, None, None):
            name = one or "many"
            asked = ConsentRequest(form=form.id, person=one, language="en", made=now, ends=now + DAY, by="Anna")
            add_request(unit, asked)
            said = Said(whom=Whom.ADULT, name=name, yes=FORM.uses[:1], no=FORM.uses[1:])
            add_answer(unit, Answer(request=asked.id, form=form.id, language="en", at=now, said=said, person=one))
            change_request(unit, asked, RequestState.GIVEN_IN_PART)
        gone = ConsentRequest(id="q-gone", form=form.id, person=None, language="en", made=now, ends=now, by="Anna")
        add_request(unit, gone)
        remove_request(unit, gone.id)


def with_webhooks(register: Register) -> None:
    """Two that are told of everything, and one that is told of nothing any more."""
    with register.writing() as unit:
        for one in ("w-1", "w-2", "w-3"):
            url = f"https://cms.example.org/{one}"
            add_webhook(unit, Webhook(id=one, url=url, events=frozenset(EventKind)), one.encode() * 8)
        remove_webhook(unit, "w-3")


def with_accounts(register: Register, *logins: str) -> None:
    for login in logins:
        with register.acting_as(login).writing() as unit:
            add_account(unit, Account(id=login, name=login.upper(), role=AccountRole.KEEPER))
            set_password(unit, login, f"the hash of {login}")
            begin_session(unit, login)
            add_token(unit, login, "the library", frozenset({Right.SEE}), None)


def with_biometrics(register: Register, *people: str) -> None:
    for one in people:
        wrote(register, record_consent, biometric(one))
        wrote(register, add_faces, one, "engine", vectors(2))


def with_works(register: Register, used: list[tuple[str, str]]) -> None:
    for number, (work, licence) in enumerate(used):
        with register.writing() as unit:
            add_publication(unit, replace(BARE, id=f"p-work-{number}", works={work: licence}))


YES = replace(yes(), valid_from=dt.date(2026, 1, 1), valid_until=dt.date(2099, 1, 1))
BARE = Publication(
    picture="f" * 64,
    url="u",
    published=dt.date(2026, 3, 1),
    channel="website",
    campaign="summer",
    audience="public",
    territory="dk",
    setting="office",
    event="party",
    edit="crop",
)
LICENCE = Licence(
    work="",
    licensor="L",
    scope=Scope(channels=frozenset({"website"})),
    valid_from=dt.date(2026, 1, 1),
    valid_until=dt.date(2099, 1, 1),
)
FEATURES = Features(version="1", width=40, height=30, data=b"x" * 24 * 24)


def decision(report: bytes | None) -> Decision:
    return Decision(
        picture="a" * 64,
        policy="b" * 64,
        head="c" * 64,
        verdict="no-go",
        report=report,
        release=Release(by="A", reason="r"),
    )


def after(register: Register, edit: Edit) -> Health:
    """What `verify` says after an edit, which is undone then."""
    found: list[Health] = []
    try:
        with register.writing() as unit:
            connection = unit.sql.people._connection
            connection.exec_driver_sql(
                "PRAGMA defer_foreign_keys=ON"
                if connection.dialect.name == "sqlite"
                else "SET LOCAL session_replication_role = replica"
            )
            edit(connection)
            found.append(verify(unit))
            raise _Undone  # noqa: TRY301  # the unit ends with it
    except _Undone:
        return found[0]


def rows_of(connection: sa.Connection, table: sa.Table) -> list[dict[str, Cell]]:
    query = sa.select(table).order_by(*table.primary_key.columns)
    return [dict(row._mapping) for row in connection.execute(query)]


def is_row(table: sa.Table, row: Mapping[str, Cell]) -> sa.ColumnElement[bool]:
    return sa.and_(*(column == row[column.name] for column in table.primary_key.columns))


def another(value: Cell, column: sa.Column[object]) -> Cell:
    """A value that the column can hold and the register never wrote."""
    match value:
        case None:
            return (
                another(column.type.python_type(), column)
                if column.type.python_type in {int, bytes, str}
                else (
                    dt.date(2026, 1, 1)
                    if column.type.python_type is dt.date
                    else dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
                )
            )
        case str():
            return value[:-1] + ("1" if value.endswith("0") else "0")
        case bytes():
            return value[:-1] + bytes([value[-1] ^ 1]) if value else b"0"
        case int():
            return value + 1000
        case dt.datetime():
            return value + dt.timedelta(seconds=1)
        case dt.date():
            return value + dt.timedelta(days=1)


def change(table: sa.Table, column: sa.Column[object], *, to_nothing: bool) -> Edit:
    def edit(connection: sa.Connection) -> None:
        rows = rows_of(connection, table)
        row = next((row for row in rows if row[column.name] is not None), rows[0])
        value = None if to_nothing else another(row[column.name], column)
        connection.execute(table.update().where(is_row(table, row)).values({column.name: value}))

    return edit


def delete_first(table: sa.Table) -> Edit:
    return lambda connection: connection.execute(table.delete().where(is_row(table, rows_of(connection, table)[0])))


def truncate(table: sa.Table) -> Edit:
    return lambda connection: connection.execute(table.delete())


def copy_row(table: sa.Table) -> Edit:
    """The same row once more, under another key; where a value can be there only once, it is left out or another."""

    def edit(connection: sa.Connection) -> None:
        row = rows_of(connection, table)[0]
        last = list(table.primary_key.columns)[-1]
        unique = {
            column.name
            for c in table.constraints
            if isinstance(c, sa.UniqueConstraint) and len(c.columns) == 1
            for column in c.columns
        }
        unique |= {column.name for column in table.columns if column.unique}
        alone = {name: None if table.c[name].nullable else another(row[name], table.c[name]) for name in unique}
        new = row | {last.name: another(row[last.name], last)} | alone
        connection.execute(table.insert().values(new))

    return edit


def swap(table: sa.Table, column: sa.Column[object]) -> Edit:
    """The values of two rows, each in the other's place."""

    def edit(connection: sa.Connection) -> None:
        rows = rows_of(connection, table)
        one = rows[0]
        other = next(row for row in rows if row[column.name] != one[column.name])
        for row, value in ((one, other[column.name]), (other, one[column.name])):
            connection.execute(table.update().where(is_row(table, row)).values({column.name: value}))

    return edit


@dataclass(frozen=True)
class Case:
    name: str
    edit: Edit


def row_cases() -> Iterator[Case]:
    for name in TABLES:
        table = metadata.tables[name]
        yield Case(f"delete a row of {name}", delete_first(table))
        yield Case(f"delete all of {name}", truncate(table))
        yield Case(f"copy a row of {name}", copy_row(table))


def cell_cases() -> Iterator[Case]:
    for name in TABLES:
        table = metadata.tables[name]
        for column in table.columns:
            if f"{name}.{column.name}" not in NUMBERS | REFUSED:
                yield Case(f"change {name}.{column.name}", change(table, column, to_nothing=False))
            if column.nullable:
                yield Case(f"empty {name}.{column.name}", change(table, column, to_nothing=True))


def statement(text: str) -> Edit:
    return lambda connection: connection.exec_driver_sql(text)
