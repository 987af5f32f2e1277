"""What people said: recorded with all that follows from it, read, renewed, and what of it will end."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from imgpolicy.domain.canonical import consent_form
from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState, LegalBasis, standing
from imgpolicy.domain.log import Action
from imgpolicy.domain.person import Person
from imgpolicy.domain.publication import Due
from imgpolicy.domain.scope import SCOPE_FIELDS, Scope
from imgpolicy.domain.validate import check_consent
from imgpolicy.errors import RegisterError
from imgpolicy.register.faces import remove_faces
from imgpolicy.register.people import all_keys, person, person_key, person_row, wards
from imgpolicy.register.publications import forget_asker, open_for_denial, posts_on
from imgpolicy.register.scopes import Words, scope_pairs, scopes_of, words_by_record
from imgpolicy.register.sql.consents import ConsentRow, ScopeRow
from imgpolicy.register.sql.evidence import NoticeRow
from imgpolicy.register.unit import UnitOfWork

if TYPE_CHECKING:
    from imgpolicy.register.vault import PersonKey

_TICK = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class _Details:
    """What is sealed. A later field has a default: what was sealed before has none."""

    collected: str | None
    reason: str | None
    max_publications: int | None = None
    basis: LegalBasis = LegalBasis.CONSENT
    given_by: str | None = None
    notice: str | None = None
    about: str | None = None


def record_consent(unit: UnitOfWork, consent: Consent) -> Consent:
    """Record what a person stated, as it is kept.

    A denial counts as later than all that is recorded before it: when its `at` is not, as after a clock was set back,
    it is moved behind that. A yes keeps its time, so that an old one found later revives nothing. A denial of
    biometrics removes the person's face vectors with it; one of publication opens a take-down task for each post that
    it reaches.
    """
    check_consent(consent)
    key = person_key(unit, consent.person)
    if unit.sql.consents.owner(consent.id) is not None:
        raise RegisterError(f"there is a consent {consent.id!r} already")
    _check_references(unit, consent)
    _check_speaker(consent, person(unit, consent.person))
    # As it is read back, so that its digest in the log can be compared.
    consent = dataclasses.replace(consent, at=consent.at.astimezone(dt.UTC), used=0)
    if consent.state is ConsentState.RENEWED:
        _check_renewal(unit, consent)
    last = unit.sql.consents.last_statement(consent.person)
    if consent.denies and last is not None and consent.at <= last:
        consent = dataclasses.replace(consent, at=last + _TICK)
    unit.sql.consents.insert([sealed_row(consent, key)])
    unit.sql.consents.insert([ScopeRow(consent.id, *pair) for pair in scope_pairs(consent.scope, consent.excluded)])
    unit.log(Action.RECORD_CONSENT, consent.person, consent_form(consent))
    if consent.denies and consent.kind is ConsentKind.BIOMETRIC:
        remove_faces(unit, consent.person)
    elif consent.denies:
        open_for_denial(unit, consent, consents(unit, consent.person))
    return consent


def consents(unit: UnitOfWork, person_id: str | None = None) -> tuple[Consent, ...]:
    """The consents of one person, or of everybody, by person and in the order in which they were stated.

    Each with how many publications rest on it.
    """
    keys = all_keys(unit) if person_id is None else {person_id: person_key(unit, person_id)}
    words = words_by_record(unit.sql.consents.scopes(person_id))
    consents = _in_order(_consent(row, words.get(row.id, {}), keys) for row in unit.sql.consents.of(person_id))
    limited = [consent.id for consent in consents if consent.max_publications is not None]
    if not limited:
        return consents
    uses = unit.sql.publications.uses(limited)
    return tuple(dataclasses.replace(consent, used=uses.get(consent.id, 0)) for consent in consents)


def forget_consents(unit: UnitOfWork, person_id: str) -> None:
    """Remove what was said about a person; tasks that it asked for stay, without saying who asked."""
    for row in unit.sql.consents.of(person_id):
        forget_asker(unit, row.id)
        unit.sql.consents.delete(ScopeRow, "consent", row.id)
        unit.sql.consents.delete(ConsentRow, "id", row.id)


def renewal(unit: UnitOfWork, consent_id: str, until: dt.date | None, collected: str | None = None) -> Consent:
    """The statement that would renew this consent until another day: its scope, less what was denied since.

    Raises RegisterError when the consent is no longer there to be renewed.
    """
    owner = unit.sql.consents.owner(consent_id)
    if owner is None:
        raise RegisterError(f"there is no consent {consent_id[:80]!r}; `imgpolicy consent list` shows them")
    said = consents(unit, owner)
    old = next(consent for consent in said if consent.id == consent_id)
    root = _root(old, said)
    excluded = old.excluded
    for denial in said:
        if denial.denies and denial.kind is old.kind and denial.about is None and denial.at >= old.at:
            excluded = _without(excluded, denial)
    return Consent(
        person=owner,
        kind=old.kind,
        state=ConsentState.RENEWED,
        scope=old.scope,
        excluded=excluded,
        valid_until=until,
        max_publications=old.max_publications,
        basis=old.basis,
        given_by=old.given_by,
        collected=collected,
        notice=old.notice,
        about=root,
    )


def due(unit: UnitOfWork, on: dt.date, days: int) -> tuple[Due, ...]:
    """What ends within so many days from `on`, the first to end first; what has ended only while posts rest on it."""
    last = on + dt.timedelta(days=days)
    due = [
        Due(consent=consent, ends=consent.valid_until, why="ends", posts=posts_on(unit, consent.id))
        for owner in sorted(unit.sql.consents.ending(last))
        for consent in standing(consents(unit, owner))
        if consent.valid_until is not None and consent.valid_until <= last
    ]
    due += _coming_of_age(unit, on, last)
    kept = [item for item in due if item.ends >= on or item.posts]
    return tuple(sorted(kept, key=lambda item: (item.ends, item.consent.person, item.consent.id)))


def _coming_of_age(unit: UnitOfWork, on: dt.date, last: dt.date) -> list[Due]:
    due = []
    for ward in wards(unit):
        of_age = person(unit, ward).of_age
        if of_age is not None and on <= of_age <= last:
            due += [
                Due(consent=consent, ends=of_age, why="comes of age", posts=posts_on(unit, consent.id))
                for consent in standing(consents(unit, ward))
                if consent.given_by is not None and not consent.ended(of_age)
            ]
    return due


def _root(old: Consent, said: Iterable[Consent]) -> str:
    """The id of the consent that this one goes back to; RegisterError when by what was said none of it stands."""
    root = old.about or old.id
    if root not in {consent.about or consent.id for consent in standing(said)}:
        raise RegisterError(f"the consent {old.id!r} was taken back or never given; a new one is needed")
    return root


def _check_renewal(unit: UnitOfWork, renewed: Consent) -> None:
    """Refuse the renewal of what had been taken back by then, or never given."""
    said = consents(unit, renewed.person)
    (old,) = (consent for consent in said if consent.id == renewed.about)
    _root(old, [consent for consent in said if consent.at <= renewed.at])


def _check_references(unit: UnitOfWork, consent: Consent) -> None:
    if consent.given_by is not None:
        person_row(unit, consent.given_by)
    if consent.about is not None and unit.sql.consents.owner(consent.about) != consent.person:
        raise RegisterError(f"{consent.person!r} has no consent {consent.about[:80]!r} that this could be about")
    if consent.notice is not None and not unit.sql.evidence.find(NoticeRow, "id", consent.notice):
        raise RegisterError(f"there is no notice {consent.notice[:80]!r} in the register")


def _check_speaker(consent: Consent, about: Person) -> None:
    """A yes for a child is its guardian's to give, and one for somebody of age their own; a no may come from either."""
    if consent.given_by not in {None, about.guardian}:
        raise RegisterError(f"{consent.given_by!r} is not the guardian of {about.id!r}")
    if not consent.gives or about.of_age is None:
        return
    minor = about.minor(consent.at.date())
    if minor and consent.given_by is None:
        raise RegisterError(
            f"{about.id!r} is a minor until {about.of_age}: a yes is the guardian's to give, named by --given-by"
        )
    if not minor and consent.given_by is not None:
        raise RegisterError(
            f"{about.id!r} is of age since {about.of_age}: a yes is their own to give, and nobody's for them"
        )


def _without(excluded: Scope, denial: Consent) -> Scope:
    """The exclusions with what this denial reaches among them."""
    listed = [(dimension, words) for dimension, words in denial.scope.items() if words]
    if len(listed) != 1:
        raise RegisterError("part of this consent was taken back in a way that a renewal cannot keep; grant a new one")
    (dimension, words), *_ = listed
    old = dict(excluded.items())[dimension]
    return dataclasses.replace(excluded, **{SCOPE_FIELDS[dimension]: old | words})


def sealed_row(consent: Consent, key: PersonKey) -> ConsentRow:
    """The row of a consent, without its scope."""
    details = _Details(
        consent.collected,
        consent.reason,
        consent.max_publications,
        consent.basis,
        consent.given_by,
        consent.notice,
        consent.about,
    )
    return ConsentRow(
        id=consent.id,
        person=consent.person,
        kind=consent.kind.value,
        state=consent.state.value,
        valid_from=consent.valid_from,
        valid_until=consent.valid_until,
        at=consent.at,
        details=key.seal(_place(consent.id), msgspec.json.encode(details)),
    )


def _consent(row: ConsentRow, words: Words, keys: Mapping[str, PersonKey]) -> Consent:
    details = msgspec.json.decode(keys[row.person].unseal(_place(row.id), row.details), type=_Details)
    scope, excluded = scopes_of(words)
    return Consent(
        id=row.id,
        person=row.person,
        kind=ConsentKind(row.kind),
        state=ConsentState(row.state),
        scope=scope,
        excluded=excluded,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        max_publications=details.max_publications,
        basis=details.basis,
        given_by=details.given_by,
        collected=details.collected,
        notice=details.notice,
        about=details.about,
        reason=details.reason,
        at=row.at,
    )


def _in_order(found: Iterable[Consent]) -> tuple[Consent, ...]:
    return tuple(sorted(found, key=lambda consent: (consent.person, consent.at, consent.id)))


def _place(consent: str) -> str:
    return f"consent.details:{consent}"
