"""`imgpolicy audit`: an archive of pictures judged once, and judged again when register or policy changed."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgpolicy.cli import common
from imgpolicy.cli.exits import Exit, exit_for
from imgpolicy.cli.options import grouped
from imgpolicy.cli.posting import PostingOptions
from imgpolicy.cli.progress import counted, progress
from imgpolicy.phrase import phrase

if TYPE_CHECKING:
    from imgpolicy.domain.verdict import Verdict, VerdictWord
    from imgpolicy.service.archive import Counted
    from imgpolicy.service.audit_work import Audited, AuditRequest
    from imgpolicy.service.workspace import Place as WorkspacePlace
    from imgpolicy.service.workspace import Workspace


class Lines(StrEnum):
    """How answers are written: a line each, as they come, or as a document of all that the archive says then."""

    TEXT = "text"
    JSONL = "jsonl"
    CSV = "csv"
    HTML = "html"
    PARQUET = "parquet"

    @property
    def whole(self) -> bool:
        """Whether it is a document, into a file."""
        return self in {Lines.HTML, Lines.PARQUET}


@dataclass(frozen=True, kw_only=True)
class AuditOptions:
    """Options: what is asked of the archive."""

    again: Annotated[
        bool, typer.Option("--again", help="Judge again what register or policy changed since; name no place.")
    ] = False
    since: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Say which answers changed on this day or since."),
    ] = None
    queue: Annotated[
        bool,
        typer.Option(
            "--queue", help="Let workers open what has to be opened (PostgreSQL); without a place, say how many wait."
        ),
    ] = False
    worker: Annotated[
        bool, typer.Option("--worker", help="Open what waits in the queue, until nothing does; name no place.")
    ] = False
    fresh: Annotated[bool, typer.Option("--fresh", help="Open every picture, whatever is kept of it.")] = False
    keep_keypoints: Annotated[
        bool,
        typer.Option("--keep-keypoints", help="Keep what new works are found by, too: some 50 kB a picture."),
    ] = False
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, metavar="N", help="How many pictures are opened at once; else cores.")
    ] = None
    postings: Annotated[
        Path | None,
        typer.Option(
            "--postings", metavar="FILE", help="CSV or JSON lines that state the posting of single pictures, by `file`."
        ),
    ] = None
    every: Annotated[bool, typer.Option("--all", help="Tell of pictures that are a go, too.")] = False
    lines: Annotated[
        Lines,
        typer.Option("--format", metavar="F", help="text, jsonl or csv; html or parquet: all pictures, into --output."),
    ] = Lines.TEXT
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="The file for html or parquet.")
    ] = None
    force: Annotated[bool, typer.Option("--force", help="Replace that file.")] = False
    lang: common.LanguageOption = None

    def accept(self) -> None:
        """Nothing; a usage error where a document has no file, or lines have one."""
        if self.lines.whole and self.output is None:
            common.usage_error(phrase("{format} is a document: name its file with --output", format=self.lines.value))
        if self.output is not None and not self.lines.whole:
            common.usage_error(phrase("--output is the file of html or parquet: say --format"))


@grouped
def audit(
    places: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PLACE]...", help="Folders, pictures, @lists, buckets, sitemaps and feeds.", show_default=False
        ),
    ] = None,
    *,
    planned: PostingOptions,
    asked: AuditOptions,
    place: common.Place,
    allow_private_hosts: common.PrivateHostsOption = False,
) -> int:
    """Which pictures of an archive may be posted? Exit code: 0 go, 1 no-go, 3 review, 4 one could not be read.

    What is kept of a picture is judged again, without opening it, when the register or the policy changed.
    """
    _check_words(places or [], asked)
    asked.accept()
    with place.open() as workspace:
        if asked.output is not None:
            common.accept_private(asked.output, workspace, force=asked.force)
        if asked.since is not None:
            return _changes(workspace, asked.since.date(), asked.lines)
        if asked.queue and not places:
            return _say_what_waits(workspace)
        from imgpolicy.service.archive import counted
        from imgpolicy.service.audit_work import AuditRequest
        from imgpolicy.service.listing import names_in

        request = AuditRequest(
            places=tuple(places or ()),
            posting=planned.posting(workspace),
            table=asked.postings,
            jobs=asked.jobs or os.cpu_count() or 1,
            fresh=asked.fresh,
            keypoints=asked.keep_keypoints,
            allow_private_hosts=allow_private_hosts,
        )
        answers = _answers(workspace, place.elsewhere(), request, asked)
        tally = _told(answers, asked, names_in(places) if places else None)
        if places:
            tally.take(counted(workspace, places))
        if asked.output is not None:
            _write_document(workspace, places or (), asked, asked.output)
        waits = _say_what_waits(workspace) if asked.queue else Exit.GO
    if tally.kinds or not asked.queue:
        _sum_up(tally, asked.lines)
    return _worse(tally.exit, waits)


def _answers(
    workspace: Workspace, where: WorkspacePlace, request: AuditRequest, asked: AuditOptions
) -> Iterator[Audited]:
    """What is said of each picture, in the way that is asked for."""
    if asked.worker:
        from imgpolicy.service.queueing import work_off

        return work_off(workspace, where, request.jobs)
    if asked.queue:
        from imgpolicy.service.queueing import audit_queued

        return audit_queued(workspace, request)
    if asked.again:
        from imgpolicy.service.auditing_again import audit_again

        return audit_again(workspace, where, request)
    from imgpolicy.service.auditing import audit

    return audit(workspace, where, request)


def _check_words(places: Sequence[str], asked: AuditOptions) -> None:
    """UsageProblem when places and options do not go together."""
    if asked.worker and (places or asked.again or asked.since is not None or asked.queue):
        common.usage_error(phrase("--worker opens what waits: leave out places, --again, --since and --queue"))
    if asked.queue and (asked.again or asked.since is not None):
        common.usage_error(phrase("--queue is for places: leave out --again and --since"))
    if not (places or asked.again or asked.since is not None or asked.queue or asked.worker):
        common.usage_error(phrase("name a place, or ask for --again or --since"))
    if places and (asked.again or asked.since is not None):
        common.usage_error(phrase("--again and --since speak of the whole archive: name no place"))
    if asked.lines.whole and asked.since is not None:
        common.usage_error(phrase("--since tells what changed, a line each: say another --format"))


def _worse(known: Exit, waits: Exit) -> Exit:
    return waits if known is Exit.GO else known


def _say_what_waits(workspace: Workspace) -> Exit:
    """Say how many pictures wait for workers; while any does, it is not known whether all may be posted."""
    from imgpolicy.service.queueing import waiting

    waits = waiting(workspace)
    if not waits.all:
        common.remark(phrase("nothing waits in the queue"))
        return Exit.GO
    common.remark(
        phrase(
            "{waiting} wait in the queue and {taken} are being opened: `imgpolicy audit --worker` opens them",
            waiting=waits.waiting,
            taken=waits.taken,
        )
    )
    return Exit.REVIEW


@dataclass(slots=True)
class Tally:
    """How many answers there were of each verdict and kind, and how many pictures could not be read."""

    verdicts: Counter[str]
    kinds: Counter[str]
    unreadable: int = 0

    def count(self, one: Audited) -> None:
        """One more."""
        self.kinds[one.how.value] += 1
        if one.verdict is not None:
            self.verdicts[one.verdict.word] += 1
            self.unreadable += one.trouble is not None

    def take(self, found: Counted) -> None:
        """Count all that the archive has of the places, also what an earlier walk that was stopped had come to."""
        self.verdicts = Counter({verdict.word: count for verdict, count in found.verdicts.items()})
        self.unreadable = found.unreadable

    @property
    def exit(self) -> Exit:
        """What the command ends with: the worst of the answers."""
        if self.unreadable:
            return Exit.FAILED
        return Exit.NO_GO if self.verdicts["no-go"] else Exit.REVIEW if self.verdicts["review"] else Exit.GO

    def line(self) -> str:
        """The counts in a line, as far as there are any."""
        return counted(self.verdicts)


def _told(answers: Iterable[Audited], asked: AuditOptions, names: Iterable[str] | None) -> Tally:
    """Write what is to be told, as it comes; how many of each there were."""
    from imgpolicy.wire.audit import COLUMNS

    tally = Tally(Counter(), Counter())
    if asked.lines is Lines.CSV:
        common.emit(",".join(COLUMNS) + "\n")
    with progress(None, names=names) as show:
        for one in answers:
            tally.count(one)
            show(one.name, tally.line())
            if asked.lines.whole:
                continue
            if asked.lines is not Lines.TEXT or asked.every or one.verdict is None or one.verdict.word != "go":
                _write(one, asked.lines)
    return tally


def _write_document(workspace: Workspace, places: Sequence[str], asked: AuditOptions, output: Path) -> None:
    """Write what the archive says now of these places, or of all, into the file."""
    from imgpolicy.service.listing import listing

    found = sorted(listing(workspace, places), key=lambda one: one.name)
    if asked.lines is Lines.PARQUET:
        from imgpolicy.wire.audit_table import parquet_table

        data = parquet_table(found)
    else:
        from imgpolicy.render.audit import audit_page

        titles = {rule.code: rule.title for rule in workspace.policy.rules}
        data = audit_page(found, titles, common.language_of(asked.lang)).encode()
    common.write_private({output: data}, workspace, force=asked.force)


def _write(one: Audited, lines: Lines) -> None:
    from imgpolicy.wire.audit import AuditLine, csv_line, json_line

    if lines is Lines.TEXT:
        _write_text(one)
        return
    line = AuditLine(
        file=one.name,
        how=one.how.value,
        verdict=None if one.verdict is None else one.verdict.word,
        codes=list(one.codes),
        until=one.until,
        trouble=None if one.trouble is None else str(one.trouble),
    )
    common.emit(json_line(line) if lines is Lines.JSONL else csv_line(line))


def _write_text(one: Audited) -> None:
    if one.verdict is None:
        common.remark(phrase("skipped {file}: {why}", file=one.name, why=one.trouble or ""))
        return
    why = one.trouble if one.trouble is not None else " ".join(one.codes)
    common.say(phrase("{verdict}  {file}  {why}", verdict=one.verdict.word, file=one.name, why=why))


def _sum_up(tally: Tally, lines: Lines) -> None:
    """Say how many answers there were of each, and how they came about; beside a result for programs as a remark."""
    tell = common.say if lines is Lines.TEXT else common.remark
    if not tally.kinds:
        tell(phrase("no answer can have changed"))
        return
    kinds = ", ".join(f"{common.told(KINDS[kind])}: {count}" for kind, count in sorted(tally.kinds.items()))
    tell(phrase("{counts} ({kinds})", counts=tally.line() or "0", kinds=kinds))


KINDS: Mapping[str, str] = {
    "as before": phrase("as before"),
    "judged again": phrase("judged again"),
    "opened": phrase("opened"),
    "skipped": phrase("skipped"),
}
"""How answers came about, in words."""


def _word(verdict: Verdict | None) -> VerdictWord | None:
    return None if verdict is None else verdict.word


def _changes(workspace: Workspace, day: dt.date, lines: Lines) -> int:
    """Say which answers changed since a day; the exit code is that of the worst of those that got worse."""
    from imgpolicy.domain.verdict import Verdict
    from imgpolicy.service.archive import changes_since
    from imgpolicy.wire.audit import ChangeLine, json_line

    changes = changes_since(workspace, day)
    for one in changes:
        before, after = _word(one.before), _word(one.after)
        if lines is Lines.JSONL:
            line = ChangeLine(file=one.name, at=one.at, before=before, after=after, codes=list(one.codes))
            common.emit(json_line(line))
        else:
            why = " ".join(one.codes)
            common.say(
                phrase(
                    "{before} -> {after}  {file}  {why}",
                    before=before or phrase("new"),
                    after=after or phrase("gone"),
                    file=one.name,
                    why=why,
                )
            )
    worst = max((one.after for one in changes if one.after is not None), default=Verdict.GO)
    return exit_for(worst)
