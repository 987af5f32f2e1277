"""The fingerprint as a fact: what the whole picture is recognised by, exactly and perceptually."""

from __future__ import annotations

from PIL import Image

from imgpolicy.extract.pdq import pdq
from imgpolicy.facts import Fingerprint
from imgpolicy.picture import WORKING_SIDE, Picture, Pixels


class FingerprintExtractor:
    """An `Extractor` of `Fingerprint`: SHA-256 of the file, pHash and PDQ of the upright picture."""

    gives = Fingerprint
    version = "1"
    sensitive = False

    def extract(self, picture: Picture) -> Fingerprint:
        """The fingerprint of the file and of its picture at the working scale."""
        seen = pdq(picture.pixels)
        return Fingerprint(sha256=picture.sha256, phash=phash(picture.pixels), pdq=seen.hashes, quality=seen.quality)


def phash(pixels: Pixels) -> int:
    """The 64-bit pHash of an RGB picture; ``f"{phash:016x}"`` is what imagehash prints of it."""
    import imagehash

    grey = Image.fromarray(pixels).convert("L")
    # imagehash thins any picture to 32 x 32: one that was scaled down already loses nothing by being halved first.
    thinned = grey.reduce(max(1, max(grey.size) * 2 // WORKING_SIDE)) if max(grey.size) > WORKING_SIDE else grey
    return int(str(imagehash.phash(thinned)), 16)
