"""The drawn pictures of `benchmarks/text.py`: the same from the same seed, with the values where it is said."""

from __future__ import annotations

import random

import pytest
import zxingcpp
from text_codes import SYMBOLOGIES, code
from text_fonts import Fonts, fonts
from text_marks import Found, marks, share, stray
from text_pages import HARMLESS, PAGES
from text_scenes import LEVELS, USUAL, Place, Scene, decoded, scene
from text_sheets import Desk, Sheet
from text_words import KINDS, digits, iban, luhn

from imgpolicy.facts import Text


@pytest.fixture(scope="module")
def typefaces() -> Fonts:
    try:
        return fonts()
    except SystemExit:
        pytest.skip("this machine has no fonts")


@pytest.fixture(scope="module")
def place(typefaces: Fonts) -> Place:
    return Place(typefaces)


def sheet(page: str, seed: int, typefaces: Fonts) -> Sheet:
    return PAGES[page](Desk(random.Random(seed), typefaces, 12))


def test_a_picture_is_a_function_of_its_seed(place: Place) -> None:
    first, again, other = (scene(seed, "badge", "hard", place) for seed in (1, 1, 2))
    assert (first.file, first.planted, first.troubles) == (again.file, again.planted, again.troubles)
    assert first.file != other.file


@pytest.mark.parametrize("level", LEVELS)
def test_values_stand_within_the_picture(level: str, place: Place) -> None:
    for page in ("note", "stamp"):
        drawn = scene(3, page, level, place)
        assert decoded(drawn.file).shape == (USUAL[1], USUAL[0], 3)
        assert drawn.planted
        for planted in drawn.planted:
            left, top, right, bottom = planted.box
            assert 0 <= left < planted.middle.x < right <= USUAL[0]
            assert 0 <= top < planted.middle.y < bottom <= USUAL[1]


def test_only_bad_photographs_have_troubles(place: Place) -> None:
    troubles = {level: len(scene(4, "plate", level, place).troubles) for level in LEVELS}
    assert troubles["clean"] == troubles["photo"] == 0
    assert troubles["hard"] in {2, 3}


def test_every_kind_is_planted(typefaces: Fonts) -> None:
    kinds = {span.kind for page in PAGES for seed in range(6) for span in sheet(page, seed, typefaces).spans}
    assert kinds == set(KINDS)


@pytest.mark.parametrize("page", PAGES)
def test_pages_have_values_unless_they_are_harmless(page: str, typefaces: Fonts) -> None:
    for seed in range(5):
        drawn = sheet(page, seed, typefaces)
        assert bool(drawn.spans) == (page not in HARMLESS)
        width, height = drawn.image.size
        for span in drawn.spans:
            assert span.outline.min() >= 0
            assert span.outline[:, 0].max() <= width, span
            assert span.outline[:, 1].max() <= height, span


def test_numbers_pass_the_checks_of_their_kinds() -> None:
    assert iban("DK", "00400440116243") == "DK5000400440116243"  # the SWIFT registry's example
    assert luhn("411111111111111") == "4111111111111111"
    assert len(digits(random.Random(0), 5)) == 5


def read(drawn: Scene, *, wrong: bool) -> tuple[Text, ...]:
    """What a reader reads that takes every value for a line, right or with a letter wrong."""
    return tuple(
        Text(box=one.box, value=f"?{one.text[1:]}" if wrong else one.text, confidence=1) for one in drawn.planted
    )


def test_a_value_is_stopped_by_a_finding_of_its_kind_and_exact_when_all_of_it_was_read(place: Place) -> None:
    drawn = scene(6, "phone", "clean", place)
    for wrong in (False, True):
        lines = read(drawn, wrong=wrong)
        found = [Found(one.kind, (line,)) for one, line in zip(drawn.planted, lines, strict=True)]
        made = marks(drawn, lines, found)
        assert [(mark.stopped, mark.exact) for mark in made] == [(True, not wrong)] * len(drawn.planted)
        assert not stray(drawn, found)


def test_findings_of_another_kind_or_elsewhere_stop_nothing(place: Place) -> None:
    drawn = scene(6, "phone", "clean", place)
    line = read(drawn, wrong=False)[0]
    found = [Found("cpr", (line,)), Found("mail", (Text(box=drawn.planted[0].box, value="x", confidence=1),))]
    assert drawn.planted[0].kind == "name"
    assert not any(mark.stopped for mark in marks(drawn, (line,), found))
    assert stray(drawn, found) == found


@pytest.mark.parametrize("symbology", SYMBOLOGIES)
def test_codes_say_what_is_said_of_them(symbology: str) -> None:
    drawn = code(7, symbology, 5, "photo" if symbology == "QR" else "clean", [])
    assert drawn.value in [one.text for one in zxingcpp.read_barcodes(decoded(drawn.file)[:, :, ::-1].copy())]


def test_shares_have_bounds() -> None:
    assert share(0, 0) == "-"
    assert share(0, 100) == "0.0 % (0/100; 0.0 to 3.6)"
    assert share(97, 100) == "97.0 % (97/100; 91.5 to 99.4)"
