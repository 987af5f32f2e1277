"""Consent forms, requests and answers as the bytes that the log keeps digests of.

For these forms holds what `canonical` says of those of records. Nobody is named in them: the log outlasts people.
"""

from __future__ import annotations

import datetime as dt
import hashlib

import msgspec

from imgpolicy.domain.form import Form
from imgpolicy.domain.request import Answer, ConsentRequest


class _RequestForm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="form", tag="request/1"):
    """`digest` is the keyed digest of the link's secret, `pictured` the answer with which a portrait came."""

    id: str
    of: str
    language: str
    made: dt.datetime
    ends: dt.datetime
    unsent: bool = False
    tried: dt.datetime | None = None
    reminded: dt.datetime | None = None
    digest: str
    state: str
    changed: dt.datetime | None = None
    pictured: str | None = None


class _AnswerForm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="form", tag="answer/1"):
    """`digest` is the keyed digest of the receipt's secret, `portrait` a SHA-256; uses are channel and purpose."""

    id: str
    request: str
    of: str
    language: str
    at: dt.datetime
    digest: str
    whom: str
    yes: list[tuple[str, str]] = []
    no: list[tuple[str, str]] = []
    recognition: bool | None = None
    consents: list[str] = []
    confirmed: dt.datetime | None = None
    withdrawn: dt.datetime | None = None
    portrait: str | None = None


class _FormForm(msgspec.Struct, frozen=True, kw_only=True, tag_field="form", tag="form/1"):
    content: Form


def form_form(form: Form) -> bytes:
    """The bytes that stand for a version of a form."""
    return msgspec.json.encode(_FormForm(content=form))


def request_form(request: ConsentRequest, digest: str) -> bytes:
    """The bytes that stand for a request, with the digest of its link."""
    return msgspec.json.encode(
        _RequestForm(
            id=request.id,
            of=request.form,
            language=request.language,
            made=request.made.astimezone(dt.UTC),
            ends=request.ends.astimezone(dt.UTC),
            unsent=request.unsent,
            tried=_utc(request.tried),
            reminded=_utc(request.reminded),
            digest=digest,
            state=request.state.value,
            changed=_utc(request.changed),
            pictured=request.pictured,
        )
    )


def answer_form(answer: Answer, digest: str) -> bytes:
    """The bytes that stand for an answer, with the digest of its receipt."""
    said = answer.said
    return msgspec.json.encode(
        _AnswerForm(
            id=answer.id,
            request=answer.request,
            of=answer.form,
            language=answer.language,
            at=answer.at.astimezone(dt.UTC),
            digest=digest,
            whom=said.whom.value,
            yes=[(use.channel, use.purpose) for use in said.yes],
            no=[(use.channel, use.purpose) for use in said.no],
            recognition=said.recognition,
            consents=list(answer.consents),
            confirmed=None if answer.confirmed is None else answer.confirmed.at.astimezone(dt.UTC),
            withdrawn=_utc(answer.withdrawn),
            portrait=None if answer.portrait is None else hashlib.sha256(answer.portrait).hexdigest(),
        )
    )


def _utc(moment: dt.datetime | None) -> dt.datetime | None:
    return None if moment is None else moment.astimezone(dt.UTC)
