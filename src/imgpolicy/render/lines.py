"""What the long and the short text of a report have in common: its head, the ways out, and lines that are copied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from imgpolicy.domain.posting import Posting
from imgpolicy.domain.verdict import Finding, Remedy, RemedyKind, Verdict
from imgpolicy.language import Language
from imgpolicy.render.words import face_status
from imgpolicy.report import FaceReport, Report
from imgpolicy.text import printable

STYLES = {Verdict.GO: "bold green", Verdict.REVIEW: "bold yellow", Verdict.NO_GO: "bold red"}
"""How a verdict is coloured."""


def head(report: Report, language: Language) -> Text:
    """The verdict, and of which picture."""
    style = STYLES[report.verdict]
    line = Text.assemble((f" {report.verdict.word.upper():6} ", style), (printable(report.picture.name), "bold"))
    return line.append_text(as_before(report, language))


def as_before(report: Report, language: Language) -> Text:
    """That the file was not opened again, where it was not."""
    said = language.word("as before")
    return Text(f" ({said})" if report.as_before else "", "dim")


def stated(posting: Posting, language: Language) -> str:
    """As what the picture was judged, and for which day."""
    words = [language.say(one) for one in posting.stated]
    return printable(", ".join([*words, language.word("on {day}", day=str(posting.day))]), limit=2000)


def reason(finding: Finding, language: Language) -> Text:
    """Which rule, what it found, and where."""
    line = Text.assemble(
        (finding.code, STYLES[finding.verdict]),
        *(" ", (printable(finding.title), "bold"), ": ", printable(finding.message)),
    )
    if finding.box:
        place = language.word("(at {left},{top})", left=finding.box.left, top=finding.box.top)
        line.append(f" {place}", "dim")
    return line


def read(finding: Finding, language: Language) -> Padding:
    """What was read there, whole."""
    return indented(Text(language.word("read: {text}", text=printable(finding.reading, limit=200))), by=5)


def way_out(remedy: Remedy, language: Language) -> str:
    """The way out in words; the command that cleans the picture stands below all of them, once."""
    if by_clean(remedy):
        return language.word("{way} (clean does it)", way=remedy.text)
    if remedy.keeps is not None:
        part = ",".join(str(side) for side in remedy.keeps)
        return language.word("{way} (clean does it with --crop {part})", way=remedy.text, part=part)
    return remedy.text


def way_lines(remedy: Remedy, language: Language) -> Iterator[RenderableType]:
    """The way out, and in a line of its own its command, where that is not the one which stands below all of them."""
    command = remedy.command if remedy.keeps is None and not by_clean(remedy) else None
    way = way_out(remedy, language) if command is None else f"{way_out(remedy, language)}:"
    yield indented(Text(f"→ {printable(way, limit=2000)}"), by=7)
    if command is not None:
        yield unbroken(printable(command, limit=2000), by=9)


def by_clean(remedy: Remedy) -> bool:
    """True for what `clean` does without more options."""
    return remedy.automatic and remedy.kind is not RemedyKind.ADD_CREDIT


def cleaning(report: Report, language: Language) -> Iterator[RenderableType]:
    """The one command that does whatever `clean` can do for the picture, where there is something."""
    ways = (remedy for finding in report.findings for remedy in finding.remedies if by_clean(remedy))
    remedy = next(ways, None)
    if remedy is not None and remedy.command is not None:
        said = language.word("what clean does: {command}", command=remedy.command)
        yield unbroken(printable(said, limit=2000), by=2)


def good_until(report: Report, language: Language) -> Iterator[RenderableType]:
    """Until when the picture may be posted so, where something that its go rests on ends."""
    if report.verdict is Verdict.GO and report.valid_until:
        day = report.valid_until.isoformat()
        yield indented(Text(language.word("good until {day}, when something that it rests on ends", day=day)))


def faces_line(faces: Iterable[FaceReport], language: Language) -> Text:
    """Each face in a word or two; those of whom the same is to be said in one."""
    said = Counter(_face(face, language) for face in faces)
    words = ", ".join(word if times == 1 else f"{times} x {word}" for word, times in said.items())
    return Text(printable(language.word("faces: {list}", list=words), limit=10_000))


def unbroken(line: str, *, by: int) -> Text:
    """A line with a command, which is copied whole: no line of it ends where the terminal does."""
    return Text(f"{' ' * by}{line}", no_wrap=True, overflow="ignore")


def indented(line: RenderableType, *, by: int = 2) -> Padding:
    """The line, further to the right."""
    return Padding(line, (0, 0, 0, by), expand=False)


def _face(face: FaceReport, language: Language) -> str:
    status = face_status(face, language)
    if face.dismissal is not None:
        nobody = language.word("nobody")
        return f"{nobody} ({status}, {face.dismissal})"
    who = face.person or language.word("somebody")
    sure = f" {face.score:.2f}" if face.person and face.score is not None else ""
    return f"{who}{sure} ({status})"
