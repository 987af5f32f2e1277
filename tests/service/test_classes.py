"""A class is learnt from sub-folders, one a person: shown first, and of each all photographs or none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from tests.classes import archive, eileen, grace

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.log import Action
from imgpolicy.domain.person import Person
from imgpolicy.engines import SeenFace
from imgpolicy.errors import RegisterError, RequestError
from imgpolicy.picture import Picture
from imgpolicy.service import cards, classes, faces, grants, people
from imgpolicy.service.classes import Preview, open_folders
from imgpolicy.service.workspace import Workspace

GRACE = Person(id="grace", name="Grace Hopper")


def agreed(workspace: Workspace, person: str, state: ConsentState = ConsentState.GIVEN) -> None:
    grants.state_consent(workspace, Consent(person=person, kind=ConsentKind.BIOMETRIC, state=state))


@pytest.fixture
def workspace(own_demo: Path) -> Iterator[Workspace]:
    """Grace is in the register too, and agreed to be recognised."""
    with Workspace.open(own_demo / "imgpolicy.toml") as opened:
        people.add(opened, GRACE, adult_by="Kim")
        agreed(opened, "grace")
        yield opened


@pytest.fixture
def pictures(own_demo: Path) -> Path:
    return own_demo / "pictures"


def shown(workspace: Workspace, files: Mapping[str, bytes]) -> dict[str, Preview]:
    with open_folders(archive(files)) as found:
        return {one.folder: one for one in classes.previews(workspace, found)}


def test_a_class_is_shown_and_nothing_is_kept_until_it_is_learnt(workspace: Workspace, pictures: Path) -> None:
    before = workspace.register.head()
    found = shown(workspace, {"eileen/2.jpg": eileen(pictures), "Grace  hopper/1.jpg": grace(pictures)})
    assert {one.person: len(one.faces) for one in found.values()} == {"eileen": 1, "grace": 1}
    assert workspace.register.head() == before
    done = [classes.learn(workspace, one) for one in found.values()]
    assert [(one.stored, one.held) for one in done] == [(1, 1), (1, 2)]
    with workspace.register.reading() as unit:
        newest = [entry.action for entry in list(unit.sql.journal.entries())[-2:]]
    assert newest == [Action.ADD_FACES, Action.ADD_FACES]


def test_of_a_person_all_photographs_are_learnt_or_none(workspace: Workspace, pictures: Path) -> None:
    files = {
        "grace/1.jpg": grace(pictures),
        "grace/2.jpg": (pictures / "two_people.jpg").read_bytes(),
        "grace/3.jpg": (pictures / "meadow.jpg").read_bytes(),
        "grace/4.jpg": b"no picture",
        "eileen/2.jpg": eileen(pictures),
    }
    found = shown(workspace, files)
    assert not found["grace"].faces
    assert [line.split(": ")[0] for line in found["grace"].refusals] == ["grace/2.jpg", "grace/3.jpg", "grace/4.jpg"]
    assert "2 faces were found" in found["grace"].refusals[0]
    assert "no face was found" in found["grace"].refusals[1]
    with pytest.raises(RequestError, match="nothing of it can be learnt"):
        classes.learn(workspace, found["grace"])
    assert classes.learn(workspace, found["eileen"]).stored == 1
    assert cards.card(workspace, "grace").faces == ()


def test_two_people_in_one_folder_are_told_however_many_photographs_there_are(
    workspace: Workspace, pictures: Path
) -> None:
    graces = {f"eileen/{number}.jpg": grace(pictures, light=number / 4) for number in (3, 4, 5)}
    for files in ({"eileen/9.jpg": eileen(pictures), **graces}, graces):
        refusals = shown(workspace, files)["eileen"].refusals
        assert len(refusals) == 3
        assert all("this face is unlike the others of 'eileen'" in line for line in refusals)
    mixed = {f"grace/{number}": data for number, data in enumerate([*graces.values(), eileen(pictures)])}
    assert [line.split(":")[0] for line in shown(workspace, mixed)["grace"].refusals] == ["grace/3"]


def test_photographs_of_somebody_else_do_not_vouch_for_one_another(
    workspace: Workspace, pictures: Path, tmp_path: Path
) -> None:
    paths = [tmp_path / "1.jpg", tmp_path / "2.jpg"]
    for path, light in zip(paths, (0.75, 1.25), strict=True):
        path.write_bytes(grace(pictures, light=light))
    with pytest.raises(RegisterError, match="unlike the others of 'eileen'"):
        faces.enrol(workspace, "eileen", paths)
    assert faces.enrol(workspace, "grace", paths).stored == 2


def test_who_looks_like_somebody_else_is_told(workspace: Workspace, pictures: Path) -> None:
    people.add(workspace, Person(id="twin", name="A twin"), adult_by="Kim")
    agreed(workspace, "twin")
    assert shown(workspace, {"twin/1.jpg": eileen(pictures)})["twin"].close_to == ("eileen",)
    both = shown(workspace, {"twin/1.jpg": grace(pictures), "grace/1.jpg": grace(pictures, light=0.8)})
    assert (both["twin"].close_to, both["grace"].close_to) == (("grace",), ("twin",))


def test_nobody_is_looked_at_who_did_not_agree(
    workspace: Workspace, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.add(workspace, Person(id="parent", name="A parent"))
    kid = Person(id="kid", name="A child", born=dt.date(2018, 1, 1), guardians=frozenset({"parent"}))
    people.add(workspace, kid)
    agreed(workspace, "kid")
    people.add(workspace, Person(id="guest", name="Somebody"), adult_by="Kim")
    agreed(workspace, "grace", ConsentState.REFUSED)

    def looked(_: Picture) -> list[SeenFace]:
        raise AssertionError("somebody was looked at")

    monkeypatch.setattr(workspace.engine, "faces", looked)
    found = shown(workspace, {f"{who}/1.jpg": grace(pictures) for who in ("kid", "guest", "grace")})
    assert "'kid' has no biometric consent that is valid today: of a minor" in found["kid"].refusals[0]
    for who in ("guest", "grace"):
        assert f"'{who}' has no biometric consent that is valid today" in found[who].refusals[0]


def test_who_withdraws_after_the_preview_is_not_learnt(workspace: Workspace, pictures: Path) -> None:
    found = shown(workspace, {"grace/1.jpg": grace(pictures)})["grace"]
    agreed(workspace, "grace", ConsentState.WITHDRAWN)
    with pytest.raises(RegisterError, match="no biometric consent"):
        classes.learn(workspace, found)
    assert cards.card(workspace, "grace").faces == ()


def test_folders_are_called_by_id_or_by_a_name_that_one_person_has(workspace: Workspace, pictures: Path) -> None:
    people.add(workspace, Person(id="grace-2", name="grace hopper"), adult_by="Kim")
    photograph = grace(pictures)
    found = shown(workspace, {f"{name}/1.jpg": photograph for name in ("Grace Hopper", "grace", "nobody at all")})
    assert "call the folder by the id, one of grace, grace-2" in found["Grace Hopper"].refusals[0]
    assert found["grace"].faces
    assert "nobody in the register is called 'nobody at all'" in found["nobody at all"].refusals[0]
    assert [one.id for one in people.everybody(workspace)] == ["eileen", "grace", "grace-2"]


def test_two_folders_of_one_person_are_refused_both(workspace: Workspace, pictures: Path) -> None:
    names = ("Eileen Collins", "eileen", "EILEEN COLLINS")
    found = shown(workspace, {f"{name}/1.jpg": eileen(pictures) for name in names})
    assert all("is a folder of the same person" in found[name].refusals[0] for name in names)


def test_photographs_that_are_learnt_already_are_not_learnt_twice(workspace: Workspace, pictures: Path) -> None:
    photograph = grace(pictures)
    files = {"grace/1.jpg": photograph, "grace/again.jpg": photograph}
    first = shown(workspace, files)["grace"]
    assert (first.photographs, len(first.faces), first.known) == (2, 1, 1)
    assert classes.learn(workspace, first).held == 1
    second = shown(workspace, files)["grace"]
    assert (len(second.faces), second.known, second.refusals) == (0, 2, ())
    assert (classes.learn(workspace, second).stored, classes.learn(workspace, second).held) == (0, 1)


def test_a_folder_has_a_photograph_and_at_most_fifty(workspace: Workspace) -> None:
    found = shown(workspace, {"grace/": b"", **{f"eileen/{number}.jpg": b"x" for number in range(51)}})
    assert "there is no photograph in it" in found["grace"].refusals[0]
    assert "there are 51 photographs in it: 50 at most" in found["eileen"].refusals[0]


def test_there_are_folders_and_at_most_five_hundred(workspace: Workspace) -> None:
    with pytest.raises(RequestError, match="there is no folder of a person"):
        shown(workspace, {"1.jpg": b"x"})
    with pytest.raises(RequestError, match="more than 500 folders"):
        shown(workspace, {f"p{number}/": b"" for number in range(501)})
