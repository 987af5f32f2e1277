"""The proof that a redacted picture shows what it showed, and in the redactions nothing of it: RemedyError on any
doubt.

Both files are decoded frame by frame as a viewer shows them, by a reader that had no part in drawing the redactions.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageChops

from imgpolicy.errors import RemedyError
from imgpolicy.phrase import phrase
from imgpolicy.picture import opened
from imgpolicy.remedies.redact.regions import Cut, Drawn, Redaction

LEAST_PSNR = 40.0
"""Decibels that a frame keeps outside the redactions where its coding has losses: nobody sees a difference."""
_MOST_OFF = 40.0
"""How far a lossy frame may be off its new pixels in a redaction (root of the mean square)."""


def prove_shown(old: bytes, new: bytes, drawn: Drawn) -> None:
    """Nothing, when the new file has the old one's frames and timing, and its pixels wherever they are not covered."""
    before, after = opened(old, phrase("the picture")), opened(new, phrase("the redacted picture"))
    count = getattr(before, "n_frames", 1)
    if count != getattr(after, "n_frames", 1):
        raise RemedyError(phrase("the proof failed: the frames are not the same"))
    if before.info.get("loop") != after.info.get("loop"):
        raise RemedyError(phrase("the proof failed: the animation does not repeat as it did"))
    for frame in range(count):
        if count > 1:
            before.seek(frame)
            after.seek(frame)
        _prove_frame(before, after, [one for one in drawn.redactions if one.frame == frame], exact=drawn.exact)


def prove_part(old: bytes, new: bytes, cut: Cut) -> None:
    """Nothing, when the new file shows this part of the old one."""
    before, after = _shown(opened(old, phrase("the picture"))), _shown(opened(new, phrase("the part")))
    ours = before.crop(cut.box)
    if ours.size != after.size:
        raise RemedyError(phrase("the proof failed: the part has another size"))
    _prove_same(ImageChops.difference(ours, after), exact=cut.exact)


def _prove_frame(before: Image.Image, after: Image.Image, redactions: Sequence[Redaction], *, exact: bool) -> None:
    ours, theirs = _shown(before), _shown(after)
    if (ours.size, before.info.get("duration")) != (theirs.size, after.info.get("duration")):
        raise RemedyError(phrase("the proof failed: the frames have another size or are not shown as long"))
    for one in redactions:
        _prove_redaction(theirs, one, redactions, exact=exact)
    off = ImageChops.difference(ours, theirs)
    for one in redactions:
        off.paste((0,) * len(off.getbands()), (one.box.left, one.box.top), Image.fromarray(one.mask))
    _prove_same(off, exact=exact)


def _prove_same(off: Image.Image, *, exact: bool) -> None:
    if exact and off.getbbox(alpha_only=False):
        raise RemedyError(phrase("the proof failed: the picture outside the redactions is not the same"))
    if _mean_square(off) > 255.0**2 / 10.0 ** (LEAST_PSNR / 10):
        raise RemedyError(phrase("its format would lose what shows; save it as PNG first"))


def _shown(image: Image.Image) -> Image.Image:
    """The frame as it is shown, in RGBA; grey of 16 bits as its high and low bytes."""
    if image.mode.startswith("I;16"):
        samples = np.asarray(image).astype(np.uint16)
        return Image.merge("LA", [Image.fromarray((part).astype(np.uint8)) for part in (samples >> 8, samples & 255)])
    return image.convert("RGBA")


def _prove_redaction(shown: Image.Image, redaction: Redaction, redactions: Sequence[Redaction], *, exact: bool) -> None:
    """Nothing, or RemedyError when there is more to see in a redaction than its cells."""
    inside = shown.crop(redaction.box)
    if not exact:
        off = ImageChops.difference(inside.convert("RGB"), redaction.fill("RGB", inside.size))
        if _mean_square(off, Image.fromarray(redaction.mask)) > _MOST_OFF**2:
            raise RemedyError(phrase("the proof failed: a redaction is not what was drawn"))
        return
    most = sum(one.cells.shape[0] * one.cells.shape[1] for one in redactions)
    pixels = np.asarray(inside)[redaction.mask]
    if shown.mode == "RGBA":
        # What an animation never drew is transparent, or black where the file knows no transparency.
        pixels = pixels[(pixels[:, 3] > 0) & pixels[:, :3].any(axis=1)]
    if len(np.unique(pixels, axis=0)) > most:
        raise RemedyError(phrase("the proof failed: a redaction is not what was drawn"))


def _mean_square(off: Image.Image, mask: Image.Image | None = None) -> float:
    counts = np.array(off.histogram(mask), np.float64)
    squares = np.tile(np.arange(256, dtype=np.float64) ** 2, len(off.getbands()))
    return float(counts @ squares) / max(1.0, float(counts.sum()))
