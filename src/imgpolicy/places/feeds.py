"""The pictures that a sitemap, an index of sitemaps, or a feed in RSS or Atom names, behind http and https.

What comes is taken for hostile, as `fetch` takes it; the XML has no document type, so no entities, and is read piece by
piece within limits. A picture that stands only in the HTML of a text in a feed is not one that the feed names.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import urljoin

from imgpolicy import formats
from imgpolicy.containers.limits import MAX_BYTES
from imgpolicy.errors import PictureError
from imgpolicy.fetch import FetchLimits, fetch, shown
from imgpolicy.phrase import message_of, phrase
from imgpolicy.places.names import Listed, ListedPicture, Skipped, is_picture_url, resumed, url_name
from imgpolicy.sources import is_url
from imgpolicy.wire.markup import Attributes, Markup

_LIMITS = FetchLimits(max_bytes=MAX_BYTES, seconds=120.0, packed=True)
_UNPACKED = 100_000_000
"""Bytes of a document; a sitemap has at most half of them (sitemaps.org)."""
_MOST_SITEMAPS = 50_000
"""Sitemaps that an index may name (sitemaps.org)."""
_LONGEST = 2_048
"""Characters of a URL (sitemaps.org)."""
_PIECE = 1 << 20
_HEAD = 16
_ROOTS = frozenset({"urlset", "sitemapindex", "rss", "RDF", "feed"})
_ENTRIES = frozenset({"url", "item", "entry"})
_PICTURES = frozenset({"enclosure", "content", "thumbnail"})
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class _Sitemap:
    """A sitemap that an index names."""

    url: str


def at_url(url: str, after: str | None, *, allow_private_hosts: bool) -> Iterator[Listed]:
    """The pictures that the document at the URL names, in its order; the picture itself where it is one.

    A name may come more than once. PictureError when it cannot be had, is none of these, or names nothing; a sitemap
    of an index that cannot be had is skipped.
    """
    return resumed(partial(_at, url, allow_private_hosts=allow_private_hosts), after)


def _at(url: str, *, allow_private_hosts: bool) -> Iterator[Listed]:
    try:
        itself = is_picture_url(url)
    except ValueError:
        itself = False
    body = b"" if itself else fetch(url, allow_private_hosts=allow_private_hosts, limits=_LIMITS)
    if itself or formats.is_marked(body[:_HEAD]):
        yield ListedPicture(name=url_name(url), address=url)
        return
    nothing, sitemaps = True, 0
    for found in _named(url, body):
        nothing = False
        if not isinstance(found, _Sitemap):
            yield found
            continue
        sitemaps += 1
        if sitemaps > _MOST_SITEMAPS:
            raise _refused(url, phrase("names more than {most} sitemaps", most=f"{_MOST_SITEMAPS:,}"))
        yield from _in_sitemap(found.url, allow_private_hosts=allow_private_hosts)
    if nothing:
        raise _refused(url, phrase("names no pictures"))


def _in_sitemap(url: str, *, allow_private_hosts: bool) -> Iterator[Listed]:
    """The pictures of one sitemap of an index, or why it is skipped, from where it cannot be read on."""
    name, nothing = url_name(url), True
    try:
        for found in _named(url, fetch(url, allow_private_hosts=allow_private_hosts, limits=_LIMITS)):
            nothing = False
            if isinstance(found, _Sitemap):
                yield Skipped(name=url_name(found.url), reason=phrase("an index of sitemaps in another"))
            else:
                yield found
    except PictureError as error:
        yield Skipped(name=name, reason=message_of(error))
        return
    if nothing:
        yield Skipped(name=name, reason=phrase("names no pictures"))


def _named(url: str, body: bytes) -> Iterator[Listed | _Sitemap]:
    """What the document names, as far as it was read; PictureError when it cannot be read further."""
    document = _Document(url)
    try:
        for _ in document.steps(_pieces(body)):
            yield from document.taken()
    except (ValueError, OSError, EOFError, zlib.error) as error:
        yield from document.taken()
        raise _refused(
            url,
            phrase(
                "neither a picture nor a sitemap or feed that can be read ({reason})",
                reason=message_of(error) if isinstance(error, ValueError) else phrase("not a whole gzip file"),
            ),
        ) from None


def _pieces(body: bytes) -> Iterator[bytes]:
    file: io.BufferedIOBase = io.BytesIO(body)
    if body.startswith(_GZIP):
        file = gzip.GzipFile(fileobj=file)
    read = 0
    while piece := file.read(_PIECE):
        read += len(piece)
        if read > _UNPACKED:
            raise ValueError(phrase("more than the limit of {most} bytes", most=f"{_UNPACKED:,}"))
        yield piece


def _refused(url: str, reason: str) -> PictureError:
    return PictureError(phrase("{name}: {reason}", name=shown(url), reason=reason))


class _Document(Markup):
    """A sitemap, an index or a feed; what was found of it so far is taken away in between."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._found: list[Listed | _Sitemap] = []
        self._pictures: list[Listed] = []
        self._page: str | None = None

    def taken(self) -> list[Listed | _Sitemap]:
        """What was found since it was last asked."""
        found, self._found = self._found, []
        return found

    def begin(self, name: str, attributes: Attributes) -> None:
        """Take what stands in attributes, and collect what stands in texts."""
        if not self.path:
            if name not in _ROOTS:
                raise ValueError(phrase("its element is none that they have"))
        elif name in _ENTRIES and len(self.path) <= 2:
            self._pictures, self._page = [], None
        elif name == "link" and "href" in attributes:
            self._link(attributes)
        elif name in _PICTURES and "url" in attributes and self._within():
            self._offer(name, attributes["url"], attributes)
        else:
            self.collecting = name in {"loc", "link"}

    def end(self, name: str, text: str) -> None:
        """Take what stands in a text, and give the pictures of an entry that has ended."""
        around = self.path[-1] if self.path else ""
        if name in _ENTRIES and len(self.path) <= 2:
            self._found += [self._on_page(one) for one in self._pictures]
            self._pictures = []
        elif name == "loc" and around == "sitemap":
            self._found.append(self._sitemap(text))
        elif name == "loc" and around == "image" and self._within():
            self._pictures.append(self._listed(text))
        elif (name, around) in {("loc", "url"), ("link", "item")} and text.strip():
            self._page = text
            if name == "loc" and self._is_picture(text):
                self._pictures.append(self._listed(text))

    def _within(self) -> bool:
        return any(one in _ENTRIES for one in self.path)

    def _link(self, attributes: Attributes) -> None:
        """A link of Atom: to the page, or to what is enclosed."""
        kind = attributes.get("rel", "alternate")
        if not self._within():
            return
        if kind == "enclosure":
            self._offer("enclosure", attributes["href"], attributes)
        elif kind == "alternate" and self._page is None:
            self._page = attributes["href"]

    def _offer(self, element: str, url: str, attributes: Attributes) -> None:
        said = attributes.get("medium") or attributes.get("type", "").partition("/")[0].strip().lower()
        if element == "thumbnail" or said == "image" or (not said and self._is_picture(url)):
            self._pictures.append(self._listed(url))
        else:
            found = self._listed(url)
            self._pictures.append(Skipped(name=found.name, reason=phrase("not a picture")))

    def _is_picture(self, text: str) -> bool:
        try:
            return is_picture_url(self._whole(text))
        except ValueError:
            return False

    def _listed(self, text: str) -> Listed:
        """The picture at a URL, if it is one that may be followed."""
        try:
            url = self._whole(text)
        except ValueError as error:
            return Skipped(name=url_name(text[:_LONGEST].strip()), reason=message_of(error))
        return ListedPicture(name=url_name(url), address=url)

    def _sitemap(self, text: str) -> Listed | _Sitemap:
        found = self._listed(text)
        return found if isinstance(found, Skipped) else _Sitemap(found.address)

    def _on_page(self, found: Listed) -> Listed:
        if self._page is None or isinstance(found, Skipped):
            return found
        page = self._listed(self._page)
        named = page.name if isinstance(page, ListedPicture) and page.name != found.name else None
        return ListedPicture(name=found.name, address=found.address, page=named)

    def _whole(self, text: str) -> str:
        """The URL that stands there, from where the document is; ValueError when it is none of http or https."""
        text = text.strip()
        if len(text) > _LONGEST:
            raise ValueError(phrase("too long for a path or URL"))
        try:
            url = urljoin(self._url, text)
        except ValueError:
            url = ""
        if not text or not is_url(url):
            raise ValueError(phrase("not an http or https address"))
        return url
