"""Many people are learnt at once, from a folder or a ZIP archive with a sub-folder for each: shown first, then learnt.

    open_folders ─► owners ─► preview each ─► (whoever asked has looked) ─► learn each

A sub-folder is called like the person, by id or by name. Of each person all photographs are learnt, or none. Nobody is
looked at who did not agree to be recognised, and of whoever is refused no vector is left.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from imgpolicy.domain.consent import ConsentKind
from imgpolicy.domain.cover import biometric_consent
from imgpolicy.domain.person import Person
from imgpolicy.domain.words import folded
from imgpolicy.engines import SeenFace
from imgpolicy.enrol import close_to, doubts, face_of, store_faces
from imgpolicy.errors import ImgPolicyError, RequestError
from imgpolicy.folders import Folders, PersonFolder, open_folders
from imgpolicy.index.gallery import Gallery
from imgpolicy.phrase import message_of, phrase
from imgpolicy.portable.follow import is_enrolled
from imgpolicy.register.faces import faces as counted
from imgpolicy.register.faces import gallery
from imgpolicy.register.people import people, person
from imgpolicy.register.statements import consents
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.service.faces import Enrolled
from imgpolicy.service.judging import NamedBytes
from imgpolicy.service.workspace import Workspace

__all__ = [
    "Folders",
    "Listed",
    "Owner",
    "PersonFolder",
    "Preview",
    "learn",
    "open_folders",
    "owners",
    "preview",
    "preview_one",
    "previews",
]

MOST_PHOTOGRAPHS = 50
"""Photographs of one person: more make recognition no surer."""

MOST_PEOPLE = 500
"""People of one folder or archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose a sub-folder is: the person's id, or None and why it is nobody's."""

    person: str | None = None
    refusal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would come of a sub-folder.

    `refusals` say why nothing of it can be learnt; without one `new` photographs would be, by the `faces` in them.
    `known` counts the photographs that are learnt already, or stand in it twice, and `close_to` names by their ids the
    others whom the person may be taken for.
    """

    folder: str
    person: str | None
    photographs: int
    new: int = 0
    known: int = 0
    refusals: tuple[str, ...] = ()
    close_to: tuple[str, ...] = ()
    faces: Mapping[str, SeenFace] = field(default_factory=dict, repr=False)

    def without_faces(self) -> Preview:
        """The same for whoever shows it: no vector leaves the process that made it."""
        return replace(self, faces={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Whose the sub-folders of an archive are, by their names, and a line for each file that is passed over."""

    owners: Mapping[str, Owner]
    passed_over: tuple[str, ...]


def owners(workspace: Workspace, folders: Sequence[PersonFolder]) -> dict[str, Owner]:
    """Whose each of the sub-folders is, by their names; RequestError for more than 500 of them, or none."""
    if not folders:
        raise RequestError(phrase("there is no folder of a person: make one for each, called like them"))
    if len(folders) > MOST_PEOPLE:
        raise RequestError(phrase("there are more than {most} folders: learn some of them at a time", most=MOST_PEOPLE))
    with workspace.register.reading() as unit:
        every = people(unit)
    ids = {one.name: _called(one.name, every) for one in folders}
    return {name: _owner(name, ids) for name in ids}


def _called(name: str, every: Sequence[Person]) -> tuple[str, ...]:
    """The ids of those who have this id, or else are called so."""
    by_id = tuple(who.id for who in every if who.id == name)
    return by_id or tuple(sorted(who.id for who in every if folded(who.name) == folded(name)))


def _owner(name: str, ids: Mapping[str, tuple[str, ...]]) -> Owner:
    if not ids[name]:
        return Owner(refusal=phrase("nobody in the register is called {name}: add them first", name=repr(name)))
    if len(ids[name]) > 1:
        listed = ", ".join(ids[name])
        return Owner(
            refusal=phrase(
                "several people are called {name}: call the folder by the id, one of {ids}", name=repr(name), ids=listed
            )
        )
    others = [other for other in ids if other != name and ids[other] == ids[name]]
    if others:
        return Owner(refusal=phrase("{other} is a folder of the same person: make it one", other=repr(others[0])))
    return Owner(person=ids[name][0])


def previews(workspace: Workspace, folders: Folders) -> tuple[Preview, ...]:
    """What would come of each sub-folder; people are held against those of the other sub-folders too."""
    whose = owners(workspace, folders.folders)
    found = [preview(workspace, one, whose[one.name]) for one in folders.folders]
    return tuple(replace(one, close_to=_close_within(workspace, one, found)) for one in found)


def preview(workspace: Workspace, folder: PersonFolder, owner: Owner) -> Preview:
    """What would come of one sub-folder; nothing is kept. Photographs of nobody who agreed are not opened."""
    shown = Preview(folder=folder.name, person=owner.person, photographs=len(folder.photographs))
    if owner.person is None:
        return replace(shown, refusals=(owner.refusal,))
    refusal = _refusal(workspace, owner.person, len(folder.photographs))
    if refusal:
        return replace(shown, refusals=(refusal,))
    seen, refusals = _seen(workspace, folder)
    with workspace.register.reading() as unit:
        new = {name: face for name, face in seen.items() if not _is_known(unit, workspace, owner.person, face)}
        if new and not refusals:
            refusals = list(doubts(unit, workspace.engine, owner.person, new))
        if refusals:
            return replace(shown, refusals=tuple(refusals))
        held = gallery(unit, workspace.engine.engine_id, unit.today())
    others = close_to(workspace.engine, owner.person, new.values(), held) if new else ()
    return replace(shown, new=len(new), known=len(folder.photographs) - len(new), faces=new, close_to=others)


def preview_one(workspace: Workspace, archive: bytes, folder: str, person_id: str) -> Preview:
    """What would come of one sub-folder of an archive, which is this person's; RequestError when there is none."""
    with open_folders(archive) as found:
        for one in found.folders:
            if one.name == folder:
                return preview(workspace, one, Owner(person=person_id))
    raise RequestError(phrase("there is no folder {name} in the archive", name=repr(folder)))


def learn(workspace: Workspace, found: Preview) -> Enrolled:
    """What was learnt of the person whom a sub-folder is of: all that was shown, or nothing.

    RequestError when nothing of it can be learnt; RegisterError as `faces.enrol`, when something changed since.
    """
    if found.person is None or found.refusals:
        said = found.refusals[0] if found.refusals else phrase("whose it is nobody said")
        raise RequestError(phrase("{folder}: nothing of it can be learnt ({why})", folder=repr(found.folder), why=said))
    stored, others = 0, found.close_to
    if found.faces:
        done = store_faces(workspace.register, workspace.engine, found.person, found.faces)
        stored, others = done.stored, tuple(sorted({*others, *done.close_to}))
    with workspace.register.reading() as unit:
        held = sum(count.count for count in counted(unit, found.person))
    return Enrolled(stored=stored, held=held, close_to=others)


def _refusal(workspace: Workspace, person_id: str, photographs: int) -> str:
    """Why no photograph of this person is opened; empty when they may be."""
    if not photographs:
        return phrase("there is no photograph in it")
    if photographs > MOST_PHOTOGRAPHS:
        return phrase(
            "there are {count} photographs in it: {most} at most are learnt of a person",
            count=photographs,
            most=MOST_PHOTOGRAPHS,
        )
    with workspace.register.reading() as unit:
        about, said = person(unit, person_id), consents(unit, person_id, ConsentKind.BIOMETRIC)
        if biometric_consent(about, said, unit.today(), unit.policy) is not None:
            return ""
        if about.child(unit.today()):
            return phrase(
                "{person} has no biometric consent that is valid today: of a minor a guardian's is needed, and their"
                " own where the policy asks for it",
                person=repr(person_id),
            )
    return phrase("{person} has no biometric consent that is valid today; grant one first", person=repr(person_id))


def _seen(workspace: Workspace, folder: PersonFolder) -> tuple[dict[str, SeenFace], list[str]]:
    """The face in each photograph, the same file once, and why there are not as many."""
    faces: dict[str, SeenFace] = {}
    refusals: list[str] = []
    known: set[bytes] = set()
    for one in folder.photographs:
        try:
            data = one.read()
            digest = hashlib.sha256(data).digest()
            if digest not in known:
                faces[one.name] = face_of(workspace.engine, NamedBytes(data, one.name))
                known.add(digest)
        except ImgPolicyError as error:
            refusals.append(message_of(error))
    return faces, refusals


def _is_known(unit: UnitOfWork, workspace: Workspace, person_id: str, face: SeenFace) -> bool:
    return is_enrolled(unit, person_id, workspace.engine.engine_id, face.vector)


def _close_within(workspace: Workspace, one: Preview, every: Sequence[Preview]) -> tuple[str, ...]:
    """Whom the person of a sub-folder may be taken for, those of the other sub-folders among them."""
    if one.person is None or not one.faces:
        return one.close_to
    theirs = [(other.person, face.vector) for other in every if other.person for face in other.faces.values()]
    owners, vectors = zip(*theirs, strict=True)
    together = Gallery(engine=workspace.engine.engine_id, owners=owners, vectors=np.stack(vectors))
    close = close_to(workspace.engine, one.person, one.faces.values(), together)
    return tuple(sorted({*one.close_to, *close}))
