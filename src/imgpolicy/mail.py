"""Mail by the organisation's own SMTP server: one plain message to one address, over TLS, or nothing."""

from __future__ import annotations

import os
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from imgpolicy.domain.mail import MailPolicy, MailSecurity
from imgpolicy.errors import RequestError
from imgpolicy.phrase import phrase

PASSWORD_VARIABLE = "IMGPOLICY_SMTP_PASSWORD"  # noqa: S105  # no secret: where one is
_SECONDS = 20
"""For how long one waits for the server at each step."""


def send(policy: MailPolicy, to: str, subject: str, text: str) -> None:
    """Hand a message to the server; RequestError in one line when it cannot be reached, or refuses.

    The certificate of the server is held against the system's authorities and its name. `subject` is one line.
    """
    message = EmailMessage()
    message["From"] = policy.sender
    message["To"] = to
    message["Subject"] = " ".join(subject.split())
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=policy.sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    try:
        with _connected(policy) as server:
            if policy.user is not None:
                server.login(policy.user, os.environ.get(PASSWORD_VARIABLE, ""))
            server.send_message(message)
    except (smtplib.SMTPException, OSError) as error:
        raise RequestError(
            phrase("the mail server {host} did not take it: {reason}", host=policy.host, reason=_reason(error))
        ) from error


def _connected(policy: MailPolicy) -> smtplib.SMTP:
    if policy.security is MailSecurity.TLS:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(policy.host, policy.port, timeout=_SECONDS, context=context)
    server = smtplib.SMTP(policy.host, policy.port, timeout=_SECONDS)
    if policy.security is MailSecurity.STARTTLS:
        try:
            server.starttls(context=ssl.create_default_context())
        except (smtplib.SMTPException, OSError):
            server.close()
            raise
    return server


def _reason(error: Exception) -> str:
    """What went wrong, in one short line; what a server says is its own."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code}" for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return str(error.smtp_code)
    return type(error).__name__ if not str(error) else " ".join(str(error).split())[:200]
