"""What a no reaches in the archive: what falls, where else the picture of a post is, and a no that came by a link."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageOps
from tests.service import test_archive
from tests.service.test_archive import EVERYTHING, walked
from tests.support import Run, wrote

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.posting import Posting, today
from imgpolicy.domain.publication import Reached
from imgpolicy.domain.scope import Scope
from imgpolicy.enrol import work_picture
from imgpolicy.register.works import add_work
from imgpolicy.service import archive, grants, people, reached, works
from imgpolicy.service.posts import posts, record_post
from imgpolicy.service.workspace import Workspace

laid_out, judged_once, workspace = test_archive.laid_out, test_archive.judged_once, test_archive.workspace

NO = Consent(person="eileen", kind=ConsentKind.PUBLICATION, state=ConsentState.WITHDRAWN, scope=Scope(), reason="mail")
PORTRAIT = Path("pictures/portrait.jpg")
HERE = "pictures/portrait.jpg"


def copied() -> list[str]:
    """The portrait's names in the archive: the file, itself under another name, smaller and mirrored, and cropped."""
    shutil.copy(PORTRAIT, "pictures/again.jpg")
    with Image.open(PORTRAIT) as image:
        ImageOps.mirror(image.reduce(2)).save("pictures/smaller.jpg", quality=80)
        image.crop((0, 0, image.width // 2, image.height // 2)).save("pictures/cropped.jpg")
    return ["pictures/again.jpg", HERE, "pictures/smaller.jpg"]


@pytest.mark.slow
def test_a_post_is_found_with_its_copies_when_it_must_come_down(workspace: Workspace) -> None:
    names = copied()
    walked(workspace)
    posting = Posting(channel="facebook", purpose="pr")
    record_post(workspace, str(PORTRAIT), posting, "https://example.org/1")
    record_post(workspace, "pictures/meadow.jpg", posting, "https://example.org/2")
    done = grants.state_consent(workspace, NO)
    (task,) = done.takedowns
    places = archive.concerned(workspace, people=["eileen"])
    found = reached.reached(workspace, places, [task.publication])
    assert found.copies == {task.publication.id: tuple(names)}
    assert HERE in found.fallen
    assert found.trouble is None
    PORTRAIT.unlink()
    Path("pictures/again.jpg").unlink()
    walked(workspace)
    assert reached.copies(workspace, [task.publication]) == {task.publication.id: ("pictures/smaller.jpg",)}
    everything = reached.copies(workspace, posts(workspace).publications)
    assert sorted(everything.values()) == [("pictures/meadow.jpg",), ("pictures/smaller.jpg",)]


@pytest.mark.slow
def test_a_person_who_is_erased_leaves_the_names_of_what_must_come_down(workspace: Workspace) -> None:
    record_post(workspace, str(PORTRAIT), Posting(channel="facebook", purpose="pr"), "https://example.org/1")
    places = archive.concerned(workspace, people=["eileen"])
    tasks = people.erase(workspace, "eileen").takedowns
    found = reached.reached(workspace, places, [task.publication for task in tasks])
    assert list(found.copies.values()) == [(HERE,)]
    assert found.fallen == (HERE,)


@pytest.mark.slow
def test_a_no_says_before_how_many_pictures_it_reaches(workspace: Workspace) -> None:
    assert grants.reach(workspace, NO).pictures == 1
    grants.state_consent(workspace, NO)
    archive.no_longer_go(workspace, archive.concerned(workspace, people=["eileen"]))
    assert grants.reach(workspace, replace(NO, id="c-again")).pictures == 0


@pytest.mark.slow
def test_a_no_that_came_by_another_way_is_caught_up_with(workspace: Workspace) -> None:
    day = today()
    grants.state_consent(workspace, NO)
    assert reached.fallen_since(workspace, day) == reached.Fallen()
    reached.catch_up(workspace)
    fallen = reached.Fallen(names=(HERE,), count=1)
    assert reached.fallen_since(workspace, day) == reached.fallen_since(workspace, day, "eileen") == fallen
    assert reached.fallen_since(workspace, day, "grace") == reached.Fallen()
    assert reached.fallen_since(workspace, day + dt.timedelta(days=1)) == reached.Fallen()
    reached.catch_up(workspace)
    yes = Consent(person="eileen", kind=ConsentKind.PUBLICATION, state=ConsentState.GIVEN, scope=EVERYTHING)
    grants.state_consent(workspace, yes)
    reached.catch_up(workspace)
    assert reached.fallen_since(workspace, day) == reached.Fallen()


@pytest.mark.slow
def test_without_an_archive_nothing_is_reached_and_none_is_made(own_demo: Path) -> None:
    with Workspace.open(own_demo / "imgpolicy.toml") as opened:
        reached.catch_up(opened)
        assert reached.reached(opened, ()) == Reached()
        assert reached.fallen_since(opened, today()) == reached.Fallen()
        assert grants.reach(opened, NO).pictures == 0
        assert not opened.register.has_archive


@pytest.mark.slow
def test_the_command_line_names_the_copies(workspace: Workspace, imgpolicy: Run) -> None:
    record_post(workspace, str(PORTRAIT), Posting(channel="facebook", purpose="pr"), "https://example.org/1")
    said = imgpolicy("consent", "withdraw", "eileen", "--reason", "by mail", "--yes")
    assert f"is in the archive, or a copy of it: 1\n  {HERE}\n" in said.out
    assert f"no go any more, in the archive: 1\n  {HERE}\n" in said.out
    assert "1 picture(s) of the archive are judged again" in said.err
    listed = imgpolicy("publication", "list", "--tasks")
    assert f"is in the archive, or a copy of it: 1\n  {HERE}\n" in listed.out


@pytest.mark.slow
def test_a_new_work_says_what_it_is_in_the_archive_as_a_whole_and_how_many_wait(
    workspace: Workspace, imgpolicy: Run
) -> None:
    assert workspace.register.has_archive
    said = imgpolicy("work", "add", "pictures/meadow.jpg", "--title", "Sea", "--owner", "O", "--kind", "restricted")
    assert "no go any more, in the archive: 1\n  pictures/meadow.jpg\n" in said.out
    waiting = len(list(Path("pictures").iterdir()))
    assert f"{waiting} picture(s) of the archive may show parts of it" in said.err
    with Workspace.open("imgpolicy.toml") as opened:
        assert len(test_archive.again(opened)) == waiting
        assert reached.reached_by_works(opened, []) == reached.ByWorks()
        assert test_archive.kept(opened) == test_archive.checked(opened)


@pytest.mark.slow
def test_where_keypoints_are_kept_a_work_that_is_a_whole_picture_waits_for_nothing_more(workspace: Workspace) -> None:
    walked(workspace, replace(test_archive.REQUEST, keypoints=True, fresh=True))
    wrote(workspace.register, add_work, "Meadow", [work_picture("pictures/meadow.jpg")])
    (added,) = (one.work.id for one in works.works(workspace) if one.work.title == "Meadow")
    found = reached.reached_by_works(workspace, [added])
    assert found.fallen == ("pictures/meadow.jpg",)
    assert found.waiting == len(list(Path("pictures").iterdir())) - 1
