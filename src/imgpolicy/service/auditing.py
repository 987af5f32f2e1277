"""An archive of pictures judged: each is opened once, and after that only when nothing that is kept of it would do.

places ─► listed ─┬─► as before ────────────────┐
                  ├─► judged again, by facts ───┼─► kept, in batches ─► told, as it comes
                  └─► opened, by workers ───────┘

What was listed and not kept yet is listed again by whoever goes on; nothing is kept twice, for a place has one row.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from imgpolicy.domain.posting import Posting
from imgpolicy.domain.verdict import Verdict
from imgpolicy.phrase import phrase
from imgpolicy.places import Listed, ListedPicture, Skipped, listed
from imgpolicy.pool import Bounds, Crew, Outcome
from imgpolicy.postings import Postings, read_postings
from imgpolicy.register.archive import Kept, remove_gone
from imgpolicy.register.archive_store import Archive
from imgpolicy.register.sql.archive import PlaceRow, RunRow
from imgpolicy.service.archive import (
    Again,
    basis,
    basis_number,
    codes_of,
    judge_places,
    keep,
    posting_number,
    root_number,
)
from imgpolicy.service.audit_work import (
    Audited,
    AuditRequest,
    How,
    Task,
    audited_of,
    looked_of,
    new_row,
    row_of,
    told_of,
    work,
)
from imgpolicy.service.check import accept_posting
from imgpolicy.service.workspace import Place, Workspace

_BATCH = 200
"""How many pictures are listed at a time, and kept before the walk is said to have come so far."""

_WAIT = 64
"""How many answers wait to be kept together."""


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
            yield from _Here(workspace, request, stated, root, crew).run()


class Walk(ABC):
    """One walk through one root."""

    def __init__(self, workspace: Workspace, request: AuditRequest, stated: Postings | None, root: str) -> None:
        self._workspace = workspace
        self._request = request
        self._stated = stated
        self._archive: Archive = workspace.register.archive
        self._place = root
        self._root = root_number(self._archive, root)
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
            yield from self._rest()
        finally:
            self._keep()
        yield from self._ended()

    @abstractmethod
    def _hand_out(self, to_open: Sequence[ListedPicture], number: int) -> Iterator[Audited]:
        """Let the pictures of a batch be opened; what is said of these, and of earlier ones, as it comes."""

    @abstractmethod
    def _rest(self) -> Iterator[Audited]:
        """What is said of the pictures that are still being opened."""

    def _begin(self) -> RunRow:
        table = self._request.table
        stated = b"" if table is None else hashlib.sha256(table.read_bytes()).digest()
        posting = posting_number(self._workspace, self._request.posting)
        said = f"asked:{self._request.fresh}{self._request.keypoints}{posting}:"
        asked = self._archive.words.number(said.encode() + stated)
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
        left = {row.id for row in again}
        for answer in judge_places(self._workspace, again):
            if answer.holds:
                left.discard(answer.before.id)
                yield self._judged_again(answer)
        to_open += [one for one in pictures if self._archive.place_id(one.name) in left]
        self._open[number] = _Batch(last=batch[-1].name, left=len(to_open))
        yield from self._hand_out(to_open, number)
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
            remove_gone(self._archive.sealer, rows, gone, _now())
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


class _Here(Walk):
    """One whose pictures are opened by workers of its own."""

    def __init__(  # what is asked, and who does it
        self, workspace: Workspace, request: AuditRequest, stated: Postings | None, root: str, crew: Crew[Task]
    ) -> None:
        super().__init__(workspace, request, stated, root)
        self._crew = crew

    def _hand_out(self, to_open: Sequence[ListedPicture], number: int) -> Iterator[Audited]:
        tasks = [self._task(one, number) for one in to_open]
        yield from map(self._opened, self._crew.work_off(tasks))

    def _rest(self) -> Iterator[Audited]:
        yield from map(self._opened, self._crew.rest())

    def _task(self, one: ListedPicture, batch: int) -> Task:
        return Task(
            listed=one,
            posting=self._stated_for(one),
            keypoints=self._request.keypoints,
            allow_private_hosts=self._request.allow_private_hosts,
            batch=batch,
        )

    def _opened(self, outcome: Outcome[Task]) -> Audited:
        """What became of a picture that was opened: it is kept, also that no worker came through it."""
        task, found = outcome.job, looked_of(self._workspace, outcome)
        new = new_row(self._archive, task.listed, root=self._root, posting=self._posting(task.listed), run=self._run.id)
        self._open[task.batch].left -= 1
        self._put(row_of(self._workspace, new, task.listed, found), found.kept)
        return told_of(task.listed.name, found)


@dataclass(slots=True)
class _Batch:
    """Pictures that were listed together: the last name, and how many are still being opened."""

    last: str
    left: int


def _batched(names: Iterator[Listed], size: int) -> Iterator[list[Listed]]:
    while batch := list(islice(names, size)):
        yield batch


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
