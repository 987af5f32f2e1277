"""Pages in HTML: one self-contained file, in which every text is escaped, nothing is fetched, and nothing else runs."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from xml.etree import ElementTree as ET

from imgpolicy.language import LanguageCode
from imgpolicy.text import printable

_LONG = 200_000
_CLOSED = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222;
  background: #fff }
table { border-collapse: collapse; width: 100%; margin: 0 0 2rem }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #ddd }
td { overflow-wrap: anywhere; white-space: pre-wrap }
@media (max-width: 700px) {
  table, caption, tbody, tr, td { display: block }
  thead { position: absolute; left: -9999px }
  tr { border: 1px solid #ddd; border-radius: .4rem; margin: 0 0 .8rem; padding: .3rem 0 }
  td { border: 0; padding: .15rem .6rem }
  td:empty { display: none }
  td[data-name]::before { content: attr(data-name) ": "; font-weight: bold }
}
"""


REPORT = "imgpolicy report"
"""The generator that a report names, by which it is known for one."""


def new_page(
    title: str,
    style: str = "",
    code: LanguageCode = LanguageCode.ENGLISH,
    *,
    generator: str = "imgpolicy",
    script: str = "",
) -> tuple[ET.Element, ET.Element]:
    """A page in the language of this code and its body, to be filled; `style` is CSS of ours, after what pages share.

    `generator` is what it says that it was made by.
    A content security policy lets a browser load and run nothing, whatever the page is filled with, but `script` where
    there is one: whoever fills the page puts it there, and styles no element by itself.
    """
    page, whole = ET.Element("html", lang=code.value), _STYLE + style
    policy = _running(whole, script) if script else _CLOSED
    head = ET.SubElement(page, "head")
    ET.SubElement(head, "meta", charset="utf-8")
    ET.SubElement(head, "meta", {"http-equiv": "Content-Security-Policy", "content": policy})
    ET.SubElement(head, "meta", name="generator", content=generator)
    ET.SubElement(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    ET.SubElement(head, "title").text = printable(title)
    ET.SubElement(head, "style").text = whole
    return page, ET.SubElement(page, "body")


def _running(style: str, script: str) -> str:
    """A policy that lets this style and this script be, and nothing else."""
    closed = f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'"
    return f"{closed}; base-uri 'none'; form-action 'none'"


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def written(page: ET.Element) -> str:
    """The page as text, ending in a line break."""
    return "<!DOCTYPE html>\n" + ET.tostring(page, encoding="unicode", method="html") + "\n"


def add(parent: ET.Element, tag: str, text: object = "", attributes: Mapping[str, str] | None = None) -> ET.Element:
    """A new last child of this element, with this text."""
    child = ET.SubElement(parent, tag, dict(attributes or {}))
    child.text = as_text(text)
    return child


def add_table(
    body: ET.Element, columns: Sequence[str], rows: Iterable[Sequence[object]], *, caption: str = ""
) -> ET.Element:
    """A table with a head; its cells are text. On a narrow screen each row is a card, whose cells name their column."""
    table = ET.SubElement(body, "table")
    if caption:
        add(table, "caption", caption)
    line = ET.SubElement(ET.SubElement(table, "thead"), "tr")
    for column in columns:
        add(line, "th", column, {"scope": "col"})
    inside = ET.SubElement(table, "tbody")
    for row in rows:
        line = ET.SubElement(inside, "tr")
        for column, cell in zip(columns, row, strict=True):
            add(line, "td", cell, {"data-name": as_text(column)})
    return table


def as_text(value: object) -> str:
    """The value as safe text; moments to the minute, line breaks kept."""
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return "\n".join(printable(line, limit=_LONG) for line in str(value).splitlines())
