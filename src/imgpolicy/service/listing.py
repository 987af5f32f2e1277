"""What the archive says of its pictures now, one after the other: for an index that people search, and for tables."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from imgpolicy.domain.dossier import Archived
from imgpolicy.domain.verdict import Verdict
from imgpolicy.errors import BadRequestError, RegisterError
from imgpolicy.phrase import phrase
from imgpolicy.places import listed
from imgpolicy.register.archive_store import Archive
from imgpolicy.register.people import person_row
from imgpolicy.register.sql.archive import PlaceRow
from imgpolicy.register.sql.archive_search import ArchiveSearch, Sought
from imgpolicy.report import Report
from imgpolicy.service.archive import codes_of, judge_places, known_root, root_number, root_of
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


CURSOR = "[0-9]{1,16}-[0-9a-f]{32}"
"""What names the page that comes next: the moment and the id of the last picture before it."""

_FIRST = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

PART = 50
"""Pictures of the archive on one page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which pictures are looked for: None for any; `place` as it was named to an audit, `person` by id.

    `after` is the `next` of the page before.
    """

    verdict: Verdict | None = None
    code: str | None = None
    place: str | None = None
    person: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some of the pictures that are looked for, those that were judged last first; `next` is None on the last page."""

    pictures: tuple[Archived, ...] = ()
    next: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What the archive has: how many pictures of each verdict, which codes, and the places that were audited."""

    verdicts: Mapping[Verdict, int] = field(default_factory=dict)
    codes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


def overview(workspace: Workspace) -> Overview:
    """What there is to be looked for; nothing where there is no archive."""
    if not workspace.register.has_archive:
        return Overview()
    archive = workspace.register.archive
    with archive.search() as search:
        counts, (codes, roots) = search.count_verdicts(), search.numbers()
    return Overview(
        verdicts={Verdict(verdict): count for verdict, count in counts.items()},
        codes=tuple(sorted({code for number in codes for code in codes_of(archive, number)})),
        places=tuple(sorted(root_of(archive, number) for number in roots)),
    )


def part(workspace: Workspace, asked: Filter) -> Part:
    """One page of the pictures that are looked for; names are unsealed of no others.

    BadRequestError for an `after` that no page gave, RegisterError when there is no such person, or a name was altered.
    """
    after = None if asked.after is None else _cursor(asked.after)
    if asked.person is not None:
        with workspace.register.reading() as unit:
            person_row(unit, asked.person)
    if not workspace.register.has_archive:
        return Part()
    archive = workspace.register.archive
    root = None if asked.place is None else known_root(archive, asked.place)
    if asked.place is not None and root is None:
        return Part()
    verdict = None if asked.verdict is None else int(asked.verdict)
    codes = None if asked.code is None else _with_code(archive, asked.code)
    with archive.search() as search:
        rows = search.found(Sought(verdict, codes, root, asked.person, after), PART + 1)
        shown = rows[:PART]
        people = _people(search, shown)
    more = len(rows) > PART
    pictures = tuple(_archived(archive, row, people) for row in shown)
    return Part(pictures=pictures, next=_next(shown[-1]) if more else None)


def _with_code(archive: Archive, code: str) -> list[int]:
    """The numbers of the sets of codes in which this one is."""
    with archive.search() as search:
        numbers, _ = search.numbers()
    return [number for number in numbers if code in codes_of(archive, number)]


def _cursor(after: str) -> tuple[dt.datetime, bytes]:
    if not re.fullmatch(CURSOR, after):
        raise _no_page()
    moment, _, place = after.partition("-")
    return _FIRST + dt.timedelta(microseconds=int(moment)), bytes.fromhex(place)


def _next(row: PlaceRow) -> str:
    """Where the page after this one begins."""
    return f"{(row.at - _FIRST) // dt.timedelta(microseconds=1)}-{row.id.hex()}"


def _no_page() -> BadRequestError:
    return BadRequestError(phrase("there is no such page: begin with the first"))


def report_on(workspace: Workspace, place_id: str) -> tuple[Archived, Report | None]:
    """A picture of the archive, and its report made again by what is kept of it, which opens and keeps nothing.

    The report is None where what is kept cannot be opened, or the picture could not be read. RegisterError when there
    is no such picture.
    """
    try:
        number = bytes.fromhex(place_id)
    except ValueError:
        number = b""
    if not workspace.register.has_archive:
        raise _no_picture()
    archive = workspace.register.archive
    with archive.search() as search:
        row = search.place(number)
        people = {} if row is None else _people(search, [row])
    if row is None:
        raise _no_picture()
    answer = next(judge_places(workspace, [row]), None)
    return _archived(archive, row, people), None if answer is None else answer.report


def _no_picture() -> RegisterError:
    return RegisterError(phrase("there is no such picture in the archive"))


def _people(search: ArchiveSearch, batch: Sequence[PlaceRow]) -> dict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for picture, person in search.people_of([row.picture for row in batch if row.picture is not None]):
        found[picture].append(person)
    return found


def _archived(archive: Archive, row: PlaceRow, people: dict[int, list[str]]) -> Archived:
    return Archived(
        id=row.id.hex(),
        name=archive.name(row),
        verdict=Verdict(row.verdict),
        codes=codes_of(archive, row.codes),
        people=tuple(sorted(people.get(row.picture or 0, ()))),
        until=row.until,
        at=row.at,
        readable=row.picture is not None,
    )
