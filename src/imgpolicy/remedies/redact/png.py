"""A PNG or APNG redrawn: the samples as they are stored, in the same colour type and depth, and all other chunks as
they are.

The picture data of each frame is put into a PNG of its own, of a kind that Pillow reads without changing a sample:
grey of few bits as a palette's indices, 16 bits as two channels of 8.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imgpolicy.domain.geometry import Box
from imgpolicy.errors import RemedyError
from imgpolicy.phrase import phrase
from imgpolicy.remedies.redact.layers import Disposal, Layer, spread
from imgpolicy.remedies.redact.palette import indexed, paint, placed, used_outside
from imgpolicy.remedies.redact.regions import Cut, Drawn, Redaction

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY, _COLOUR, _PALETTE, _GREY_ALPHA, _COLOUR_ALPHA = 0, 2, 3, 4, 6
_SAME_SAMPLES = {
    (_GREY, 8): (_GREY, 8, "L"),
    (_GREY, 16): (_GREY_ALPHA, 8, "LA"),
    (_COLOUR, 8): (_COLOUR, 8, "RGB"),
    (_GREY_ALPHA, 8): (_GREY_ALPHA, 8, "LA"),
    (_GREY_ALPHA, 16): (_COLOUR_ALPHA, 8, "RGBA"),
    (_COLOUR_ALPHA, 8): (_COLOUR_ALPHA, 8, "RGBA"),
}
"""Colour type and depth under which Pillow reads the samples as they are, and its mode; all others as indices."""
_DISPOSALS = (Disposal.KEEP, Disposal.BACKGROUND, Disposal.PREVIOUS)
_ANY_PALETTE = bytes(range(256)) * 3


@dataclass(frozen=True, slots=True)
class _Chunk:
    """A chunk: its name and its content."""

    name: bytes
    content: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class _Stream:
    """The picture data of one frame: where its chunks are, and its place on the canvas."""

    places: tuple[int, ...]
    layer: Layer

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.layer.box.right - self.layer.box.left, self.layer.box.bottom - self.layer.box.top

    @property
    def corner(self) -> tuple[int, int]:
        """Its top left pixel on the canvas."""
        return self.layer.box.left, self.layer.box.top


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    """How the samples of all frames are stored (PNG, 11.2.1)."""

    colour: int
    depth: int
    interlaced: bool

    @property
    def wide(self) -> bool:
        """True for 16 bits of several channels, which Pillow reads as 8: OpenCV does not."""
        return self.depth == 16 and self.colour in {_COLOUR, _COLOUR_ALPHA}


def draw(data: bytes, redactions: Sequence[Redaction]) -> Drawn:
    """The PNG with the redactions, and these with those for further frames that show the same; the file must be
    stripped.

    Raises RemedyError when its palette has no room, or what decoders raise.
    """
    chunks = list(_chunks(data))
    header = _header(chunks)
    streams = list(_streams(chunks, header))
    every = spread(redactions, [stream.layer for stream in streams])
    chunks, written = _covered(chunks, header, streams, every)
    for number, content in written.items():
        _put(chunks, streams[number], content)
    chunks[0] = _Chunk(b"IHDR", chunks[0].content[:12] + b"\0")
    return Drawn(data=_written(chunks), redactions=every, exact=True)


def crop(data: bytes, box: Box) -> Cut:
    """The part of the PNG in this box; the file must be stripped and have one frame. Raises as `draw` does."""
    chunks = list(_chunks(data))
    header = _header(chunks)
    (stream,) = _streams(chunks, header)
    if header.wide:
        pixels = _wide(_alone(chunks, header, stream))
        content = _wide_data(pixels[box.top : box.bottom, box.left : box.right])
    else:
        image = _decoded(chunks, header, stream).crop(box)
        if header.colour == _PALETTE:
            chunks, _ = _with_palette(chunks, header, [stream], {0: image}, ())
        content = _encoded(image, header)
    _put(chunks, stream, content)
    size = struct.pack(">II", box.right - box.left, box.bottom - box.top)
    chunks[0] = _Chunk(b"IHDR", size + chunks[0].content[8:12] + b"\0")
    return Cut(data=_written(chunks), box=box, exact=True)


def _header(chunks: Sequence[_Chunk]) -> _Header:
    head = chunks[0].content
    return _Header(depth=head[8], colour=head[9], interlaced=head[12] == 1)


def _chunks(data: bytes) -> Iterator[_Chunk]:
    at = len(_SIGNATURE)
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        yield _Chunk(data[at + 4 : at + 8], data[at + 8 : at + 8 + size])
        at += 12 + size


def _streams(chunks: Sequence[_Chunk], header: _Header) -> Iterator[_Stream]:
    """The frames in the order in which Pillow counts them: a picture that is no part of the animation comes first."""
    width, height = struct.unpack(">II", chunks[0].content[:8])
    opaque = header.colour in {_GREY, _COLOUR, _PALETTE} and not _content(chunks, b"tRNS")
    still = Layer(box=Box(0, 0, width, height), replaces=True, fresh=True)
    layer, places, fresh = still, list[int](), True
    for place, chunk in enumerate(chunks):
        if chunk.name in {b"fcTL", b"IEND"} and places:
            yield _Stream(places=tuple(places), layer=layer)
            fresh = layer is still and chunk.name == b"fcTL"
            places = []
        if chunk.name == b"fcTL":
            across, down, left, top = struct.unpack_from(">4I", chunk.content, 4)
            disposal, blend = chunk.content[24:26]
            layer = Layer(
                box=Box(left, top, left + across, top + down),
                disposal=_DISPOSALS[disposal],
                replaces=blend == 0 or opaque,
                fresh=fresh,
            )
        elif chunk.name in {b"IDAT", b"fdAT"}:
            places.append(place)


def _covered(
    chunks: Sequence[_Chunk], header: _Header, streams: Sequence[_Stream], redactions: Sequence[Redaction]
) -> tuple[list[_Chunk], dict[int, bytes]]:
    """The chunks with another palette where there is one, and the data of the frames to be written anew, by number."""
    all_anew = header.interlaced or header.colour == _PALETTE
    numbers = range(len(streams)) if all_anew else sorted({one.frame for one in redactions})
    if header.wide:
        return list(chunks), {
            number: _wide_data(_wide_painted(chunks, header, streams[number], _of(redactions, number)))
            for number in numbers
        }
    images = {number: _decoded(chunks, header, streams[number]) for number in numbers}
    if header.colour == _PALETTE:
        chunks, fills = _with_palette(chunks, header, streams, images, redactions)
    else:
        fills = [_samples(one.cells, header, _key(chunks)) for one in redactions]
    for one, fill in zip(redactions, fills, strict=True):
        paint(images[one.frame], fill, one, streams[one.frame].corner)
    return list(chunks), {number: _encoded(image, header) for number, image in images.items()}


def _of(redactions: Sequence[Redaction], frame: int) -> list[Redaction]:
    return [one for one in redactions if one.frame == frame]


def _alone(chunks: Sequence[_Chunk], header: _Header, stream: _Stream) -> bytes:
    """A PNG of the frame alone, under the colour type and depth that are read as they are."""
    colour, depth, _ = _SAME_SAMPLES.get((header.colour, header.depth), (_PALETTE, header.depth, "P"))
    if header.wide:
        colour, depth = header.colour, header.depth
    head = struct.pack(">IIBBBBB", *stream.size, depth, colour, 0, 0, header.interlaced)
    skipped = (4 if chunks[place].name == b"fdAT" else 0 for place in stream.places)
    content = b"".join(chunks[place].content[skip:] for place, skip in zip(stream.places, skipped, strict=True))
    palette = [_Chunk(b"PLTE", _ANY_PALETTE)] if colour == _PALETTE else []
    return _written([_Chunk(b"IHDR", head), *palette, _Chunk(b"IDAT", content), _Chunk(b"IEND", b"")])


def _decoded(chunks: Sequence[_Chunk], header: _Header, stream: _Stream) -> Image.Image:
    image = Image.open(io.BytesIO(_alone(chunks, header, stream)), formats=("PNG",))
    image.load()
    return image


def _encoded(image: Image.Image, header: _Header) -> bytes:
    """The picture data of the samples, as a stream of its own."""
    file = io.BytesIO()
    if image.mode == "P":
        image.putpalette(_ANY_PALETTE)
        image.save(file, "PNG", bits=header.depth)
    else:
        image.save(file, "PNG")
    return _data_of(file.getvalue())


def _data_of(png: bytes) -> bytes:
    return b"".join(chunk.content for chunk in _chunks(png) if chunk.name == b"IDAT")


def _key(chunks: Sequence[_Chunk]) -> tuple[int, ...]:
    """The samples of the one colour that is transparent, where there is one (PNG, 11.3.2.1)."""
    key = next((chunk.content for chunk in chunks if chunk.name == b"tRNS"), b"")
    return struct.unpack(f">{len(key) // 2}H", key[: len(key) // 2 * 2])


def _samples(cells: NDArray[np.uint8], header: _Header, key: tuple[int, ...]) -> Image.Image:
    """The cells as samples of this colour type and depth, opaque."""
    grey = header.colour in {_GREY, _GREY_ALPHA}
    values = np.asarray(Image.fromarray(cells).convert("L"))[:, :, None] if grey else cells
    if header.depth < 8:
        values = np.rint(values / 255 * (2**header.depth - 1)).astype(np.uint8)
    if header.depth == 16:
        values = values.repeat(2, axis=2)
    if key and header.colour in {_GREY, _COLOUR}:
        scaled = [part for one in key for part in ((one >> 8, one & 255) if header.depth == 16 else (one,))]
        values = values ^ (values == np.array(scaled)).all(axis=2, keepdims=True).astype(np.uint8)
    if header.colour in {_GREY_ALPHA, _COLOUR_ALPHA}:
        opaque = np.full((*values.shape[:2], header.depth // 8), 255, np.uint8)
        values = np.concatenate((values, opaque), axis=2)
    if header.colour == _GREY and header.depth < 16:
        return indexed(values[:, :, 0]) if header.depth < 8 else Image.fromarray(values[:, :, 0])
    return Image.fromarray(np.ascontiguousarray(values), _SAME_SAMPLES[header.colour, header.depth][2])


def _with_palette(
    chunks: Sequence[_Chunk],
    header: _Header,
    streams: Sequence[_Stream],
    images: dict[int, Image.Image],
    redactions: Sequence[Redaction],
) -> tuple[list[_Chunk], list[Image.Image]]:
    """The chunks with a palette that has the redactions' colours, and each redaction's cells as indices into it."""
    size = 1 << header.depth
    colours = _content(chunks, b"PLTE")[: 3 * size]
    alpha = _content(chunks, b"tRNS")[:size]
    table = [(red, green, blue) for red, green, blue in struct.iter_unpack("3B", colours.ljust(3 * size, b"\0"))]
    used = {
        index
        for number, image in images.items()
        for index in used_outside(image, _of(redactions, number), streams[number].corner)
    }
    new = placed(
        table, used, {index for index in used if alpha[index : index + 1] < b"\xff" and index < len(alpha)}, redactions
    )
    opaque = bytes(255 if index in new.new else value for index, value in enumerate(alpha))
    contents = {b"PLTE": b"".join(bytes(colour) for colour in new.table), b"tRNS": opaque}
    written = [_Chunk(chunk.name, contents.get(chunk.name, chunk.content)) for chunk in chunks]
    return written, [new.cells(one) for one in redactions]


def _content(chunks: Sequence[_Chunk], name: bytes) -> bytes:
    return next((chunk.content for chunk in chunks if chunk.name == name), b"")


def _wide(png: bytes) -> NDArray[np.uint16]:
    """The samples of a frame of 16 bits of several channels, as OpenCV orders them: blue first."""
    import cv2

    pixels = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None or pixels.dtype != np.uint16:
        raise RemedyError(phrase("its 16 bits cannot be decoded"))
    return np.asarray(pixels, np.uint16)


def _wide_painted(
    chunks: Sequence[_Chunk], header: _Header, stream: _Stream, redactions: Sequence[Redaction]
) -> NDArray[np.uint16]:
    """The same with these covers in it."""
    pixels, key = _wide(_alone(chunks, header, stream)), _key(chunks)
    left, top = stream.corner
    for one in redactions:
        mask, fill = Image.new("L", stream.size), Image.new("RGB", stream.size)
        mask.paste(255, (one.box.left - left, one.box.top - top), Image.fromarray(one.mask))
        paint(fill, Image.fromarray(one.cells), one, stream.corner)
        inside = np.asarray(mask) > 0
        values = np.asarray(fill)[inside].astype(np.uint16) * 257
        if len(key) == 3:
            values ^= (values == np.array(key)).all(axis=1, keepdims=True).astype(np.uint16)
        pixels[inside, :3] = values[:, ::-1]
        pixels[inside, 3:] = 65535
    return pixels


def _wide_data(pixels: NDArray[np.uint16]) -> bytes:
    """The picture data of such samples; RemedyError when they do not come out as they went in."""
    import cv2

    encoded = cv2.imencode(".png", pixels)[1]
    again = cv2.imdecode(encoded, cv2.IMREAD_UNCHANGED)
    if again is None or not np.array_equal(again, pixels):
        raise RemedyError(phrase("the proof failed: the redacted picture is not what was drawn"))
    return _data_of(encoded.tobytes())


def _put(chunks: list[_Chunk], stream: _Stream, content: bytes) -> None:
    """Put the new picture data of a frame where its old one begins; the rest of the old one goes."""
    first, *others = stream.places
    chunks[first] = replace(chunks[first], content=bytes(4) + content if chunks[first].name == b"fdAT" else content)
    for place in others:
        chunks[place] = _Chunk(b"", b"")


def _written(chunks: Sequence[_Chunk]) -> bytes:
    """The file; frames and their data are numbered anew."""
    pieces = [_SIGNATURE]
    number = 0
    for chunk in chunks:
        content = chunk.content
        if chunk.name in {b"fcTL", b"fdAT"}:
            content = struct.pack(">I", number) + content[4:]
            number += 1
        if chunk.name:
            pieces.append(struct.pack(">I", len(content)) + chunk.name + content)
            pieces.append(struct.pack(">I", zlib.crc32(chunk.name + content)))
    return b"".join(pieces)
