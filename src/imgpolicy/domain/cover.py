"""Whether what was said about a person covers a posting: every speaker is heard, and a no stands until they end it.

    statements ─► what nobody ever said left out ─► by speaker ─► no's that stand ─► the yes's that are needed

Pure: no SQL, no clock.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.grant import Coverage, CoverStatus, weigh, weigh_days
from imgpolicy.domain.person import Person
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.scope import ANY, excepts, reaches, renamed, renamed_posting
from imgpolicy.domain.speakers import ConsentPolicy, Guardians, Stage, guardians_word_ends, of_age_since, stage
from imgpolicy.domain.words import folded
from imgpolicy.phrase import phrase

Statements = list[Consent]
_Recency = tuple[dt.datetime, bool, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """What statements of one kind are asked on a day: which denials and exceptions reach it, what yes's come to."""

    kind: ConsentKind
    on: dt.date
    denied: Callable[[Consent], bool]
    excepted: Callable[[Consent], bool]
    weigh: Callable[[Sequence[Consent]], Coverage | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """A person, the laws of their consents, the question, and what was said to it, by speaker: None is the person."""

    about: Person
    policy: ConsentPolicy
    question: _Question
    by: Mapping[str | None, Statements]


def cover(about: Person, consents: Iterable[Consent], posting: Posting, policy: ConsentPolicy) -> Coverage:
    """Whether one person's publication consents cover the posting, and why; the order of `consents` is no matter.

    A denial beats every yes that the same speaker stated before it or at the same moment, where it touches the posting,
    and so does an exception in a later yes. It beats what others say until its speaker says yes; a person of age ends
    by theirs what guardians denied. Of several consents that cover, the one valid longest is relied on; where a child
    and their guardians must all agree, the one that ends first, or that is for the fewest publications more.
    """
    posting = renamed_posting(posting, policy.former_channels)
    question = _Question(
        kind=ConsentKind.PUBLICATION,
        on=posting.day,
        denied=lambda denial: reaches(denial.scope, posting),
        excepted=lambda given: excepts(given.excluded, posting),
        weigh=partial(weigh, posting=posting),
    )
    said = [_by_todays_names(consent, policy) for consent in _meant(consents, question.kind)]
    return _decided(about, said, question, policy) or _nothing_said(said, policy)


def unknown_denied_channels(
    about: Person, consents: Sequence[Consent], posting: Posting, policy: ConsentPolicy
) -> tuple[str, ...]:
    """The channels that somebody denied, that the policy does not know, and that may be the one of the posting.

    None where the posting is not covered as it is, or would be if they were.
    """
    found = sorted({word for consent in consents for word in _unknown(consent, policy)})
    if not found or not cover(about, consents, posting, policy).covered:
        return ()
    meant = [_of_any_channel(consent) if _unknown(consent, policy) else consent for consent in consents]
    return () if cover(about, meant, posting, policy).covered else tuple(found)


def biometric_consent(about: Person, consents: Iterable[Consent], on: dt.date, policy: ConsentPolicy) -> Consent | None:
    """The consent under which one person's face may be recognised on that day, or None."""
    question = _Question(
        kind=ConsentKind.BIOMETRIC,
        on=on,
        denied=lambda _: True,
        excepted=lambda _: False,
        weigh=partial(weigh_days, on=on),
    )
    said = _meant(consents, question.kind)
    coverage = _decided(about, said, question, policy)
    if coverage is None or not coverage.covered:
        return None
    return next(consent for consent in said if consent.id == coverage.record)


def standing(consents: Iterable[Consent]) -> list[Consent]:
    """What one person's speakers gave and have not taken back altogether, or that record; renewed ones left out."""
    every, given = list(consents), list[Consent]()
    for kind in ConsentKind:
        said = _meant(every, kind)
        for own in _by_speaker(said).values():
            given += _untaken(own, [denial for denial in own if denial.denies and not denial.scope], said)
    renewed = {consent.about: consent.at for consent in sorted(given, key=lambda c: c.at) if consent.about}
    return [c for c in given if renewed.get(c.about or c.id, c.at) <= c.at]


def in_force(about: Person, consents: Iterable[Consent], policy: ConsentPolicy) -> list[tuple[Consent, dt.date | None]]:
    """What stands of what was given for one person by whoever speaks for them, each with its last day, None being none.

    It may have ended.
    """
    word_ends = guardians_word_ends(about, policy)
    own = [(given, given.valid_until) for given in standing(consents) if given.given_by is None]
    theirs = [(given, given.valid_until) for given in standing(consents) if given.given_by in about.guardians]
    return own + [(given, word_ends if last is None else min(last, word_ends or last)) for given, last in theirs]


def said_no(consents: Iterable[Consent]) -> bool:
    """True when somebody said no to more than one record, of one kind or the other, and that was no error.

    Such a no never runs out: where a yes that followed it has ended, it is the last word again.
    """
    every = list(consents)
    return any(one.denies and one.about is None for kind in ConsentKind for one in _meant(every, kind))


def _by_todays_names(consent: Consent, policy: ConsentPolicy) -> Consent:
    scope, excluded = (renamed(one, policy.former_channels) for one in (consent.scope, consent.excluded))
    return (
        consent
        if (scope, excluded) == (consent.scope, consent.excluded)
        else replace(consent, scope=scope, excluded=excluded)
    )


def _unknown(consent: Consent, policy: ConsentPolicy) -> set[str]:
    """The channels that this statement denies, or leaves out, and that the policy does not know."""
    if policy.channels is None:
        return set()
    denied = consent.scope.channels if consent.denies else consent.excluded.channels
    known = {ANY, *policy.channels, *policy.former_channels}
    return {word for word in denied if folded(word) not in known}


def _of_any_channel(consent: Consent) -> Consent:
    everywhere = frozenset({ANY})
    if consent.denies:
        return replace(consent, scope=replace(consent.scope, channels=everywhere))
    return replace(consent, excluded=replace(consent.excluded, channels=everywhere))


def last_denials(consents: Iterable[Consent], given: Consent) -> tuple[Consent, ...]:
    """Of what was said before, the denials by the speaker of this yes that no yes of theirs followed."""
    own = [one for one in _meant(consents, given.kind) if one.given_by == given.given_by and one.at < given.at]
    last = max((one.at for one in own if one.gives), default=None)
    return tuple(one for one in own if one.denies and one.about is None and (last is None or one.at >= last))


def _meant(consents: Iterable[Consent], kind: ConsentKind) -> Statements:
    """The statements of this kind and the marks of errors, without what nobody ever said."""
    every = [consent for consent in consents if consent.kind is kind]
    never_said = {consent.about for consent in every if consent.state is ConsentState.ENTERED_IN_ERROR}
    return [consent for consent in every if consent.id not in never_said]


def _decided(about: Person, said: Statements, question: _Question, policy: ConsentPolicy) -> Coverage | None:
    """What the statements come to; None when nobody said anything that bears on it."""
    heard = _Heard(about=about, policy=policy, question=question, by=_by_speaker(said))
    ended = [denial for denial in said if denial.denies and denial.about is not None]
    blocks = [block for speaker in heard.by if (block := _block(heard, speaker, said)) is not None]
    if blocks:
        return max(blocks, key=lambda pair: pair[0])[1]
    agreed = _agreed(heard, said)
    if ended and not (agreed and agreed.covered):
        return _denied(max(ended, key=_recency), policy)
    return agreed


def _by_speaker(said: Iterable[Consent]) -> Mapping[str | None, Statements]:
    by: dict[str | None, Statements] = defaultdict(list)
    for consent in said:
        by[consent.given_by].append(consent)
    return by


def _block(heard: _Heard, speaker: str | None, said: Statements) -> tuple[_Recency, Coverage] | None:
    """The no of this speaker that stands, with how recent it is; None when there is none or they said yes since.

    What a guardian denied ends by a yes of the person too, once they are of age.
    """
    own, question = heard.by[speaker], heard.question
    denials = _denials(own, question)
    exceptions = _exceptions(own, denials, question)
    if not denials and not exceptions:
        return None
    ending = _grants(heard, speaker, said)
    if speaker is not None and stage(heard.about, question.on, heard.policy) is Stage.ADULT:
        since = of_age_since(heard.about)
        theirs = [c for c in _grants(heard, None, said) if since is None or heard.policy.day(c.at) >= since]
        ending += [c for c in theirs if all(c.at > no.at for no in (*denials, *exceptions))]
    coverage = question.weigh(ending)
    if coverage is not None and coverage.covered:
        return None
    last = max((*denials, *exceptions), key=_recency)
    if last.denies:
        return _recency(last), _denied(last, heard.policy)
    reached = question.weigh([last])
    return None if reached is None else (_recency(last), reached)


def _denials(own: Iterable[Consent], question: _Question) -> Statements:
    """The denials that touch what is asked; one of a single record takes that back, and nothing else."""
    return [denial for denial in own if denial.denies and denial.about is None and question.denied(denial)]


def _exceptions(own: Statements, denials: Statements, question: _Question) -> Statements:
    """The yes's that leave out what is asked: a no from then on. A renewal repeats what was left out before it."""
    leave_out = [consent for consent in own if consent.gives and question.excepted(consent)]
    known = {consent.id for consent in leave_out}
    return [
        consent
        for consent in leave_out
        if consent.state is not ConsentState.RENEWED
        or not (consent.about in known or any(denial.at <= consent.at for denial in denials))
    ]


def _grants(heard: _Heard, speaker: str | None, said: Statements) -> Statements:
    """The yes's of this speaker that nothing of their own took back, with the last day that they can have.

    One that leaves out what is asked stays among them, to say so.
    """
    own, question = heard.by.get(speaker, []), heard.question
    denials = _denials(own, question)
    exceptions = _exceptions(own, denials, question)
    since = max((exception.at for exception in exceptions), default=None)
    given = [
        consent
        for consent in _untaken(own, denials, said)
        if since is None or consent.at > since or consent in exceptions
    ]
    if speaker is None:
        return given
    last = guardians_word_ends(heard.about, heard.policy)
    return [c if last is None else replace(c, valid_until=min(c.valid_until or last, last)) for c in given]


def _untaken(own: Iterable[Consent], denials: Sequence[Consent], said: Iterable[Consent]) -> Statements:
    """What was given after each of these denials, less each record that anybody took back since.

    A yes and its renewals are one: who takes back one of them takes back all, and a yes that nobody ever said has none.
    """
    said = list(said)
    last = max((denial.at for denial in denials if denial.about is None), default=None)
    renews = {consent.id: consent.about for consent in said if consent.state is ConsentState.RENEWED}
    taken = [(_root(one.about, renews), one) for one in said if one.about is not None and not one.gives]
    return [
        consent
        for consent in own
        if consent.gives
        and (last is None or consent.at > last)
        and not any(
            root == _root(consent.id, renews) and (not one.denies or one.at >= consent.at) for root, one in taken
        )
    ]


def _root(consent: str, renews: Mapping[str, str | None]) -> str:
    """The id of the consent that a renewal, or a renewal of one, goes back to."""
    seen = set[str]()
    while consent not in seen:
        seen.add(consent)
        consent = renews.get(consent) or consent
    return consent


def _agreed(heard: _Heard, said: Statements) -> Coverage | None:
    """What those who must agree on that day come to; None when none of them said anything."""
    about, policy, question = heard.about, heard.policy, heard.question
    when = stage(about, question.on, policy)
    own = _of_discretion(heard, _grants(heard, None, said))
    theirs = {guardian: _grants(heard, guardian, said) for guardian in sorted(about.guardians)}
    alone = question.weigh(own)
    if when is Stage.ADULT and ((alone and alone.covered) or not any(theirs.values())):
        return alone
    words = [_guardians_agree(theirs, question, policy) or (_guardians_are_missing() if own else None)]
    # In the days of grace those must have agreed who had to on the last day before them.
    if when is Stage.YOUNG or (when is Stage.ADULT and _was_young(about, policy)):
        words.append(alone or _own_is_missing(policy))
    return _all_of(words, said)


def _was_young(about: Person, policy: ConsentPolicy) -> bool:
    """True when on the last day before they came of age their own yes was needed besides the guardians'."""
    of_age = about.of_age
    return of_age is not None and stage(about, of_age - dt.timedelta(days=1), policy) is Stage.YOUNG


def _of_discretion(heard: _Heard, own: Statements) -> Statements:
    """Those of a person's own yes's that were said from the age on at which it counts.

    Of somebody who had a guardian and no birth date that is the day on which it was stated that they are of age.
    """
    about = heard.about
    from_then = about.turns(heard.policy.own_from)
    if from_then is None and about.adult is not None and about.had_guardians:
        from_then = about.adult.on
    return [c for c in own if from_then is None or heard.policy.day(c.at) >= from_then]


def _guardians_agree(theirs: Mapping[str, Statements], question: _Question, policy: ConsentPolicy) -> Coverage | None:
    every = [consent for given in theirs.values() for consent in given]
    if policy.guardians is Guardians.ONE:
        return question.weigh(every)
    words = [question.weigh(given) or _guardian_is_missing(guardian) for guardian, given in theirs.items()]
    return _all_of(words, every)


def _all_of(words: Sequence[Coverage | None], said: Iterable[Consent]) -> Coverage | None:
    """The first of these that does not cover, else the one that ends first; None for one that is not there.

    It rests on the one that is for the fewest publications more, so that none of several limits is passed unseen.
    """
    lacking = [word for word in words if word is None or not word.covered]
    if lacking:
        return lacking[0]
    covering = [word for word in words if word is not None]
    left = {one.id: one.max_publications - one.used for one in said if one.max_publications is not None}
    first = min(covering, key=lambda word: (word.until or dt.date.max, word.record or ""), default=None)
    limited = [word.record for word in covering if word.record is not None and word.record in left]
    if first is None or not limited:
        return first
    return replace(first, record=min(limited, key=lambda record: (left[record], record)))


def _guardians_are_missing() -> Coverage:
    return Coverage(status=CoverStatus.NONE, reason=phrase("no guardian's consent to publication is on record"))


def _own_is_missing(policy: ConsentPolicy) -> Coverage:
    reason = phrase("from {age} years on their own consent is needed too, and none is on record", age=policy.own_from)
    return Coverage(status=CoverStatus.NONE, reason=reason)


def _guardian_is_missing(guardian: str) -> Coverage:
    reason = phrase("every guardian must agree, and no consent of '{guardian}' is on record", guardian=guardian)
    return Coverage(status=CoverStatus.NONE, reason=reason)


def _denied(denial: Consent, policy: ConsentPolicy) -> Coverage:
    status = CoverStatus.REFUSED if denial.state is ConsentState.REFUSED else CoverStatus.WITHDRAWN
    return Coverage(status=status, reason=_how_denied(denial.state, str(policy.day(denial.at))), record=denial.id)


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


def _nothing_said(said: Statements, policy: ConsentPolicy) -> Coverage:
    asked = [consent for consent in said if consent.state is ConsentState.REQUESTED]
    if not asked:
        return Coverage(status=CoverStatus.NONE, reason=phrase("no consent to publication is on record"))
    last = max(asked, key=_recency)
    reason = phrase("consent was requested on {day} and not given", day=str(policy.day(last.at)))
    return Coverage(status=CoverStatus.NONE, reason=reason, record=last.id)


def _recency(statement: Consent) -> _Recency:
    """Later ones are greater; of one moment a withdrawal before a refusal, so that neither order nor ids decide."""
    return (statement.at, statement.state is not ConsentState.REFUSED, statement.state.value, statement.id)
