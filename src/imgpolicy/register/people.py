"""People in the register: added, put right, and read. What tells who somebody is stands in one sealed document a row.

A later field needs no new column then, and a row does not show which fields are filled.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from imgpolicy.domain.canonical import person_form
from imgpolicy.domain.log import Action, Alias
from imgpolicy.domain.person import Adulthood, FormerGuardian, Person
from imgpolicy.domain.validate import check_person
from imgpolicy.errors import RegisterError
from imgpolicy.phrase import phrase
from imgpolicy.register.sql.people import PersonRow
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.register.vault import padded

if TYPE_CHECKING:
    from imgpolicy.register.vault import PersonKey

_PLACE = "person.details"
_SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class _Details:
    """What is sealed. A later field has a default: what was sealed before has none.

    `salt` makes what the log calls the person, and its digests on them: it goes with them, and somebody else of the
    same id has another. Earlier versions had none.
    """

    name: str
    relation: str | None
    born: dt.date | None
    guardians: tuple[str, ...] = ()
    former: tuple[FormerGuardian, ...] = ()
    adult: tuple[str, dt.date] | None = None
    salt: bytes = b""
    email: str | None = None


def add_person(unit: UnitOfWork, person: Person) -> None:
    """Add somebody under an id that is not taken; guardians must be there already."""
    check_person(person)
    if unit.sql.people.of(person.id):
        raise RegisterError(phrase("there is a person {id} already; choose another id", id=repr(person.id)))
    _check_guardians(unit, person)
    wrapped = unit.vault.new_person_key(person.id)
    key, salt = unit.vault.open_person(person.id, wrapped), secrets.token_bytes(_SALT_BYTES)
    unit.sql.people.insert([sealed_row(person, wrapped, key, salt)])
    log_on(unit, Action.ADD_PERSON, person.id, person_form(person))


def edit_person(unit: UnitOfWork, person: Person) -> None:
    """Put this in place of what is known of the person with the same id."""
    check_person(person)
    old = person_row(unit, person.id)
    _check_guardians(unit, person)
    _check_wards(unit, person)
    key, salt = unit.vault.open_person(old.id, old.key), _details(unit, old).salt
    row = sealed_row(person, old.key, key, salt)
    unit.sql.people.update(PersonRow, person.id, {"details": row.details})
    log_on(unit, Action.EDIT_PERSON, person.id, person_form(person))


def destroy_key(unit: UnitOfWork, person_id: str) -> None:
    """Overwrite the key of somebody who must be there: what was sealed with it cannot be opened any more."""
    row = person_row(unit, person_id)
    unit.sql.people.update(PersonRow, person_id, {"key": secrets.token_bytes(len(row.key))})


def forget_person(unit: UnitOfWork, person_id: str) -> None:
    """Remove the person; nothing may name them any more."""
    unit.sql.people.delete(PersonRow, "id", person_id)


def people(unit: UnitOfWork) -> tuple[Person, ...]:
    """Everybody, by id."""
    return tuple(_person(unit, row) for row in unit.sql.people.of())


def is_known(unit: UnitOfWork, person_id: str) -> bool:
    """Whether there is somebody of this id."""
    return bool(unit.sql.people.of(person_id))


def person(unit: UnitOfWork, person_id: str) -> Person:
    """The one person; RegisterError when nobody has this id."""
    return _person(unit, person_row(unit, person_id))


def log_on(unit: UnitOfWork, action: Action, person_id: str, content: bytes) -> None:
    """Append to the log what is done to somebody who must be there."""
    unit.log_under(alias(unit, person_id), action, content)


def alias(unit: UnitOfWork, person_id: str) -> Alias:
    """What the log calls somebody who must be there."""
    return alias_in(unit, person_row(unit, person_id))


def alias_in(unit: UnitOfWork, row: PersonRow) -> Alias:
    """What the log calls the person of this row."""
    salt = _details(unit, row).salt
    return Alias(unit.vault.pseudonym(row.id, salt), salt)


def aliases(unit: UnitOfWork) -> dict[str, Alias]:
    """What the log calls everybody who is there, by id."""
    return {row.id: alias_in(unit, row) for row in unit.sql.people.of()}


def wards(unit: UnitOfWork, guardian: str | None = None) -> tuple[str, ...]:
    """The ids of those who have a guardian, or this guardian."""
    return tuple(one.id for one in people(unit) if (one.guardians if guardian is None else guardian in one.guardians))


def person_row(unit: UnitOfWork, person_id: str) -> PersonRow:
    """The row of somebody who must be there; RegisterError when nobody has this id."""
    for row in unit.sql.people.of(person_id):
        return row
    raise RegisterError(
        phrase(
            "there is nobody {person} in the register; `imgpolicy person list` shows who is",
            person=repr(person_id[:80]),
        )
    )


def person_key(unit: UnitOfWork, person_id: str) -> PersonKey:
    """The key of somebody who must be there, open."""
    row = person_row(unit, person_id)
    return unit.vault.open_person(row.id, row.key)


def all_keys(unit: UnitOfWork) -> dict[str, PersonKey]:
    """Everybody's keys, open, by id."""
    return {row.id: unit.vault.open_person(row.id, row.key) for row in unit.sql.people.of()}


def sealed_row(person: Person, wrapped: bytes, key: PersonKey, salt: bytes = b"") -> PersonRow:
    """The row of a person whose key, wrapped, and salt are given."""
    details = _Details(
        person.name,
        person.relation,
        person.born,
        guardians=tuple(sorted(person.guardians)),
        former=tuple(sorted(person.former_guardians)),
        adult=None if person.adult is None else (person.adult.by, person.adult.on),
        salt=salt,
        email=person.email,
    )
    return PersonRow(person.id, wrapped, key.seal(_PLACE, padded(msgspec.json.encode(details))))


def _details(unit: UnitOfWork, row: PersonRow) -> _Details:
    key = unit.vault.open_person(row.id, row.key)
    return msgspec.json.decode(key.unseal(_PLACE, row.details), type=_Details)


def _person(unit: UnitOfWork, row: PersonRow) -> Person:
    details = _details(unit, row)
    return Person(
        id=row.id,
        name=details.name,
        relation=details.relation,
        born=details.born,
        guardians=frozenset(details.guardians),
        former_guardians=frozenset(details.former),
        adult=None if details.adult is None else Adulthood(by=details.adult[0], on=details.adult[1]),
        email=details.email,
    )


def _check_guardians(unit: UnitOfWork, ward: Person) -> None:
    """Guardians are there, are no minors, and are nobody's wards who have this person for a guardian in the end.

    Former ones may have been erased since.
    """
    for guardian in sorted(ward.guardians):
        if person(unit, guardian).minor(unit.policy.today()):
            raise RegisterError(phrase("{guardian} is a minor, and nobody's guardian", guardian=repr(guardian)))
        if ward.id in _speakers_above(unit, guardian):
            raise RegisterError(
                phrase(
                    "{id} cannot have the guardian {guardian}, who has them for a guardian",
                    id=repr(ward.id),
                    guardian=repr(guardian),
                )
            )


def _check_wards(unit: UnitOfWork, guardian: Person) -> None:
    """Nobody becomes a minor while they speak for somebody."""
    own = wards(unit, guardian.id) if guardian.minor(unit.policy.today()) else ()
    if own:
        raise RegisterError(
            phrase(
                "{id} is the guardian of {people}, and would be a minor: name another one first",
                id=repr(guardian.id),
                people=", ".join(own[:5]),
            )
        )


def _speakers_above(unit: UnitOfWork, person_id: str) -> set[str]:
    """The guardians of this person, theirs, and so on."""
    above: set[str] = set()
    asked = [person_id]
    while asked:
        new = person(unit, asked.pop()).guardians - above
        above |= new
        asked += new
    return above
