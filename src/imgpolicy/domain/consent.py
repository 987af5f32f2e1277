"""What people said about their picture, and the decision whether it covers a posting. Pure: no SQL, no clock.

The states follow the W3C Data Privacy Vocabulary (DPV 2, consent status); expiry is no state but computed when read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from imgpolicy.domain.grant import Coverage, CoverStatus, ended, endurance, valid, weigh
from imgpolicy.domain.ids import new_id
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.scope import NOTHING_LISTED, Scope, reaches
from imgpolicy.phrase import phrase


class ConsentKind(StrEnum):
    """What is consented to: that pictures are published, or that the face is recognised."""

    PUBLICATION = "publication"
    BIOMETRIC = "biometric"


class ConsentState(StrEnum):
    """What happened: `withdrawn` is by the person, `revoked` by another, `objected` against another legal basis.

    `invalidated` means that a record turned out never to have been a valid consent.
    """

    REQUESTED = "requested"
    GIVEN = "given"
    RENEWED = "renewed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    INVALIDATED = "invalidated"
    OBJECTED = "objected"


class LegalBasis(StrEnum):
    """On what the processing rests: GDPR article 6(1), letters a to f."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal obligation"
    VITAL_INTERESTS = "vital interests"
    PUBLIC_TASK = "public task"
    LEGITIMATE_INTERESTS = "legitimate interests"


GIVING = frozenset({ConsentState.GIVEN, ConsentState.RENEWED})
DENYING = frozenset(ConsentState) - GIVING - {ConsentState.REQUESTED}


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One statement about one person; it is never changed, only followed by later ones.

    A statement that gives covers the channels and purposes of its `scope` and no others, the words of a further
    dimension where it lists some, and nothing that is `excluded`; from `valid_from` to `valid_until`, both included,
    None being open, and for `max_publications` publications, of which there are `used` (counted when read). A
    statement that denies reaches what its scope lists, an empty set meaning everything, or, when it is `about` one
    record, that one alone; it knows no dates. A renewal is `about` the record that it renews.

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
    def noun(self) -> str:
        """What messages call it."""
        return phrase("consent")

    def valid(self, on: dt.date) -> bool:
        """True when `on` lies within the dates."""
        return valid(self, on)

    def ended(self, on: dt.date) -> bool:
        """True when the last day lies before `on`."""
        return ended(self, on)


def cover(consents: Iterable[Consent], posting: Posting) -> Coverage:
    """Whether one person's publication consents cover the posting, and why; the order of `consents` is no matter.

    A denial beats every yes stated before it or at the same moment, where it touches the posting. Of several
    consents that cover, the one valid longest is relied on.
    """
    said = [consent for consent in consents if consent.kind is ConsentKind.PUBLICATION]
    denials = [c for c in said if c.denies and (c.about is not None or reaches(c.scope, posting))]
    coverage = weigh(_standing(said, denials), posting)
    if denials and not (coverage and coverage.covered):
        return _denied(max(denials, key=_recency))
    return coverage or _nothing_said(said)


def standing(consents: Iterable[Consent]) -> list[Consent]:
    """What one person gave and no denial of everything, or of that record, took back since; renewed ones left out."""
    said = list(consents)
    given: list[Consent] = []
    for kind in ConsentKind:
        own = [consent for consent in said if consent.kind is kind]
        given += _standing(own, [c for c in own if c.denies and (c.about is not None or not c.scope)])
    renewed = {consent.about: consent.at for consent in sorted(given, key=lambda c: c.at) if consent.about}
    return [c for c in given if renewed.get(c.about or c.id, c.at) <= c.at]


def biometric_consent(consents: Iterable[Consent], on: dt.date) -> Consent | None:
    """The consent under which one person's face may be recognised on that day, or None."""
    said = [consent for consent in consents if consent.kind is ConsentKind.BIOMETRIC]
    given = _standing(said, [consent for consent in said if consent.denies])
    return max((consent for consent in given if consent.valid(on)), key=endurance, default=None)


def has_biometric(consents: Iterable[Consent], on: dt.date) -> bool:
    """Whether one person's face may be recognised on that day."""
    return biometric_consent(consents, on) is not None


def _standing(said: Iterable[Consent], denials: Sequence[Consent]) -> list[Consent]:
    """What was given after every denial that is about it, or about no record in particular."""
    last_of_all = max((d.at for d in denials if d.about is None), default=None)
    return [
        consent
        for consent in said
        if consent.gives
        and (last_of_all is None or consent.at > last_of_all)
        and not any(d.about in {consent.id, consent.about} and d.at >= consent.at for d in denials if d.about)
    ]


def _denied(denial: Consent) -> Coverage:
    status = CoverStatus.REFUSED if denial.state is ConsentState.REFUSED else CoverStatus.WITHDRAWN
    return Coverage(status=status, reason=_how_denied(denial.state, str(denial.at.date())), record=denial.id)


def _how_denied(state: ConsentState, day: str) -> str:
    match state:
        case ConsentState.REFUSED:
            return phrase("consent was refused on {day}", day=day)
        case ConsentState.REVOKED:
            return phrase("consent was revoked on {day}", day=day)
        case ConsentState.INVALIDATED:
            return phrase("consent was invalidated on {day}", day=day)
        case ConsentState.OBJECTED:
            return phrase("consent was objected to on {day}", day=day)
        case _:
            return phrase("consent was withdrawn on {day}", day=day)


def _nothing_said(said: Iterable[Consent]) -> Coverage:
    asked = [consent for consent in said if consent.state is ConsentState.REQUESTED]
    if not asked:
        return Coverage(status=CoverStatus.NONE, reason=phrase("no consent to publication is on record"))
    last = max(asked, key=_recency)
    reason = phrase("consent was requested on {day} and not given", day=str(last.at.date()))
    return Coverage(status=CoverStatus.NONE, reason=reason, record=last.id)


def _recency(denial: Consent) -> tuple[dt.datetime, bool, str, str]:
    """Later denials first; of one moment a withdrawal before a refusal, so that neither order nor ids decide."""
    return (denial.at, denial.state is not ConsentState.REFUSED, denial.state.value, denial.id)
