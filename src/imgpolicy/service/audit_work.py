"""What an audit asks of a worker, and what it tells: a picture is opened and judged, and what is kept of it made."""

from __future__ import annotations

import datetime as dt
import signal
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from imgpolicy.domain.posting import Posting
from imgpolicy.domain.verdict import Verdict
from imgpolicy.errors import PictureError
from imgpolicy.phrase import message_of, phrase
from imgpolicy.picture import load
from imgpolicy.places import ListedPicture, Reader
from imgpolicy.pool import Line, Outcome, accept, serve
from imgpolicy.register.archive import Kept
from imgpolicy.register.archive_store import Archive
from imgpolicy.register.sql.archive import PlaceRow
from imgpolicy.report import Report
from imgpolicy.service.archive import (
    UNREADABLE,
    Basis,
    basis,
    basis_number,
    codes_number,
    codes_of,
    judged,
    kept_of,
)
from imgpolicy.service.check import accept_posting
from imgpolicy.service.workspace import Place, Workspace


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


def new_row(archive: Archive, one: ListedPicture, *, root: int, posting: int, run: int) -> PlaceRow:
    """The row of a place of which nothing was said yet."""
    return PlaceRow(
        id=archive.place_id(one.name),
        root=root,
        name=archive.sealed_name(one.name, one.address),
        stamp=None,
        picture=None,
        posting=posting,
        verdict=0,
        codes=0,
        judged=0,
        until=None,
        at=dt.datetime.now(dt.UTC),
        run=run,
    )


def looked_of(workspace: Workspace, outcome: Outcome[Task]) -> Looked:
    """What was found in a picture, also that no worker came through it; ImgPolicyError where any would be refused."""
    accept(outcome)
    if isinstance(outcome.found, Looked):
        return outcome.found
    trouble = phrase("{name}: {reason}", name=outcome.job.listed.name, reason=outcome.reason)
    made_by = basis_number(workspace.register.archive, basis(workspace))
    return Looked(verdict=Verdict.REVIEW, codes=UNREADABLE, until=None, made_by=made_by, trouble=trouble)


def row_of(workspace: Workspace, row: PlaceRow, one: ListedPicture, found: Looked) -> PlaceRow:
    """The row of a place with what was found in its picture."""
    return row._replace(
        stamp=one.stamp,
        picture=None,
        verdict=int(found.verdict),
        codes=codes_number(workspace.register.archive, found.codes),
        judged=found.made_by,
        until=found.until,
        at=dt.datetime.now(dt.UTC),
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


def audited_of(name: str, report: Report, how: How) -> Audited:
    """What is told of a picture with this report."""
    codes = tuple(sorted({finding.code for finding in report.findings}))
    return Audited(name=name, verdict=report.verdict, codes=codes, until=report.valid_until, how=how)


def work(place: Place, line: Line) -> None:
    """Open the pictures that come through the line until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes the line.
    readers = {private: Reader(allow_private_hosts=private) for private in (False, True)}
    with place.open() as workspace:
        serve(line, Task, lambda task: look(workspace, task, readers[task.allow_private_hosts]))


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
