"""What is read of the register to judge by, kept until the register changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from imgpolicy.domain.consent import Consent
from imgpolicy.domain.licence import Licence
from imgpolicy.domain.posting import Posting, today
from imgpolicy.domain.terms import PeopleMode
from imgpolicy.domain.work import KnownLogo, Work
from imgpolicy.engines.calibration import Calibration
from imgpolicy.facts import Unknown
from imgpolicy.index.gallery import empty_gallery
from imgpolicy.match.known import Known
from imgpolicy.match.works import WorkIndex
from imgpolicy.phrase import phrase
from imgpolicy.register.consents import consents
from imgpolicy.register.dismissals import standing_dismissals
from imgpolicy.register.faces import FaceCount, faces, gallery, to_enrol_again
from imgpolicy.register.fingerprints import WorkPrints, keep_prints, work_prints
from imgpolicy.register.licences import licences
from imgpolicy.register.logos import logos_with_artwork
from imgpolicy.register.people import person
from imgpolicy.register.register import Register
from imgpolicy.register.works import work


class _State(NamedTuple):
    """What is read of the register depends on: its head, the day, and who may be recognised; None is everybody."""

    head: str
    day: dt.date
    people: frozenset[str] | None


class Snapshots:
    """Readings of one register, for one face engine and one way to look at people; read again when it has changed."""

    def __init__(self, register: Register, engine_id: str, calibration: Calibration, mode: PeopleMode) -> None:
        self._register = register
        self._engine_id = engine_id
        self._calibration = calibration
        self._mode = mode
        self._works: tuple[WorkPrints, WorkIndex, tuple[KnownLogo, ...]] | None = None
        self._known: tuple[_State, Known] | None = None

    def current(self, posting: Posting) -> tuple[str, Known]:
        """The register's head and what it knows now of those who may be recognised; read again when that changes."""
        named = frozenset(posting.people) if self._mode is PeopleMode.VERIFY else None
        state = _State(self._register.head(), today(), named)
        if self._known is None or self._known[0] != state:
            self._known = (state, self._read_register(state))
        return state.head, self._known[1]

    def works(self) -> tuple[WorkIndex, tuple[KnownLogo, ...]]:
        """The works and logos, ready to be searched; made anew when they have changed, not when anything else has."""
        with self._register.reading() as unit:
            prints = work_prints(unit, None if self._works is None else self._works[0])
            if self._works is not None and self._works[0] is prints:
                return self._works[1:]
            logos = logos_with_artwork(unit)
        keep_prints(self._register, prints)
        drawn = tuple(one for one in logos if any(artwork.template is not None for artwork in one.artworks))
        self._works = (prints, WorkIndex(parts=prints.parts, work_of=self._work), drawn)
        return self._works[1:]

    def _read_register(self, state: _State) -> Known:
        compares = self._mode.compares
        works, logos = self.works()
        with self._register.reading() as unit:
            people = gallery(unit, self._engine_id, state.day, state.people) if compares else None
            said, held = standing_dismissals(unit), faces(unit) if compares else ()
        return Known(
            gallery=people or empty_gallery(self._engine_id),
            calibration=self._calibration,
            consents_of=self._consents_of,
            is_child=self._is_child,
            works=works,
            logos=logos,
            dismissals=said,
            unknowns=_unenrolled(held, self._engine_id, state.people),
            licences_of=self._licences_of,
        )

    def _work(self, work_id: str) -> Work:
        with self._register.reading() as unit:
            return work(unit, work_id)

    def _consents_of(self, person_id: str) -> tuple[Consent, ...]:
        with self._register.reading() as unit:
            return consents(unit, person_id)

    def _is_child(self, person_id: str, day: dt.date) -> bool:
        with self._register.reading() as unit:
            return person(unit, person_id).child(day)

    def _licences_of(self, work_id: str) -> tuple[Licence, ...]:
        with self._register.reading() as unit:
            return licences(unit, work_id)


def _unenrolled(held: Collection[FaceCount], engine_id: str, people: Collection[str] | None) -> tuple[Unknown, ...]:
    """An Unknown when people were enrolled with another engine: their faces would be taken for anybody's.

    `people` are those who may be recognised; None is everybody.
    """
    found = to_enrol_again(held, engine_id)
    again = len([person for person in found if people is None or person in people])
    if not again:
        return ()
    reason = phrase(
        "{count} with face vectors of another engine only: enrol them again (`imgpolicy face list` names them)",
        count=again,
    )
    return (Unknown(what=phrase("people"), reason=reason),)
