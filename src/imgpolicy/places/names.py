"""What is found in a place, and what it is called."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from imgpolicy import formats
from imgpolicy.fetch import shown
from imgpolicy.sources import is_url

BUCKETS = ("s3://", "az://", "gs://")
"""How the names of buckets and of what is in them begin: Amazon S3 and what speaks like it, Azure, Google Cloud."""

_PLAIN_KEYS = "id|fid|nid|image_id|attachment_id|v|ver|version|w|h|width|height|page|size"
_PLAIN_QUERY = re.compile(rf"({_PLAIN_KEYS})=\d{{1,12}}(&({_PLAIN_KEYS})=\d{{1,12}})*", re.ASCII)
"""Queries that are shown: which picture it is, how large and which version, in numbers."""
_TO_ESCAPE = re.compile(r"[\\\udc80-\udcff]")
_SLASHES = re.compile("//+")
_ESCAPED = re.compile(r"\\(\\|x[0-9a-f]{2})")
OUTSIDE = "//"
"""What stands in the name of a path only where what follows is escaped, as it is not UTF-8."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPicture:
    """A picture by its name, which identifies it and may be shown: a path as it was given, or a URL.

    `address` is where its bytes are, which may hold a password or a signature: never show it. `stamp` changes when the
    bytes do, None where nobody knows without reading them. `page` is the page on which a sitemap or feed says it is.
    """

    name: str
    address: str = field(repr=False)
    stamp: str | None = None
    page: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Something that is passed over, by its name, and why."""

    name: str
    reason: str


Listed = ListedPicture | Skipped


def is_bucket(place: str) -> bool:
    """True for what lies in a bucket, and for a bucket."""
    return place.startswith(BUCKETS)


def has_picture_suffix(path: str) -> bool:
    """True when a path or a key ends as a picture's does."""
    return PurePosixPath(path).suffix.lower() in formats.SUFFIXES


def is_picture_url(url: str) -> bool:
    """True when the path of a URL ends as a picture's does."""
    return has_picture_suffix(unquote(urlsplit(url).path))


def name_of(address: str) -> str:
    """The name of the picture at an address that a person gave: a path, a URL, or an object in a bucket."""
    if is_url(address):
        return url_name(address)
    return address if is_bucket(address) else path_name("", address)


def url_name(url: str) -> str:
    """The URL without user, password and fragment; a query that may be secret is a digest, so that it tells apart."""
    base = shown(url)
    try:
        parts = urlsplit(url)
        inner = f"{parts.hostname}\n{parts.path}\n{parts.query}"
    except ValueError:
        return f"{base}#{_digest(url)}"
    if base.endswith(parts.path):
        if not parts.query:
            return base
        if _PLAIN_QUERY.fullmatch(parts.query):
            return f"{base}?{parts.query}"
    return f"{base}?…{_digest(inner)}"


def path_name(folder: str, path: str) -> str:
    """The path as it is, when it is UTF-8; else with its bytes escaped, and OUTSIDE behind the folder.

    So it is told apart from a file that is called like the escapes.
    """
    if _is_utf8(path):
        return _single(path)
    below = path[len(folder.rstrip("/")) + 1 :] if folder else path
    return f"{_escaped_folder(folder)}{OUTSIDE}{_escaped(below)}"


def parts_below(folder: str, name: str) -> tuple[str, ...]:
    """The parts of the path below the folder that `path_name` made this name of; none when it is no such name."""
    folder = _single(folder)
    start = _escaped_folder(folder) + OUTSIDE
    if name.startswith(start):
        path = _ESCAPED.sub(_unescaped, name.removeprefix(start))
    elif name.startswith(f"{folder.rstrip('/')}/"):
        path = name.removeprefix(f"{folder.rstrip('/')}/")
    else:
        return ()
    return tuple(path.split("/"))


def resumed(entries: Callable[[], Iterator[Listed]], after: str | None) -> Iterator[Listed]:
    """What comes behind the name; all of it where the name is not there any more."""
    found = entries()
    if after is None or any(one.name == after for one in found):
        yield from found
    else:
        yield from entries()


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _single(path: str) -> str:
    """The path with one slash where several stand together."""
    return _SLASHES.sub("/", path)


def _escaped_folder(folder: str) -> str:
    return _single(folder if _is_utf8(folder) else _escaped(folder))


def _escaped(path: str) -> str:
    return _TO_ESCAPE.sub(lambda found: r"\\" if found[0] == "\\" else f"\\x{ord(found[0]) - 0xDC00:02x}", path)


def _unescaped(found: re.Match[str]) -> str:
    return "\\" if found[1] == "\\" else chr(0xDC00 + int(found[1][1:], 16))


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
