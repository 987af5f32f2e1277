"""A WebP redrawn, an animation frame by frame: lossless ones exactly, others with what little loss their coding has."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from PIL import Image

from imgpolicy.containers.blocks import exif
from imgpolicy.domain.geometry import Box
from imgpolicy.remedies.redact.layers import Disposal, Layer, spread
from imgpolicy.remedies.redact.palette import paint
from imgpolicy.remedies.redact.regions import Cut, Drawn, Redaction

_QUALITY = 95
"""Of lossy frames: benchmarks/redact.py shows what is lost, and what it costs in size."""
_PICTURE = frozenset({b"VP8 ", b"VP8L", b"ALPH"})
_FRAME_HEAD = 16
_ALPHA = 0x10


@dataclass(frozen=True, kw_only=True)
class _Frame:
    """A picture inside the file: its place on the canvas, the head of its chunk and the chunks inside."""

    layer: Layer
    head: bytes
    chunks: bytes = field(repr=False)

    @property
    def lossless(self) -> bool:
        """Whether its pixels are stored as they are."""
        return any(name == b"VP8L" for name, _ in _chunks(self.chunks))


def draw(data: bytes, redactions: Sequence[Redaction]) -> Drawn:
    """The WebP with the redactions, and these with those for further frames that show the same; the file must be
    stripped.

    A single picture comes with the header that has room for metadata. Raises what decoders raise.
    """
    chunks = list(_chunks(data[12:]))
    if not any(name == b"ANMF" for name, _ in chunks):
        image = _opened(data)
        _paint(image, redactions, (0, 0))
        lossless = any(name == b"VP8L" for name, _ in chunks)
        return Drawn(data=_encoded(image, lossless=lossless), redactions=tuple(redactions), exact=lossless)
    frames = list(_frames(chunks))
    every = spread(redactions, [frame.layer for frame in frames])
    touched = {one.frame for one in every}
    drawn = (
        frame.head + _redrawn(frame, [one for one in every if one.frame == number]) if number in touched else None
        for number, frame in enumerate(frames)
    )
    body = b"".join(_chunk(name, (next(drawn) or content) if name == b"ANMF" else content) for name, content in chunks)
    exact = all(frame.lossless for number, frame in enumerate(frames) if number in touched)
    return Drawn(data=b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body, redactions=every, exact=exact)


def crop(data: bytes, box: Box) -> Cut:
    """The part of the WebP in this box; the file must have one frame. Raises what decoders raise."""
    lossless = any(name == b"VP8L" for name, _ in _chunks(data[12:]))
    return Cut(data=_encoded(_opened(data).crop(box), lossless=lossless), box=box, exact=lossless)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks that lie one behind the other."""
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        yield data[at : at + 4], data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def _frames(chunks: Sequence[tuple[bytes, bytes]]) -> Iterator[_Frame]:
    fresh = True
    for name, content in chunks:
        if name != b"ANMF":
            continue
        left, top, width, height = (int.from_bytes(content[at : at + 3], "little") for at in (0, 3, 6, 9))
        flags = content[15]
        yield _Frame(
            layer=Layer(
                box=Box(2 * left, 2 * top, 2 * left + width + 1, 2 * top + height + 1),
                disposal=Disposal.BACKGROUND if flags & 1 else Disposal.KEEP,
                replaces=bool(flags & 2) or not _has_alpha(content[_FRAME_HEAD:]),
                fresh=fresh,
            ),
            head=content[:_FRAME_HEAD],
            chunks=content[_FRAME_HEAD:],
        )
        fresh = False


def _has_alpha(chunks: bytes) -> bool:
    """Whether any pixel of the frame may be transparent (RFC 9649, 2.7.1.2; 3.4 for the bit of a lossless one)."""
    return any(name == b"ALPH" or (name == b"VP8L" and content[4] & _ALPHA) for name, content in _chunks(chunks))


def _redrawn(frame: _Frame, redactions: Sequence[Redaction]) -> bytes:
    """The chunks of the frame with the covers in it."""
    left, top, right, bottom = frame.layer.box
    alpha = _ALPHA if _has_alpha(frame.chunks) else 0
    size = struct.pack("<I", right - left - 1)[:3] + struct.pack("<I", bottom - top - 1)[:3]
    body = _chunk(b"VP8X", bytes((alpha, 0, 0, 0)) + size) + frame.chunks
    image = _opened(b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body)
    _paint(image, redactions, (left, top))
    written = _encoded(image, lossless=frame.lossless)
    return b"".join(_chunk(name, content) for name, content in _chunks(written[12:]) if name in _PICTURE)


def _opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=("WEBP",))
    image.load()
    return image


def _paint(image: Image.Image, redactions: Sequence[Redaction], corner: tuple[int, int]) -> None:
    for one in redactions:
        paint(image, Image.fromarray(one.cells).convert(image.mode), one, corner)


def _encoded(image: Image.Image, *, lossless: bool) -> bytes:
    file = io.BytesIO()
    # The block of metadata asks for the extended header; it goes when the file is written as wanted.
    image.save(file, "WEBP", lossless=lossless, exact=lossless, quality=_QUALITY, exif=exif.minimal(1))
    return file.getvalue()
