"""Pictures that were posted before: which of them this one is, or is a near duplicate of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imgpolicy.facts import PDQ_APART, Fingerprint
from imgpolicy.match.works import MIN_QUALITY, PDQ_CERTAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedPicture:
    """A picture that is up: the id of its post, the channel as the policy calls it now, the day, and its hashes.

    `pdq` is None where it was too plain for that hash to mean anything, or was posted before it was kept.
    """

    publication: str
    channel: str
    published: dt.date
    sha256: str
    pdq: int | None = None


def posted_alike(fingerprint: Fingerprint, posts: Iterable[PostedPicture]) -> tuple[PostedPicture, ...]:
    """Those of the posts that show the same picture, or a near duplicate in any of PDQ's eight forms.

    Near is what is a certain copy of a work (docs/decisions/0007-perceptual-hashes.md).
    """
    clear = fingerprint.quality >= MIN_QUALITY

    def alike(post: PostedPicture) -> bool:
        if post.sha256 == fingerprint.sha256:
            return True
        pdq = post.pdq
        return clear and pdq is not None and any((form ^ pdq).bit_count() <= PDQ_CERTAIN for form in fingerprint.pdq)

    return tuple(filter(alike, posts))


_SIDE = 16


def forms_of(fingerprint: Fingerprint) -> bytes | None:
    """What `near` needs of a picture that may be a copy of a posted one: 128 bytes; None where it is too plain."""
    if fingerprint.quality < MIN_QUALITY:
        return None
    return b"".join(fingerprint.pdq[form].to_bytes(32, "little") for form in PDQ_APART)


def near(pdq: int, forms: NDArray[np.uint64], most: int = PDQ_CERTAIN) -> NDArray[np.intp]:
    """The rows of the pictures that `posted_alike` takes for the one with this hash, or that `most` bits part from it.

    `forms` has what `forms_of` gives, as little-endian words, shape (pictures, 4, 4); all 0 are none.
    """
    wanted = [np.frombuffer(one.to_bytes(32, "little"), "<u8") for one in (pdq, transposed(pdq))]
    apart = [np.bitwise_count(forms ^ one).sum(axis=2, dtype=np.uint16).min(axis=1) for one in wanted]
    found = np.flatnonzero(np.minimum(*apart) <= most)
    return found[forms[found].any(axis=(1, 2))]


def transposed(pdq: int) -> int:
    """The hash of the picture mirrored at its diagonal."""
    bits = np.unpackbits(np.frombuffer(pdq.to_bytes(32, "little"), np.uint8), bitorder="little")
    return int.from_bytes(np.packbits(bits.reshape(_SIDE, _SIDE).T, bitorder="little").tobytes(), "little")
