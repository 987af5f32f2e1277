"""Posts that show the same picture, or a near duplicate."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imgpolicy.extract.pdq import pdq
from imgpolicy.facts import Fingerprint
from imgpolicy.match.posted import PostedPicture, forms_of, near, posted_alike, transposed

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


def picture(seed: int, size: tuple[int, int] = (96, 128)) -> Fingerprint:
    noise = np.random.default_rng(seed).integers(0, 255, (*(side // 8 for side in size), 3), dtype=np.uint8)
    pixels = np.asarray(Image.fromarray(noise).resize(size[::-1], Image.Resampling.BICUBIC))
    seen = pdq(pixels)
    return Fingerprint(sha256=f"{seed:064x}", phash=0, pdq=seen.hashes, quality=seen.quality)


@pytest.mark.parametrize("form", range(8))
def test_what_is_found_among_many_is_what_is_found_one_by_one(form: int) -> None:
    pictures = [picture(seed) for seed in range(20)]
    forms = np.frombuffer(b"".join(forms_of(one) or b"" for one in pictures), "<u8").reshape(-1, 4, 4)
    wanted = pictures[7].pdq[form] ^ ((1 << 40) - 1)
    post = replace(POST, pdq=wanted)
    alike = [row for row, one in enumerate(pictures) if posted_alike(replace(one, sha256="b" * 64), [post])]
    assert near(wanted, forms).tolist() == alike == [7]


@given(
    hashed=st.integers(1, 2**256 - 1), bits=st.sets(st.integers(0, 255), min_size=45, max_size=65), turned=st.booleans()
)
def test_a_bit_more_than_near_is_not_near(hashed: int, bits: set[int], turned: bool) -> None:  # noqa: FBT001  # drawn
    hashes = [0] * 8
    hashes[4], hashes[3] = hashed, transposed(hashed)
    one = Fingerprint(sha256="b" * 64, phash=0, pdq=tuple(hashes), quality=100)
    wanted = hashes[3 if turned else 4] ^ sum(1 << bit for bit in bits)
    forms = np.frombuffer(forms_of(one) or b"", "<u8").reshape(-1, 4, 4)
    assert (near(wanted, forms).tolist() == [0]) is bool(posted_alike(one, [replace(POST, pdq=wanted)]))


def test_a_plain_picture_has_nothing_to_be_found_by() -> None:
    assert forms_of(look(PDQ, quality=10)) is None
    assert near(PDQ, np.zeros((3, 4, 4), np.uint64)).tolist() == []
