"""The short text of reports: each reason in a line with the best way out, and of several pictures a table.

Whatever keeps a picture from being posted is in it, and whatever let it go that is not plainly allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from imgpolicy.domain.terms import FaceStatus
from imgpolicy.domain.verdict import Finding, Verdict
from imgpolicy.language import Language
from imgpolicy.render.lines import (
    STYLES,
    as_before,
    by_clean,
    cleaning,
    faces_line,
    good_until,
    head,
    indented,
    read,
    reason,
    stated,
    way_lines,
)
from imgpolicy.report import FaceReport, Report
from imgpolicy.text import printable

_LET_THROUGH = {FaceStatus.INCIDENTAL, FaceStatus.ARTWORK, FaceStatus.NOT_A_FACE}
"""Faces that nobody's consent covers, and that are no finding."""


def block(report: Report, language: Language, *, readings: bool) -> Iterator[RenderableType]:
    """What is said of one picture alone."""
    yield head(report, language)
    yield indented(Text(stated(report.posting, language), "dim"))
    yield from _told(report, language, readings=readings)
    yield from good_until(report, language)


def blocks(reports: Iterable[Report], language: Language, *, readings: bool) -> Iterator[Iterator[RenderableType]]:
    """What is said of each of several pictures besides its row in the table, where there is something."""
    for report in reports:
        if report.findings or report.waived or _let_through(report):
            yield _headed(report, language, readings=readings)


def tables(reports: Sequence[Report], unread: Sequence[Report], language: Language) -> Iterator[RenderableType]:
    """A row for each picture, below the posting that it was judged for; those that could not be read in the end."""
    by_posting: dict[str, list[Report]] = {}
    for report in [*reports, *unread]:
        by_posting.setdefault(stated(report.posting, language), []).append(report)
    for posting, judged in by_posting.items():
        yield Text(posting, "dim")
        yield _table(judged, language)


def not_looked_at(reports: Iterable[Report], language: Language) -> Iterator[RenderableType]:
    """That something was not looked at, in one line, and how one reads what."""
    count = max((len([one for one in report.not_checked if not one.lifts]) for report in reports), default=0)
    if count:
        said = language.word(
            "not looked at: {count} kinds of things; --verbose lists them, and every way out", count=count
        )
        yield Text(said, "dim")


def _headed(report: Report, language: Language, *, readings: bool) -> Iterator[RenderableType]:
    yield head(report, language)
    yield from _told(report, language, readings=readings)


def _told(report: Report, language: Language, *, readings: bool) -> Iterator[RenderableType]:
    for alike in _alike(report.findings):
        yield from _finding(alike, language)
        if readings:
            yield from (read(one, language) for one in alike if one.reading)
    yield from cleaning(report, language)
    if report.waived:
        codes = ", ".join(dict.fromkeys(f"{one.finding.code} {one.finding.title}" for one in report.waived))
        yield indented(Text.assemble((language.word("waived"), "bold"), " ", printable(codes, limit=2000)))
    let_through = _let_through(report)
    if let_through:
        yield indented(faces_line(let_through, language))


def _alike(findings: Iterable[Finding]) -> list[list[Finding]]:
    """The findings, together where only the place is another."""
    found: dict[tuple[str, Verdict, str, str], list[Finding]] = {}
    for one in findings:
        found.setdefault((one.code, one.verdict, one.title, one.message), []).append(one)
    return list(found.values())


def _finding(alike: Sequence[Finding], language: Language) -> Iterator[RenderableType]:
    """The reason, in how many places, and the best way out: what `clean` does, else the first."""
    line = reason(alike[0], language)
    if len(alike) > 1:
        others = language.word("and in {count} other places", count=len(alike) - 1)
        line.append(f" {others}")
    yield indented(line)
    ways = alike[0].remedies
    way = next((remedy for remedy in ways if by_clean(remedy)), ways[0] if ways else None)
    if way is not None:
        yield from way_lines(way, language)


def _let_through(report: Report) -> list[FaceReport]:
    return [face for face in report.faces if face.status in _LET_THROUGH]


def _table(reports: Sequence[Report], language: Language) -> Table:
    until = any(report.verdict is Verdict.GO and report.valid_until for report in reports)
    table = Table(box=None, pad_edge=False, show_header=until, header_style="dim")
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    if until:
        table.add_column(language.word("good until"), no_wrap=True)
    for report in reports:
        table.add_row(*_row(report, language, until=until))
    return table


def _row(report: Report, language: Language, *, until: bool) -> Iterator[Text]:
    verdict = report.verdict
    word = verdict.word.upper() if report.readable else language.word("unreadable")
    yield Text(f" {word}", STYLES[verdict])
    yield Text(printable(report.picture.name)).append_text(as_before(report, language))
    codes = [finding.code for finding in report.findings]
    waived = [language.word("{code} waived", code=one.finding.code) for one in report.waived]
    yield Text(" ".join(dict.fromkeys([*codes, *waived])))
    if until:
        yield Text(report.valid_until.isoformat() if verdict is Verdict.GO and report.valid_until else "")
