"""XMP: a packet of RDF in XML, read with a parser that refuses document types and entities, and written anew."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from imgpolicy.containers.blocks import xmp_names as names
from imgpolicy.containers.blocks.credit_lines import credit_lines
from imgpolicy.containers.blocks.generators import signs, strongest
from imgpolicy.containers.blocks.positions import names_position
from imgpolicy.containers.limits import MAX_CREDIT, MAX_ELEMENTS, MAX_INFLATED, MAX_XML_DEPTH
from imgpolicy.containers.parts import (
    LOCATION,
    Credit,
    MalformedError,
    Patch,
    Position,
    Reading,
    Right,
    counted,
    most_telling,
    printable,
    shown,
)
from imgpolicy.domain.trace import Kind, Trace

TAG = re.compile(rb"<(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+>")
"""A tag of well-formed XML, with whatever its attributes hold."""
ATTRIBUTE = re.compile(rb"\s+([^\s=/>\"']++)\s*+=\s*+(\"[^\"]*+\"|'[^']*+')")
"""An attribute in a tag, with the space before it: its name, and its value with the quotes."""
_BROKEN_NAME = re.compile(rb"([A-Za-z][\w-]*):([A-Za-z]\w*)\s*(?:=\s*[\"']|>)([^<\"']{0,200})")
_WIDE = (b"\xfe\xff", b"\xff\xfe", b"\0<", b"<\0")


@dataclass(slots=True)
class _Property:
    """One property on the way through a packet: its bytes span `start` to `end`, counted from the packet's first."""

    namespace: str
    name: str
    start: int
    end: int
    kind: Kind | None
    texts: list[str] = field(default_factory=list)
    attribute: bool = False


class _Reader:
    """Collects the properties of a packet while expat walks through it."""

    def __init__(self, packet: bytes) -> None:
        self.packet = packet
        self.properties: list[_Property] = []
        self.orientation: int | None = None
        self._open: list[_Property | None] = []
        self._elements = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.ordered_attributes = True
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = _refuse_doctype
        self._parser.EntityDeclHandler = _refuse_entity
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def read(self) -> None:
        """Fill `properties`; raises expat.ExpatError or MalformedError."""
        self._parser.Parse(self.packet, True)
        for one in self.properties:
            if one.kind not in LOCATION and names_position(" ".join(one.texts)):
                one.kind = Kind.COORDINATE

    def _start(self, tag: str, attributes: Sequence[str]) -> None:
        self._elements += 1
        if len(self._open) >= MAX_XML_DEPTH or self._elements > MAX_ELEMENTS:
            raise MalformedError("an XMP packet has too many elements, or too many in one another")
        at = self._parser.CurrentByteIndex
        opened = self._begin(tag, at)
        self._open.append(opened)
        for key, value in zip(attributes[::2], attributes[1::2], strict=True):
            inner = self._begin(key, at)
            if inner:
                inner.attribute = True
                inner.texts.append(value)
            elif opened and key == f"{names.RDF} resource":
                opened.texts.append(value)

    def _begin(self, tag: str, at: int) -> _Property | None:
        namespace, _, name = tag.rpartition(" ")
        if namespace in names.SYNTAX or tag == "about":
            return None
        begun = _Property(namespace, name, at, at, names.kind(namespace, name))
        self.properties.append(begun)
        counted(len(self.properties), "XMP properties")
        return begun

    def _end(self, _tag: str) -> None:
        ended = self._open.pop()
        closing = TAG.match(self.packet, self._parser.CurrentByteIndex) if ended else None
        if ended and closing:
            ended.end = closing.end()

    def _text(self, text: str) -> None:
        if text.strip():
            nearest = next((one for one in reversed(self._open) if one), None)
            if nearest:
                nearest.texts.append(text.strip())


def _refuse_doctype(_name: str, _system: str | None, _public: str | None, _internal: bool) -> NoReturn:  # noqa: FBT001 - expat's signature
    raise MalformedError("an XMP packet declares a document type")


def _refuse_entity(*_declaration: object) -> NoReturn:
    raise MalformedError("an XMP packet declares an entity")


def read(packet: bytes, path: str, offset: int) -> Reading:
    """What the packet tells, its first byte lying at `offset` of the file.

    A packet that is not well-formed is a doubt, and is searched for names of locations all the same. No byte can be
    pointed at of one that is not written in UTF-8.
    """
    if len(packet) > MAX_INFLATED:
        raise MalformedError("an XMP packet is larger than 8 MiB")
    body = packet.strip(b"\0 \t\r\n")
    if not body:
        return Reading()
    start = offset + packet.index(body)
    reader = _Reader(body)
    try:
        reader.read()
    except expat.ExpatError:
        again = _recoded(body)
        return read(again, path, start).packed_at(start) if again else _broken(body, path, start)
    return Reading(
        traces=shown(_traces(reader.properties, path, start)),
        position=_position(reader.properties),
        orientation=_orientation(reader.properties),
        credits=tuple(_credits(reader.properties, path)),
        patches=() if body.startswith(_WIDE) else tuple(_patches(body, reader.properties, start)),
    )


def _recoded(packet: bytes) -> bytes | None:
    """The packet as if it were Latin-1, which some writers put where UTF-8 is declared; None when it is UTF-8."""
    if packet.startswith(_WIDE):
        return None
    try:
        packet.decode("utf-8")
    except UnicodeDecodeError:
        return packet.decode("latin-1").encode("utf-8")
    return None


def _broken(packet: bytes, path: str, offset: int) -> Reading:
    traces = [Trace(path=path, kind=Kind.UNKNOWN, offset=offset, value="XMP that is not well-formed")]
    for match in _BROKEN_NAME.finditer(packet.replace(b"\0", b"")):
        kind = names.kind("", match[2].decode("ascii"))
        if kind in LOCATION and match[3].strip():
            name = f"{match[1].decode('utf-8', 'replace')}:{match[2].decode('ascii')}"
            value = printable(match[3].decode("utf-8", "replace"))
            traces.append(Trace(path=f"{path}/{name}", kind=kind, offset=offset, value=value))
    return Reading(traces=shown(traces), doubts=("an XMP packet is not well-formed",))


def _traces(properties: list[_Property], path: str, offset: int) -> Iterator[Trace]:
    traces = [(one.kind, one) for one in properties if one.kind and "".join(one.texts).strip()]
    for kind, one in most_telling(traces):
        prefix = names.PREFIXES.get(one.namespace, "other")
        value = printable(" ".join(one.texts))
        yield Trace(path=f"{path}/{prefix}:{one.name}", kind=kind, offset=offset + one.start, value=value)


def _credits(properties: list[_Property], path: str) -> Iterator[Credit]:
    for one in properties:
        right = names.CREDITS.get((one.namespace, one.name))
        if right and one.kind not in LOCATION:
            for text in one.texts if right in _LISTED else one.texts[:1]:
                if text.strip():
                    yield Credit(right, text.strip(), f"{path}/{names.PREFIXES[one.namespace]}:{one.name}")
        place = f"{path}/{names.PREFIXES.get(one.namespace, 'other')}:{one.name}"
        yield from signs(one.name, " ".join(one.texts), place)
        yield from credit_lines(one.name, "\n".join(one.texts), place)
        if one.namespace == names.GETTY:
            yield Credit(Right.SUPPLIER, "Getty Images", place)


def _orientation(properties: list[_Property]) -> int | None:
    values = (one.texts for one in properties if (one.namespace, one.name) == (names.TIFF, "Orientation"))
    text = next((texts[0].strip() for texts in values if texts), "")
    return int(text) if text in {"1", "2", "3", "4", "5", "6", "7", "8"} else None


def _position(properties: list[_Property]) -> Position | None:
    """The first latitude and longitude: EXIF's ``55,40.57N`` or plain decimal degrees."""
    coordinates: dict[str, float] = {}
    for one in properties:
        name = one.name.lower().removeprefix("gps")
        name = {"lat": "latitude", "long": "longitude"}.get(name, name)
        degrees = _degrees(one.texts[0]) if name in {"latitude", "longitude"} and one.texts else None
        if degrees is not None:
            coordinates.setdefault(name, degrees)
    latitude, longitude = coordinates.get("latitude"), coordinates.get("longitude")
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return Position(latitude, longitude)


def _degrees(text: str) -> float | None:
    match = re.fullmatch(r"\s*([+-]?)([\d.]{1,20})(?:,([\d.]{1,20}))?(?:,([\d.]{1,20}))?\s*([NSEW]?)\s*", text)
    if not match:
        return None
    sign, *parts, reference = match.groups()
    try:
        degrees = sum((float(part) / 60.0**power for power, part in enumerate(parts) if part), 0.0)
    except ValueError:
        return None
    return -degrees if sign == "-" or reference in {"S", "W"} else degrees


def _patches(packet: bytes, properties: list[_Property], offset: int) -> Iterator[Patch]:
    """Spaces over every property that tells a location, or that nobody here knows."""
    attributes: dict[int, set[str]] = {}
    for one in properties:
        if one.kind not in LOCATION and one.kind is not Kind.UNKNOWN:
            continue
        if one.attribute:
            attributes.setdefault(one.start, set()).add(one.name)
        else:
            yield Patch(offset + one.start, b" " * (one.end - one.start))
    for start, gone in attributes.items():
        tag = TAG.match(packet, start)
        for written in ATTRIBUTE.finditer(tag[0]) if tag else ():
            if written[1].rpartition(b":")[2].decode("utf-8", "replace") in gone:
                yield Patch(offset + start + written.start(), b" " * len(written[0]))


def packet(credits_: Sequence[Credit]) -> bytes:
    """The smallest packet that states these rights; a property that has one value states them one behind the other."""
    by_right: dict[Right, list[str]] = {}
    for credit in credits_:
        by_right.setdefault(credit.right, []).append(_kept(credit.text))
    inner = "".join(_WRITERS.get(right, _simple)(right, texts) for right, texts in by_right.items())
    inner += _struct("plus:CopyrightOwner", (Right.COPYRIGHT_OWNER,), by_right)
    inner += _struct("plus:Licensor", (Right.LICENSOR_NAME, Right.LICENSOR_URL), by_right)
    inner += _struct("plus:ImageSupplier", (Right.SUPPLIER,), by_right)
    spaces = {prefix: uri for uri, prefix in names.PREFIXES.items() if f"<{prefix}:" in inner}
    declared = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in sorted(spaces.items()))
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        f'<rdf:RDF xmlns:rdf="{names.RDF}"><rdf:Description rdf:about=""{declared}>{inner}</rdf:Description></rdf:RDF>'
        '</x:xmpmeta><?xpacket end="r"?>'
    ).encode()


def _escaped(text: str) -> str:
    """The text as XML writes it; the standard library's own function would load half the web along."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _kept(text: str) -> str:
    return printable(text, MAX_CREDIT)


def _simple(right: Right, texts: list[str]) -> str:
    return f"<{right}>{_escaped(_one(right, texts))}</{right}>"


def _alternatives(right: Right, texts: list[str]) -> str:
    return f'<{right}><rdf:Alt><rdf:li xml:lang="x-default">{_escaped(_one(right, texts))}</rdf:li></rdf:Alt></{right}>'


def _one(right: Right, texts: list[str]) -> str:
    """All that is stated, so that nobody's name is lost where another's stands too; a flag has its first value."""
    return texts[0] if right in _FLAGS else _kept("; ".join(dict.fromkeys(texts)))


def _sequence(right: Right, texts: list[str]) -> str:
    items = "".join(f"<rdf:li>{_escaped(text)}</rdf:li>" for text in dict.fromkeys(texts))
    return f"<{right}><rdf:Seq>{items}</rdf:Seq></{right}>"


def _inside_struct(_right: Right, _texts: list[str]) -> str:
    return ""


def _struct(name: str, rights: Sequence[Right], by_right: dict[Right, list[str]]) -> str:
    inner = "".join(_simple(right, by_right[right]) for right in rights if right in by_right)
    return f'<{name}><rdf:Seq><rdf:li rdf:parseType="Resource">{inner}</rdf:li></rdf:Seq></{name}>' if inner else ""


def _source_type(right: Right, texts: list[str]) -> str:
    return _simple(right, [strongest(texts)])


_LISTED = frozenset({Right.CREATOR, Right.COPYRIGHT_OWNER, Right.SUPPLIER, Right.LICENSOR_NAME})
"""Rights of which a property may have several values."""

_FLAGS = frozenset({Right.MARKED, Right.DATA_MINING, Right.DIGITAL_SOURCE_TYPE})

_WRITERS = {
    Right.DIGITAL_SOURCE_TYPE: _source_type,
    Right.COPYRIGHT: _alternatives,
    Right.USAGE_TERMS: _alternatives,
    Right.CREATOR: _sequence,
    Right.COPYRIGHT_OWNER: _inside_struct,
    Right.LICENSOR_NAME: _inside_struct,
    Right.LICENSOR_URL: _inside_struct,
    Right.SUPPLIER: _inside_struct,
}
