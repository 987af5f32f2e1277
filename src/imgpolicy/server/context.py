"""The desk while it runs: what all its requests share, and what each request is asked with."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from imgpolicy.domain.account import Caller
from imgpolicy.domain.desk import Item, ItemState
from imgpolicy.errors import ImgPolicyError, RequestError
from imgpolicy.language import Language, LanguageCode, language
from imgpolicy.oidc import Provider
from imgpolicy.phrase import phrase
from imgpolicy.pool import Outcome
from imgpolicy.server.acts import Acts
from imgpolicy.server.groups import Groups
from imgpolicy.server.jobs import Job, Jobs, Progress, Verb
from imgpolicy.server.lessons import VERBS, Lessons
from imgpolicy.server.security import Limiter, Rate, StartLink
from imgpolicy.server.settings import Settings
from imgpolicy.server.sheets import Sheets
from imgpolicy.server.tickets import Tickets
from imgpolicy.server.uploads import Part, each_part
from imgpolicy.service import desk, posting
from imgpolicy.service.workspace import Workspace

LANGUAGES: Mapping[str, Language] = {code.value: language(code) for code in LanguageCode}
"""The languages that pages are in, by their codes."""


MOST_SECONDS = 600.0
"""How long somebody waits for a job; what came of it is kept, and is there when they ask again."""

_LOOK = 0.05
"""Seconds between two looks at whether a job is done."""

SENDING_SECONDS = 300.0
"""How long a form with files may take to come in: others wait for it."""

MOST_WAITING = 1_000
"""Jobs of one account that may wait."""

# One that waits may be in the hands of a worker that began before.
_AGAIN = frozenset({ItemState.WAITING, ItemState.JUDGED, ItemState.HANDED, ItemState.READY})

AT_ONCE = 4
"""Forms with files that are taken in, and questions to an identity provider, at the same time; the others wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What all requests share. `start` is the link by which `starter`, the account of whoever started it, signs in.

    `provider` is the identity provider of the organisation, None where nobody signs in by one; `tickets` are those of
    whoever is on the way there, and `asking` bounds how many wait for its answer at once. `acts` has the last act of
    each account, `lessons` the archive of a class and `sheets` the table that it sent and has not confirmed yet;
    `groups` says which strangers of a batch look alike.

    `tries` bounds how often a password is tried for an account, `addresses` how often from one address, `links` how
    often links of those who are asked are followed from one, `calls` how often a token is used, and `sending` how many
    files come in at once, for each is held in memory until it is sealed.
    """

    settings: Settings
    workspace: Workspace
    progress: Progress
    jobs: Jobs
    lessons: Lessons
    groups: Groups
    sheets: Sheets
    start: StartLink | None = None
    starter: str | None = None
    provider: Provider | None = None
    tickets: Tickets = field(default_factory=Tickets)
    asking: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    tries: Limiter = field(default_factory=lambda: Limiter(Rate(at_once=5, seconds=10)))
    addresses: Limiter = field(default_factory=lambda: Limiter(Rate(at_once=30, seconds=2)))
    links: Limiter = field(default_factory=lambda: Limiter(Rate(at_once=60, seconds=1)))
    calls: Limiter = field(default_factory=lambda: Limiter(Rate(at_once=120, seconds=0.5)))
    sending: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    acts: Acts = field(default_factory=Acts)
    packing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))

    def put(self, job: Job, *, first: bool = False) -> None:
        """Have a job done by a worker; RequestError when too many of the account's wait already."""
        if self.jobs.of(job.account) >= MOST_WAITING:
            raise RequestError(phrase("too much of yours waits already: try again when some of it is done"))
        self.progress.begin(job)
        if not self.jobs.put(job, first=first):
            self.progress.end(job, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request to a page: who asks, in which language, and what the form says that they sent."""

    request: Request
    desk: Desk
    caller: Caller
    workspace: Workspace
    language: Language
    token: str = field(repr=False)
    form: Mapping[str, str] = field(default_factory=dict, repr=False)


async def take_parts(running: Desk, request: Request, take: Callable[[Part], Awaitable[None]]) -> None:
    """Hand on each part of the form that comes in; RequestError when it takes too long, or is no form."""
    async with running.sending:
        try:
            async with asyncio.timeout(SENDING_SECONDS):
                await each_part(request.headers.get("content-type", ""), request.stream(), take)
        except TimeoutError as error:
            raise RequestError(phrase("this took too long to come in: send fewer pictures at once")) from error


def renewal(account: str, found: Item) -> Job:
    """The job that gives a picture an answer of now."""
    return Job(account=account, batch=found.batch, item=found.id, verb=Verb.RENEW)


async def renewed(running: Desk, workspace: Workspace, account: str, found: Item) -> None:
    """Have a picture that may be posted judged again where what is on record changed since, and wait for it."""
    if not desk.may_be_posted(found) or await run_in_threadpool(posting.is_of_now, workspace, found.id):
        return
    running.put(renewal(account, found), first=True)
    await finished(running, found.id)


async def finished(running: Desk, item_id: str) -> None:
    """Nothing, once no job on the picture is left, or it took too long."""
    loop = asyncio.get_running_loop()
    until = loop.time() + MOST_SECONDS
    while running.progress.has_job(item_id) and loop.time() < until:  # noqa: ASYNC110  # jobs end in other threads
        await asyncio.sleep(_LOOK)


async def done_by_worker(running: Desk, job: Job) -> bytes:
    """What a job made, once it is done; RequestError with why it was refused, or when it took too long."""
    running.put(job, first=True)
    await finished(running, job.item)
    if running.progress.has_job(job.item):
        raise RequestError(phrase("this took too long: try again"))
    refusal = running.progress.refusal(job.item)
    if refusal:
        raise RequestError(refusal)
    return running.progress.made(job.item)


def teller(
    workspace: Workspace, progress: Progress, jobs: Jobs, lessons: Lessons, groups: Groups
) -> Callable[[Outcome[Job]], None]:
    """What is done with the outcome of a job: pages hear of it, and a picture that was given up is kept as such.

    Once a face was learnt, the pictures of the batch are judged again.
    """

    def tell(outcome: Outcome[Job]) -> None:
        try:
            if outcome.reason and outcome.job.verb is Verb.JUDGE:
                _give_up(workspace, outcome)
            elif not outcome.reason and outcome.job.verb is Verb.ENROL:
                with contextlib.suppress(ImgPolicyError):  # each is judged again before it is posted all the same
                    judge_again(workspace, progress, jobs, outcome.job)
            elif outcome.job.verb is Verb.GROUP and isinstance(outcome.found, tuple):
                groups.keep(outcome.job.batch, outcome.found)
            elif outcome.job.verb in VERBS:
                _put_all(progress, jobs, lessons.tell(outcome))
        finally:
            progress.end(outcome.job, outcome.reason, outcome.found if isinstance(outcome.found, bytes) else b"")

    return tell


def judge_again(workspace: Workspace, progress: Progress, jobs: Jobs, after: Job) -> None:
    """Have the pictures of a batch judged again on which nobody decided."""
    for item in desk.items(workspace, after.batch):
        if item.state in _AGAIN and not item.gone:
            _put_all(progress, jobs, [Job(account=after.account, batch=after.batch, item=item.id)])


def _put_all(progress: Progress, jobs: Jobs, further: Iterable[Job]) -> None:
    for job in further:
        progress.begin(job)
        if not jobs.put(job):
            progress.end(job, "")


def _give_up(workspace: Workspace, outcome: Outcome[Job]) -> None:
    """Keep that a picture could not be judged; one that was judged before keeps its answer, which is of that time."""
    with contextlib.suppress(ImgPolicyError):  # the page says the reason all the same
        if desk.item(workspace, outcome.job.item).item.state is ItemState.WAITING:
            desk.failed(workspace, outcome.job.item, outcome.reason)
