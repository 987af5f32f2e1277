"""Reports and facts for people at a terminal: the worst first, in short (`brief`) or with all that is known."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console, Group, RenderableType
from rich.text import Text

from imgpolicy.domain.grant import CoverStatus
from imgpolicy.domain.terms import Waived
from imgpolicy.domain.trace import KIND_WORDS
from imgpolicy.domain.verdict import Finding, Remedy, Verdict
from imgpolicy.facts import Codes, Faces, Facts, Fingerprint, Metadata, Provenance, Texts, Unknown
from imgpolicy.language import ENGLISH, Language
from imgpolicy.render import Renderer, Shown, Terminal, brief
from imgpolicy.render.lines import (
    cleaning,
    faces_line,
    good_until,
    head,
    indented,
    read,
    reason,
    stated,
    unbroken,
    way_lines,
)
from imgpolicy.render.terminal import console_for
from imgpolicy.render.words import COVER_STATUS, accepted, policies, policy_words
from imgpolicy.report import DeclaredReport, Report, translated
from imgpolicy.text import printable
from imgpolicy.wire.others import other_facts


def print_reports(
    reports: Sequence[Report],
    console: Console,
    language: Language = ENGLISH,
    *,
    verbose: bool = False,
    readings: bool = False,
) -> None:
    """Print the reports, the worst first, and of several a table in the end; of unreadable ones no more than a row.

    With `verbose` all that a report says, else what `brief` has of it; with `readings` what was read in the picture.
    """
    judged = sorted((report for report in reports if report.readable), key=lambda r: -r.verdict)
    said = [translated(report, language) for report in judged]
    for block in _blocks(said, language, verbose=verbose, alone=len(reports) == 1, readings=readings):
        # What is copied from the screen, a command, is wider than it, and not broken.
        console.print(Group(*block), crop=False)
        console.print()
    if len(reports) > 1:
        for part in brief.tables(said, [report for report in reports if not report.readable], language):
            console.print(part)
        console.print()
    for policy in policies(judged):
        console.print(Text(printable(language.word("judged by: {policy}", policy=policy_words(policy))), "dim"))
    for line in brief.not_looked_at(() if verbose else judged, language):
        console.print(line)
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
        console.print(indented(line))
    for line in _unknowns(unknowns, language):
        console.print(indented(line))


def _blocks(
    reports: Iterable[Report], language: Language, *, verbose: bool, alone: bool, readings: bool
) -> Iterator[Iterator[RenderableType]]:
    if verbose:
        return (_report(report, language, readings=readings) for report in reports)
    if alone:
        return (brief.block(report, language, readings=readings) for report in reports)
    return brief.blocks(reports, language, readings=readings)


def _report(report: Report, language: Language, *, readings: bool) -> Iterator[RenderableType]:
    yield head(report, language)
    yield indented(Text(stated(report.posting, language), "dim"))
    for finding in report.findings:
        yield from _finding(finding, language)
        if readings and finding.reading:
            yield read(finding, language)
    yield from cleaning(report, language)
    for one in report.waived:
        yield indented(_waived(one, language))
    yield from (indented(line) for line in _people(report, language))
    for work in report.works:
        if work.licence is not None:
            said = language.word("work: {title} (licence {licence})", title=work.title, licence=work.licence)
            yield indented(Text(printable(said)))
    yield from good_until(report, language)
    for line in _unknowns(report.not_checked, language):
        yield indented(line)


def _finding(finding: Finding, language: Language) -> Iterator[RenderableType]:
    line = reason(finding, language)
    if finding.paragraph:
        line.append(f"\n{printable(finding.paragraph)}", "italic")
    yield indented(line)
    for remedy in finding.remedies:
        yield from _remedy(remedy, language)


def _waived(one: Waived, language: Language) -> Text:
    finding = f"{one.finding.code} {one.finding.title}: {one.finding.message}"
    said = printable(f"{finding}; {language.say(accepted(one.waiver))}", limit=2000)
    return Text.assemble((language.word("waived"), "bold"), " ", said)


def _remedy(remedy: Remedy, language: Language) -> Iterator[RenderableType]:
    """The way out, its command, and the one that writes the letter which belongs to it."""
    yield from way_lines(remedy, language)
    if remedy.letter_command is not None:
        letter = language.word("a letter to ask with")
        yield unbroken(f"{letter}: {printable(remedy.letter_command, limit=2000)}", by=9)


def _people(report: Report, language: Language) -> Iterator[Text]:
    """The faces, and those whom the editor or words named."""
    if report.faces:
        yield faces_line(report.faces, language)
    if report.declared:
        named = ", ".join(_declared(one, language) for one in report.declared)
        yield Text(printable(language.word("named: {list}", list=named), limit=10_000))


def _declared(named: DeclaredReport, language: Language) -> str:
    return f"{named.person} ({language.say(COVER_STATUS[CoverStatus(named.status)])})"


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


def _render(shown: Sequence[Shown], language: Language, terminal: Terminal) -> str:
    buffer = io.StringIO()
    reports = [one.report for one in shown]
    print_reports(
        reports, console_for(buffer, terminal), language, verbose=terminal.verbose, readings=terminal.readings
    )
    return buffer.getvalue()


RENDERER = Renderer(for_people=True, media_type="text/plain", suffix=".txt", render=_render)
