"""One of each kind of record, with something in every field, and each field's other values.

A field that a record gains goes into its sample: what is held against the samples then fails wherever it was forgotten.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from enum import Enum
from typing import TypeVar

from imgpolicy.domain.account import Account, AccountRole, ApiToken, Identity, Right, Session
from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState, LegalBasis
from imgpolicy.domain.decision import Decision, Release
from imgpolicy.domain.dismissal import Dismissal, Ending, Place
from imgpolicy.domain.evidence import Evidence, Notice
from imgpolicy.domain.licence import End, Licence
from imgpolicy.domain.person import Adulthood, FormerGuardian, Person
from imgpolicy.domain.publication import Publication, Takedown
from imgpolicy.domain.scope import Scope
from imgpolicy.domain.terms import DismissedAs
from imgpolicy.domain.work import Features, KnownArtwork, KnownFingerprint, Work, WorkKind

MOMENT = dt.datetime(2026, 3, 1, 12, 30, tzinfo=dt.UTC)
DAY = dt.date(2026, 3, 1)
SCOPE = Scope(**{field.name: frozenset({"b", "a"}) for field in dataclasses.fields(Scope)})
FEATURES = Features(version="1", width=4, height=3, data=b"x")

PERSON = Person(
    id="a",
    name="A",
    relation="guest",
    born=dt.date(1990, 5, 1),
    guardians=frozenset({"b", "c"}),
    former_guardians=frozenset({FormerGuardian("d", DAY)}),
    adult=Adulthood(by="Kim Berg", on=DAY),
    email="a@example.org",
)
CONSENT = Consent(
    id="c-1",
    person="a",
    kind=ConsentKind.PUBLICATION,
    state=ConsentState.GIVEN,
    scope=SCOPE,
    excluded=SCOPE,
    valid_from=DAY,
    valid_until=DAY,
    max_publications=3,
    basis=LegalBasis.CONTRACT,
    given_by="b",
    collected="form",
    notice="n-1",
    about="c-0",
    reason="why",
    at=MOMENT,
    by="Kim Berg",
    second="Li Dam",
)
END = End(at=MOMENT, reason="sold")
LICENCE = Licence(
    id="l-1",
    work="w",
    licensor="L",
    terms="some",
    url="https://example.org",
    scope=SCOPE,
    excluded=SCOPE,
    valid_from=DAY,
    valid_until=DAY,
    max_publications=3,
    credit="line",
    credit_required=True,
    at=MOMENT,
    end=END,
)
FINGERPRINT = KnownFingerprint(sha256="0" * 64, phash=1, pdq=2, quality=70, features=FEATURES)
WORK = Work(id="w", kind=WorkKind.WORK, title="T", owner="O", fingerprints=(FINGERPRINT,), words=("W",))
ARTWORK = KnownArtwork(sha256="0" * 64, picture=b"png", version="1", template=b"t")
PUBLICATION = Publication(
    id="p-1",
    picture="0" * 64,
    url="u",
    published=DAY,
    channel="website",
    purpose="pr",
    campaign="one",
    audience="public",
    territory="dk",
    setting="office",
    event="party",
    pdq="cd" * 32,
    edit="crop",
    people={"a": "c-1"},
    works={"w": "l-1"},
    at=MOMENT,
    down=MOMENT,
)
TAKEDOWN = Takedown(
    id="t-1", publication=PUBLICATION, cause="withdrawn", consent="c-1", licence="l-1", opened=MOMENT, closed=MOMENT
)
EVIDENCE = Evidence(id="e-1", person="a", consent="c-1", licence="l-1", name="f", sha256="0" * 64, size=3, at=MOMENT)
NOTICE = Notice(id="n-1", version="1", language="da", text="text")
RELEASE = Release(by="A", reason="r", second="B")
DECISION = Decision(
    id="d-1", picture="0" * 64, policy="p", head="h", verdict="go", report=b"{}", release=RELEASE, at=MOMENT
)
PLACE = Place(
    picture="0" * 64,
    phash="1",
    pdq="2",
    quality=90,
    width=40,
    height=30,
    box=(0.1, 0.2, 0.3, 0.4),
    look="3",
    clarity=80,
    frame=1,
)
ENDING = Ending(by="A", reason="r", at=MOMENT)
DISMISSAL = Dismissal(id="f-1", what=DismissedAs.ARTWORK, place=PLACE, by="A", reason="r", at=MOMENT, ending=ENDING)
IDENTITY = Identity(issuer="https://login.example.org", subject="1234", email="mkl@example.org")
ACCOUNT = Account(id="mkl", name="Mette", role=AccountRole.KEEPER, added=MOMENT, ended=MOMENT, identity=IDENTITY)
SESSION = Session(id="0" * 64, account="mkl", began=MOMENT, seen=MOMENT)
API_TOKEN = ApiToken(
    id="k-1",
    account="mkl",
    label="cms",
    rights=frozenset({Right.SEE, Right.CHECK}),
    created=MOMENT,
    ends=MOMENT,
    revoked=MOMENT,
)

Record = TypeVar("Record")


def other(value: object, name: str = "") -> object:  # noqa: C901, PLR0911, PLR0912  # a line a type
    """Another value that a field of this name with this value may have."""
    match value:
        case Enum():
            return next(one for one in type(value) if one is not value)
        case bool():
            return not value
        case frozenset():
            return frozenset(sorted(value)[1:]) if isinstance(min(value), Enum) else _with_another(value)
        case int() | float():
            return value + 1
        case str():
            return f"1{value}"[:64]  # a hash stays as long as one
        case bytes():
            return b"[]" if name == "report" else value + b"1"
        case dt.datetime():
            return value + dt.timedelta(microseconds=1)
        case dt.date():
            return value + dt.timedelta(days=1)
        case Scope():
            return dataclasses.replace(value, edits=frozenset({"c"}))
        case dict():
            return {**value, "z": None}
        case tuple() if hasattr(value, "_make"):
            return value._make((*value[:-1], other(value[-1])))
        case tuple():
            return (*value[:-1], other(value[-1]))
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            last = dataclasses.fields(value)[-1].name
            return dataclasses.replace(value, **{last: other(getattr(value, last), last)})
    raise AssertionError(f"say how another {type(value).__name__} is made, and give {name} one in the sample")


def _with_another(value: frozenset[object]) -> frozenset[object]:
    first, *rest = sorted(value, key=str)
    return frozenset({other(first), *rest})


def changed(record: Record, name: str) -> Record:
    """The record with another value in this field."""
    return dataclasses.replace(record, **{name: other(getattr(record, name), name)})  # type: ignore[type-var]  # a dataclass


def fields_of(record: object) -> list[str]:
    """The names of the record's fields."""
    return [field.name for field in dataclasses.fields(record)]  # type: ignore[arg-type]  # a dataclass


def fields_behind(record: Record, form: Callable[[Record], object]) -> set[str]:
    """The fields that can be altered without altering the form."""
    return {name for name in fields_of(record) if form(changed(record, name)) == form(record)}
