"""Reports as one page for people: the picture with numbered boxes, each reason, and what to do about it.

The page stands alone: nothing is fetched and no script runs. Names, messages and whatever a file says are text in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from xml.etree import ElementTree as ET

from imgpolicy.domain.decision import Release
from imgpolicy.domain.geometry import Box
from imgpolicy.domain.verdict import Finding, Remedy, Value, Verdict
from imgpolicy.facts import Unknown
from imgpolicy.language import ENGLISH, Language
from imgpolicy.phrase import both
from imgpolicy.render import Renderer, Shown
from imgpolicy.render.page import REPORT, add, add_table, new_page, written
from imgpolicy.render.preview import thumbnail
from imgpolicy.render.words import face_status, policy_words
from imgpolicy.report import PictureInfo, Report, translated
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
@media (min-width: 701px) { .findings td:nth-child(-n+3) { overflow-wrap: normal; white-space: nowrap } }
caption { text-align: left; font-weight: bold; padding: .3rem 0 }
ul { margin: .3rem 0; padding-left: 1.2rem }
.index { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .6rem }
.index a { display: block; width: 9rem; overflow-wrap: anywhere; font-size: .9rem }
.index img { display: block; width: 9rem; height: 6rem; object-fit: cover; border-radius: .3rem; background: #eee }
.letter { white-space: pre-wrap; border-left: 3px solid #ddd; padding: .3rem .8rem }
.small { color: #555; font-size: .9rem; overflow-wrap: anywhere }
:focus-visible { outline: 3px solid #1a5fb4 }
@media print { article { break-after: page } .verdict { border: 1px solid #000; color: #000; background: none } }
"""


@dataclass(frozen=True, slots=True)
class _Mark:
    """A numbered place in the picture, and the worst that is said of it."""

    number: int
    box: Box
    verdict: Verdict


def reports_html(shown: Sequence[Shown], language: Language = ENGLISH) -> str:
    """The reports as one HTML document, the worst first, ending in a line break."""
    question = language.word("May we post this?")
    page, body = new_page(question, _STYLE, language.code, generator=REPORT)
    main = add(body, "main")
    add(main, "h1", question)
    ordered = sorted(enumerate(shown), key=lambda pair: (pair[1].report.readable, -pair[1].report.verdict))
    shared = _shared([one.report for one in shown])
    if len(shown) > 1:
        _contents(main, ordered, language)
    for number, one in ordered:
        own = tuple(limit for limit in one.report.not_checked if limit not in shared)
        said = replace(one, report=translated(replace(one.report, not_checked=own), language))
        _article(main, said, f"picture-{number + 1}", language)
    if shared:
        limits = [replace(one, reason=language.say(one.reason)) for one in shared]
        _not_checked(main, limits, language.word("Not checked in any of these pictures"), language)
    made_by = language.word("Made by imgpolicy {version}.", version=__version__)
    add(body, "footer", made_by, {"class": "small"})
    return written(page)


def _contents(main: ET.Element, ordered: Sequence[tuple[int, Shown]], language: Language) -> None:
    """All pictures by their verdicts, the worst first, each with a small picture and a way to what is said of it."""
    navigation = add(main, "nav", "", {"aria-label": language.word("Pictures")})
    for _, group in groupby(ordered, key=lambda pair: (pair[1].report.readable, pair[1].report.verdict)):
        pictures = list(group)
        head = add(navigation, "p")
        _verdict(head, pictures[0][1].report, language)
        add(head, "span", len(pictures))
        items = add(navigation, "ul", "", {"class": "index"})
        for number, one in pictures:
            link = add(add(items, "li"), "a", "", {"href": f"#picture-{number + 1}"})
            if one.preview is not None:
                add(link, "img", "", {"src": thumbnail(one.preview), "alt": ""})
            add(link, "span", one.report.picture.name)


def _shared(reports: Sequence[Report]) -> tuple[Unknown, ...]:
    """What was looked at in none of several pictures, and counts for none: it is told once."""
    if len(reports) < 2:  # several
        return ()
    first, *others = [[one for one in report.not_checked if not one.lifts] for report in reports]
    return tuple(one for one in first if all(one in other for other in others))


def _article(main: ET.Element, shown: Shown, anchor: str, language: Language) -> None:
    report = shown.report
    article = add(main, "article", "", {"id": anchor, "aria-labelledby": f"{anchor}-name"})
    title = add(article, "h2", "", {"id": f"{anchor}-name"})
    _verdict(title, report, language)
    add(title, "span", report.picture.name)
    add(article, "p", _posting(report, language), {"class": "small"})
    if report.release is not None:
        add(article, "p", _released(report.release, language))
    if shown.before is not None:
        _before(article, shown.before, language)
        add(article, "h3", language.word("After"))
        _changes(article, report, language)
    marks = _marks(report)
    _figure(article, shown, marks, language)
    _findings(article, report, marks, language)
    _waived(article, report, marks, language)
    _faces(article, report, marks, language)
    _not_checked(article, report.not_checked, language.word("Not checked"), language)
    _origin(article, report, language)


def _released(release: Release, language: Language) -> str:
    who = both([release.by, release.second] if release.second else [release.by])
    return language.word("Released by {names}: {reason}", names=who, reason=release.reason)


def _before(article: ET.Element, shown: Shown, language: Language) -> None:
    """The picture as it was, and what was found in it."""
    report = translated(shown.report, language)
    add(article, "h3", language.word("Before"))
    marks = _marks(report)
    _figure(article, shown, marks, language)
    _findings(article, report, marks, language)


def _changes(article: ET.Element, report: Report, language: Language) -> None:
    items = add(article, "ul")
    for change in report.changes or (language.word("nothing was changed"),):
        add(items, "li", change)


def _verdict(parent: ET.Element, report: Report, language: Language) -> None:
    word = report.verdict.word if report.readable else language.word("unreadable")
    kind = report.verdict.word if report.readable else Verdict.NO_GO.word
    badge = add(parent, "span", word, {"class": f"verdict {kind}"})
    badge.tail = " "


def _posting(report: Report, language: Language) -> str:
    posting = report.posting
    said = [language.say(words) for words in posting.stated]
    if posting.caption:
        said.append(language.word("caption {text}", text=posting.caption))
    if posting.people:
        said.append(language.word("people {names}", names=", ".join(posting.people)))
    said.append(language.word("on {day}", day=posting.day.isoformat()))
    asked = language.word("Asked for: {posting}.", posting="; ".join(said))
    if report.verdict is not Verdict.GO or report.valid_until is None:
        return asked
    until = language.word("Good until {day}, when something that it rests on ends.", day=report.valid_until.isoformat())
    return f"{asked} {until}"


def _marks(report: Report) -> dict[Box, _Mark]:
    """Every place on the first frame that is spoken of, numbered from the left; the others are not to be seen here."""
    worst: dict[Box, Verdict] = {face.box: Verdict.GO for face in report.faces if not face.frame}
    for finding in (*report.findings, *(one.finding for one in report.waived)):
        if finding.box is not None and "frame" not in finding.evidence:
            counts = finding.verdict if finding in report.findings else Verdict.GO
            worst[finding.box] = max(worst.get(finding.box, Verdict.GO), counts)
    ordered = sorted(worst, key=lambda box: (box.left, box.top, box))
    return {box: _Mark(number, box, worst[box]) for number, box in enumerate(ordered, start=1)}


def _figure(article: ET.Element, shown: Shown, marks: dict[Box, _Mark], language: Language) -> None:
    picture = shown.report.picture
    if not shown.report.readable:
        return
    if shown.preview is None:
        hidden = language.word("The picture is not shown: who is in it could not be looked at.")
        add(article, "p", hidden, {"class": "small"})
        return
    figure = add(article, "figure")
    numbered = language.word("The picture, with {count} numbered places", count=len(marks))
    add(figure, "img", "", {"src": shown.preview, "alt": numbered if marks else language.word("The picture")})
    if marks:
        _drawing(figure, picture, marks)
    if shown.hides and any(face.person is None for face in shown.report.faces):
        hint = language.word("Those who are not identified are grey; --show-faces shows them.")
        add(article, "p", hint, {"class": "small"})


def _drawing(figure: ET.Element, picture: PictureInfo, marks: dict[Box, _Mark]) -> None:
    """The numbered boxes over the picture."""
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


def _findings(article: ET.Element, report: Report, marks: dict[Box, _Mark], language: Language) -> None:
    if not report.findings:
        add(article, "p", language.word("Nothing was found against it."))
        return
    rows = [
        (
            _place(finding.box, finding.evidence.get("frame"), marks, language),
            finding.code,
            finding.verdict.word,
            "\n".join([f"{finding.title}: {finding.message}", *([finding.paragraph] if finding.paragraph else [])]),
            "",
        )
        for finding in report.findings
    ]
    columns = (
        *(language.word("Place"), language.word("Rule"), language.word("Verdict")),
        *(language.word("Why"), language.word("What to do")),
    )
    table = add_table(article, columns, rows, caption=language.word("Findings"))
    table.set("class", "findings")
    for line, finding in zip(table.iterfind("tbody/tr"), report.findings, strict=True):
        _remedies(line[-1], finding, language)


def _waived(article: ET.Element, report: Report, marks: dict[Box, _Mark], language: Language) -> None:
    """What was found and does not count, with who accepted it."""
    if not report.waived:
        return
    rows = (
        (
            _place(one.finding.box, one.finding.evidence.get("frame"), marks, language),
            one.finding.code,
            f"{one.finding.title}: {one.finding.message}",
            one.waiver.by,
            one.waiver.reason,
            one.waiver.until,
        )
        for one in report.waived
    )
    columns = (
        *(language.word("Place"), language.word("Rule"), language.word("What")),
        *(language.word("Accepted by"), language.word("Why"), language.word("Until")),
    )
    add_table(article, columns, rows, caption=language.word("Waived"))


def _remedies(cell: ET.Element, finding: Finding, language: Language) -> None:
    if not finding.remedies:
        return
    items = add(cell, "ul")
    for remedy in finding.remedies:
        item = add(items, "li", _remedy(remedy, language))
        if remedy.command:
            add(item, "br")
            add(item, "code", remedy.command)
        if remedy.letter:
            letter = add(item, "details")
            add(letter, "summary", language.word("A letter to ask with"))
            add(letter, "div", remedy.letter, {"class": "letter"})


def _remedy(remedy: Remedy, language: Language) -> str:
    return language.word("{text} (done by imgpolicy)", text=remedy.text) if remedy.automatic else remedy.text


def _faces(article: ET.Element, report: Report, marks: dict[Box, _Mark], language: Language) -> None:
    if not report.faces:
        return
    rows = (
        (
            _place(face.box, face.frame, marks, language),
            face.person or "",
            face_status(face, language),
            face.consent or "",
            "" if face.score is None or face.person is None else f"{face.score:.2f}",
        )
        for face in report.faces
    )
    columns = (
        *(language.word("Place"), language.word("Person"), language.word("Status")),
        *(language.word("On consent"), language.word("Likeness")),
    )
    add_table(article, columns, rows, caption=language.word("Faces"))


def _not_checked(parent: ET.Element, unknowns: Sequence[Unknown], caption: str, language: Language) -> None:
    if not unknowns:
        return
    yes, no = language.word("yes"), language.word("no")
    rows = ((language.say(one.what), one.reason, yes if one.lifts else no) for one in unknowns)
    columns = (language.word("What"), language.word("Why"), language.word("Asks for review"))
    add_table(parent, columns, rows, caption=caption)


def _origin(article: ET.Element, report: Report, language: Language) -> None:
    """Which picture, policy, register and models the report speaks of."""
    facts = [
        (language.word("made"), report.made_at),
        (language.word("picture"), f"{report.picture.format} {report.picture.width} x {report.picture.height}"),
        ("SHA-256", report.picture.sha256 or ""),
        (language.word("policy"), f"{language.say(policy_words(report.policy))} ({report.policy.sha256})"),
        (language.word("register"), report.register_head or ""),
        *((language.word("model"), f"{model.name} ({model.sha256})") for model in report.models),
    ]
    details = add(article, "details", "", {"class": "small"})
    add(details, "summary", language.word("What this report was made with"))
    columns = (language.word("What"), language.word("Which"))
    add_table(details, columns, facts if report.readable else [facts[0], *facts[3:]])


def _place(box: Box | None, frame: Value, marks: dict[Box, _Mark], language: Language) -> str:
    page = language.word("frame {number}", number=str(frame)) if frame else ""
    if box is None:
        return page
    return f"{page or marks[box].number} ({box.left}, {box.top})"


RENDERER = Renderer(
    for_people=True,
    shows_picture=True,
    media_type="text/html",
    suffix=".html",
    render=lambda shown, language, _: reports_html(shown, language),
)
