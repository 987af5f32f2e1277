"""Places about a face, by which it is known again in copies."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from imgpolicy.domain.geometry import Box, overlap
from imgpolicy.extract.spots import spots
from imgpolicy.facts import Spot
from imgpolicy.match.dismissed import ABOUT_THERE, SAME_PLACE
from imgpolicy.picture import Picture, load


def drawn(seed: int, size: tuple[int, int] = (900, 600)) -> Image.Image:
    """Something with as much to see as a photograph."""
    noise = np.random.default_rng(seed).uniform(0, 255, (66, 99, 3)).astype(np.uint8)
    return Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)


def opened(image: Image.Image, quality: int = 92) -> Picture:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return load(file.getvalue(), "drawn.jpg")


def apart(kept: Spot, others: tuple[Spot, ...]) -> int:
    """Bits between a kept spot and those about there; 256 when none is."""
    near = [spot for spot in others if overlap(spot.box, kept.box) >= ABOUT_THERE]
    return min(((spot.look ^ kept.look).bit_count() for spot in near), default=256)


@pytest.mark.slow
@pytest.mark.parametrize("moved", [(0, 0, 0, 0), (5, -4, 6, 5), (-6, 5, -5, -4), (5, 5, -5, -5), (-3, -4, 5, 6)])
@pytest.mark.parametrize("place", [Box(300, 200, 390, 320), Box(311, 207, 371, 290), Box(520, 333, 700, 560)])
def test_a_box_a_few_per_cent_beside_has_a_spot_at_the_very_place(place: Box, moved: tuple[int, int, int, int]) -> None:
    kept = spots(opened(drawn(1)), place)[0]
    across, down = place.right - place.left, place.bottom - place.top
    by = (across, down, across, down)
    beside = Box(*(round(side + part * size / 100) for side, part, size in zip(place, moved, by, strict=True)))
    half = Box(*(round(side / 2) for side in beside))
    assert apart(kept, spots(opened(drawn(1), quality=40), beside)) <= SAME_PLACE
    assert apart(kept, spots(opened(drawn(1).resize((450, 300)), quality=80), half)) <= SAME_PLACE
    assert apart(kept, spots(opened(drawn(2)), beside)) > SAME_PLACE


def test_the_first_spot_is_about_the_box_itself() -> None:
    picture = opened(drawn(1))
    for box in (Box(300, 200, 390, 320), Box(301, 204, 421, 290), Box(0, 0, 40, 50), Box(850, 540, 900, 600)):
        shares = (box.left / 900, box.top / 600, box.right / 900, box.bottom / 600)
        found = spots(picture, box)
        assert overlap(found[0].box, shares) > 0.5
        assert (len(found), found[-1].box) == (9, shares)


@pytest.mark.parametrize("size", [(1, 1), (2, 900), (900, 2), (16, 16)])
def test_a_face_of_any_size_at_any_border_has_spots(size: tuple[int, int]) -> None:
    picture = opened(drawn(1, size))
    for box in (Box(0, 0, *size), Box(size[0] - 1, size[1] - 1, *size), Box(0, 0, 1, 1)):
        assert len(spots(picture, box)) == 9
