"""What the log keeps digests of: bytes that stay as they are while records gain fields."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable

import msgspec
import pytest
from tests.domain.samples import (
    ACCOUNT,
    API_TOKEN,
    ARTWORK,
    CONSENT,
    DECISION,
    DISMISSAL,
    END,
    ENDING,
    EVIDENCE,
    FINGERPRINT,
    LICENCE,
    MOMENT,
    NOTICE,
    PERSON,
    PLACE,
    PUBLICATION,
    RELEASE,
    SCOPE,
    SESSION,
    WORK,
    Record,
    fields_behind,
)

from imgpolicy.domain import account_forms, canonical
from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState, LegalBasis
from imgpolicy.domain.scope import Scope


@dataclasses.dataclass(frozen=True)
class Case:
    """A record that says everything: which fields are no part of its form, and which can be altered behind it."""

    name: str
    apart: frozenset[str]
    behind: Callable[[], set[str]]


def case(record: Record, form: Callable[[Record], bytes], *apart: str) -> Case:
    return Case(type(record).__name__, frozenset(apart), lambda: fields_behind(record, form))


FULL = (
    case(PERSON, canonical.person_form),
    # Counted when it is read.
    case(CONSENT, canonical.consent_form, "used"),
    # The end has a form of its own.
    case(LICENCE, canonical.licence_form, "used", "end"),
    case(END, lambda end: canonical.end_form("l-1", end)),
    case(WORK, canonical.work_form),
    case(FINGERPRINT, lambda known: canonical.work_form(dataclasses.replace(WORK, fingerprints=(known,)))),
    case(ARTWORK, lambda artwork: canonical.artwork_form("w", artwork)),
    # That it came down has an entry of its own.
    case(PUBLICATION, canonical.publication_form, "down"),
    case(EVIDENCE, canonical.evidence_form),
    case(NOTICE, canonical.notice_form),
    case(DECISION, canonical.decision_form, "release"),
    case(RELEASE, lambda release: canonical.release_form("d-1", release)),
    case(DISMISSAL, canonical.dismissal_form, "ending"),
    case(PLACE, lambda place: canonical.dismissal_form(dataclasses.replace(DISMISSAL, place=place))),
    case(ACCOUNT, account_forms.account_form),
    # When it was last used the log does not tell.
    case(SESSION, lambda session: account_forms.sessions_form("mkl", [session]), "account", "seen"),
    case(API_TOKEN, lambda token: account_forms.token_form(token, "0" * 64)),
    case(ENDING, lambda ending: canonical.ending_form("f-1", ending)),
)
"""One of each kind of record."""


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
    class WiderForm(canonical._ConsentForm, frozen=True, kw_only=True, omit_defaults=True, tag="consent/2"):
        nickname: str | None = None

    consent = Consent(id="c-1", person="a", kind=ConsentKind.BIOMETRIC, state=ConsentState.GIVEN, at=MOMENT)
    written = canonical.consent_form(consent)
    assert msgspec.json.encode(msgspec.json.decode(written, type=WiderForm)) == written
    more = WiderForm(id="c", person="a", kind="k", state="s", at=MOMENT, basis=LegalBasis.CONSENT, nickname="n")
    assert b"nickname" in msgspec.json.encode(more)
