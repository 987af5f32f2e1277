"""Reports as one page for people: the picture with numbered boxes, each reason, and what to do about it.

The page stands alone: nothing is fetched and no script runs. Names, messages and whatever a file says are text in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from imgpolicy.facts import Box
from imgpolicy.render.page import add, add_table, new_page, written
from imgpolicy.report import Finding, Remedy, Report, Value, Verdict
from imgpolicy.version import __version__

_STYLE = """
h2 { overflow-wrap: anywhere; margin-top: 3rem }
.verdict { color: #fff; border-radius: .3rem; padding: .1rem .6rem; white-space: nowrap }
.go { background: #176b2c }
.review { background: #8a5a00 }
.no-go { background: #a61b1b }
figure { position: relative; margin: 1rem 0; max-width: 100%; width: fit-content }
figure img { display: block; max-width: 100%; height: auto }
figure svg { position: absolute; inset: 0; width: 100%; height: 100% }
rect { fill: none; stroke-width: 3px; vector-effect: non-scaling-stroke }
.box-go { stroke: #2fbf55 }
.box-review { stroke: #ffb020 }
.box-no-go { stroke: #ff4040 }
svg text { font-weight: bold; fill: #fff; stroke: #000; stroke-width: 4px; paint-order: stroke;
  vector-effect: non-scaling-stroke }
code { background: #f2f2f2; padding: .1rem .3rem; white-space: pre-wrap; overflow-wrap: anywhere }
.findings td:nth-child(-n+3) { overflow-wrap: normal; white-space: nowrap }
caption { text-align: left; font-weight: bold; padding: .3rem 0 }
ul { margin: .3rem 0; padding-left: 1.2rem }
.small { color: #555; font-size: .9rem; overflow-wrap: anywhere }
:focus-visible { outline: 3px solid #1a5fb4 }
@media print { article { break-after: page } .verdict { border: 1px solid #000; color: #000; background: none } }
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """A report, and the picture to show with it as a data URL; without one the page says so.

    `before` is the same of the picture that this one was cleaned from.
    """

    report: Report
    preview: str | None = None
    before: Shown | None = None


@dataclass(frozen=True, slots=True)
class _Mark:
    """A numbered place in the picture, and the worst that is said of it."""

    number: int
    box: Box
    verdict: Verdict


def reports_html(shown: Sequence[Shown]) -> str:
    """The reports as one HTML document, the worst first, ending in a line break."""
    page, body = new_page("May we post this?", _STYLE)
    main = add(body, "main")
    add(main, "h1", "May we post this?")
    ordered = sorted(enumerate(shown), key=lambda pair: (pair[1].report.readable, -pair[1].report.verdict))
    if len(shown) > 1:
        _contents(main, ordered)
    for number, one in ordered:
        _article(main, one, f"picture-{number + 1}")
    add(body, "footer", f"Made by imgpolicy {__version__}.", {"class": "small"})
    return written(page)


def _contents(main: ET.Element, ordered: Sequence[tuple[int, Shown]]) -> None:
    navigation = add(main, "nav", "", {"aria-label": "Pictures"})
    items = add(navigation, "ul")
    for number, one in ordered:
        item = add(items, "li")
        _verdict(item, one.report)
        add(item, "a", one.report.picture.name, {"href": f"#picture-{number + 1}"})


def _article(main: ET.Element, shown: Shown, anchor: str) -> None:
    report = shown.report
    article = add(main, "article", "", {"id": anchor, "aria-labelledby": f"{anchor}-name"})
    title = add(article, "h2", "", {"id": f"{anchor}-name"})
    _verdict(title, report)
    add(title, "span", report.picture.name)
    add(article, "p", _posting(report), {"class": "small"})
    if report.release is not None:
        agreed = f", with {report.release.second}" if report.release.second else ""
        add(article, "p", f"Released by {report.release.by}{agreed}: {report.release.reason}")
    if shown.before is not None:
        _before(article, shown.before)
        add(article, "h3", "After")
        _changes(article, report)
    marks = _marks(report)
    _figure(article, shown, marks)
    _findings(article, report, marks)
    _waived(article, report, marks)
    _faces(article, report, marks)
    _not_checked(article, report)
    _origin(article, report)


def _before(article: ET.Element, shown: Shown) -> None:
    """The picture as it was, and what was found in it."""
    add(article, "h3", "Before")
    marks = _marks(shown.report)
    _figure(article, shown, marks)
    _findings(article, shown.report, marks)


def _changes(article: ET.Element, report: Report) -> None:
    items = add(article, "ul")
    for change in report.changes or ("nothing was changed",):
        add(items, "li", change)


def _verdict(parent: ET.Element, report: Report) -> None:
    word = report.verdict.word if report.readable else "unreadable"
    kind = report.verdict.word if report.readable else Verdict.NO_GO.word
    badge = add(parent, "span", word, {"class": f"verdict {kind}"})
    badge.tail = " "


def _posting(report: Report) -> str:
    posting = report.posting
    more = (("caption", posting.caption), ("people", ", ".join(posting.people)))
    said = "; ".join([*posting.stated, *(f"{what} {value}" for what, value in more if value), f"on {posting.on}"])
    until = f". Good until {report.valid_until}, when something that it rests on ends" if report.valid_until else ""
    return f"Asked for: {said}{until if report.verdict is Verdict.GO else ''}."


def _marks(report: Report) -> dict[Box, _Mark]:
    """Every place on the first frame that is spoken of, numbered from the left; the others are not to be seen here."""
    worst: dict[Box, Verdict] = {face.box: Verdict.GO for face in report.faces if not face.frame}
    for finding in (*report.findings, *(one.finding for one in report.waived)):
        if finding.box is not None and "frame" not in finding.evidence:
            counts = finding.verdict if finding in report.findings else Verdict.GO
            worst[finding.box] = max(worst.get(finding.box, Verdict.GO), counts)
    ordered = sorted(worst, key=lambda box: (box.left, box.top, box))
    return {box: _Mark(number, box, worst[box]) for number, box in enumerate(ordered, start=1)}


def _figure(article: ET.Element, shown: Shown, marks: dict[Box, _Mark]) -> None:
    picture = shown.report.picture
    if not shown.report.readable:
        return
    if shown.preview is None:
        add(article, "p", "The picture is not shown: who is in it could not be looked at.", {"class": "small"})
        return
    figure = add(article, "figure")
    alternative = f"The picture, with {len(marks)} numbered places" if marks else "The picture"
    add(figure, "img", "", {"src": shown.preview, "alt": alternative})
    if not marks:
        return
    # The boxes are in the table too, so a screen reader is spared the drawing.
    drawing = {"viewBox": f"0 0 {picture.width} {picture.height}", "aria-hidden": "true"}
    svg = add(figure, "svg", "", drawing)
    letter = max(picture.width or 0, picture.height or 0) / 35
    for mark in marks.values():
        left, top, right, bottom = mark.box
        sides = {"x": left, "y": top, "width": right - left, "height": bottom - top}
        add(
            svg,
            "rect",
            "",
            {name: str(side) for name, side in sides.items()} | {"class": f"box-{mark.verdict.word}"},
        )
        baseline = top - letter / 4 if top > letter * 1.5 else top + letter
        place = {"x": f"{left + letter / 5:.0f}", "y": f"{baseline:.0f}", "font-size": f"{letter:.0f}"}
        add(svg, "text", mark.number, place)


def _findings(article: ET.Element, report: Report, marks: dict[Box, _Mark]) -> None:
    if not report.findings:
        add(article, "p", "Nothing was found against it.")
        return
    rows = [
        (
            _place(finding.box, finding.evidence.get("frame"), marks),
            finding.code,
            finding.verdict.word,
            "\n".join([f"{finding.title}: {finding.message}", *([finding.paragraph] if finding.paragraph else [])]),
            "",
        )
        for finding in report.findings
    ]
    table = add_table(article, ("Place", "Rule", "Verdict", "Why", "What to do"), rows, caption="Findings")
    table.set("class", "findings")
    for line, finding in zip(table.iterfind("tbody/tr"), report.findings, strict=True):
        _remedies(line[-1], finding)


def _waived(article: ET.Element, report: Report, marks: dict[Box, _Mark]) -> None:
    """What was found and does not count, with who accepted it."""
    if not report.waived:
        return
    rows = (
        (
            _place(one.finding.box, one.finding.evidence.get("frame"), marks),
            one.finding.code,
            f"{one.finding.title}: {one.finding.message}",
            one.waiver.by,
            one.waiver.reason,
            one.waiver.until,
        )
        for one in report.waived
    )
    columns = ("Place", "Rule", "What", "Accepted by", "Why", "Until")
    add_table(article, columns, rows, caption="Waived")


def _remedies(cell: ET.Element, finding: Finding) -> None:
    if not finding.remedies:
        return
    items = add(cell, "ul")
    for remedy in finding.remedies:
        item = add(items, "li", _remedy(remedy))
        if remedy.command:
            add(item, "br")
            add(item, "code", remedy.command)


def _remedy(remedy: Remedy) -> str:
    return f"{remedy.text} (done by imgpolicy)" if remedy.automatic else remedy.text


def _faces(article: ET.Element, report: Report, marks: dict[Box, _Mark]) -> None:
    if not report.faces:
        return
    rows = (
        (
            _place(face.box, face.frame, marks),
            face.person or "",
            face.status,
            face.consent or "",
            "" if face.score is None or face.person is None else f"{face.score:.2f}",
        )
        for face in report.faces
    )
    add_table(article, ("Place", "Person", "Status", "On consent", "Likeness"), rows, caption="Faces")


def _not_checked(article: ET.Element, report: Report) -> None:
    if not report.not_checked:
        return
    rows = ((unknown.what, unknown.reason, "yes" if unknown.lifts else "no") for unknown in report.not_checked)
    add_table(article, ("What", "Why", "Asks for review"), rows, caption="Not checked")


def _origin(article: ET.Element, report: Report) -> None:
    """Which picture, policy, register and models the report speaks of."""
    facts = [
        ("made", report.made_at),
        ("picture", f"{report.picture.format} {report.picture.width} x {report.picture.height}"),
        ("SHA-256", report.picture.sha256 or ""),
        ("policy", f"{report.policy.name} ({report.policy.sha256})"),
        ("register", report.register_head or ""),
        *(("model", f"{model.name} ({model.sha256})") for model in report.models),
    ]
    details = add(article, "details", "", {"class": "small"})
    add(details, "summary", "What this report was made with")
    add_table(details, ("What", "Which"), facts if report.readable else [facts[0], *facts[3:]])


def _place(box: Box | None, frame: Value, marks: dict[Box, _Mark]) -> str:
    if box is None:
        return f"frame {frame}" if frame else ""
    return f"{f'frame {frame}' if frame else marks[box].number} ({box.left}, {box.top})"
