"""What the site's settings say of the desk, under ``IMGPOLICY``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec
from django.conf import settings as site
from django.core.exceptions import ImproperlyConfigured

from imgpolicy.contrib.desk import Desk
from imgpolicy.errors import RequestError


class Unanswered(StrEnum):
    """What becomes of a picture of which the desk does not say whether it may be posted; it is never published."""

    REFUSE = "refuse"
    HOLD = "hold"


class Withdrawn(StrEnum):
    """What becomes of a page on which a picture stands that must come down."""

    UNPUBLISH = "unpublish"
    SWAP = "swap"


class _Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    DESK: str
    TOKEN: str
    POSTING: dict[str, str] = {}
    WEBHOOK_SECRET: str = ""
    UNANSWERED: Unanswered = Unanswered.REFUSE
    WITHDRAWN: Withdrawn = Withdrawn.UNPUBLISH
    PLACEHOLDER: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where the desk is, what its pictures are posted as, and what the site does without an answer, or with a no.

    `placeholder` is the id of the picture that stands in the place of one that must come down, where `withdrawn` says
    that it is swapped.
    """

    desk: Desk
    posting: Mapping[str, str]
    secret: str = field(repr=False)
    unanswered: Unanswered
    withdrawn: Withdrawn
    placeholder: int | None


def settings() -> Settings:
    """The settings as they are now; ImproperlyConfigured in one line when they say nothing that can be done."""
    given: object = getattr(site, "IMGPOLICY", None)
    try:
        written = msgspec.convert(given, _Written)
        desk = Desk(url=written.DESK, token=written.TOKEN)
    except (msgspec.ValidationError, RequestError) as error:
        raise ImproperlyConfigured(f"IMGPOLICY in the settings: {error}") from error
    if written.WITHDRAWN is Withdrawn.SWAP and written.PLACEHOLDER is None:
        raise ImproperlyConfigured("IMGPOLICY in the settings: to swap pictures takes PLACEHOLDER, the id of one")
    return Settings(
        desk=desk,
        posting=written.POSTING,
        secret=written.WEBHOOK_SECRET,
        unanswered=written.UNANSWERED,
        withdrawn=written.WITHDRAWN,
        placeholder=written.PLACEHOLDER,
    )
