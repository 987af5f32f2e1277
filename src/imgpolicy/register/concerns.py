"""Whom and what the log's entries since some state concern: pictures that show none of them keep their answer."""

from __future__ import annotations

from dataclasses import dataclass

from imgpolicy.domain.log import ABOUT_PEOPLE, JUDGED_BY_NONE, Action
from imgpolicy.register.licences import licences
from imgpolicy.register.people import aliases, wards
from imgpolicy.register.statements import consents
from imgpolicy.register.unit import UnitOfWork

ON_LICENCES = frozenset({Action.RECORD_LICENCE, Action.END_LICENCE, Action.ADD_LICENCE_EVIDENCE})
ON_POSTS = frozenset({Action.ADD_PUBLICATION, Action.REMOVE_PUBLICATION, Action.EMPTY_PUBLICATION})
ON_FACES = frozenset({Action.DISMISS_FACE, Action.REINSTATE_FACE})
ON_WORKS = frozenset({Action.ADD_WORK, Action.REMOVE_WORK, Action.ADD_ARTWORK})
"""What a picture was held against tells of these by itself."""

ON_NOBODY = frozenset(
    {
        Action.RECORD_DECISION,
        Action.EMPTY_DECISION,
        Action.RECORD_RELEASE,
        Action.OPEN_TAKEDOWN,
        Action.EMPTY_TAKEDOWN,
        Action.CLOSE_TAKEDOWN,
        Action.REMOVE_TAKEDOWN,
        Action.LOOK_UP,
        Action.ADD_NOTICE,
    }
)
"""By these no picture is judged otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """The people and works whose pictures may have another answer.

    `faces` says that any picture with a face may, `posts` any that may be up, and `everything` all there are.
    """

    people: frozenset[str] = frozenset()
    works: frozenset[str] = frozenset()
    faces: bool = False
    posts: bool = False
    everything: bool = False


def concern_since(unit: UnitOfWork, state: str) -> Concern:
    """What the entries of the log after the one with this hash concern; everything where there is no such entry."""
    since = unit.sql.journal.number_of(state)
    if since is None:
        return Concern(everything=True)
    entries = unit.sql.journal.entries_after(since, JUDGED_BY_NONE | ON_WORKS | ON_NOBODY)
    about = {entry.subject for entry in entries if entry.action in ABOUT_PEOPLE}
    said = {entry.subject for entry in entries if entry.action in ON_LICENCES}
    actions = {entry.action for entry in entries}
    people = _people(unit, about, posts=bool(actions & ON_POSTS)) if about or actions & ON_POSTS else frozenset()
    works = {one.work for one in licences(unit) if unit.vault.pseudonym(one.id) in said} if said else set()
    return Concern(
        people=people,
        works=frozenset(works),
        faces=bool(actions & ON_FACES),
        posts=bool(actions & ON_POSTS),
        everything=bool(actions - ABOUT_PEOPLE - ON_LICENCES - ON_POSTS - ON_FACES),
    )


def _people(unit: UnitOfWork, about: set[str], *, posts: bool) -> frozenset[str]:
    """Those whom the log calls so, those who speak for whom, and with `posts` those whose consents count posts."""
    named = {person for person, alias in aliases(unit).items() if alias.name in about}
    children = {ward for guardian in named for ward in wards(unit, guardian)}
    counted = {one.person for one in consents(unit) if one.max_publications is not None} if posts else set()
    return frozenset(named | children | counted)
