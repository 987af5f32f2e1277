"""Every field of a record is kept by the register; of a consent each can be typed and is told of."""

from __future__ import annotations

import dataclasses
import inspect
from pathlib import Path

import pytest
from tests.domain.samples import CONSENT, LICENCE, PERSON
from tests.support import asked, wrote

from imgpolicy.cli.consent import grant
from imgpolicy.domain.consent import Consent, LegalBasis
from imgpolicy.domain.licence import Licence
from imgpolicy.domain.person import Person
from imgpolicy.domain.scope import SCOPE_FIELDS
from imgpolicy.domain.work import KnownFingerprint
from imgpolicy.register.consents import record_consent
from imgpolicy.register.evidence import add_notice
from imgpolicy.register.licences import add_licence, licences
from imgpolicy.register.people import add_person, person
from imgpolicy.register.register import Register
from imgpolicy.register.statements import consents
from imgpolicy.register.works import add_work

PAGE = Path(__file__).parents[2] / "docs" / "register.md"

OPTIONS = {
    "kind": "kind",
    "state": "requested",
    "excluded": "except_",
    "valid_from": "from_",
    "valid_until": "until",
    "max_publications": "max_publications",
    "basis": "basis",
    "given_by": "given_by",
    "collected": "collected",
    "notice": "notice",
    "at": "stated",
    **{name: dimension.value for dimension, name in SCOPE_FIELDS.items()},
}
"""By which option of `consent grant` a field of a consent, or of its scope, is said."""

NOT_TYPED = {"id", "person", "scope", "about", "reason", "by", "second", "used"}
"""Made by the program, said by the command itself or by its argument, or by a denial's commands and an error's."""


def written(option: str) -> str:
    return f"--{option.rstrip('_').replace('_', '-')}"


def fields_of(kind: type[Consent]) -> set[str]:
    return {field.name for field in dataclasses.fields(kind)}


def test_every_field_of_a_consent_can_be_typed() -> None:
    typed = (fields_of(Consent) | set(SCOPE_FIELDS.values())) - NOT_TYPED
    options = set(inspect.signature(grant).parameters)
    for field in typed:
        assert OPTIONS.get(field, field) in options, f"`consent grant` has no option for {field}"


def test_every_option_of_a_consent_is_told_of() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for option in (OPTIONS.get(field, field) for field in fields_of(Consent) - NOT_TYPED):
        assert written(option) in page, f"{PAGE.name} does not tell of {written(option)}"


@pytest.mark.parametrize("record", [PERSON, CONSENT, LICENCE], ids=lambda record: type(record).__name__)
def test_a_sample_says_something_in_every_field(record: Person | Consent | Licence) -> None:
    for field in dataclasses.fields(record):
        if field.compare and field.default is not dataclasses.MISSING:
            assert getattr(record, field.name) != field.default, f"put a value for {field.name} into the sample"


def test_every_field_of_a_person_is_kept(anywhere: Register) -> None:
    for guardian in (*PERSON.guardians, *(former.id for former in PERSON.former_guardians)):
        wrote(anywhere, add_person, Person(id=guardian, name="Guardian"))
    wrote(anywhere, add_person, PERSON)
    assert asked(anywhere, person, PERSON.id) == PERSON


@pytest.mark.slow
def test_every_field_of_a_consent_is_kept(anywhere: Register) -> None:
    guardian = Person(id="parent", name="Parent")
    wrote(anywhere, add_person, guardian)
    wrote(anywhere, add_person, Person(id="child", name="Child", guardians=frozenset({guardian.id})))
    notice = wrote(anywhere, add_notice, "1", "en", "What we do with your picture.")
    first = dataclasses.replace(CONSENT, id="c-0", person="child", given_by="parent", notice=notice.id, about=None)
    first = dataclasses.replace(first, by=None, second=None)
    said = dataclasses.replace(first, id="c-1", about="c-0", basis=LegalBasis.CONTRACT)
    for consent in (first, said):
        wrote(anywhere, record_consent, consent)
    assert asked(anywhere, consents, "child") == (first, said)


def test_every_field_of_a_licence_is_kept(anywhere: Register) -> None:
    wrote(anywhere, add_work, "W", [KnownFingerprint(pdq=4)], work_id=LICENCE.work)
    wrote(anywhere, add_licence, LICENCE)
    assert asked(anywhere, licences) == (LICENCE,)
