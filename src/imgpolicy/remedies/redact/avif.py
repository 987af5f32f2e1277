"""An AVIF redrawn: its frames decoded, changed, and encoded again with little loss."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image

from imgpolicy.domain.geometry import Box
from imgpolicy.phrase import phrase
from imgpolicy.picture import opened
from imgpolicy.remedies.redact import whole
from imgpolicy.remedies.redact.regions import Cut, Drawn, Redaction
from imgpolicy.remedies.redact.whole import Change, refuse_wide_colours

_QUALITY = 95
"""benchmarks/redact.py shows what is lost, and what it costs in size."""
_ORIENTATION = 0x0112


def draw(data: bytes, redactions: Sequence[Redaction]) -> Drawn:
    """The AVIF with the redactions. Raises RemedyError for colours that would not stay, or what decoders raise."""
    return whole.draw(data, redactions, _written, exact=False)


def crop(data: bytes, box: Box) -> Cut:
    """The part of the AVIF in this box; the file must have one frame. Raises as `draw` does."""
    return whole.crop(data, box, _written, exact=False)


def _written(data: bytes, change: Change) -> bytes:
    """Its frames are shown as long, and turned, as they were."""
    refuse_wide_colours(data)
    image = opened(data, phrase("the picture"))
    frames, durations = [], []
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        image.load()
        frames.append(change(image, number))
        durations.append(image.info.get("duration", 0))
    turned = Image.Exif()
    turned[_ORIENTATION] = image.getexif().get(_ORIENTATION, 1)
    file = io.BytesIO()
    frames[0].save(
        file,
        "AVIF",
        save_all=len(frames) > 1,
        append_images=frames[1:],
        duration=durations,
        quality=_QUALITY,
        subsampling="4:4:4",
        speed=8,
        exif=turned,
        icc_profile=image.info.get("icc_profile", b""),
    )
    return file.getvalue()
