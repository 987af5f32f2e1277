"""Posts that show the same picture, or a near duplicate."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from imgpolicy.facts import Fingerprint
from imgpolicy.match.posted import PostedPicture, posted_alike

PDQ = int("5a" * 32, 16)
POST = PostedPicture(publication="p-1", channel="website", published=dt.date(2026, 1, 2), sha256="a" * 64, pdq=PDQ)
MIRRORED = int("33" * 32, 16)


def look(pdq: int, *, quality: int = 100, sha256: str = "b" * 64) -> Fingerprint:
    return Fingerprint(sha256=sha256, phash=0, pdq=(pdq, MIRRORED, *(0,) * 6), quality=quality)


@pytest.mark.parametrize(("bits", "alike"), [(0, True), (54, True), (55, False)])
def test_near_is_what_is_surely_a_copy(bits: int, alike: bool) -> None:  # noqa: FBT001  # what is expected
    assert bool(posted_alike(look(PDQ ^ ((1 << bits) - 1)), [POST])) is alike


def test_a_mirror_image_is_the_same_picture() -> None:
    assert posted_alike(look(PDQ), [replace(POST, pdq=MIRRORED)])


def test_a_plain_picture_is_known_by_its_file_alone() -> None:
    assert not posted_alike(look(PDQ, quality=10), [POST])
    assert posted_alike(look(PDQ, quality=10, sha256="a" * 64), [POST])
    assert posted_alike(look(0, sha256="a" * 64), [replace(POST, pdq=None)])
    assert not posted_alike(look(0), [replace(POST, pdq=None)])
