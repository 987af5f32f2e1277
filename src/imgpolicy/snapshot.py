"""One state of the register, read in one transaction into an immutable value: all that a picture is judged by.

What is searched (faces, works, logos, dismissals) is kept until the register changes. Of the people and works that the
search finds near, what was said about them is read for each judgement, in the same transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from threading import Lock
from typing import NamedTuple, Protocol, TypeVar

from imgpolicy.domain.posting import Posting
from imgpolicy.domain.terms import PeopleMode
from imgpolicy.domain.work import KnownLogo
from imgpolicy.engines.calibration import Calibration
from imgpolicy.facts import Unknown
from imgpolicy.index.gallery import empty_gallery
from imgpolicy.index.works import WorkIndex
from imgpolicy.match.known import PersonRecord, RegisterSnapshot, WorkRecord
from imgpolicy.match.posted import PostedPicture
from imgpolicy.phrase import phrase
from imgpolicy.recognise.names import NameIndex
from imgpolicy.register.faces import FaceCount, faces, gallery, to_enrol_again
from imgpolicy.register.fingerprints import WorkFingerprints, keep_fingerprints, work_fingerprints
from imgpolicy.register.logos import logos_with_artwork, logos_with_words
from imgpolicy.register.people import people as all_people
from imgpolicy.register.publications import publications
from imgpolicy.register.register import Register
from imgpolicy.register.reliance import check_all_there, relied_dismissals, relied_person, relied_work
from imgpolicy.register.unit import UnitOfWork


class Near(Protocol):
    """What a search came to: the ids of the people and of the works that are near."""

    @property
    def people(self) -> Collection[str]:
        """The ids of the people."""
        ...

    @property
    def work_ids(self) -> Collection[str]:
        """The ids of the works."""
        ...


NearT = TypeVar("NearT", bound=Near)


class _State(NamedTuple):
    """What is searched depends on: the register's state, the day, and who may be recognised; None is everybody."""

    head: str
    day: dt.date
    people: frozenset[str] | None


class Snapshots:
    """Readings of one register, for one face engine and one way to look at people; several threads may ask.

    With `names` everybody's name is read into memory, so that it is found in words; with `posts` what is up is, so that
    it is known when it comes again.
    """

    def __init__(  # noqa: PLR0913  # the register, and what is to be known of it
        self,
        register: Register,
        engine_id: str,
        calibration: Calibration,
        mode: PeopleMode,
        *,
        names: bool = False,
        posts: bool = False,
    ) -> None:
        self._register = register
        self._posts = posts
        self._names = names
        self._engine_id = engine_id
        self._calibration = calibration
        self._mode = mode
        self._lock = Lock()
        self._works: tuple[WorkFingerprints, WorkIndex, tuple[KnownLogo, ...], tuple[KnownLogo, ...]] | None = None
        self._searched: tuple[_State, RegisterSnapshot] | None = None

    def searched(self, posting: Posting) -> RegisterSnapshot:
        """What is searched, without what was said about anybody: enough to know what to look for in a picture."""
        with self._register.judging() as unit:
            snapshot = self._current(unit, posting)
        self._keep()
        return snapshot

    def read(self, posting: Posting, search: Callable[[RegisterSnapshot], NearT]) -> tuple[RegisterSnapshot, NearT]:
        """One state of the register with what was said about those whom `search` finds near, and what it found.

        Those whom the posting names are among them. RegisterError when it names somebody who is not there.
        """
        with self._register.judging() as unit:
            searched = self._current(unit, posting)
            near = search(searched)
            snapshot = replace(
                searched,
                people=_people(unit, {*near.people, *posting.people}),
                records=_records(unit, near.work_ids),
            )
        self._keep()
        return snapshot, near

    def _current(self, unit: UnitOfWork, posting: Posting) -> RegisterSnapshot:
        """What is searched, as it is in this unit; read again when that changed."""
        named = frozenset(posting.people) if self._mode is PeopleMode.VERIFY else None
        state = _State(unit.state(), unit.today(), named)
        with self._lock:
            if self._searched is None or self._searched[0] != state:
                self._searched = (state, self._read(unit, state))
            return self._searched[1]

    def _read(self, unit: UnitOfWork, state: _State) -> RegisterSnapshot:
        check_all_there(unit)
        compares = self._mode.compares
        fingerprints = work_fingerprints(unit, None if self._works is None else self._works[0])
        if self._works is None or self._works[0] is not fingerprints:
            logos = logos_with_artwork(unit)
            drawn = tuple(one for one in logos if any(artwork.template is not None for artwork in one.artworks))
            self._works = (fingerprints, WorkIndex(parts=fingerprints.parts), drawn, logos_with_words(unit))
        _, works, logos, marks = self._works
        people = gallery(unit, self._engine_id, state.day, state.people) if compares else None
        return RegisterSnapshot(
            head=state.head,
            gallery=empty_gallery(self._engine_id) if people is None else people,
            calibration=self._calibration,
            consents=unit.policy,
            works=works,
            works_state=self._works[0].state.hash,
            logos=logos,
            marks=marks,
            names=NameIndex((one.id, one.name) for one in all_people(unit)) if self._names else NameIndex(),
            dismissals=relied_dismissals(unit),
            posts=_posted(unit) if self._posts else (),
            unknowns=_unenrolled(faces(unit), self._engine_id, state.people) if compares else (),
        )

    def _keep(self) -> None:
        """Put the arrays of works beside the register where they are new."""
        with self._lock:
            works = self._works
            if works is None or not works[0].changed:
                return
            self._works = (replace(works[0], changed=False), *works[1:])
        keep_fingerprints(self._register, works[0])


def _posted(unit: UnitOfWork) -> tuple[PostedPicture, ...]:
    """The pictures that are up, on the channels as the policy calls them now."""
    now = unit.policy.former_channels
    return tuple(
        PostedPicture(
            publication=post.id,
            channel=now.get(post.channel, post.channel),
            published=post.published,
            sha256=post.picture,
            pdq=None if post.pdq is None else int(post.pdq, 16),
        )
        for post in publications(unit)
        if post.down is None
    )


def _people(unit: UnitOfWork, ids: Iterable[str]) -> dict[str, PersonRecord]:
    relied = ((one, *relied_person(unit, one)) for one in sorted(ids))
    return {one: PersonRecord(person=who, consents=said) for one, who, said in relied}


def _records(unit: UnitOfWork, ids: Iterable[str]) -> dict[str, WorkRecord]:
    relied = ((one, *relied_work(unit, one)) for one in sorted(ids))
    return {one: WorkRecord(work=replace(work, fingerprints=()), licences=held) for one, work, held in relied}


def _unenrolled(held: Collection[FaceCount], engine_id: str, people: Collection[str] | None) -> tuple[Unknown, ...]:
    """An Unknown when people were enrolled with another engine: their faces would be taken for anybody's.

    `people` are those who may be recognised; None is everybody.
    """
    outdated = to_enrol_again(held, engine_id)
    again = len([person for person in outdated if people is None or person in people])
    if not again:
        return ()
    reason = phrase(
        "{count} with face vectors of another engine only: enrol them again (`imgpolicy face list` names them)",
        count=again,
    )
    return (Unknown(what=phrase("people"), reason=reason),)
