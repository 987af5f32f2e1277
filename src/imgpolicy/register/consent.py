"""What people said about their picture, and the decision whether it covers a posting. Pure: no SQL, no clock.

The states follow the W3C Data Privacy Vocabulary (DPV 2, consent status: given, refused, withdrawn); expiry is
no state but computed when read.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from imgpolicy.posting import Posting

ANY = "any"
"""Listed as a channel or purpose: all of them, also one that is not stated."""

PRIVATE = "private"
"""The one setting that a consent must list to cover it."""


class ConsentKind(StrEnum):
    """What is consented to: that pictures are published, or that the face is recognised."""

    PUBLICATION = "publication"
    BIOMETRIC = "biometric"


class ConsentState(StrEnum):
    """What the person said."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


def _new_id() -> str:
    return f"c-{secrets.token_hex(6)}"


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One statement by one person; it is never changed, only followed by later ones.

    A consent that is given covers the `channels` and `purposes` that it lists and no others, from `valid_from`
    to `valid_until`, both included, None being open. A refusal or withdrawal reaches what it lists, an empty set
    meaning everything, and knows no dates. `at` says when it was stated, with its time zone.
    """

    id: str = field(default_factory=_new_id)
    person: str
    kind: ConsentKind
    state: ConsentState
    channels: frozenset[str] = frozenset()
    purposes: frozenset[str] = frozenset()
    settings: frozenset[str] = frozenset()
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None
    collected: str | None = field(default=None, repr=False)
    reason: str | None = field(default=None, repr=False)
    at: dt.datetime = field(default_factory=_now)

    @property
    def denies(self) -> bool:
        """True for a refusal and a withdrawal."""
        return self.state is not ConsentState.GIVEN

    def valid(self, on: dt.date) -> bool:
        """True when `on` lies within the dates."""
        return not self.ended(on) and (self.valid_from is None or self.valid_from <= on)

    def ended(self, on: dt.date) -> bool:
        """True when the last day lies before `on`."""
        return self.valid_until is not None and self.valid_until < on


class CoverStatus(StrEnum):
    """How a person's consents stand to a posting."""

    COVERED = "covered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    OUT_OF_SCOPE = "out of scope"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The decision: its status, why in words, the id of the consent that decides, and the last day of the cover.

    `until` is None when the cover has no end, and whenever the posting is not covered.
    """

    status: CoverStatus
    reason: str
    consent: str | None = None
    until: dt.date | None = None


def cover(consents: Iterable[Consent], posting: Posting) -> Coverage:
    """Whether one person's publication consents cover the posting, and why; the order of `consents` is no matter.

    A denial beats every yes stated before it or at the same moment, where it touches the posting. Of several
    consents that cover, the one valid longest is relied on.
    """
    said = [consent for consent in consents if consent.kind is ConsentKind.PUBLICATION]
    denial = max((c for c in said if c.denies and _touches(c, posting)), key=_recency, default=None)
    standing = _standing(said, denial)
    in_scope = [consent for consent in standing if not any(_gaps(consent, posting))]
    covering = [consent for consent in in_scope if consent.valid(posting.on)]
    if covering:
        relied = max(covering, key=_endurance)
        return Coverage(status=CoverStatus.COVERED, reason=_ends(relied), consent=relied.id, until=relied.valid_until)
    if denial:
        return Coverage(
            status=CoverStatus(denial.state),
            reason=f"consent was {denial.state} on {denial.at.date()}",
            consent=denial.id,
        )
    if in_scope:
        return _outside_dates(in_scope, posting)
    if standing:
        nearest = min(standing, key=lambda c: (len(list(_gaps(c, posting))), c.id))
        return Coverage(
            status=CoverStatus.OUT_OF_SCOPE, reason=" and ".join(_gaps(nearest, posting)), consent=nearest.id
        )
    return Coverage(status=CoverStatus.NONE, reason="no consent to publication is on record")


def biometric_consent(consents: Iterable[Consent], on: dt.date) -> Consent | None:
    """The consent under which one person's face may be recognised on that day, or None."""
    said = [consent for consent in consents if consent.kind is ConsentKind.BIOMETRIC]
    denial = max((consent for consent in said if consent.denies), key=_recency, default=None)
    return max((c for c in _standing(said, denial) if c.valid(on)), key=_endurance, default=None)


def has_biometric(consents: Iterable[Consent], on: dt.date) -> bool:
    """Whether one person's face may be recognised on that day."""
    return biometric_consent(consents, on) is not None


def _standing(said: Iterable[Consent], denial: Consent | None) -> list[Consent]:
    """What was given after the denial."""
    return [consent for consent in said if not consent.denies and (denial is None or consent.at > denial.at)]


def _touches(denial: Consent, posting: Posting) -> bool:
    """Whether the denial reaches the posting; what is not stated might be what was denied."""
    dimensions = (
        (denial.channels, posting.channel),
        (denial.purposes, posting.purpose),
        (denial.settings, posting.setting),
    )
    return all(not denied or ANY in denied or use is None or use in denied for denied, use in dimensions)


def _gaps(consent: Consent, posting: Posting) -> Iterator[str]:
    """In words, each dimension in which the consent does not reach the posting."""
    for word, listed, use in (
        ("channel", consent.channels, posting.channel),
        ("purpose", consent.purposes, posting.purpose),
    ):
        if ANY not in listed and use is None:
            yield f"the {word} is not stated and consent is limited to some"
        elif ANY not in listed and use not in listed:
            yield f"consent does not cover the {word} {use!r}"
    if posting.setting == PRIVATE and PRIVATE not in consent.settings:
        yield "consent does not cover private settings"


def _outside_dates(in_scope: Iterable[Consent], posting: Posting) -> Coverage:
    """The decision when the scope fits and the day does not: that of the last to end, else of the first to start."""
    ended = [consent for consent in in_scope if consent.ended(posting.on)]
    if ended:
        last = max(ended, key=_endurance)
        return Coverage(status=CoverStatus.EXPIRED, reason=f"consent ended on {last.valid_until}", consent=last.id)
    first = min(in_scope, key=lambda consent: (consent.valid_from or dt.date.min, consent.id))
    return Coverage(
        status=CoverStatus.OUT_OF_SCOPE, reason=f"consent does not start before {first.valid_from}", consent=first.id
    )


def _ends(consent: Consent) -> str:
    return f"consent is valid until {consent.valid_until}" if consent.valid_until else "consent is valid without end"


def _recency(denial: Consent) -> tuple[dt.datetime, bool, str]:
    """Later denials first; of one moment the withdrawal, so that the order of the rows cannot decide."""
    return (denial.at, denial.state is ConsentState.WITHDRAWN, denial.id)


def _endurance(consent: Consent) -> tuple[dt.date, dt.datetime, str]:
    return (consent.valid_until or dt.date.max, consent.at, consent.id)
