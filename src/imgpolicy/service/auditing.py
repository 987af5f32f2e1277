"""An archive of pictures judged: each is opened once, and after that only when nothing that is kept of it would do.

places ─► listed ─┬─► as before ────────────────┐
                  ├─► judged again, by facts ───┼─► kept, in batches ─► told, as it comes
                  └─► opened, by workers ───────┘

What was listed and not kept yet is listed again by whoever goes on; nothing is kept twice, for a place has one row.
"""

from __future__ import annotations

import datetime as dt
import signal
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from itertools import islice
from pathlib import Path

from imgpolicy.domain.posting import Posting
from imgpolicy.domain.verdict import Verdict
from imgpolicy.errors import ImgPolicyError, PictureError, RequestError
from imgpolicy.phrase import message_of, phrase
from imgpolicy.picture import load
from imgpolicy.places import Listed, ListedPicture, Reader, Skipped, listed
from imgpolicy.pool import Bounds, Crew, Done, Line, Outcome
from imgpolicy.postings import Postings, read_postings
from imgpolicy.register.archive import Kept, remove_gone
from imgpolicy.register.archive_store import Archive
from imgpolicy.register.sql.archive import PlaceRow, RunRow
from imgpolicy.report import Report
from imgpolicy.service.archive import (
    UNREADABLE,
    Again,
    Basis,
    basis,
    basis_number,
    codes_number,
    codes_of,
    judge_places,
    judged,
    keep,
    kept_of,
    may_have_changed,
    posting_number,
    posting_of,
    settle,
)
from imgpolicy.service.check import accept_posting
from imgpolicy.service.workspace import Place, Workspace

_BATCH = 200
"""How many pictures are listed at a time, and kept before the walk is said to have come so far."""

_WAIT = 64
"""How many answers wait to be kept together."""


class How(StrEnum):
    """How an answer came about."""

    BEFORE = "as before"
    AGAIN = "judged again"
    OPENED = "opened"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRequest:
    """What is asked: which places, and the posting that their pictures are held to; `table` states it for some.

    With `fresh` every picture is opened, with `keypoints` these are kept, so that works that are added later need no
    picture to be opened. `jobs` is how many workers open pictures.
    """

    places: tuple[str, ...]
    posting: Posting
    table: Path | None = None
    jobs: int = 1
    fresh: bool = False
    keypoints: bool = False
    allow_private_hosts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What was said of one picture: by name, with the codes of the rules that it breaks, and how that came about.

    `trouble` says in one line why it could not be read, or was skipped; its verdict is None where it was.
    """

    name: str
    verdict: Verdict | None
    codes: tuple[str, ...] = ()
    until: dt.date | None = None
    how: How
    trouble: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A picture to be opened, for a posting."""

    listed: ListedPicture
    posting: Posting
    keypoints: bool
    allow_private_hosts: bool
    batch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a worker found: the answer, and what is kept of the picture; None where it could not be read."""

    verdict: Verdict
    codes: tuple[str, ...]
    until: dt.date | None
    made_by: int
    kept: Kept | None = None
    trouble: str | None = None


def audit(workspace: Workspace, place: Place, request: AuditRequest) -> Iterator[Audited]:
    """What is said of each picture, as it comes; all of it is kept, also of what came before whoever asks stops.

    A walk that was stopped goes on where it was, when the same is asked. Pictures that are gone from a place that was
    walked to its end are forgotten. Raises RequestError and RegisterError as `check_pictures` does, and ImgPolicyError
    for a place that cannot be listed.
    """
    accept_posting(workspace, request.posting)
    stated = None if request.table is None else read_postings(request.table)
    bounds = Bounds(workers=request.jobs)
    for root in request.places:
        with Crew[Task](partial(work, place), bounds) as crew:
            yield from _Walk(workspace, request, stated, crew, root).run()


def audit_again(workspace: Workspace, place: Place, request: AuditRequest) -> Iterator[Audited]:
    """What is said of each picture whose answer may be another one now, as it comes; the others are not read.

    A picture is opened when what is kept of it does not do, each for the posting that it was audited for; where it
    cannot be, it keeps an answer that says what is not known. Raises what `audit` raises.
    """
    if not workspace.register.has_archive:
        raise RequestError(phrase("there is no archive yet: run `imgpolicy audit` with a folder"))
    bounds = Bounds(workers=request.jobs)
    with Crew[Task](partial(work, place), bounds) as crew:
        again = _Again(workspace, request, crew)
        for batch in may_have_changed(workspace):
            yield from again.taken(batch)
        yield from again.rest()
    settle(workspace)


class _Again:
    """Places that are judged again, and opened where that does not do."""

    def __init__(self, workspace: Workspace, request: AuditRequest, crew: Crew[Task]) -> None:
        self._workspace = workspace
        self._request = request
        self._crew = crew
        self._by_facts: dict[str, tuple[PlaceRow, Report | None]] = {}

    def taken(self, batch: Sequence[PlaceRow]) -> Iterator[Audited]:
        """What is said of these places now, and of earlier ones that were opened."""
        archive = self._workspace.register.archive
        found = {one.before.id: one for one in judge_places(self._workspace, batch)}
        keep(self._workspace, [(one.row, one.kept) for one in found.values()])
        for one in found.values():
            if one.holds:
                yield audited_of(one.name, one.report, How.AGAIN)
        tasks = []
        for row in batch:
            answer = found.get(row.id)
            if answer is None or not answer.holds:
                name = archive.name(row)
                self._by_facts[name] = (row, None) if answer is None else (answer.row, answer.report)
                tasks.append(self._task(name, row))
        yield from map(self._opened, self._crew.work_off(tasks))

    def rest(self) -> Iterator[Audited]:
        """What is said of the pictures that are still being opened."""
        yield from map(self._opened, self._crew.rest())

    def _task(self, name: str, row: PlaceRow) -> Task:
        return Task(
            listed=_listed_again(name, self._workspace.register.archive.address(row)),
            posting=posting_of(self._workspace, row.posting),
            keypoints=self._request.keypoints,
            allow_private_hosts=self._request.allow_private_hosts,
            batch=0,
        )

    def _opened(self, outcome: Outcome[Task]) -> Audited:
        name, found = outcome.job.listed.name, outcome.found
        row, report = self._by_facts.pop(name)
        if not isinstance(found, Looked) and not outcome.given_up:
            raise ImgPolicyError(phrase("no picture can be judged: {reason}", reason=outcome.reason))
        if isinstance(found, Looked) and (found.kept is not None or report is None):
            keep(self._workspace, [(row_of(self._workspace, row, outcome.job.listed, found), found.kept)])
            return told_of(name, found)
        reason = found.trouble if isinstance(found, Looked) else outcome.reason
        trouble = phrase("{name}: {reason}", name=name, reason=reason or "")
        return replace(_by_facts(self._workspace, name, row, report), trouble=trouble)


def _listed_again(name: str, address: str) -> ListedPicture:
    """The picture as it is listed now, where that costs nothing; else without a stamp."""
    if "://" not in address:
        with suppress(PictureError):
            for one in listed(address):
                if isinstance(one, ListedPicture):
                    return replace(one, name=name)
    return ListedPicture(name=name, address=address)


def _by_facts(workspace: Workspace, name: str, row: PlaceRow, report: Report | None) -> Audited:
    if report is not None:
        return audited_of(name, report, How.AGAIN)
    codes = codes_of(workspace.register.archive, row.codes)
    return Audited(name=name, verdict=Verdict(row.verdict), codes=codes, until=row.until, how=How.BEFORE)


def row_of(workspace: Workspace, row: PlaceRow, one: ListedPicture, found: Looked) -> PlaceRow:
    """The row of a place with what was found in its picture."""
    return row._replace(
        stamp=one.stamp,
        picture=None,
        verdict=int(found.verdict),
        codes=codes_number(workspace.register.archive, found.codes),
        judged=found.made_by,
        until=found.until,
        at=_now(),
    )


def told_of(name: str, found: Looked) -> Audited:
    """What is told of a picture that was opened."""
    return Audited(
        name=name,
        verdict=found.verdict,
        codes=found.codes,
        until=found.until,
        how=How.OPENED,
        trouble=found.trouble,
    )


class _Walk:
    """One walk through one root."""

    def __init__(  # what is asked, and who does it
        self, workspace: Workspace, request: AuditRequest, stated: Postings | None, crew: Crew[Task], root: str
    ) -> None:
        self._workspace = workspace
        self._request = request
        self._stated = stated
        self._crew = crew
        self._archive: Archive = workspace.register.archive
        self._place = root
        self._root = self._archive.words.number(f"root:{root}".encode("utf-8", "surrogateescape"))
        self._postings: dict[Posting, int] = {}
        self._waiting: list[tuple[PlaceRow, Kept | None]] = []
        self._open: OrderedDict[int, _Batch] = OrderedDict()
        self._skipped = False
        self._run = self._begin()

    def run(self) -> Iterator[Audited]:
        """What is said of each picture under the root."""
        after = self._run.after
        last = None if after is None else self._archive.unsealed_name(after)[0]
        names = listed(self._place, last, allow_private_hosts=self._request.allow_private_hosts)
        try:
            for number, batch in enumerate(_batched(names, _BATCH)):
                yield from self._taken(number, batch)
            yield from map(self._opened, self._crew.rest())
        finally:
            self._keep()
        yield from self._ended()

    def _begin(self) -> RunRow:
        asked = self._archive.words.number(f"asked:{self._request.fresh}{self._request.keypoints}".encode())
        with self._archive.rows() as rows:
            return rows.unfinished(self._root, asked) or rows.begin_run(self._root, asked, _now())

    def _taken(self, number: int, batch: Sequence[Listed]) -> Iterator[Audited]:
        """One batch: what needs no picture is answered at once, and the rest is handed to workers."""
        pictures = [one for one in batch if isinstance(one, ListedPicture)]
        for one in batch:
            if isinstance(one, Skipped):
                self._skipped = True
                yield Audited(name=one.name, verdict=None, how=How.SKIPPED, trouble=one.reason)
        known = self._known(pictures)
        before, again, to_open = self._sorted_out(pictures, known)
        yield from self._as_before(before)
        for answer in judge_places(self._workspace, again):
            if answer.holds:
                yield self._judged_again(answer)
            else:
                to_open.append(next(one for one in pictures if one.name == answer.name))
        tasks = [self._task(one, number) for one in to_open]
        self._open[number] = _Batch(last=batch[-1].name, left=len(tasks))
        for outcome in self._crew.work_off(tasks):
            yield self._opened(outcome)
        self._move_on()

    def _known(self, pictures: Sequence[ListedPicture]) -> dict[str, PlaceRow]:
        ids = {self._archive.place_id(one.name): one.name for one in pictures}
        with self._archive.rows() as rows:
            return {ids[place]: row for place, row in rows.places(list(ids)).items()}

    def _sorted_out(
        self, pictures: Sequence[ListedPicture], known: Mapping[str, PlaceRow]
    ) -> tuple[list[PlaceRow], list[PlaceRow], list[ListedPicture]]:
        """Places of which all stands, those that are judged again, and pictures that are to be opened."""
        made_by = basis_number(self._archive, basis(self._workspace))
        before: list[PlaceRow] = []
        again: list[PlaceRow] = []
        to_open: list[ListedPicture] = []
        for one in pictures:
            row = known.get(one.name)
            same = row is not None and one.stamp is not None and row.stamp == one.stamp
            if row is None or not same or self._request.fresh:
                to_open.append(one)
            elif row.judged == made_by and row.posting == self._posting(one):
                before.append(row)
            elif row.picture is None:
                to_open.append(one)
            else:
                again.append(row._replace(posting=self._posting(one), root=self._root, run=self._run.id))
        return before, again, to_open

    def _stated_for(self, one: ListedPicture) -> Posting:
        """The posting of a picture: what the table says of it, and for the rest what is asked for all."""
        own = None if self._stated is None else self._stated.of(one.name)
        return self._request.posting if own is None else own.posting.filled(self._request.posting)

    def _posting(self, one: ListedPicture) -> int:
        stated = self._stated_for(one)
        if stated not in self._postings:
            self._postings[stated] = posting_number(self._workspace, stated)
        return self._postings[stated]

    def _task(self, one: ListedPicture, batch: int) -> Task:
        return Task(
            listed=one,
            posting=self._stated_for(one),
            keypoints=self._request.keypoints,
            allow_private_hosts=self._request.allow_private_hosts,
            batch=batch,
        )

    def _as_before(self, places: Sequence[PlaceRow]) -> Iterator[Audited]:
        with self._archive.rows() as rows:
            rows.see([one.id for one in places], self._root, self._run.id)
        for one in places:
            yield Audited(
                name=self._archive.name(one),
                verdict=Verdict(one.verdict),
                codes=codes_of(self._archive, one.codes),
                until=one.until,
                how=How.BEFORE,
                trouble=None if one.picture is not None else phrase("it could not be read"),
            )

    def _judged_again(self, answer: Again) -> Audited:
        self._put(answer.row, answer.kept)
        return audited_of(answer.name, answer.report, How.AGAIN)

    def _opened(self, outcome: Outcome[Task]) -> Audited:
        """What became of a picture that was opened: it is kept, also that no worker came through it."""
        task, found = outcome.job, outcome.found
        if not isinstance(found, Looked) and not outcome.given_up:
            raise ImgPolicyError(phrase("no picture can be judged: {reason}", reason=outcome.reason))
        if not isinstance(found, Looked):
            trouble = phrase("{name}: {reason}", name=task.listed.name, reason=outcome.reason)
            made_by = basis_number(self._archive, basis(self._workspace))
            found = Looked(verdict=Verdict.REVIEW, codes=UNREADABLE, until=None, made_by=made_by, trouble=trouble)
        new = PlaceRow(
            id=self._archive.place_id(task.listed.name),
            root=self._root,
            name=self._archive.sealed_name(task.listed.name, task.listed.address),
            stamp=None,
            picture=None,
            posting=self._posting(task.listed),
            verdict=0,
            codes=0,
            judged=0,
            until=None,
            at=_now(),
            run=self._run.id,
        )
        self._open[task.batch].left -= 1
        self._put(row_of(self._workspace, new, task.listed, found), found.kept)
        return told_of(task.listed.name, found)

    def _put(self, row: PlaceRow, kept: Kept | None) -> None:
        self._waiting.append((row, kept))
        if len(self._waiting) >= _WAIT:
            self._keep()

    def _keep(self) -> None:
        """Keep what waits, in one transaction."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            keep(self._workspace, waiting)

    def _move_on(self) -> None:
        """Say how far all is kept."""
        last = None
        while self._open and next(iter(self._open.values())).left == 0:
            _, done = self._open.popitem(last=False)
            last = done.last
        if last is not None:
            self._keep()
            with self._archive.rows() as rows:
                rows.move_run(self._run.id, self._archive.sealed_name(last))

    def _ended(self) -> Iterator[Audited]:
        """What is gone from the root since it was last walked to its end."""
        with self._archive.rows() as rows:
            gone = [one for one in rows.gone(self._root, self._run.id) if self._is_gone(self._archive.address(one))]
            remove_gone(rows, gone, _now())
            rows.move_run(self._run.id, None, _now())
        for one in gone:
            name = self._archive.name(one)
            yield Audited(name=name, verdict=None, how=How.SKIPPED, trouble=phrase("it is gone"))

    def _is_gone(self, address: str) -> bool:
        """Whether a picture that the walk did not see is not there: what could not be listed may hide it."""
        if "://" in address:
            return not self._skipped
        try:
            Path(address).lstat()
        except (FileNotFoundError, NotADirectoryError):
            return True
        except OSError:
            return False
        return not self._skipped


@dataclass(slots=True)
class _Batch:
    """Pictures that were listed together: the last name, and how many are still being opened."""

    last: str
    left: int


def audited_of(name: str, report: Report, how: How) -> Audited:
    """What is told of a picture with this report."""
    codes = tuple(sorted({finding.code for finding in report.findings}))
    return Audited(name=name, verdict=report.verdict, codes=codes, until=report.valid_until, how=how)


def work(place: Place, line: Line) -> None:
    """Open the pictures that come through the line until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes the line.
    readers = {private: Reader(allow_private_hosts=private) for private in (False, True)}
    with place.open() as workspace:
        while True:
            try:
                task = line.recv()
                assert isinstance(task, Task)
                line.send(_done(workspace, task, readers[task.allow_private_hosts]))
            except (EOFError, OSError):
                return


def _done(workspace: Workspace, task: Task, reader: Reader) -> Done:
    try:
        return Done(found=look(workspace, task, reader))
    except ImgPolicyError as error:
        return Done(message_of(error))


def look(workspace: Workspace, task: Task, reader: Reader) -> Looked:
    """The answer on a picture that is opened, and what is to be kept of it.

    RequestError or RegisterError when nothing may be judged.
    """
    archive, checker = workspace.register.archive, workspace.checker
    made_by: Basis = basis(workspace)
    posting = accept_posting(workspace, task.posting)
    try:
        picture = load(reader.read(task.listed), task.listed.name)
    except PictureError as error:
        report = checker.unreadable(task.listed.name, error, task.posting)
        found = judged(archive, report, basis_number(archive, made_by))
        codes = codes_of(archive, found.codes)
        return Looked(verdict=found.verdict, codes=codes, until=None, made_by=found.judged, trouble=message_of(error))
    report, kept = checker.check_to_keep(picture, posting)
    found = judged(archive, report, basis_number(archive, made_by))
    return Looked(
        verdict=found.verdict,
        codes=codes_of(archive, found.codes),
        until=found.until,
        made_by=found.judged,
        kept=kept_of(workspace, kept, keypoints=task.keypoints),
    )


def _batched(names: Iterator[Listed], size: int) -> Iterator[list[Listed]]:
    while batch := list(islice(names, size)):
        yield batch


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
