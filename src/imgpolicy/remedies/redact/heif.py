"""A HEIC redrawn: its pictures decoded, changed, and encoded again as they are shown, with little loss."""

from __future__ import annotations

import io
from collections.abc import Sequence

from imgpolicy.domain.geometry import Box
from imgpolicy.errors import RemedyError
from imgpolicy.phrase import phrase
from imgpolicy.picture import opened
from imgpolicy.remedies.redact import whole
from imgpolicy.remedies.redact.regions import Cut, Drawn, Redaction
from imgpolicy.remedies.redact.whole import Change, refuse_wide_colours

_QUALITY = 85
"""benchmarks/redact.py shows what is lost, and what it costs in size."""


def draw(data: bytes, redactions: Sequence[Redaction]) -> Drawn:
    """The HEIC with the redactions, which are in upright pixels.

    Raises RemedyError for colours that would not stay, when libheif came without an encoder, or what decoders raise.
    """
    return whole.draw(data, redactions, _written, exact=False)


def crop(data: bytes, box: Box) -> Cut:
    """The part of the HEIC in this box; the file must have one picture. Raises as `draw` does."""
    return whole.crop(data, box, _written, exact=False)


def _written(data: bytes, change: Change) -> bytes:
    import pillow_heif

    if not pillow_heif.libheif_info()["HEIF"]:
        raise RemedyError(phrase("HEIC cannot be encoded by this libheif; save it as JPEG first"))
    refuse_wide_colours(data)
    image = opened(data, phrase("the picture"))
    first = image.tell()
    file = io.BytesIO()
    new = pillow_heif.HeifFile()  # type: ignore[no-untyped-call]  # pillow-heif leaves it untyped
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        image.load()
        drawn = change(image, number)
        drawn.info = {key: value for key, value in image.info.items() if key == "icc_profile"}
        new.add_from_pillow(drawn)
    # 4:2:0 is what telephones write, and what all viewers show.
    new.save(file, quality=_QUALITY, chroma=420, primary_index=first)
    return file.getvalue()
