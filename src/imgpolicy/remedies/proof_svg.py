"""The second reader of drawings: the standard library's ElementTree, which knows nothing of our parser.

Both files are parsed, what does not draw is left out by the rules of this module, and what is left must be the same. In
the new file nothing may run, lead out of it, or hold data but the same pictures. With our parser it shares the list of
names that draw (`containers.svg.names`); what must never be among them is told by rules of its own.

The parser has refused document types of their own before, so that there is no entity to expand.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree as ET

from imgpolicy.containers.svg import names
from imgpolicy.errors import RemedyError
from imgpolicy.phrase import phrase

_SVG, _XLINK, _XML = f"{{{names.SVG}}}", f"{{{names.XLINK}}}", f"{{{names.XML}}}"
_HREFS = frozenset({"href", f"{_XLINK}href"})
_ATTRIBUTES = names.ATTRIBUTES | {f"{_XLINK}href"} | {f"{_XML}{name}" for name in names.XML_ATTRIBUTES}
_SPACE = "".join(map(chr, range(33)))
# Without any of these a value is words and numbers.
_MARKS = "\\(@:/%&"
_BASE64 = re.compile(r"\s*data:[^,]*;base64\s*,(.*)", re.IGNORECASE | re.DOTALL)
_OTHER = re.compile(r"\s*data:[^,]*,(.*)", re.IGNORECASE | re.DOTALL)
_ESCAPE = re.compile(r"\\(?:([0-9a-f]{1,6})[ \n\t]?|(.|\Z))", re.IGNORECASE | re.DOTALL)
_NESTED = r"\((?:[^()\"']|\"[^\"]*\"|'[^']*'|\([^()]*\))*\)?"
_PIECE = re.compile(
    r"(?P<url>\burl\(\s*(?:(?:\"(?P<double>[^\"\n]*)\"?|'(?P<single>[^'\n]*)'?)\s*+(?:\)|\Z)|(?P<bare>[^)]*)\)?))"
    r"|(?P<text>\"[^\"\n]*\"?|'[^'\n]*'?)|/\*.*?(?:\*/|\Z)"
    rf"|@(?:import|namespace)\b(?:url\([^)]*\)|\"[^\"]*\"|'[^']*'|[^;}}])*;?"
    rf"|(?<![\w-])(?:src|image|(?:-webkit-)?(?:image-set|cross-fade)|url-prefix|domain|expression){_NESTED}",
    re.IGNORECASE | re.DOTALL,
)
# Looked for in what is left of a value without spaces and comments.
_FORBIDDEN = re.compile(
    r"url\((?![\"']?(?:#|data:image/|[\"']?\)))|@import|(?:image-set|(?<![\w-])src|expression)\("
    r"|(?:java|vb|live)script:",
    re.IGNORECASE,
)
_NAMESPACE = re.compile(rf"@namespace[\w-]*url\([\"']?(?:{names.SVG}|{names.XHTML}|{names.XLINK})[\"']?\);?")
_FORBIDDEN_NAMES = re.compile(
    r"on.*|src|srcset|srcdoc|base|ping|action|formaction|data|code|codebase|archive|poster|profile|manifest|cite|longdesc"
    r"|usemap|background-image|requiredExtensions|attributionsrc|imagesrcset|xmlns.*",
    re.IGNORECASE,
)
_FORBIDDEN_ELEMENTS = re.compile(
    r"script|handler|listener|foreignobject|iframe|frame|object|embed|applet|audio|video|source|track|canvas|link|meta|base"
    r"|img|cursor|color-profile|font-face-uri|definition-src|metadata|title|desc|prefetch|tbody|html|body",
    re.IGNORECASE,
)
_DATA = re.compile(r"\bdata\s*:[^,\"'<>\s]*+(,?)|(;\s*base64\s*,)", re.IGNORECASE)

Same = Callable[[bytes, bytes], object]
"""The proof that two pictures are the same and the second tells nothing; RemedyError when they are not."""
Row = tuple[int, str, tuple[tuple[str, str], ...]]
"""An element that draws: how deep it stands, its name and its attributes."""


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What is left of a drawing: what draws, and the pictures in it as they are written."""

    rows: list[Row | str]
    pictures: list[str]


class _Builder(ET.TreeBuilder):
    """Builds the tree, and counts what is left out of it: comments, instructions and names of other namespaces."""

    def __init__(self) -> None:
        super().__init__()
        self.left_out = 0

    def start_ns(self, _prefix: str, uri: str) -> None:
        self.left_out += uri not in {names.SVG, names.XLINK}

    def comment(self, _text: str | None) -> ET.Element:
        self.left_out += 1
        return ET.Element("comment")

    def pi(self, _target: str, _text: str | None = None) -> ET.Element:
        self.left_out += 1
        return ET.Element("pi")


def prove_drawing(data: bytes, written: bytes, same: Same) -> None:
    """Nothing, when both drawings have the same elements, attributes, words and pictures, and the new nothing besides.

    Raises RemedyError on any doubt.
    """
    builder = _Builder()
    try:
        old = ET.fromstring(data)  # noqa: S314 - no entities are left to expand
        new = ET.fromstring(written, ET.XMLParser(target=builder))  # noqa: S314 - the same
    except ET.ParseError as error:
        raise RemedyError(phrase("the proof failed: a second reader cannot parse the drawing")) from error
    before, after = _read(old), _read(new)
    if before.rows != after.rows or len(before.pictures) != len(after.pictures):
        raise RemedyError(phrase("the proof failed: the drawing is not the same"))
    left = (
        phrase("words beside it")
        if builder.left_out
        else next((found for one in new.iter() for found in _left(one)), None)
    )
    if left:
        raise RemedyError(phrase("the proof failed: a second reader finds {what} in the drawing", what=left))
    for one, another in zip(before.pictures, after.pictures, strict=True):
        same(_opened(one), _opened(another))


def _read(root: ET.Element) -> _Drawing:
    pictures: list[str] = []
    return _Drawing(_joined(_rows(root, 0, pictures)), pictures)


def _rows(element: ET.Element, depth: int, pictures: list[str]) -> Iterator[Row | str]:
    """Everything that draws, and the words between, in the order of the document."""
    attributes = ((name, value) for name, value in element.attrib.items() if _is_drawn(name, value))
    drawn = [(name, _value(element.tag, name, value, pictures)) for name, value in attributes]
    yield depth, element.tag, tuple(sorted((name, value) for name, value in drawn if value is not None))
    if element.tag == f"{_SVG}style":
        yield _style(_own_words(element), pictures)
        return
    yield element.text or ""
    for child in element:
        if _draws(child):
            yield from _rows(child, depth + 1, pictures)
        yield child.tail or ""


def _joined(rows: Iterator[Row | str]) -> list[Row | str]:
    """The rows with words side by side made one, whatever was cut out between them."""
    joined: list[Row | str] = []
    for is_words, group in groupby(rows, key=lambda row: isinstance(row, str)):
        side_by_side = list(group)
        joined += ["".join(map(str, side_by_side))] if is_words else side_by_side
    return joined


def _draws(element: ET.Element) -> bool:
    """Whether an element and what is in it draws; all others are to be gone."""
    local = element.tag.removeprefix(_SVG)
    if local == element.tag or local not in names.ELEMENTS or _FORBIDDEN_ELEMENTS.fullmatch(local):
        return False
    changed = element.get("attributeName", "fill").strip()
    if changed not in names.ATTRIBUTES or _FORBIDDEN_NAMES.fullmatch(changed) or changed in {"href", "style", "id"}:
        return False
    language = element.get("type", "").strip().lower() if local == "style" else ""
    return "requiredExtensions" not in element.attrib and language in {"", "text/css"}


def _is_drawn(name: str, value: str) -> bool:
    if name == "requiredFeatures":
        return not re.search(r"//(?!www\.w3\.org/)|(?:^|\s)(?!http://www\.w3\.org/|org\.w3c\.)\S", value)
    return name in _ATTRIBUTES


def _value(tag: str, name: str, value: str, pictures: list[str]) -> str | None:
    """What an attribute says to the drawing; None for a reference that leads out of it."""
    if name not in _HREFS:
        return value if name in {"id", "class"} else _style(value, pictures)
    target = value.strip(_SPACE)
    if target.lower().startswith("data:") and tag.removeprefix(_SVG) in names.PICTURES:
        pictures.append(target)
        return "data"
    return value if target[:1] in {"", "#"} else None


def _style(text: str, pictures: list[str]) -> str:
    """The words of a style without comments and without all that leads out of the drawing, and its pictures apart."""

    if not any(mark in text for mark in _MARKS):
        return " ".join(text.split())

    def left(piece: re.Match[str]) -> str:
        target = (piece["double"] or piece["single"] or piece["bare"] or "").strip(_SPACE) if piece["url"] else ""
        if target[:5].lower() == "data:":
            pictures.append(target)
            return "url(data)"
        return piece[0] if piece["text"] or target[:1] == "#" != target else ""

    return " ".join(_PIECE.sub(left, _unescaped(text)).split())


def _unescaped(text: str) -> str:
    """The text without CSS escapes; quotes and parentheses that were escaped are no quotes and no parentheses."""
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(escape: re.Match[str]) -> str:
    code = int(escape[1], 16) if escape[1] else 0
    char = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else escape[2] or ""
    return "\ufffd" if char in {'"', "'", "(", ")"} else char.strip("\n")


def _left(element: ET.Element) -> Iterator[str]:
    """What must not be in the new drawing and is, in a word or two."""
    local = element.tag.removeprefix(_SVG)
    if not _draws(element) and local != "svg":
        yield phrase("an element that does not draw")
    for name, value in element.attrib.items():
        if _FORBIDDEN_NAMES.fullmatch(name.rpartition("}")[2]) or not _is_drawn(name, value):
            yield phrase("an attribute that does not draw")
        elif name in _HREFS:
            picture = local in names.PICTURES and value.strip(_SPACE)[:5].lower() == "data:"
            yield from [] if picture or value.strip(_SPACE)[:1] in {"", "#"} else [phrase("a reference")]
        elif name not in {"id", "class"}:
            yield from _left_in(value)
        else:
            yield from ["data"] if _holds_data(value) else []
    if element.tag == f"{_SVG}style":
        yield from [phrase("an element in a style")] if len(element) else []
        yield from _left_in(_own_words(element))
    elif _holds_data(_own_words(element)):
        yield "data"


def _own_words(element: ET.Element) -> str:
    """The words in an element without those of the elements in it."""
    return "".join((element.text or "", *(child.tail or "" for child in element)))


def _left_in(text: str) -> Iterator[str]:
    if not any(mark in text for mark in _MARKS):
        return
    bare = re.sub(r"/\*.*?(?:\*/|\Z)|\s", "", _unescaped(text), flags=re.DOTALL)
    if _FORBIDDEN.search(_NAMESPACE.sub("", bare)):
        yield phrase("a reference")
    if _holds_data(_style(text, [])):
        yield "data"


def _holds_data(text: str) -> bool:
    written = (text, unquote_to_bytes(text).decode("utf-8", "replace"))
    return any(found[1] or found[2] for one in written for found in _DATA.finditer(one))


def _opened(uri: str) -> bytes:
    """The bytes of a picture in a data URI."""
    packed = _BASE64.fullmatch(uri)
    plain = packed or _OTHER.fullmatch(uri.translate({9: None, 10: None, 13: None}))
    if not plain:
        raise RemedyError(phrase("the proof failed: a second reader cannot read a picture in the drawing"))
    body = unquote_to_bytes(plain[1])
    try:
        return base64.b64decode(body) if packed else body
    except binascii.Error as error:
        raise RemedyError(phrase("the proof failed: a second reader cannot read a picture in the drawing")) from error
