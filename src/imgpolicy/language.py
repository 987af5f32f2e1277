"""The languages of reports and letters: a phrase goes in, its text in the reader's language comes out.

English is the language of the templates and needs no catalogue. Every other language has one in `locale/`, in the
format of GNU gettext, which `python -m tools.translations` makes from the phrases in the code.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from gettext import NullTranslations, translation
from pathlib import Path

from imgpolicy.phrase import Part, Phrase, phrase

DOMAIN = "imgpolicy"
LOCALE = Path(__file__).parent / "locale"


class LanguageCode(StrEnum):
    """The languages that reports and letters are written in, by ISO 639-1."""

    ENGLISH = "en"
    DANISH = "da"


@dataclass(frozen=True, slots=True)
class Language:
    """A language, and the catalogue of its texts; one without a catalogue says everything in English."""

    code: LanguageCode
    catalogue: NullTranslations = field(default_factory=NullTranslations, repr=False, compare=False)

    def say(self, text: str) -> str:
        """The text in this language when it is a phrase, its values too; any other text as it is.

        Text that is no phrase came from somebody: it is never looked up. What the catalogue does not have, or cannot
        fill with the phrase's values, is said in English.
        """
        if not isinstance(text, Phrase) or not text.template:
            return text
        values = {name: self.say(value) if isinstance(value, str) else value for name, value in text.values.items()}
        template = self.catalogue.gettext(text.template)
        try:
            return template.format_map(values) if values else template
        except (LookupError, ValueError, AttributeError):
            return str(text)

    def word(self, template: str, /, **values: Part) -> str:
        """The phrase that the template makes with these values, in this language: a renderer's own words."""
        return self.say(phrase(template, **values))


ENGLISH = Language(LanguageCode.ENGLISH)


def language(code: LanguageCode, folder: Path = LOCALE) -> Language:
    """The language of this code; where its catalogue in `folder` is missing or damaged it says all in English."""
    if code is LanguageCode.ENGLISH:
        return ENGLISH
    try:
        return Language(code, translation(DOMAIN, str(folder), [code.value]))
    except (OSError, ValueError, struct.error):
        return Language(code)


def from_environment(environ: Mapping[str, str]) -> Language:
    """The language that the environment asks for, English when it asks for none of ours.

    As GNU gettext reads it: the first of LC_ALL, LC_MESSAGES and LANG that is set is the locale; LANGUAGE, a list with
    colons between, goes before it unless the locale is C or POSIX.
    """
    locale = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    if locale in {"C", "POSIX"}:
        return ENGLISH
    listed = [name for name in environ.get("LANGUAGE", "").split(":") if name]
    for name in listed or [locale]:
        code = name.replace(".", "_").replace("@", "_").split("_")[0].casefold()
        if code in set(LanguageCode):
            return language(LanguageCode(code))
    return ENGLISH
