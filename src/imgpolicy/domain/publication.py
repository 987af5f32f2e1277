"""Where pictures were posted and on what that rests, what must come down, and what will end soon."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from imgpolicy.domain.consent import Consent
from imgpolicy.domain.ids import new_id
from imgpolicy.domain.licence import Licence
from imgpolicy.domain.posting import Posting
from imgpolicy.phrase import phrase

ERASED = "erased"
"""The cause of a take-down when somebody in the picture was erased."""

EXCEPTED = "excepted"
"""The cause of a take-down when a later consent leaves out where or for what the picture is posted."""

ENDED = "ended"
"""The cause of a take-down when the licence that the post rests on was ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A picture that was posted: its SHA-256, where, and as what.

    `people` are the ids of those in it, each with the id of the consent that the post rests on, or None; `works` those
    of the works in it, each with the licence. `down` is when it was taken down, None while it is up. `pdq` is the PDQ
    hash of the picture, 64 hex digits, None where it is not known or the picture too plain for it to mean anything.
    """

    id: str = field(default_factory=lambda: new_id("p"))
    picture: str
    url: str
    published: dt.date
    channel: str
    purpose: str | None = None
    campaign: str | None = None
    audience: str | None = None
    territory: str | None = None
    setting: str | None = None
    event: str | None = None
    edit: str | None = None
    pdq: str | None = None
    people: Mapping[str, str | None] = field(default_factory=dict)
    works: Mapping[str, str | None] = field(default_factory=dict)
    at: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))
    down: dt.datetime | None = None

    def posting(self, on: dt.date) -> Posting:
        """The post as the posting that it would be on that day."""
        return Posting(
            channel=self.channel,
            purpose=self.purpose,
            campaign=self.campaign,
            audience=self.audience,
            territory=self.territory,
            setting=self.setting,
            event=self.event,
            edit=self.edit,
            on=on,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Takedown:
    """A task: this post must come down. `cause` is the state of the statement `consent` that asks for it, or erased.

    It is excepted where that statement is a yes which leaves the post out, and ended where a `licence` asks for it.
    """

    id: str
    publication: Publication
    cause: str
    consent: str | None
    licence: str | None = None
    opened: dt.datetime
    closed: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """What a no reaches in the archive: the names of pictures that are no go any more, and of copies of posts.

    `copies` has, by the id of a post, the files that are the posted picture or a near duplicate. `trouble` says in one
    line why the archive was not judged again.
    """

    fallen: tuple[str, ...] = ()
    copies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    trouble: str | None = None


ENDS = phrase("ends")
COMES_OF_AGE = phrase("comes of age")
OWN_NEEDED = phrase("needs their own consent too")
"""Why a consent is due: by itself, or by the age of whoever it was given for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A consent that ends, and the posts that are up and rest on it; or a person on whom nothing rests any more.

    `ends` is its last day: its own, the last before the person it was given for is of age, or before their own consent
    is needed too; of a person the last on which the organisation keeps them. `why` says which. `consent` is None of a
    person.
    """

    person: str
    consent: Consent | None
    ends: dt.date
    why: str
    posts: tuple[Publication, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceDue:
    """A licence that ends, its last day, and the posts that it carries: see `carried_by`."""

    licence: Licence
    ends: dt.date
    posts: tuple[Publication, ...]
