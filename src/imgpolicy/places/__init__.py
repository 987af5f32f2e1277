"""Where an archive's pictures are, listed and read: files, folders, buckets, lists, sitemaps and feeds.

A place is the path of a picture or of a folder; `s3://`, `az://` or `gs://` with a bucket, and a folder in it or one
object; `@FILE`, a list of paths and URLs, one a line (a file that is called so is written ./@FILE); or the http or
https URL of a sitemap, an index of sitemaps, a feed in RSS or Atom, or a picture.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from imgpolicy import sources
from imgpolicy.fetch import fetch
from imgpolicy.places import buckets, feeds, paths
from imgpolicy.places.names import Listed, ListedPicture, Skipped, is_bucket, name_of

if TYPE_CHECKING:
    from obstore.store import ObjectStore

__all__ = ["Listed", "ListedPicture", "Reader", "Skipped", "listed", "name_of"]


def listed(place: str, after: str | None = None, *, allow_private_hosts: bool = False) -> Iterator[Listed]:
    """The pictures in a place one after the other, and what is passed over, each with the reason.

    The order is the same each time, for the same content. `after` is the name of what was given last by a listing that
    was broken off: the new one goes on behind it, and begins anew where a list, a feed or an Azure container does not
    hold it any more; folders and other buckets are not listed again up to there.

    Raises PictureError, while it goes, when the place is not there, cannot be listed, or holds what no listing gets by;
    RequestError when a bucket is named and the extra for it is not installed.
    """
    if sources.is_url(place):
        return feeds.at_url(place, after, allow_private_hosts=allow_private_hosts)
    if is_bucket(place):
        return buckets.in_bucket(place, after)
    if place.startswith(paths.LIST):
        return paths.in_list(place.removeprefix(paths.LIST), after)
    if os.path.isdir(place):  # noqa: PTH112  # says no to odd names
        return paths.in_folder(place, after)
    return paths.in_file(place, after)


class Reader:
    """Reads what was listed, and keeps the buckets that it opened; one for each process, made in it."""

    def __init__(self, *, allow_private_hosts: bool = False) -> None:
        self._allow_private_hosts = allow_private_hosts
        self._stores: dict[str, ObjectStore] = {}

    def read(self, picture: ListedPicture) -> bytes:
        """The bytes, at most as many as a picture may have; PictureError when they cannot be read."""
        if sources.is_url(picture.address):
            return fetch(picture.address, allow_private_hosts=self._allow_private_hosts)
        if is_bucket(picture.address):
            place = buckets.place_of(picture.address)
            if place.root not in self._stores:
                self._stores[place.root] = buckets.opened(place)
            return buckets.read_object(self._stores[place.root], place)
        return sources.read(Path(picture.address))[1]
