"""No name, title, address or file reaches a terminal, a page or a report with what would change how it is read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.support import Ran, Run

from imgpolicy.domain import validate
from imgpolicy.domain.ids import id_from_title

EVIL = "Ann\x1b[31m\x1b]0;title\x07 \u202edlo\u2066 \x9b31m\x7f\x08\u2028x"
"""Escape sequences of both kinds, a title for the window, texts from right to left, and ends of lines."""

SHOWN = "\n\u200c\u200d"
USUAL = ("--channel", "facebook", "--role", "employee", "--purpose", "pr", "--origin", "own")


@pytest.fixture
def folder(own_demo: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demonstration, with a register as an earlier version kept it: any text was a name."""
    monkeypatch.setattr(validate, "check_line", lambda *_: None)
    policy = own_demo / "imgpolicy.toml"
    text = policy.read_text().replace('name = "Our policy"', f'name = "{escaped(EVIL)}"')
    policy.write_text(text.replace("[paragraphs]\n", f'[paragraphs]\nP101 = "{escaped(EVIL)}"\n'))
    shutil.copy(own_demo / "pictures" / "two_people.jpg", own_demo / f"{EVIL.replace('/', '')}.jpg")
    (own_demo / f"{EVIL}.pdf").write_bytes(b"the form")
    return own_demo


def escaped(text: str) -> str:
    """The text as a string of TOML has it."""
    return "".join(f"\\u{ord(char):04x}" for char in text)


def plain(ran: Ran, *codes: int) -> str:
    """What the command said, in which nothing is in disguise."""
    assert ran.code in (codes or (0,)), ran.err
    for said in (ran.out, ran.err):
        assert [char for char in said if not (char.isprintable() or char in SHOWN)] == []
    return ran.out + ran.err


@pytest.mark.slow
def test_what_is_kept_is_shown_in_plain(imgpolicy: Run, folder: Path) -> None:
    def run(*words: str) -> None:
        plain(imgpolicy(*words, folder=folder))

    work = id_from_title(EVIL, ())
    run("person", "add", "--id", "ann", "--name", EVIL, "--relation", EVIL)
    covers = ("--channel", "facebook", "--purpose", "pr", "--until", "2031-01-01")
    proof = ("--collected", EVIL, "--evidence", f"{EVIL}.pdf")
    run("consent", "grant", "ann", "--kind", "publication", *covers, *proof)
    run("work", "add", "pictures/meadow.jpg", "--title", EVIL, "--owner", EVIL)
    terms = ("--licensor", EVIL, "--terms", EVIL, "--credit", EVIL, "--evidence", f"{EVIL}.pdf")
    run("licence", "add", work, *covers, *terms)
    for picture in ("meadow", "portrait"):
        posted = ("--channel", "facebook", "--purpose", "pr", "--person", "ann")
        run("publication", "add", f"pictures/{picture}.jpg", *posted, "--url", f"https://x.org/{EVIL}")
    for shown in (
        *("person list", "person show ann", "consent list ann", "consent due --days 9999", "evidence show ann"),
        *("work list", "logo list", "licence list", "licence due --days 9999", "publication list"),
    ):
        run(*shown.split())
        run(*shown.split(), "--format", "json")
    for shown in (
        *("person export ann", "person export ann --format html", "register export", "consent letter ann --channel x"),
        *("policy explain P101", "policy explain P101 --format json", "register verify"),
    ):
        run(*shown.split())
    run("consent", "withdraw", "ann", "--reason", EVIL)
    run("publication", "list", "--tasks")
    run("person", "erase", "ann", "--yes")


@pytest.mark.slow
@pytest.mark.parametrize("form", ["text", "json", "jsonl", "html", "sarif", "junit", "github"])
def test_reports_are_in_plain_whatever_the_picture_is_called(imgpolicy: Run, folder: Path, form: str) -> None:
    said = (
        "--caption",
        EVIL,
        "--campaign",
        EVIL,
        "--event",
        EVIL,
        "--actor",
        EVIL,
        "--edit",
        EVIL,
        "--territory",
        EVIL,
    )
    picture = f"{EVIL}.jpg"
    plain(imgpolicy("check", picture, *USUAL, *said, "--format", form, folder=folder), 1)
    release = ("--release-by", EVIL, "--reason", EVIL)
    plain(imgpolicy("check", picture, *USUAL, *release, "--format", form), 0)
    plain(imgpolicy("check", f"{EVIL}-not-there.jpg", *USUAL, "--format", form), 4)


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ("inspect", f"{EVIL}.jpg"),
        ("inspect", f"{EVIL}.jpg", "--format", "json"),
        ("strip", f"{EVIL}.jpg", "-o", f"new{EVIL}.jpg"),
        ("strip", f"no{EVIL}.jpg", "-o", "new.jpg"),
        ("clean", f"{EVIL}.jpg", *USUAL, "-o", f"new{EVIL}.jpg"),
        ("init", f"new{EVIL}"),
        ("policy", "init", f"new{EVIL}.toml"),
        ("person", "list", "--policy", f"no{EVIL}.toml"),
        ("person", "list", "--register", f"sqlite:///{EVIL}"),
        ("person", "list", f"--no{EVIL}"),
        ("person", "show", EVIL),
        ("check", "pictures/meadow.jpg", "--channel", EVIL),
        ("check", f"https://{EVIL}/"),
        ("register", "backup", f"new{EVIL}.sqlite"),
        ("register", "rekey", "--to-file", f"new{EVIL}.key"),
    ],
)
def test_what_is_typed_is_repeated_in_plain(imgpolicy: Run, folder: Path, words: tuple[str, ...]) -> None:
    plain(imgpolicy(*words, folder=folder), 0, 2, 4)


@pytest.mark.slow
def test_a_case_of_the_demonstration_is_called_in_plain(imgpolicy: Run, folder: Path) -> None:
    cases = folder / "cases.toml"
    (case, *_) = cases.read_text().split("[[case]]")[1:]
    name = next(line for line in case.split("\n") if line.startswith("name"))
    cases.write_text("[[case]]" + case.replace(name, f'name = "{escaped(EVIL)}"'))
    plain(imgpolicy("demo", folder, "--again"), 0, 4)


@pytest.mark.parametrize("what", ["channels", "purposes", "settings"])
def test_a_policy_has_no_word_in_disguise(imgpolicy: Run, own_demo: Path, what: str) -> None:
    policy = own_demo / "imgpolicy.toml"
    lines = {
        "channels": ("[posting.channels]\n", f'[posting.channels]\n"{escaped(EVIL)}" = "public"\n'),
        "purposes": ('purposes = ["', f'purposes = ["{escaped(EVIL)}", "'),
        "settings": ('settings = ["', f'settings = ["{escaped(EVIL)}", "'),
    }
    old, new = lines[what]
    assert old in policy.read_text()
    policy.write_text(policy.read_text().replace(old, new))
    ran = imgpolicy("person", "list", folder=own_demo)
    assert f"among the {what} holds a character that is not shown" in plain(ran, 4)
