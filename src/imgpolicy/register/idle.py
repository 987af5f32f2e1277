"""What rests on nothing any more: it is to be looked at, and nothing of it goes by itself."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from imgpolicy.domain.consent import Consent
from imgpolicy.domain.cover import biometric_consent, cover, in_force
from imgpolicy.domain.grant import ended
from imgpolicy.domain.idle import Idle, IdleKind
from imgpolicy.domain.licence import Licence, licence_cover
from imgpolicy.domain.person import Person
from imgpolicy.domain.publication import Publication
from imgpolicy.phrase import phrase
from imgpolicy.register.faces import faces
from imgpolicy.register.licences import licences
from imgpolicy.register.people import people
from imgpolicy.register.publications import publications, to_come_down
from imgpolicy.register.requests import requests
from imgpolicy.register.resting import kept_alone
from imgpolicy.register.statements import consents
from imgpolicy.register.unit import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """Everybody by id, what they said, and the licences by their works."""

    people: Mapping[str, Person]
    said: Mapping[str, Sequence[Consent]]
    licences: Mapping[str, Sequence[Licence]]


def idle(unit: UnitOfWork, on: dt.date) -> tuple[Idle, ...]:
    """What rests on nothing that day, by kind.

    People without a consent, a no or a post, about whom nobody is being asked; faces whose consent is over; files that
    prove a yes which has been over for `ConsentPolicy.keep_days`; works to which licences were held, and none is; posts
    that are up and that nothing covers, but those that are to be taken down already.
    """
    said: defaultdict[str, list[Consent]] = defaultdict(list)
    for one in consents(unit):
        said[one.person].append(one)
    to_works = {work: tuple(held) for work, held in itertools.groupby(licences(unit), key=lambda one: one.work)}
    held = _Held(people={one.id: one for one in people(unit)}, said=said, licences=to_works)
    return (
        *_people(unit, on),
        *_faces(unit, on, held),
        *_evidence(unit, on, held),
        *_works(held, on),
        *_posts(unit, on, held),
    )


def _people(unit: UnitOfWork, on: dt.date) -> Iterator[Idle]:
    now = dt.datetime.now(dt.UTC)
    asked = {one.person for one in requests(unit) if one.is_open(now)}
    for one in kept_alone(unit, on):
        if one.person not in asked:
            why = (
                phrase("nothing rests on them since {day}", day=str(one.ends))
                if one.ends < on
                else phrase("no consent of theirs stands; they are kept until {day}", day=str(one.ends))
            )
            yield Idle(kind=IdleKind.PERSON, record=one.person, why=why)


def _faces(unit: UnitOfWork, on: dt.date, held: _Held) -> Iterator[Idle]:
    for person in sorted({one.person for one in faces(unit)}):
        if biometric_consent(held.people[person], held.said[person], on, unit.policy) is None:
            why = phrase("no consent to be recognised is in force")
            yield Idle(kind=IdleKind.FACES, record=person, why=why)


def _evidence(unit: UnitOfWork, on: dt.date, held: _Held) -> Iterator[Idle]:
    keep = dt.timedelta(days=unit.policy.keep_days)
    by_id = {one.id: one for said in held.said.values() for one in said}
    for file, person, consent in unit.sql.evidence.proofs():
        proved = by_id[consent]
        over = _over_since(unit, proved, held.people[person], held.said[person])
        if proved.gives and over is not None and over + keep < on:
            why = phrase("the consent that it proves is over since {day}", day=str(over))
            yield Idle(kind=IdleKind.EVIDENCE, record=file, why=why)


def _over_since(unit: UnitOfWork, given: Consent, about: Person, said: Sequence[Consent]) -> dt.date | None:
    """The last day on which a yes, or what renews it, may have counted; None while it stands without an end.

    Of one that was taken back that is the day of the last statement of its kind: later, if anything, than it was.
    """
    roots = {given.id, given.about or given.id}
    stands = [last for one, last in in_force(about, said, unit.policy) if {one.id, one.about} & roots]
    if stands:
        return None if None in stands else max(last for last in stands if last is not None)
    return max(unit.policy.day(one.at) for one in said if one.kind is given.kind)


def _works(held: _Held, on: dt.date) -> Iterator[Idle]:
    for work, to_it in sorted(held.licences.items()):
        if all(one.end is not None or ended(one, on) for one in to_it):
            yield Idle(kind=IdleKind.WORK, record=work, why=phrase("no licence to it is in force any more"))


def _posts(unit: UnitOfWork, on: dt.date, held: _Held) -> Iterator[Idle]:
    up = [post for post in publications(unit) if post.down is None]
    coming_down = {post.id for post in to_come_down(unit, up)}
    for post in up:
        bare = [] if post.id in coming_down else list(_bare(unit, on, post, held))
        if bare:
            why = phrase("it is up, and nothing covers {what}", what=", ".join(bare))
            yield Idle(kind=IdleKind.POST, record=post.id, why=why)


def _bare(unit: UnitOfWork, on: dt.date, post: Publication, held: _Held) -> Iterable[str]:
    """The people and works in a post whose consents and licences do not cover it; that it is there counts for none."""
    posting = post.posting(on)
    for person in sorted(post.people):
        said = [replace(one, used=0) for one in held.said[person]]
        if not cover(held.people[person], said, posting, unit.policy).covered:
            yield person
    for work in sorted(post.works):
        to_it = [replace(one, used=0) for one in held.licences.get(work, ())]
        if not licence_cover(to_it, posting, unit.policy).covered:
            yield work
