"""A command that is proposed works where it is copied from: it states the policy and the register that were named."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
from tests.rules.test_rules import rules
from tests.support import Run

from imgpolicy.cli.common import stated
from imgpolicy.cli.reference import app
from imgpolicy.rules import judge

USUAL = ("--channel", "facebook", "--role", "employee", "--purpose", "pr", "--origin", "own")

PROPOSED = sorted(
    {
        command
        for rule in rules()
        for case in rule.fails
        for finding in judge([one() for one in rules()], case)
        for remedy in finding.remedies
        for command in (remedy.command, remedy.letter_command)
        if command is not None
    }
)


@pytest.fixture
def elsewhere(own_demo: Path) -> str:
    """The demo's policy by a path that a shell takes apart, from the folder above."""
    return str(own_demo.rename(own_demo.with_name("our pictures")).relative_to(own_demo.parent) / "imgpolicy.toml")


@pytest.mark.slow
def test_what_clean_does_is_copied_and_does_it(imgpolicy: Run, elsewhere: str, tmp_path: Path) -> None:
    picture = "our pictures/pictures/with_location.jpg"
    ran = imgpolicy("check", picture, *USUAL, "--policy", elsewhere, folder=tmp_path)
    (line,) = (line for line in ran.out.splitlines() if "imgpolicy clean" in line)
    words = shlex.split(line.partition(": ")[2].replace("CLEAN", "clean.jpg"))
    assert words[-2:] == ["--policy", elsewhere]
    done = imgpolicy(*words[1:], folder=tmp_path)
    assert (done.code, (tmp_path / "clean.jpg").is_file()) == (0, True)


@pytest.mark.slow
def test_every_form_of_a_report_has_the_command_that_works(imgpolicy: Run, elsewhere: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/our pictures/consent_db/register.sqlite"
    place = ("--policy", elsewhere, "--register", url)
    ran = imgpolicy(
        *("check", "our pictures/pictures/two_people.jpg", *USUAL, *place),
        *("--format", "html", "--output", "report.html", "--format", "json"),
        folder=tmp_path,
    )
    (report,) = json.loads(ran.out)["reports"]
    ways = [way["command"] for finding in report["findings"] for way in finding["remedies"] if "command" in way]
    assert len(ways) > 2
    assert all(shlex.split(way)[-4:] == list(place) for way in ways)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert all(way.replace("'", "&#x27;") in page or way in page for way in ways)


def test_nothing_is_stated_where_nothing_was_named(imgpolicy: Run, demo: Path) -> None:
    assert "--policy" not in imgpolicy("check", "pictures/meadow.jpg", "--format", "json", folder=demo).out


@pytest.mark.parametrize("command", PROPOSED)
def test_every_command_that_is_proposed_takes_both(command: str) -> None:
    words = shlex.split(command)[1:]
    callbacks = {
        (*([] if group is None else [group]), one.name or getattr(one.callback, "__name__", "")): one.callback
        for group, commands in (
            (None, app.registered_commands),
            *(
                (one.name, one.typer_instance.registered_commands)
                for one in app.registered_groups
                if one.typer_instance
            ),
        )
        for one in commands
    }
    found = callbacks.get(tuple(words[:2])) or callbacks[tuple(words[:1])]
    assert found is not None
    assert {"policy", "register"} <= set(getattr(found, "__signature__").parameters)  # noqa: B009


@pytest.mark.parametrize(
    "secret",
    [
        "postgresql://us:hunter2@host/db",
        "postgresql://host/db?password=hunter2",
        "sqlite:///a\x1bhunter2",
        "a://[hunter2",
    ],
)
def test_no_password_is_repeated(secret: str) -> None:
    assert stated(policy=Path("p.toml"), register=secret) == "--policy p.toml --register URL"


def test_what_a_shell_would_take_apart_is_quoted() -> None:
    assert shlex.split(stated(policy=Path("a b'; rm -rf .toml"), register="sqlite:///x y")) == [
        *("--policy", "a b'; rm -rf .toml"),
        *("--register", "sqlite:///x y"),
    ]
    assert stated(policy=Path("a\nb")) == "--policy FILE"


def test_the_name_of_a_home_is_not_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path / "work")
    policy = tmp_path / "a policy" / "imgpolicy.toml"
    assert stated(policy=policy, register=f"sqlite:///{tmp_path}/r.sqlite") == (
        "--policy ~/'a policy/imgpolicy.toml' --register URL"
    )
