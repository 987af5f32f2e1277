"""Every call behind its guard: whose token it is, what it may do, how often; errors as RFC 9457 has them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from imgpolicy.domain.account import Caller, Right
from imgpolicy.errors import BadRequestError, ImgPolicyError
from imgpolicy.phrase import phrase
from imgpolicy.server.answers import status_of
from imgpolicy.server.context import Desk
from imgpolicy.server.uploads import whole_body
from imgpolicy.service import accounts
from imgpolicy.service.workspace import Workspace
from imgpolicy.wire.values import plain

PREFIX = "/api/v1"
JSON = "application/json"
PROBLEM = "application/problem+json"

LONGEST = 2_000_000
"""Bytes of a call's JSON: evidence of a consent may be in it."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What went wrong (RFC 9457). `detail` is one line: what, where, and what to do."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call: who asks, and what is sent. `body` is empty where the call reads it by itself."""

    request: Request
    desk: Desk
    caller: Caller
    workspace: Workspace
    body: bytes = field(default=b"", repr=False)

    def part(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[name])

    def asked(self, name: str) -> str | None:
        """A word of the query; None where it is not there."""
        return self.request.query_params.get(name)

    @property
    def key(self) -> str | None:
        """What the caller calls this change, so that it is made once however often it is sent."""
        key = self.request.headers.get("idempotency-key")
        if key is not None and not 1 <= len(key) <= MOST_KEY:
            raise BadRequestError(phrase("the Idempotency-Key has 1 to {most} characters", most=MOST_KEY))
        return key


MOST_KEY = 200
"""Characters of an Idempotency-Key."""


@dataclass(frozen=True, slots=True)
class Query:
    """A word that the query of a call may have, and what it is.

    One with a `most` is a whole number from 0 to that, one with a `pattern` a text that this regular expression fits.
    """

    name: str
    text: str
    most: int | None = None
    pattern: str | None = None

    @property
    def schema(self) -> dict[str, object]:
        """What it may be, in JSON Schema."""
        if self.most is not None:
            return {"type": "integer", "minimum": 0, "maximum": self.most}
        return {"type": "string"} if self.pattern is None else {"type": "string", "pattern": self.pattern}


Answer = Response | Awaitable[Response]
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A call, where it is, what it takes and gives: `takes` and `gives` are the types of its bodies, None for none.

    `takes_files` ones read the body themselves.
    """

    path: str
    method: str
    name: str
    summary: str
    right: Right
    answer: Callable[[Call], Answer]
    takes: object = None
    gives: object = None
    status: int = 200
    query: tuple[Query, ...] = ()
    takes_files: bool = False


def routes(operations: Iterable[Operation]) -> list[Route]:
    """The calls as the server's own: one route a path, which says all the methods that there are."""
    paths: dict[str, dict[str, Endpoint]] = {}
    for one in operations:
        paths.setdefault(PREFIX + one.path, {})[one.method] = _endpoint(one)
    return [Route(path, _by_method(methods), methods=[*methods]) for path, methods in paths.items()]


def _by_method(methods: Mapping[str, Endpoint]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return await methods["GET" if request.method == "HEAD" else request.method](request)

    return endpoint


def _endpoint(operation: Operation) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        try:
            call = await _accepted(request, operation)
            found = await run_in_threadpool(operation.answer, call)
            return found if isinstance(found, Response) else await found
        except _StatusError as error:
            return problem(error.status, str(error), error.headers)
        except ImgPolicyError as error:
            return problem(status_of(error, request.method), str(error))
        except ClientDisconnect:  # nobody is there any more to be answered
            return Response(status_code=400)

    return endpoint


async def _accepted(request: Request, operation: Operation) -> Call:
    desk: Desk = request.app.state.desk
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    caller = None
    if kind.lower() == "bearer" and secret:
        caller = await run_in_threadpool(accounts.caller_of, desk.workspace, secret.strip())
    if caller is None:
        raise _StatusError(401, "no token, or none of this desk's: send it as `Authorization: Bearer imgp_…`")
    if not desk.calls.allows(caller.token or caller.account.id):
        raise _StatusError(429, "too many calls: wait a minute", {"Retry-After": "60"})
    accounts.need(caller, operation.right)
    _accept_query(request, operation)
    body = b""
    if operation.takes is not None and not operation.takes_files:
        body = await whole_body(request.stream(), LONGEST)
    workspace = desk.workspace.acting_as(caller.account.id)
    return Call(request=request, desk=desk, caller=caller, workspace=workspace, body=body)


def _accept_query(request: Request, operation: Operation) -> None:
    """Refuse a word that the call does not know: it would be left out of what was asked."""
    unknown = sorted(request.query_params.keys() - {one.name for one in operation.query})
    if unknown:
        raise BadRequestError(phrase("the query has {word}, which this call does not know", word=repr(unknown[0][:80])))


class _StatusError(Exception):
    """A refusal with a status of its own."""

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = headers


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """A refusal as RFC 9457 writes it."""
    made = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail)
    more = {**(headers or {}), **({"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else {})}
    return Response(msgspec.json.encode(made, enc_hook=plain), status, more, media_type=PROBLEM)


def said(document: object, status: int = 200) -> Response:
    """An answer in JSON."""
    return Response(msgspec.json.encode(document, enc_hook=plain), status, media_type=JSON)
