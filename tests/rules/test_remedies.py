"""Ways out are offered where they help."""

from __future__ import annotations

from dataclasses import replace

import pytest

from imgpolicy.domain.geometry import Box
from imgpolicy.domain.verdict import Covered
from imgpolicy.report import PictureInfo
from imgpolicy.rules import examples
from imgpolicy.rules.remedies import WORTH_CROPPING, crop_away, redact

CASE = replace(examples.nobody(), picture=PictureInfo(name="a b.jpg", format="JPEG", width=1000, height=800))


@pytest.mark.parametrize(
    ("box", "left"),
    [
        (Box(900, 0, 1000, 800), "0,0,900,800"),
        (Box(-20, 100, 200, 300), "200,0,1000,800"),
        (Box(300, 700, 700, 900), "0,0,1000,700"),
        (Box(300, 0, 700, 100), "0,100,1000,800"),
    ],
)
def test_what_stands_at_the_edge_can_be_cropped_away(box: Box, left: str) -> None:
    (crop,) = crop_away(CASE, box)
    assert f"--crop {left}" in (crop.command or "")
    assert "'a b.jpg'" in (crop.command or "")
    assert not crop.automatic


def test_no_crop_is_offered_where_little_would_be_left() -> None:
    assert 0 < WORTH_CROPPING < 1
    assert crop_away(CASE, Box(300, 300, 700, 500)) == ()
    assert crop_away(CASE, None) == ()


def test_a_redaction_says_what_it_covers_and_is_done_by_clean() -> None:
    remedy = redact(CASE, Covered.LOGO)
    assert (remedy.kind, remedy.covers, remedy.automatic) == ("redact", "logo", True)
    assert (remedy.command or "").startswith("imgpolicy clean 'a b.jpg' -o CLEAN")


def test_what_is_only_possibly_there_is_covered_by_nobody_but_people() -> None:
    remedy = redact(CASE, Covered.WORK, certain=False)
    assert not remedy.automatic
    assert "--interactive" in (remedy.command or "")
