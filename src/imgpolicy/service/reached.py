"""What a no reaches in the archive: pictures that are no go any more, and files of what was posted, or copies of it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from imgpolicy.domain.posting import Posting
from imgpolicy.domain.publication import Publication, Reached
from imgpolicy.errors import ImgPolicyError
from imgpolicy.match.posted import near
from imgpolicy.match.works import PDQ_POSSIBLE
from imgpolicy.phrase import message_of
from imgpolicy.register.archive_forms import forms_in
from imgpolicy.register.archive_store import Archive
from imgpolicy.register.sql.archive import PlaceRow
from imgpolicy.register.works import whole_work
from imgpolicy.service.archive import Places, against_number, basis, no_longer_go
from imgpolicy.service.changed import named_in, said_since
from imgpolicy.service.check import accept_posting
from imgpolicy.service.workspace import Workspace

MOST_FALLEN = 200
"""How many pictures that are no go any more are named in one list."""


MOST_WORKS = 200
"""Of more works that come in at once no picture is looked for: a million pictures take half a second for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallen:
    """Pictures of the archive that were a go and are none any more: some of their names, and how many there are."""

    names: tuple[str, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ByWorks:
    """The names of pictures that new works made no go, and how many are to be held against them in parts yet."""

    fallen: tuple[str, ...] = ()
    waiting: int = 0


def reached(workspace: Workspace, places: Places, posts: Sequence[Publication] = ()) -> Reached:
    """What is reached in these places, which are judged again, and where these posts are; all is kept.

    What was recorded before stays, also where nobody can judge.
    """
    also = copies(workspace, posts)
    try:
        return Reached(fallen=tuple(no_longer_go(workspace, places)), copies=also)
    except ImgPolicyError as error:
        return Reached(copies=also, trouble=message_of(error))


def reached_by_works(workspace: Workspace, ids: Sequence[str]) -> ByWorks:
    """What works that were just added reach in the archive: pictures that are them as a whole are judged again.

    Where many came in at once, or nobody can judge, nothing is judged: `waiting` counts it all the same.
    """
    if not ids or not workspace.register.has_archive:
        return ByWorks()
    archive = workspace.register.archive
    fallen: tuple[str, ...] = ()
    if len(ids) <= MOST_WORKS:
        with workspace.register.reading() as unit:
            shown = [picture for one in ids for picture in whole_work(unit, one).fingerprints]
        files = [picture.sha256 for picture in shown if picture.sha256 is not None]
        pictures = _alike(archive, files, [picture.pdq for picture in shown if picture.pdq is not None])
        with archive.rows() as rows:
            places = rows.places_of(sorted(pictures))
        fallen = tuple(no_longer_go(workspace, places))
    held = workspace.checker.held_against(accept_posting(workspace, Posting()))
    number = against_number(archive, held.works)
    with archive.search() as search:
        return ByWorks(fallen=fallen, waiting=search.count_held_otherwise(number))


def _alike(archive: Archive, files: Sequence[str], hashes: Sequence[int]) -> set[int]:
    """The numbers of pictures that may be these works as a whole."""
    with archive.search() as search:
        found = set(search.with_sha256(sorted({bytes.fromhex(one) for one in files})).values())
        for numbers, forms in forms_in(archive.sealer, search):
            for pdq in hashes:
                found.update(numbers[near(pdq, forms, PDQ_POSSIBLE)].tolist())
    return found


def copies(workspace: Workspace, posts: Sequence[Publication]) -> Mapping[str, tuple[str, ...]]:
    """For each of these posts, by its id, the names of the archive's pictures that are the posted one or a copy of it.

    Posts of which there is nothing in the archive are left out. What is near is what R107 takes for the same picture:
    see `posted_alike`. RegisterError when what is kept was altered.
    """
    if not posts or not workspace.register.has_archive:
        return {}
    archive = workspace.register.archive
    found = _pictures(archive, posts)
    names = _names(archive, sorted({one for pictures in found.values() for one in pictures}))
    named = {post: tuple(sorted(name for one in here for name in names.get(one, ()))) for post, here in found.items()}
    return {post: here for post, here in named.items() if here}


def _pictures(archive: Archive, posts: Sequence[Publication]) -> dict[str, set[int]]:
    """The numbers of the pictures that are alike, by the ids of the posts."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    hashed = [(post.id, int(post.pdq, 16)) for post in posts if post.pdq is not None]
    with archive.search() as search:
        same = search.with_sha256(sorted({bytes.fromhex(post.picture) for post in posts}))
        for post in posts:
            if (number := same.get(bytes.fromhex(post.picture))) is not None:
                found[post.id].add(number)
        for numbers, forms in forms_in(archive.sealer, search) if hashed else ():
            for post_id, pdq in hashed:
                found[post_id].update(numbers[near(pdq, forms)].tolist())
    return found


def _names(archive: Archive, pictures: Sequence[int]) -> dict[int, list[str]]:
    with archive.rows() as rows:
        places = rows.places_of(pictures)
    names: defaultdict[int, list[str]] = defaultdict(list)
    for place in places:
        if place.picture is not None:
            names[place.picture].append(archive.name(place))
    return names


def fallen_since(workspace: Workspace, day: dt.date, person: str | None = None) -> Fallen:
    """The pictures that were a go on this day or since and are none now, of this person alone where one is named."""
    if not workspace.register.has_archive:
        return Fallen()
    archive = workspace.register.archive
    with archive.search() as search:
        found, count = search.fallen(workspace.kept.consents.first_moment(day), person, MOST_FALLEN)
    return Fallen(names=tuple(one.name for one in archive.named(found)), count=count)


def catch_up(workspace: Workspace) -> None:
    """Judge again what was said about people and licences since each answer was made, by what is kept.

    What else may have changed, and what has to be opened, is left to `imgpolicy audit --again`. RegisterError when
    nothing may be judged.
    """
    if not workspace.register.has_archive:
        return
    waiting: list[PlaceRow] = []
    for number, _, concern in said_since(workspace, basis(workspace)):
        waiting += named_in(workspace, number, concern)
    no_longer_go(workspace, waiting)
