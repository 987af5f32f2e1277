"""The fingerprint names the file exactly and its picture as other tools do."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import imagehash
import numpy as np
import pytest
from PIL import Image

from imgpolicy.extract import Extractor
from imgpolicy.extract.fingerprint import FingerprintExtractor
from imgpolicy.extract.pdq import pdq
from imgpolicy.extract.phash import phash
from imgpolicy.facts import Fingerprint
from imgpolicy.picture import load

PICTURES = Path(__file__).parents[2] / "examples" / "pictures"


def fingerprint(data: bytes) -> Fingerprint:
    return FingerprintExtractor().extract(load(data, "picture"))


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def test_it_is_an_extractor_whose_fact_may_be_kept() -> None:
    extractor: Extractor = FingerprintExtractor()
    assert (extractor.gives, extractor.sensitive) == (Fingerprint, False)


def test_sha256_is_that_of_the_file() -> None:
    data = (PICTURES / "portrait.jpg").read_bytes()
    assert fingerprint(data).sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("name", ["portrait.jpg", "two_people.jpg", "logo.png"])
def test_phash_is_what_imagehash_prints(name: str) -> None:
    known = imagehash.phash(Image.open(PICTURES / name).convert("RGB"))
    assert f"{fingerprint((PICTURES / name).read_bytes()).phash:016x}" == str(known)


@pytest.mark.parametrize("of", ["one colour", "stripes", "mirrored", "mirrored both ways", "noise"])
def test_phash_is_what_imagehash_prints_where_half_of_it_is_rounding(of: str) -> None:
    noise = np.random.default_rng(7).integers(0, 256, (40, 60, 3), dtype=np.uint8)
    pixels = {
        "one colour": np.full_like(noise, 97),
        "stripes": np.ascontiguousarray(np.broadcast_to(noise[:, :1], noise.shape)),
        "mirrored": np.hstack([noise, noise[:, ::-1]]),
        "mirrored both ways": np.vstack([wide := np.hstack([noise, noise[:, ::-1]]), wide[::-1]]),
        "noise": noise,
    }[of]
    assert f"{phash(pixels):016x}" == str(imagehash.phash(Image.fromarray(pixels)))


def test_pdq_is_of_the_upright_picture() -> None:
    picture = load((PICTURES / "portrait.jpg").read_bytes(), "portrait.jpg")
    seen = pdq(picture.pixels)
    assert fingerprint(picture.data).pdq == seen.hashes
    assert fingerprint(picture.data).quality == seen.quality


def test_a_copy_scaled_and_cropped_keeps_its_perceptual_hashes_near() -> None:
    image = Image.open(PICTURES / "portrait.jpg")
    known = fingerprint(png(image))
    copy = fingerprint(png(image.crop((5, 5, 507, 507)).resize((250, 250))))
    assert copy.sha256 != known.sha256
    assert (copy.phash ^ known.phash).bit_count() <= 6
    assert (copy.pdq[0] ^ known.pdq[0]).bit_count() <= 54


@pytest.mark.slow
def test_a_mirrored_copy_is_among_the_eight_forms() -> None:
    image = Image.open(PICTURES / "portrait.jpg")
    known = fingerprint(png(image))
    mirrored = fingerprint(png(image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)))
    assert min((form ^ known.pdq[0]).bit_count() for form in mirrored.pdq) <= 30


@pytest.mark.parametrize("size", [(1, 1), (3, 2000), (2000, 3)])
def test_odd_sizes_have_a_fingerprint_of_low_quality(size: tuple[int, int]) -> None:
    assert fingerprint(png(Image.new("RGB", size, "teal"))).quality == 0


def test_each_frame_has_its_own_and_those_left_out_lift_the_verdict() -> None:
    shades = [Image.linear_gradient("L").rotate(90 * (at % 2)).convert("RGB") for at in range(30)]
    file = io.BytesIO()
    shades[0].save(file, "TIFF", save_all=True, append_images=shades[1:])
    seen = fingerprint(file.getvalue())
    assert seen.further[0].pdq != seen.pdq
    assert seen.further[-1].frame == 29
    assert [(rest.what, rest.lifts) for rest in seen.unknowns] == [("works in further frames", True)]
