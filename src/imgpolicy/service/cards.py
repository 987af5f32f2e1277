"""A person's card: what they said and what proves it, what of it ends, whose word counts, and where they are shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from imgpolicy.domain.consent import Consent
from imgpolicy.domain.dossier import InArchive
from imgpolicy.domain.evidence import Evidence, Notice
from imgpolicy.domain.log import Entry
from imgpolicy.domain.person import Person
from imgpolicy.domain.publication import Due, Publication, Takedown
from imgpolicy.register.archive import showing
from imgpolicy.register.consents import due
from imgpolicy.register.evidence import evidence_of, notices
from imgpolicy.register.faces import EnrolledFace, enrolled_faces, learnt
from imgpolicy.register.people import people, person
from imgpolicy.register.publications import publications, takedowns_of
from imgpolicy.register.statements import consents
from imgpolicy.service.workspace import Workspace

SOON = 60
"""Days from today within which what ends is told on a card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearntFace:
    """A face by which somebody is recognised: its number, its engine, the consent it rests on, and since when.

    `at` is None where the log does not tell it, as of registers of earlier versions.
    """

    number: int
    engine: str
    consent: str
    at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A person and all that is shown of them. `names` has the names of those who speak for them or did, by id.

    Who spoke for them and was erased since is not among the names. `ends` is what ends soon, `tasks` are the posts that
    must come down, `archive` the audited pictures that show them, or may. `consents` and `evidence` are in the order in
    which they came.
    """

    person: Person
    names: Mapping[str, str]
    wards: tuple[Person, ...]
    consents: tuple[Consent, ...]
    evidence: tuple[Evidence, ...]
    notices: tuple[Notice, ...]
    ends: tuple[Due, ...]
    faces: tuple[LearntFace, ...]
    publications: tuple[Publication, ...]
    tasks: tuple[Takedown, ...]
    archive: tuple[InArchive, ...]


def card(workspace: Workspace, person_id: str) -> Card:
    """The card of one person; RegisterError when they are not there."""
    with workspace.register.reading() as unit:
        about = person(unit, person_id)
        everybody = people(unit)
        said = consents(unit, person_id)
        since = learnt(unit, person_id)
        shown = {consent.notice for consent in said}
        return Card(
            person=about,
            names=_names(about, said, everybody),
            wards=tuple(one for one in everybody if person_id in one.guardians),
            consents=said,
            evidence=evidence_of(unit, person_id),
            notices=tuple(one for one in notices(unit) if one.id in shown),
            ends=due(unit, unit.today(), SOON, person_id),
            faces=tuple(_face(one, since.get(one.face)) for one in enrolled_faces(unit, person_id)),
            publications=publications(unit, person_id),
            tasks=tuple(task for task in takedowns_of(unit, person_id) if task.closed is None),
            archive=() if unit.archive is None else showing(unit.archive, person_id),
        )


def _face(face: EnrolledFace, entry: Entry | None) -> LearntFace:
    at = None if entry is None else entry.at
    return LearntFace(number=face.face, engine=face.engine, consent=face.consent, at=at)


def _names(about: Person, said: Iterable[Consent], everybody: Iterable[Person]) -> dict[str, str]:
    """The names of those who speak for somebody, or did, by id."""
    speakers = {*about.guardians, *(former.id for former in about.former_guardians), *(one.given_by for one in said)}
    return {one.id: one.name for one in everybody if one.id in speakers}
