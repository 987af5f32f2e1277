"""What can go wrong when Pillow or libheif decodes."""

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
