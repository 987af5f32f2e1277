"""Pictures that were posted before: which of them this one is, or is a near duplicate of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from imgpolicy.facts import Fingerprint
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
