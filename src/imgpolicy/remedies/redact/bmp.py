"""A BMP redrawn: decoded, changed, and written without loss."""

from __future__ import annotations

import io
from collections.abc import Sequence

from imgpolicy.domain.geometry import Box
from imgpolicy.phrase import phrase
from imgpolicy.picture import opened
from imgpolicy.remedies.redact import whole
from imgpolicy.remedies.redact.regions import Cut, Drawn, Redaction
from imgpolicy.remedies.redact.whole import Change


def draw(data: bytes, redactions: Sequence[Redaction]) -> Drawn:
    """The BMP with the redactions. Raises RemedyError for samples that would not stay, or what decoders raise."""
    return whole.draw(data, redactions, _written, exact=True)


def crop(data: bytes, box: Box) -> Cut:
    """The part of the BMP in this box. Raises as `draw` does."""
    return whole.crop(data, box, _written, exact=True)


def _written(data: bytes, change: Change) -> bytes:
    image = opened(data, phrase("the picture"))
    image.load()
    file = io.BytesIO()
    change(image, 0).save(file, "BMP", dpi=image.info.get("dpi", (96, 96)))
    return file.getvalue()
