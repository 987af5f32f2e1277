"""What a page shows of an answer: numbers that tie reasons to places, and ways out as buttons."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from tests.wire.test_report import report

from imgpolicy.domain.desk import WayKind
from imgpolicy.domain.geometry import Box
from imgpolicy.domain.verdict import Covered, Remedy, RemedyKind
from imgpolicy.errors import RequestError
from imgpolicy.report import Report
from imgpolicy.server.views import answer_of, way_in
from imgpolicy.wire.report import report_in

COVER = Remedy(kind=RemedyKind.REDACT, text="cover the face", automatic=True, covers=Covered.FACE)
CROP = Remedy(kind=RemedyKind.CROP, text="crop it away", keeps=Box(0, 0, 5, 20))
HIDES = Remedy(kind=RemedyKind.REDACT, text="cover it and her", covers=Covered.FACE, hides=("eileen",))
ASK = Remedy(kind=RemedyKind.ASK, text="ask them", letter="Dear …")
ELSE = Remedy(kind=RemedyKind.REPLACE, text="use another picture")
DISMISS = Remedy(kind=RemedyKind.DISMISS, text="if it is no face, say so")
WAYS = (ELSE, ASK, CROP, HIDES, COVER, DISMISS)


def with_ways(*ways: Remedy) -> Report:
    found = report()
    return replace(found, findings=(replace(found.findings[0], remedies=ways),))


def read(made: Report) -> bytes:
    return made.to_json().encode()


def test_a_reason_has_a_number_its_place_and_its_words() -> None:
    shown = answer_of(report_in(read(report())))
    (reason,) = shown.reasons
    assert (reason.number, reason.code, reason.title, reason.message) == (1, "P101", "Unknown person", "because")
    assert [(spot.number, spot.box) for spot in shown.spots if spot.number] == [(1, reason.box)]


def test_what_can_be_done_here_is_a_button_and_the_usual_one_is_first() -> None:
    (reason,) = answer_of(report_in(read(with_ways(*WAYS)))).reasons
    assert [act.text for act in reason.acts] == ["cover the face", "crop it away", "cover it and her"]
    assert [letter.letter for letter in reason.letters] == ["Dear …"]
    assert list(reason.hints) == ["use another picture"]
    assert reason.may_dismiss == 1


def test_each_button_names_its_way_out_and_nothing_else_does() -> None:
    found = report_in(read(with_ways(*WAYS)))
    (reason,) = answer_of(found).reasons
    ways = [way_in(found, act.way) for act in reason.acts]
    assert [way.kind for way in ways] == [WayKind.COVER, WayKind.CROP, WayKind.COVER]
    assert {(way.code, way.box) for way in ways} == {(reason.code, reason.box)}
    assert ways[2].also_covers == ("eileen",)
    assert way_in(found, "all").kind is WayKind.AUTOMATIC
    for other in ("", "1:0", "0:9", "0:0", "-1:0", "0:-2", "0", "all:0", "x" * 10_000):
        with pytest.raises(RequestError, match="not offered"):
            way_in(found, other)


def test_a_number_stays_within_the_picture() -> None:
    made = replace(report(), findings=(replace(report().findings[0], box=Box(0, 0, 10, 10)),))
    shown = answer_of(report_in(read(made)))
    (spot,) = (spot for spot in shown.spots if spot.number)
    assert spot.at_x >= shown.dot
    assert spot.at_y >= shown.dot


def test_what_is_no_answer_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        report_in(b"{}")
