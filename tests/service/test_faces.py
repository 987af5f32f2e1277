"""Faces that are learnt, forgotten, looked up and dismissed, under the same laws at every door."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.support import asked, wrote

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.terms import DismissedAs
from imgpolicy.errors import RegisterError
from imgpolicy.register.faces import faces as held_faces
from imgpolicy.register.faces import remove_faces
from imgpolicy.service import faces
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
