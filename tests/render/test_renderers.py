"""The forms of reports are those of the entry points: found by name, loaded when asked for, and known nowhere else."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from tests.pages import ROOT
from tests.support import Run
from tests.wire.test_report import report

from imgpolicy.errors import PolicyError
from imgpolicy.language import ENGLISH
from imgpolicy.plugins import RENDERERS, Plugin, installed
from imgpolicy.render import Renderer, Shown, Terminal, renderer_of

BUILT_IN = {name: plugin for name, plugin in installed(RENDERERS).items() if plugin.built_in}
EVERY = pytest.mark.parametrize("form", sorted(BUILT_IN))
USUAL = ("check", "pictures/meadow.jpg", "--role", "employee", "--purpose", "pr", "--origin", "own")


def renderer(form: str) -> Renderer:
    return renderer_of(BUILT_IN[form])


def test_the_forms_that_come_with_imgpolicy() -> None:
    assert set(BUILT_IN) == {"text", "json", "jsonl", "html", "sarif", "junit", "github"}
    assert {form for form in BUILT_IN if renderer(form).for_people} == {"text", "html"}
    assert {form for form in BUILT_IN if renderer(form).shows_picture} == {"html"}


@EVERY
def test_a_form_gives_text_that_ends_in_a_line_break_and_says_what_it_is(form: str) -> None:
    found = renderer(form)
    assert found.render([Shown(report())], ENGLISH, Terminal()).endswith("\n")
    assert found.media_type.count("/") == 1
    assert found.suffix.startswith(".")


def test_what_streams_is_the_texts_of_its_reports_one_after_the_other() -> None:
    assert {form for form in BUILT_IN if renderer(form).streams} == {"jsonl"}
    shown, render = [Shown(report()), Shown(report(name="other.jpg"))], renderer("jsonl").render
    one_by_one = "".join(render([one], ENGLISH, Terminal()) for one in shown)
    assert render(shown, ENGLISH, Terminal()) == one_by_one
    assert one_by_one.count("\n") == len(shown)


@pytest.mark.parametrize("command", ["check", "clean"])
def test_the_help_names_the_forms_that_come_with_imgpolicy(imgpolicy: Run, command: str) -> None:
    said = " ".join(imgpolicy(command, "--help").out.split())
    named = said.partition("Form of the report: ")[2].partition(" or a plug-in's;")[0]
    assert set(named.split(", ")) == set(BUILT_IN)


def test_a_form_that_is_not_installed_is_a_usage_error_that_names_those_that_are(imgpolicy: Run, demo: Path) -> None:
    ran = imgpolicy(*USUAL, "--format", "papyrus", folder=demo)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "no report format 'papyrus': installed are " in ran.err
    assert all(form in ran.err for form in BUILT_IN)


@pytest.mark.slow
def test_only_the_forms_that_are_asked_for_are_loaded(demo: Path) -> None:
    script = (
        "import sys; from imgpolicy.cli.main import run; run(sys.argv[1:])\n"
        "loaded = [name for name in sys.modules if name.startswith('imgpolicy.render.')]\n"
        "sys.stderr.write(' '.join(sorted(loaded)))"
    )
    command = [sys.executable, "-c", script, *USUAL]
    ran = subprocess.run(command, cwd=demo, capture_output=True, text=True, check=False)
    assert ran.stderr.split() == [
        f"imgpolicy.render.{name}" for name in ("brief", "lines", "terminal", "text", "words")
    ]


def test_an_entry_point_that_is_no_renderer_is_refused() -> None:
    entry = EntryPoint("odd", "imgpolicy.render:Shown", RENDERERS)
    with pytest.raises(PolicyError, match="Shown is not a renderer"):
        renderer_of(Plugin("odd", built_in=False, entry=entry))


@pytest.mark.parametrize("form", ["sarif", "junit", "github"])
def test_no_module_but_its_own_knows_a_form_by_name(form: str) -> None:
    modules = {path.stem for path in (ROOT / "src").rglob("*.py") if f'"{form}"' in path.read_text(encoding="utf-8")}
    assert modules <= {form}
