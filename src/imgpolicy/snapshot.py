"""What is read of the register to judge by, kept until the register changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from imgpolicy.domain.posting import Posting, today
from imgpolicy.domain.terms import PeopleMode
from imgpolicy.domain.work import KnownLogo
from imgpolicy.engines.calibration import Calibration
from imgpolicy.facts import Unknown
from imgpolicy.match.known import Known
from imgpolicy.match.scores import empty_gallery
from imgpolicy.match.works import WorkIndex
from imgpolicy.phrase import phrase
from imgpolicy.register.faces import to_enrol_again
from imgpolicy.register.reading import WorkPrints
from imgpolicy.register.store import Register


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
        prints = self._register.work_prints(None if self._works is None else self._works[0])
        if self._works is None or self._works[0] is not prints:
            index = WorkIndex(parts=prints.parts, work_of=self._register.work)
            logos = self._register.logos_with_artwork()
            drawn = tuple(one for one in logos if any(artwork.template is not None for artwork in one.artworks))
            self._works = (prints, index, drawn)
        return self._works[1:]

    def _read_register(self, state: _State) -> Known:
        register, compares = self._register, self._mode.compares
        works, logos = self.works()
        return Known(
            gallery=register.gallery(self._engine_id, state.day, state.people)
            if compares
            else empty_gallery(self._engine_id),
            calibration=self._calibration,
            consents_of=register.consents,
            is_child=lambda person, day: register.person(person).child(day),
            works=works,
            logos=logos,
            dismissals=register.dismissals(),
            unknowns=_unenrolled(register, self._engine_id, state.people) if compares else (),
            licences_of=register.licences,
        )


def _unenrolled(register: Register, engine_id: str, people: Collection[str] | None) -> tuple[Unknown, ...]:
    """An Unknown when people were enrolled with another engine: their faces would be taken for anybody's.

    `people` are those who may be recognised; None is everybody.
    """
    found = to_enrol_again(register.faces(), engine_id)
    again = len([person for person in found if people is None or person in people])
    if not again:
        return ()
    reason = phrase(
        "{count} with face vectors of another engine only: enrol them again (`imgpolicy face list` names them)",
        count=again,
    )
    return (Unknown(what=phrase("people"), reason=reason),)
