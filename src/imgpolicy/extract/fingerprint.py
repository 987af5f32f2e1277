"""The fingerprint as a fact: what the whole picture is recognised by, exactly and perceptually."""

from __future__ import annotations

import numpy as np
from PIL import Image

from imgpolicy.extract.pdq import pdq
from imgpolicy.facts import Fingerprint
from imgpolicy.frames import left_out
from imgpolicy.picture import WORKING_SIDE, Picture, Pixels


class FingerprintExtractor:
    """An `Extractor` of `Fingerprint`: SHA-256 of the file, pHash and PDQ of the upright picture."""

    gives = Fingerprint
    version = "1"
    sensitive = False

    def extract(self, picture: Picture) -> Fingerprint:
        """The fingerprint of the file and of its picture at the working scale."""
        pixels = _thinned(picture.pixels)
        seen = pdq(pixels)
        return Fingerprint(
            sha256=picture.sha256,
            phash=phash(pixels),
            pdq=seen.hashes,
            quality=seen.quality,
            unknowns=left_out(picture, 1, "works in further frames"),
        )


def _thinned(pixels: Pixels) -> Pixels:
    """A picture that was scaled down already, halved: both hashes thin it far more, and so it costs half as much."""
    if max(pixels.shape[:2]) <= WORKING_SIDE:
        return pixels
    return np.asarray(Image.fromarray(pixels).reduce(2))


def phash(pixels: Pixels) -> int:
    """The 64-bit pHash of an RGB picture; ``f"{phash:016x}"`` is what imagehash prints of it."""
    import imagehash

    return int(str(imagehash.phash(Image.fromarray(pixels))), 16)
