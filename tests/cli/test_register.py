"""Keeping a register from the command line."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from tests.support import Run

PORTRAIT = "pictures/portrait.jpg"


@pytest.fixture
def folder(demo: Path, tmp_path: Path, imgpolicy: Run) -> Path:
    """A new working folder with the sample's pictures in it and nobody in the register."""
    assert imgpolicy("init", tmp_path).code == 0
    (tmp_path / "pictures").symlink_to(demo / "pictures")
    return tmp_path


@pytest.mark.slow
def test_from_an_empty_register_to_a_go_and_back(imgpolicy: Run, folder: Path) -> None:
    good = ("--channel", "website", "--purpose", "news", "--role", "employee", "--origin", "own")
    check = ("check", PORTRAIT, *good, "--format", "json")

    def codes() -> list[str]:
        found = json.loads(imgpolicy(*check, folder=folder).out)["reports"][0]["findings"]
        return [finding["code"] for finding in found]

    def done(*words: str) -> None:
        ran = imgpolicy(*words, folder=folder)
        assert ran.code == 0, ran.err

    assert codes() == ["P101"]
    done("person", "add", "--id", "eileen", "--name", "Eileen Collins", "--adult-by", "Kim Berg")
    done("consent", "grant", "eileen", "--kind", "biometric", "--collected", "signed form")
    done("face", "enrol", "eileen", PORTRAIT)
    assert codes() == ["P105"]
    done("consent", "grant", "eileen", "--kind", "publication", "--channel", "website", "--purpose", "pr")
    assert codes() == ["P104"]
    done("consent", "grant", "eileen", "--kind", "publication", "--channel", "website", "--purpose", "news")
    assert codes() == []
    done("consent", "withdraw", "eileen", "--channel", "website", "--reason", "asked by mail")
    assert codes() == ["P102"]
    done("consent", "withdraw", "eileen", "--kind", "biometric", "--reason", "asked by mail")
    assert codes() == ["P101"]


@pytest.mark.slow
def test_a_face_is_learnt_only_with_the_persons_biometric_consent(imgpolicy: Run, folder: Path) -> None:
    imgpolicy("person", "add", "--id", "eileen", "--name", "Eileen Collins", folder=folder)
    ran = imgpolicy("face", "enrol", "eileen", PORTRAIT, folder=folder)
    assert ran.code == 4
    assert "biometric" in ran.err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("photographs", "said"),
    [
        (["pictures/meadow.jpg"], "no face"),
        (["pictures/two_people.jpg"], "--face"),
        ([PORTRAIT, "pictures/meadow.jpg"], "no face"),
        ([PORTRAIT, "none.jpg"], "no such file"),
        (["pictures/two_people.jpg", "--face", "3"], "only 2"),
    ],
)
def test_several_photographs_are_enrolled_all_or_none(
    imgpolicy: Run, folder: Path, photographs: list[str], said: str
) -> None:
    imgpolicy("person", "add", "--id", "eileen", "--name", "Eileen Collins", folder=folder)
    imgpolicy("consent", "grant", "eileen", "--kind", "biometric", folder=folder)
    ran = imgpolicy("face", "enrol", "eileen", *photographs, folder=folder)
    assert (ran.code, ran.err.count("\n")) == (4, 1)
    assert said in ran.err
    assert json.loads(imgpolicy("person", "show", "eileen", "--format", "json", folder=folder).out)["faces"] == []


@pytest.mark.slow
def test_enrolling_says_when_a_face_is_close_to_somebody_elses(imgpolicy: Run, folder: Path) -> None:
    for person in ("eileen", "anna"):
        imgpolicy("person", "add", "--id", person, "--name", person, folder=folder)
        imgpolicy("consent", "grant", person, "--kind", "biometric", folder=folder)
    imgpolicy("face", "enrol", "eileen", PORTRAIT, folder=folder)
    ran = imgpolicy("face", "enrol", "anna", "pictures/two_people.jpg", "--face", "1", folder=folder)
    assert ran.code == 0
    assert "close to eileen" in ran.err


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        (["--channel", "website"], "no purpose"),
        (["--purpose", "news"], "no channel"),
        ([], "no channel and no purpose"),
    ],
)
def test_a_consent_that_names_no_channel_or_purpose_is_recorded_and_said_to_cover_nothing(
    imgpolicy: Run, own_demo: Path, scope: list[str], said: str
) -> None:
    imgpolicy("consent", "withdraw", "eileen", "--reason", "a clean slate", folder=own_demo)
    ran = imgpolicy("consent", "grant", "eileen", "--kind", "publication", *scope, folder=own_demo)
    assert (ran.code, said in ran.err) == (0, True)
    check = ("check", PORTRAIT, "--channel", "website", "--purpose", "news", "--format", "json")
    (report,) = json.loads(imgpolicy(*check, folder=own_demo).out)["reports"]
    assert report["verdict"] == "no-go"


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ("consent", "grant", "eileen", "--kind", "publication", "--channel", "myspace", "--purpose", "news"),
        ("consent", "grant", "eileen", "--kind", "publication", "--channel", "x", "--purpose", "pr", "--until", "soon"),
        ("consent", "withdraw", "eileen", "--channel", "webiste", "--reason", "misspelt"),
        ("consent", "withdraw", "eileen"),
        ("person", "add", "--id", "anna"),
        ("person",),
        ("logo", "add", "mark", "pictures/logo.png", "--whose", "ours"),
    ],
)
def test_wrong_words_are_exit_2_and_record_nothing(imgpolicy: Run, folder: Path, words: tuple[str, ...]) -> None:
    imgpolicy("person", "add", "--id", "eileen", "--name", "Eileen Collins", folder=folder)
    ran = imgpolicy(*words, folder=folder)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert json.loads(imgpolicy("consent", "list", "--format", "json", folder=folder).out) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ("person", "add", "--id", "eileen", "--name", "Twice"),
        ("person", "add", "--id", "../etc", "--name", "Path"),
        ("person", "add", "--id", "anna", "--name", "Anna", "--guardian", "nobody"),
        ("person", "show", "nobody"),
        ("consent", "grant", "nobody", "--kind", "biometric"),
        (
            *("consent", "grant", "eileen", "--kind", "publication", "--channel", "x", "--purpose", "pr"),
            *("--from", "2027-01-01", "--until", "2026-01-01"),
        ),
        ("work", "add", "none.png", "--title", "T", "--owner", "O"),
    ],
)
def test_what_the_register_refuses_is_one_line_and_exit_4(imgpolicy: Run, folder: Path, words: tuple[str, ...]) -> None:
    imgpolicy("person", "add", "--id", "eileen", "--name", "Eileen Collins", folder=folder)
    ran = imgpolicy(*words, folder=folder)
    assert (ran.code, ran.out, ran.err.count("\n")) == (4, "", 1)


def test_lists_are_text_for_people_and_json_for_programs(imgpolicy: Run, demo: Path) -> None:
    assert "Eileen Collins" in imgpolicy("person", "list", folder=demo).out
    (person,) = json.loads(imgpolicy("person", "list", "--format", "json", folder=demo).out)
    assert (person["id"], person["name"]) == ("eileen", "Eileen Collins")
    assert len(json.loads(imgpolicy("consent", "list", "eileen", "--format", "json", folder=demo).out)) == 5
    (work,) = json.loads(imgpolicy("work", "list", "--format", "json", folder=demo).out)
    (logo,) = json.loads(imgpolicy("logo", "list", "--format", "json", folder=demo).out)
    assert (work["title"], logo["title"], logo["kind"]) == ("Harbour at dusk", "Example Library", "own logo")


def test_a_work_that_is_there_already_is_said_and_not_doubled(imgpolicy: Run, own_demo: Path) -> None:
    words = ("work", "add", "pictures/poster.jpg", "--title", "Poster", "--owner", "The Harbour Gallery")
    assert imgpolicy(*words, folder=own_demo).code == 0
    again = imgpolicy(*words, folder=own_demo)
    assert (again.code, "poster" in again.err) == (4, True)
    assert len(json.loads(imgpolicy("work", "list", "--format", "json", folder=own_demo).out)) == 2


def test_a_blank_work_is_known_by_its_file_alone(imgpolicy: Run, own_demo: Path) -> None:
    from PIL import Image

    Image.new("RGB", (300, 300), "teal").save(own_demo / "blank.png")
    Image.new("RGB", (300, 300), "navy").save(own_demo / "other.png")
    ran = imgpolicy("work", "add", "blank.png", "--title", "Blank", "--owner", "Nobody", folder=own_demo)
    assert (ran.code, "too plain to be told from others" in ran.err) == (0, True)
    posting = ("--channel", "website", "--role", "employee", "--purpose", "news", "--origin", "own")
    ran = imgpolicy("check", "blank.png", "other.png", *posting, "--format", "json")
    same, other = json.loads(ran.out)["reports"]
    assert [one["code"] for one in same["findings"]] == ["C101"]
    assert other["findings"] == []


@pytest.mark.slow
def test_names_that_look_like_code_are_stored_as_they_are(imgpolicy: Run, folder: Path) -> None:
    name = "Robert'); DROP TABLE person;-- $(rm -rf /) [bold]"
    assert imgpolicy("person", "add", "--id", "bobby", "--name", name, folder=folder).code == 0
    (person,) = json.loads(imgpolicy("person", "list", "--format", "json", folder=folder).out)
    assert person["name"] == name
    assert "[bold]" in imgpolicy("person", "show", "bobby", folder=folder).out


def test_init_never_writes_over_what_is_there(imgpolicy: Run, folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and not path.is_symlink()}
    ran = imgpolicy("init", folder)
    assert (ran.code, ran.err.count("\n")) == (4, 1)
    assert all(path.read_bytes() == data for path, data in before.items())


@pytest.mark.parametrize("name", ["imgpolicy.key", "consent_db/register.sqlite"])
def test_init_leaves_no_half_of_itself_beside_what_is_there(imgpolicy: Run, tmp_path: Path, name: str) -> None:
    there = tmp_path / name
    there.parent.mkdir(exist_ok=True)
    there.write_text("mine")
    ran = imgpolicy("init", tmp_path)
    assert (ran.code, ran.err.count("\n")) == (4, 1)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [there]


def test_an_init_that_fails_half_way_leaves_nothing_to_stumble_over(imgpolicy: Run, tmp_path: Path) -> None:
    ran = imgpolicy("init", tmp_path, "--register", "sqlite:///no/such/folder/register.sqlite")
    assert (ran.code, ran.err.count("\n")) == (4, 1)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("name", ["what?x=1", "per%20cent", "blå bær #1"])
def test_a_folder_may_have_any_name(imgpolicy: Run, tmp_path: Path, name: str) -> None:
    assert imgpolicy("init", tmp_path / name).code == 0
    assert (tmp_path / name / "consent_db" / "register.sqlite").is_file()
    assert imgpolicy("person", "list", folder=tmp_path / name).code == 0


@pytest.mark.slow
def test_a_key_in_the_environment_is_the_key(imgpolicy: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def people(key: bytes) -> int:
        monkeypatch.setenv("IMGPOLICY_KEY", base64.b64encode(key).decode())
        return imgpolicy("person", "list", folder=tmp_path).code

    monkeypatch.setenv("IMGPOLICY_KEY", base64.b64encode(b"k" * 32).decode())
    assert imgpolicy("init", tmp_path).code == 0
    assert not (tmp_path / "imgpolicy.key").exists()
    assert (people(b"k" * 32), people(b"x" * 32)) == (0, 4)


def test_the_key_is_for_its_owner_alone(folder: Path) -> None:
    assert (folder / "imgpolicy.key").stat().st_mode & 0o077 == 0
