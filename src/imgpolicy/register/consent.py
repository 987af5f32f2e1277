"""What people said about their picture, and the decision whether it covers a posting. Pure: no SQL, no clock.

The states follow the W3C Data Privacy Vocabulary (DPV 2, consent status); expiry is no state but computed when read.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from imgpolicy.posting import Posting
from imgpolicy.register.scope import ANY, NOTHING_LISTED, PRIVATE, Scope, gaps, reaches

__all__ = ["ANY", "PRIVATE", "Consent", "ConsentKind", "ConsentState", "CoverStatus", "Coverage", "Scope", "cover"]


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


def _new_id() -> str:
    return f"c-{secrets.token_hex(6)}"


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

    id: str = field(default_factory=_new_id)
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

    def valid(self, on: dt.date) -> bool:
        """True when `on` lies within the dates."""
        return not self.ended(on) and (self.valid_from is None or self.valid_from <= on)

    def ended(self, on: dt.date) -> bool:
        """True when the last day lies before `on`."""
        return self.valid_until is not None and self.valid_until < on


class CoverStatus(StrEnum):
    """How a person's consents stand to a posting; revoked, invalidated and objected count as withdrawn."""

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
    denials = [c for c in said if c.denies and (c.about is not None or reaches(c.scope, posting))]
    standing = _standing(said, denials)
    in_scope = [consent for consent in standing if not any(_gaps(consent, posting))]
    covering = [consent for consent in in_scope if consent.valid(posting.on)]
    if covering:
        relied = max(covering, key=_endurance)
        return Coverage(status=CoverStatus.COVERED, reason=_ends(relied), consent=relied.id, until=relied.valid_until)
    if denials:
        return _denied(max(denials, key=_recency))
    if in_scope:
        return _outside_dates(in_scope, posting)
    if standing:
        nearest = min(standing, key=lambda c: (len(list(_gaps(c, posting))), c.id))
        return Coverage(
            status=CoverStatus.OUT_OF_SCOPE, reason=" and ".join(_gaps(nearest, posting)), consent=nearest.id
        )
    return _nothing_said(said)


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
    return max((consent for consent in given if consent.valid(on)), key=_endurance, default=None)


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


def _gaps(consent: Consent, posting: Posting) -> Iterator[str]:
    """In words, each way in which the consent does not reach the posting, its dates left aside."""
    yield from gaps(consent.scope, consent.excluded, posting)
    most = consent.max_publications
    if most is not None and consent.used >= most:
        yield f"consent is for {most} publication(s), and there are {consent.used}"


def _denied(denial: Consent) -> Coverage:
    status = CoverStatus.REFUSED if denial.state is ConsentState.REFUSED else CoverStatus.WITHDRAWN
    said = "was objected to" if denial.state is ConsentState.OBJECTED else f"was {denial.state}"
    return Coverage(status=status, reason=f"consent {said} on {denial.at.date()}", consent=denial.id)


def _nothing_said(said: Iterable[Consent]) -> Coverage:
    asked = [consent for consent in said if consent.state is ConsentState.REQUESTED]
    if not asked:
        return Coverage(status=CoverStatus.NONE, reason="no consent to publication is on record")
    last = max(asked, key=_recency)
    return Coverage(
        status=CoverStatus.NONE, reason=f"consent was requested on {last.at.date()} and not given", consent=last.id
    )


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
