"""What commands refuse and show, in Danish where that is asked for, and the same as ever where it is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support import Ran, Run

DANISH = "da_DK.UTF-8"

REFUSALS = [
    (
        ("check", "pictures/portrait.jpg", "--channel", "{0}"),
        "politikken kender ikke kanalen '{0}'; den kender facebook,",
        "the policy does not know the channel '{0}'; it knows facebook,",
    ),
    (
        ("person", "show", "nobody"),
        "der er ingen 'nobody' i registret; `imgpolicy person list` viser, hvem der er",
        "there is nobody 'nobody' in the register; `imgpolicy person list` shows who is",
    ),
    (
        ("person", "add", "--id", "ada", "--name", "", "--adult-by", "kim"),
        "navnet har intet indhold",
        "the name is empty",
    ),
    (
        ("person", "list", "--policy", "nowhere.toml"),
        "nowhere.toml: kan ikke læses (filen eller mappen findes ikke); `imgpolicy init` laver en politik",
        "nowhere.toml: cannot be read (No such file or directory); `imgpolicy init` makes a policy",
    ),
    (
        ("strip", "cases.toml", "-o", "out.jpg"),
        "cases.toml: metadata kan ikke fjernes: formatet er ikke et, hvis metadata kan læses her",
        "cases.toml: cannot be stripped: its format is not one whose metadata can be read here",
    ),
    (
        ("clean", "pictures/portrait.jpg", "-o", "out.jpg", "--crop", "5,5,5,5"),
        "delen, der beholdes (--crop), er LEFT,TOP,RIGHT,BOTTOM",
        "the part to keep (--crop) is LEFT,TOP,RIGHT,BOTTOM",
    ),
    (
        ("evidence", "add", "eileen", "--consent", "c-0", "nowhere.pdf"),
        "nowhere.pdf: kan ikke læses (filen eller mappen findes ikke)",
        "nowhere.pdf: cannot be read (No such file or directory)",
    ),
    (
        ("person", "erase", "eileen"),
        "dette fjerner alt om 'eileen' for altid: angiv --yes for at gøre det",
        "this removes everything about 'eileen' for ever: say --yes to do it",
    ),
    (
        ("consent", "renew", "c-0"),
        "der er intet samtykke 'c-0'; `imgpolicy consent list` viser dem",
        "there is no consent 'c-0'; `imgpolicy consent list` shows them",
    ),
    (
        ("account", "end", "ghost"),
        "der er ingen konto 'ghost'; `imgpolicy account list` viser dem",
        "there is no account 'ghost'; `imgpolicy account list` shows them",
    ),
    (
        ("publication", "takedown", "p-0"),
        "der er ingen opgave eller offentliggørelse 'p-0'; `imgpolicy publication list` viser dem",
        "there is no task or publication 'p-0'; `imgpolicy publication list` shows them",
    ),
]


@pytest.mark.parametrize(("words", "danish", "english"), REFUSALS)
def test_a_refusal_is_said_in_the_readers_language(
    imgpolicy: Run, demo: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], danish: str, english: str
) -> None:
    for locale, said in ((DANISH, danish), ("C", english), ("fr_FR.UTF-8", english)):
        monkeypatch.setenv("LC_ALL", locale)
        ran = imgpolicy(*words, folder=demo)
        assert ran.code in {2, 4}
        assert ran.out == ""
        assert ran.err.startswith(f"imgpolicy: {said}"), locale


def test_lists_have_danish_headings_and_statuses(imgpolicy: Run, demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", DANISH)
    assert imgpolicy("person", "list", folder=demo).out.split("\n")[0].split() == ["id", "navn", "tilknytning"]
    said = " ".join(imgpolicy("consent", "list", "eileen").out.split())
    assert "biometri givet den 2026-01-05; fra" in said
    assert "kanaler linkedin" in said
    monkeypatch.setenv("LC_ALL", "C")
    assert imgpolicy("person", "list").out.split("\n")[0].split() == ["id", "name", "relation"]
    said = " ".join(imgpolicy("consent", "list", "eileen").out.split())
    assert "biometric given on 2026-01-05; from" in said
    assert "channels linkedin" in said


def test_what_a_denial_reaches_and_what_came_of_it_is_danish(
    imgpolicy: Run, own_demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", DANISH)
    ran = imgpolicy("consent", "withdraw", "eileen", "--reason", "asked", folder=own_demo)
    assert ran.err.startswith("imgpolicy: offentliggørelse tilbagekaldt helt for eileen: ")
    assert "samtykke(r) ophører, 0 opslag skal tages ned" in ran.err
    assert ran.out.startswith("registreret: c-")


def test_problems_of_an_import_say_where_they_stand_in_danish(
    imgpolicy: Run, own_demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", DANISH)
    (own_demo / "people.csv").write_text("id,name,born\nada,Ada,once\n", encoding="utf-8")
    ran = imgpolicy("register", "import", "people.csv", folder=own_demo)
    assert ran.code == 4
    assert "people.csv, række 2, kolonne born: 'once' er ikke en dato" in ran.err
    assert "intet blev importeret: 1 problem(er)" in ran.err


@pytest.mark.parametrize(
    "words",
    [
        ("person", "list"),
        ("person", "show", "eileen"),
        ("consent", "list"),
        ("consent", "due", "--days", "36500"),
        ("face", "list"),
        ("work", "list"),
        ("licence", "list"),
        ("publication", "list"),
        ("account", "list"),
        ("register", "verify"),
        ("register", "stats"),
    ],
)
def test_json_is_the_same_in_every_locale(
    imgpolicy: Run, demo: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    said: list[Ran] = []
    for locale in (DANISH, "C"):
        monkeypatch.setenv("LC_ALL", locale)
        said.append(imgpolicy(*words, "--format", "json", folder=demo))
    assert json.loads(said[0].out) == json.loads(said[1].out)
    assert said[0].out == said[1].out
