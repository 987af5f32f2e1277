"""Codes as a fact: every symbology, tilted and small, and what cannot be read is told."""

from __future__ import annotations

import pytest
from PIL import Image
from tests.written import PAPER, code, opened, scenery

from imgpolicy.domain.geometry import inside
from imgpolicy.extract.codes import MOST_CODES, CodeExtractor
from imgpolicy.facts import Codes

BOARDING = "M1HANSEN/JENS MR      EABC123 CPHLHRBA 0811 123Y012A0001 100"
VALUES = {
    ("QRCode", "qr"): "WIFI:S:guests;T:WPA;P:example1;;",
    ("Aztec", "aztec"): BOARDING,
    ("DataMatrix", "data-matrix"): "https://example.org/1",
    ("PDF417", "pdf417"): BOARDING,
    ("EAN13", "ean-13"): "5901234123457",
    ("Code128", "code-128"): "EX-0001",
}


def codes_in(image: Image.Image) -> Codes:
    return CodeExtractor().extract(opened(image))


def pasted(drawn: Image.Image, *, size: tuple[int, int] = (1200, 900), at: tuple[int, int] = (500, 300)) -> Image.Image:
    scene = scenery(size)
    scene.paste(drawn, at)
    return scene


@pytest.mark.parametrize(("symbology", "kind"), VALUES)
@pytest.mark.parametrize("degrees", [0, 35, 90])
def test_codes_of_every_symbology_are_read_however_they_lean(symbology: str, kind: str, degrees: int) -> None:
    drawn = code(VALUES[symbology, kind], symbology).rotate(
        degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=PAPER
    )
    found = codes_in(pasted(drawn)).codes
    assert [(one.kind, one.value) for one in found] == [(kind, VALUES[symbology, kind])]
    assert inside(found[0].box, (490, 290, 510 + drawn.width, 310 + drawn.height))


@pytest.mark.parametrize(("symbology", "kind"), VALUES)
def test_three_pixels_to_a_module_are_enough_in_a_large_picture(symbology: str, kind: str) -> None:
    drawn = code(VALUES[symbology, kind], symbology, module=3)
    found = codes_in(pasted(drawn, size=(2600, 1960), at=(1500, 800))).codes
    assert [(one.kind, one.value) for one in found] == [(kind, VALUES[symbology, kind])]
    assert inside(found[0].box, (1490, 790, 1510 + drawn.width, 810 + drawn.height))


def test_several_codes_stand_from_the_top_down_each_once() -> None:
    scene = scenery((1200, 900))
    for at, value in (((700, 500), "second"), ((100, 100), "first")):
        scene.paste(code(value, module=6), at)
    assert [one.value for one in codes_in(scene).codes] == ["first", "second"]


def test_a_picture_without_codes_has_none() -> None:
    assert codes_in(scenery((1600, 1200))) == Codes()


def test_a_code_that_is_damaged_is_an_unknown_that_lifts() -> None:
    drawn = code("WIFI:S:guests;T:WPA;P:example1;;", module=8)
    drawn.paste((128, 128, 128), (90, 90, 200, 200))
    found = codes_in(pasted(drawn))
    assert not found.codes
    assert [(one.what, one.lifts) for one in found.unknowns] == [("codes that cannot be read", True)]


def test_more_codes_than_are_kept_are_an_unknown_that_lifts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_CODES > 2
    monkeypatch.setattr("imgpolicy.extract.codes.MOST_CODES", 2)
    scene = scenery((1200, 900))
    for number in range(3):
        scene.paste(code(str(number), module=4), (60 + 380 * number, 100))
    found = codes_in(scene)
    assert ([one.value for one in found.codes], [one.what for one in found.unknowns]) == (["0", "1"], ["further codes"])
