"""`imgpolicy guard`: pictures on their way into a repository, for hooks and pipelines. Needs no register."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgpolicy import policy_place
from imgpolicy.cli import common, outputs
from imgpolicy.cli.check import note_misnamed, note_unreadable
from imgpolicy.cli.exits import Exit, exit_of
from imgpolicy.cli.options import grouped
from imgpolicy.cli.posting import PostingOptions
from imgpolicy.errors import PictureError
from imgpolicy.phrase import message_of, phrase

if TYPE_CHECKING:
    from imgpolicy.service.check import Checked


@grouped
def guard(
    pictures: Annotated[list[str], typer.Argument(metavar="PICTURE", help="Pictures, and folders.")],
    *,
    planned: PostingOptions,
    out: outputs.OutputOptions,
    policy: common.PolicyOption = None,
    server: Annotated[
        str | None,
        typer.Option(metavar="URL", help="A desk that judges them, asked with the token in IMGPOLICY_TOKEN."),
    ] = None,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit 0 whatever the verdict.")] = False,
) -> int:
    """Check pictures without a register, for a hook or a pipeline: faces are counted. Exit code: that of check."""
    from imgpolicy.render import Shown
    from imgpolicy.service.check import pictures_in

    targets = out.targets()
    try:
        found, skipped = pictures_in(pictures)
    except PictureError as error:  # folders without a picture: there is nothing to guard
        common.remark(message_of(error))
        found, skipped = [], []
    names = [_short(name) for name in found]
    if skipped:
        common.remark(phrase("{count} files and folders were skipped: hidden, or no pictures", count=len(skipped)))
    file = None if server is not None else policy or policy_place.nearest()
    targets = outputs.accepted(targets, [*names, *([] if file is None else [str(file)])], force=out.force)
    checked = _alone(names, file, planned, out, targets) if server is None else _by_desk(names, server, planned)
    note_unreadable(one.report for one in checked)
    note_misnamed((one.report.picture for one in checked), out.language)
    shown = [Shown(one.report, one.seen, hides=not out.show_faces) for one in checked]
    outputs.write(shown, targets, out, repeated=common.stated(policy=policy))
    code = exit_of(one.report for one in checked) if checked else Exit.GO
    return Exit.GO if exit_zero and code is not Exit.FAILED else code


def _short(name: str) -> str:
    """The path as platforms for code name it, without the ./ of the working folder."""
    short = name.removeprefix("./")
    return name if short.startswith("-") else short


def _alone(
    names: Sequence[str],
    file: Path | None,
    planned: PostingOptions,
    out: outputs.OutputOptions,
    targets: Sequence[outputs.Target],
) -> list[Checked]:
    """The answers of this machine, which says what it does not know."""
    from imgpolicy.service.guarding import guard as judge
    from imgpolicy.service.guarding import guarding

    with guarding(file) as workspace:
        if file is None:
            common.remark(phrase("there is no policy here: imgpolicy's own judges, without a register"))
        else:
            mode = workspace.policy.ref.people.value
            common.remark(phrase("no register is asked: people.mode is {mode}", mode=mode))
        tracked = partial(common.with_progress, doing=phrase("checking"))
        return judge(workspace, names, planned.posting(workspace), see=out.see(targets), tracked=tracked)


def _by_desk(names: Sequence[str], server: str, planned: PostingOptions) -> list[Checked]:
    """The answers of a desk, which has a policy and a register of its own."""
    from imgpolicy.service.remote import TOKEN_VARIABLE, RemoteDesk, ask_desk

    if planned.person or planned.on:
        common.usage_error(phrase("--person and --on are for whoever has the register: a desk takes neither"))
    desk = RemoteDesk(url=server, token=os.environ.get(TOKEN_VARIABLE, ""), words=planned.words())
    return ask_desk(desk, names, tracked=partial(common.with_progress, doing=phrase("checking")))
