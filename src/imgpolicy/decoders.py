"""libheif, which Pillow does not know, and what can go wrong when either decodes.

Apart, so that those who need no more load no numpy.
"""

import io
import struct
import zlib

from PIL import Image

DECODER_ERRORS = (
    OSError,
    EOFError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    RuntimeError,
    MemoryError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)
"""What Pillow's and libheif's decoders raise on hostile files, as found with public fuzzing corpora."""


def opened_by_libheif(data: bytes) -> Image.Image:
    """The primary picture of a HEIC, nothing decoded yet; libheif has then turned it upright."""
    from pillow_heif import HeifImageFile

    return HeifImageFile(io.BytesIO(data))  # type: ignore[no-untyped-call]  # pillow-heif leaves it untyped
