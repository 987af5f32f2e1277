"""`imgpolicy check`: the main job."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from imgpolicy.cli import common, outputs
from imgpolicy.cli.exits import Exit, exit_of
from imgpolicy.cli.options import grouped
from imgpolicy.cli.posting import PostingOptions
from imgpolicy.cli.progress import counted, progress
from imgpolicy.phrase import phrase

if TYPE_CHECKING:
    from imgpolicy.domain.decision import Release
    from imgpolicy.domain.terms import Waiver
    from imgpolicy.language import Language
    from imgpolicy.render import Shown
    from imgpolicy.report import PictureInfo, Report
    from imgpolicy.service.bulk import Crowd
    from imgpolicy.service.check import Checked, CheckRequest
    from imgpolicy.service.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class KeepOptions:
    """Options: what is kept of the answers."""

    record: Annotated[bool, typer.Option("--record", help="Keep the decision in the register.")] = False
    publish: Annotated[
        str | None, typer.Option(metavar="URL", help="Record it as posted there, when the answer is go.")
    ] = None
    release_by: Annotated[
        str | None, typer.Option(metavar="NAME", help="Let it go against its findings; this name answers for it.")
    ] = None
    reason: Annotated[str | None, typer.Option(help="Why it is released.")] = None
    second: Annotated[str | None, typer.Option(metavar="NAME", help="Second person who agrees to the release.")] = None

    def release(self) -> Release | None:
        """The release that the options ask for; each of them needs the name."""
        from imgpolicy.domain.decision import Release

        if self.release_by is not None:
            return Release(by=self.release_by, reason=self.reason or "", second=self.second)
        if self.reason is not None or self.second is not None:
            common.usage_error(phrase("--reason and --second go with --release-by"))
        return None


@grouped
def check(
    pictures: Annotated[
        list[str],
        typer.Argument(metavar="PICTURE", help="Pictures, folders, http(s) URLs, or - for standard input."),
    ],
    *,
    planned: PostingOptions,
    out: outputs.OutputOptions,
    keep: KeepOptions,
    place: common.Place,
    jobs: common.JobsOption = 1,
    allow_private_hosts: common.PrivateHostsOption = False,
    skip_known: Annotated[
        bool, typer.Option("--skip-known", help="Open no picture that an audit judged so, where nothing is another.")
    ] = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit 0 whatever the verdict.")] = False,
) -> int:
    """May these pictures be posted? Exit code: 0 go, 1 no-go, 3 review, 4 a picture could not be read."""
    from imgpolicy.service.bulk import Crowd
    from imgpolicy.service.check import CheckRequest, idle_waivers, pictures_in

    targets, language = out.targets(), out.language
    names, skipped = pictures_in(pictures)
    for other in skipped:
        common.remark(language.word("skipped {what}", what=other))
    release = keep.release()
    with place.open() as workspace:
        request = CheckRequest(
            posting=planned.posting(workspace),
            release=release,
            record=keep.record,
            url=keep.publish,
            allow_private_hosts=allow_private_hosts,
            by_folder=planned.profile is None,
            skip_known=skip_known,
        )
        targets = outputs.accepted(targets, [*names, *workspace.files], force=out.force)
        crowd = Crowd(place=place.elsewhere(), names=names, jobs=jobs)
        checked = _checked(workspace, crowd, request, targets, out, repeated=place.repeated)
        idle = idle_waivers(workspace, [one.report for one in checked])
    note_unreadable(one.report for one in checked)
    note_misnamed((one.report.picture for one in checked), language)
    if request.url is not None:
        _note_published(checked, language)
    # In a folder's pictures a waiver may be for one of them; of one picture it is no news that others have waivers.
    whole = any(os.path.isdir(argument) for argument in pictures)  # noqa: PTH112  # says no to odd names
    _note_idle(idle, {one.report.picture.sha256 for one in checked}, language, whole_folder=whole)
    rest = [target for target in targets if not target.streams]
    outputs.write([_shown(one, out) for one in checked], rest, out, repeated=place.repeated)
    code = exit_of(one.report for one in checked)
    return Exit.GO if exit_zero and code is not Exit.FAILED else code


def _checked(
    workspace: Workspace,
    crowd: Crowd,
    request: CheckRequest,
    targets: Sequence[outputs.Target],
    out: outputs.OutputOptions,
    *,
    repeated: str,
) -> list[Checked]:
    """The answers in the order of the pictures; each was written, as it came, where its form streams."""
    from imgpolicy.service.bulk import check_each

    streams = [target for target in targets if target.streams]
    said: Counter[str] = Counter()
    found: dict[int, Checked] = {}
    quiet = bool(streams) and common.is_terminal(sys.stdout)
    with progress(len(crowd.names), quiet=quiet) as show:

        def told(report: Report) -> None:
            said[report.verdict.word if report.readable else phrase("unreadable")] += 1
            show(report.picture.name, counted(said))

        with closing(check_each(workspace, crowd, request, see=out.see(targets), told=told)) as answers:
            for answer in answers:
                found[answer.index] = answer.checked
                outputs.write([_shown(answer.checked, out)], streams, out, repeated=repeated)
    return [found[index] for index in sorted(found)]


def _shown(checked: Checked, out: outputs.OutputOptions) -> Shown:
    from imgpolicy.render import Shown

    return Shown(checked.report, checked.seen, hides=not out.show_faces)


def note_unreadable(reports: Iterable[Report]) -> None:
    """Say on standard error which pictures could not be read, and why."""
    for report in reports:
        if not report.readable:
            for unknown in report.not_checked:
                common.remark(unknown.reason)


def note_misnamed(pictures: Iterable[PictureInfo], language: Language) -> None:
    """Say on standard error which pictures are of another format than their names say."""
    from imgpolicy.service.names import misnamed

    for picture in pictures:
        note = misnamed(picture.name, picture.format)
        if note is not None:
            common.remark(language.say(note))


def _note_published(checked: Sequence[Checked], language: Language) -> None:
    for one in checked:
        if one.publication is not None:
            common.remark(language.word("recorded as {id}", id=one.publication))
        else:
            common.remark(language.word("not recorded as posted: the answer is not go"))


def _note_idle(waivers: Iterable[Waiver], seen: set[str | None], language: Language, *, whole_folder: bool) -> None:
    """Name the waivers of these pictures that have ended, and where a folder was given those of none of them."""
    for waiver in waivers:
        picture = f"{waiver.picture[:12]}…"
        if waiver.picture in seen:
            common.remark(
                language.word(
                    "the waiver of {code} for {picture} ended on {day}",
                    code=waiver.code,
                    picture=picture,
                    day=waiver.until.isoformat(),
                )
            )
        elif whole_folder:
            common.remark(
                language.word(
                    "no picture here is {picture}, for which {code} is waived", code=waiver.code, picture=picture
                )
            )
