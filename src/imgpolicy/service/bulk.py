"""Many pictures at once: workers look and judge, and what is to be kept is kept by one process, in one transaction.

request ─► laws ─► workers: read, look, judge ─► told, as it comes ─┬─► handed on, as it comes
                                                                    └─► released, recorded: together, then handed on
"""

from __future__ import annotations

import signal
import warnings
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import chain

from imgpolicy.domain.posting import Posting
from imgpolicy.errors import ImgPolicyError, PictureError
from imgpolicy.phrase import phrase
from imgpolicy.pool import Bounds, Crew, Line, Outcome, accept, serve
from imgpolicy.report import Report
from imgpolicy.service.check import Checked, CheckRequest, Job, See, accept_all, check_one, keep_all
from imgpolicy.service.workspace import Place, Workspace
from imgpolicy.sources import STDIN

Do = Callable[[Workspace, Job], object]
"""What is done to a picture; it is sent to other processes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Pictures by their names, and how many processes work on them; with one it is this one, without any bounds.

    `place` is where the workspace is, for the others to open.
    """

    place: Place
    names: Sequence[str]
    jobs: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer for one of many pictures, and where it stands among them."""

    index: int
    checked: Checked


def check_each(
    workspace: Workspace,
    crowd: Crowd,
    request: CheckRequest,
    *,
    see: See | None = None,
    told: Callable[[Report], None] | None = None,
) -> Generator[Answer]:
    """The answer for each picture, as it comes; where something is to be kept, once all of that is kept, in order.

    `told` hears of each report as it comes, before anything is released or kept. A picture that no worker came through
    cannot be read (X001). Whoever stops is to close the iterator: then no worker is left, and nothing was kept.

    Raises what `check_pictures` raises, and ImgPolicyError when the policy was changed meanwhile.
    """
    jobs = jobs_for(crowd.names, [one.posting for one in accept_all(workspace, crowd.names, request)])
    found: dict[int, Checked] = {}
    with closing(_each(workspace, crowd, jobs, request, see)) as answers:
        for answer in answers:
            if told is not None:
                told(answer.checked.report)
            if request.keeps:
                found[answer.index] = answer.checked
            else:
                yield answer
    if request.keeps:
        kept = keep_all(workspace, [found[index] for index in sorted(found)], request)
        yield from (Answer(index=index, checked=checked) for index, checked in enumerate(kept))


def _each(
    workspace: Workspace, crowd: Crowd, jobs: Sequence[Job], request: CheckRequest, see: See | None
) -> Generator[Answer]:
    """The answers, as they come; those first for which nothing is opened."""
    known: set[int] = set()
    if request.skip_known:
        from imgpolicy.service.known import known_reports  # what an archive needs is loaded where it is asked

        for index, report in known_reports(workspace, jobs):
            known.add(index)
            yield Answer(index=index, checked=Checked(report=report))
    do = partial(_check, allow_private_hosts=request.allow_private_hosts, see=see)
    rest = [job for job in jobs if job.index not in known]
    with closing(worked_off(workspace, crowd, rest, do)) as outcomes:
        for outcome in outcomes:
            yield Answer(index=outcome.job.index, checked=_checked(workspace, outcome))


def work(place: Place, do: Do, line: Line) -> None:
    """Do what is to be done to the pictures that come through the line, until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes the line.
    warnings.simplefilter("ignore")
    with place.open() as workspace:
        serve(line, Job, partial(do, workspace))


def jobs_for(names: Sequence[str], postings: Sequence[Posting]) -> list[Job]:
    """A job for each of these pictures, with its posting."""
    return [Job(index, *asked) for index, asked in enumerate(zip(names, postings, strict=True))]


def worked_off(workspace: Workspace, crowd: Crowd, jobs: Sequence[Job], do: Do) -> Generator[Outcome[Job]]:
    """What became of each picture, as it comes. What standard input gives, this process alone can read.

    Raises ImgPolicyError when nothing can be done to any of them.
    """
    alone = crowd.jobs == 1 or len(jobs) == 1
    for job in jobs:
        if alone or job.name == STDIN:
            yield Outcome(job=job, found=do(workspace, job))
    others = [job for job in jobs if not alone and job.name != STDIN]
    with Crew[Job](partial(work, crowd.place, do), Bounds(workers=crowd.jobs)) as crew:
        for outcome in chain(crew.work_off(others), crew.rest()):
            accept(outcome)
            yield outcome


def _check(workspace: Workspace, job: Job, *, allow_private_hosts: bool, see: See | None) -> Checked:
    request = CheckRequest(posting=job.posting, allow_private_hosts=allow_private_hosts)
    return check_one(workspace, job.name, request, see)


def _checked(workspace: Workspace, outcome: Outcome[Job]) -> Checked:
    if outcome.given_up:
        error = PictureError(phrase("{name}: {reason}", name=outcome.job.name, reason=outcome.reason))
        return Checked(report=workspace.checker.unreadable(outcome.job.name, error, outcome.job.posting))
    checked = outcome.found
    assert isinstance(checked, Checked)
    if checked.report.policy.sha256 != workspace.policy.ref.sha256:
        raise ImgPolicyError(phrase("the policy was changed while pictures were checked: check them again"))
    return checked
