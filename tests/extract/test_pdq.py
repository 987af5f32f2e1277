"""PDQ is Meta's: the same hashes as its reference gives, in the same bit order, for every form of a picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imgpolicy.extract.pdq import pdq
from imgpolicy.picture import Pixels

PICTURES = Path(__file__).parents[2] / "examples" / "pictures"

DIHEDRAL = {
    "as it stands": lambda pixels: pixels,
    "turned by 90": lambda pixels: np.rot90(pixels, 1),
    "turned by 180": lambda pixels: np.rot90(pixels, 2),
    "turned by 270": lambda pixels: np.rot90(pixels, 3),
    "upside down": lambda pixels: pixels[::-1],
    "mirrored": lambda pixels: pixels[:, ::-1],
    "mirrored at the main diagonal": lambda pixels: pixels.transpose(1, 0, 2),
    "mirrored at the other diagonal": lambda pixels: np.rot90(pixels, 2).transpose(1, 0, 2),
}


def opened(name: str) -> Pixels:
    return np.asarray(Image.open(PICTURES / name).convert("RGB"))


def apart(one: int, other: int) -> int:
    return (one ^ other).bit_count()


@pytest.mark.parametrize(
    ("name", "form", "expected"),
    [
        ("portrait.jpg", 0, "2d6f1af3a956c529c79ca3d2526fa834d4196c81cedd04de0a26b855fc99b724"),
        ("portrait.jpg", 1, "3da7e51dad47bd78e16e670c4e2943fe4c7219cbf30992499ab254c2e6182d19"),
        ("portrait.jpg", 5, "783a4fa6fc23907cb2c9f687073afd61814c39d49b88518b5f73ed00a9cce271"),
        ("interview.jpg", 0, "8fa8e0b73fa7e340b6499adf28a039aff1280780e239ae3b4be31da8551cfc43"),
    ],
)
def test_hashes_are_those_of_the_reference(name: str, form: int, expected: str) -> None:
    # Made with pdqhash 0.2.8; another JPEG decoder may turn a bit or two.
    seen = pdq(opened(name))
    assert apart(seen.hashes[form], int(expected, 16)) <= 2
    assert seen.quality == 100


@pytest.mark.parametrize("size", [(5, 5), (64, 64), (65, 63), (128, 7), (200, 301), (481, 321), (512, 511)])
def test_the_reference_agrees_bit_by_bit_where_it_can_be_built(size: tuple[int, int]) -> None:
    referee = pytest.importorskip("pdqhash", reason="pdqhash has no wheel and is compiled from source")
    image = Image.open(PICTURES / "portrait.jpg").convert("RGB").resize(size)
    pixels = np.ascontiguousarray(image)
    theirs, quality = referee.compute_dihedral(pixels)
    seen = pdq(pixels)
    assert seen.quality == quality
    for ours, bits in zip(seen.hashes, theirs, strict=True):
        assert apart(ours, int("".join(str(int(bit)) for bit in bits), 2)) <= 2


@pytest.mark.parametrize("form", range(8), ids=list(DIHEDRAL))
def test_each_form_is_the_hash_of_the_picture_turned_or_mirrored_so(form: int) -> None:
    pixels = opened("portrait.jpg")
    turned = np.ascontiguousarray(list(DIHEDRAL.values())[form](pixels))
    distances = [apart(pdq(turned).hashes[0], known) for known in pdq(pixels).hashes]
    assert distances.index(min(distances)) == form
    assert distances[form] <= 30
    assert sorted(distances)[1] >= 90


def test_a_copy_scaled_down_stays_near_and_another_picture_far() -> None:
    image = Image.open(PICTURES / "portrait.jpg")
    known = pdq(np.asarray(image)).hashes[0]
    assert apart(pdq(np.asarray(image.resize((140, 140)))).hashes[0], known) <= 40
    assert min(apart(form, known) for form in pdq(opened("meadow.jpg")).hashes) >= 80


def test_large_pictures_are_hashed_as_their_reduction_to_512_pixels() -> None:
    image = Image.open(PICTURES / "portrait.jpg").resize((1600, 1100))
    small = image.resize((512, 512), Image.Resampling.BOX)
    assert apart(pdq(np.asarray(image)).hashes[0], pdq(np.asarray(small)).hashes[0]) <= 2


@given(width=st.integers(1, 90), height=st.integers(1, 90), seed=st.integers(0, 9))
@settings(deadline=None)
def test_every_size_has_eight_hashes_of_256_bits(width: int, height: int, seed: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    seen = pdq(pixels)
    assert len(seen.hashes) == 8
    assert all(0 <= form < 1 << 256 for form in seen.hashes)
    assert 0 <= seen.quality <= 100


@pytest.mark.parametrize("size", [(1, 1), (4, 400), (400, 4)])
def test_a_picture_too_small_to_hash_has_quality_zero(size: tuple[int, int]) -> None:
    seen = pdq(np.full((*size, 3), 90, np.uint8))
    assert (set(seen.hashes), seen.quality) == ({0}, 0)


def test_a_flat_picture_has_quality_zero() -> None:
    assert pdq(np.full((300, 200, 3), 90, np.uint8)).quality == 0
