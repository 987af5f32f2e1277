"""What the archive says of its pictures now, one after the other: for an index that people search, and for tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from imgpolicy.domain.dossier import Archived
from imgpolicy.domain.verdict import Verdict
from imgpolicy.places import listed
from imgpolicy.register.archive_store import Archive
from imgpolicy.register.sql.archive import PlaceRow
from imgpolicy.register.sql.archive_search import ArchiveSearch
from imgpolicy.service.archive import codes_of, root_number
from imgpolicy.service.workspace import Workspace


def names_in(places: Sequence[str]) -> Iterator[str] | None:
    """The names of what an audit comes by in these places, in its order; None where listing them takes long.

    That is whatever is no folder or file here. ImgPolicyError, while it goes, where one cannot be listed.
    """
    if not all(Path(place).exists() for place in places):
        return None
    return (one.name for place in places for one in listed(place))


def listing(workspace: Workspace, places: Sequence[str] = ()) -> Iterator[Archived]:
    """The pictures under these places, as they were named to an audit, or all of them; in no order that says anything.

    Nothing where there is no archive. RegisterError when a name was altered.
    """
    if not workspace.register.has_archive:
        return
    archive = workspace.register.archive
    roots = [root_number(archive, place) for place in places]
    after = b""
    while True:
        with archive.search() as search:
            batch = search.places_after(after, roots)
            people = _people(search, batch)
        if not batch:
            return
        yield from (_archived(archive, row, people) for row in batch)
        after = batch[-1].id


def _people(search: ArchiveSearch, batch: Sequence[PlaceRow]) -> dict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for picture, person in search.people_of([row.picture for row in batch if row.picture is not None]):
        found[picture].append(person)
    return found


def _archived(archive: Archive, row: PlaceRow, people: dict[int, list[str]]) -> Archived:
    return Archived(
        name=archive.name(row),
        verdict=Verdict(row.verdict),
        codes=codes_of(archive, row.codes),
        people=tuple(sorted(people.get(row.picture or 0, ()))),
        until=row.until,
        at=row.at,
        readable=row.picture is not None,
    )
