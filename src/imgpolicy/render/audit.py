"""The pictures of an archive as one page for people, to be searched and filtered by verdict, rule and person.

The page stands alone: nothing is fetched, and one script of ours runs, which a content security policy names by its
digest. Names of files, rules and ids of people are data to it, and text in the page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec

from imgpolicy.domain.dossier import Archived
from imgpolicy.domain.verdict import Verdict
from imgpolicy.language import ENGLISH, Language
from imgpolicy.render.page import add, new_page, written
from imgpolicy.text import printable
from imgpolicy.version import __version__

PART = 100
"""How many pictures are shown at a time."""

_LONGEST = 1_000


def audit_page(lines: Iterable[Archived], titles: Mapping[str, str], language: Language = ENGLISH) -> str:
    """The pictures, by name, as one HTML document that ends in a line break; `titles` says what rules are about."""
    data = _Data(sorted(lines, key=lambda one: one.name))
    title = language.word("The archive: which pictures may be posted?")
    script = _text("audit.js")
    page, body = new_page(title, _text("audit.css"), language.code, script=script)
    main = add(body, "main")
    add(main, "h1", title)
    add(ET.SubElement(main, "noscript"), "p", language.word("To search in this page, let it run its script."))
    _form(main, data, titles, language)
    _table(main, language)
    add(body, "footer", language.word("Made by imgpolicy {version}.", version=__version__), {"class": "small"})
    ET.SubElement(body, "script", id="rows", type="application/json").text = data.written(language)
    ET.SubElement(body, "script").text = script
    return written(page)


class _Data:
    """The rows, and what repeats itself in them as numbers: sets of codes, and people."""

    def __init__(self, lines: Sequence[Archived]) -> None:
        self.codes: dict[tuple[str, ...], int] = {}
        self.people: dict[str, int] = {}
        self.verdicts: Counter[Verdict] = Counter()
        self.rules: Counter[str] = Counter()
        self.rows = [self._row(one) for one in lines]

    def _row(self, one: Archived) -> tuple[str, int, int, str, list[int]]:
        self.verdicts[one.verdict] += 1
        self.rules.update(one.codes)
        codes = self.codes.setdefault(one.codes, len(self.codes))
        people = [self.people.setdefault(person, len(self.people)) for person in one.people]
        until = "" if one.until is None else one.until.isoformat()
        return printable(one.name, limit=_LONGEST), int(one.verdict), codes, until, people

    def written(self, language: Language) -> str:
        """All of it as JSON in which nothing ends an element of a page."""
        word = language.word
        document = {
            "verdicts": [one.word for one in Verdict],
            "codes": [list(codes) for codes in self.codes],
            "people": list(self.people),
            "rows": self.rows,
            "part": PART,
            "words": {
                "verdict": word("Verdict"),
                "file": word("File"),
                "rules": word("Rules"),
                "people": word("Shows, or may"),
                "until": word("Until"),
                "count": word("{first} to {last} of {count} found, of {all} in all"),
            },
        }
        text = msgspec.json.encode(document).decode()
        return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _form(main: ET.Element, data: _Data, titles: Mapping[str, str], language: Language) -> None:
    word = language.word
    form = add(main, "form", "", {"id": "filter", "role": "search"})
    text = add(form, "div")
    add(text, "label", word("Name of the file"), {"for": "text"})
    add(text, "input", "", {"id": "text", "type": "search", "autocomplete": "off"})
    verdicts = [(str(int(one)), f"{one.word} ({data.verdicts[one]})") for one in Verdict]
    _select(form, "verdict", word("Verdict"), word("every verdict"), verdicts)
    rules = [(code, f"{code} {language.say(titles.get(code, ''))} ({data.rules[code]})") for code in sorted(data.rules)]
    _select(form, "rule", word("Rule"), word("every rule, and none"), rules)
    people = sorted((person, str(number)) for person, number in data.people.items())
    _select(form, "person", word("Shows, or may"), word("anybody, and nobody"), [(n, p) for p, n in people])


def _select(form: ET.Element, name: str, label: str, every: str, options: Sequence[tuple[str, str]]) -> None:
    field = add(form, "div")
    add(field, "label", label, {"for": name})
    select = add(field, "select", "", {"id": name})
    add(select, "option", every, {"value": ""})
    for value, text in options:
        add(select, "option", text, {"value": value})


def _table(main: ET.Element, language: Language) -> None:
    word = language.word
    turns = add(main, "nav", "", {"aria-label": word("Parts")})
    add(turns, "button", word("Before"), {"id": "before", "type": "button", "disabled": ""})
    add(turns, "button", word("After"), {"id": "after", "type": "button", "disabled": ""})
    add(turns, "span", "", {"id": "count", "role": "status"})
    table = add(main, "table", "", {"id": "found"})
    line = ET.SubElement(ET.SubElement(table, "thead"), "tr")
    for column in (word("Verdict"), word("File"), word("Rules"), word("Shows, or may"), word("Until")):
        add(line, "th", column, {"scope": "col"})
    ET.SubElement(table, "tbody")


@cache
def _text(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")
