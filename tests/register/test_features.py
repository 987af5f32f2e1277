"""Features come out of the register as near to what went in as their packing allows."""

from __future__ import annotations

import numpy as np
import pytest

from imgpolicy.domain.validate import check_features
from imgpolicy.domain.work import FEWEST_FEATURES, MOST_FEATURES, Features
from imgpolicy.errors import RegisterError
from imgpolicy.facts import Keypoints
from imgpolicy.index.features import RECORD, TURNED_OVER, angles_of, features_of, octaves_of, places_of, records_of


def made_up(count: int) -> Keypoints:
    random = np.random.default_rng(count)
    return Keypoints(
        width=400,
        height=800,
        places=random.uniform(0, 400, (count, 2)).astype(np.float32),
        sizes=random.uniform(2, 90, count).astype(np.float32),
        angles=random.uniform(0, 360, count).astype(np.float32),
        descriptors=random.integers(0, 256, (count, 16), dtype=np.uint8),
        words=random.integers(0, 2048, (count, 3)).astype(np.uint16),
        mirrored=random.random(count) < 0.5,
    )


def test_what_is_kept_says_where_and_how_each_keypoint_was() -> None:
    seen = made_up(60)
    kept = features_of(seen)
    assert kept is not None
    assert (kept.width, kept.height) == (400, 800)
    records = records_of(kept.data)
    assert np.allclose(places_of(records["place"]) * 800, seen.places, atol=0.02)
    assert np.allclose(octaves_of(records["size"]), np.log2(seen.sizes / 800), atol=0.04)
    assert np.allclose(np.cos(np.deg2rad(angles_of(records["angle"]) - seen.angles)), 1, atol=0.001)
    assert (records["descriptor"].view(np.uint8).reshape(60, 16) == seen.descriptors).all()
    assert (records["word"] % TURNED_OVER == seen.words[:, 0]).all()
    assert ((records["word"] >= TURNED_OVER) == seen.mirrored).all()


def test_a_work_takes_less_than_twelve_thousand_bytes() -> None:
    kept = features_of(made_up(1000))
    assert kept is not None
    assert len(kept.data) == MOST_FEATURES * RECORD.itemsize == 11_520


def test_too_few_keypoints_are_not_kept() -> None:
    assert features_of(made_up(FEWEST_FEATURES - 1)) is None
    assert features_of(made_up(0)) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"data": bytes(1000)}, "records"),
        ({"data": bytes(24)}, "records"),
        ({"data": bytes(24 * (MOST_FEATURES + 1))}, "records"),
        ({"width": 0}, "pixels"),
        ({"height": 10**7}, "pixels"),
        ({"version": "x" * 40}, "version"),
        ({"version": ""}, "version"),
    ],
)
def test_what_cannot_be_features_is_refused(change: dict[str, int | str | bytes], reason: str) -> None:
    sound = {"version": "1", "width": 10, "height": 10, "data": bytes(24 * 30)}
    check_features(Features(**sound))  # type: ignore[arg-type]  # a table of cases
    with pytest.raises(RegisterError, match=reason):
        check_features(Features(**(sound | change)))  # type: ignore[arg-type]  # a table of cases


def test_features_that_are_cut_off_are_told() -> None:
    with pytest.raises(RegisterError, match="damaged"):
        records_of(bytes(30))
