"""The second reader of drawings: the standard library's ElementTree, which knows nothing of our parser.

Both files are parsed, what draws nothing is left out by the rules of this module, and what is left must be the same.
The parser has refused document types of their own before, so that there is no entity to expand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from xml.etree import ElementTree as ET

from imgpolicy.errors import RemedyError

_SVG, _XHTML = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xhtml}"
_ATTRIBUTES = (_SVG, "{http://www.w3.org/1999/xlink}", "{http://www.w3.org/XML/1998/namespace}")
_TELLING = frozenset({f"{_SVG}metadata", f"{_SVG}title", f"{_SVG}desc"})
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)

Row = tuple[int, str, tuple[tuple[str, str], ...]]
"""An element that draws: how deep it stands, its name and its attributes."""


def prove_drawing(data: bytes, written: bytes) -> None:
    """Nothing, when both drawings have the same elements, attributes and words, and the new one nothing besides.

    Raises RemedyError on any doubt.
    """
    try:
        old, new = ET.fromstring(data), ET.fromstring(written)  # noqa: S314 - no entities are left to expand
    except ET.ParseError as error:
        raise RemedyError("the proof failed: a second reader cannot parse the drawing") from error
    if _joined(_rows(old, 0)) != _joined(_rows(new, 0)):
        raise RemedyError("the proof failed: the drawing is not the same")
    if any(not _draws(element) for element in new.iter()) or any(
        not _is_drawn(name, value) for element in new.iter() for name, value in element.attrib.items()
    ):
        raise RemedyError("the proof failed: a second reader finds metadata in the drawing")


def _rows(element: ET.Element, depth: int) -> Iterator[Row | str]:
    """Everything that draws, and the words between, in the order of the document."""
    attributes = tuple(sorted((name, value) for name, value in element.attrib.items() if _is_drawn(name, value)))
    yield depth, element.tag, attributes
    yield _words(element.text, element.tag)
    for child in element:
        if _draws(child):
            yield from _rows(child, depth + 1)
        yield _words(child.tail, element.tag)


def _joined(rows: Iterator[Row | str]) -> list[Row | str]:
    """The rows with words side by side made one, whatever was cut out between them."""
    joined: list[Row | str] = []
    for is_words, group in groupby(rows, key=lambda row: isinstance(row, str)):
        side_by_side = list(group)
        joined += [" ".join("".join(map(str, side_by_side)).split())] if is_words else side_by_side
    return joined


def _draws(element: ET.Element) -> bool:
    return element.tag.startswith((_SVG, _XHTML)) and element.tag not in _TELLING


def _is_drawn(name: str, value: str) -> bool:
    if name.startswith("data-") or (name.rpartition("}")[2] == "href" and value.lower().startswith("file:")):
        return False
    return not name.startswith("{") or name.startswith(_ATTRIBUTES)


def _words(text: str | None, tag: str) -> str:
    return _CSS_COMMENT.sub("", text or "") if tag == f"{_SVG}style" else text or ""
