"""Who works with the register by name: accounts, what each may do, and the sessions and tokens that stand for them."""

from __future__ import annotations

import datetime as dt
import ipaddress
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import urlsplit

from imgpolicy.domain.ids import check_id
from imgpolicy.domain.speakers import CLOCKS_DIFFER
from imgpolicy.domain.validate import check_line
from imgpolicy.errors import DeniedError, RegisterError, RequestError
from imgpolicy.phrase import message_of, phrase

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200
"""Characters of a password. Length is what is asked for, and no kinds of characters (NIST SP 800-63B, 3.1.1)."""

LONGEST_SUBJECT, LONGEST_EMAIL, LONGEST_ISSUER = 255, 254, 500
"""Characters of what an identity provider calls somebody, of their mail address, and of its own."""

SESSION_LASTS = dt.timedelta(hours=12)
"""After this a session is over, however much it is used."""

SESSION_RESTS = dt.timedelta(hours=2)
"""A session that was not used for so long is over."""

SEEN_EVERY = dt.timedelta(minutes=5)
"""How often it is written down at most that a session is used."""


class AccountRole(StrEnum):
    """What somebody is to the register."""

    READER = "reader"
    POSTER = "poster"
    REVIEWER = "reviewer"
    KEEPER = "keeper"
    ADMIN = "admin"


class Right(StrEnum):
    """What somebody may do: see what is kept; check, clean and post pictures; decide what is in doubt; keep people,
    consents, works and licences; follow what ends by a calendar feed; administer accounts."""

    SEE = "see"
    CHECK = "check"
    DECIDE = "decide"
    KEEP = "keep"
    FOLLOW = "follow"
    ADMINISTER = "administer"


RIGHTS: Mapping[AccountRole, frozenset[Right]] = MappingProxyType(
    {
        AccountRole.READER: frozenset({Right.SEE}),
        AccountRole.POSTER: frozenset({Right.SEE, Right.CHECK}),
        AccountRole.REVIEWER: frozenset({Right.SEE, Right.CHECK, Right.DECIDE}),
        AccountRole.KEEPER: frozenset({Right.SEE, Right.CHECK, Right.KEEP, Right.FOLLOW}),
        AccountRole.ADMIN: frozenset(Right),
    }
)
"""What each role may do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who somebody is to the identity provider of their organisation, the `issuer`.

    `subject` is what it calls them. Where that is None they are known by their verified mail address, until they first
    sign in; the subject counts from then on.
    """

    issuer: str
    subject: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who works with the register. `id` is what they sign in as; `added` is None until they are recorded.

    `identity` is who they are to their organisation, None where they do not sign in by it.
    """

    id: str
    name: str
    role: AccountRole
    added: dt.datetime | None = None
    ended: dt.datetime | None = None
    identity: Identity | None = None

    @property
    def rights(self) -> frozenset[Right]:
        """What they may do: nothing any more once the account ended."""
        return frozenset() if self.ended is not None else RIGHTS[self.role]


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody who signed in: whose account it is, since when, and when it was last used."""

    id: str
    account: str
    began: dt.datetime
    seen: dt.datetime

    def is_over(self, now: dt.datetime) -> bool:
        """True when it lasted or rested too long, or the clock is behind its beginning."""
        lasts = -CLOCKS_DIFFER <= now - self.began < SESSION_LASTS
        return not (lasts and now - self.seen < SESSION_RESTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """What a program asks with in place of an account: no more than `rights`, and than the account itself may do."""

    id: str
    account: str
    label: str
    rights: frozenset[Right]
    created: dt.datetime
    ends: dt.datetime | None = None
    revoked: dt.datetime | None = None

    def is_over(self, now: dt.datetime) -> bool:
        """True when it was revoked, or its time is up."""
        return self.revoked is not None or (self.ends is not None and self.ends <= now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks: the account, what they may do, and by which token, None for somebody who signed in."""

    account: Account
    rights: frozenset[Right]
    token: str | None = None

    @classmethod
    def of(cls, account: Account, token: ApiToken | None = None) -> Caller:
        """Whoever asks as this account, with a token by no more rights than both have."""
        if token is None:
            return cls(account=account, rights=account.rights)
        return cls(account=account, rights=account.rights & token.rights, token=token.id)

    def need(self, right: Right) -> None:
        """Nothing, when they may do it; else DeniedError."""
        if right not in self.rights:
            by = "" if self.token is None else phrase(" by the token {token}", token=self.token)
            raise DeniedError(
                phrase(
                    "{id} ({role}) may not {right}{by}: ask an admin",
                    id=self.account.id,
                    role=self.account.role,
                    right=right,
                    by=by,
                )
            )


def check_account(account: Account) -> None:
    """Refuse what cannot be an id, and a name that says nothing."""
    check_id(account.id)
    check_line(account.name, phrase("the name"))


def checked_identity(identity: Identity) -> Identity:
    """Who somebody is, with the mail address as it is compared; RequestError where it says nothing, or too much."""
    check_issuer(identity.issuer)
    if (identity.subject is None) == (identity.email is None):
        raise RequestError(
            phrase("an account is bound to what the provider calls somebody, or to a mail address: give one")
        )
    if identity.subject is not None:
        if not is_subject(identity.subject):
            raise RequestError(phrase("a subject has 1 to 255 letters, digits and signs, without spaces at its ends"))
        return identity
    email = comparable_email(identity.email or "")
    if email is None:
        raise RequestError(phrase("the mail address is one such as name@example.org"))
    return replace(identity, email=email)


def is_subject(text: str) -> bool:
    """Whether a provider may call somebody so (OpenID Connect Core 1.0, section 2)."""
    return 1 <= len(text) <= LONGEST_SUBJECT and text.isascii() and text.isprintable() and text == text.strip()


def comparable_email(text: str) -> str | None:
    """The mail address in small letters; None for what is none. Other letters than ASCII are not told apart safely."""
    name, _, domain = text.rpartition("@")
    plain = text.isascii() and text.isprintable() and not set(text) & set(' ,;<>"()') and len(text) <= LONGEST_EMAIL
    return text.lower() if plain and name and "." in domain.strip(".") and "@" not in name else None


def check_issuer(issuer: str) -> None:
    """Refuse what is no address of an identity provider: it is https, or http to this machine."""
    wrong = RequestError(phrase("an issuer is a URL such as https://login.example.org"))
    try:
        parts = urlsplit(issuer)
        host = parts.hostname
    except ValueError:
        raise wrong from None
    if not host or len(issuer) > LONGEST_ISSUER or not (issuer.isascii() and issuer.isprintable()) or " " in issuer:
        raise wrong
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise RequestError(phrase("an issuer has no user, no query and no fragment"))
    if parts.scheme != "https" and not (parts.scheme == "http" and is_this_machine(host)):
        raise RequestError(phrase("an issuer is asked over https alone, or over http on this machine"))


def is_this_machine(host: str) -> bool:
    """Whether a host is this machine's own, by an address or as localhost."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def with_role(account: Account, role: AccountRole, others: tuple[Account, ...]) -> Account:
    """The account with another role, which `others` keep as they have them; RequestError for the last admin."""
    _check_admin_left(replace(account, role=role), account, others)
    return replace(account, role=role)


def ended(account: Account, at: dt.datetime, others: tuple[Account, ...]) -> Account:
    """The account, ended; RequestError for the last admin among it and `others`."""
    _check_admin_left(replace(account, ended=at), account, others)
    return replace(account, ended=at)


def _check_admin_left(after: Account, before: Account, others: tuple[Account, ...]) -> None:
    if Right.ADMINISTER not in before.rights or Right.ADMINISTER in after.rights:
        return
    if not any(Right.ADMINISTER in other.rights for other in others if other.id != before.id):
        raise RequestError(phrase("{id} is the last admin: make another account one first", id=repr(before.id)))


def checked_password(password: str) -> str:
    """The password as it is compared, in form NFKC: every keyboard writes it alike. RequestError when it is none."""
    text = comparable(password)
    if text is None:
        raise RequestError(phrase("the password is not valid text"))
    if len(text) < SHORTEST_PASSWORD:
        raise RequestError(
            phrase(
                "the password has {count} characters: it takes {least} at least",
                count=len(text),
                least=SHORTEST_PASSWORD,
            )
        )
    if len(text) > LONGEST_PASSWORD:
        raise RequestError(
            phrase(
                "the password has more than {most} characters: it takes {most} at most",
                most=LONGEST_PASSWORD,
            )
        )
    return text


def comparable(password: str) -> str | None:
    """The password as it is compared; None for what is no text. What is too long is cut behind what can be one."""
    password = password[: 4 * LONGEST_PASSWORD]
    try:
        password.encode()
    except UnicodeEncodeError:
        return None
    return unicodedata.normalize("NFKC", password)


def check_token(account: Account, label: str, rights: frozenset[Right], ends: dt.datetime | None) -> None:
    """Refuse a token without a label or rights, with rights that its account lacks, or that is over before it begins.

    Raises RegisterError for the label, RequestError for the rest.
    """
    try:
        check_line(label, phrase("the label"))
    except RegisterError as error:
        raise RequestError(message_of(error)) from error
    if not rights:
        raise RequestError(phrase("a token is for something: name a right at least"))
    lacking = sorted(rights - account.rights)
    if lacking:
        raise RequestError(
            phrase(
                "{id} ({role}) may not {lacking}, and no token gives more than that",
                id=account.id,
                role=account.role,
                lacking=lacking[0],
            )
        )
    if ends is not None and ends.tzinfo is None:
        raise RequestError(phrase("a token ends at a moment with its time zone"))
    if ends is not None and ends <= dt.datetime.now(dt.UTC):
        raise RequestError(phrase("a token ends in the future: give a later day"))
