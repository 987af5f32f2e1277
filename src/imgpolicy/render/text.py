"""Reports and facts for people at a terminal: one screen, the worst first."""

from __future__ import annotations

import io
import shlex
from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from imgpolicy.domain.grant import CoverStatus
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.terms import Waived
from imgpolicy.domain.trace import KIND_WORDS
from imgpolicy.domain.verdict import Finding, Remedy, RemedyKind, Verdict
from imgpolicy.facts import Codes, Faces, Facts, Fingerprint, Metadata, Provenance, Texts, Unknown
from imgpolicy.language import ENGLISH, Language
from imgpolicy.render import Renderer, Shown, Terminal
from imgpolicy.render.terminal import console_for
from imgpolicy.render.words import COVER_STATUS, accepted, face_status, policies, policy_words
from imgpolicy.report import DeclaredReport, FaceReport, Report, translated
from imgpolicy.text import printable
from imgpolicy.wire.others import other_facts

_STYLES = {Verdict.GO: "bold green", Verdict.REVIEW: "bold yellow", Verdict.NO_GO: "bold red"}


def print_reports(
    reports: Sequence[Report], console: Console, language: Language = ENGLISH, *, readings: bool = False
) -> None:
    """Print each report, and a summary when there are several; of unreadable pictures only the number.

    With `readings` also what was read in the picture, whole.
    """
    judged = sorted((report for report in reports if report.readable), key=lambda r: -r.verdict)
    for report in judged:
        # What is copied from the screen, a command, is wider than it, and not broken.
        console.print(Group(*_report(translated(report, language), language, readings=readings)), crop=False)
        console.print()
    for policy in policies(judged):
        console.print(Text(printable(language.word("judged by: {policy}", policy=policy_words(policy))), "dim"))
    if len(reports) > 1:
        counts = [f"{sum(r.verdict is v for r in judged)} {v.word}" for v in reversed(Verdict)]
        unreadable = language.word("{count} unreadable", count=len(reports) - len(judged))
        console.print(Text(", ".join([*counts, unreadable])))


def print_facts(facts: Facts, unknowns: Sequence[Unknown], console: Console, language: Language = ENGLISH) -> None:
    """Print what is in one picture."""
    picture = facts.picture
    size = f"  {picture.width} x {picture.height}" if picture.width else ""
    console.print(Text(f"{printable(picture.name)}  {picture.format}{size}", "bold"))
    for line in _facts(facts, language):
        console.print(_indented(line))
    for line in _unknowns(unknowns, language):
        console.print(_indented(line))


def _report(report: Report, language: Language, *, readings: bool) -> Iterator[RenderableType]:
    style = _STYLES[report.verdict]
    head = Text.assemble((f" {report.verdict.word.upper():6} ", style), (printable(report.picture.name), "bold"))
    yield head
    stated = [language.say(words) for words in report.posting.stated]
    asked = ", ".join([*stated, language.word("on {day}", day=str(report.posting.day))])
    yield _indented(Text(printable(asked, limit=2000), "dim"))
    for finding in report.findings:
        yield from _finding(finding, report.posting, language)
        if readings and finding.reading:
            yield _indented(Text(language.word("read: {text}", text=printable(finding.reading, limit=200))), by=5)
    cleaning = next((remedy for finding in report.findings for remedy in finding.remedies if _by_clean(remedy)), None)
    if cleaning is not None and cleaning.command is not None:
        command = language.word("what clean does: {command}", command=cleaning.command)
        yield _unbroken(printable(command, limit=2000), by=2)
    for one in report.waived:
        yield _indented(_waived(one, language))
    yield from (_indented(line) for line in _people(report, language))
    for work in report.works:
        if work.licence is not None:
            said = language.word("work: {title} (licence {licence})", title=work.title, licence=work.licence)
            yield _indented(Text(printable(said)))
    if report.verdict is Verdict.GO and report.valid_until:
        until = language.word(
            "good until {day}, when something that it rests on ends", day=report.valid_until.isoformat()
        )
        yield _indented(Text(until))
    for line in _unknowns(report.not_checked, language):
        yield _indented(line)


def _finding(finding: Finding, posting: Posting, language: Language) -> Iterator[RenderableType]:
    head = Text.assemble(
        (finding.code, _STYLES[finding.verdict]),
        *(" ", (printable(finding.title), "bold"), ": ", printable(finding.message)),
    )
    if finding.box:
        place = language.word("(at {left},{top})", left=finding.box.left, top=finding.box.top)
        head.append(f" {place}", "dim")
    if finding.paragraph:
        head.append(f"\n{printable(finding.paragraph)}", "italic")
    yield _indented(head)
    for remedy in finding.remedies:
        yield from _remedy(remedy, finding, posting, language)


def _waived(one: Waived, language: Language) -> Text:
    finding = f"{one.finding.code} {one.finding.title}: {one.finding.message}"
    said = printable(f"{finding}; {language.say(accepted(one.waiver))}", limit=2000)
    return Text.assemble((language.word("waived"), "bold"), " ", said)


def _remedy(remedy: Remedy, finding: Finding, posting: Posting, language: Language) -> Iterator[RenderableType]:
    """The way out, its command, and the one that writes the letter which belongs to it."""
    with_command = remedy.command is not None and remedy.keeps is None and not _by_clean(remedy)
    way = f"{_way_out(remedy, language)}:" if with_command else _way_out(remedy, language)
    yield _indented(Text(f"→ {printable(way, limit=2000)}"), by=7)
    if with_command and remedy.command is not None:
        yield _unbroken(printable(remedy.command, limit=2000), by=9)
    person = finding.evidence.get("person")
    if remedy.letter is not None and isinstance(person, str):
        letter = language.word("a letter to ask with")
        yield _unbroken(f"{letter}: {printable(_letter_command(person, posting), limit=2000)}", by=9)


def _way_out(remedy: Remedy, language: Language) -> str:
    """The way out in words; the command that cleans the picture stands below all of them, once."""
    if _by_clean(remedy):
        return language.word("{way} (clean does it)", way=remedy.text)
    if remedy.keeps is not None:
        part = ",".join(str(side) for side in remedy.keeps)
        return language.word("{way} (clean does it with --crop {part})", way=remedy.text, part=part)
    return remedy.text


def _by_clean(remedy: Remedy) -> bool:
    """True for what `clean` does without more options."""
    return remedy.automatic and remedy.kind is not RemedyKind.ADD_CREDIT


def _letter_command(person: str, posting: Posting) -> str:
    stated = (("channel", posting.channel), ("purpose", posting.purpose), ("on", posting.day.isoformat()))
    words = (f"--{what} {shlex.quote(word)}" for what, word in stated if word)
    return " ".join(["imgpolicy consent letter", shlex.quote(person), *words])


def _people(report: Report, language: Language) -> Iterator[Text]:
    """The faces, and those whom the editor or words named."""
    if report.faces:
        yield Text(printable(language.word("faces: {list}", list=", ".join(_faces(report, language))), limit=10_000))
    if report.declared:
        named = ", ".join(_declared(one, language) for one in report.declared)
        yield Text(printable(language.word("named: {list}", list=named), limit=10_000))


def _declared(named: DeclaredReport, language: Language) -> str:
    return f"{named.person} ({language.say(COVER_STATUS[CoverStatus(named.status)])})"


def _faces(report: Report, language: Language) -> Iterator[str]:
    """Each face in a word or two; those of whom the same is to be said in one."""
    said = Counter(_face(face, language) for face in report.faces)
    for words, times in said.items():
        yield words if times == 1 else f"{times} x {words}"


def _face(face: FaceReport, language: Language) -> str:
    status = face_status(face, language)
    if face.dismissal is not None:
        nobody = language.word("nobody")
        return f"{nobody} ({status}, {face.dismissal})"
    who = face.person or language.word("somebody")
    sure = f" {face.score:.2f}" if face.person and face.score is not None else ""
    return f"{who}{sure} ({status})"


def _facts(facts: Facts, language: Language) -> Iterator[Text]:
    faces, metadata, fingerprint = facts.get(Faces), facts.get(Metadata), facts.get(Fingerprint)
    if not isinstance(faces, Unknown):
        yield Text(language.word("faces: {count}", count=len(faces.faces)))
        for face in faces.faces:
            sure = language.word("certainty {certainty}", certainty=f"{face.certainty:.2f}")
            yield Text(f"  {tuple(face.box)} {sure}")
    if not isinstance(metadata, Unknown):
        yield from _metadata(metadata, language)
    provenance = facts.get(Provenance)
    if not isinstance(provenance, Unknown) and provenance.present:
        yield from _provenance(provenance, language)
    if not isinstance(fingerprint, Unknown):
        yield Text(f"sha256 {fingerprint.sha256}")
        yield Text(f"phash  {fingerprint.phash:016x}")
        yield Text(f"pdq    {fingerprint.pdq[0]:064x}")
    yield from _of_plugins(facts, language)


def _of_plugins(facts: Facts, language: Language) -> Iterator[Text]:
    """Texts, codes, and what else only plug-ins look for."""
    texts, codes = facts.get(Texts), facts.get(Codes)
    if not isinstance(texts, Unknown):
        yield Text(language.word("texts: {count}", count=len(texts.texts)))
        yield from (Text(f"  {tuple(one.box)} {printable(one.value, limit=120)}") for one in texts.texts)
    if not isinstance(codes, Unknown):
        yield Text(language.word("codes: {count}", count=len(codes.codes)))
        for one in codes.codes:
            yield Text(f"  {tuple(one.box)} {printable(one.kind)} {printable(one.value, limit=120)}")
    for name, fields in other_facts(facts).items():
        yield Text(printable(f"{name}: {fields}", limit=300))


def _metadata(metadata: Metadata, language: Language) -> Iterator[Text]:
    yield Text(language.word("metadata: {count}", count=len(metadata.traces)))
    for trace in metadata.traces:
        label = language.word(
            "{kind} at {offset}: {channel}", kind=KIND_WORDS[trace.kind], offset=trace.offset, channel=trace.path
        )
        yield Text(f"  {printable(label)} = {printable(trace.value, limit=120)}")
    for said in metadata.rights:
        where = language.word("{what} by {channel}", what=said.what, channel=said.path)
        yield Text(f"  {printable(where)}: {printable(said.value, limit=120)}")
    for key, value in metadata.decoded.items():
        yield Text(f"  {printable(key)}: {printable(value, limit=120)}", "dim")


def _provenance(provenance: Provenance, language: Language) -> Iterator[Text]:
    yield Text(language.word("C2PA manifests in the file"))
    for manifest in provenance.manifests:
        stated = (*manifest.actions, *manifest.source_types)
        state = language.word(", signature {state}", state=manifest.state) if manifest.state else ""
        yield Text(f"  {printable(manifest.generator, limit=120)}{state}: {printable(', '.join(stated), limit=300)}")


def _unknowns(unknowns: Sequence[Unknown], language: Language) -> Iterator[Text]:
    """What was not checked: in full where it matters for the verdict, the standing limits in one line."""
    for unknown in unknowns:
        if unknown.lifts:
            what, reason = language.say(unknown.what), printable(language.say(unknown.reason))
            yield Text(language.word("not checked: {what} ({reason})", what=what, reason=reason), "yellow")
    others = [language.say(unknown.what) for unknown in unknowns if not unknown.lifts]
    if others:
        yield Text(language.word("not looked at: {list}", list=", ".join(others)), "dim")


def _unbroken(line: str, *, by: int) -> Text:
    """A line with a command, which is copied whole: no line of it ends where the terminal does."""
    return Text(f"{' ' * by}{line}", no_wrap=True, overflow="ignore")


def _indented(line: RenderableType, *, by: int = 2) -> Padding:
    return Padding(line, (0, 0, 0, by), expand=False)


def _render(shown: Sequence[Shown], language: Language, terminal: Terminal) -> str:
    buffer = io.StringIO()
    reports = [one.report for one in shown]
    print_reports(reports, console_for(buffer, terminal), language, readings=terminal.readings)
    return buffer.getvalue()


RENDERER = Renderer(for_people=True, media_type="text/plain", suffix=".txt", render=_render)
