"""What the editor declares about a planned posting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum

from imgpolicy.domain.words import folded
from imgpolicy.errors import RequestError
from imgpolicy.phrase import Phrase, phrase


class Role(StrEnum):
    """In which role somebody posts."""

    PRIVATE = "private"
    EMPLOYEE = "employee"
    OFFICIAL = "official"


LOGO_ROLES = (Role.EMPLOYEE, Role.OFFICIAL)
"""Who uses the organisation's logo, where its policy does not say."""


class Origin(StrEnum):
    """Where the picture comes from, as the editor says."""

    OWN = "own"
    LICENSED = "licensed"
    UNKNOWN = "unknown"


ROLE_WORDS: Mapping[Role, Phrase] = {
    Role.PRIVATE: phrase("private"),
    Role.EMPLOYEE: phrase("employee"),
    Role.OFFICIAL: phrase("official"),
}
"""The roles in words for people."""

ORIGIN_WORDS: Mapping[Origin, Phrase] = {
    Origin.OWN: phrase("own"),
    Origin.LICENSED: phrase("licensed"),
    Origin.UNKNOWN: phrase("unknown"),
}
"""The origins in words for people."""


def today() -> dt.date:
    """The date here and now, in the system's time zone."""
    return dt.datetime.now().astimezone().date()


@dataclass(frozen=True, kw_only=True)
class Posting:
    """Where, in which role, for what and when a picture is to be posted. None means: not stated.

    `people` are register ids of those whom the editor says are in the picture; `event` is where it was taken,
    `edit` what was done to it; `territory` is where it can be seen; `actor` is the name of whoever posts it. `on` is
    the day of posting: when it is not stated, that on which the posting is judged, in the policy's time zone.

    A role or origin may be given by its word; space around a word goes. RequestError when a part is of another kind, an
    empty word, or a role or origin that there is not.
    """

    channel: str | None = None
    role: Role | None = None
    purpose: str | None = None
    audience: str | None = None
    setting: str | None = None
    origin: Origin | None = None
    caption: str | None = None
    actor: str | None = None
    people: tuple[str, ...] = ()
    campaign: str | None = None
    territory: str | None = None
    event: str | None = None
    edit: str | None = None
    on: dt.date | None = None

    def __post_init__(self) -> None:
        """Give each part its own kind, or refuse it: rules ask which role it is, and a word by another name is none."""
        for part in fields(self):
            object.__setattr__(self, part.name, _part(part.name, getattr(self, part.name)))

    def filled(self, usual: Posting) -> Posting:
        """The posting, with what it does not state as this one has it."""
        own = {part.name: getattr(self, part.name) for part in fields(self)}
        return replace(usual, **{name: said for name, said in own.items() if said not in {None, ()}})

    @property
    def day(self) -> dt.date:
        """The day of posting; today where none is stated."""
        return self.on or today()

    @property
    def stated(self) -> tuple[Phrase, ...]:
        """What reports repeat of it in words, such as ``channel website``; what was not stated is left out."""
        words = (
            phrase("channel {name}", name=self.channel) if self.channel else None,
            phrase("role {name}", name=ROLE_WORDS[self.role]) if self.role else None,
            phrase("actor {name}", name=self.actor) if self.actor else None,
            phrase("purpose {name}", name=self.purpose) if self.purpose else None,
            phrase("audience {name}", name=self.audience) if self.audience else None,
            phrase("setting {name}", name=self.setting) if self.setting else None,
            phrase("origin {name}", name=ORIGIN_WORDS[self.origin]) if self.origin else None,
        )
        return tuple(word for word in words if word is not None)


def _part(name: str, given: object) -> object:
    """What is stated in one part of a posting; RequestError when it can be nothing of the kind."""
    if name == "on":
        if given is not None and (not isinstance(given, dt.date) or isinstance(given, dt.datetime)):
            raise RequestError(phrase("the day of posting is a date, not {kind}", kind=type(given).__name__))
        return given
    if name == "people":
        if not isinstance(given, tuple | list | set | frozenset) or not all(isinstance(one, str) for one in given):
            raise RequestError(phrase("the people of a posting are several ids: give them as a tuple"))
        return tuple(given)
    if given is not None and not isinstance(given, str):
        raise RequestError(
            phrase("the {name} of a posting is a word, not {kind}", name=name, kind=type(given).__name__)
        )
    return given if given is None or name == "caption" else _word(name, given)


def _word(name: str, given: str) -> str:
    """The word without space around it, as a role or an origin where it is one."""
    if not given.strip():
        raise RequestError(phrase("the {name} of a posting is empty: name it, or leave it out", name=name))
    kinds: Mapping[str, type[StrEnum]] = {"role": Role, "origin": Origin}
    if name not in kinds:
        return given.strip()
    for one in kinds[name]:
        if folded(one.value) == folded(given):
            return one
    raise RequestError(
        phrase("the {name} {given} is none of {kinds}", name=name, given=repr(given), kinds=", ".join(kinds[name]))
    )
