"""Record and list what covers a posting and what takes it back: people's consents, and licences to works.

statement ─► laws ─► recorded with its proof and all that follows: in one transaction
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from imgpolicy.domain.consent import Consent, ConsentState
from imgpolicy.domain.cover import last_denials, standing
from imgpolicy.domain.evidence import Evidence
from imgpolicy.domain.licence import Licence
from imgpolicy.domain.publication import Due, LicenceDue, Publication, Takedown
from imgpolicy.domain.scope import ANY, AUDIENCES, Scope
from imgpolicy.domain.speakers import ConsentPolicy
from imgpolicy.domain.words import folded
from imgpolicy.errors import RequestError
from imgpolicy.opening import RegisterPolicy
from imgpolicy.phrase import phrase
from imgpolicy.register.consents import due, record_consent, renewal
from imgpolicy.register.evidence import add_evidence, add_licence_evidence, add_notice, licence_evidence
from imgpolicy.register.faces import faces
from imgpolicy.register.licences import add_licence, end_licence, licences, licences_due
from imgpolicy.register.people import person
from imgpolicy.register.publications import takedowns
from imgpolicy.register.resting import nothing_rests
from imgpolicy.register.statements import consent as consent_record
from imgpolicy.register.statements import consents
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.register.works import work as known_work
from imgpolicy.service.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A file that proves a statement: its name and its bytes."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeText:
    """The notice that was shown to somebody before they said yes."""

    version: str
    language: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A consent as it is kept, and the posts that must come down by it.

    `ends` are the denials of the same speaker that were the last word until this yes. `alone` is True for a minor's own
    yes, which covers nothing without a guardian's.
    """

    consent: Consent
    takedowns: tuple[Takedown, ...] = ()
    ends: tuple[Consent, ...] = ()
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What a denial would take with it: consents in force that end, posts that come down, and how many face vectors.

    `pictures` counts those of the archive that are a go and show the person, or may: each is judged again then.
    """

    consents: tuple[Consent, ...]
    posts: tuple[Publication, ...]
    faces: int
    pictures: int = 0

    @property
    def nothing(self) -> bool:
        """True when nothing would end."""
        return not (self.consents or self.posts or self.faces or self.pictures)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvedLicence:
    """A licence, and the files that prove it."""

    licence: Licence
    files: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownWord:
    """A word that the policy does not know, as what it is named, and what it knows as that."""

    what: str
    word: str
    known: frozenset[str]


class Scoped(Protocol):
    """What names the words of a policy: a consent or a licence."""

    @property
    def scope(self) -> Scope: ...
    @property
    def excluded(self) -> Scope: ...


def state_consent(
    workspace: Workspace,
    consent: Consent,
    *,
    stated: dt.date | None = None,
    proof: Sequence[Proof] = (),
    notice: NoticeText | None = None,
) -> Stated:
    """The statement as it is kept, given or denied, with its proof and the notice: all, or nothing.

    `stated` is the day on which it was said, where that is not known better: a yes counts from the beginning of that
    day, and anything else from its end. A denial of biometrics takes the person's face vectors with it, and their bytes
    out of the register's files.

    Raises RequestError as `accept_words` does, RegisterError when the register refuses.
    """
    accept_words(workspace.kept, consent)
    if stated is not None:
        consent = replace(consent, at=_moment(workspace.kept.consents, stated, consent))
    with workspace.register.writing() as unit:
        before = consents(unit, consent.person)
        if notice is not None:
            consent = replace(consent, notice=add_notice(unit, notice.version, notice.language, notice.text).id)
        return _stated(unit, _recorded(unit, consent, proof), before)


def statement(workspace: Workspace, consent_id: str) -> Stated:
    """What was stated in this record, and came of it, tasks that are done too; RegisterError when there is none."""
    with workspace.register.reading() as unit:
        recorded = consent_record(unit, consent_id)
        before = [one for one in consents(unit, recorded.person) if one.id != recorded.id]
        return _stated(unit, recorded, before)


def _stated(unit: UnitOfWork, recorded: Consent, before: Sequence[Consent]) -> Stated:
    """A statement that is on record, with what comes of it; `before` is what was said by then."""
    tasks = takedowns(unit, consent=recorded.id)
    if not recorded.gives:
        return Stated(consent=recorded, takedowns=tasks)
    alone = person(unit, recorded.person).child(unit.policy.day(recorded.at)) and recorded.given_by is None
    return Stated(consent=recorded, takedowns=tasks, ends=last_denials(before, recorded), alone=alone)


def _moment(policy: ConsentPolicy, stated: dt.date, consent: Consent) -> dt.datetime:
    """When a statement counts from that was made on that day; RequestError for a day that no clock has."""
    try:
        return policy.first_moment(stated) if consent.gives else policy.last_moment(stated)
    except (OverflowError, ValueError) as error:
        raise RequestError(phrase("{stated} is no day on which anybody said anything", stated=str(stated))) from error


def mark_entered_in_error(
    workspace: Workspace, consent_id: str, *, by: str, reason: str, second: str | None = None
) -> Stated:
    """The mark that nobody ever said what this record says, a yes or a no; the record stays, and counts no more.

    With the posts that must come down by it.

    Raises RequestError where the policy asks for a second person and none is named, RegisterError when there is no such
    record, or it is marked already.
    """
    accept_mark(workspace.kept, second)
    with workspace.register.writing() as unit:
        return mark_in(unit, consent_record(unit, consent_id), by=by, second=second, reason=reason)


def mark_in(unit: UnitOfWork, marked: Consent, *, by: str, second: str | None, reason: str) -> Stated:
    """The mark, recorded in this unit; who answers for it was accepted by `accept_mark`."""
    mark = Consent(
        person=marked.person,
        kind=marked.kind,
        state=ConsentState.ENTERED_IN_ERROR,
        about=marked.id,
        by=by,
        second=second,
        reason=reason,
    )
    recorded = record_consent(unit, mark)
    return Stated(consent=recorded, takedowns=takedowns(unit, consent=recorded.id))


def accept_mark(policy: RegisterPolicy, second: str | None) -> None:
    """Nothing, when so many people answer for an error in a record as the policy asks for; else RequestError."""
    if policy.second_person and second is None:
        raise RequestError(phrase("the policy asks for two people: name the second one"))


def reach(workspace: Workspace, denial: Consent) -> Reach:
    """What would end by this denial if it were stated now; nothing is kept of it.

    A denial of some channels or purposes ends no consent: each goes on with the rest. Raises what `state_consent` does,
    and RequestError for what is no denial.
    """
    if not denial.denies:
        raise RequestError(phrase("only a no reaches anything: {state} is none", state=denial.state.value))
    accept_words(workspace.kept, denial)
    pictures = _pictures(workspace, denial.person)
    found: list[Reach] = []
    with contextlib.suppress(_NotKeptError), workspace.register.writing() as unit:
        before, held = _in_force(unit, denial), _faces_of(unit, denial.person)
        recorded = record_consent(unit, denial)
        of_all = denial.about is None and not denial.scope  # then nobody's yes covers anything, whoever gave it
        after = set[str]() if of_all else {consent.id for consent in _in_force(unit, denial)}
        found.append(
            Reach(
                consents=tuple(consent for consent in before if consent.id not in after),
                posts=tuple(task.publication for task in takedowns(unit, consent=recorded.id)),
                faces=held - _faces_of(unit, denial.person),
                pictures=pictures,
            )
        )
        raise _NotKeptError
    (reached,) = found
    return reached


def renew_consent(
    workspace: Workspace,
    consent_id: str,
    *,
    until: dt.date | None,
    collected: str | None = None,
    proof: Sequence[Proof] = (),
) -> Consent:
    """The renewal of a consent until another day, recorded with its proof: its scope, less what was denied since.

    Raises RegisterError when there is none that could be renewed.
    """
    with workspace.register.writing() as unit:
        return _recorded(unit, renewal(unit, consent_id, until, collected), proof)


def record_licence(workspace: Workspace, licence: Licence, *, proof: Sequence[Proof] = ()) -> Licence:
    """The licence as it is kept, with its proof: all, or nothing.

    Raises RequestError as `accept_words` does, RegisterError when the register refuses.
    """
    accept_words(workspace.kept, licence)
    with workspace.register.writing() as unit:
        recorded = add_licence(unit, licence)
        for file in proof:
            add_licence_evidence(unit, recorded.id, file.name, file.content)
    return recorded


def close_licence(workspace: Workspace, licence_id: str, reason: str) -> tuple[Licence, tuple[Takedown, ...]]:
    """The licence with its end, and the posts that must come down by it; RegisterError when it is not there to end."""
    with workspace.register.writing() as unit:
        return end_licence(unit, licence_id, reason)


def consents_of(workspace: Workspace, person: str | None = None) -> tuple[Consent, ...]:
    """What a person, or everybody, said, each statement as it was recorded; RegisterError when they are not there."""
    with workspace.register.reading() as unit:
        return consents(unit, person)


def consents_due(workspace: Workspace, days: int) -> tuple[Due, ...]:
    """The consents that end within so many days from today, or have ended while posts rest on them.

    After them, the people on whom nothing rests any more, and whom the policy does not ask to keep.
    """
    with workspace.register.reading() as unit:
        today = unit.today()
        return (*due(unit, today, days), *nothing_rests(unit, today))


def licences_to(workspace: Workspace, work: str | None = None) -> tuple[ProvedLicence, ...]:
    """The licences to a work, or all, ended ones too; RegisterError when the work is not there."""
    with workspace.register.reading() as unit:
        if work is not None:
            known_work(unit, work)
        every = licences(unit, work)
        files: dict[str | None, list[Evidence]] = {}
        for file in licence_evidence(unit):
            files.setdefault(file.licence, []).append(file)
    return tuple(ProvedLicence(licence=one, files=tuple(files.get(one.id, ()))) for one in every)


def licences_ending(workspace: Workspace, days: int) -> tuple[LicenceDue, ...]:
    """The licences that end within so many days from today, or have ended while posts rest on them."""
    with workspace.register.reading() as unit:
        return licences_due(unit, unit.policy.today(), days)


def accept_words(policy: RegisterPolicy, stated: Scoped) -> None:
    """Nothing, when the policy knows every channel, purpose, audience and setting that is named, however it is written.

    RequestError for one that it does not know: such a word would never cover anything, and never take anything back.
    """
    for unknown in unknown_words(policy, stated):
        known = ", ".join(sorted(unknown.known))
        raise RequestError(
            phrase(
                "the policy does not know the {what} {word}; it knows {known}",
                what=unknown.what,
                word=repr(unknown.word),
                known=known,
            )
        )


def unknown_words(policy: RegisterPolicy, stated: Scoped) -> Iterator[UnknownWord]:
    """The channels, purposes, audiences and settings that are named and that the policy does not know."""
    for scope in (stated.scope, stated.excluded):
        named = (
            (phrase("channel"), scope.channels, {*policy.channels, *policy.consents.former_channels}),
            (phrase("purpose"), scope.purposes, policy.purposes),
            (
                phrase("audience"),
                scope.audiences,
                {*AUDIENCES, *(channel.audience for channel in policy.channels.values())},
            ),
            (phrase("setting"), scope.settings, policy.settings),
        )
        for what, given, known in named:
            plainly = {ANY, *map(folded, known)}
            for word in sorted(word for word in given if folded(word) not in plainly):
                yield UnknownWord(what=what, word=word, known=frozenset(known))


class _NotKeptError(Exception):
    """Undoes what was only tried."""


def _in_force(unit: UnitOfWork, denial: Consent) -> list[Consent]:
    """Of what the person allowed of this kind, what stands and has not ended."""
    stands = standing(consents(unit, denial.person))
    return [consent for consent in stands if consent.kind is denial.kind and not consent.ended(unit.policy.today())]


def _pictures(workspace: Workspace, person_id: str) -> int:
    if not workspace.register.has_archive:
        return 0
    with workspace.register.archive.search() as search:
        return search.count_go(person_id)


def _faces_of(unit: UnitOfWork, person: str) -> int:
    return sum(held.count for held in faces(unit, person))


def _recorded(unit: UnitOfWork, consent: Consent, proof: Sequence[Proof]) -> Consent:
    recorded = record_consent(unit, consent)
    for file in proof:
        add_evidence(unit, recorded.person, file.name, file.content, consent=recorded.id)
    return recorded
