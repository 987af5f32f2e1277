"""The walk through a drawing: what is taken out of it or written anew, with what it tells, in the order of the file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn
from xml.parsers import expat

from imgpolicy.containers.blocks.xmp import ATTRIBUTE, TAG
from imgpolicy.containers.limits import MAX_DRAWN, MAX_XML_DEPTH
from imgpolicy.containers.parts import MalformedError, Part, Reading, block, counted
from imgpolicy.containers.svg import names, values
from imgpolicy.containers.svg.values import Picture, Place, Value, told
from imgpolicy.domain.trace import Kind

_NEEDS_ENTITY = re.compile(r"[&<>\"\t\n\r]")
_STYLE_TYPES = frozenset({"", "text/css"})
_FEATURE = re.compile(r"(?:http://www\.w3\.org/(?:TR/SVG11/feature|Graphics/SVG/feature/1\.2/)#\w+|org\.w3c\.\w[\w.]*)")
_MANY = "pieces that tell something"


@dataclass(frozen=True, slots=True)
class Edit:
    """A part of the file that tells something, or held something that did, and what is to stand there."""

    part: Part
    text: bytes = b""


@dataclass(frozen=True, slots=True)
class _Cut:
    """An element that is taken out: how it is called, where it begins, how deep it stands, and whether it is empty."""

    label: str
    kind: Kind
    start: int
    depth: int
    empty: bool


@dataclass(frozen=True, slots=True)
class _Attribute:
    """An attribute: its name, its value without entities, and where both are written and where the value is."""

    prefix: str
    local: str
    value: str
    span: tuple[int, int]
    quoted: tuple[int, int]

    @property
    def name(self) -> str:
        return f"{self.prefix}:{self.local}" if self.prefix else self.local


class Reader:
    """Collects the edits of a drawing while expat walks through it."""

    def __init__(self, data: bytes, picture: Picture) -> None:
        self.data = data
        self.edits: list[Edit] = []
        self.doubts: list[str] = []
        self._picture = picture
        self._scopes: list[Mapping[str, str]] = [{"": "", "xml": names.XML, "xmlns": names.XMLNS}]
        self._elements = 0
        self._words: list[str] = []
        self._style_from = 0
        self._cut_from: _Cut | None = None
        self._parser = expat.ParserCreate()
        self._parser.ordered_attributes = True
        self._parser.buffer_text = True
        self._parser.XmlDeclHandler = _refuse_encoding
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = _refuse_entity
        self._parser.CommentHandler = self._comment
        self._parser.ProcessingInstructionHandler = self._instruction
        self._parser.CharacterDataHandler = self._text
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def read(self) -> None:
        """Fill `edits` and `doubts`; raises expat.ExpatError or MalformedError."""
        self._parser.Parse(self.data, True)

    def _cut(self, label: str, kind: Kind, start: int, end: int) -> None:
        if self._cut_from is None:
            self._edit(label, (start, end), told(self.data[start:end], label, kind, start))

    def _edit(self, label: str, span: tuple[int, int], reading: Reading, text: bytes = b"") -> None:
        self.edits.append(Edit(block(f"svg/{label}", span, span, reading), text))
        counted(len(self.edits), _MANY)

    def _until(self, mark: bytes) -> int:
        at = self._parser.CurrentByteIndex
        end = self.data.find(mark, at)
        return len(self.data) if end < 0 else end + len(mark)

    def _doctype(self, _name: str, _system: str | None, _public: str | None, internal: int) -> None:
        if internal:
            raise MalformedError("an SVG declares entities or a document type of its own")
        start = self.data.rfind(b"<!DOCTYPE", 0, self._parser.CurrentByteIndex + 1)
        declaration = TAG.match(self.data, start) if start >= 0 else None
        if declaration is None:
            raise MalformedError("an SVG has a document type that cannot be followed")
        self._cut("doctype", Kind.UNKNOWN, start, declaration.end())

    def _comment(self, _text: str) -> None:
        self._cut("comment", Kind.IDENTITY, self._parser.CurrentByteIndex, self._until(b"-->"))

    def _instruction(self, target: str, _data: str) -> None:
        label = "outside-reference" if target.lower() == "xml-stylesheet" else "instruction"
        self._cut(label, Kind.UNKNOWN, self._parser.CurrentByteIndex, self._until(b"?>"))

    def _text(self, text: str) -> None:
        if self._cut_from is None:
            self._words.append(text)

    def _start(self, name: str, resolved: Sequence[str]) -> None:
        start = self._parser.CurrentByteIndex
        tag = TAG.match(self.data, start)
        if tag is None:
            raise MalformedError("an SVG has a tag that cannot be followed")
        attributes = _attributes(tag, start, resolved)
        scope = _scope(self._scopes[-1], attributes)
        self._scopes.append(scope)
        self._elements += 1
        if len(self._scopes) > MAX_XML_DEPTH or self._elements > MAX_DRAWN:
            raise MalformedError("an SVG has too many elements, or too many in one another")
        if self._cut_from is not None:
            return
        prefix, _, local = name.rpartition(":")
        namespace = scope.get(prefix, "")
        undrawn = ("element", Kind.UNKNOWN) if self._style_from else _undrawn(namespace, local, attributes)
        if self._elements == 1 and (namespace, local) != (names.SVG, "svg"):
            raise MalformedError("the root of the SVG is no svg element in SVG's namespace")
        if undrawn:
            self._cut_from = _Cut(*undrawn, start, len(self._scopes), empty=tag[0].endswith(b"/>"))
            return
        self._end_words()
        for attribute in attributes:
            self._attribute(scope, local, attribute)
        if local == "style":
            self._style_from = tag.end()

    def _attribute(self, scope: Mapping[str, str], element: str, attribute: _Attribute) -> None:
        undrawn = _undrawn_attribute(scope, attribute)
        if undrawn:
            self._cut(*undrawn, *attribute.span)
            return
        place = Place(attribute.span[0], self._picture)
        value: Value | None = None
        try:
            if attribute.local == "href":
                value = values.reference(attribute.value, place, of_picture=element in names.PICTURES)
            elif attribute.local in {"id", "class"}:
                values.refuse_data(attribute.value)
            else:
                value = values.style(attribute.value, place)
        except MalformedError as error:
            self.doubts.append(str(error))
        if value and value.held:
            span = attribute.quoted if value.text else attribute.span
            written = b'"' + _escaped(value.text) + b'"' if value.text else b""
            text = self.data[slice(*span)] if value.text == attribute.value else written
            self._edit("value", span, Reading.joined(value.readings), text)

    def _end_words(self) -> str:
        """The words since the last tag of an element that stays, looked at for data."""
        words = "".join(self._words)
        self._words.clear()
        if not self._style_from:
            try:
                values.refuse_data(words)
            except MalformedError as error:
                self.doubts.append(str(error))
        return words

    def _end(self, _name: str) -> None:
        at = self._parser.CurrentByteIndex
        if self._cut_from is None:
            words = self._end_words()
            if self._style_from:
                self._style(words, at)
                self._style_from = 0
        elif self._cut_from.depth == len(self._scopes):
            cut, self._cut_from = self._cut_from, None
            closing = TAG.match(self.data, at)
            # Of an element without content, expat says only here that it has ended, behind its tag.
            self._cut(cut.label, cut.kind, cut.start, at if cut.empty or closing is None else closing.end())
        self._scopes.pop()

    def _style(self, text: str, end: int) -> None:
        try:
            value = values.style(text, Place(self._style_from, self._picture))
        except MalformedError as error:
            self.doubts.append(str(error))
            return
        if value.held:
            whole = value.text == text and not (self.edits and self.edits[-1].part.start >= self._style_from)
            written = self.data[self._style_from : end] if whole else _escaped(value.text)
            self._edit("style", (self._style_from, end), Reading.joined(value.readings), written)


def _attributes(tag: re.Match[bytes], start: int, resolved: Sequence[str]) -> list[_Attribute]:
    """The attributes of a tag as they are written, with their values as expat reads them."""
    counted(len(resolved) // 2, "attributes of an element")
    written = list(ATTRIBUTE.finditer(tag[0]))
    if [one[1].decode("utf-8", "replace") for one in written] != list(resolved[::2]):
        raise MalformedError("an SVG has a tag that cannot be followed")
    attributes = []
    for one, value in zip(written, resolved[1::2], strict=True):
        prefix, _, local = one[1].decode().rpartition(":")
        span, quoted = (start + one.start(), start + one.end()), (start + one.start(2), start + one.end(2))
        attributes.append(_Attribute(prefix, local, value, span, quoted))
    return attributes


def _scope(outer: Mapping[str, str], attributes: list[_Attribute]) -> Mapping[str, str]:
    """The namespaces by prefix inside a tag; the prefix of unprefixed elements is empty."""
    own = {one.local if one.prefix else "": one.value for one in attributes if _declares(one)}
    counted(len(outer) + len(own), "namespaces")
    return {**outer, **own} if own else outer


def _declares(attribute: _Attribute) -> bool:
    return attribute.prefix == "xmlns" or attribute.name == "xmlns"


def _undrawn(namespace: str, local: str, attributes: list[_Attribute]) -> tuple[str, Kind] | None:
    """What an element is called that is taken out with all in it; None for one that stays."""
    if namespace != names.SVG:
        foreign = namespace == names.XHTML
        return ("foreign-content", Kind.UNKNOWN) if foreign else ("editor-element", Kind.IDENTITY)
    if local in names.TELLING:
        return local, Kind.IDENTITY
    if local in names.RUNNING:
        return "script", Kind.UNKNOWN
    plain = {one.local: one.value for one in attributes if not one.prefix}
    if local == "foreignObject" or "requiredExtensions" in plain:
        return "foreign-content", Kind.UNKNOWN
    changed = plain.get("attributeName")
    if changed is not None and not _may_change(changed):
        return "script-animation", Kind.UNKNOWN
    foreign_style = local == "style" and plain.get("type", "").strip().lower() not in _STYLE_TYPES
    return ("element", Kind.UNKNOWN) if local not in names.ELEMENTS or foreign_style else None


def _may_change(attribute: str) -> bool:
    return attribute.strip() in names.ATTRIBUTES - {"href", "style", "id"}


def _undrawn_attribute(scope: Mapping[str, str], attribute: _Attribute) -> tuple[str, Kind] | None:
    """What an attribute is called that is taken out whatever it says; None for one that stays, or is looked at."""
    if _declares(attribute):
        return None if attribute.value in {names.SVG, names.XLINK} else ("editor-namespace", Kind.UNKNOWN)
    namespace = scope.get(attribute.prefix, "") if attribute.prefix else ""
    if attribute.local.lower().startswith("on"):
        return "handler", Kind.UNKNOWN
    if (namespace, attribute.local) == (names.XML, "base"):
        return "outside-reference", Kind.UNKNOWN
    if not attribute.prefix:
        if attribute.local.startswith("data-"):
            return "editor-attribute", Kind.IDENTITY
        known = attribute.local in names.ATTRIBUTES and _features_known(attribute)
    elif namespace in {names.XLINK, names.XML}:
        known = attribute.local in ({"href"} if namespace == names.XLINK else names.XML_ATTRIBUTES)
    else:
        return "editor-attribute", Kind.IDENTITY
    return None if known else ("attribute", Kind.UNKNOWN)


def _features_known(attribute: _Attribute) -> bool:
    return attribute.local != "requiredFeatures" or all(map(_FEATURE.fullmatch, attribute.value.split()))


def _escaped(text: str) -> bytes:
    """The text as it is written in an element or an attribute."""
    return _NEEDS_ENTITY.sub(lambda found: f"&#{ord(found[0])};", text).encode()


def _refuse_encoding(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding and encoding.lower() not in {"utf-8", "utf8", "us-ascii", "ascii"}:
        raise MalformedError("the SVG is not written in UTF-8")


def _refuse_entity(*_declaration: object) -> NoReturn:
    raise MalformedError("an SVG declares an entity")
