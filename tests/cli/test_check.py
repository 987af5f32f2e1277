"""`imgpolicy check` as scripts rely on it: words in, JSON or text and an exit code out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import msgspec
import pytest
from tests.sharing import looking_anew
from tests.support import Ran, Run

from imgpolicy.extract.logos.verifier import verifier
from imgpolicy.wire.report import ReportsWire, report_schema

USUAL = ("--channel", "facebook", "--role", "employee", "--purpose", "pr", "--origin", "own", "--on", "2026-05-04")
SCHEMA = jsonschema.Draft202012Validator(json.loads(report_schema()))


def reports(ran: Ran) -> ReportsWire:
    """The reports in standard output, once they have been held against the published schema."""
    SCHEMA.validate(json.loads(ran.out))
    return msgspec.json.decode(ran.out, type=ReportsWire)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("picture", "words", "code", "codes"),
    [
        ("portrait.jpg", USUAL, 0, []),
        ("two_people.jpg", USUAL, 1, ["P101"]),
        ("interview.jpg", (*USUAL, "--channel", "linkedin"), 1, ["P102"]),
        ("archive.jpg", (*USUAL, "--channel", "intranet", "--purpose", "internal", "--on", "2026-07-01"), 1, ["P103"]),
        ("banner.jpg", (*USUAL, "--channel", "x"), 1, ["P104"]),
        ("with_location.jpg", USUAL, 1, ["M101"]),
        ("poster.jpg", USUAL, 1, ["C101"]),
        ("logo.png", (*USUAL, "--role", "private"), 1, ["L101"]),
        ("meadow.jpg", USUAL, 0, []),
        ("meadow.jpg", (), 3, ["C105", "R101"]),
    ],
)
def test_verdict_codes_and_exit_code_agree(
    imgpolicy: Run, demo: Path, picture: str, words: tuple[str, ...], code: int, codes: list[str]
) -> None:
    ran = imgpolicy("check", f"pictures/{picture}", *words, "--format", "json", folder=demo)
    (report,) = reports(ran).reports
    assert ran.code == code
    assert report.verdict == {0: "go", 1: "no-go", 3: "review"}[code]
    assert [finding.code for finding in report.findings] == codes
    assert report.picture.name == f"pictures/{picture}"


@pytest.mark.slow
def test_a_profile_states_the_posting_and_what_is_beside_it_goes_before_it(imgpolicy: Run, demo: Path) -> None:
    words = ("--profile", "news", "--purpose", "pr", "--format", "json")
    (report,) = reports(imgpolicy("check", "pictures/meadow.jpg", *words, folder=demo)).reports
    said = report.posting
    assert (said.channel, said.role, said.purpose, said.origin) == ("website", "employee", "pr", "own")
    assert (said.audience, report.verdict) == ("public", "go")


@pytest.mark.slow
def test_the_evidence_names_work_and_logo(imgpolicy: Run, demo: Path) -> None:
    words = (*USUAL, "--role", "private", "--format", "json")
    poster, logo = reports(imgpolicy("check", "pictures/poster.jpg", "pictures/logo.png", *words, folder=demo)).reports
    assert poster.findings[0].evidence["work"] == "harbour-at-dusk"
    assert poster.findings[0].evidence["title"] == "Harbour at dusk"
    assert logo.findings[0].evidence["logo"] == "Example Library"


@pytest.mark.slow
def test_a_folder_with_one_bad_file_still_checks_the_others(imgpolicy: Run, own_demo: Path) -> None:
    (own_demo / "pictures" / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    (own_demo / "pictures" / "notes.txt").write_text("not a picture")
    ran = imgpolicy("check", "pictures", *USUAL, "--format", "json", folder=own_demo)
    found = reports(ran).reports
    assert ran.code == 4
    assert len(found) == 13
    (bad,) = (report for report in found if report.picture.width is None)
    assert (bad.picture.name, bad.verdict) == ("pictures/broken.jpg", "review")
    assert [finding.code for finding in bad.findings] == ["X001"]
    assert bad.not_checked[0].lifts
    assert {report.verdict for report in found} == {"go", "no-go", "review"}
    assert "broken.jpg" in ran.err
    assert "notes.txt" in ran.err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("picture", "said"),
    [
        ("none.jpg", "no such file"),
        ("imgpolicy.toml", "not a picture"),
        ("empty.jpg", "empty"),
        ("cut.jpg", "damaged or cut short"),
    ],
)
def test_an_unreadable_picture_is_one_line_and_exit_4(imgpolicy: Run, own_demo: Path, picture: str, said: str) -> None:
    (own_demo / "empty.jpg").touch()
    (own_demo / "cut.jpg").write_bytes((own_demo / "pictures" / "portrait.jpg").read_bytes()[:20_000])
    ran = imgpolicy("check", picture, *USUAL, folder=own_demo)
    assert (ran.code, ran.out) == (4, "")
    assert said in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        ("--channel", "myspace"),
        ("--role", "king"),
        ("--on", "tomorrow"),
        ("--format", "papyrus"),
        ("--format", "json", "--format", "text"),
        ("--output", "a", "--output", "b"),
        ("--nonsense",),
    ],
)
def test_wrong_words_are_one_line_and_exit_2(imgpolicy: Run, demo: Path, words: tuple[str, ...]) -> None:
    ran = imgpolicy("check", "pictures/meadow.jpg", *words, folder=demo)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.count("\n") == 1


@pytest.mark.slow
def test_exit_zero_changes_verdicts_but_not_failures(imgpolicy: Run, demo: Path) -> None:
    assert imgpolicy("check", "pictures/two_people.jpg", *USUAL, "--exit-zero", folder=demo).code == 0
    assert imgpolicy("check", "none.jpg", *USUAL, "--exit-zero", folder=demo).code == 4


@pytest.mark.slow
def test_several_forms_go_to_several_places_in_one_run(imgpolicy: Run, own_demo: Path) -> None:
    ran = imgpolicy(
        *("check", "pictures/two_people.jpg", *USUAL),
        *("--format", "json", "--output", "report.json", "--format", "text"),
        folder=own_demo,
    )
    assert ran.code == 1
    assert "P101" in ran.out
    assert '"P101"' in (own_demo / "report.json").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("form", ["text", "json", "jsonl", "html", "sarif", "junit", "github"])
def test_the_exit_code_does_not_depend_on_the_form(imgpolicy: Run, demo: Path, form: str) -> None:
    ran = imgpolicy("check", "pictures/two_people.jpg", *USUAL, "--format", form, folder=demo)
    assert ran.code == 1
    assert "P101" in ran.out


@pytest.mark.slow
def test_a_page_shows_strangers_only_when_asked(imgpolicy: Run, demo: Path) -> None:
    words = ("check", "pictures/two_people.jpg", *USUAL, "--format", "html")
    masked, shown = (imgpolicy(*words, *more, folder=demo).out for more in ((), ("--show-faces",)))
    urls = [page.partition("data:image/jpeg;base64,")[2].partition('"')[0] for page in (masked, shown)]
    assert all(urls)
    assert urls[0] != urls[1]


def test_a_report_never_replaces_a_picture_or_another_report(imgpolicy: Run, own_demo: Path) -> None:
    picture = own_demo / "pictures" / "meadow.jpg"
    before = picture.read_bytes()
    over_the_picture = ("--output", "pictures/../pictures/meadow.jpg")
    twice = ("--output", "a", "--format", "json", "--output", "./a")
    over_the_policy, over_the_key = ("--output", "imgpolicy.toml"), ("--output", "./imgpolicy.key")
    for outputs in (over_the_picture, over_the_policy, over_the_key, twice):
        ran = imgpolicy("check", "pictures/meadow.jpg", *USUAL, "--format", "text", *outputs, folder=own_demo)
        assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert picture.read_bytes() == before
    assert not (own_demo / "a").exists()


@pytest.mark.slow
def test_the_text_fits_a_terminal_of_80_columns_and_has_no_colours_elsewhere(imgpolicy: Run, demo: Path) -> None:
    ran = imgpolicy("check", "pictures", *USUAL, folder=demo)
    commands = [line for line in ran.out.splitlines() if "imgpolicy " in line]
    assert commands, "what is copied from the screen is in one piece, and the only thing that is wider than it"
    assert max(len(line) for line in ran.out.splitlines() if line not in commands) <= 80
    assert "\x1b" not in ran.out
    assert "no-go" in ran.out.splitlines()[-1]


@pytest.mark.slow
def test_a_picture_from_standard_input(demo: Path) -> None:
    with (demo / "pictures" / "meadow.jpg").open("rb") as picture:
        ran = subprocess.run(
            [sys.executable, "-m", "imgpolicy", "check", "-", *USUAL, "--format", "json"],
            stdin=picture,
            capture_output=True,
            cwd=demo,
            check=False,
        )
    assert ran.returncode == 0
    assert json.loads(ran.stdout)["reports"][0]["picture"]["name"] == "-"


@pytest.mark.slow
def test_a_reader_that_goes_away_does_not_change_the_exit_code(demo: Path) -> None:
    command = (
        f"{sys.executable} -m imgpolicy check pictures {' '.join(USUAL)} --format json | true; echo ${{PIPESTATUS[0]}}"
    )
    ran = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=demo, check=False)
    assert ran.stdout == "1\n"
    assert ran.stderr == ""


def test_a_name_cannot_reach_the_terminal_in_disguise_in_an_error_either(imgpolicy: Run, own_demo: Path) -> None:
    ran = imgpolicy("check", "\x1b[2Jno\ngo.jpg", *USUAL, folder=own_demo)
    assert (ran.code, ran.err.count("\n"), "\x1b" in ran.err) == (4, 1, False)


@pytest.mark.slow
def test_a_name_cannot_reach_the_terminal_in_disguise(imgpolicy: Run, own_demo: Path) -> None:
    wild = "\x1b[2Jgo\u202egpj.\udcff[bold]x.jpg"
    shutil.copyfile(own_demo / "pictures" / "meadow.jpg", os.fsencode(own_demo) + b"/" + os.fsencode(wild))
    for form in ("text", "json"):
        ran = imgpolicy("check", wild, *USUAL, "--format", form, folder=own_demo)
        assert ran.code == 0
        assert not {"\x1b", "\u202e", "\udcff"} & set(ran.out + ran.err)
        assert "[bold]x.jpg" in ran.out.replace("\n", "")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda folder: (folder / "imgpolicy.toml").unlink(), "imgpolicy init"),
        (lambda folder: (folder / "imgpolicy.toml").write_text("nonsense = 1"), "imgpolicy.toml"),
        (lambda folder: (folder / "consent_db" / "register.sqlite").write_bytes(b"nonsense" * 999), "register"),
        (lambda folder: (folder / "imgpolicy.key").unlink(), "key"),
        (lambda folder: (folder / "imgpolicy.key").write_text("nonsense"), "key"),
    ],
)
def test_a_policy_register_or_key_that_cannot_be_read_is_one_line_and_exit_4(
    imgpolicy: Run, own_demo: Path, damage: object, said: str
) -> None:
    assert callable(damage)
    for beside in (own_demo / "consent_db").glob("register.sqlite-*"):
        beside.unlink()
    damage(own_demo)
    ran = imgpolicy("check", "pictures/meadow.jpg", *USUAL, folder=own_demo)
    assert (ran.code, ran.out) == (4, "")
    assert said in ran.err
    assert ran.err.count("\n") == 1


def test_absent_weights_are_not_checked_and_never_a_go(
    imgpolicy: Run, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    verifier.cache_clear()
    with looking_anew():
        ran = imgpolicy("check", "pictures/portrait.jpg", *USUAL, "--format", "json", folder=demo)
    (report,) = reports(ran).reports
    assert (ran.code, report.verdict) == (3, "review")
    assert [unknown.what for unknown in report.not_checked if unknown.lifts] == ["faces", "text", "scene"]


@pytest.mark.slow
def test_the_policy_can_be_named_by_an_option_or_the_environment(
    imgpolicy: Run, demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = demo / "imgpolicy.toml"
    command = ("check", demo / "pictures" / "meadow.jpg", *USUAL)
    assert imgpolicy(*command, folder=tmp_path).code == 4
    assert imgpolicy(*command, "--policy", policy).code == 0
    monkeypatch.setenv("IMGPOLICY_POLICY", str(policy))
    assert imgpolicy(*command).code == 0
