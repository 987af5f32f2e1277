"""Statements of rights in the JSON assertions of C2PA manifests: XMP's own names, and schema.org's of a creative work.

They are read from the bytes, so that they are known without anything that reads manifests, and stay in a stripped file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress

import msgspec

from imgpolicy.containers.blocks.positions import names_position
from imgpolicy.containers.limits import MAX_CREDIT
from imgpolicy.containers.parts import Credit, Right

_MARK = b"json"
"""The type of a JUMBF box that holds JSON (ISO 19566-5, table B.1)."""

_LARGEST = 1_000_000
_MOST_BOXES = 200
_MOST = 100
_DEEPEST = 6

_SCHEMA_ORG = {
    "copyrightNotice": Right.COPYRIGHT,
    "creditText": Right.CREDIT,
    "license": Right.LICENCE,
    "acquireLicensePage": Right.WEB_STATEMENT,
    "usageInfo": Right.WEB_STATEMENT,
    "copyrightHolder": Right.COPYRIGHT_OWNER,
    "author": Right.CREATOR,
    "creator": Right.CREATOR,
    "publisher": Right.SUPPLIER,
}
_NAMES: Mapping[str, Right] = {right.value: right for right in Right if right is not Right.DIGITAL_SOURCE_TYPE} | (
    _SCHEMA_ORG
)


def rights_in_c2pa(data: bytes, path: str) -> tuple[Credit, ...]:
    """What the manifests in these bytes state of rights, each statement once."""
    found: dict[tuple[Right, str], None] = {}
    for document in _documents(data):
        for said in _stated(document, 0):
            found.setdefault(said)
            if len(found) == _MOST:
                break
    return tuple(Credit(right, text, f"{path}/{right.value}") for right, text in found)


def _documents(data: bytes) -> Iterator[object]:
    at = data.find(_MARK, 4)
    for _ in range(_MOST_BOXES):
        if at < 0:
            return
        size = int.from_bytes(data[at - 4 : at], "big") - 8
        if 2 <= size <= _LARGEST and data[at + 4 : at + 5] == b"{":
            with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                yield msgspec.json.decode(data[at + 4 : at + 4 + size])
        at = data.find(_MARK, at + 4)


def _stated(value: object, depth: int) -> Iterator[tuple[Right, str]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for one in value:
            yield from _stated(one, depth + 1)
    elif isinstance(value, dict):
        for key, inner in value.items():
            right = _NAMES.get(str(key))
            if right is not None:  # a place on the earth is nobody's right
                yield from ((right, text) for text in _texts(inner, 0) if not names_position(text))
            yield from _stated(inner, depth + 1)


def _texts(value: object, depth: int) -> Iterator[str]:
    """The words of a value: itself, those of a list, an alternative's by its language, or somebody's name."""
    if isinstance(value, str) and value.strip():
        yield value.strip()[:MAX_CREDIT]
    elif isinstance(value, list) and depth < _DEEPEST:
        for one in value:
            yield from _texts(one, depth + 1)
    elif isinstance(value, dict) and depth < _DEEPEST:
        named = value.get("name")
        yield from _texts(named if named is not None else value.get("x-default"), depth + 1)
