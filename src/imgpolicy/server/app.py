"""The application, put together, and run until somebody ends it."""

from __future__ import annotations

import contextlib
import getpass
import secrets
import threading
import time
import webbrowser
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import count
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from imgpolicy.domain.desk import ItemState
from imgpolicy.domain.ids import check_id
from imgpolicy.errors import ImgPolicyError, RegisterError, RequestError
from imgpolicy.phrase import phrase
from imgpolicy.pool import Pool
from imgpolicy.server import (
    acting,
    answering,
    archive,
    checking,
    classes,
    ending,
    importing,
    organisation,
    people,
    registered,
    requesting,
    reviewing,
    signing_in,
    statements,
    tray,
    undo,
)
from imgpolicy.server.api import description
from imgpolicy.server.api.calls import PREFIX, problem
from imgpolicy.server.context import Desk, teller
from imgpolicy.server.groups import Groups
from imgpolicy.server.jobs import Job, Jobs, Progress
from imgpolicy.server.lessons import Lessons
from imgpolicy.server.security import Guarded as GuardedApp
from imgpolicy.server.security import StartLink
from imgpolicy.server.settings import Settings, accept
from imgpolicy.server.sheets import Sheets
from imgpolicy.server.worker import run
from imgpolicy.service import accounts, asking, desk, idling, reached, reminding, uploads, webhooks
from imgpolicy.service.organisation import provider_of
from imgpolicy.service.workspace import Workspace

STATIC = Path(__file__).parent / "static"

LINK_SECONDS = 300
"""How long the link holds by which whoever started the desk signs in."""

UPKEEP_SECONDS = 60.0
"""How often what is past its days goes, what the register's changes touch is judged again, and webhooks are told."""

REMIND_EVERY = 60
"""Of so many rounds one looks whether something ends soon that webhooks were not told of today, or a mail is due."""

PAGES = (
    *signing_in.PAGES,
    *checking.PAGES,
    *acting.PAGES,
    *tray.PAGES,
    *undo.PAGES,
    *reviewing.PAGES,
    *people.PAGES,
    *classes.PAGES,
    *importing.PAGES,
    *statements.PAGES,
    *requesting.PAGES,
    *ending.PAGES,
    *registered.PAGES,
    *archive.PAGES,
)


def application(running: Desk) -> Starlette:
    """The application over a desk that runs."""
    settings = running.settings
    guard = Middleware(GuardedApp, hosts=settings.hosts, secure=settings.secure)
    routes = [
        *signing_in.OPEN,
        *answering.OPEN,
        *organisation.OPEN,
        *ending.OPEN,
        *(page.route() for page in PAGES),
        *description.ROUTES,
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
    made = Starlette(routes=routes, middleware=[guard], exception_handlers={HTTPException: _plain})
    made.state.desk = running
    return made


async def _plain(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if request.url.path.startswith(f"{PREFIX}/"):
        return problem(error.status_code, error.detail, error.headers)
    return PlainTextResponse(f"{error.detail}\n", error.status_code, error.headers)


@contextlib.contextmanager
def running_desk(settings: Settings) -> Iterator[Desk]:
    """A desk with its workers, on an open register; RequestError when it may not be started so."""
    with Workspace.open(settings.place.policy_file, register_url=settings.place.register_url) as workspace:
        assert workspace.policy.rules  # what is wrong with the policy is said now, and not by every page
        accept(settings, sum(one.ended is None for one in accounts.accounts(workspace)))
        provider = None if settings.oidc is None else provider_of(settings.oidc)
        starter, link = _starter(workspace) if settings.loopback else (None, None)
        progress, jobs, lessons, groups = Progress(), Jobs(), Lessons(partial(uploads.drop, workspace)), Groups()
        tell = teller(workspace, progress, jobs, lessons, groups)
        with Pool(partial(run, settings.place), tell, settings.bounds, jobs=jobs):
            running = Desk(
                settings=settings,
                workspace=workspace,
                progress=progress,
                jobs=jobs,
                lessons=lessons,
                groups=groups,
                sheets=Sheets(partial(uploads.drop, workspace)),
                start=link,
                starter=starter,
                provider=provider,
            )
            with _upkeep(running):
                yield running


def _starter(workspace: Workspace) -> tuple[str, StartLink]:
    account = accounts.local_account(workspace, _login())
    link = StartLink(secret=secrets.token_urlsafe(32), until=time.monotonic() + LINK_SECONDS)
    return account.id, link


def _login() -> str:
    """What the system calls whoever started the desk; where it calls them nothing that can be an id, `local`."""
    try:
        return check_id(getpass.getuser())
    except (OSError, KeyError, RegisterError):
        return "local"


@contextlib.contextmanager
def _upkeep(running: Desk) -> Iterator[None]:
    """Meanwhile, what waits is done, what is past its days goes, and what changes touch is judged again.

    Webhooks are told in a thread of their own, mails are sent in another, and the archive is judged again in a third:
    whatever is slow there keeps none of it waiting.
    """
    ended = threading.Event()

    def look_after() -> None:
        desk.expire(running.workspace)
        asking.expire(running.workspace)
        running.lessons.expire()
        running.groups.expire()
        running.sheets.expire()
        _put_again(running, _queued(running, desk.outdated(running.workspace)))

    def work() -> None:
        with contextlib.suppress(ImgPolicyError, OSError):
            _put_again(running, desk.waiting(running.workspace))
        _again_and_again(look_after, ended)

    rounds = count()

    def tell_webhooks() -> None:
        if next(rounds) % REMIND_EVERY == 0:
            webhooks.remind(running.workspace)
        webhooks.deliver(running.workspace, go_on=lambda: not ended.is_set())

    def mail() -> None:
        _again_and_again(_sending(running, ended), ended)

    def tell() -> None:
        _again_and_again(tell_webhooks, ended)

    def catch_up() -> None:
        _again_and_again(_catching_up(running), ended)

    threads = [
        threading.Thread(target=target, name=f"desk-{target.__name__}", daemon=True)
        for target in (work, tell, mail, catch_up)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def _catching_up(running: Desk) -> Callable[[], None]:
    """What is done each round in the archive: a no by a link, or by another program, is heeded there as well."""
    seen = ""

    def catch_up() -> None:
        nonlocal seen
        state = running.workspace.register.state()
        if state != seen:
            reached.catch_up(running.workspace)
            seen = state

    return catch_up


def _sending(running: Desk, ended: threading.Event) -> Callable[[], None]:
    """What is done each round about mails that are due: something once in so many."""
    rounds = count()

    def send() -> None:
        if next(rounds) % REMIND_EVERY:
            return
        forms, mail = running.workspace.kept.forms, running.workspace.kept.mail
        if mail is not None and mail.keeper is not None:
            with contextlib.suppress(ImgPolicyError, OSError):  # people are written to all the same
                idling.tell(running.workspace)
        if forms.remind_days or forms.renew_with:
            reminding.remind(running.workspace, go_on=lambda: not ended.is_set())

    return send


def _again_and_again(work: Callable[[], object], ended: threading.Event) -> None:
    while not ended.wait(UPKEEP_SECONDS):
        # Another program may be at the register: the next round does what this one could not.
        with contextlib.suppress(ImgPolicyError, OSError):
            work()


def _queued(running: Desk, items: Iterable[str]) -> Iterator[str]:
    """Those that wait for a reviewer: whatever else is posted is judged once more then."""
    for item_id in items:
        with contextlib.suppress(ImgPolicyError):  # one that is damaged keeps no other
            if desk.item(running.workspace, item_id).item.state is ItemState.HANDED:
                yield item_id


def _put_again(running: Desk, items: Iterable[str]) -> None:
    for item_id in items:
        one = desk.item(running.workspace, item_id).item
        running.put(Job(account=one.account, batch=one.batch, item=one.id))


def serve(settings: Settings, tell: Callable[[str], None], *, browser: bool) -> None:
    """Run the desk until it is ended. `tell` is given its address, and on this machine the link to sign in by.

    With `browser` that link is opened. RequestError when it may not be started so, or the port is taken.
    """
    with running_desk(settings) as running:
        link = None if running.start is None else f"{settings.address}start/{running.start.secret}"
        server = uvicorn.Server(
            uvicorn.Config(
                application(running),
                host=settings.host,
                port=settings.port,
                ssl_certfile=None if settings.certificate is None else str(settings.certificate),
                ssl_keyfile=None if settings.key is None else str(settings.key),
                access_log=False,
                log_level="warning",
                server_header=False,
                proxy_headers=settings.proxy is not None,
                forwarded_allow_ips="127.0.0.1,::1",
                http="h11",
                ws="none",
                timeout_graceful_shutdown=3,
                limit_concurrency=200,
                h11_max_incomplete_event_size=32_768,
            )
        )
        tell(link or settings.address)
        if link and browser:
            webbrowser.open(link)
        try:
            server.run()
        except SystemExit as error:
            raise RequestError(
                phrase(
                    "{host}:{port} cannot be listened at: is the port taken?", host=settings.host, port=settings.port
                )
            ) from error
