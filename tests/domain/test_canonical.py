"""What the log keeps digests of: bytes that stay as they are while records gain fields."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from enum import Enum
from typing import TypeVar

import msgspec
import pytest

from imgpolicy.domain import canonical
from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState, LegalBasis
from imgpolicy.domain.decision import Decision, Release
from imgpolicy.domain.dismissal import Dismissal, Ending, Place
from imgpolicy.domain.evidence import Evidence, Notice
from imgpolicy.domain.licence import End, Licence
from imgpolicy.domain.person import Person
from imgpolicy.domain.publication import Publication
from imgpolicy.domain.scope import Scope
from imgpolicy.domain.terms import DismissedAs
from imgpolicy.domain.work import Features, KnownArtwork, KnownFingerprint, Work, WorkKind

MOMENT = dt.datetime(2026, 3, 1, 12, 30, tzinfo=dt.UTC)
DAY = dt.date(2026, 3, 1)
SCOPE = Scope(**{field.name: frozenset({"b", "a"}) for field in dataclasses.fields(Scope)})
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
)
Record = TypeVar("Record")


@dataclasses.dataclass(frozen=True)
class Case:
    """A record that says everything: which fields are no part of its form, and which can be altered behind it."""

    name: str
    apart: frozenset[str]
    behind: Callable[[], set[str]]


def case(record: Record, form: Callable[[Record], bytes], *apart: str) -> Case:
    return Case(type(record).__name__, frozenset(apart), lambda: fields_behind(record, form))


FULL = (
    case(Person(id="a", name="A", relation="guest", born=DAY, guardian="b"), canonical.person_form),
    case(
        Consent(
            id="c-1",
            person="a",
            kind=ConsentKind.PUBLICATION,
            state=ConsentState.GIVEN,
            scope=SCOPE,
            excluded=SCOPE,
            valid_from=DAY,
            valid_until=DAY,
            max_publications=3,
            given_by="b",
            collected="form",
            notice="n-1",
            about="c-0",
            reason="why",
            at=MOMENT,
        ),
        canonical.consent_form,
        # Counted when it is read.
        "used",
    ),
    case(
        Licence(
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
        ),
        canonical.licence_form,
        # The end has a form of its own.
        "used",
        "end",
    ),
    case(End(at=MOMENT, reason="sold"), lambda end: canonical.end_form("l-1", end)),
    case(
        Work(
            id="w",
            kind=WorkKind.WORK,
            title="T",
            owner="O",
            fingerprints=(KnownFingerprint(sha256="0" * 64, phash=1, pdq=2, quality=70),),
        ),
        canonical.work_form,
    ),
    case(
        KnownFingerprint(
            sha256="0" * 64, phash=1, pdq=2, quality=70, features=Features(version="1", width=4, height=3, data=b"x")
        ),
        lambda known: canonical.work_form(
            Work(id="w", kind=WorkKind.WORK, title="T", owner=None, fingerprints=(known,))
        ),
    ),
    case(
        KnownArtwork(sha256="0" * 64, picture=b"png", version="1", template=b"t"),
        lambda artwork: canonical.artwork_form("w", artwork),
        # Learnt from the picture, anew when the version changes.
        "version",
        "template",
    ),
    case(
        Publication(
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
            edit="crop",
            people={"a": "c-1"},
            works={"w": "l-1"},
            at=MOMENT,
        ),
        canonical.publication_form,
        # That it came down has an entry of its own.
        "down",
    ),
    case(
        Evidence(id="e-1", person="a", consent="c-1", licence="l-1", name="f", sha256="0" * 64, size=3, at=MOMENT),
        canonical.evidence_form,
    ),
    case(Notice(id="n-1", version="1", language="da", text="text"), canonical.notice_form),
    case(
        Decision(id="d-1", picture="0" * 64, policy="p", head="h", verdict="go", report=b"{}", at=MOMENT),
        canonical.decision_form,
        "release",
    ),
    case(Release(by="A", reason="r", second="B"), lambda release: canonical.release_form("d-1", release)),
    case(
        Dismissal(id="f-1", what=DismissedAs.ARTWORK, place=PLACE, by="A", reason="r", at=MOMENT),
        canonical.dismissal_form,
        "ending",
    ),
    case(
        PLACE,
        lambda place: canonical.dismissal_form(
            Dismissal(id="f-1", what=DismissedAs.ARTWORK, place=place, by="A", reason="r", at=MOMENT)
        ),
    ),
    case(Ending(by="A", reason="r", at=MOMENT), lambda ending: canonical.ending_form("f-1", ending)),
)
"""One of each kind of record."""


def other(value: object, name: str = "") -> object:  # noqa: C901, PLR0911, PLR0912  # a line a type
    """Another value that a field of this name with this value may have."""
    match value:
        case None if name == "features":
            return Features(version="1", width=4, height=3, data=b"x")
        case None:
            return "something"
        case Enum():
            return next(one for one in type(value) if one is not value)
        case bool():
            return not value
        case int() | float():
            return value + 1
        case str():
            return f"{value}1"
        case bytes():
            return value + b"1"
        case dt.datetime():
            return value + dt.timedelta(microseconds=1)
        case dt.date():
            return value + dt.timedelta(days=1)
        case Scope():
            return dataclasses.replace(value, edits=frozenset({"c"}))
        case dict():
            return {**value, "z": None}
        case tuple():
            return (*value[:-1], other(value[-1]))
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            last = dataclasses.fields(value)[-1].name
            return dataclasses.replace(value, **{last: other(getattr(value, last), last)})
    raise AssertionError(f"say how another {type(value).__name__} is made")


def changed(record: Record, name: str) -> Record:
    """The record with another value in this field."""
    return dataclasses.replace(record, **{name: other(getattr(record, name), name)})  # type: ignore[type-var]  # a dataclass


def fields_behind(record: Record, form: Callable[[Record], bytes]) -> set[str]:
    """The fields that can be altered without altering the form."""
    names = [field.name for field in dataclasses.fields(record)]  # type: ignore[arg-type]  # a dataclass
    return {name for name in names if form(changed(record, name)) == form(record)}


@pytest.mark.parametrize("apart", FULL, ids=lambda apart: apart.name)
def test_no_field_of_a_record_can_be_altered_behind_its_form(apart: Case) -> None:
    assert apart.behind() == apart.apart


@pytest.mark.parametrize("dimension", [field.name for field in dataclasses.fields(Scope)])
def test_no_word_of_a_scope_can_be_altered_behind_its_form(dimension: str) -> None:
    consent = Consent(person="a", kind=ConsentKind.PUBLICATION, state=ConsentState.GIVEN, scope=SCOPE, excluded=SCOPE)
    less = dataclasses.replace(SCOPE, **{dimension: frozenset({"a"})})
    for altered in (dataclasses.replace(consent, scope=less), dataclasses.replace(consent, excluded=less)):
        assert canonical.consent_form(altered) != canonical.consent_form(consent)


def test_what_is_empty_is_left_out() -> None:
    consent = Consent(id="c-1", person="a", kind=ConsentKind.BIOMETRIC, state=ConsentState.GIVEN, at=MOMENT)
    assert canonical.consent_form(consent) == (
        b'{"form":"consent/2","id":"c-1","person":"a","kind":"biometric","state":"given",'
        b'"at":"2026-03-01T12:30:00Z","basis":"consent"}'
    )


def test_a_form_does_not_depend_on_the_order_of_words_or_on_the_time_zone() -> None:
    east = MOMENT.astimezone(dt.timezone(dt.timedelta(hours=2)))
    one = Consent(id="c", person="a", kind=ConsentKind.PUBLICATION, state=ConsentState.GIVEN, scope=SCOPE, at=MOMENT)
    assert canonical.consent_form(one) == canonical.consent_form(dataclasses.replace(one, at=east))


def test_a_field_that_is_added_leaves_older_bytes_as_they_are() -> None:
    class WiderForm(canonical.ConsentForm, frozen=True, kw_only=True, omit_defaults=True, tag="consent/2"):
        nickname: str | None = None

    consent = Consent(id="c-1", person="a", kind=ConsentKind.BIOMETRIC, state=ConsentState.GIVEN, at=MOMENT)
    written = canonical.consent_form(consent)
    assert msgspec.json.encode(msgspec.json.decode(written, type=WiderForm)) == written
    more = WiderForm(id="c", person="a", kind="k", state="s", at=MOMENT, basis=LegalBasis.CONSENT, nickname="n")
    assert b"nickname" in msgspec.json.encode(more)
