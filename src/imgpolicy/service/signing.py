"""What somebody does with a link: read the form, answer it once, and take back by the receipt what they allowed.

link ─► form ─► answer ─► records with their proof, and a receipt: in one transaction
A receipt shows and takes back; nothing is ever granted by it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.form import Form, ShownForm, Use
from imgpolicy.domain.ids import new_id
from imgpolicy.domain.person import Person
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.publication import Takedown
from imgpolicy.domain.request import Answer, ConsentRequest, RequestState, Said, Whom, check_said
from imgpolicy.domain.scope import Scope, reaches
from imgpolicy.domain.words import folded
from imgpolicy.errors import RequestError
from imgpolicy.language import Language, LanguageCode, language
from imgpolicy.phrase import phrase
from imgpolicy.register import requests as kept
from imgpolicy.register.consents import record_consent
from imgpolicy.register.evidence import add_evidence, add_notice
from imgpolicy.register.people import people, person
from imgpolicy.register.publications import takedowns
from imgpolicy.register.statements import consents
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.render.consent_form import evidence_text, shown_form
from imgpolicy.render.signature import signature_name
from imgpolicy.service.workspace import Workspace

MOST_ANSWERS = 2_000
"""Answers to one link: our own choice, above any event that we heard of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A form that a link leads to. `name` is whom it is about, None for a link that many use.

    `whom` is for whom somebody answers; None where they have to say it first. With `portrait` a photograph may come
    along from which the face is learnt: never by a link that many use, as nobody knows whose it would be.
    """

    request: ConsentRequest
    form: Form
    whom: Whom | None
    name: str | None = field(repr=False)
    recognition: bool
    portrait: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """An answer as it is kept, and the secret of its receipt, which is shown now or never."""

    answer: Answer
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What was answered, and what of it stands. `until` is the last day of it; None where nothing was allowed."""

    answer: Answer
    form: Form
    stands: tuple[Use, ...]
    recognition: bool
    until: dt.date | None
    name: str = field(repr=False)

    @property
    def nothing_left(self) -> bool:
        """True when there is nothing to take back."""
        return not (self.stands or self.recognition)


def opened(workspace: Workspace, secret: str) -> Opened | None:
    """What the link with this secret leads to; None when it leads nowhere: it is none, was used, taken back or is over.

    That somebody looked is noted once. RegisterError when what is kept of it was altered.
    """
    with workspace.register.reading() as unit:
        found = _open(unit, secret)
        if found is None:
            return None
        shown = _opened(workspace, unit, found)
    if found.state is RequestState.REQUESTED and not found.shared:
        with workspace.register.writing() as unit:
            again = _open(unit, secret)
            if again is not None and again.state is RequestState.REQUESTED:
                kept.change_request(unit, again, RequestState.OPENED)
    return shown


def shown(workspace: Workspace, found: Opened, whom: Whom, code: str) -> ShownForm:
    """The form as it is read and signed, in this language or its first, for whoever answers for themself or a child."""
    return shown_form(
        found.form, _language(found.form, code), whom, recognition=_asks_of_the_face(workspace, found, whom)
    )


def sign(workspace: Workspace, secret: str, said: Said, code: str, *, portrait: bytes | None = None) -> Signed:
    """The answer as it is kept, and its receipt: it is on record with the text that was shown, or nothing is.

    By a link that many use a yes covers nobody until somebody says whose it is; a no counts at once for everybody of
    that name. `portrait` is what `learning.portrait_of` made of a photograph that came along.
    RequestError when the link leads nowhere any more, a question is left open, one is answered that was not asked, or a
    portrait came without a yes to recognition; RegisterError when the register refuses.
    """
    with workspace.register.writing() as unit:
        request = _open(unit, secret)
        if request is None:
            raise RequestError(phrase("this link was used, was taken back, or is over: ask for another"))
        found = _opened(workspace, unit, request)
        if found.whom is not None and said.whom is not found.whom:
            raise RequestError(phrase("the form was for somebody else: open the link again"))
        recognition = found.form.biometric and _asks_of_the_face(workspace, found, said.whom)
        check_said(said, found.form, unit.policy.today(), recognition=recognition)
        if portrait is not None and not (found.portrait and said.recognition):
            raise RequestError(phrase("a photograph comes along only with a yes to recognition: send your answer anew"))
        answer = Answer(
            request=request.id,
            form=found.form.id,
            language=found.form.wording(code).language,
            at=dt.datetime.now(dt.UTC),
            said=said,
            person=request.person,
            speaker=request.speaker,
            portrait=portrait,
        )
        if request.shared:
            _accept_one_more(unit, request)
            answer = replace(answer, consents=_deny_by_name(unit, answer))
        else:
            answer = record_answer(unit, answer, found.form, recognition=recognition)
            request = kept.change_request(unit, request, said.state)
        if portrait is not None:
            kept.await_portrait(unit, request, answer.id)
        return Signed(answer=answer, secret=kept.add_answer(unit, answer))


def _accept_one_more(unit: UnitOfWork, request: ConsentRequest) -> None:
    """Refuse answers to one link without end: whoever has it may be anybody."""
    if kept.count_answers(unit, request.id) >= MOST_ANSWERS:
        raise RequestError(phrase("this link was used {most} times: ask for another", most=MOST_ANSWERS))


def receipt(workspace: Workspace, secret: str) -> Receipt | None:
    """What was answered and what of it stands, for whoever has its receipt; None when there is no such receipt."""
    with workspace.register.reading() as unit:
        answer = kept.answer_by(unit, secret)
        return None if answer is None else _receipt(unit, answer)


def shown_to(held: Receipt, code: str) -> ShownForm:
    """The form of a receipt as it was signed, in this language or its first."""
    said = held.answer.said
    return shown_form(held.form, _language(held.form, code), said.whom, recognition=said.recognition is not None)


def take_back(workspace: Workspace, secret: str, *, of_the_face_alone: bool = False) -> tuple[Takedown, ...]:
    """Take back by its receipt all that was allowed; the posts that must come down by it are given back.

    `of_the_face_alone` takes back recognition and nothing else. RequestError when there is no such receipt, or nothing
    to take back; RegisterError when whoever answered speaks for the person no more.
    """
    with workspace.register.writing() as unit:
        answer = kept.answer_by(unit, secret)
        if answer is None:
            raise RequestError(phrase("there is no such receipt: write to whoever asked you"))
        held = _receipt(unit, answer)
        if held.nothing_left or (of_the_face_alone and not held.recognition):
            raise RequestError(phrase("there is nothing to take back any more"))
        if answer.person is None:
            return _withdrawn_before_anybody_knew(unit, answer, of_the_face_alone=of_the_face_alone)
        taken = (
            []
            if of_the_face_alone
            else [one for one in _given(answer, consents(unit, answer.person)) if _is_publication(one)]
        )
        denials = [_withdrawal(answer, about=one) for one in taken]
        if held.recognition:
            denials.append(_withdrawal(answer, about=None))
        recorded = [record_consent(unit, one) for one in denials]
        if not of_the_face_alone:  # read anew: a portrait went with recognition
            kept.change_answer(unit, replace(kept.answer(unit, answer.id), withdrawn=dt.datetime.now(dt.UTC)))
        return tuple(task for one in recorded for task in takedowns(unit, consent=one.id))


def record_answer(unit: UnitOfWork, answer: Answer, form: Form, *, recognition: bool) -> Answer:
    """The answer with the records that it becomes, kept with the text that was shown, who answered, and when.

    `answer.person` is known. RegisterError when the register refuses one of them: nothing is kept then.
    """
    assert answer.person is not None
    spoken = _language(form, answer.language)
    shown = shown_form(form, spoken, answer.said.whom, recognition=recognition)
    notice = add_notice(unit, f"{form.name}-{form.number}", shown.language, shown.text)
    statements = _statements(answer, form, unit.policy.day(answer.at), notice.id)
    recorded = [record_consent(unit, one) for one in statements]
    proof = evidence_text(answer, form, shown, spoken).encode()
    add_evidence(unit, answer.person, f"{answer.id}.txt", proof, consent=recorded[0].id)
    if answer.said.signature is not None:
        add_evidence(unit, answer.person, signature_name(answer.id), answer.said.signature, consent=recorded[0].id)
    return replace(answer, consents=tuple(one.id for one in recorded))


def _statements(answer: Answer, form: Form, day: dt.date, notice: str | None) -> list[Consent]:
    """What was said, a record for each purpose and answer: no channel and purpose come together that were not asked."""
    said = answer.said
    about = Consent(
        person=answer.person or "",
        kind=ConsentKind.PUBLICATION,
        state=ConsentState.REFUSED,
        given_by=answer.speaker,
        collected=f"{form.name}-{form.number}, {answer.id}",
        notice=notice,
        at=answer.at,
    )
    until = form.last_day(day)
    noes = [replace(about, id=new_id("c"), scope=scope) for scope in _scopes(said.no)]
    yeses = [
        replace(about, id=new_id("c"), state=ConsentState.GIVEN, scope=scope, valid_from=day, valid_until=until)
        for scope in _scopes(said.yes)
    ]
    face = replace(about, id=new_id("c"), kind=ConsentKind.BIOMETRIC)
    if said.recognition:
        face = replace(face, state=ConsentState.GIVEN, valid_from=day, valid_until=until)
    return [*noes, *yeses, *([] if said.recognition is None else [face])]


def _scopes(uses: Sequence[Use]) -> list[Scope]:
    channels: dict[str, set[str]] = {}
    for use in uses:
        channels.setdefault(use.purpose, set()).add(use.channel)
    return [
        Scope(channels=frozenset(named), purposes=frozenset({purpose})) for purpose, named in sorted(channels.items())
    ]


def _deny_by_name(unit: UnitOfWork, answer: Answer) -> tuple[str, ...]:
    """The ids of what is recorded at once of a no whose speaker nobody knows: for everybody of that name."""
    name = folded(answer.said.child or answer.said.name)
    face = None if answer.said.recognition else answer.said.recognition
    refused = replace(answer, speaker=None, said=replace(answer.said, yes=(), recognition=face))
    if not refused.said.no and refused.said.recognition is None:
        return ()
    form = kept.form(unit, answer.form)
    recorded = [
        record_consent(unit, replace(one, reason=f"{answer.id}: identity not confirmed"))
        for about in people(unit)
        if folded(about.name) == name
        for one in _statements(replace(refused, person=about.id), form, unit.policy.day(answer.at), None)
    ]
    return tuple(one.id for one in recorded)


def _withdrawn_before_anybody_knew(
    unit: UnitOfWork, answer: Answer, *, of_the_face_alone: bool
) -> tuple[Takedown, ...]:
    """All that was allowed is a no from now on, and counts at once for everybody of that name."""
    said = answer.said
    if said.recognition:
        said = replace(said, recognition=False)
    if not of_the_face_alone:
        said = replace(said, yes=(), no=(*said.yes, *said.no))
    now = dt.datetime.now(dt.UTC)
    denied = _deny_by_name(unit, replace(answer, said=said, at=now))
    withdrawn = answer.withdrawn if of_the_face_alone else now
    kept.change_answer(unit, replace(answer, said=said, consents=(*answer.consents, *denied), withdrawn=withdrawn))
    return tuple(task for one in denied for task in takedowns(unit, consent=one))


def _withdrawal(answer: Answer, about: Consent | None) -> Consent:
    """What takes back this record, or recognition where none is named."""
    return Consent(
        person=answer.person or "",
        kind=ConsentKind.BIOMETRIC if about is None else about.kind,
        state=ConsentState.WITHDRAWN,
        about=None if about is None else about.id,
        given_by=answer.speaker,
        reason=f"{answer.id}: by the receipt",
    )


def _receipt(unit: UnitOfWork, answer: Answer) -> Receipt:
    form = kept.form(unit, answer.form)
    name = answer.said.child or answer.said.name
    if answer.person is None:
        stands, recognition = answer.said.yes, bool(answer.said.recognition)
        until = form.last_day(unit.policy.day(answer.at)) if stands or recognition else None
    else:
        said = consents(unit, answer.person)
        given = _given(answer, said)
        stands = tuple(use for use in answer.said.yes if any(_covers(one, use) for one in given))
        stands = tuple(use for use in stands if not _is_denied(answer, said, use))
        recognition = any(one.kind is ConsentKind.BIOMETRIC for one in given)
        until = max((one.valid_until for one in given if one.valid_until is not None), default=None)
    return Receipt(answer=answer, form=form, stands=stands, recognition=recognition, until=until, name=name)


def _given(answer: Answer, said: Sequence[Consent]) -> list[Consent]:
    """Of all that was said of the person, what this answer allowed and whoever answered did not take back since."""
    ours = [one for one in said if one.id in answer.consents and one.gives]
    return [one for one in ours if not any(_takes_back(later, one) for later in said)]


def _takes_back(later: Consent, one: Consent) -> bool:
    """Whether a later statement of the same speaker leaves nothing of a yes, or nobody ever said it."""
    if later.state is ConsentState.ENTERED_IN_ERROR:
        return later.about == one.id
    if not later.denies or later.kind is not one.kind or later.given_by != one.given_by or later.at < one.at:
        return False
    return later.about == one.id or (later.about is None and not later.scope)


def _covers(consent: Consent, use: Use) -> bool:
    return use.channel in consent.scope.channels and use.purpose in consent.scope.purposes


def _is_denied(answer: Answer, said: Sequence[Consent], use: Use) -> bool:
    """Whether whoever answered said no to this use since."""
    posting = Posting(channel=use.channel, purpose=use.purpose)
    return any(
        later.denies
        and later.kind is ConsentKind.PUBLICATION
        and later.given_by == answer.speaker
        and later.at >= answer.at
        and later.about is None
        and later.id not in answer.consents
        and reaches(later.scope, posting)
        for later in said
    )


def _is_publication(consent: Consent) -> bool:
    return consent.kind is ConsentKind.PUBLICATION


def _open(unit: UnitOfWork, secret: str) -> ConsentRequest | None:
    found = kept.request_by(unit, secret)
    return found if found is not None and found.is_open(dt.datetime.now(dt.UTC)) else None


def _opened(workspace: Workspace, unit: UnitOfWork, request: ConsentRequest) -> Opened:
    form = kept.form(unit, request.form)
    if request.person is None:
        return Opened(request=request, form=form, whom=None, name=None, recognition=True)
    about, today = person(unit, request.person), unit.policy.today()
    whom = Whom.CHILD if request.speaker is not None else Whom.YOUNG if about.child(today) else Whom.ADULT
    # Of whom nobody knows the age might be a minor.
    of_age, compares = _is_of_age(about, today), workspace.policy.people.mode.compares
    return Opened(request=request, form=form, whom=whom, name=about.name, recognition=of_age, portrait=compares)


def _is_of_age(about: Person, today: dt.date) -> bool:
    return about.age_known and not about.minor(today)


def _asks_of_the_face(workspace: Workspace, found: Opened, whom: Whom) -> bool:
    """Whether the form asks about the face: of a minor only where the policy says so."""
    if workspace.kept.forms.biometric_minors:
        return True
    return whom is Whom.ADULT and found.recognition


def _language(form: Form, code: str) -> Language:
    """The language of what stands around the organisation's words: the same as theirs, English where ours has none."""
    said = form.wording(code).language
    return language(LanguageCode(said)) if said in set(LanguageCode) else language(LanguageCode.ENGLISH)
