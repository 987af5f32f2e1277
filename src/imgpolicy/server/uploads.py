"""Files out of a form that was sent: bounded before anything reads them, and never on the disk unless sealed.

The form is taken apart as it comes. A file is handed on once it is whole, so that no more than one is held.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from imgpolicy.errors import BadRequestError
from imgpolicy.phrase import phrase

LARGEST = 200_000_000
"""Bytes of one file: more than the largest picture that is judged has."""

FIELD = 10_000
"""Bytes of a form's other fields, each."""

BOUNDARY = 200
"""Bytes of what stands between the parts; RFC 2046 allows 70."""

PARTS = 1_000
"""Parts of one form."""


@dataclass(frozen=True, slots=True)
class Part:
    """A field of a form: its name, the name of the file where it is one, and what it holds."""

    name: str
    file: str | None
    data: bytes = field(repr=False)


class Parts:
    """The parts of a form as its bytes come in; BadRequestError for anything that is no form or past its bounds.

    `most` is how many bytes a field that is no file may have.
    """

    def __init__(self, content_type: str, most: int = FIELD) -> None:
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise BadRequestError(phrase("the form is none: send it as multipart/form-data"))
        self._whole: list[Part] = []
        self._headers: dict[str, str] = {}
        self._header = (bytearray(), bytearray())
        self._data = bytearray()
        self._count = 0
        self._most = most
        if len(boundary) > BOUNDARY:
            raise BadRequestError(phrase("the form is damaged: send it again"))
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_name,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_part_data": self._more,
                "on_part_end": self._end,
            },
        )

    def feed(self, data: bytes) -> Iterator[Part]:
        """The parts that these bytes made whole."""
        try:
            self._parser.write(data)
        except FormParserError as error:
            raise BadRequestError(phrase("the form is damaged: send it again")) from error
        whole, self._whole = self._whole, []
        yield from whole

    def _begin(self) -> None:
        self._count += 1
        if self._count > PARTS:
            raise BadRequestError(phrase("the form has more than {parts} parts", parts=PARTS))
        self._headers, self._data = {}, bytearray()

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header[0].extend(data[start:end])

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1].extend(data[start:end])

    def _header_end(self) -> None:
        name, value = self._header
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")
        self._header = (bytearray(), bytearray())

    def _named(self) -> tuple[str, str | None]:
        _, options = parse_options_header(self._headers.get("content-disposition", ""))
        file = options.get(b"filename")
        return options.get(b"name", b"").decode("utf-8", "replace"), None if file is None else file.decode(
            "utf-8", "replace"
        )

    def _more(self, data: bytes, start: int, end: int) -> None:
        self._data.extend(data[start:end])
        most = self._most if self._named()[1] is None else LARGEST
        if len(self._data) > most:
            raise BadRequestError(phrase("a file of the form is larger than {most} MB", most=LARGEST // 1_000_000))

    def _end(self) -> None:
        name, file = self._named()
        self._whole.append(Part(name, file, bytes(self._data)))
        self._data = bytearray()


async def each_part(content_type: str, body: AsyncIterator[bytes], take: Callable[[Part], Awaitable[None]]) -> None:
    """Hand on each part of a form as soon as it is whole; BadRequestError for what `Parts` refuses."""
    parts = Parts(content_type)
    async for data in body:
        for part in parts.feed(data):
            await take(part)


async def whole_body(body: AsyncIterator[bytes], most: int = LARGEST) -> bytes:
    """The body of a request; BadRequestError as soon as it is longer than `most` bytes."""
    data = bytearray()
    async for part in body:
        data.extend(part)
        if len(data) > most:
            raise BadRequestError(phrase("what was sent is larger than {most} MB", most=f"{most / 1_000_000:g}"))
    return bytes(data)
