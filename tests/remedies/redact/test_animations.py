"""Animations: what viewers show of a frame is covered wherever it was drawn, and frames, timing and loop stay."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from tests.remedies.redact.support import BOX, SIZE, cut_out, encoded, film, outside, scene, shown

from imgpolicy.domain.geometry import Box
from imgpolicy.domain.terms import Manner
from imgpolicy.errors import RemedyError
from imgpolicy.picture import opened
from imgpolicy.remedies.redact import Region, Shape, redact
from imgpolicy.remedies.redact.layers import Disposal, Layer, spread
from imgpolicy.remedies.redact.regions import Redaction, covered, solid

PLATE_IN_THIRD = Region(box=BOX, shape=Shape.RECTANGLE, frame=2)
TIMES = [50, 60, 70, 80]


def animated(kind: str, frames: list[Image.Image], **options: object) -> bytes:
    lossless = {"lossless": True} if kind == "WEBP" else {}
    return encoded(
        frames[0], kind, save_all=True, append_images=frames[1:], duration=TIMES[: len(frames)], **lossless, **options
    )


def times(data: bytes) -> list[object]:
    image = opened(data, "test")
    found = []
    for frame in range(getattr(image, "n_frames", 1)):
        image.seek(frame)
        found.append(image.info.get("duration"))
    return found


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF"])
def test_frames_timing_and_loop_stay(kind: str) -> None:
    data = animated(kind, film(), **({} if kind == "AVIF" else {"loop": 3}))
    redacted = redact(data, [PLATE_IN_THIRD])
    assert times(redacted.data) == times(data)
    assert len(times(data)) == 4
    assert opened(redacted.data, "test").info.get("loop") == opened(data, "test").info.get("loop")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
@pytest.mark.parametrize("transparent", [False, True])
@pytest.mark.parametrize("disposal", [0, 1, 2])
def test_the_frame_is_covered_and_other_pixels_stay_exactly(kind: str, transparent: bool, disposal: int) -> None:  # noqa: FBT001  # a parameter
    frames = [cut_out(seed) for seed in range(3)] if transparent else film()
    data = animated(kind, frames, **({} if kind == "WEBP" else {"disposal": disposal}))
    redacted = redact(data, [PLATE_IN_THIRD])
    assert any(frame == 2 for frame, _ in redacted.covered)
    box = redacted.covered[0][1]
    third = shown(redacted.data, 2)[box.top : box.bottom, box.left : box.right].reshape(-1, 4)
    # With the last disposal the frames before it leave nothing to see, which Pillow shows black.
    drawn = third[third[:, :3].any(axis=1)] if disposal == 2 else third
    assert len(np.unique(drawn, axis=0)) == 1
    assert drawn[0, 3] == 255
    touched = {frame for frame, _ in redacted.covered}
    for frame in range(len(frames)):
        where = outside(SIZE, box) if frame in touched else np.ones(SIZE[::-1], np.bool_)
        assert np.array_equal(shown(data, frame)[where], shown(redacted.data, frame)[where])


def test_a_picture_that_only_readers_without_animation_show_is_covered_by_itself() -> None:
    data = animated("PNG", film(3), default_image=True)
    redacted = redact(data, [Region(box=BOX, shape=Shape.RECTANGLE, frame=0)])
    assert [frame for frame, _ in redacted.covered] == [0]
    assert np.array_equal(shown(data, 1), shown(redacted.data, 1))


def test_a_mosaic_over_several_views_is_refused() -> None:
    with pytest.raises(RemedyError, match="cover it solidly"):
        redact(animated("GIF", film()), [PLATE_IN_THIRD], manner=Manner.MOSAIC)


CANVAS = Box(0, 0, *SIZE)
WHOLE = Layer(box=CANVAS, replaces=True)
PIECE = Layer(box=Box(45, 30, 50, 40), replaces=True)
OVER = Layer(box=CANVAS, replaces=False)
ONCE = Layer(box=CANVAS, replaces=True, disposal=Disposal.PREVIOUS)
START = Layer(box=CANVAS, replaces=False, fresh=True)


@pytest.mark.parametrize(
    ("layers", "frame", "frames"),
    [
        pytest.param([START, WHOLE, WHOLE], 1, [1], id="each-drawn-anew"),
        pytest.param([START, PIECE, PIECE], 1, [0, 1, 2], id="pieces-over-the-first"),
        pytest.param([START, WHOLE, PIECE, OVER, WHOLE], 3, [1, 2, 3], id="back-to-what-hides-the-rest"),
        pytest.param([START, WHOLE, PIECE, OVER, WHOLE], 1, [1, 2, 3], id="on-to-what-hides-it"),
        pytest.param([START, ONCE, PIECE], 1, [1], id="gone-before-the-next"),
        pytest.param([START, ONCE, PIECE], 2, [0, 1, 2], id="what-was-gone-hides-nothing"),
        pytest.param([START, START, PIECE], 1, [1, 2], id="a-fresh-start"),
    ],
)
def test_a_cover_goes_into_all_the_layers_that_its_place_is_made_of(
    layers: list[Layer], frame: int, frames: list[int]
) -> None:
    box, mask = covered(PLATE_IN_THIRD, *SIZE)
    spread_out = spread([Redaction(frame=frame, box=box, mask=mask, cells=solid())], layers)
    assert [one.frame for one in spread_out] == frames


def test_the_same_cover_in_every_frame_is_painted_into_each_layer_once() -> None:
    box, mask = covered(Region(box=BOX, shape=Shape.HEAD), *SIZE)
    see_through = [Layer(box=Box(0, 0, *SIZE), replaces=False, fresh=not frame) for frame in range(30)]
    asked = [Redaction(frame=frame, box=box, mask=mask.copy(), cells=solid()) for frame in range(30)]
    assert sorted(one.frame for one in spread(asked, see_through)) == [*range(30)]


def test_a_still_gif_whose_picture_is_smaller_than_its_screen_is_covered_where_it_is() -> None:
    data = bytearray(encoded(scene(size=(40, 30)), "GIF"))
    data[6:10] = (60).to_bytes(2, "little") + (50).to_bytes(2, "little")
    at = data.index(b"\x2c\0\0\0\0\x28\0\x1e\0")
    data[at + 1 : at + 5] = (10).to_bytes(2, "little") + (8).to_bytes(2, "little")
    redacted = redact(bytes(data), [Region(box=Box(20, 20, 30, 30), shape=Shape.RECTANGLE)])
    where = outside((60, 50), redacted.covered[0][1])
    assert np.array_equal(shown(bytes(data))[where], shown(redacted.data)[where])
    assert len(np.unique(shown(redacted.data)[~where], axis=0)) == 1
