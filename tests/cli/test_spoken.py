"""Help and usage errors in Danish: for whoever's environment asks for it, and for nobody else."""

from __future__ import annotations

import gettext
import sys
from collections.abc import Iterator
from typing import NoReturn

import pytest
from tests.support import Run
from typer.core import TyperGroup
from typer.main import get_command

from imgpolicy.cli.reference import app
from imgpolicy.cli.spoken import helps, spoken, understood
from imgpolicy.language import ENGLISH, LanguageCode, language
from imgpolicy.phrase import Phrase

DANISH = language(LanguageCode.DANISH)


@pytest.fixture
def in_danish(imgpolicy: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of somebody who reads Danish, in which `imgpolicy` runs."""
    del imgpolicy  # it clears the environment first
    monkeypatch.setenv("LC_ALL", "da_DK.UTF-8")
    monkeypatch.setattr(sys, "argv", ["imgpolicy"])


def every_page(command: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words before `--help` of every page of help."""
    yield path
    if isinstance(command, TyperGroup):
        for name, one in command.commands.items():
            yield from every_page(one, (*path, name))


@pytest.mark.usefixtures("in_danish")
def test_the_program_and_a_command_show_their_help_in_danish(imgpolicy: Run) -> None:
    said = imgpolicy("--help").out
    assert said.startswith("Brug: imgpolicy [VALG] KOMMANDO [ARGUMENTER]...\n\n  Må vi lægge billedet op?")
    assert ("Valgmuligheder:\n" in said, "Kommandoer:\n" in said) == (True, True)
    assert "consent      Hvad personer har sagt ja og nej til." in said
    said = imgpolicy("consent", "grant", "--help").out
    assert said.startswith("Brug: imgpolicy consent grant [VALG] {PERSON}\n\n  Registrer et ja.")
    assert "  PERSON  Deres id, eller deres navn, hvor ingen anden hedder det.  [påkrævet]\n" in said
    assert "[standard: consent]" in said
    assert "Vis denne hjælp, og slut." in said


def test_the_help_is_english_where_no_danish_is_asked_for(imgpolicy: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("LANGUAGE", "da")
    monkeypatch.setattr(sys, "argv", ["imgpolicy"])
    said = imgpolicy("consent", "grant", "--help").out
    assert said.startswith("Usage: imgpolicy consent grant [OPTIONS] {PERSON}\n\n  Record a yes.")
    assert ("[required]" in said, "Show this message and exit." in said) == (True, True)


def test_whoever_reads_english_waits_for_no_catalogue(imgpolicy: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a catalogue is read")

    monkeypatch.setattr("imgpolicy.language.translation", read)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert imgpolicy("--help").code == 0
    assert imgpolicy("frob").code == 2


@pytest.mark.slow
@pytest.mark.usefixtures("in_danish")
def test_every_page_of_help_is_danish_and_keeps_the_names(imgpolicy: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = get_command(app)
    english = [text.split("\n")[0] for text in helps(whole) if text]
    for words in every_page(whole):
        danish = imgpolicy(*words, "--help").out
        assert danish.startswith("Brug: "), words
        flat = " ".join(danish.split())
        assert [text for text in english if len(text) > 12 and text in flat] == [], words
        with monkeypatch.context() as inside:
            inside.setenv("LC_ALL", "C")
            before = imgpolicy(*words, "--help").out
        assert option_names(danish) == option_names(before), words


def option_names(said: str) -> list[str]:
    """The options and the commands that a page of help lists, in its order."""
    rows = [line.strip().split("  ")[0] for line in said.splitlines() if line.startswith("  ") and line[2:3].strip()]
    return [row for row in rows if row.startswith("-")]


@pytest.mark.usefixtures("in_danish")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("frob",), "Ukendt kommando 'frob'."),
        (("clen",), "Ukendt kommando 'clen'. Mente du 'clean'?"),
        (("consent",), "Kommando mangler."),
        (("check",), "Argumentet 'PICTURE' mangler."),
        (("check", "a.jpg", "--frob"), "Ukendt valgmulighed: --frob"),
        (("check", "a.jpg", "--fo"), "Ukendt valgmulighed: --fo (mulige: --force, --format, --on)"),
        (("check", "a.jpg", "--lang"), "Valgmuligheden '--lang' kræver en værdi."),
        (("check", "a.jpg", "--record=1"), "Valgmuligheden '--record' tager ingen værdi."),
        (("check", "a.jpg", "--role", "{x}"), "Ugyldig værdi for '--role': '{x}' er ikke en af 'private',"),
        (("consent", "due", "--days", "x"), "Ugyldig værdi for '--days': 'x' er ikke et helt tal."),
        (("consent", "due", "--days", "-1"), "Ugyldig værdi for '--days': -1 er ikke inden for 0<=x<=36500."),
        (("consent", "due", "now"), "For mange argumenter (now)"),
        (("check", "a.jpg", "--on", "today"), "Ugyldig værdi for '--on': 'today' passer ikke til"),
        (("person", "add"), "Valgmuligheden '--id' mangler."),
    ],
)
def test_a_usage_error_is_danish(imgpolicy: Run, words: tuple[str, ...], said: str) -> None:
    ran = imgpolicy(*words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"imgpolicy: {said}")
    assert "(se `imgpolicy " in ran.err


def test_what_typer_says_is_understood_whatever_the_words_in_it_hold() -> None:
    said = understood("No such option: --{0}{name} is not a valid int.")
    assert isinstance(said, Phrase)
    assert DANISH.say(said) == "Ukendt valgmulighed: --{0}{name} is not a valid int."
    assert not isinstance(understood("something that typer never said"), Phrase)


@pytest.mark.usefixtures("in_danish")
def test_gettext_is_as_it_was_once_the_command_has_run() -> None:
    before = gettext.textdomain()
    with spoken(get_command(app), DANISH):
        assert gettext.gettext("Options") == "Valgmuligheder"
    with spoken(get_command(app), ENGLISH):
        assert gettext.textdomain() == before
    assert gettext.textdomain() == before
