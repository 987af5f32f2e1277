"""SVG 1.1 and 2: XML, kept word for word where it draws, cut where it only tells.

Comments, processing instructions, titles, descriptions, metadata, and every element and attribute of a namespace that
draws nothing are cut out. Nothing is written anew: what is left stands as it stood.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import NoReturn
from urllib.parse import unquote_to_bytes
from xml.parsers import expat

from imgpolicy.containers import jpeg, png
from imgpolicy.containers.blocks.opaque import read_opaque
from imgpolicy.containers.blocks.xmp import ATTRIBUTE, TAG
from imgpolicy.containers.edit import must_be_emptied
from imgpolicy.containers.limits import MAX_DRAWN, MAX_XML_DEPTH
from imgpolicy.containers.parts import (
    HARMLESS,
    MalformedError,
    ParsedFile,
    Part,
    Wanted,
    block,
    counted,
    laid_out,
    part,
)
from imgpolicy.domain.terms import StripMode
from imgpolicy.domain.trace import Kind

_SVG = "http://www.w3.org/2000/svg"
_XHTML = "http://www.w3.org/1999/xhtml"
_XLINK = "http://www.w3.org/1999/xlink"
_XML = "http://www.w3.org/XML/1998/namespace"
_XMLNS = "http://www.w3.org/2000/xmlns/"
_DRAWING = frozenset({_SVG, _XHTML})
_TELLING = frozenset({"metadata", "title", "desc"})
_DRAWN_ATTRIBUTES = frozenset({_XLINK, _XML, _SVG})
_DATA_PICTURE = re.compile(rb"data:image/[\w+.-]+;base64,([\w+/=\s]+)", re.IGNORECASE)
_DATA = re.compile(rb"\bdata\s*:[^,\"'<>\s]*,", re.IGNORECASE)
_HANDLER = re.compile("on[a-z]+")
_RUNS = "the SVG runs scripts"
_CSS_COMMENT = re.compile(rb"/\*.*?\*/", re.DOTALL)
_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)[\"']")
_STYLESHEET = "xml-stylesheet"


def matches(head: bytes) -> bool:
    """Whether a file that begins so is an SVG."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text.startswith(b"<") and b"<svg" in text


class _Reader:
    """Collects what is to be cut while expat walks through the file."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.cuts: list[Part] = []
        self.doubts: list[str] = []
        self._scopes: list[Mapping[str, str]] = [{"": "", "xml": _XML, "xmlns": _XMLNS}]
        self._elements = 0
        self._style_from = 0
        self._cut_from: tuple[int, int, str] | None = None
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = _refuse_entity
        self._parser.CommentHandler = self._comment
        self._parser.ProcessingInstructionHandler = self._instruction
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def read(self) -> None:
        """Fill `cuts` and `doubts`; raises expat.ExpatError or MalformedError."""
        self._parser.Parse(self.data, True)

    def _cut(self, name: str, kind: Kind, start: int, end: int) -> None:
        if self._cut_from is None:
            path = f"svg/{name}"
            reading = read_opaque(self.data[start:end], kind, path, start)
            self.cuts.append(block(path, (start, end), (start, end), reading))
            counted(len(self.cuts), "pieces that tell something")

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
        if target != _STYLESHEET:
            self._cut("instruction", Kind.UNKNOWN, self._parser.CurrentByteIndex, self._until(b"?>"))

    def _start(self, name: str, _attributes: Mapping[str, str]) -> None:
        start = self._parser.CurrentByteIndex
        tag = TAG.match(self.data, start)
        if tag is None:
            raise MalformedError("an SVG has a tag that cannot be followed")
        attributes = list(ATTRIBUTE.finditer(tag[0]))
        scope = _scope(self._scopes[-1], attributes)
        self._scopes.append(scope)
        self._elements += 1
        if len(self._scopes) > MAX_XML_DEPTH or self._elements > MAX_DRAWN:
            raise MalformedError("an SVG has too many elements, or too many in one another")
        if self._cut_from is not None:
            return
        namespace, local = _resolved(scope, name)
        if namespace not in _DRAWING or (namespace == _SVG and local in _TELLING):
            label = local if namespace == _SVG else "editor-element"
            self._cut_from = start, len(self._scopes), label
            return
        for attribute in attributes:
            self._attribute(scope, attribute, start)
        if local == "script":
            self.doubts.append(_RUNS)
        if local == "style":
            self._style_from = start + len(tag[0])

    def _attribute(self, scope: Mapping[str, str], attribute: re.Match[bytes], start: int) -> None:
        name = attribute[1].decode("utf-8", "replace")
        prefix, _, local = name.rpartition(":")
        span = start + attribute.start(), start + attribute.end()
        if prefix == "xmlns":
            if scope.get(local) not in _DRAWN_ATTRIBUTES | _DRAWING:
                self._cut("editor-namespace", Kind.UNKNOWN, *span)
        elif (prefix and scope.get(prefix) not in _DRAWN_ATTRIBUTES) or name.startswith("data-"):
            self._cut("editor-attribute", Kind.IDENTITY, *span)
        elif local == "href" and attribute[2][1:6].lower() == b"file:":
            self._cut("local-file", Kind.IDENTITY, *span)
        elif _HANDLER.fullmatch(local):
            self.doubts.append(_RUNS)

    def _end(self, name: str) -> None:
        if name.rpartition(":")[2] == "style" and self._style_from:
            for comment in _CSS_COMMENT.finditer(self.data, self._style_from, self._parser.CurrentByteIndex):
                self._cut("style-comment", Kind.IDENTITY, comment.start(), comment.end())
            self._style_from = 0
        if self._cut_from and self._cut_from[1] == len(self._scopes):
            start, _, label = self._cut_from
            self._cut_from = None
            at = self._parser.CurrentByteIndex
            closing = TAG.match(self.data, at)
            self._cut(label, Kind.IDENTITY, start, closing.end() if closing else self._until(b">"))
        self._scopes.pop()


def _tells(kept: bytes) -> bool:
    """Whether something that stands in the file as data, wherever it does, tells anything or cannot be read.

    It stays, and so must be a picture that tells nothing. Data in a percent, character or CSS escape counts as written.
    """
    for text in {kept, unquote_to_bytes(unescape(kept.decode("utf-8", "replace")))}:
        pictures = _DATA_PICTURE.findall(text)
        if len(pictures) < len(_DATA.findall(text)) or any(map(_picture_tells, pictures)):
            return True
    return False


def _picture_tells(encoded: bytes) -> bool:
    try:
        inner = base64.b64decode(encoded, validate=False)
        parsed = (jpeg.parse if jpeg.matches(inner) else png.parse)(inner) if _is_known(inner) else None
    except (binascii.Error, MalformedError):
        return True
    return parsed is None or bool(parsed.unread) or any(one.kind not in HARMLESS for one in parsed.traces)


def _refuse_entity(*_declaration: object) -> NoReturn:
    raise MalformedError("an SVG declares an entity")


def _is_known(data: bytes) -> bool:
    return jpeg.matches(data) or png.matches(data)


def _scope(outer: Mapping[str, str], attributes: list[re.Match[bytes]]) -> Mapping[str, str]:
    """The namespaces by prefix inside a tag; the prefix of unprefixed elements is empty."""
    own: dict[str, str] = {}
    for attribute in attributes:
        prefix, _, local = attribute[1].decode("utf-8", "replace").rpartition(":")
        if prefix == "xmlns" or (not prefix and local == "xmlns"):
            own[local if prefix else ""] = attribute[2][1:-1].decode("utf-8", "replace")
    counted(len(outer) + len(own), "namespaces")
    return {**outer, **own} if own else outer


def _resolved(scope: Mapping[str, str], name: str) -> tuple[str, str]:
    prefix, _, local = name.rpartition(":")
    return scope.get(prefix, ""), local


def parse(data: bytes) -> ParsedFile:
    """Every byte of the file; MalformedError when it is no plain XML in UTF-8."""
    encoding = _ENCODING.search(data, 0, 200)
    if encoding and encoding[1].lower() not in {b"utf-8", b"utf8", b"us-ascii", b"ascii"}:
        raise MalformedError("the SVG is not written in UTF-8")
    reader = _Reader(data)
    try:
        reader.read()
    except expat.ExpatError as error:
        raise MalformedError("the SVG is not well-formed") from error
    parts = tuple(laid_out(reader.cuts, (0, len(data)), _picture))
    coded = tuple(one.content for one in parts if one.kind is Kind.PICTURE)
    if _tells(b"".join(data[start:end] for start, end in coded)):
        reader.doubts.append("a picture inside the SVG has metadata of its own, or cannot be read")
    return ParsedFile(
        format="SVG", size=len(data), parts=parts, coded=coded, doubts=tuple(dict.fromkeys(reader.doubts))
    )


def _picture(start: int, end: int) -> Part:
    return part("svg/picture", Kind.PICTURE, (start, end))


def rewrite(data: bytes, parsed: ParsedFile, wanted: Wanted) -> bytes:
    """The file as wanted: what draws, word for word."""
    if parsed.doubts:
        raise MalformedError(parsed.doubts[0])
    return b"".join(_kept(data, parsed, wanted))


def _kept(data: bytes, parsed: ParsedFile, wanted: Wanted) -> Iterator[bytes]:
    for one in parsed.parts:
        plain = wanted.mode is StripMode.LOCATION and not must_be_emptied(one) and not one.reading.tells_location
        if one.kind is Kind.PICTURE or plain:
            yield data[one.start : one.end]
