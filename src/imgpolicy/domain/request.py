"""Consents that are asked for: to whom a link was given, what came of it, and what somebody answered. Pure.

request ─► opened ─► answered: what was said is on record, and a receipt can take it back
A link that many use, as by an event's QR code, has answers of which nobody knows yet who gave them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from imgpolicy.domain.form import Form, Use
from imgpolicy.domain.ids import new_id
from imgpolicy.domain.person import ADULT
from imgpolicy.domain.validate import check_line
from imgpolicy.errors import RequestError
from imgpolicy.phrase import phrase

PERSONAL_DAYS = 30
"""Days for which a link to one person holds, where nothing else is said."""

MOST_DAYS = 90
"""Days for which any link holds at most: after that somebody is asked anew."""

UNCONFIRMED_DAYS = 90
"""Days after which an answer goes of which nobody said who gave it, and a portrait at which nobody looked."""


class RequestState(StrEnum):
    """What became of a request. `revoked`: whoever asked took it back; `expired` is computed when it is read."""

    REQUESTED = "requested"
    OPENED = "opened"
    GIVEN_IN_PART = "given in part"
    GIVEN = "given"
    REFUSED = "refused"
    REVOKED = "revoked"
    EXPIRED = "expired"


OPEN = frozenset({RequestState.REQUESTED, RequestState.OPENED})
"""A link leads somewhere in these alone."""


ANSWERED = frozenset({RequestState.GIVEN, RequestState.GIVEN_IN_PART, RequestState.REFUSED})
"""What somebody made of it by their answer."""


class Whom(StrEnum):
    """For whom somebody answers: themself, of age or not yet; or a child whose guardian they are."""

    ADULT = "adult"
    YOUNG = "young"
    CHILD = "child"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRequest:
    """Somebody is asked by a link: with the form of that version, until then, by this account (or name).

    `unsent` is true while its link is to be sent by mail; `tried` is when a mail was last begun, `reminded` when the
    server took a reminder.
    `person` is whom it is about, None for a link that many use; `speaker` the guardian who is asked, None where it is
    the person. `email` is where the link was sent. `occasion` says in words from where they are asked, such as an
    event. `pictured` is the answer to it with which a portrait came that nobody has looked at yet.
    """

    id: str = field(default_factory=lambda: new_id("q"))
    form: str
    person: str | None
    speaker: str | None = None
    language: str
    made: dt.datetime
    ends: dt.datetime
    by: str = field(repr=False)
    email: str | None = field(default=None, repr=False)
    unsent: bool = False
    tried: dt.datetime | None = None
    reminded: dt.datetime | None = None
    occasion: str | None = field(default=None, repr=False)
    state: RequestState = RequestState.REQUESTED
    changed: dt.datetime | None = None
    pictured: str | None = None

    @property
    def shared(self) -> bool:
        """True for a link that many use."""
        return self.person is None

    @property
    def reminds(self) -> bool:
        """True when a mail about it is a reminder: one was begun, and it is not the first."""
        return self.tried is not None and not self.unsent

    def state_at(self, now: dt.datetime) -> RequestState:
        """What became of it until then."""
        return RequestState.EXPIRED if self.state in OPEN and now >= self.ends else self.state

    def is_open(self, now: dt.datetime) -> bool:
        """True while its link leads to the form."""
        return self.state_at(now) in OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """Who said whose answer it is, and how they know."""

    by: str = field(repr=False)
    how: str = field(repr=False)
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody filled in: a yes or a no to each use, and to recognition where that was asked.

    `name` is what they wrote as theirs; `child` the name of the child whose guardian they are, None where they speak
    for themself. `born` is the birth date of whoever is in the pictures, where it was asked for. `signature` is a
    drawn one, as a PNG.
    """

    whom: Whom
    name: str = field(repr=False)
    child: str | None = field(default=None, repr=False)
    born: dt.date | None = field(default=None, repr=False)
    yes: tuple[Use, ...] = ()
    no: tuple[Use, ...] = ()
    recognition: bool | None = None
    signature: bytes | None = field(default=None, repr=False)

    @property
    def state(self) -> RequestState:
        """What it makes of the request."""
        if not self.yes:
            return RequestState.REFUSED
        return RequestState.GIVEN_IN_PART if self.no else RequestState.GIVEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What somebody answered to a request, and when. `person` is whom it is about, None while nobody said who they are.

    `consents` are the ids of the records that came of it. `confirmed` says who knows whose it is, where a link was
    used by many. `withdrawn` is when it was taken back by its receipt. `portrait` is a JPEG of the face that came along
    to be learnt; it goes once somebody looked at it.
    """

    id: str = field(default_factory=lambda: new_id("a"))
    request: str
    form: str
    language: str
    at: dt.datetime
    said: Said
    person: str | None = None
    speaker: str | None = None
    consents: tuple[str, ...] = ()
    confirmed: Confirmation | None = None
    withdrawn: dt.datetime | None = None
    portrait: bytes | None = field(default=None, repr=False)


def check_said(said: Said, form: Form, today: dt.date, *, recognition: bool) -> None:
    """Refuse an answer that leaves a question open, or answers one that was not asked: RequestError says which.

    `recognition` is whether the face was asked about. Nothing is ever taken for a yes that is none.
    """
    if sorted((*said.yes, *said.no), key=_order) != sorted(form.uses, key=_order):
        raise RequestError(phrase("say yes or no to each question"))
    if (said.recognition is not None) is not recognition:
        raise RequestError(phrase("say yes or no to whether the face may be recognised"))
    check_line(said.name, phrase("the name"))
    if (said.child is not None) is not (said.whom is Whom.CHILD):
        raise RequestError(phrase("a guardian writes the name of the child as well"))
    if said.child is not None:
        check_line(said.child, phrase("the name of the child"))
    _check_born(said, today)


def _check_born(said: Said, today: dt.date) -> None:
    """A birth date, where there is one, is that of a minor: of nobody else it is asked."""
    if said.born is None:
        return
    try:
        of_age = said.born.replace(year=said.born.year + ADULT)
    except ValueError:  # born on 29 February
        of_age = dt.date(said.born.year + ADULT, 3, 1)
    if said.whom is Whom.ADULT or not said.born <= today < of_age:
        raise RequestError(phrase("this is no birth date of anybody under {age}", age=ADULT))


def _order(use: Use) -> tuple[str, str]:
    return use.channel, use.purpose
