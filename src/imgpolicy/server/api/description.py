"""The interface described for programs: OpenAPI 3.1, made of the types that the calls read and write."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from imgpolicy.server.api import archive, pictures, records
from imgpolicy.server.api.calls import JSON, PREFIX, PROBLEM, Operation, Problem, routes, said
from imgpolicy.server.api.pictures import FIELDS
from imgpolicy.version import __version__
from imgpolicy.wire.webhook import DueEvent, TrialEvent, WithdrawnEvent

OPERATIONS: Sequence[Operation] = (*pictures.OPERATIONS, *records.OPERATIONS, *archive.OPERATIONS)

EVENTS: Mapping[str, type[msgspec.Struct]] = {"withdrawn": WithdrawnEvent, "due": DueEvent, "test": TrialEvent}
"""What webhooks are told, by the `type` of each."""

SIGNED: Mapping[str, str] = {
    "webhook-id": "The event's id: the same whenever it is sent again.",
    "webhook-timestamp": "When it was sent, in seconds since 1970.",
    "webhook-signature": "`v1,` and the HMAC-SHA256 of `id.timestamp.body` with the webhook's secret, in base64.",
}
"""The headers of what webhooks are told."""

Document = dict[str, object]

_REFUSALS = {
    "400": "What was sent is no form or document that this takes.",
    "401": "There is no token, or none of this desk's.",
    "403": "The token or its account may not do this.",
    "404": "The register holds no such thing.",
    "409": "What is on record, or the state of a picture, does not allow it.",
    "422": "What is asked contradicts itself, the policy or the address that it names.",
    "429": "There are too many calls.",
}


@cache
def description() -> Document:
    """The document."""
    kinds = [one for operation in OPERATIONS for one in (operation.takes, operation.gives) if one not in {None, bytes}]
    _, schemas = msgspec.json.schema_components(
        [*dict.fromkeys(kinds), *EVENTS.values(), Problem], ref_template="#/components/schemas/{name}"
    )
    paths: dict[str, Document] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "imgpolicy", "version": __version__, "description": "May we post this picture?"},
        "servers": [{"url": PREFIX}],
        "security": [{"token": []}],
        "paths": paths,
        "webhooks": {name: {"post": _told(name, event)} for name, event in EVENTS.items()},
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(operation: Operation) -> Document:
    described: Document = {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": [*_path_parameters(operation), *_query_parameters(operation), *_headers(operation)],
        "responses": {str(operation.status): _given(operation), **_refusals()},
    }
    if operation.takes is not None:
        described["requestBody"] = {"required": True, "content": _taken(operation)}
    return described


def _told(name: str, event: type[msgspec.Struct]) -> Document:
    """What is sent to webhooks; the headers are those of Standard Webhooks."""
    summary, _, _ = (event.__doc__ or "").partition("\n")
    headers = [
        {"name": header, "in": "header", "required": True, "schema": {"type": "string"}, "description": text}
        for header, text in SIGNED.items()
    ]
    return {
        "operationId": f"told{name.title()}",
        "summary": summary,
        "security": [],
        "parameters": headers,
        "requestBody": {"required": True, "content": {JSON: {"schema": _named(event)}}},
        "responses": {"2XX": {"description": "Taken. Anything else is tried again for three days."}},
    }


def _path_parameters(operation: Operation) -> list[Document]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", operation.path)
    ]


def _query_parameters(operation: Operation) -> list[Document]:
    return [
        {"name": one.name, "in": "query", "required": False, "schema": one.schema, "description": one.text}
        for one in operation.query
    ]


def _headers(operation: Operation) -> list[Document]:
    if operation.name != "stateConsent":
        return []
    schema = {"type": "string", "minLength": 1, "maxLength": 200}
    return [{"name": "Idempotency-Key", "in": "header", "required": False, "schema": schema}]


def _taken(operation: Operation) -> Document:
    content: Document = {JSON: {"schema": _named(operation.takes)}}
    if operation.takes_files:
        words = {name: {"type": "string"} for name in sorted(FIELDS)}
        picture = {"type": "string", "contentMediaType": "application/octet-stream"}
        form: Document = {
            "type": "object",
            "properties": {**words, "picture": picture},
            "required": ["picture"],
            "additionalProperties": False,
        }
        content["multipart/form-data"] = {"schema": form}
    return content


def _given(operation: Operation) -> Document:
    if operation.gives is bytes:
        return {"description": "The file.", "content": {"application/octet-stream": {"schema": {"type": "string"}}}}
    return {"description": "Done.", "content": {JSON: {"schema": _named(operation.gives)}}}


def _refusals() -> Document:
    content = {PROBLEM: {"schema": _named(Problem)}}
    return {status: {"description": text, "content": content} for status, text in _REFUSALS.items()}


def _named(kind: object) -> Document:
    return {"$ref": f"#/components/schemas/{getattr(kind, '__name__', '')}"}


async def _described(request: Request) -> Response:
    del request
    return said(description())


ROUTES = (Route(f"{PREFIX}/openapi.json", _described, methods=["GET"]), *routes(OPERATIONS))
"""The calls, and their description, which is open to everybody: it tells nothing of a register."""
