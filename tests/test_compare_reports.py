"""What differs between two reports is told, each place once, and what must differ is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools.compare_reports import Difference, Json, comparable, differences, pairs, tasks

REPORT: Json = {"picture": {"name": "a.jpg"}, "verdict": "go", "faces": [{"box": [1, 2, 3, 4], "score": 0.5}]}


def changed(**fields: Json) -> Json:
    assert isinstance(REPORT, dict)
    return {**REPORT, **fields}


def test_the_same_differs_nowhere() -> None:
    assert differences(REPORT, changed()) == []


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (changed(verdict="no-go"), Difference("verdict", '"go"', '"no-go"')),
        (
            changed(faces=[{"box": [1, 2, 3, 5], "score": 0.5}]),
            Difference("faces[0].box[3]", "4", "5"),
        ),
        (changed(faces=[]), Difference("faces", '[{"box": [1, 2, 3, 4], "score": 0.5}]', "[]")),
        (changed(release=None), Difference("release", "not there", "null")),
        (changed(picture={}), Difference("picture.name", '"a.jpg"', "not there")),
    ],
)
def test_a_difference_is_told_where_it_is(new: Json, expected: Difference) -> None:
    assert differences(REPORT, new) == [expected]


@pytest.mark.parametrize(("old", "new"), [(1, 1.0), (1, True), (0, None), ("1", 1), ([], {})])
def test_another_type_is_a_difference(old: Json, new: Json) -> None:
    assert [found.path for found in differences({"value": old}, {"value": new})] == ["value"]


def test_another_order_of_fields_is_a_difference() -> None:
    assert differences({"a": 1, "b": 2}, {"b": 2, "a": 1}) == [Difference("all (order)", '["a", "b"]', '["b", "a"]')]
    assert differences({"a": 1, "c": 3, "b": 2}, {"a": 1, "b": 2}) == [Difference("c", "3", "not there")]


def test_every_difference_is_told() -> None:
    found = differences({"a": [1, {"b": 2}], "c": 3}, {"a": [0, {"b": 0}], "c": 0})
    assert [str(one) for one in found] == ["a[0]: 1 -> 0", "a[1].b: 2 -> 0", "c: 3 -> 0"]


def test_the_time_and_the_version_are_left_out_and_nothing_else() -> None:
    document: Json = {
        "schema": "s",
        "tool": {"version": "1", "models": [{"version": "kept"}]},
        "reports": [{"made_at": "now", "register": {"head": "h"}, "evidence": {"made_at": "kept"}}],
        "made_at": "kept",
    }
    assert comparable(document) == {
        "schema": "s",
        "tool": {"models": [{"version": "kept"}]},
        "reports": [{"register": {"head": "h"}, "evidence": {"made_at": "kept"}}],
        "made_at": "kept",
    }


def test_pictures_are_compared_one_by_one_and_what_is_beside_them_once() -> None:
    old: Json = {"tool": 1, "reports": [REPORT, changed(picture={"name": "b.jpg"})]}
    new: Json = {"tool": 2, "reports": [REPORT, changed(picture={"name": "b.jpg"}, verdict="no-go")]}
    found = {pair.name: [str(one) for one in differences(pair.old, pair.new)] for pair in pairs("check", old, new)}
    assert found == {"check, a.jpg": ["tool: 1 -> 2"], "check, b.jpg": ['reports[0].verdict: "go" -> "no-go"']}


def test_a_report_too_few_is_a_difference() -> None:
    old: Json = {"reports": [REPORT, REPORT]}
    (pair,) = pairs("check", old, {"reports": [REPORT]})
    assert [one.path for one in differences(pair.old, pair.new)] == ["reports"]


def test_every_case_and_picture_of_the_demonstration_is_compared(demo: Path, tmp_path: Path) -> None:
    found = list(tasks(demo, tmp_path))
    kinds = [task.words[0] for task in found]
    assert kinds.count("inspect") == len(list((demo / "pictures").iterdir()))
    assert found[0].words[2:] == (
        *("--channel", "facebook", "--role", "employee", "--purpose", "pr", "--origin", "own"),
        *("--on", "2026-05-04", "--format", "json"),
    )
    assert found[-1].words[:2] == ("check", str(tmp_path))
