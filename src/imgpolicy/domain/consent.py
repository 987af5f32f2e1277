"""What people said about their picture, one statement at a time; `cover` decides what it comes to. Pure: no SQL.

The states follow the W3C Data Privacy Vocabulary (DPV 2, consent status); expiry is no state but computed when read.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from imgpolicy.domain.grant import ended, valid
from imgpolicy.domain.ids import new_id
from imgpolicy.domain.scope import NOTHING_LISTED, Scope
from imgpolicy.phrase import phrase


class ConsentKind(StrEnum):
    """What is consented to: that pictures are published, or that the face is recognised."""

    PUBLICATION = "publication"
    BIOMETRIC = "biometric"


class ConsentState(StrEnum):
    """What happened: `withdrawn` is by the person, `revoked` by another, `objected` against another legal basis.

    `invalidated` means that a record turned out never to have been a valid consent; `entered in error` that nobody ever
    said what a record says, a yes or a no.
    """

    REQUESTED = "requested"
    GIVEN = "given"
    RENEWED = "renewed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    INVALIDATED = "invalidated"
    OBJECTED = "objected"
    ENTERED_IN_ERROR = "entered in error"


class LegalBasis(StrEnum):
    """On what the processing rests: GDPR article 6(1), letters a to f."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal obligation"
    VITAL_INTERESTS = "vital interests"
    PUBLIC_TASK = "public task"
    LEGITIMATE_INTERESTS = "legitimate interests"


GIVING = frozenset({ConsentState.GIVEN, ConsentState.RENEWED})
DENYING = frozenset(ConsentState) - GIVING - {ConsentState.REQUESTED, ConsentState.ENTERED_IN_ERROR}


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One statement about one person; it is never changed, only followed by later ones.

    A statement that gives covers the channels and purposes of its `scope` and no others, the words of a further
    dimension where it lists some, and nothing that is `excluded`; from `valid_from` to `valid_until`, both included,
    None being open, and for `max_publications` publications, of which there are `used` (counted when read). A
    statement that denies reaches what its scope lists, an empty set meaning everything, or, when it is `about` one
    record, that one alone; it knows no dates. A renewal is `about` the record that it renews, and what was entered in
    error about the record that nobody ever said: `by` and `second` name those who answer for that.

    `basis` is the legal basis; `given_by` the id of the guardian who spoke, None being the person; `notice` the id
    of the text that was shown. `at` says when it was stated, with its time zone.
    """

    id: str = field(default_factory=lambda: new_id("c"))
    person: str
    kind: ConsentKind
    state: ConsentState
    scope: Scope = NOTHING_LISTED
    excluded: Scope = NOTHING_LISTED
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None
    max_publications: int | None = None
    basis: LegalBasis = LegalBasis.CONSENT
    given_by: str | None = None
    collected: str | None = field(default=None, repr=False)
    notice: str | None = None
    about: str | None = None
    reason: str | None = field(default=None, repr=False)
    by: str | None = field(default=None, repr=False)
    second: str | None = field(default=None, repr=False)
    at: dt.datetime = field(default_factory=_now)
    used: int = field(default=0, compare=False)

    @property
    def gives(self) -> bool:
        """True for what is given or renewed."""
        return self.state in GIVING

    @property
    def denies(self) -> bool:
        """True for a refusal, a withdrawal and what ends a consent like one."""
        return self.state in DENYING

    @property
    def takes_back(self) -> bool:
        """True for whatever leaves less allowed than before: a denial, an exception in a yes, an error in a record."""
        return self.denies or self.state is ConsentState.ENTERED_IN_ERROR or (self.gives and bool(self.excluded))

    @property
    def noun(self) -> str:
        """What messages call it."""
        return phrase("consent")

    def valid(self, on: dt.date) -> bool:
        """True when `on` lies within the dates."""
        return valid(self, on)

    def ended(self, on: dt.date) -> bool:
        """True when the last day lies before `on`."""
        return ended(self, on)
