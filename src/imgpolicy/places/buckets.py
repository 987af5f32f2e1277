"""Objects in buckets, by obstore, whose credentials come from the environment.

What obstore says of an error holds requests and answers; none of it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from imgpolicy import formats
from imgpolicy.containers.limits import MAX_BYTES
from imgpolicy.errors import PictureError, RequestError
from imgpolicy.phrase import phrase
from imgpolicy.places.names import Listed, ListedPicture, Skipped, has_picture_suffix, resumed
from imgpolicy.text import printable

if TYPE_CHECKING:
    from obstore import ObjectMeta
    from obstore.store import ObjectStore, RetryConfig

_BUCKET = re.compile(r"[A-Za-z0-9$][A-Za-z0-9._-]{1,254}", re.ASCII)
_IN_ORDER = ("s3", "gs")
"""Those that list by name, and from a name on; Azure's order depends on the kind of account."""
_AT_ONCE = 16
"""Objects whose first bytes are asked for at the same time."""
_LISTED = 1000
_PIECE = 1 << 20
_MARK = 16
_STATUS = re.compile(r"status code: (\d{3})")
_PATH = re.compile(r'[Pp]ath "((?:[^"\\]|\\.)*)"')
_SETTINGS = {
    "s3": "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT_URL",
    "az": "AZURE_STORAGE_ACCOUNT_NAME, AZURE_STORAGE_ACCOUNT_KEY",
    "gs": "GOOGLE_SERVICE_ACCOUNT",
}


@dataclass(frozen=True, slots=True)
class Place:
    """The scheme, the bucket, and a key, of an object or of a folder; an empty one for the whole bucket."""

    scheme: str
    bucket: str
    key: str

    @property
    def root(self) -> str:
        """What the names of all that is in the bucket begin with."""
        return f"{self.scheme}://{self.bucket}/"

    @property
    def name(self) -> str:
        """The place, as it is shown."""
        return printable(f"{self.root}{self.key}")


def place_of(text: str) -> Place:
    """The parts of s3://bucket/key; PictureError when it names no bucket."""
    scheme, _, rest = text.partition("://")
    bucket, _, key = rest.partition("/")
    if not _BUCKET.fullmatch(bucket):
        raise PictureError(
            phrase("{scheme}://…: names no bucket: write {scheme}://bucket or {scheme}://bucket/folder", scheme=scheme)
        )
    return Place(scheme, bucket, key.strip("/"))


def opened(place: Place) -> ObjectStore:
    """The bucket; nothing is asked of it yet. RequestError when obstore is not installed.

    Not to be used in a process that was forked from the one that opened a bucket: the threads of obstore are not there.
    """
    try:
        from obstore.store import from_url
    except ImportError as error:
        raise RequestError(phrase("pictures in buckets are an extra: pip install 'imgpolicy[buckets]'")) from error
    patience: RetryConfig = {"max_retries": 3, "retry_timeout": timedelta(seconds=30)}
    with _explained(place):
        return from_url(place.root, retry_config=patience)


def in_bucket(text: str, after: str | None) -> Iterator[Listed]:
    """The pictures whose keys begin with the folder that is named, or the one that is called so, by their keys.

    The same are pictures as in folders: by the ending, and else by the first bytes, each a request. The stamp is the
    ETag. What is empty and does not end as a picture, as what stands for a folder, is not there. PictureError when the
    bucket cannot be listed or nothing is in it.
    """
    place = place_of(text)
    store = opened(place)
    if place.scheme not in _IN_ORDER:
        yield from resumed(partial(_from, store, place, None), after)
        return
    behind = after.removeprefix(place.root) if after is not None and after.startswith(place.root) else None
    yield from _from(store, place, behind)


def read_object(store: ObjectStore, place: Place) -> bytes:
    """The bytes of an object; PictureError when they cannot be had or are more than a picture may have."""
    import obstore

    data = bytearray()
    with _explained(place):
        for piece in obstore.get(store, place.key).stream(min_chunk_size=_PIECE):
            data += piece
            if len(data) > MAX_BYTES:
                reason = phrase("more than the limit of {most} bytes", most=f"{MAX_BYTES:,}")
                raise PictureError(phrase("{name}: {reason}", name=place.name, reason=reason))
    return bytes(data)


def _from(store: ObjectStore, place: Place, behind: str | None) -> Iterator[Listed]:
    """What stands behind a key, all of it for None."""
    nothing = True
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for objects in _objects(store, place, behind):
            nothing = nothing and not objects
            there = [one for one in objects if one["size"] or has_picture_suffix(one["path"])]
            yield from pool.map(partial(_listed, store, place), there)
    if nothing and behind is None:
        with _explained(place):
            yield _single(store, place)


def _objects(store: ObjectStore, place: Place, behind: str | None) -> Iterator[Sequence[ObjectMeta]]:
    import obstore

    last = b""
    with _explained(place):
        for found in obstore.list(store, place.key or None, offset=behind, chunk_size=_LISTED):
            # What is empty may stand for a folder: its name had a slash at the end, and its place by that.
            keys = [last, *(one["path"].encode() for one in found if one["size"])]
            if place.scheme in _IN_ORDER and any(one >= other for one, other in pairwise(keys)):
                raise PictureError(
                    phrase("{name}: is not listed by name, so that no run could go on after another", name=place.name)
                )
            last = keys[-1]
            yield found


def _single(store: ObjectStore, place: Place) -> Listed:
    import obstore

    if not place.key:
        raise PictureError(phrase("{name}: nothing is there", name=place.name))
    return _listed(store, place, obstore.head(store, place.key))


def _listed(store: ObjectStore, place: Place, found: ObjectMeta) -> Listed:
    key = found["path"]
    name = f"{place.root}{key}"
    below = key.removeprefix(f"{place.key}/") if place.key else key
    if any(part.startswith(".") for part in below.split("/")):
        return Skipped(name=name, reason=phrase("a hidden file"))
    if has_picture_suffix(key) or _is_marked(store, found):
        return ListedPicture(name=name, address=name, stamp=found["e_tag"] or None)
    return Skipped(name=name, reason=phrase("not a picture"))


def _is_marked(store: ObjectStore, found: ObjectMeta) -> bool:
    """True by the first bytes, and for what cannot be read: reading it then says so."""
    import obstore
    from obstore.exceptions import BaseError

    try:
        head = obstore.get_range(store, found["path"], start=0, end=min(_MARK, found["size"]))
    except (BaseError, OSError, ValueError):
        return True
    return formats.is_marked(bytes(head))


@contextmanager
def _explained(place: Place) -> Iterator[None]:
    """What obstore raises becomes a PictureError of one line."""
    from obstore.exceptions import BaseError

    try:
        yield
    except (BaseError, OSError, ValueError) as error:
        raise PictureError(phrase("{name}: {reason}", name=place.name, reason=_reason(place, error))) from None


def _reason(place: Place, error: Exception) -> str:
    from obstore.exceptions import InvalidPathError, PermissionDeniedError, UnauthenticatedError

    status = _STATUS.search(str(error))
    code = int(status[1]) if status else 0
    settings = _SETTINGS[place.scheme]
    if isinstance(error, InvalidPathError | ValueError):
        path = _PATH.search(str(error))
        return phrase(
            "there is a name that cannot be read here ({path}): rename it, or name folders without it",
            path=repr(printable(path[1], limit=200)) if path else "?",
        )
    if isinstance(error, PermissionDeniedError | UnauthenticatedError) or code in {401, 403}:
        return phrase(
            "the bucket denies it: give credentials that may list and read it ({settings})", settings=settings
        )
    if code == 404 or isinstance(error, FileNotFoundError):
        return phrase("there is no such bucket or object")
    if code:
        return phrase(
            "the bucket answers {code}: look at its address and region ({settings})", code=code, settings=settings
        )
    return phrase(
        "cannot be reached: look at the network, and at address and credentials in the environment ({settings})",
        settings=settings,
    )
