"""An archive judged again: what may have changed, by what is kept; pictures are opened where that is too little."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from imgpolicy.domain.verdict import Verdict
from imgpolicy.errors import PictureError, RequestError
from imgpolicy.phrase import phrase
from imgpolicy.places import ListedPicture, listed
from imgpolicy.pool import Bounds, Crew, Outcome, accept
from imgpolicy.register.sql.archive import PlaceRow
from imgpolicy.report import Report
from imgpolicy.service.archive import codes_of, judge_places, keep, posting_of
from imgpolicy.service.audit_work import (
    Audited,
    AuditRequest,
    How,
    Looked,
    Task,
    audited_of,
    row_of,
    told_of,
    work,
)
from imgpolicy.service.changed import may_have_changed, settle, start
from imgpolicy.service.workspace import Place, Workspace


def audit_again(workspace: Workspace, place: Place, request: AuditRequest) -> Iterator[Audited]:
    """What is said of each picture whose answer may be another one now, as it comes; the others are not read.

    A picture is opened when what is kept of it does not do, each for the posting that it was audited for; where it
    cannot be, it keeps an answer that says what is not known. Raises what `audit` raises.
    """
    if not workspace.register.has_archive:
        raise RequestError(phrase("there is no archive yet: run `imgpolicy audit` with a folder"))
    bounds = Bounds(workers=request.jobs)
    with Crew[Task](partial(work, place), bounds) as crew:
        again, begun = _Again(workspace, request, crew), start(workspace)
        for batch in may_have_changed(workspace, begun):
            yield from again.taken(batch)
        yield from again.rest()
    settle(workspace, begun)


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
        accept(outcome)
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
