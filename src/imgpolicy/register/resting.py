"""On whom something rests, and on whom nothing does any more, so that they need not be kept."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from imgpolicy.domain.consent import Consent
from imgpolicy.domain.cover import in_force, said_no
from imgpolicy.domain.log import ABOUT_PEOPLE
from imgpolicy.domain.person import Person
from imgpolicy.domain.publication import Due
from imgpolicy.phrase import phrase
from imgpolicy.register.debts import owed
from imgpolicy.register.people import aliases, people
from imgpolicy.register.publications import publications, takedowns
from imgpolicy.register.statements import consents
from imgpolicy.register.unit import UnitOfWork

NOTHING_RESTS = phrase("nothing rests on them")
"""Why a person is due."""

Said = Mapping[str, list[Consent]]


def what_rests(unit: UnitOfWork, on: dt.date) -> dict[str, str]:
    """In words, what rests that day on each person on whom something rests, by id.

    That is a consent in force, a no, a post that is up or to be taken down, what a restoration left to be done again,
    and whoever else is kept and has or had them for a guardian, or for whom they spoke. Without any of these, somebody
    is kept until `ConsentPolicy.keep_days` after the last of it, or after the last entry of the log on them.
    """
    everybody, said = people(unit), _said(unit)
    return _resting(unit, on, everybody, said, _kept_until(unit, on, everybody, said))


def nothing_rests(unit: UnitOfWork, on: dt.date) -> tuple[Due, ...]:
    """The people on whom nothing rests that day, those who were kept longest after it first."""
    everybody, said = people(unit), _said(unit)
    kept_until = _kept_until(unit, on, everybody, said)
    rests = _resting(unit, on, everybody, said, kept_until)
    due = [
        Due(person=person, consent=None, ends=day, why=NOTHING_RESTS)
        for person, day in kept_until.items()
        if person not in rests
    ]
    return tuple(sorted(due, key=lambda item: (item.ends, item.person)))


def kept_alone(unit: UnitOfWork, on: dt.date) -> tuple[Due, ...]:
    """The people on whom nothing rests that day but the days for which they are kept, or not even these any more."""
    everybody, said = people(unit), _said(unit)
    kept_until = _kept_until(unit, on, everybody, said)
    rests = _resting(unit, on, everybody, said, {})
    due = [
        Due(person=person, consent=None, ends=day, why=NOTHING_RESTS)
        for person, day in kept_until.items()
        if person not in rests
    ]
    return tuple(sorted(due, key=lambda item: (item.ends, item.person)))


def _resting(
    unit: UnitOfWork, on: dt.date, everybody: Sequence[Person], said: Said, kept_until: Mapping[str, dt.date]
) -> dict[str, str]:
    """What rests that day on each of everybody on whom something rests, by id."""
    rests: dict[str, str] = {
        person: phrase("they are kept until {day}", day=str(day)) for person, day in kept_until.items() if day >= on
    }
    rests |= {debt.person: phrase("a restoration left something to be done again") for debt in owed(unit)}
    rests |= dict.fromkeys(_shown(unit), phrase("a post is up, or must come down"))
    for person in everybody:
        if said_no(said[person.id]):
            rests[person.id] = "a no"
        if any(last is None or last >= on for _, last in in_force(person, said[person.id], unit.policy)):
            rests[person.id] = phrase("a consent in force")
    return _speakers(everybody, said, rests) | rests


def _said(unit: UnitOfWork) -> Said:
    said: defaultdict[str, list[Consent]] = defaultdict(list)
    for one in consents(unit):
        said[one.person].append(one)
    return said


def _kept_until(unit: UnitOfWork, on: dt.date, everybody: Iterable[Person], said: Said) -> dict[str, dt.date]:
    """The last day on which everybody is kept though nothing rests on them, by id.

    That is `keep_days` after the last entry of the log on them, or the last day of what rested on them. Whoever has no
    entry is kept.
    """
    day = unit.policy.day
    on_people = {entry.subject: day(entry.at) for entry in unit.sql.journal.of_actions(ABOUT_PEOPLE)}
    last = {person: [on_people.get(alias.name, on)] for person, alias in aliases(unit).items()}
    for post in publications(unit):
        for person in post.people:
            last[person].append(on if post.down is None else day(post.down))
    for one in everybody:
        ended = (end for _, end in in_force(one, said[one.id], unit.policy) if end is not None)
        last[one.id] += (end for end in ended if end < on)
    keep = dt.timedelta(days=unit.policy.keep_days)
    return {person: max(days) + keep for person, days in last.items()}


def _shown(unit: UnitOfWork) -> set[str]:
    """Those in posts that are up or to be taken down."""
    posts = [post for post in publications(unit) if post.down is None]
    posts += (task.publication for task in takedowns(unit) if task.closed is None)
    return {person for post in posts for person in post.people}


def _speakers(everybody: Iterable[Person], said: Said, resting: Iterable[str]) -> dict[str, str]:
    """Those who speak or spoke for somebody on whom something rests, and for them in turn, with the words for it."""
    by_id = {person.id: person for person in everybody}
    speakers: dict[str, str] = {}
    asked = sorted(resting)
    while asked:
        ward = by_id[asked.pop()]
        spoke = {one.given_by for one in said[ward.id] if one.given_by is not None}
        spoke |= ward.guardians | {former.id for former in ward.former_guardians}
        new = sorted(one for one in spoke if one in by_id and one not in speakers)
        speakers |= dict.fromkeys(new, phrase("they speak or spoke for {id}", id=repr(ward.id)))
        asked += new
    return speakers
