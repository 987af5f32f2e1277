"""Files out of a form: each whole and once, however the bytes come; bounded before anything reads them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgpolicy.errors import RequestError
from imgpolicy.server import uploads
from imgpolicy.server.uploads import Part, Parts, each_part, whole_body

BOUNDARY = "----boundary"
TYPE = f"multipart/form-data; boundary={BOUNDARY}"


def form(parts: Iterable[tuple[str, str | None, bytes]]) -> bytes:
    body = b""
    for name, file, data in parts:
        where = f'form-data; name="{name}"' + ("" if file is None else f'; filename="{file}"')
        body += f"--{BOUNDARY}\r\nContent-Disposition: {where}\r\n\r\n".encode() + data + b"\r\n"
    return body + f"--{BOUNDARY}--\r\n".encode()


def parts_of(body: bytes, piece: int = 1 << 20) -> list[Part]:
    parts = Parts(TYPE)
    return [part for start in range(0, len(body), piece) for part in parts.feed(body[start : start + piece])]


CLEAN = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='"\\'), max_size=20)


@given(st.lists(st.tuples(CLEAN, st.none() | CLEAN, st.binary(max_size=300)), max_size=5), st.integers(1, 70))
def test_every_part_comes_out_whole_and_once_however_the_bytes_come(
    sent: list[tuple[str, str | None, bytes]], piece: int
) -> None:
    sent = [one for one in sent if f"--{BOUNDARY}".encode() not in one[2]]
    assert [(part.name, part.file, part.data) for part in parts_of(form(sent), piece)] == sent


@given(st.binary(max_size=2000), st.integers(1, 50))
def test_bytes_that_are_no_form_are_refused_or_give_nothing(data: bytes, piece: int) -> None:
    found: list[Part] = []
    with contextlib.suppress(RequestError):
        found = parts_of(data, piece)
    assert f"--{BOUNDARY}".encode() in data or found == []


@pytest.mark.parametrize("kind", ["", "text/plain", "multipart/form-data", "application/json"])
def test_what_is_sent_as_something_else_is_refused(kind: str) -> None:
    with pytest.raises(RequestError, match="multipart/form-data"):
        Parts(kind)


def test_a_file_that_is_too_large_is_refused_before_it_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LARGEST", 1000)
    body = form([("pictures", "a.jpg", bytes(5000))])
    parts = Parts(TYPE)
    with pytest.raises(RequestError, match="larger"):
        list(parts.feed(body[:2000]))


def test_a_field_that_is_no_file_is_short() -> None:
    with pytest.raises(RequestError, match="larger"):
        parts_of(form([("caption", None, bytes(uploads.FIELD + 1))]))


def test_a_form_has_a_bounded_number_of_parts() -> None:
    with pytest.raises(RequestError, match="more than"):
        parts_of(form([("a", None, b"")] * (uploads.PARTS + 1)))


async def bytes_of(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), 100):
        yield data[start : start + 100]


def test_files_are_handed_on_one_by_one() -> None:
    seen: list[str | None] = []

    async def take(part: Part) -> None:
        seen.append(part.file)

    body = form([("pictures", f"{number}.jpg", bytes(300)) for number in range(3)])
    asyncio.run(each_part(TYPE, bytes_of(body), take))
    assert seen == ["0.jpg", "1.jpg", "2.jpg"]


def test_a_body_is_read_up_to_its_bound() -> None:
    assert asyncio.run(whole_body(bytes_of(bytes(1000)), 1000)) == bytes(1000)
    with pytest.raises(RequestError, match="larger"):
        asyncio.run(whole_body(bytes_of(bytes(1001)), 1000))


def test_what_was_sent_is_in_no_representation() -> None:
    assert "secret" not in repr(Part("pictures", "a.jpg", b"secret"))
