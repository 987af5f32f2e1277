"""What a page shows of an answer: reasons with numbers, places in the picture, and ways out as buttons.

It reads the answer as it was kept, in the reader's language, and judges nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from imgpolicy.domain.desk import Way, WayKind
from imgpolicy.domain.geometry import Box
from imgpolicy.domain.verdict import RemedyKind, VerdictWord
from imgpolicy.errors import RequestError
from imgpolicy.phrase import phrase
from imgpolicy.wire.report import FindingWire, RemedyWire, ReportWire

_KINDS: Mapping[RemedyKind, WayKind] = {
    RemedyKind.REDACT: WayKind.COVER,
    RemedyKind.STRIP: WayKind.STRIP,
    RemedyKind.CROP: WayKind.CROP,
    RemedyKind.ADD_CREDIT: WayKind.CREDIT,
}

COMMAND_ONLY = frozenset({RemedyKind.DISMISS})
"""Ways out for which the page has a form of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A way out that a worker takes at once; `way` names it, as `number of the finding:number of the way out`."""

    way: str
    text: str
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A text to send to somebody, and what for."""

    text: str
    letter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One finding, with its number in the picture. `may_dismiss` is the number of the face that it may be about."""

    number: int
    code: str
    verdict: VerdictWord
    title: str
    message: str
    paragraph: str | None
    box: Box | None
    acts: tuple[Act, ...]
    letters: tuple[Letter, ...]
    hints: tuple[str, ...]
    may_dismiss: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place in the picture, in pixels of it; `at_x` and `at_y` are where its number stands."""

    number: int | None
    verdict: VerdictWord
    box: Box
    at_x: float
    at_y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer as a page shows it: with `strangers` there is a face that nobody knows, with `named` somebody known.

    `dot` is the radius of a number in the picture, in pixels of it.
    """

    width: int
    height: int
    dot: float
    reasons: tuple[Reason, ...]
    spots: tuple[Spot, ...]
    limits: tuple[str, ...]
    changes: tuple[str, ...]
    automatic: bool
    strangers: bool
    named: bool


def answer_of(report: ReportWire) -> Answer:
    """The answer as a page shows it."""
    width, height = report.picture.width or 1, report.picture.height or 1
    dot = max(width, height) / 55
    reasons = tuple(_reason(number, found, report) for number, found in enumerate(report.findings, start=1))
    return Answer(
        width=width,
        height=height,
        dot=dot,
        reasons=reasons,
        spots=tuple(_spots(reasons, report, dot)),
        limits=tuple(one.reason for one in report.not_checked),
        changes=tuple(report.changes or ()),
        strangers=any(face.person is None for face in report.faces),
        named=bool(report.declared) or any(face.person is not None for face in report.faces),
        automatic=any(remedy.automatic for finding in report.findings for remedy in finding.remedies),
    )


def _reason(number: int, found: FindingWire, report: ReportWire) -> Reason:
    ways = list(enumerate(found.remedies))
    done = sorted((one for one in ways if _is_done_here(one[1])), key=lambda one: not one[1].automatic)
    letters = tuple(Letter(text=one.text, letter=one.letter) for one in found.remedies if one.letter)
    dismissable = any(one.kind is RemedyKind.DISMISS for one in found.remedies)
    return Reason(
        number=number,
        code=found.code,
        verdict=found.verdict,
        title=found.title,
        message=found.message,
        paragraph=found.paragraph,
        box=found.box,
        acts=tuple(Act(way=f"{number - 1}:{index}", text=one.text) for index, one in done),
        letters=letters,
        hints=tuple(one.text for one in found.remedies if not _is_shown_otherwise(one)),
        may_dismiss=_face_of(found, report) if dismissable else None,
    )


def way_in(report: ReportWire, named: str) -> Way:
    """The way out that `Act.way` names in this answer, or "all" that need nobody; RequestError when there is none."""
    if named == "all":
        return Way(kind=WayKind.AUTOMATIC)
    try:
        number, index = (int(part) for part in named.split(":"))
        found = dict(enumerate(report.findings))[number]
        remedy = dict(enumerate(found.remedies))[index]
        kind = _KINDS[remedy.kind]
    except (ValueError, LookupError) as error:
        raise RequestError(phrase("this way out is not offered any more: open the page again")) from error
    return Way(kind=kind, code=found.code, box=found.box, also_covers=tuple(remedy.hides or ()))


def _is_done_here(way: RemedyWire) -> bool:
    return way.automatic or way.keeps is not msgspec.UNSET or way.hides is not msgspec.UNSET


def _is_shown_otherwise(way: RemedyWire) -> bool:
    return _is_done_here(way) or way.kind in COMMAND_ONLY or way.letter is not msgspec.UNSET


def _face_of(found: FindingWire, report: ReportWire) -> int | None:
    """The number of the face that a finding is about, as the report lists them, from 1."""
    places = [(face.box, face.frame or None) for face in report.faces]
    place = (found.box, found.evidence.get("frame"))
    return places.index(place) + 1 if place in places else None


def _spots(reasons: Sequence[Reason], report: ReportWire, dot: float) -> Iterator[Spot]:
    numbered = {reason.box for reason in reasons}
    for face in report.faces:
        if face.box not in numbered and not face.frame and face.consent is not None:
            yield _spot(None, "go", face.box, dot)
    for reason in reasons:
        if reason.box is not None:
            yield _spot(reason.number, reason.verdict, reason.box, dot)


def _spot(number: int | None, verdict: VerdictWord, box: Box, dot: float) -> Spot:
    # The number stays within the picture, however near to its edge the box begins.
    return Spot(number=number, verdict=verdict, box=box, at_x=max(dot, box.left), at_y=max(dot, box.top))
