"""A cover that would hide somebody who may be shown needs a yes of its own, and says whom it hides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from imgpolicy.domain.geometry import Box, Point
from imgpolicy.domain.grant import CoverStatus
from imgpolicy.domain.terms import FaceStatus
from imgpolicy.domain.verdict import Finding
from imgpolicy.facts import Face
from imgpolicy.losses import MOST_HIDDEN, hides, tell_losses
from imgpolicy.match import FaceMatch
from imgpolicy.rules import Case, examples, judge
from imgpolicy.rules.people import AmbiguousPerson, UnknownPerson

SHOWN = Box(100, 100, 200, 220)


def face(box: Box = SHOWN, frame: int = 0) -> Face:
    """A face whose eyes, nose and mouth lie in the middle of its box."""
    (known,) = examples.covered().matches.faces
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    marks = tuple(
        Point(left + x * width, top + y * height)
        for x, y in ((0.3, 0.4), (0.7, 0.4), (0.5, 0.6), (0.35, 0.8), (0.65, 0.8))
    )
    return replace(known.face, box=box, landmarks=marks[:5], frame=frame)  # type: ignore[arg-type]  # five of them


def of(example: Case, shown: Face) -> FaceMatch:
    (match,) = example.matches.faces
    return replace(match, face=shown)


def together(*matches: FaceMatch, form: str = "JPEG") -> Case:
    case = examples.covered()
    return replace(
        case,
        matches=replace(case.matches, faces=matches),
        picture=replace(case.picture, format=form),
    )


def told(case: Case) -> list[Finding]:
    return [*tell_losses(judge([UnknownPerson(), AmbiguousPerson()], case), case)]


def hidden_by(case: Case) -> list[tuple[str, ...]]:
    """For each finding whom its redaction hides too."""
    return [next(one.hides for one in finding.remedies if one.kind == "redact") for finding in told(case)]


def test_a_cover_beside_a_face_that_stays_is_done_by_clean() -> None:
    case = together(of(examples.covered(), face()), of(examples.stranger(), face(Box(200, 100, 300, 220))))
    (finding,) = told(case)
    assert [one.automatic for one in finding.remedies if one.kind == "redact"] == [True]
    assert hidden_by(case) == [()]


def test_a_cover_over_a_face_that_stays_names_the_person_and_waits_for_a_yes() -> None:
    case = together(of(examples.covered(), face()), of(examples.stranger(), face(Box(180, 100, 280, 220))))
    (finding,) = told(case)
    (redaction,) = [one for one in finding.remedies if one.kind == "redact"]
    assert (redaction.automatic, redaction.hides) == (False, ("anna",))
    assert redaction.text == "make the face unrecognisable; that hides anna too, who may be shown"
    assert "--also-cover anna" in (redaction.command or "")


@pytest.mark.parametrize(
    ("covers", "lost"),
    [
        ([Box(190, 90, 300, 220)], False),
        ([Box(189, 90, 300, 220)], True),
        ([Box(194, 90, 300, 220), Box(0, 90, 105, 220)], True),
        ([Box(194, 90, 300, 220)] * 2, False),
        ([Box(168, 146, 172, 150)], True),
        ([Box(200, 100, 300, 220), Box(0, 0, 100, 300)], False),
    ],
    ids=["a tenth", "more than a tenth", "both sides", "twice the same", "an eye", "none"],
)
def test_somebody_is_lost_below_a_tenth_of_the_face_or_an_eye(covers: list[Box], *, lost: bool) -> None:
    assert MOST_HIDDEN == 0.1
    assert hides(covers, face()) is lost


def test_whoever_is_covered_too_is_not_lost() -> None:
    strangers = (of(examples.stranger(), face()), of(examples.stranger(), face(Box(150, 100, 250, 220))))
    assert hidden_by(together(*strangers)) == [(), ()]


def test_who_has_no_name_is_named_by_the_face_s_number_from_the_left() -> None:
    exempt = replace(of(examples.stranger(), face()), status=FaceStatus.INCIDENTAL)
    assert hidden_by(together(exempt, of(examples.stranger(), face(Box(150, 100, 250, 220))))) == [("face 1",)]


@pytest.mark.parametrize("status", [FaceStatus.ARTWORK, FaceStatus.NOT_A_FACE])
def test_what_a_reviewer_saw_to_be_nobody_is_not_lost(status: FaceStatus) -> None:
    poster = replace(of(examples.stranger(), face()), status=status)
    assert hidden_by(together(poster, of(examples.stranger(), face(Box(150, 100, 250, 220))))) == [()]


@pytest.mark.parametrize(("form", "lost"), [("TIFF", ()), ("GIF", ("anna",))])
def test_another_page_loses_nobody_and_another_frame_of_one_scene_does(form: str, lost: tuple[str, ...]) -> None:
    stranger = of(examples.stranger(), face(Box(150, 100, 250, 220), frame=1))
    assert hidden_by(together(of(examples.covered(), face()), stranger, form=form)) == [lost]


def test_everybody_who_would_be_lost_stands_in_the_command() -> None:
    possible = examples.ambiguous(CoverStatus.COVERED, CoverStatus.COVERED)
    exempt = replace(of(examples.stranger(), face(Box(400, 100, 500, 220))), status=FaceStatus.INCIDENTAL)
    case = together(
        of(examples.covered(), face()),
        of(examples.stranger(), face(Box(150, 100, 250, 220))),
        exempt,
        of(possible, face(Box(450, 100, 550, 220))),
    )
    commands = {one.command for finding in told(case) for one in finding.remedies if one.kind == "redact"}
    assert len(commands) == 1
    assert "--also-cover anna --also-cover 'face 3'" in (commands.pop() or "")
    assert hidden_by(case) == [("anna",), ("face 3",)]
