"""The catalogues of languages: `python -m tools.translations` brings them up to date with the phrases in the code.

New phrases come in untranslated, those that are gone go; nothing is guessed. After translating, run it once more: it
compiles the catalogues too. With `--check` it writes nothing, and exits with 1 when there is something to do.
"""

from __future__ import annotations

import datetime as dt
import io
import sys
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po
from typer.main import get_command

from imgpolicy.cli.commands import GROUPS, SINGLE
from imgpolicy.cli.reference import app
from imgpolicy.cli.spoken import helps
from imgpolicy.files import write_whole
from imgpolicy.language import DOMAIN, LOCALE, LanguageCode

SOURCE = LOCALE.parent
KEYWORDS = {"phrase": None, "word": None}
"""The calls whose first argument is a text to be translated."""

METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
"""What is read for them, and how."""

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
    """Every phrase in the package's code and templates, and every help text, untranslated."""
    found = Catalog(project="imgpolicy", charset="utf-8")
    for text in sorted(help_texts()):
        found.add(text)
    for _, _, said, _, _ in extract_from_dir(SOURCE, METHODS, keywords=KEYWORDS, comment_tags=()):
        found.add(said)
    return found


def help_texts() -> set[str]:
    """Every help text of every command, as typer is to show it and as the program's table of contents has it."""
    listed = {command.help for command in (*SINGLE, *GROUPS)}
    return (listed | set(helps(get_command(app)))) - {""}


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


@dataclass(frozen=True)
class Brought:
    """A catalogue up to date: its source, what it is compiled to, and how many phrases are still to be translated."""

    source: bytes = field(repr=False)
    compiled: bytes = field(repr=False)
    missing: int


def brought(code: LanguageCode, found: Catalog) -> Brought:
    """The catalogue of a language with the phrases that were found."""
    catalogue = read_catalogue(code)
    catalogue.update(found, no_fuzzy_matching=True)
    # The same phrases always make the same files.
    catalogue.creation_date = catalogue.revision_date = _NO_DAY
    source, compiled = io.BytesIO(), io.BytesIO()
    write_po(source, catalogue, width=120, omit_header=True, no_location=True, sort_output=True, ignore_obsolete=True)
    write_mo(compiled, catalogue)
    return Brought(
        _HEADER.format(code=code.value).encode() + source.getvalue(),
        compiled.getvalue(),
        sum(not message.string for message in catalogue if message.id),
    )


def update(code: LanguageCode, found: Catalog) -> int:
    """How many phrases of a language are still to be translated, once its catalogue is up to date and compiled."""
    new = brought(code, found)
    write_whole(catalogue_of(code), new.source)
    write_whole(catalogue_of(code).with_suffix(".mo"), new.compiled)
    return new.missing


def out_of_date(code: LanguageCode, found: Catalog) -> str:
    """What is to be done for a language's catalogue; empty when it is up to date, translated and compiled."""
    new, source = brought(code, found), catalogue_of(code)
    if (source.read_bytes(), source.with_suffix(".mo").read_bytes()) != (new.source, new.compiled):
        return f"{source}: run python -m tools.translations"
    return f"{source}: {new.missing} to be translated" if new.missing else ""


def main(words: list[str]) -> int:
    """The exit code: 1 when `--check` finds something to do."""
    found = phrases()
    if "--check" in words:
        to_do = [said for language in TRANSLATED if (said := out_of_date(language, found))]
        print(*to_do, sep="\n")
        return 1 if to_do else 0
    for language in TRANSLATED:
        print(f"{catalogue_of(language)}: {update(language, found)} to be translated")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
