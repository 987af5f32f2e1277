"""What people said: recorded with all that follows from it, read, renewed, and what of it will end."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Sequence

from imgpolicy.domain.canonical import consent_form
from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.cover import biometric_consent, standing
from imgpolicy.domain.log import Action
from imgpolicy.domain.person import Person
from imgpolicy.domain.publication import COMES_OF_AGE, ENDS, OWN_NEEDED, Due
from imgpolicy.domain.scope import SCOPE_FIELDS, Scope
from imgpolicy.domain.speakers import guardians_word_ends, of_age_since
from imgpolicy.domain.validate import check_consent
from imgpolicy.errors import RegisterError
from imgpolicy.phrase import phrase
from imgpolicy.register.announcements import announce_statement
from imgpolicy.register.faces import remove_faces
from imgpolicy.register.people import log_on, person, person_key, person_row, wards
from imgpolicy.register.publications import open_for_denial, open_for_exceptions, posts_on
from imgpolicy.register.requests import drop_portraits
from imgpolicy.register.sql.evidence import NoticeRow
from imgpolicy.register.statements import consent, consents, sealed_row
from imgpolicy.register.unit import UnitOfWork

TICK = dt.timedelta(microseconds=1)
"""By how much a denial that came late is moved behind the last statement."""


def record_consent(unit: UnitOfWork, consent: Consent) -> Consent:
    """Record what a person stated, as it is kept.

    A denial reaches all that is recorded before it: when its `at` is before that, it is moved behind it. A yes keeps
    its time, so that an old one found later revives nothing. A denial of biometrics removes the person's face vectors
    with it; one of publication opens a take-down task for each post that it reaches, and so does what a yes leaves out.
    An error in a yes does either, where nothing else covers what rested on it. Webhooks are told of every denial of
    publication, and of whatever else opens a task.
    """
    check_consent(consent)
    key = person_key(unit, consent.person)
    about = person(unit, consent.person)
    if unit.sql.consents.owner(consent.id) is not None:
        raise RegisterError(phrase("there is a consent {id} already", id=repr(consent.id)))
    _check_references(unit, consent, about)
    _check_speaker(unit, consent, about)
    # As it is read back, so that its digest in the log can be compared.
    consent = dataclasses.replace(consent, at=consent.at.astimezone(dt.UTC), used=0)
    before = consents(unit, consent.person)
    if consent.state is ConsentState.RENEWED:
        _check_renewal(consent, before)
    if consent.state is ConsentState.ENTERED_IN_ERROR:
        _check_mark(consent, before)
    last = max((said.at for said in before), default=None)
    if consent.denies and last is not None and consent.at < last:
        consent = dataclasses.replace(consent, at=last + TICK)
    unit.sql.consents.insert([sealed_row(consent, key)])
    log_on(unit, Action.RECORD_CONSENT, consent.person, consent_form(consent))
    if consent.kind is ConsentKind.BIOMETRIC:
        if consent.denies or _is_left_bare(unit, about, consent, before):
            remove_faces(unit, consent.person)
            drop_portraits(unit, consent.person)
    elif consent.denies:
        open_for_denial(unit, about, consent, (*before, consent))
        announce_statement(unit, consent)
    elif consent.takes_back and open_for_exceptions(unit, about, consent, before):
        announce_statement(unit, consent)
    return consent


def _is_left_bare(unit: UnitOfWork, about: Person, mark: Consent, before: Sequence[Consent]) -> bool:
    """Whether faces have no consent any more now that one was entered in error."""
    now = biometric_consent(about, (*before, mark), unit.policy.day(mark.at), unit.policy)
    return mark.state is ConsentState.ENTERED_IN_ERROR and now is None


def renewal(unit: UnitOfWork, consent_id: str, until: dt.date | None, collected: str | None = None) -> Consent:
    """The statement that would renew this consent until another day: its scope, less what was denied since.

    Raises RegisterError when the consent is no longer there to be renewed, and when one that ends would not any more.
    """
    old = consent(unit, consent_id)
    if until is None and old.valid_until is not None:
        raise RegisterError(
            phrase(
                "the consent {id} is valid until {valid_until}: say until when it goes on",
                id=repr(old.id),
                valid_until=str(old.valid_until),
            )
        )
    said = consents(unit, old.person)
    root = _root(old, said)
    excluded = old.excluded
    for denial in said:
        own = denial.kind is old.kind and denial.given_by == old.given_by
        if denial.denies and own and denial.about is None and denial.at >= old.at:
            excluded = _without(excluded, denial)
    return Consent(
        person=old.person,
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


def due(unit: UnitOfWork, on: dt.date, days: int, person_id: str | None = None) -> tuple[Due, ...]:
    """What ends within so many days from `on`, the first to end first; what has ended only while posts rest on it.

    Of one person, or of everybody.
    """
    last = on + dt.timedelta(days=days)
    due = [
        Due(
            person=owner,
            consent=consent,
            ends=consent.valid_until,
            why=ENDS,
            posts=posts_on(unit, consent.id),
        )
        for owner, said in itertools.groupby(consents(unit, person_id), key=lambda one: one.person)
        for consent in standing(tuple(said))
        if consent.valid_until is not None and consent.valid_until <= last
    ]
    for ward in (person(unit, one) for one in (wards(unit) if person_id is None else (person_id,))):
        due += [item for item in _growing_up(unit, ward) if ward.guardians and item.ends <= last]
    kept = [item for item in due if item.ends >= on or item.posts]
    return tuple(sorted(kept, key=lambda item: (item.ends, item.person, item.consent.id if item.consent else "")))


def _growing_up(unit: UnitOfWork, about: Person) -> Iterator[Due]:
    """The last days on which what guardians gave is enough, and on which it counts at all."""
    given = standing(consents(unit, about.id))
    own_needed = about.turns(unit.policy.own_from)
    ends = guardians_word_ends(about, unit.policy)
    for one in given:
        if one.given_by is None or ends is None or one.ended(ends):
            continue
        posts = posts_on(unit, one.id)
        yield Due(person=about.id, consent=one, ends=ends, why=COMES_OF_AGE, posts=posts)
        agrees = any(own.given_by is None and own.kind is one.kind for own in given)
        if own_needed is not None and own_needed <= ends and not agrees:
            last = own_needed - dt.timedelta(days=1)
            yield Due(person=about.id, consent=one, ends=last, why=OWN_NEEDED, posts=posts)


def _root(old: Consent, said: Iterable[Consent]) -> str:
    """The id of the consent that this one goes back to; RegisterError when by what was said none of it stands."""
    root = old.about or old.id
    if root not in {consent.about or consent.id for consent in standing(said)}:
        raise RegisterError(
            phrase("the consent {id} was taken back or never given; a new one is needed", id=repr(old.id))
        )
    return root


def _check_renewal(renewed: Consent, said: Sequence[Consent]) -> None:
    """Refuse the renewal of what had been taken back by then, or never given."""
    (old,) = (consent for consent in said if consent.id == renewed.about)
    _root(old, [consent for consent in said if consent.at <= renewed.at])


def _check_mark(mark: Consent, said: Sequence[Consent]) -> None:
    """Refuse to mark another kind of record, or the same one twice."""
    (marked,) = (consent for consent in said if consent.id == mark.about)
    if marked.kind is not mark.kind or marked.state is ConsentState.ENTERED_IN_ERROR:
        raise RegisterError(
            phrase(
                "the record {id} is none that could be entered in error as {kind}",
                id=repr(marked.id),
                kind=mark.kind.value,
            )
        )
    if any(other.about == mark.about and other.state is ConsentState.ENTERED_IN_ERROR for other in said):
        raise RegisterError(phrase("the record {id} is marked as entered in error already", id=repr(marked.id)))


def _check_references(unit: UnitOfWork, consent: Consent, about: Person) -> None:
    """Whatever the statement names is there; a former guardian may have been erased since they spoke."""
    speaker = consent.given_by
    if speaker is not None and speaker not in {former.id for former in about.former_guardians}:
        person_row(unit, speaker)
    if consent.about is not None and unit.sql.consents.owner(consent.about) != consent.person:
        raise RegisterError(
            phrase(
                "{person} has no consent {about} that this could be about",
                person=repr(consent.person),
                about=repr(consent.about[:80]),
            )
        )
    if consent.notice is not None and not unit.sql.evidence.find(NoticeRow, "id", consent.notice):
        raise RegisterError(phrase("there is no notice {notice} in the register", notice=repr(consent.notice[:80])))


def _check_speaker(unit: UnitOfWork, consent: Consent, about: Person) -> None:
    """Only a guardian of that day speaks for somebody, and gives no yes for whoever is of age, nor as a minor.

    A no may come from any speaker, and a minor may say yes: it ends their own no, and covers nothing without the
    guardian's.
    """
    if consent.given_by is None:
        return
    day = unit.policy.day(consent.at)
    if not about.spoken_for_by(consent.given_by, day):
        raise RegisterError(
            phrase("{given_by} is not the guardian of {id}", given_by=repr(consent.given_by), id=repr(about.id))
        )
    if consent.gives and person(unit, consent.given_by).minor(day):
        raise RegisterError(
            phrase(
                "{given_by} was a minor on {day}, and said yes for nobody",
                given_by=repr(consent.given_by),
                day=str(day),
            )
        )
    since = of_age_since(about)
    if consent.gives and since is not None and day >= since:
        raise RegisterError(
            phrase(
                "{id} is of age since {since}: a yes is their own to give, and nobody's for them",
                id=repr(about.id),
                since=str(since),
            )
        )


def _without(excluded: Scope, denial: Consent) -> Scope:
    """The exclusions with what this denial reaches among them."""
    listed = [(dimension, words) for dimension, words in denial.scope.items() if words]
    if len(listed) != 1:
        raise RegisterError(
            phrase("part of this consent was taken back in a way that a renewal cannot keep; grant a new one")
        )
    (dimension, words), *_ = listed
    old = dict(excluded.items())[dimension]
    return dataclasses.replace(excluded, **{SCOPE_FIELDS[dimension]: old | words})
