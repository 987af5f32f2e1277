"""XML read as it comes, with what a document of an office never has refused: a document type, and so all entities."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import NoReturn
from xml.parsers import expat

Attributes = dict[str, str]
"""By their names without a namespace."""

_DEEPEST = 100


class Markup(ABC):
    """Something that reads one XML document. `path` are the elements around, by their names without a namespace.

    While `collecting`, which an element's beginning sets, its text is kept for its end.
    """

    path: list[str]
    collecting = False

    def walk(self, data: bytes) -> None:
        """Read the document; ValueError when it is none."""
        for _ in self.steps([data]):
            pass

    def steps(self, pieces: Iterable[bytes]) -> Iterator[None]:
        """Read the document piece by piece: a step is done when one was read; ValueError when it is none."""
        self.path, self._text = [], [""]
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._take
        try:
            for piece in pieces:
                parser.Parse(piece, False)
                yield
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise ValueError(f"not XML: {error}") from error

    @abstractmethod
    def begin(self, name: str, attributes: Attributes) -> None:
        """An element begins."""

    @abstractmethod
    def end(self, name: str, text: str) -> None:
        """An element ends; its text, when it was collected."""

    def _begin(self, name: str, attributes: Attributes) -> None:
        if len(self.path) >= _DEEPEST:
            raise ValueError("its elements stand too deep in each other")
        self.collecting = False
        self.begin(local(name), {local(key): value for key, value in attributes.items()})
        self.path.append(local(name))
        self._text = []

    def _end(self, name: str) -> None:
        self.path.pop()
        self.end(local(name), "".join(self._text))
        self.collecting = False
        self._text = []

    def _take(self, text: str) -> None:
        if self.collecting:
            self._text.append(text)


class _Elements(Markup):
    def __init__(self) -> None:
        self.found: list[tuple[str, Attributes]] = []

    def begin(self, name: str, attributes: Attributes) -> None:
        self.found.append((name, attributes))

    def end(self, name: str, text: str) -> None:
        del name, text


def elements(data: bytes) -> list[tuple[str, Attributes]]:
    """Every element of a document as it begins, with its attributes; ValueError when it is none."""
    reader = _Elements()
    reader.walk(data)
    return reader.found


def local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition(" ")[2]


def _refuse_doctype(_name: str, _system: str | None, _public: str | None, _internal: bool) -> NoReturn:  # noqa: FBT001  # expat's signature
    raise ValueError("it has a document type")
