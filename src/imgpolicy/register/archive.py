"""The archive of a register: pictures that were judged once, what is kept of them, and what was said where they are.

What is kept is sealed: facts and what was matched with the register's key, what is about a person with that person's
own, and names of files with the register's. All of it can be found again from the pictures, so that what is damaged, or
another version's, is nothing, and the pictures are opened again. The log knows nothing of it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from imgpolicy.domain.dossier import InArchive
from imgpolicy.domain.verdict import Verdict
from imgpolicy.register.archive_forms import put_forms, remove_forms
from imgpolicy.register.archive_store import Archive, person_place
from imgpolicy.register.faces import faces
from imgpolicy.register.people import all_keys
from imgpolicy.register.sql.archive import ArchiveRows, ChangeRow, PlaceRow
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.register.vault import Vault

_NOTHING: Mapping[str, bytes] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is kept of a picture, as bytes: facts, matches and, for each person, what the matches say of them.

    Facts and matches are sealed already, what is said of people is not, and neither are `forms`, the hashes by which
    copies are found, None where the picture is too plain for them. `faces`, `works` and `words` are the numbers of
    what it was held against, None where there is nothing in it to hold; `work_ids` the works that the matches name, and
    `recognised` those of the people whom a face is like. `reasons` are as `PictureRow` has them.
    """

    sha256: str
    facts: bytes
    matches: bytes | None
    people: Mapping[str, bytes]
    forms: bytes | None = None
    recognised: tuple[str, ...] = ()
    work_ids: tuple[str, ...] = ()
    faces: int | None = None
    works: int | None = None
    words: int | None = None
    reasons: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What was said of the picture in one place: the numbers as `PlaceRow` has them."""

    verdict: Verdict
    codes: int
    judged: int
    until: dt.date | None


def showing(archive: Archive, person: str) -> tuple[InArchive, ...]:
    """The pictures that show this person, or may, by name."""
    with archive.rows() as rows:
        found = rows.places_of(sorted(rows.with_people([person])))
    return tuple(InArchive(name=one.name, at=one.row.at, verdict=one.verdict.word) for one in archive.named(found))


def keep_pictures(unit: UnitOfWork, rows: ArchiveRows, kept: Iterable[Kept]) -> dict[str, int]:
    """The numbers of these pictures by their SHA-256, of which this is kept from now on.

    Where somebody whom the matches name is not in the register any more, the matches are left out.
    """
    keys = all_keys(unit)
    numbers: dict[str, int] = {}
    forms: dict[int, bytes | None] = {}
    for one in kept:
        whole = one.matches is not None and all(person in keys for person in one.people)
        number = rows.put_picture(
            bytes.fromhex(one.sha256),
            {
                "facts": one.facts,
                "matches": one.matches if whole else None,
                "faces": one.faces if whole else None,
                "works": one.works if whole else None,
                "words": one.words if whole else None,
                "reasons": one.reasons if whole else None,
            },
        )
        people = one.people if whole else _NOTHING
        sealed = {person: keys[person].seal(person_place(number), said) for person, said in people.items()}
        rows.put_people(number, sealed, one.work_ids if whole else ())
        numbers[one.sha256], forms[number] = number, one.forms
    put_forms(unit.vault, rows, forms)
    return numbers


def recognised_no_more(unit: UnitOfWork, kept: Iterable[Kept]) -> set[str]:
    """Those whom these matches recognise and who have no faces in the register any more."""
    named = {person for one in kept for person in one.recognised}
    return named - {one.person for one in faces(unit)} if named else named


def keep_places(rows: ArchiveRows, places: Sequence[PlaceRow], now: dt.datetime) -> list[ChangeRow]:
    """Keep what was said of these places; those that are new or have another verdict than before are changes."""
    before = rows.places([row.id for row in places])
    changes = [
        ChangeRow(row.id, now, None if old is None else old.verdict, row.verdict, row.codes)
        for row in places
        if (old := before.get(row.id)) is None or old.verdict != row.verdict
    ]
    as_before: defaultdict[int, list[bytes]] = defaultdict(list)
    other = []
    for row in places:
        old = before.get(row.id)
        if old is not None and old._replace(judged=row.judged, at=row.at) == row:
            as_before[row.judged].append(row.id)
        else:
            other.append(row)
    for judged, ids in as_before.items():
        rows.judge_again(ids, judged, now)
    rows.put_places(other)
    rows.insert(changes)
    return changes


def remove_gone(vault: Vault, rows: ArchiveRows, gone: Sequence[PlaceRow], now: dt.datetime) -> None:
    """Forget these places, and pictures that are nowhere any more."""
    rows.insert([ChangeRow(row.id, now, row.verdict, None, row.codes) for row in gone])
    remove_forms(vault, rows, rows.remove_places(gone))
