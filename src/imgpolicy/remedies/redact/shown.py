"""The proof that a redacted picture shows what it showed, and in the covers nothing of it: RemedyError on any doubt.

Both files are decoded frame by frame as a viewer shows them, by a reader that had no part in drawing the covers.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageChops

from imgpolicy.errors import RemedyError
from imgpolicy.picture import opened
from imgpolicy.remedies.redact.regions import Cover


def prove_shown(old: bytes, new: bytes, covers: Sequence[Cover]) -> None:
    """Nothing, when the new file has the old one's frames and timing, and its pixels wherever they are not covered."""
    before, after = opened(old, "the picture"), opened(new, "the redacted picture")
    count = getattr(before, "n_frames", 1)
    if before.size != after.size or count != getattr(after, "n_frames", 1):
        raise RemedyError("the proof failed: size or frames are not the same")
    if before.info.get("loop") != after.info.get("loop"):
        raise RemedyError("the proof failed: the animation does not repeat as it did")
    for frame in range(count):
        if count > 1:
            before.seek(frame)
            after.seek(frame)
        _prove_frame(before, after, [one for one in covers if one.frame == frame])


def _prove_frame(before: Image.Image, after: Image.Image, covers: Sequence[Cover]) -> None:
    ours, theirs = _shown(before), _shown(after)
    if before.info.get("duration") != after.info.get("duration"):
        raise RemedyError("the proof failed: the frames are not shown as long")
    _prove_covers(theirs, covers)
    off = ImageChops.difference(ours, theirs)
    for one in covers:
        off.paste((0,) * len(off.getbands()), (one.box.left, one.box.top), Image.fromarray(one.mask))
    if off.getbbox(alpha_only=False):
        raise RemedyError("the proof failed: the picture outside the covers is not the same")


def _shown(image: Image.Image) -> Image.Image:
    """The frame as it is shown, in RGBA; grey of 16 bits as its high and low bytes."""
    if image.mode.startswith("I;16"):
        samples = np.asarray(image).astype(np.uint16)
        return Image.merge("LA", [Image.fromarray((part).astype(np.uint8)) for part in (samples >> 8, samples & 255)])
    return image.convert("RGBA")


def _prove_covers(shown: Image.Image, covers: Sequence[Cover]) -> None:
    """Nothing, or RemedyError when there is more to see in the covers than their cells."""
    most = sum(one.cells.shape[0] * one.cells.shape[1] for one in covers)
    for one in covers:
        inside = np.asarray(shown.crop(one.box))[one.mask]
        # What was never drawn, in an animation, is transparent.
        seen = np.unique(inside[inside[:, -1] > 0] if shown.mode == "RGBA" else inside, axis=0)
        if len(seen) > most:
            raise RemedyError("the proof failed: a cover is not what was drawn")
