"""A face is learnt of whom somebody looked at, and who agreed to be recognised.

picture on the desk ─► the face at a place, of whoever somebody says that they are
photograph with an answer ─► portrait ─► somebody looks ─► learnt, or not; the portrait goes either way
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from imgpolicy.domain.consent import ConsentKind
from imgpolicy.domain.cover import biometric_consent
from imgpolicy.domain.geometry import Box
from imgpolicy.domain.request import Answer
from imgpolicy.enrol import close_to, face_of, learn_faces, portrait_of
from imgpolicy.errors import PictureError, RegisterError, RequestError
from imgpolicy.phrase import phrase
from imgpolicy.register import desk as kept
from imgpolicy.register import requests
from imgpolicy.register.faces import faces as counted
from imgpolicy.register.faces import gallery
from imgpolicy.register.people import person
from imgpolicy.register.statements import consents
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.service import faces
from imgpolicy.service.desk import accept_kept
from imgpolicy.service.faces import Enrolled
from imgpolicy.service.judging import NamedBytes
from imgpolicy.service.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """A portrait at which nobody has looked: with which answer it came, whose it should be, and when."""

    answer: str
    person: str
    name: str = field(repr=False)
    at: dt.datetime


def may_be_learnt(workspace: Workspace, person_id: str) -> bool:
    """Whether this person's face may be learnt today: they agreed, and the policy has faces compared.

    RegisterError when they are not there.
    """
    if not workspace.policy.people.mode.compares:
        return False
    with workspace.register.reading() as unit:
        about, said = person(unit, person_id), consents(unit, person_id, ConsentKind.BIOMETRIC)
        return biometric_consent(about, said, unit.today(), unit.policy) is not None


def learn(workspace: Workspace, item_id: str, person_id: str, place: Box) -> Enrolled:
    """What was learnt of a person's face from the picture as it was laid down: the face at this place, and no other.

    `place` is a face's box in the answer on the picture. RegisterError when the picture is not kept any more, or shows
    no face there, and as `faces.enrol`.
    """
    with workspace.register.reading() as unit:
        record = kept.item_record(unit, item_id)
        file = accept_kept(record)
    data = workspace.register.desk.read(item_id, file)
    return faces.enrol(workspace, person_id, [NamedBytes(data, record.secret.name)], which=place)


def portrait(workspace: Workspace, photograph: bytes) -> bytes:
    """What is kept of a photograph that comes along with an answer: its one face, as a JPEG of our own making.

    RequestError when no face can be learnt from it: nothing of it is kept then.
    """
    try:
        return portrait_of(workspace.engine, photograph)
    except (PictureError, RegisterError) as error:
        raise RequestError(
            phrase(
                "no face can be learnt from this photograph: take one that shows a single face, sharp and from the"
                " front, or send none"
            )
        ) from error


def portraits(workspace: Workspace) -> tuple[Portrait, ...]:
    """The portraits that came with answers and at which nobody has looked, in the order in which they came."""
    with workspace.register.reading() as unit:
        waiting = [one for one in requests.requests(unit) if one.pictured is not None]
        found = [requests.answer(unit, one.pictured or "") for one in waiting]
        return tuple(
            Portrait(answer=one.id, person=one.person, name=person(unit, one.person).name, at=one.at)
            for one in sorted(found, key=lambda one: one.at)
            if one.person is not None
        )


def portrait_with(workspace: Workspace, answer_id: str) -> bytes:
    """The portrait that came with an answer, as a JPEG; RegisterError when there is none any more."""
    with workspace.register.reading() as unit:
        return _pictured(unit, answer_id)[1]


def learn_portrait(workspace: Workspace, answer_id: str) -> Enrolled:
    """What was learnt from the portrait that came with an answer, now that somebody saw whose it is; it is gone then.

    RegisterError when there is none any more, the face is like somebody else's too, or as `faces.enrol` has it.
    """
    with workspace.register.reading() as unit:
        answer, jpeg = _pictured(unit, answer_id)
    assert answer.person is not None
    engine = workspace.engine
    seen = face_of(engine, NamedBytes(jpeg, answer_id))
    with workspace.register.writing() as unit:
        _pictured(unit, answer_id)
        others = close_to(engine, answer.person, [seen], gallery(unit, engine.engine_id, unit.today()))
        if others:
            # Whoever has a link sends any picture: a face of two names would make neither sure.
            raise RegisterError(
                phrase("the face is like that of {others} too: nothing was learnt", others=", ".join(others))
            )
        learn_faces(unit, engine, answer.person, {answer_id: seen})
        requests.drop_portrait(unit, answer_id)
        held = sum(one.count for one in counted(unit, answer.person))
    return Enrolled(stored=1, held=held, close_to=())


def drop_portrait(workspace: Workspace, answer_id: str) -> None:
    """Let go of the portrait that came with an answer: it is not theirs. RegisterError when there is none."""
    with workspace.register.writing() as unit:
        _pictured(unit, answer_id)
        requests.drop_portrait(unit, answer_id)


def _pictured(unit: UnitOfWork, answer_id: str) -> tuple[Answer, bytes]:
    answer = requests.answer(unit, answer_id)
    if answer.portrait is None:
        raise RegisterError(phrase("no photograph waits with the answer {id}", id=answer_id))
    return answer, answer.portrait
