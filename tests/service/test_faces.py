"""Faces that are learnt, forgotten, looked up and dismissed, under the same laws at every door."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from tests.support import asked, wrote

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.lookup import FaceAdvice
from imgpolicy.domain.person import Person
from imgpolicy.domain.terms import DismissedAs
from imgpolicy.engines.yunet_sface import YuNetSFace
from imgpolicy.errors import RegisterError
from imgpolicy.picture import load
from imgpolicy.register.faces import faces as held_faces
from imgpolicy.register.faces import remove_faces
from imgpolicy.service import faces, people
from imgpolicy.service.grants import state_consent
from imgpolicy.service.transfer import import_register
from imgpolicy.service.workspace import Workspace
from imgpolicy.wire.consent import CONSENTS, consent_cells

DENIAL = Consent(
    person="eileen", kind=ConsentKind.BIOMETRIC, state=ConsentState.WITHDRAWN, reason="no longer recognised"
)


@pytest.fixture
def workspace(own_demo: Path) -> Iterator[Workspace]:
    with Workspace.open(own_demo / "imgpolicy.toml") as opened:
        yield opened


def by_hand(workspace: Workspace, _folder: Path) -> None:
    assert faces.forget(workspace, "eileen") > 0


def by_the_verb_alone(workspace: Workspace, _folder: Path) -> None:
    assert wrote(workspace.register, remove_faces, "eileen") > 0


def by_denial(workspace: Workspace, _folder: Path) -> None:
    state_consent(workspace, DENIAL)


def by_import(workspace: Workspace, folder: Path) -> None:
    (folder / "consents.csv").write_bytes(CONSENTS.write([consent_cells(DENIAL)]))
    assert not import_register(workspace, folder / "consents.csv").problems


@pytest.mark.parametrize("forget", [by_hand, by_the_verb_alone, by_denial, by_import])
def test_faces_that_are_forgotten_are_gone_from_every_byte_of_the_files(
    workspace: Workspace, own_demo: Path, tmp_path: Path, forget: Callable[[Workspace, Path], None]
) -> None:
    file = own_demo / "consent_db" / "register.sqlite"

    def raw() -> bytes:
        return b"".join(part.read_bytes() for part in file.parent.glob("register.sqlite*"))

    with sqlite3.connect(file) as connection:
        vectors = [row[0] for row in connection.execute("SELECT vector FROM face_vector WHERE person = 'eileen'")]
    connection.close()
    assert vectors
    assert all(vector in raw() for vector in vectors)
    forget(workspace, tmp_path)
    assert asked(workspace.register, held_faces, "eileen") == ()
    assert not any(vector in raw() for vector in vectors)


def test_a_face_is_learnt_with_consent_alone_and_says_how_many_are_held(workspace: Workspace, own_demo: Path) -> None:
    portrait = str(own_demo / "pictures" / "portrait.jpg")
    before = sum(count.count for count in asked(workspace.register, held_faces, "eileen"))
    enrolled = faces.enrol(workspace, "eileen", [portrait])
    assert (enrolled.stored, enrolled.held) == (1, before + 1)
    state_consent(workspace, DENIAL)
    with pytest.raises(RegisterError, match="consent"):
        faces.enrol(workspace, "eileen", [portrait])


def test_a_word_on_a_face_is_kept_and_taken_back_by_somebody_who_answers_for_it(
    workspace: Workspace, own_demo: Path
) -> None:
    portrait = str(own_demo / "pictures" / "portrait.jpg")
    nobody = faces.FaceWord(what=DismissedAs.ARTWORK, by=" ", reason="a poster")
    with pytest.raises(RegisterError):
        faces.dismiss(workspace, portrait, nobody)
    word = faces.FaceWord(what=DismissedAs.ARTWORK, by="Anna Editor", reason="a poster")
    kept = faces.dismiss(workspace, portrait, word)
    faces.reinstate(workspace, kept.id, by="Anna Editor", reason="it is somebody")
    with pytest.raises(RegisterError):
        faces.reinstate(workspace, kept.id, by="Anna Editor", reason="again")


# Whose face it is


def cut(folder: Path, name: str, box: tuple[int, int, int, int], mask: tuple[int, int, int] | None = None) -> str:
    """A part of the picture of two people, with a mask of this colour drawn over mouth and nose where one is given."""
    with Image.open(folder / "pictures" / "two_people.jpg") as both:
        part = both.convert("RGB").crop(box)
    if mask is not None:
        face = max(YuNetSFace().faces(load(png(part), "part.png")), key=lambda seen: seen.face.height)
        left, top, right, bottom = face.face.box
        middle = top + (bottom - top) * 0.55
        ImageDraw.Draw(part).polygon([(left, middle), (right, middle), (right - 20, bottom), (left + 20, bottom)], mask)
    part.save(folder / name)
    return str(folder / name)


def png(picture: Image.Image) -> bytes:
    data = io.BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()


GRACE = (512, 0, 949, 512)


@pytest.mark.slow
def test_a_face_unlike_the_persons_own_is_refused_with_the_number_until_somebody_confirms_it(
    workspace: Workspace, own_demo: Path
) -> None:
    other = cut(own_demo, "other.png", GRACE)
    before = asked(workspace.register, held_faces, "eileen")
    with pytest.raises(
        RegisterError, match=r"other\.png: this face is unlike the others of 'eileen' \(0\.\d\d, and 0\.49"
    ):
        faces.enrol(workspace, "eileen", [other])
    with pytest.raises(RegisterError, match="is unlike the others"):
        faces.enrol(workspace, "eileen", [str(own_demo / "pictures" / "portrait.jpg"), other])
    assert asked(workspace.register, held_faces, "eileen") == before
    assert faces.enrol(workspace, "eileen", [other], confirmed=True).stored == 1


@pytest.mark.slow
@pytest.mark.parametrize("colour", [(150, 190, 220), (30, 30, 32), (235, 235, 238)], ids=["blue", "black", "white"])
def test_nobody_is_learnt_from_a_masked_face_until_somebody_confirms_it(
    workspace: Workspace, own_demo: Path, colour: tuple[int, int, int]
) -> None:
    people.add(workspace, Person(id="grace", name="Grace"), adult_by="Kim Berg")
    state_consent(workspace, Consent(person="grace", kind=ConsentKind.BIOMETRIC, state=ConsentState.GIVEN))
    faces.enrol(workspace, "grace", [cut(own_demo, "plain.png", GRACE)])
    masked = cut(own_demo, "masked.png", GRACE, mask=colour)
    with pytest.raises(RegisterError, match="the lower half of the face looks covered"):
        faces.enrol(workspace, "grace", [masked])
    assert faces.enrol(workspace, "grace", [masked], confirmed=True).stored == 1


def test_one_photograph_asks_for_more_and_the_same_one_again_for_others(workspace: Workspace, own_demo: Path) -> None:
    told = faces.told_apart(workspace, "eileen")
    assert (told.person, told.engine, told.photographs) == ("eileen", "yunet-sface/1", 1)
    assert (told.alike, told.unlike, told.nearest, told.likeness) == (None, None, None, None)
    assert told.advice == (FaceAdvice.MORE,)
    faces.forget(workspace, "eileen")
    same = [own_demo / name for name in ("one.jpg", "two.jpg", "three.jpg")]
    for copy in same:
        copy.write_bytes((own_demo / "pictures/portrait.jpg").read_bytes())
    faces.enrol(workspace, "eileen", [str(copy) for copy in same])
    told = faces.told_apart(workspace, "eileen")
    assert told.photographs == 3
    assert told.unlike == pytest.approx(1)
    assert told.advice == (FaceAdvice.OTHER,)


def test_somebody_else_who_is_as_like_is_named(workspace: Workspace, own_demo: Path) -> None:
    people.add(workspace, Person(id="twin", name="Twin"), adult_by="Kim Berg")
    state_consent(workspace, Consent(person="twin", kind=ConsentKind.BIOMETRIC, state=ConsentState.GIVEN))
    faces.enrol(workspace, "twin", [str(own_demo / "pictures/portrait.jpg")])
    told = faces.told_apart(workspace, "eileen")
    assert (told.nearest, FaceAdvice.NAME in told.advice) == ("twin", True)
    assert told.likeness is not None
    assert told.likeness >= told.threshold - told.margin


@pytest.mark.parametrize("who", ["nobody", "eileen"])
def test_of_somebody_who_is_not_there_or_without_a_face_nothing_is_told(workspace: Workspace, who: str) -> None:
    faces.forget(workspace, "eileen")
    with pytest.raises(RegisterError, match=who):
        faces.told_apart(workspace, who)
