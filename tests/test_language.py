"""A language says phrases, falls back to English, and never looks up what somebody else wrote."""

from __future__ import annotations

from gettext import NullTranslations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgpolicy.language import ENGLISH, Language, LanguageCode, from_environment, language
from imgpolicy.phrase import message_of, phrase

DANISH = language(LanguageCode.DANISH)


class Wrong(NullTranslations):
    """A catalogue whose translations ask for what no phrase has."""

    def __init__(self, template: str) -> None:
        super().__init__()
        self.template = template

    def gettext(self, message: str) -> str:
        del message
        return self.template


def test_a_phrase_is_said_with_its_values_which_may_be_phrases_too() -> None:
    told = phrase(
        "{person}: {reason}", person="eileen", reason=phrase("consent was refused on {day}", day="2026-01-02")
    )
    assert DANISH.say(told) == "eileen: samtykke blev afslået den 2026-01-02"
    assert ENGLISH.say(told) == told


def test_numbers_are_filled_in_as_they_are() -> None:
    assert DANISH.word("frame {number}", number=3) == "enkeltbillede 3"


@given(st.text())
def test_text_that_is_no_phrase_is_left_alone(text: str) -> None:
    assert DANISH.say(text) == text
    assert DANISH.say(phrase("{what}: {reason}", what=text, reason="x")) == f"{text}: x"


def test_a_word_of_ours_in_somebody_elses_text_is_not_translated() -> None:
    assert DANISH.say(phrase("faces")) == "ansigter"
    assert DANISH.say("faces") == "faces"


def test_the_empty_text_is_not_the_catalogues_head() -> None:
    assert DANISH.say(phrase("")) == ""


def test_what_a_catalogue_does_not_have_is_said_in_english() -> None:
    assert DANISH.say(phrase("a text that {nobody} translated", nobody="no one")) == "a text that no one translated"


@pytest.mark.parametrize("template", ["{other}", "{", "{0}", "{who.name}", "{who[0]}", "{who!x}", "{who:d}"])
def test_a_translation_that_cannot_be_filled_is_said_in_english(template: str) -> None:
    broken = Language(LanguageCode.DANISH, Wrong(template))
    assert broken.say(phrase("who: {who}", who=3.5 if template == "{who:d}" else "")) in {"who: ", "who: 3.5"}


@pytest.mark.parametrize("content", [None, b"", b"no catalogue", b"\xde\x12\x04\x95" + b"\xff" * 40])
def test_a_missing_or_damaged_catalogue_is_no_error(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        folder = tmp_path / "da" / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "imgpolicy.mo").write_bytes(content)
    assert language(LanguageCode.DANISH, tmp_path).word("yes") == "yes"


@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({}, "en"),
        ({"LANG": "da_DK.UTF-8"}, "da"),
        ({"LANG": "da"}, "da"),
        ({"LANG": "da@euro"}, "da"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "dating"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "da_DK.UTF-8"}, "da"),
        ({"LANG": "da_DK.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "da_DK.UTF-8", "LC_ALL": ""}, "da"),
        ({"LANG": "en_GB.UTF-8", "LANGUAGE": "sv:da:en"}, "da"),
        ({"LANG": "da_DK.UTF-8", "LANGUAGE": "en:da"}, "en"),
        ({"LANGUAGE": "da"}, "da"),
        ({"LC_ALL": "C", "LANGUAGE": "da"}, "en"),
        ({"LANG": "POSIX", "LANGUAGE": "da"}, "en"),
    ],
)
def test_the_environment_names_the_language_as_gettext_reads_it(environment: dict[str, str], code: str) -> None:
    assert from_environment(environment).code == code


def test_an_error_keeps_the_phrase_that_it_was_raised_with() -> None:
    assert DANISH.say(message_of(ValueError(phrase("yes")))) == "ja"
    assert message_of(ValueError("plain")) == "plain"
    assert message_of(OSError(2, "No such file")) == "[Errno 2] No such file"
    assert message_of(ValueError()) == ""
