"""One POST to an address that somebody named: `send` says whether it was taken, and never raises for what came of it.

Whoever answers is taken for hostile. No redirect is followed, no proxy and no .netrc is asked, of the answer nothing is
read but its status, and after so many seconds the line is hung up, however slowly it drips.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass

from requests import Request
from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError

from imgpolicy.fetch import Door, Refused, adapter_of, reason_of
from imgpolicy.text import printable

SECONDS = 10.0
"""How long one POST may take, from the first byte to the answer's status."""

_SILENCE = 5.0


@dataclass(frozen=True, slots=True)
class Sent:
    """Whether it was taken, which is any status from 200 to 299, and what came of it in a few words."""

    took: bool
    answer: str


def send(url: str, headers: Mapping[str, str], body: bytes, *, seconds: float = SECONDS) -> Sent:
    """What came of sending the body there.

    The server's certificate is one that the authorities vouch for which come with requests, or those in the file that
    the environment variable SSL_CERT_FILE names.
    """
    vouched: str | bool = os.environ.get("SSL_CERT_FILE") or True
    try:
        request = Request("POST", url, headers={"User-Agent": "imgpolicy", **headers}, data=body).prepare()
    except (RequestException, ValueError) as error:
        return Sent(took=False, answer=reason_of(error))
    with Door(seconds, allow_private_hosts=True) as door, adapter_of(door) as adapter:
        try:
            answer = adapter.send(request, stream=True, timeout=(_SILENCE, _SILENCE), verify=vouched)
            with contextlib.closing(answer):
                sent = Sent(took=200 <= answer.status_code < 300, answer=f"it answers {answer.status_code}")
        except (RequestException, HTTPError, OSError, ValueError, Refused) as error:
            sent = Sent(took=False, answer=printable(reason_of(error), limit=200))
        # A head that is cut off when the time is over looks whole.
        return Sent(took=False, answer=f"took longer than {seconds:g} seconds") if door.shut else sent
