"""`imgpolicy clean PICTURES… -o FOLDER`: many pictures into one folder, and a line for each, as it comes."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from imgpolicy.cli import common, outputs
from imgpolicy.cli.check import note_misnamed
from imgpolicy.cli.cleaned import done, why_not
from imgpolicy.cli.exits import Exit, exit_of
from imgpolicy.cli.progress import counted, progress
from imgpolicy.language import Language
from imgpolicy.phrase import phrase
from imgpolicy.text import printable

if TYPE_CHECKING:
    from imgpolicy.render import Shown
    from imgpolicy.service.clean import CleanRequest
    from imgpolicy.service.clean_many import Cleaned
    from imgpolicy.service.workspace import Place, Workspace


@dataclass(frozen=True, kw_only=True)
class ManyCopies:
    """Which pictures, into which folder, and how many at once."""

    pictures: Sequence[str]
    folder: Path
    place: Place
    jobs: int


def clean_many(
    workspace: Workspace,
    many: ManyCopies,
    request: CleanRequest,
    targets: Sequence[outputs.Target],
    out: outputs.OutputOptions,
    *,
    repeated: str,
) -> Exit:
    """Write each copy that may be posted, and say of each picture what became of it; the exit code."""
    from imgpolicy.service.clean_many import Batch, clean_each, plan
    from imgpolicy.service.outputs import Replaces

    replaces = Replaces.PICTURES if out.force else Replaces.NOTHING
    planned = plan(many.pictures, many.folder, workspace.files, replaces=replaces)
    stays = [*workspace.files, *(one.source for one in planned), *(str(one.target.path) for one in planned)]
    targets = outputs.accepted(targets, stays, force=out.force)
    streams = [target for target in targets if target.streams]
    on_stdout = any(target.file is None and target.form != outputs.TEXT for target in targets)
    found: list[Cleaned] = []
    said: Counter[str] = Counter()
    with progress(len(planned), quiet=common.is_terminal(sys.stdout)) as show:
        batch = Batch(place=many.place, planned=planned, jobs=many.jobs)
        with closing(clean_each(workspace, batch, request, see=out.see(targets))) as cleaned:
            for one in cleaned:
                found.append(one)
                said[_became(one)] += 1
                show(one.source, counted(said))
                _tell(one, out.language, on_stdout=on_stdout)
                outputs.write([_shown(one, out)], streams, out, repeated=repeated)
    found.sort(key=lambda one: one.index)
    rest = [target for target in targets if target not in streams and (target.file or target.form != outputs.TEXT)]
    outputs.write([_shown(one, out) for one in found], rest, out, repeated=repeated)
    _sum_up(found, out.language, on_stdout=on_stdout)
    return Exit.FAILED if any(one.trouble for one in found) else exit_of(one.last.report for one in found)


def _became(one: Cleaned) -> str:
    return phrase("written") if one.written else phrase("there already") if one.stood else phrase("not written")


def _tell(one: Cleaned, language: Language, *, on_stdout: bool) -> None:
    """What became of one picture: a line on standard output where its copy is there, else on standard error."""
    note_misnamed([one.first.report.picture], language)
    report = one.last.report
    if one.trouble is not None:
        common.remark(one.trouble)
    elif one.written and one.copy is not None:
        (common.note if on_stdout else common.emit)(done(one.target, one.copy, language))
    elif one.stood:
        line = language.word(
            "{file}: {verdict}: there already, and left", file=str(one.target), verdict=report.verdict.word
        )
        (common.note if on_stdout else common.emit)(f"{printable(line, limit=10_000)}\n")
    elif not report.readable:
        common.remark(report.not_checked[0].reason)
    elif one.copy is not None:
        codes = " ".join(dict.fromkeys(finding.code for finding in report.findings))
        said = language.word("{verdict} ({codes})", verdict=report.verdict.word, codes=codes)
        common.remark(f"{one.source}: {said}: {why_not(one.copy, language)}")


def _shown(one: Cleaned, out: outputs.OutputOptions) -> Shown:
    from imgpolicy.render import Shown

    hides = not out.show_faces
    before = None if one.stood else Shown(one.first.report, one.first.seen, hides=hides)
    return Shown(one.last.report, one.last.seen, before=before, hides=hides)


def _sum_up(found: Sequence[Cleaned], language: Language, *, on_stdout: bool) -> None:
    count = Counter(_became(one) for one in found)
    line = language.word(
        "{written} written, {there} there already, {left} not written",
        written=count["written"],
        there=count["there already"],
        left=count["not written"],
    )
    (common.note if on_stdout else common.emit)(f"{line}\n")
