"""Say whose answer it is that came by a link that many use: until then a yes covers nobody.

Nobody is taken for somebody by their name. What was denied at once for everybody of that name is marked as an error for
each of them, and recorded anew for the one who said it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

from imgpolicy.domain.consent import Consent, ConsentState
from imgpolicy.domain.request import Answer, Confirmation, Whom
from imgpolicy.domain.validate import check_reviewer
from imgpolicy.errors import RequestError
from imgpolicy.phrase import phrase
from imgpolicy.register import requests as kept
from imgpolicy.register.consents import record_consent
from imgpolicy.register.people import person
from imgpolicy.register.statements import consent as consent_record
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.service.grants import accept_mark
from imgpolicy.service.signing import record_answer
from imgpolicy.service.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A keeper's word on an answer: who says it, how they know, and a second person where the policy asks for one."""

    by: str = field(repr=False)
    how: str = field(repr=False)
    second: str | None = field(default=None, repr=False)


def confirm(workspace: Workspace, answer_id: str, person_id: str, word: Word, *, speaker: str | None = None) -> Answer:
    """The answer of this person from now on, on record as they gave it; `speaker` is the guardian who answered.

    RequestError when it is somebody's already, when a guardian answered and none is named, when they said that they are
    of age and are not, or when a second person is to be named; RegisterError when the register refuses.
    """
    check_reviewer(word.by, word.how)
    with workspace.register.writing() as unit:
        answer = _nobodys(unit, answer_id)
        about, today = person(unit, person_id), unit.policy.today()
        if (speaker is not None) is not (answer.said.whom is Whom.CHILD):
            raise RequestError(phrase("where a guardian answered for a child say which guardian, and nowhere else"))
        minor = about.child(today) and not workspace.kept.forms.biometric_minors
        if answer.said.recognition and (minor or not about.age_known):
            raise RequestError(
                phrase(
                    "{person} is not known to be of age, and was asked whether their face may be recognised: say"
                    " first that they are of age",
                    person=person_id,
                )
            )
        _mark(workspace, unit, answer, word, of=person_id)
        now = dt.datetime.now(dt.UTC)
        known = replace(
            answer,
            person=person_id,
            speaker=speaker,
            consents=(),
            confirmed=Confirmation(by=word.by, how=word.how, at=now),
        )
        form = kept.form(unit, answer.form)
        recorded = record_answer(unit, known, form, recognition=answer.said.recognition is not None)
        return kept.change_answer(unit, recorded)


def discard(workspace: Workspace, answer_id: str, word: Word) -> None:
    """Let go of an answer that nobody here gave; what was denied at once by it is marked as an error.

    RequestError when it is somebody's, or a second person is to be named.
    """
    check_reviewer(word.by, word.how)
    with workspace.register.writing() as unit:
        answer = _nobodys(unit, answer_id)
        _mark(workspace, unit, answer, word, of=None)
        kept.remove_answer(unit, answer.id)


def _nobodys(unit: UnitOfWork, answer_id: str) -> Answer:
    answer = kept.answer(unit, answer_id)
    if answer.person is not None:
        raise RequestError(phrase("it is known already who gave the answer {id}", id=answer.id))
    return answer


def _mark(workspace: Workspace, unit: UnitOfWork, answer: Answer, word: Word, *, of: str | None) -> None:
    """Mark what was denied for everybody of the name as entered in error; what is said of `of` is recorded anew."""
    denied = [consent_record(unit, one) for one in answer.consents]
    if any(one.person != of for one in denied):
        accept_mark(workspace.kept, word.second)
    for one in denied:
        mark = Consent(
            person=one.person,
            kind=one.kind,
            state=ConsentState.ENTERED_IN_ERROR,
            about=one.id,
            by=word.by,
            second=word.second,
            reason=f"{answer.id}: {word.how}",
        )
        record_consent(unit, mark)
