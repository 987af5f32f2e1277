"""A desk, asked over HTTP by a program that has no register: may this be posted, it is posted, it is down.

What cannot be answered is an error and never a go: whoever calls decides whether it holds the picture or refuses it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TypeVar
from urllib.parse import quote, urlsplit

import msgspec
import requests
from urllib3.exceptions import HTTPError

from imgpolicy.errors import ImgPolicyError, RequestError
from imgpolicy.phrase import phrase

SECONDS = (5.0, 120.0)
"""How long a desk may take to be reached, and to answer: it looks at the picture meanwhile."""

MOST = 20_000_000
"""Bytes that are read of an answer."""


class UnansweredError(ImgPolicyError):
    """The desk did not answer, or not as a desk does: nothing is known of the picture."""


class RefusedError(UnansweredError):
    """The desk answered that it does not do it: the token may not, or what is asked for is not there or not so."""


class _Finding(msgspec.Struct, frozen=True):
    code: str


class _Report(msgspec.Struct, frozen=True):
    verdict: str
    findings: list[_Finding]


class _Picture(msgspec.Struct, frozen=True):
    picture: str
    state: str
    report: _Report | None
    refused: str | None


class _Problem(msgspec.Struct, frozen=True):
    detail: str


Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the desk answered of a picture: its id there, the verdict, and the codes of the rules that it breaks.

    What was found stays on the desk: it may say who somebody is, and the site's visitors are not to be told.
    """

    picture: str
    verdict: str
    codes: tuple[str, ...]

    @property
    def goes(self) -> bool:
        """Whether it may be posted."""
        return self.verdict == "go"

    @property
    def line(self) -> str:
        """The verdict and the codes in one line, and what to do."""
        return phrase("{verdict} ({codes}): the desk says why", verdict=self.verdict, codes=", ".join(self.codes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where a desk is, and the token by which it is asked; RequestError for an address that a token is not sent to.

    `url` is that of the desk, such as ``https://desk.example.org``; plain http goes to this machine alone.
    """

    url: str
    token: str = field(repr=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname or "")):
            raise RequestError(
                phrase("a desk is asked over https alone, or over http on this machine (127.0.0.1, ::1)")
            )
        if not self.token.isascii() or not self.token.isprintable() or not self.token.strip():
            raise RequestError(phrase("the desk's token is missing: `imgpolicy account token add` makes one"))

    def check(self, name: str, data: bytes, posting: Mapping[str, str]) -> Checked:
        """What the desk says of these bytes, meant for this posting: `profile`, `channel`, `caption` and such words.

        UnansweredError when it does not say: it is not there, refuses the token, or could not look at the picture.
        """
        files = {"picture": (PurePath(name).name or "picture", data)}
        request = requests.Request("POST", self._at("check"), data=dict(posting), files=files)
        answer = self._asked(request, _Picture)
        if answer.report is None:
            raise UnansweredError(phrase("the desk could not look at the picture: {why}", why=answer.refused or "?"))
        codes = tuple(sorted({one.code for one in answer.report.findings}))
        return Checked(picture=answer.picture, verdict=answer.report.verdict, codes=codes)

    def posted(self, picture: str, url: str) -> bool:
        """Whether the desk recorded that a picture which it checked is posted there; it judges it once more first."""
        request = requests.Request("POST", self._at("pictures", picture, "post"), json={"url": url})
        return self._asked(request, _Picture).state == "posted"

    def taken_down(self, publication: str) -> None:
        """Record that a post is down, which closes its task; UnansweredError when the desk does not take it."""
        self._asked(requests.Request("POST", self._at("publications", publication, "taken-down")), dict)

    def _at(self, *parts: str) -> str:
        return "/".join([self.url.rstrip("/"), "api/v1", *(quote(part, safe="") for part in parts)])

    def _asked(self, request: requests.Request, kind: type[Answer]) -> Answer:
        request.headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        try:
            with requests.Session() as session:
                session.trust_env = False  # neither a proxy nor a .netrc learns of the token
                sent = session.send(
                    session.prepare_request(request), timeout=SECONDS, allow_redirects=False, stream=True, verify=True
                )
                body = sent.raw.read(MOST, decode_content=True)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise UnansweredError(
                phrase("the desk at {url} does not answer: see that it runs, and try again", url=self.url)
            ) from error
        if not sent.ok:
            kind_of = RefusedError if 400 <= sent.status_code < 500 else UnansweredError
            raise kind_of(
                phrase("the desk at {url} refused: {why}", url=self.url, why=_problem(body, sent.status_code))
            )
        try:
            return msgspec.json.decode(body, type=kind)
        except msgspec.MsgspecError as error:
            raise UnansweredError(
                phrase("what answers at {url} is no desk: see that the address is right", url=self.url)
            ) from error


def _problem(body: bytes, status: int) -> str:
    try:
        return msgspec.json.decode(body, type=_Problem).detail
    except msgspec.MsgspecError:
        return f"HTTP {status}"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
