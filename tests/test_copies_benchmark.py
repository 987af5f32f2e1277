"""The parts of `benchmarks/copies.py` that its numbers rest on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from attacks import ATTACKS
from copies_printed import PLAIN, RULES, Scored, hit
from copies_rows import keep_row, read_rows
from PIL import Image
from plain_sift import PICTURE, WORK, best_plain, plain, plain_index
from templates import drawn


def scored(**known: object) -> Scored:
    nothing = Scored("a.jpg", None, "photographs", False, None, {}, frozenset(), frozenset())
    return Scored(**{**vars(nothing), **known})


def page(style: int) -> Image.Image:
    return drawn("app post", style, 0, Image.new("RGB", (640, 480), "teal"))


def test_plain_sift_names_the_work_of_a_turned_copy_by_many_pairs() -> None:
    index = plain_index([plain(np.asarray(page(style)), *WORK) for style in range(3)])
    copy = ATTACKS["turned 25"](page(1), (), np.random.default_rng(0))
    work, agreeing = best_plain(plain(np.asarray(copy), *PICTURE), index)
    assert work == 1
    assert agreeing > 50


def test_plain_sift_names_nothing_in_a_picture_of_one_colour() -> None:
    index = plain_index([plain(np.asarray(page(0)), *WORK)])
    assert best_plain(plain(np.full((90, 90, 3), 9, np.uint8), *PICTURE), index) == (None, 0.0)


def test_a_copy_is_found_by_its_own_work_only_and_any_work_is_a_mistake_in_a_picture_that_is_none() -> None:
    certain, possible = RULES[:2]
    wrong = scored(attack="grey", work=1, certain=frozenset({2}), possible=frozenset({1}))
    assert not hit(wrong, certain)
    assert hit(wrong, possible)
    assert hit(scored(certain=frozenset({2})), certain)
    assert not hit(scored(), possible)


def test_a_method_names_its_best_work_from_its_threshold_on() -> None:
    assert hit(scored(best={"SIFT": (0, 10.0)}), PLAIN[0])
    assert not hit(scored(best={"SIFT": (0, 10.0)}), PLAIN[1])
    assert not hit(scored(best={"SIFT": (None, 0.0)}), PLAIN[0])


def test_what_was_kept_is_read_again_and_a_line_that_was_cut_off_is_not(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    kept = [scored(work=1, attack="grey", certain=frozenset({2, 1}), best={"PDQ": (1, -30.0)}), scored(template=True)]
    assert read_rows(rows) == []
    for found in kept:
        keep_row(rows, found)
    rows.write_text(rows.read_text() + '{"name": "half')
    assert read_rows(rows) == kept
    keep_row(rows, kept[0])
    assert read_rows(rows) == [*kept, kept[0]]


def test_rows_of_another_script_are_refused(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text('{"name": 3}\n')
    with pytest.raises(SystemExit, match="not of this script"):
        read_rows(tmp_path / "rows.jsonl")
