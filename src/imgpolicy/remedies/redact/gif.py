"""A GIF redrawn: indices as they are stored, frame by frame, and all other blocks as they are.

Each frame is put into a GIF of its own, which Pillow reads and writes without touching an index.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from PIL import Image

from imgpolicy import formats
from imgpolicy.containers.parts import Part
from imgpolicy.domain.geometry import Box
from imgpolicy.errors import RemedyError
from imgpolicy.phrase import phrase
from imgpolicy.remedies.redact.layers import Disposal, Layer, spread
from imgpolicy.remedies.redact.palette import Colour, Placed, paint, placed, used_outside
from imgpolicy.remedies.redact.regions import Cut, Drawn, Redaction

_HEAD, _DESCRIPTOR = 13, 10
_INTERLACED, _TABLE = 0x40, 0x80
_DISPOSALS = {2: Disposal.BACKGROUND, 3: Disposal.PREVIOUS}
_ANY_PALETTE = bytes(range(256)) * 3


@dataclass(frozen=True, kw_only=True)
class _Frame:
    """A picture block: its place on the canvas, its own colours (none: those of the file), and its coded indices.

    `see_through` is the index that is transparent in it.
    """

    layer: Layer
    descriptor: bytes
    table: bytes = field(repr=False)
    coded: bytes = field(repr=False)
    see_through: int | None


def draw(data: bytes, redactions: Sequence[Redaction]) -> Drawn:
    """The GIF with the redactions, and these with those for further frames that show the same; the file must be
    stripped.

    Raises RemedyError when a palette has no room, or what decoders raise.
    """
    parts = formats.parse(data).parts
    head = data[:_HEAD]
    common = parts[0].end - _HEAD
    frames = list(_frames(data, parts))
    every = spread(redactions, [frame.layer for frame in frames])
    table = data[_HEAD : _HEAD + common]
    sharing = [number for number, frame in enumerate(frames) if not frame.table]
    if {one.frame for one in every} & set(sharing):
        table, drawn = _redrawn(table, {number: frames[number] for number in sharing}, every, head[11])
        frames = [drawn.get(number, frame) for number, frame in enumerate(frames)]
    for number in sorted({one.frame for one in every} - set(sharing)):
        own, drawn = _redrawn(frames[number].table, {number: frames[number]}, every, None)
        frames[number] = replace(drawn[number], table=own)
    pictures = iter(frames)
    blocks = (_block(next(pictures)) if _is_picture(one) else data[one.start : one.end] for one in parts[1:])
    return Drawn(data=head + table + b"".join(blocks), redactions=every, exact=True)


def crop(data: bytes, box: Box) -> Cut:
    """The part of the GIF in this box; the file must be stripped and have one frame. Raises as `draw` does.

    Also RemedyError when its picture does not fill the screen.
    """
    parts = formats.parse(data).parts
    (frame,) = _frames(data, parts)
    width, height = struct.unpack_from("<HH", data, 6)
    if frame.layer.box != Box(0, 0, width, height):
        raise RemedyError(phrase("the picture of the GIF does not fill its screen; save it as PNG first"))
    size = struct.pack("<HH", box.right - box.left, box.bottom - box.top)
    common = data[_HEAD : parts[0].end]
    table = frame.table or common
    image = _decoded(frame).crop(box)
    see_through = set() if frame.see_through is None else {frame.see_through}
    room = placed(_colours(table), {*used_outside(image, (), (0, 0)), data[11]}, see_through, ())
    colours = b"".join(bytes(colour) for colour in room.table)
    cut = replace(_with(frame, image, room, ()), table=colours if frame.table else b"")
    cut = replace(cut, descriptor=cut.descriptor[:5] + size + cut.descriptor[9:])
    blocks = (_block(cut) if _is_picture(one) else data[one.start : one.end] for one in parts[1:])
    head = data[:6] + size + data[10:_HEAD] + (common if frame.table else colours)
    return Cut(data=head + b"".join(blocks), box=box, exact=True)


def _colours(table: bytes) -> list[Colour]:
    return [(red, green, blue) for red, green, blue in struct.iter_unpack("3B", table)]


def _is_picture(part: Part) -> bool:
    return part.path == "gif/picture"


def _frames(data: bytes, parts: Sequence[Part]) -> Iterator[_Frame]:
    control, fresh = b"", True
    for one in parts:
        if one.path == "gif/control":
            control = data[one.content[0] :]
        if not _is_picture(one):
            continue
        flags = control[1] if control else 0
        descriptor = data[one.start : one.start + _DESCRIPTOR]
        left, top, width, height = struct.unpack_from("<4H", descriptor, 1)
        size = 3 << (descriptor[9] & 7) + 1 if descriptor[9] & _TABLE else 0
        body = one.start + _DESCRIPTOR
        yield _Frame(
            layer=Layer(
                box=Box(left, top, left + width, top + height),
                disposal=_DISPOSALS.get(flags >> 2 & 7, Disposal.KEEP),
                replaces=not flags & 1,
                fresh=fresh,
            ),
            descriptor=descriptor,
            table=data[body : body + size],
            coded=data[body + size : one.end],
            see_through=control[4] if flags & 1 else None,
        )
        control, fresh = b"", False


def _redrawn(
    table: bytes, frames: dict[int, _Frame], redactions: Sequence[Redaction], background: int | None
) -> tuple[bytes, dict[int, _Frame]]:
    """The colours that these frames share, those of the redactions among them, and the frames with their redactions."""
    if not table:
        raise RemedyError(phrase("a frame of the GIF has no colours"))
    images = {number: _decoded(frame) for number, frame in frames.items()}
    used = set() if background is None else {background}
    for number, image in images.items():
        used |= used_outside(image, [one for one in redactions if one.frame == number], frames[number].layer.box[:2])
    see_through = {frame.see_through for frame in frames.values() if frame.see_through is not None}
    own = [one for one in redactions if one.frame in frames]
    room = placed(_colours(table), used, see_through, own)
    drawn = {number: _with(frames[number], images[number], room, own) for number in sorted({one.frame for one in own})}
    return b"".join(bytes(colour) for colour in room.table), drawn


def _with(frame: _Frame, image: Image.Image, room: Placed, redactions: Sequence[Redaction]) -> _Frame:
    """The frame with these covers in it, in rows from the top."""
    for one in redactions:
        paint(image, room.cells(one), one, frame.layer.box[:2])
    file = io.BytesIO()
    image.putpalette(_ANY_PALETTE)
    image.save(file, "GIF", interlace=0, optimize=False)
    written = file.getvalue()
    block = next(one for one in formats.parse(written).parts if _is_picture(one))
    table = 3 << (written[block.start + 9] & 7) + 1 if written[block.start + 9] & _TABLE else 0
    flags = frame.descriptor[9] & ~_INTERLACED
    return replace(
        frame,
        descriptor=frame.descriptor[:9] + bytes((flags,)),
        coded=written[block.start + _DESCRIPTOR + table : block.end],
    )


def _decoded(frame: _Frame) -> Image.Image:
    """The indices of the frame, in mode P."""
    left, top, right, bottom = frame.layer.box
    size = struct.pack("<HH", right - left, bottom - top)
    screen = b"GIF89a" + size + b"\xf7\0\0" + _ANY_PALETTE
    descriptor = b"\x2c" + bytes(4) + size + bytes((frame.descriptor[9] & _INTERLACED,))
    image = Image.open(io.BytesIO(screen + descriptor + frame.coded + b";"), formats=("GIF",))
    image.load()
    return image


def _block(frame: _Frame) -> bytes:
    return frame.descriptor + frame.table + frame.coded
