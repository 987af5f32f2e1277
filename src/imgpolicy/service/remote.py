"""Pictures judged by a desk elsewhere, over its HTTP API: nothing of a register comes here, and no word about anybody.

picture ─► the desk's address, with a token ─► its answer ─► codes, places and verdicts
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from ipaddress import ip_address
from pathlib import PurePath
from urllib.parse import urlsplit

import msgspec

from imgpolicy.domain.posting import Posting
from imgpolicy.domain.verdict import Finding, Verdict
from imgpolicy.errors import ImgPolicyError, PictureError, RequestError
from imgpolicy.facts import PictureInfo, Unknown
from imgpolicy.phrase import message_of, phrase
from imgpolicy.report import PolicyRef, Report
from imgpolicy.sending import Reply, upload
from imgpolicy.service.check import Checked
from imgpolicy.sources import read
from imgpolicy.text import printable
from imgpolicy.wire.report import ReportWire

TOKEN_VARIABLE = "IMGPOLICY_TOKEN"  # noqa: S105  # its name
"""The environment variable with the token of a desk."""

_TRIES, _PAUSE = 12, 5.0
"""How often a desk that is asked too much is asked again, and after how many seconds."""

Tracked = Callable[[Sequence[str]], Iterable[str]]
"""Gives the same names one by one, and may show how far it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteDesk:
    """A desk: its address, the token that is shown to it, and what is said of the posting, by the fields of its API."""

    url: str
    token: str = field(repr=False)
    words: Mapping[str, str] = field(default_factory=dict)


class _Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What is read of the desk's answer on a picture, and of its refusals."""

    report: ReportWire | None = None
    refused: str | None = None
    detail: str | None = None


def ask_desk(desk: RemoteDesk, names: Sequence[str], *, tracked: Tracked = iter) -> list[Checked]:
    """The desk's answer for each picture: codes, places and verdicts; why, whoever opens the desk reads there.

    RequestError for an address without TLS that is not of this machine, and without a token; ImgPolicyError when the
    desk gives no answer.
    """
    _accept(desk)
    return [Checked(report=_asked(desk, name)) for name in tracked(names)]


def _accept(desk: RemoteDesk) -> None:
    try:
        parts = urlsplit(desk.url)
    except ValueError:
        parts = urlsplit("")
    host = parts.hostname or ""
    if not host or parts.query or parts.fragment or parts.username:
        raise RequestError(phrase("--server is the address of a desk, as https://desk.example.org"))
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_this_machine(host)):
        raise RequestError(phrase("--server begins with https://, or the token would be read on its way"))
    if not desk.token:
        raise RequestError(phrase("the token of the desk has to be in {variable}", variable=TOKEN_VARIABLE))


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _asked(desk: RemoteDesk, name: str) -> Report:
    try:
        shown, data = read(name)
    except PictureError as error:
        return _unreadable(name, message_of(error))
    reply = _sent(desk, PurePath(shown).name, data)
    try:
        answer = msgspec.json.decode(reply.body, type=_Answer) if reply.body else _Answer()
    except msgspec.DecodeError:
        answer = _Answer()
    if answer.report is None:
        said = printable(answer.refused or answer.detail or "") or reply.said
        raise ImgPolicyError(phrase("{name}: the desk does not judge it: {reason}", name=shown, reason=said))
    return _nameless(shown, answer.report)


def _sent(desk: RemoteDesk, name: str, data: bytes) -> Reply:
    url, headers = f"{desk.url.rstrip('/')}/api/v1/check", {"Authorization": f"Bearer {desk.token}"}
    reply = upload(url, headers, desk.words, ("picture", name, data))
    for _ in range(_TRIES):
        if reply.status != HTTPStatus.TOO_MANY_REQUESTS:
            break
        time.sleep(_PAUSE)
        reply = upload(url, headers, desk.words, ("picture", name, data))
    return reply


def _unreadable(name: str, reason: str) -> Report:
    """The report on a picture that could not be read here, and so was not sent."""
    return Report(
        picture=PictureInfo(name=name),
        posting=Posting(),
        findings=(),
        not_checked=(Unknown(what=phrase("picture"), reason=reason),),
        policy=PolicyRef(name="", sha256=""),
        register_head=None,
        made_at=dt.datetime.now(dt.UTC),
    )


def _nameless(name: str, said: ReportWire) -> Report:
    """The report, of which every sentence stays at the desk: it may name people."""
    findings = tuple(
        Finding(
            code=printable(one.code),
            verdict=Verdict.from_word(one.verdict),
            title=printable(one.title),
            message=phrase("the desk says why"),
            box=one.box,
        )
        for one in said.findings
    )
    lifts = any(one.lifts for one in said.not_checked)
    unknown = Unknown(what=phrase("something"), reason=phrase("the desk says what, and why"))
    picture = said.picture
    return Report(
        picture=PictureInfo(
            name=name, sha256=picture.sha256, format=picture.format, width=picture.width, height=picture.height
        ),
        posting=Posting(on=said.posting.on),
        findings=findings,
        not_checked=(unknown,) if lifts else (),
        policy=PolicyRef(name=printable(said.policy.name), sha256=said.policy.sha256, people=said.policy.people),
        register_head=None,
        made_at=dt.datetime.now(dt.UTC),
    )
