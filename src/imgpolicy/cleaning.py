"""Clean: remedies carried out on a picture, and the whole walk again over the new bytes before anybody gets them.

judge ─► choose ─► treat ─► load ─► judge again, and so on until nothing is chosen ─► bytes, or none
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from imgpolicy import formats
from imgpolicy.checker import Checker
from imgpolicy.containers.parts import MalformedError
from imgpolicy.domain.channel import Channel, in_form
from imgpolicy.domain.geometry import Box, apart, inside
from imgpolicy.domain.ids import is_id
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.terms import Manner
from imgpolicy.domain.verdict import Covered, Finding, Remedy, RemedyKind, Verdict, worst_first
from imgpolicy.errors import RemedyError
from imgpolicy.formats import Frames
from imgpolicy.losses import named
from imgpolicy.phrase import message_of, phrase
from imgpolicy.picture import Picture, load
from imgpolicy.register.licences import licences
from imgpolicy.remedies.redact import Region, Shape
from imgpolicy.remedies.strip import states
from imgpolicy.remedies.treat import Treated, Treatment, treat
from imgpolicy.report import FaceReport, Report
from imgpolicy.rules.origin import holds_line

SEPARATOR = "; "
"""Between the credit lines of several works in the file's one."""

ROUNDS = 3
"""How often what is found anew is treated: a face that moves through an animation is found where it was not covered."""

Choice = tuple[Finding, Remedy]
Choose = Callable[[Picture, Report], Sequence[Choice]]
"""Which ways out are taken of those that the report on a picture offers."""


def automatic(picture: Picture, report: Report) -> list[Choice]:
    """Of each finding the first way out that needs nobody; a credit line is written only where that is asked for."""
    del picture
    offered = ((finding, [one for one in finding.remedies if one.automatic]) for finding in report.findings)
    return [(finding, ways[0]) for finding, ways in offered if ways and ways[0].kind is not RemedyKind.ADD_CREDIT]


@dataclass(frozen=True, kw_only=True)
class CleanOptions:
    """How a picture is to be cleaned.

    `choose` says which ways out are taken, and is asked again about what is found in the new picture. `also_covers`
    names faces that are covered whatever is found about them, by the person's id, or as "face 2", the second from the
    left of the picture as it was: then nobody is kept from covering who hides them. `keeps` is the
    part that a crop keeps, in pixels of the upright picture, and `manner` how something is covered. With `add_credit`,
    or when that way out is chosen, the lines that the licences relied on require are written into the file, and into
    the caption that it is judged by. `at_most` is the worst verdict with which there are bytes.
    """

    choose: Choose = automatic
    also_covers: tuple[str, ...] = ()
    keeps: Box | None = None
    manner: Manner = Manner.SOLID
    add_credit: bool = False
    at_most: Verdict = Verdict.GO


DEFAULT = CleanOptions()


@dataclass(frozen=True, kw_only=True)
class Cleaned:
    """What came of cleaning one picture.

    `data` are the bytes to be posted, None when the last report does not let them. `first` is the report on the
    picture as it was, `last` the one on the new bytes, with what was changed; both are one where nothing was.
    `picture` is the one that the last report is on; `covered` has the frame and the box of each place that was covered,
    in pixels of the upright picture before a crop. `caption` is the posting's with the credit lines that were missing,
    and None when none was.
    """

    data: bytes | None = field(repr=False)
    picture: Picture = field(repr=False)
    first: Report
    last: Report
    covered: tuple[tuple[int, Box], ...] = ()
    caption: str | None = field(default=None, repr=False)


def clean(checker: Checker, picture: Picture, posting: Posting, options: CleanOptions = DEFAULT) -> Cleaned:
    """The picture with its findings' remedies carried out, judged again; its bytes when the answer is good enough.

    A finding for which nothing was done stays, even when the new file does not show it any more: a statement of rights
    or of AI, and what nobody could read, are not lost on the way.

    Raises RemedyError when the file cannot be written so, or somebody is to be covered who is not in it, PolicyError
    when the posting names what the policy does not know.
    """
    posting = checker.policy.complete(posting)
    first = checker.check(picture, posting)
    also = _faces_named(picture, first, options.also_covers)
    first = _agreed(first, also)
    chosen = [*options.choose(picture, first)]
    credited = options.add_credit or any(remedy.kind is RemedyKind.ADD_CREDIT for _, remedy in chosen)
    lines = tuple(_credit_lines(checker, first)) if credited else ()
    caption = _with_lines(posting.caption, lines, checker.policy.channel_of(posting))
    posting = replace(posting, caption=caption)
    keeps, credit = options.keeps, SEPARATOR.join(line for line in lines if not _states(picture, line)) or None
    last = fresh = first
    covered: list[tuple[int, Box]] = []
    for again in range(ROUNDS):
        chosen = [*(options.choose(picture, fresh) if again else chosen), *(_credits(fresh) if lines else ())]
        treatment = replace(_treatment(picture, fresh, chosen, also, keeps), manner=options.manner, credit=credit)
        if not treatment and posting == fresh.posting:
            break
        treated = _treated(picture, treatment)
        picture = picture if treated.data is picture.data else load(treated.data, picture.name)
        covered += treated.covered
        also = [name for name in also if is_id(name)]
        fresh, before = _agreed(checker.check(picture, posting), also), last
        fresh = replace(fresh, changes=(*before.changes, *treated.changes))
        last = without_loss(fresh, before, chosen, treatment)
        keeps, credit = None, None
    return Cleaned(
        data=picture.data if last.verdict <= options.at_most else None,
        picture=picture,
        first=first,
        last=last,
        covered=tuple(covered),
        caption=caption if caption != first.posting.caption else None,
    )


def _agreed(report: Report, also: Sequence[str]) -> Report:
    """The report, in which redactions need nobody that hide those alone who are covered anyway."""

    def agreed(remedy: Remedy) -> Remedy:
        return replace(remedy, automatic=True) if remedy.hides and set(remedy.hides) <= {*also} else remedy

    findings = tuple(replace(one, remedies=tuple(map(agreed, one.remedies))) for one in report.findings)
    return replace(report, findings=findings)


def _faces_named(picture: Picture, report: Report, names: Sequence[str]) -> list[str]:
    """How reports call these faces, each named by a person's id or its number; RemedyError when one is not there."""
    known = {
        called: named(face.person, number)
        for number, face in enumerate(report.faces, start=1)
        for called in (face.person, named(None, number))
    }
    for name in names:
        if name not in known:
            raise RemedyError(
                phrase(
                    "{picture}: cannot be cleaned: no face in it is '{name}', so none can be covered",
                    picture=picture.name,
                    name=name,
                )
            )
    return [known[name] for name in names]


def _treatment(
    picture: Picture, report: Report, chosen: Sequence[Choice], also: Sequence[str], keeps: Box | None
) -> Treatment:
    """What the choices, and the faces and the crop that were asked for, come to for the file."""
    crops = [remedy.keeps for _, remedy in chosen if remedy.keeps is not None]
    redacted = [(finding, remedy) for finding, remedy in chosen if remedy.kind is RemedyKind.REDACT]
    names = {*also, *(name for _, remedy in redacted for name in remedy.hides)}
    asked = {(finding.box, _frame(finding)) for finding, remedy in redacted if remedy.covers is Covered.FACE}
    hidden = [
        face
        for number, face in enumerate(report.faces, start=1)
        if (face.box, face.frame) in asked or named(face.person, number) in names
    ]
    shown = [face for face in report.faces if face not in hidden and face.dismissal is None]
    places = {(face.box, face.frame) for face in hidden}
    others = [(one, remedy) for one, remedy in redacted if (one.box, _frame(one)) not in places]
    regions = (
        *(region for face in hidden for region in _on_frames(picture, _head(face), {face.frame, *face.also}, shown)),
        *(
            region
            for one, remedy in others
            if one.box is not None
            for region in _on_frames(picture, _place(one.box, remedy), {_frame(one)}, shown)
        ),
    )
    return Treatment(
        regions=regions,
        keeps=_common([*crops, *([keeps] if keeps else [])], picture),
        stripped=any(remedy.kind is RemedyKind.STRIP for _, remedy in chosen),
    )


def _head(face: FaceReport) -> Region:
    return Region(box=face.box, shape=Shape.HEAD, roll=face.roll)


def _place(box: Box, remedy: Remedy) -> Region:
    shape = Shape.HEAD if remedy.covers is Covered.FACE else Shape.RECTANGLE
    return Region(box=box, shape=shape, solid=remedy.covers in {Covered.TEXT, Covered.CODE})


def _on_frames(
    picture: Picture, region: Region, pages: AbstractSet[int], shown: Sequence[FaceReport]
) -> Iterator[Region]:
    """The region on these pages, in an animation in all frames; it spares who is shown there and stays."""
    # Of one scene: what is covered in one frame is covered at its place in all, and spares the same people.
    animated = formats.decoder(picture.format).frames is Frames.MOMENTS
    for frame in range(picture.frame_count) if animated else sorted(pages):
        spares = tuple(face.box for face in shown if animated or frame in {face.frame, *face.also})
        yield replace(region, frame=frame, spares=spares)


def _frame(finding: Finding) -> int:
    frame = finding.evidence.get("frame")
    return frame if isinstance(frame, int) else 0


def _common(boxes: Sequence[Box], picture: Picture) -> Box | None:
    """The part that all these crops keep; None without any. RemedyError when they keep nothing in common."""
    if not boxes:
        return None
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    kept = Box(max(lefts), max(tops), min(rights), min(bottoms))
    if kept.left >= kept.right or kept.top >= kept.bottom:
        raise RemedyError(phrase("{picture}: cannot be cropped: nothing would be left", picture=picture.name))
    return kept


def _treated(picture: Picture, treatment: Treatment) -> Treated:
    """The picture treated; as it is when there is nothing to do to the file."""
    if not treatment:
        return Treated(data=picture.data, changes=())
    try:
        return treat(picture.data, treatment)
    except RemedyError as error:
        raise RemedyError(phrase("{picture}: {error}", picture=picture.name, error=message_of(error))) from error


def _credits(report: Report) -> Iterator[Choice]:
    for finding in report.findings:
        yield from ((finding, one) for one in finding.remedies if one.kind is RemedyKind.ADD_CREDIT and one.automatic)


def _credit_lines(checker: Checker, report: Report) -> Iterator[str]:
    """The credit lines that the licences relied on require, each once; a work that is only possible has none."""
    relied = {work.licence: work.work for work in report.works if work.certain and work.licence is not None}
    with checker.register.reading() as unit:
        relied_on = [licence for work in dict.fromkeys(relied.values()) for licence in licences(unit, work)]
    yield from dict.fromkeys(one.credit for one in relied_on if one.id in relied and one.credit_required and one.credit)


def _with_lines(caption: str | None, lines: tuple[str, ...], channel: Channel | None) -> str | None:
    missing = [in_form(channel, line) for line in lines if not holds_line(caption, line)]
    return "\n".join([*([caption] if caption else []), *missing]) if missing else caption


def _states(picture: Picture, line: str) -> bool:
    try:
        return states(formats.parse(picture.data), line)
    except MalformedError as error:
        raise RemedyError(
            phrase("{picture}: cannot be cleaned: {error}", picture=picture.name, error=message_of(error))
        ) from error


def without_loss(again: Report, before: Report, chosen: Sequence[Choice], treatment: Treatment) -> Report:
    """The new report with all of the one before that nothing was done about and that went all the same, worst first.

    What was waived is among it: a waiver is for the very file that it names.
    """
    done = [finding for finding, _ in chosen]
    expected = Counter((finding.code, finding.message) for finding in again.findings)
    lost: list[Finding] = []
    for finding in (*before.findings, *_waived(before, treatment)):
        if any(finding is one for one in done) or _taken_out(finding, treatment):
            continue
        key = (finding.code, finding.message)
        if expected[key]:
            expected[key] -= 1
        else:
            # Where it was is no place in a picture that was cropped since.
            lost.append(replace(finding, box=None) if treatment.keeps else finding)
    seen = {work.work for work in again.works}
    ends = [report.valid_until for report in (before, again) if report.valid_until]
    return replace(
        again,
        findings=worst_first([*again.findings, *lost]),
        works=(*again.works, *(work for work in before.works if work.work not in seen)),
        valid_until=min(ends, default=None),
    )


def _waived(report: Report, treatment: Treatment) -> Iterator[Finding]:
    """What was waived and cannot have gone with the metadata, which whatever is done to the file takes out."""
    for one in report.waived:
        if not (treatment and any(remedy.kind is RemedyKind.STRIP for remedy in one.finding.remedies)):
            yield one.finding


def _taken_out(finding: Finding, treatment: Treatment) -> bool:
    """True when what the finding shows is covered, or cut off, by what was done about another."""
    if finding.box is None:
        return False
    frame = _frame(finding)
    if any(region.frame == frame and inside(finding.box, region.box) for region in treatment.regions):
        return True
    return treatment.keeps is not None and apart(finding.box, treatment.keeps)
