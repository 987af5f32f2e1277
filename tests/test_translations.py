"""Every phrase in the code is translated, filled with the same values, and shipped as it was written."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from tools.translations import KEYWORDS, SOURCE, TRANSLATED, help_texts, phrases, read_catalogue, read_compiled

from imgpolicy.language import LanguageCode

EVERY = pytest.mark.parametrize("code", TRANSLATED)


@pytest.fixture(scope="module")
def in_code() -> set[str]:
    """Every phrase in the code, and every help text."""
    return {str(message.id) for message in phrases() if message.id}


def placeholders(template: str) -> list[tuple[str, str | None, str | None]]:
    return sorted({(name, spec, conversion) for _, name, spec, conversion in Formatter().parse(template) if name})


def calls(path: Path) -> Iterator[tuple[ast.Call, bool]]:
    """Each call that makes a phrase in the file, and whether it stands inside an f-string."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {id(part) for text in ast.walk(tree) if isinstance(text, ast.JoinedStr) for part in ast.walk(text)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in KEYWORDS:
                yield node, id(node) in inside


@pytest.mark.slow
def test_every_phrase_is_found_where_it_is_made(in_code: set[str]) -> None:
    made: set[str] = set()
    for path in sorted(SOURCE.rglob("*.py")):
        for call, hidden in calls(path):
            text = call.args[0]
            if path.name == "language.py" and isinstance(text, ast.Name):
                continue
            where = f"{path.name}:{call.lineno}"
            assert isinstance(text, ast.Constant), f"{where}: a phrase is written out, so that it can be translated"
            assert isinstance(text.value, str)
            assert not hidden, f"{where}: inside an f-string no tool finds it"
            made.add(text.value)
    for template in sorted(SOURCE.rglob("templates/*.html")):
        said = template.read_text(encoding="utf-8")
        found = re.findall(r"""\bword\("([^"]+)\"""", said)
        assert len(found) == len(re.findall(r"\bword\(", said)), f'{template.name}: a phrase is written out in "…"'
        made.update(found)
    assert made | help_texts() == in_code


@EVERY
def test_every_phrase_is_translated_and_nothing_else_is(code: LanguageCode, in_code: set[str]) -> None:
    catalogue = read_catalogue(code)
    translated = {str(message.id): message for message in catalogue if message.id}
    assert translated.keys() == in_code, "run: python -m tools.translations"
    assert [text for text, message in translated.items() if not message.string or message.fuzzy] == []
    assert not catalogue.obsolete


@EVERY
def test_a_translation_has_the_placeholders_and_the_ends_of_its_phrase(code: LanguageCode) -> None:
    for message in read_catalogue(code):
        text, translation = str(message.id), str(message.string)
        if text:
            assert placeholders(translation) == placeholders(text), text
            assert len(translation) - len(translation.rstrip()) == len(text) - len(text.rstrip()), text
            assert translation[:1].isspace() == text[:1].isspace(), text


@EVERY
def test_what_is_shipped_is_what_was_written(code: LanguageCode) -> None:
    written = {message.id: message.string for message in read_catalogue(code) if message.id}
    assert {message.id: message.string for message in read_compiled(code) if message.id} == written
