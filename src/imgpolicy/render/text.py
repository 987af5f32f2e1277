"""Reports and facts for people at a terminal: one screen, the worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from imgpolicy.facts import Faces, Facts, Fingerprint, Metadata, Provenance, Unknown
from imgpolicy.report import FaceReport, Finding, PictureInfo, Report, Verdict, Waived
from imgpolicy.text import printable

_STYLES = {Verdict.GO: "bold green", Verdict.REVIEW: "bold yellow", Verdict.NO_GO: "bold red"}


def print_reports(reports: Sequence[Report], console: Console) -> None:
    """Print each report, and a summary when there are several; of unreadable pictures only the number."""
    judged = sorted((report for report in reports if report.readable), key=lambda r: -r.verdict)
    for report in judged:
        console.print(Group(*_report(report)))
        console.print()
    if len(reports) > 1:
        counts = [f"{sum(r.verdict is v for r in judged)} {v.word}" for v in reversed(Verdict)]
        console.print(Text(", ".join([*counts, f"{len(reports) - len(judged)} unreadable"])))


def print_facts(picture: PictureInfo, facts: Facts, unknowns: Sequence[Unknown], console: Console) -> None:
    """Print what is in one picture."""
    console.print(Text(f"{printable(picture.name)}  {picture.format}  {picture.width} x {picture.height}", "bold"))
    for line in _facts(facts):
        console.print(_indented(line))
    for line in _unknowns(unknowns):
        console.print(_indented(line))


def _report(report: Report) -> Iterator[RenderableType]:
    style = _STYLES[report.verdict]
    head = Text.assemble((f" {report.verdict.word.upper():6} ", style), (printable(report.picture.name), "bold"))
    yield head
    yield _indented(Text(", ".join([*report.posting.stated, f"on {report.posting.on}"]), "dim"))
    for finding in report.findings:
        yield _indented(_finding(finding))
    for one in report.waived:
        yield _indented(_waived(one))
    if report.faces:
        yield _indented(Text(f"faces: {', '.join(_faces(report))}"))
    if report.declared:
        named = (f"{named.person} ({named.status})" for named in report.declared)
        yield _indented(Text(printable(f"named by the editor: {', '.join(named)}", limit=10_000)))
    for work in report.works:
        if work.licence is not None:
            yield _indented(Text(f"work: {printable(work.title)} (licence {work.licence})"))
    if report.verdict is Verdict.GO and report.valid_until:
        yield _indented(Text(f"good until {report.valid_until}, when something that it rests on ends"))
    for line in _unknowns(report.not_checked):
        yield _indented(line)


def _finding(finding: Finding) -> RenderableType:
    head = Text.assemble(
        (finding.code, _STYLES[finding.verdict]), " ", (finding.title, "bold"), ": ", printable(finding.message)
    )
    if finding.box:
        head.append(f" (at {finding.box.left},{finding.box.top})", "dim")
    if finding.paragraph:
        head.append(f"\n{printable(finding.paragraph)}", "italic")
    ways = [Text(f"→ {_remedy(r.text, r.command)}") for r in finding.remedies]
    return Group(head, *(_indented(way, by=5) for way in ways))


def _waived(one: Waived) -> Text:
    finding, waiver = one.finding, one.waiver
    said = f"{finding.code} {finding.title}: {finding.message}; {waiver.by}, until {waiver.until}: {waiver.reason}"
    return Text.assemble(("waived ", "bold"), printable(said, limit=2000))


def _remedy(text: str, command: str | None) -> str:
    return printable(f"{text}: {command}" if command else text)


def _faces(report: Report) -> Iterator[str]:
    """Each face in a word or two; those of whom the same is to be said in one."""
    said = Counter(_face(face) for face in report.faces)
    for words, times in said.items():
        yield words if times == 1 else f"{times} x {words}"


def _face(face: FaceReport) -> str:
    if face.dismissal is not None:
        return f"nobody ({face.status}, {face.dismissal})"
    who = face.person or "somebody"
    sure = f" {face.score:.2f}" if face.person and face.score is not None else ""
    return f"{who}{sure} ({face.status})"


def _facts(facts: Facts) -> Iterator[Text]:
    faces, metadata, fingerprint = facts.get(Faces), facts.get(Metadata), facts.get(Fingerprint)
    if not isinstance(faces, Unknown):
        yield Text(f"faces: {len(faces.faces)}")
        for face in faces.faces:
            yield Text(f"  {tuple(face.box)} certainty {face.certainty:.2f}")
    if not isinstance(metadata, Unknown):
        yield Text(f"metadata: {len(metadata.traces)}")
        for trace in metadata.traces:
            yield Text(f"  {trace.kind.value} at {trace.offset}: {trace.channel} = {printable(trace.value, limit=120)}")
        for said in metadata.rights:
            yield Text(f"  {said.what} by {said.channel}: {printable(said.value, limit=120)}")
        for key, value in metadata.decoded.items():
            yield Text(f"  {printable(key)}: {printable(value, limit=120)}", "dim")
    provenance = facts.get(Provenance)
    if not isinstance(provenance, Unknown) and provenance.present:
        yield from _provenance(provenance)
    if not isinstance(fingerprint, Unknown):
        yield Text(f"sha256 {fingerprint.sha256}")
        yield Text(f"phash  {fingerprint.phash:016x}")
        yield Text(f"pdq    {fingerprint.pdq[0]:064x}")


def _provenance(provenance: Provenance) -> Iterator[Text]:
    yield Text("C2PA manifests in the file")
    for manifest in provenance.manifests:
        told = (*manifest.actions, *manifest.source_types)
        state = f", signature {manifest.state}" if manifest.state else ""
        yield Text(f"  {printable(manifest.generator, limit=120)}{state}: {printable(', '.join(told), limit=300)}")


def _unknowns(unknowns: Sequence[Unknown]) -> Iterator[Text]:
    """What was not checked: in full where it matters for the verdict, the standing limits in one line."""
    for unknown in unknowns:
        if unknown.lifts:
            yield Text(f"not checked: {unknown.what} ({printable(unknown.reason)})", "yellow")
    others = [unknown.what for unknown in unknowns if not unknown.lifts]
    if others:
        yield Text(f"not looked at: {', '.join(others)}", "dim")


def _indented(line: RenderableType, *, by: int = 2) -> Padding:
    return Padding(line, (0, 0, 0, by), expand=False)
