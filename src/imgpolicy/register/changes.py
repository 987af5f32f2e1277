"""What can be done to people, consents, faces and works; each is one entry in the log, within the session given."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

from imgpolicy.domain.canonical import consent_form, person_form, work_form
from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState, biometric_consent, standing
from imgpolicy.domain.ids import check_id, id_from_title, id_stem
from imgpolicy.domain.person import Person
from imgpolicy.domain.posting import today
from imgpolicy.domain.scope import SCOPE_FIELDS, Scope
from imgpolicy.domain.validate import check_consent, check_person, check_work
from imgpolicy.domain.work import Identity, KnownFingerprint, Work, WorkKind
from imgpolicy.errors import RegisterError
from imgpolicy.facts import Fingerprint, Vector
from imgpolicy.register.faces import check_vectors
from imgpolicy.register.features import known_fingerprint
from imgpolicy.register.log import Action
from imgpolicy.register.prints import PrintRow
from imgpolicy.register.publications import open_takedowns
from imgpolicy.register.records import (
    consent_rows,
    face_row,
    person_from,
    person_row,
    picture_rows,
    work_row,
    works_from,
)
from imgpolicy.register.rows import (
    ArtworkRow,
    FaceRow,
    LicenceRow,
    NoticeRow,
    PersonRow,
    UsedWorkRow,
    WorkPictureRow,
    WorkRow,
)
from imgpolicy.register.session import Session

_FEW = 100
_TICK = dt.timedelta(microseconds=1)


def add_person(session: Session, person: Person) -> None:
    """Add somebody under an id that is not taken; a guardian must be there already."""
    check_person(person)
    if session.transaction.people(person.id):
        raise RegisterError(f"there is a person {person.id!r} already; choose another id")
    _check_guardian(session, person)
    wrapped = session.vault.new_person_key(person.id)
    session.transaction.insert([person_row(person, wrapped, session.vault.open_person(person.id, wrapped))])
    session.log(Action.ADD_PERSON, person.id, person_form(person))


def edit_person(session: Session, person: Person) -> None:
    """Put this in place of what is known of the person with the same id."""
    check_person(person)
    old = session.row(person.id)
    _check_guardian(session, person)
    row = person_row(person, old.key, session.key(old))
    session.transaction.update(PersonRow, person.id, {"details": row.details, "guardian": row.guardian})
    session.log(Action.EDIT_PERSON, person.id, person_form(person))


def record_consent(session: Session, consent: Consent) -> Consent:
    """Record what a person stated, as it is kept.

    A denial counts as later than all that is recorded before it: when its `at` is not, as after a clock was set back,
    it is moved behind that. A yes keeps its time, so that an old one found later revives nothing. A denial of
    biometrics removes the person's face vectors with it; one of publication opens a take-down task for each post that
    it reaches.
    """
    check_consent(consent)
    transaction = session.transaction
    row = session.row(consent.person)
    key = session.key(row)
    if transaction.consent_owner(consent.id) is not None:
        raise RegisterError(f"there is a consent {consent.id!r} already")
    _check_references(session, consent)
    _check_speaker(consent, person_from(row, key))
    # As it is read back, so that its digest in the log can be compared.
    consent = dataclasses.replace(consent, at=consent.at.astimezone(dt.UTC), used=0)
    last = transaction.last_statement(consent.person)
    if consent.denies and last is not None and consent.at <= last:
        consent = dataclasses.replace(consent, at=last + _TICK)
    stated, scope = consent_rows(consent, key)
    transaction.insert([stated])
    transaction.insert(scope)
    session.log(Action.RECORD_CONSENT, consent.person, consent_form(consent))
    if consent.denies and consent.kind is ConsentKind.BIOMETRIC:
        remove_faces(session, consent.person)
    elif consent.denies:
        open_takedowns(session, consent)
    return consent


def renewal(session: Session, consent_id: str, until: dt.date | None, collected: str | None = None) -> Consent:
    """The statement that would renew this consent until another day: its scope, less what was denied since.

    Raises RegisterError when the consent is no longer there to be renewed.
    """
    owner = session.transaction.consent_owner(consent_id)
    if owner is None:
        raise RegisterError(f"there is no consent {consent_id[:80]!r}; `imgpolicy consent list` shows them")
    said = session.consents(owner)
    old = next(consent for consent in said if consent.id == consent_id)
    root = old.about or old.id
    if root not in {consent.about or consent.id for consent in standing(said)}:
        raise RegisterError(f"the consent {consent_id!r} was taken back or never given; a new one is needed")
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


def add_faces(session: Session, person_id: str, engine: str, vectors: Sequence[Vector]) -> None:
    """Enrol face vectors, all of them or none, on the biometric consent that the person has today."""
    check_vectors(engine, vectors)
    key = session.key(session.row(person_id))
    basis = biometric_consent(session.consents_of({person_id: key}, person_id, ConsentKind.BIOMETRIC), today())
    if basis is None:
        raise RegisterError(f"{person_id!r} has no biometric consent that is valid today; grant one first")
    rows = [face_row(basis, engine, vector, key) for vector in vectors]
    if session.transaction.sealed_length(engine) not in {None, len(rows[0].vector)}:
        raise RegisterError(f"these face vectors are of another length than those of {engine!r} in the register")
    session.transaction.insert(rows)
    session.log(Action.ADD_FACES, person_id, f"{len(rows)} {engine}".encode())


def remove_faces(session: Session, person_id: str, ids: Sequence[int] = ()) -> int:
    """Forget the person's face vectors, or those of them with these ids; how many there were."""
    held = {number for number, *_ in session.transaction.consent_faces(session.row(person_id).id)}
    for number in ids:
        if number not in held:
            raise RegisterError(f"{person_id!r} has no face {number}; `imgpolicy face list {person_id}` shows them")
    wanted = set(ids) or held
    for number in wanted:
        session.transaction.delete(FaceRow, "id", number)
    if wanted:
        session.log(Action.REMOVE_FACES, person_id, str(len(wanted)).encode())
    return len(wanted)


def add_work(  # noqa: PLR0913  # a work's fields
    session: Session,
    title: str,
    fingerprints: Sequence[Fingerprint | KnownFingerprint],
    *,
    kind: WorkKind = WorkKind.WORK,
    owner: str | None = None,
    work_id: str | None = None,
) -> Work:
    """Add a work, logo or mark, shown by one picture or several; its id is made from the title unless given.

    A picture that already stands for a work is refused.
    """
    known = tuple(p if isinstance(p, KnownFingerprint) else known_fingerprint(p) for p in fingerprints)
    check_work(title, owner, known)
    taken = session.transaction.work_ids_like(id_stem(title) if work_id is None else check_id(work_id))
    work = Work(
        id=id_from_title(title, taken) if work_id is None else work_id,
        kind=kind,
        title=title,
        owner=owner,
        fingerprints=known,
    )
    if work.id in taken:
        raise RegisterError(f"there is a work {work.id!r} already; choose another id")
    for there in already_there(session, known).values():
        raise RegisterError(f"this picture is in the register already, as {there!r}")
    session.transaction.insert([work_row(work)])
    session.transaction.insert(picture_rows(work.id, known))
    session.log(Action.ADD_WORK, work.id, work_form(work))
    return work


def remove_work(session: Session, work_id: str) -> Work:
    """Forget a work with all that it is recognised by; the work as it was, or RegisterError when it is not there.

    Where licences or posts name it, its title stays on record with them, and it is recognised no more.
    """
    rows = session.transaction.find(WorkRow, "id", work_id)
    if not rows:
        raise RegisterError(f"there is no work {work_id[:80]!r} in the register; `imgpolicy work list` shows them")
    (work,) = works_from(rows, session.transaction.work_pictures(work_id))
    session.transaction.delete(WorkPictureRow, "work", work_id)
    session.transaction.delete(ArtworkRow, "work", work_id)
    licences = session.transaction.find(LicenceRow, "work", work_id)
    if not licences and not session.transaction.find(UsedWorkRow, "work", work_id):
        session.transaction.delete(WorkRow, "id", work_id)
    session.log(Action.REMOVE_WORK, work_id, work_form(work))
    return work


def already_there(session: Session, fingerprints: Sequence[KnownFingerprint]) -> dict[int, str]:
    """Which of these, by their places, stand for a work already, and for which.

    A picture is the same when its file is; a bare hash when there is the same bare hash.
    """
    if len(fingerprints) <= _FEW:
        asked = (
            (place, session.transaction.work_shown_by(*known.identity)) for place, known in enumerate(fingerprints)
        )
        return {place: work for place, work in asked if work is not None}
    there = {_identity(row): row.work for row in session.transaction.prints()}
    found = ((place, there.get(known.identity)) for place, known in enumerate(fingerprints))
    return {place: work for place, work in found if work is not None}


def _identity(row: PrintRow) -> Identity:
    return (None, row.pdq, row.phash) if row.sha256 is None else (row.sha256, None, None)


def _check_guardian(session: Session, person: Person) -> None:
    if person.guardian is not None:
        session.row(person.guardian)


def _check_references(session: Session, consent: Consent) -> None:
    if consent.given_by is not None:
        session.row(consent.given_by)
    if consent.about is not None and session.transaction.consent_owner(consent.about) != consent.person:
        raise RegisterError(f"{consent.person!r} has no consent {consent.about[:80]!r} that this could be about")
    if consent.notice is not None and not session.transaction.find(NoticeRow, "id", consent.notice):
        raise RegisterError(f"there is no notice {consent.notice[:80]!r} in the register")


def _check_speaker(consent: Consent, person: Person) -> None:
    """A yes for a child is its guardian's to give; a no may come from either."""
    if consent.given_by not in {None, person.guardian}:
        raise RegisterError(f"{consent.given_by!r} is not the guardian of {person.id!r}")
    needs_guardian = consent.gives and consent.given_by is None
    if needs_guardian and person.minor(consent.at.date()):
        raise RegisterError(
            f"{person.id!r} is a minor until {person.of_age}: a yes is the guardian's to give, named by --given-by"
        )


def _without(excluded: Scope, denial: Consent) -> Scope:
    """The exclusions with what this denial reaches among them."""
    listed = [(dimension, words) for dimension, words in denial.scope.items() if words]
    if len(listed) != 1:
        raise RegisterError("part of this consent was taken back in a way that a renewal cannot keep; grant a new one")
    (dimension, words), *_ = listed
    old = dict(excluded.items())[dimension]
    return dataclasses.replace(excluded, **{SCOPE_FIELDS[dimension]: old | words})
