"""One request to an address that somebody named: `send` and `ask` say what came of it, and never raise for it.

Whoever answers is taken for hostile. No redirect is followed, no proxy and no .netrc is asked, no more than a bound is
read of the answer, and after so many seconds the line is hung up, however slowly it drips.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from requests import Request, Response
from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError

from imgpolicy.fetch import Door, Refused, adapter_of, reason_of
from imgpolicy.phrase import phrase
from imgpolicy.text import printable

SECONDS = 10.0
"""How long one request may take, from the first byte to the last."""

MOST = 1_000_000
"""Bytes that are read of an answer."""

UPLOAD_SECONDS = 300.0
MOST_UPLOADED = 20_000_000
"""How long the answer to a file may take, which somebody looks at meanwhile, and how many bytes are read of it."""

_SILENCE = 5.0


@dataclass(frozen=True, slots=True)
class Sent:
    """Whether it was taken, which is any status from 200 to 299, and what came of it in a few words."""

    took: bool
    answer: str


@dataclass(frozen=True, slots=True)
class Reply:
    """The status, None where there was no answer, its body, empty for `send`, and what came of it in a few words."""

    status: int | None
    said: str
    body: bytes = field(default=b"", repr=False)


def send(url: str, headers: Mapping[str, str], body: bytes, *, seconds: float = SECONDS) -> Sent:
    """What came of sending the body there; of the answer nothing is read but its status.

    The server's certificate is one that the authorities vouch for which come with requests, or those in the file that
    the environment variable SSL_CERT_FILE names.
    """
    reply = _exchange(Request("POST", url, headers=dict(headers), data=body), seconds, most=0)
    return Sent(took=reply.status is not None and 200 <= reply.status < 300, answer=reply.said)


def ask(url: str, headers: Mapping[str, str], form: Mapping[str, str] | None = None) -> Reply:
    """What is answered there, to a form that is posted where one is given; certificates as `send` has them."""
    request = Request("GET" if form is None else "POST", url, headers=dict(headers), data=form)
    return _exchange(request, SECONDS, most=MOST)


def upload(url: str, headers: Mapping[str, str], form: Mapping[str, str], file: tuple[str, str, bytes]) -> Reply:
    """What is answered there to a form with a file, which is its field, its name and its bytes; it may take minutes.

    Certificates as `send` has them.
    """
    part, name, data = file
    request = Request("POST", url, headers=dict(headers), data=dict(form), files={part: (name, data)})
    return _exchange(request, UPLOAD_SECONDS, most=MOST_UPLOADED)


def _exchange(request: Request, seconds: float, *, most: int) -> Reply:
    vouched: str | bool = os.environ.get("SSL_CERT_FILE") or True
    request.headers.update({"User-Agent": "imgpolicy", "Accept-Encoding": "identity"})
    try:
        prepared = request.prepare()
    except (RequestException, ValueError) as error:
        return Reply(None, reason_of(error))
    with Door(seconds, allow_private_hosts=True) as door, adapter_of(door) as adapter:
        try:
            silence = _SILENCE if seconds <= SECONDS else seconds
            answer = adapter.send(prepared, stream=True, timeout=(_SILENCE, silence), verify=vouched)
            with contextlib.closing(answer):
                reply = Reply(
                    answer.status_code, phrase("it answers {code}", code=answer.status_code), _read(answer, most)
                )
        except (RequestException, HTTPError, OSError, ValueError, Refused) as error:
            reply = Reply(None, _printed(reason_of(error)))
        # What is cut off when the time is over looks whole.
        late = phrase("took longer than {seconds} seconds", seconds=f"{seconds:g}")
        return Reply(None, late) if door.shut else reply


def _read(answer: Response, most: int) -> bytes:
    if most == 0:
        return b""
    body = answer.raw.read(most + 1, decode_content=False)
    if len(body) > most:
        raise Refused(phrase("more than the limit of {most} bytes", most=f"{most:,}"))
    return bytes(body)


def _printed(reason: str) -> str:
    return reason if reason.isprintable() else printable(reason, limit=200)
