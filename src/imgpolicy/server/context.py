"""The desk while it runs: what all its requests share, and what each request is asked with."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from starlette.requests import Request

from imgpolicy.domain.account import Caller
from imgpolicy.language import Language, LanguageCode, language
from imgpolicy.server.jobs import Job, Progress
from imgpolicy.server.pool import Outcome, Pool
from imgpolicy.server.security import Limiter, Rate, StartLink
from imgpolicy.server.settings import Settings
from imgpolicy.service import desk
from imgpolicy.service.workspace import Workspace

LANGUAGES: Mapping[str, Language] = {code.value: language(code) for code in LanguageCode}
"""The languages that pages are in, by their codes."""


AT_ONCE = 8
"""Forms with files that are taken in at the same time; the others wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What all requests share. `start` is the link by which `starter`, the account of whoever started it, signs in.

    `tries` bounds how often a password is tried for an account, `addresses` how often from one address, `calls` how
    often a token is used, and `sending` how many files come in at once, for each is held in memory until it is sealed.
    """

    settings: Settings
    workspace: Workspace
    progress: Progress
    pool: Pool
    start: StartLink | None = None
    starter: str | None = None
    tries: Limiter = field(default_factory=lambda: Limiter(Rate(at_once=5, seconds=10)))
    addresses: Limiter = field(default_factory=lambda: Limiter(Rate(at_once=30, seconds=2)))
    calls: Limiter = field(default_factory=lambda: Limiter(Rate(at_once=120, seconds=0.5)))
    sending: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    def put(self, job: Job, *, first: bool = False) -> None:
        """Have a job done by a worker."""
        if self.pool.jobs.put(job, first=first):
            self.progress.begin(job)


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


def teller(workspace: Workspace, progress: Progress) -> Callable[[Outcome], None]:
    """What is done with the outcome of a job: pages hear of it, and a picture that was given up is kept as such."""

    def tell(outcome: Outcome) -> None:
        if outcome.given_up:
            desk.failed(workspace, outcome.job.item, outcome.reason)
        progress.end(outcome.job, outcome.reason)

    return tell
