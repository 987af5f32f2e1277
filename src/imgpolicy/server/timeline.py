"""What somebody said as a card shows it: bars on a calendar by channel, and sentences in the order of the record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState, LegalBasis
from imgpolicy.domain.evidence import Evidence, Notice
from imgpolicy.domain.scope import ANY, Dimension, Scope
from imgpolicy.domain.speakers import ConsentPolicy
from imgpolicy.language import Language
from imgpolicy.phrase import Phrase, phrase
from imgpolicy.server.dates import day_in, moment_in
from imgpolicy.service.cards import Card

BEFORE = dt.timedelta(days=365)
"""How much of the calendar lies before today."""

SHOWN = 3 * 365
"""Days of it in all."""

SOON = dt.timedelta(days=60)
"""What ends within this is marked."""

SAID: Mapping[ConsentKind, Mapping[ConsentState, Phrase]] = {
    ConsentKind.PUBLICATION: {
        ConsentState.REQUESTED: phrase("was asked about pictures"),
        ConsentState.GIVEN: phrase("yes to pictures"),
        ConsentState.RENEWED: phrase("yes to pictures, once more"),
        ConsentState.REFUSED: phrase("no to pictures"),
        ConsentState.WITHDRAWN: phrase("the yes to pictures was taken back"),
        ConsentState.REVOKED: phrase("the yes to pictures was ended by somebody else"),
        ConsentState.INVALIDATED: phrase("the yes to pictures was never valid"),
        ConsentState.OBJECTED: phrase("objection to pictures"),
        ConsentState.ENTERED_IN_ERROR: phrase("a record on pictures was entered in error"),
    },
    ConsentKind.BIOMETRIC: {
        ConsentState.REQUESTED: phrase("was asked about being recognised"),
        ConsentState.GIVEN: phrase("yes to being recognised"),
        ConsentState.RENEWED: phrase("yes to being recognised, once more"),
        ConsentState.REFUSED: phrase("no to being recognised"),
        ConsentState.WITHDRAWN: phrase("the yes to being recognised was taken back"),
        ConsentState.REVOKED: phrase("the yes to being recognised was ended by somebody else"),
        ConsentState.INVALIDATED: phrase("the yes to being recognised was never valid"),
        ConsentState.OBJECTED: phrase("objection to being recognised"),
        ConsentState.ENTERED_IN_ERROR: phrase("a record on being recognised was entered in error"),
    },
}
"""What happened, in words."""

BASES: Mapping[LegalBasis, Phrase] = {
    LegalBasis.CONSENT: phrase("consent"),
    LegalBasis.CONTRACT: phrase("contract"),
    LegalBasis.LEGAL_OBLIGATION: phrase("legal obligation"),
    LegalBasis.VITAL_INTERESTS: phrase("vital interests"),
    LegalBasis.PUBLIC_TASK: phrase("public task"),
    LegalBasis.LEGITIMATE_INTERESTS: phrase("legitimate interests"),
}
"""On what it rests, in words (GDPR article 6(1))."""


LISTED: Mapping[Dimension, Phrase] = {
    Dimension.CHANNEL: phrase("channels"),
    Dimension.PURPOSE: phrase("purposes"),
    Dimension.CAMPAIGN: phrase("campaigns"),
    Dimension.AUDIENCE: phrase("audiences"),
    Dimension.TERRITORY: phrase("territories"),
    Dimension.SETTING: phrase("settings"),
    Dimension.EVENT: phrase("events"),
    Dimension.EDIT: phrase("kinds of editing"),
}
"""What is listed in each dimension, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One statement on the calendar, from `left` on, `width` wide, in hundredths of what it shows, and in words."""

    mark: str
    left: float
    width: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What was said of one channel."""

    channel: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One record in words: what it says, when, what else it says, and what proves it.

    With `error` it was entered in error, and counts no more; `may_mark` says that it still could be marked so.
    """

    id: str
    title: str
    when: str
    details: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    notice: Notice | None
    error: bool
    may_mark: bool
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Whose card is told, in which language, and by whose days."""

    card: Card
    language: Language
    policy: ConsentPolicy

    def day(self, consent: Consent) -> dt.date:
        """The day on which something was stated."""
        return self.policy.day(consent.at)

    def on(self, consent: Consent) -> str:
        """That day in words."""
        return day_in(self.day(consent), self.language)


def years(today: dt.date) -> list[tuple[float, int]]:
    """The years that begin on the calendar, and where, in hundredths."""
    begins = today - BEFORE
    first = [dt.date(year, 1, 1) for year in range(begins.year, begins.year + 5)]
    last = begins + dt.timedelta(days=SHOWN)
    return [(hundredths(day, today), day.year) for day in first if begins < day < last]


def hundredths(day: dt.date, today: dt.date) -> float:
    """Where a day lies on the calendar, from 0 to 100."""
    return round(min(100.0, max(0.0, 100 * (day - (today - BEFORE)).days / SHOWN)), 2)


def rows(by: Teller) -> list[Row]:
    """What was said, by channel, and of being recognised; what was entered in error is left out."""
    card, word = by.card, by.language.word
    errors = _errors(card.consents)
    said = [one for one in card.consents if (one.gives or one.denies) and one.id not in errors]
    publication = [one for one in said if one.kind is ConsentKind.PUBLICATION]
    channels = sorted({channel for one in publication for channel in one.scope.channels} - {ANY})
    found: list[tuple[str, Sequence[Consent]]] = [
        (name, [one for one in publication if not one.scope.channels or one.scope.channels & {name, ANY}])
        for name in channels
    ]
    if not channels and publication:
        found = [(word("every channel"), publication)]
    recognised = [one for one in said if one.kind is ConsentKind.BIOMETRIC]
    if recognised:
        found.append((word("being recognised"), recognised))
    return [Row(channel=name, bars=tuple(_bars(by, of_it))) for name, of_it in found]


def _errors(consents: Iterable[Consent]) -> set[str | None]:
    return {one.about for one in consents if one.state is ConsentState.ENTERED_IN_ERROR}


def _bars(by: Teller, statements: Sequence[Consent]) -> Iterator[Bar]:
    today = by.policy.today()
    for one in statements:
        days = (one.valid_until, _taken_back(by, one, statements))
        ends = min((day for day in days if day is not None), default=None)
        left = hundredths(one.valid_from or by.day(one), today)
        right = 100.0 if ends is None else hundredths(ends, today)
        yield Bar(
            mark=_mark(one, ends, today),
            left=left,
            width=round(max(0.5, right - left), 2),
            words=_bar_words(by, one, ends),
        )


def _mark(consent: Consent, ends: dt.date | None, today: dt.date) -> str:
    if consent.denies:
        return "said-no"
    if ends is None or ends > today + SOON:
        return "yes"
    return "over" if ends < today else "ends"


def _taken_back(by: Teller, consent: Consent, statements: Sequence[Consent]) -> dt.date | None:
    """The day from which a later no of the same speaker leaves nothing of a yes on this channel; None without one."""
    noes = (
        by.day(one)
        for one in statements
        if consent.gives and one.denies and one.given_by == consent.given_by and one.at >= consent.at
        if one.about in {None, consent.id} and not (one.scope.purposes and consent.scope.purposes - one.scope.purposes)
    )
    return min(noes, default=None)


def _bar_words(by: Teller, consent: Consent, ends: dt.date | None) -> str:
    word = by.language.word
    if consent.denies:
        said = word("no, since {day}", day=by.on(consent))
    else:
        said = word("without end") if ends is None else word("until {day}", day=day_in(ends, by.language))
    purposes = ", ".join(_words(consent.scope.purposes, by.language))
    who = "" if consent.given_by is None else speaker(by, consent)
    parts = (said, purposes, who) if consent.denies else (purposes, said, who)
    return " · ".join(part for part in parts if part)


def speaker(by: Teller, consent: Consent) -> str:
    """Who said it, by name where it is known."""
    if consent.given_by is None:
        return by.card.person.name
    return by.card.names.get(consent.given_by) or by.language.word("somebody who was erased since")


def _words(words: Iterable[str], language: Language) -> list[str]:
    return [language.word("all") if word == ANY else word for word in sorted(words)]


def history(by: Teller) -> list[Told]:
    """Every record in words, the last one first."""
    card = by.card
    errors, notices = _errors(card.consents), {one.id: one for one in card.notices}
    return [
        Told(
            id=one.id,
            title=title(by, one),
            when=moment_in(one.at, by.language),
            details=details(by, one),
            evidence=tuple(file for file in card.evidence if file.consent == one.id),
            notice=notices.get(one.notice or ""),
            error=one.id in errors,
            may_mark=one.id not in errors and one.state is not ConsentState.ENTERED_IN_ERROR,
            mark="yes" if one.gives else "said-no" if one.denies else "other",
        )
        for one in reversed(card.consents)
    ]


def title(by: Teller, consent: Consent) -> str:
    """What happened, in words."""
    return by.language.say(SAID[consent.kind][consent.state])


def details(by: Teller, consent: Consent) -> tuple[str, ...]:
    """What a record says, in words, but for what happened and when."""
    return (*_covered(by, consent), *_told(by, consent))


def _covered(by: Teller, consent: Consent) -> Iterator[str]:
    word = by.language.word
    yield from _scope(consent.scope, by.language)
    for left_out in _scope(consent.excluded, by.language):
        yield word("but not {what}", what=left_out)
    if consent.denies and consent.about is None and not consent.scope and consent.kind is ConsentKind.PUBLICATION:
        yield word("all of it")
    if consent.valid_from is not None:
        yield word("from {day}", day=day_in(consent.valid_from, by.language))
    if consent.valid_until is not None:
        yield word("until {day}", day=day_in(consent.valid_until, by.language))
    if consent.max_publications is not None:
        most, used = consent.max_publications, consent.used
        yield word("posts at most: {count}, of which there are {used}", count=most, used=used)


def _told(by: Teller, consent: Consent) -> Iterator[str]:
    word = by.language.word
    if consent.basis is not LegalBasis.CONSENT:
        yield word("on the basis of {basis}", basis=BASES[consent.basis])
    if consent.state is ConsentState.ENTERED_IN_ERROR:
        names = ", ".join(name for name in (consent.by, consent.second) if name)
        yield word("{names} answers for that", names=names)
    elif consent.given_by is not None:
        yield word("said by {name}", name=speaker(by, consent))
    if consent.about is not None:
        yield _about(by, consent.about)
    if consent.collected:
        yield word("collected: {how}", how=consent.collected)
    if consent.reason:
        yield word("reason: {reason}", reason=consent.reason)


def _about(by: Teller, record: str) -> str:
    """Which record it is about, in words."""
    for one in by.card.consents:
        if one.id == record:
            return by.language.word("about the record of {day}: {what}", day=by.on(one), what=title(by, one))
    return by.language.word("about the record {id}", id=record)


def _scope(scope: Scope, language: Language) -> Iterator[str]:
    for dimension, words in scope.items():
        if words:
            yield f"{language.say(LISTED[dimension])}: {', '.join(_words(words, language))}"


def in_short(by: Teller, consent: Consent) -> str:
    """One record in one line, as it is chosen among others."""
    return " · ".join((title(by, consent), by.on(consent), *_scope(consent.scope, by.language)))
