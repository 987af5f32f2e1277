"""The catalogues of languages: `python -m tools.translations` brings them up to date with the phrases in the code.

New phrases come in untranslated, those that are gone go; nothing is guessed. After translating, run it once more: it
compiles the catalogues too.
"""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

from imgpolicy.files import write_whole
from imgpolicy.language import DOMAIN, LOCALE, LanguageCode

SOURCE = LOCALE.parent
KEYWORDS = {"phrase": None, "word": None}
"""The calls whose first argument is a text to be translated."""

_NO_DAY = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_HEADER = """\
msgid ""
msgstr ""
"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""

TRANSLATED = tuple(code for code in LanguageCode if code is not LanguageCode.ENGLISH)


def phrases() -> Catalog:
    """Every phrase in the package's code, untranslated."""
    found = Catalog(project="imgpolicy", charset="utf-8")
    for _, _, text, _, _ in extract_from_dir(SOURCE, [("**.py", "python")], keywords=KEYWORDS, comment_tags=()):
        found.add(text)
    return found


def catalogue_of(code: LanguageCode) -> Path:
    """Where the texts of a language are written by people."""
    return LOCALE / code.value / "LC_MESSAGES" / f"{DOMAIN}.po"


def read_catalogue(code: LanguageCode) -> Catalog:
    """The texts of a language as people wrote them."""
    with catalogue_of(code).open("rb") as file:
        return read_po(file, locale=code.value)


def read_compiled(code: LanguageCode) -> Catalog:
    """The texts of a language as the package ships them."""
    with catalogue_of(code).with_suffix(".mo").open("rb") as file:
        return read_mo(file)


def update(code: LanguageCode) -> int:
    """How many phrases of a language are still to be translated, once its catalogue is up to date and compiled."""
    catalogue = read_catalogue(code)
    catalogue.update(phrases(), no_fuzzy_matching=True)
    # The same phrases always make the same files.
    catalogue.creation_date = catalogue.revision_date = _NO_DAY
    source, compiled = io.BytesIO(), io.BytesIO()
    write_po(source, catalogue, width=120, omit_header=True, no_location=True, sort_output=True, ignore_obsolete=True)
    write_mo(compiled, catalogue)
    write_whole(catalogue_of(code), _HEADER.format(code=code.value).encode() + source.getvalue())
    write_whole(catalogue_of(code).with_suffix(".mo"), compiled.getvalue())
    return sum(not message.string for message in catalogue if message.id)


if __name__ == "__main__":
    for language in TRANSLATED:
        print(f"{catalogue_of(language)}: {update(language)} to be translated")
