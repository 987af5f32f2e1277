"""The server by which mail is sent, as an organisation lays it down. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class MailSecurity(StrEnum):
    """How the connection is made safe: TLS from the first byte, TLS after STARTTLS, or not, on this machine alone."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPolicy:
    """`[mail]` of a policy: the SMTP server, the address that mail comes from, and who signs in to the server.

    `keeper` is sent once a month what nothing rests on any more, in this `language` (ISO 639-1); None where nobody is.
    The password is never in a policy: it comes from the environment.
    """

    host: str
    port: int
    security: MailSecurity
    sender: str
    user: str | None = None
    keeper: str | None = None
    language: str = "en"
