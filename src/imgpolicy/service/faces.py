"""Learn people's faces, list and forget them, say whom a face is like, and keep a reviewer's word on one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from imgpolicy.domain.dismissal import Dismissal
from imgpolicy.domain.geometry import Box
from imgpolicy.domain.lookup import Distinctness, Lookup
from imgpolicy.domain.terms import DismissedAs, PeopleMode
from imgpolicy.enrol import enrol_faces
from imgpolicy.errors import PolicyError
from imgpolicy.lookup import dismiss_face, distinctness, look_up
from imgpolicy.phrase import phrase
from imgpolicy.register import dismissals
from imgpolicy.register.faces import EnrolledFace, enrolled_faces, faces, remove_faces
from imgpolicy.service.workspace import Workspace
from imgpolicy.sources import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """How many faces were learnt, how many are held of the person now, and who else the face is close to."""

    stored: int
    held: int
    close_to: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceWord:
    """What a reviewer says of a face in a picture, and who answers for it.

    `number` counts the faces as a report lists them, from 1; None where the picture shows one.
    """

    what: DismissedAs
    by: str
    reason: str
    number: int | None = None


def enrol(
    workspace: Workspace,
    person: str,
    photographs: Sequence[Source],
    *,
    which: int | Box | None = None,
    confirmed: bool = False,
) -> Enrolled:
    """What was learnt of a person's face from photographs, which are not kept: all of them, or nothing.

    `which` is the number of a photograph's face from the left, from 1, or its box; without it a photograph must show
    one face.
    `confirmed` says that a face which is masked, or unlike the person's own, is theirs all the same.
    Raises PictureError when a photograph cannot be read, RegisterError when its face cannot be enrolled or the
    person has given no biometric consent.
    """
    done = enrol_faces(workspace.register, workspace.engine, person, photographs, which=which, confirmed=confirmed)
    with workspace.register.reading() as unit:
        held = sum(count.count for count in faces(unit, person))
    return Enrolled(stored=done.stored, held=held, close_to=done.close_to)


def enrolled(workspace: Workspace, person: str | None = None) -> tuple[EnrolledFace, ...]:
    """The face vectors that are held of a person, or of all, each with its consent and without the vector."""
    with workspace.register.reading() as unit:
        return enrolled_faces(unit, person)


def forget(workspace: Workspace, person: str, numbers: Sequence[int] = ()) -> int:
    """How many faces of a person were forgotten, these or all, and their bytes with them; RegisterError for another."""
    with workspace.register.writing() as unit:
        return remove_faces(unit, person, numbers)


def who(workspace: Workspace, picture: str) -> Lookup:
    """Whom each face of a picture, a path or URL, is like; the log keeps that it was asked.

    Raises PolicyError when the policy does not compare faces with everybody, PictureError when the picture cannot be
    read, RegisterError when faces could not be looked for.
    """
    mode = workspace.policy.people.mode
    if mode is not PeopleMode.IDENTIFY:
        raise PolicyError(
            phrase(
                "the policy's people.mode is {mode}: faces are compared with everybody in the"
                " register only where it is {identify}",
                mode=mode.value,
                identify=PeopleMode.IDENTIFY.value,
            )
        )
    return look_up(workspace.register, workspace.engine, picture)


def told_apart(workspace: Workspace, person: str) -> Distinctness:
    """How surely the person is told from everybody else who is enrolled, and what would make it surer.

    RegisterError for somebody who is not in the register, who has no face of the policy's engine, or who may not be
    recognised today.
    """
    return distinctness(workspace.register, workspace.engine, person)


def dismiss(workspace: Workspace, picture: Source, word: FaceWord) -> Dismissal:
    """The reviewer's word as it is kept: it holds for the picture, given as `Checker.check` takes it, and its copies.

    Raises PictureError when the picture cannot be read, RegisterError when it has no such face, or when nobody
    answers for the word.
    """
    return dismiss_face(
        workspace.register,
        workspace.engine,
        picture,
        compare=workspace.policy.people.mode.compares,
        number=word.number,
        what=word.what,
        by=word.by,
        reason=word.reason,
    )


def dismissed(workspace: Workspace) -> tuple[Dismissal, ...]:
    """All that reviewers said of faces, taken back or not."""
    with workspace.register.reading() as unit:
        return dismissals.dismissals(unit)


def reinstate(workspace: Workspace, dismissal: str, *, by: str, reason: str) -> None:
    """Take a dismissal back: the face counts again, and both records stay. RegisterError when there is none."""
    with workspace.register.writing() as unit:
        dismissals.reinstate(unit, dismissal, by, reason)
