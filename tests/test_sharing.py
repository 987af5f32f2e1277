"""What the tests share is what they would have got anyhow."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.sharing import Once, looking_anew
from tests.support import THOROUGH

from imgpolicy.engines import two_nets
from imgpolicy.engines.text.ppocr import PaddleReader
from imgpolicy.engines.yunet_sface import YuNetSFace
from imgpolicy.extract import keypoints
from imgpolicy.picture import load

PICTURES = Path(__file__).parents[1] / "examples" / "pictures"


def is_shared() -> bool:
    """Whether what is seen is."""
    return isinstance(vars(two_nets)["find"], Once)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["portrait.jpg", "meadow.jpg", "shop.jpg"])
def test_a_second_look_gives_what_a_look_of_its_own_gives(name: str) -> None:
    picture = load((PICTURES / name).read_bytes(), name)
    first, second = (YuNetSFace().faces(picture) for _ in range(2))
    with looking_anew():
        assert not is_shared()
        alone = YuNetSFace().faces(picture)
        places = keypoints.KeypointExtractor().extract(picture).places
        lines = PaddleReader().read(picture)
    assert PaddleReader().read(picture) == PaddleReader().read(picture) == lines
    assert [one.face for one in first] == [one.face for one in second] == [one.face for one in alone]
    assert all(np.array_equal(one.vector, other.vector) for one, other in zip(second, alone, strict=True))
    assert np.array_equal(keypoints.KeypointExtractor().extract(picture).places, places)


def test_thorough_tests_share_nothing() -> None:
    assert is_shared() is not THOROUGH


def test_what_has_no_key_is_asked_anew() -> None:
    asked: list[int] = []

    def real(number: int) -> int:
        asked.append(number)
        return -number

    once = Once(real, lambda number: number if number < 10 else None)
    assert [once(1), once(1), once(20), once(20)] == [-1, -1, -20, -20]
    assert asked == [1, 20, 20]
