"""The fingerprint as a fact: what the whole picture is recognised by, exactly and perceptually."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PIL import Image

from imgpolicy.extract.pdq import pdq
from imgpolicy.extract.phash import phash
from imgpolicy.facts import Fingerprint
from imgpolicy.frames import Watch, left_out, look_at_each
from imgpolicy.phrase import phrase
from imgpolicy.picture import WORKING_SIDE, Picture, Pixels


class FingerprintExtractor:
    """An `Extractor` of `Fingerprint`: SHA-256 of the file, pHash and PDQ of the upright picture."""

    gives = Fingerprint
    name = "fingerprint"
    version = "1"
    sensitive = False

    def extract(self, picture: Picture) -> Fingerprint:
        """The fingerprint of the file and of its frames at the working scale; those left out are an unknown."""
        return _joined(picture, *look_at_each(picture, fingerprint))

    def watch(self, picture: Picture) -> Watch[Fingerprint]:
        """The same of frames that it is shown."""
        return Watch(fingerprint, lambda seen, count: (_joined(picture, seen, count),))


def _joined(picture: Picture, seen: Sequence[Fingerprint], count: int) -> Fingerprint:
    first, *further = seen
    unknowns = left_out(picture, count, phrase("works in further frames"))
    return replace(first, further=tuple(further), unknowns=unknowns)


def fingerprint(picture: Picture) -> Fingerprint:
    """The fingerprint of one frame."""
    pixels = _thinned(picture.pixels)
    seen = pdq(pixels)
    return Fingerprint(
        sha256=picture.sha256, phash=phash(pixels), pdq=seen.hashes, quality=seen.quality, frame=picture.frame
    )


def _thinned(pixels: Pixels) -> Pixels:
    """A picture that was scaled down already, halved: both hashes thin it far more, and so it costs half as much."""
    if max(pixels.shape[:2]) <= WORKING_SIDE:
        return pixels
    return np.asarray(Image.fromarray(pixels).reduce(2))
