"""The frames of an animation as its file stores them: layers, each laid over what the ones before left on the canvas.

What a viewer shows of one frame may have been drawn several frames earlier, and may stay for several more. So a
redaction is painted into all the layers that its place is made of: from the one that last drew all of it to the one
before it is drawn anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from imgpolicy.domain.geometry import Box
from imgpolicy.remedies.redact.regions import Redaction


class Disposal(Enum):
    """What becomes of a layer before the next is drawn."""

    KEEP = "keep"
    BACKGROUND = "background"
    PREVIOUS = "previous"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One frame as it is stored: its place on the canvas and how it is drawn.

    `replaces` is true when it hides all that is below it, `fresh` when there is nothing below: in the first frame.
    """

    box: Box
    disposal: Disposal = Disposal.KEEP
    replaces: bool
    fresh: bool = False


def spread(redactions: Sequence[Redaction], layers: Sequence[Layer]) -> tuple[Redaction, ...]:
    """The redactions for all the frames whose layers they have to be painted into, each with its frame.

    One that is asked for in many frames alike is painted into a layer once: an animation of n frames would else take
    n times n redactions.
    """
    alike: dict[tuple[Box, bytes, bytes], tuple[Redaction, dict[int, None]]] = {}
    for one in redactions:
        _, frames = alike.setdefault((one.box, one.mask.tobytes(), one.cells.tobytes()), (one, {}))
        frames.update(dict.fromkeys(_frames(one, layers)))
    return tuple(replace(one, frame=frame) for one, frames in alike.values() for frame in frames)


def _frames(redaction: Redaction, layers: Sequence[Layer]) -> Iterator[int]:
    number = first = redaction.frame
    while not (
        layers[first].fresh or (_hides(layers[first], redaction.box) and _stays(layers[first], first == number))
    ):
        first -= 1
    yield from range(first, number + 1)
    own = layers[number]
    if own.disposal is Disposal.PREVIOUS and _hides(own, redaction.box):
        return
    for behind in range(number + 1, len(layers)):
        if layers[behind].fresh or _hides(layers[behind], redaction.box):
            return
        yield behind


def _stays(layer: Layer, shown: bool) -> bool:  # noqa: FBT001  # one question, asked of two layers
    return shown or layer.disposal is not Disposal.PREVIOUS


def _hides(layer: Layer, box: Box) -> bool:
    """True when nothing that was drawn before can be seen in this box once the layer is drawn."""
    left, top, right, bottom = layer.box
    inside = left <= box.left and top <= box.top and right >= box.right and bottom >= box.bottom
    return layer.replaces and inside
