"""`imgpolicy init` and `imgpolicy demo`: a working folder of one's own, or one with the sample in it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgpolicy.cli import common
from imgpolicy.cli.exits import Exit
from imgpolicy.phrase import phrase
from imgpolicy.presets import PresetName
from imgpolicy.text import printable

if TYPE_CHECKING:
    from imgpolicy.service.scaffold import Outcome

POSTING = "--channel facebook --role employee --purpose pr --origin own"


def init(
    folder: Annotated[Path, typer.Argument(help="The folder; made when it is not there.", metavar="DIR")] = Path(),
    *,
    register: Annotated[
        str | None, typer.Option(metavar="URL", help="Empty PostgreSQL database for it, not a file.")
    ] = None,
    preset: common.PresetOption = PresetName.STRICT,
) -> int:
    """Make a policy, an empty register and its key."""
    from imgpolicy.service.scaffold import make_folder

    for made, what in make_folder(folder, register, preset=preset):
        common.say(phrase("{file}: {what}", file=str(made), what=what))
    return Exit.GO


def demo(
    folder: Annotated[Path, typer.Argument(help="A folder that is empty or not there.", metavar="DIR")] = Path(
        "imgpolicy-demo"
    ),
    *,
    again: Annotated[
        bool, typer.Option("--again", help="Check the cases of a folder that was laid out before.")
    ] = False,
    desk: Annotated[bool, typer.Option("--serve", help="Open the folder as a desk instead, until Ctrl-C.")] = False,
) -> int:
    """Lay out a working folder from the sample, and check its cases. Exit 0 when each gives what it should."""
    from imgpolicy.service.scaffold import lay_out_demo, run_cases

    if not again:
        lay_out_demo(folder)
    if desk:
        from imgpolicy.cli.serve import open_desk

        common.remark(phrase("{folder} has pictures to drop", folder=str(folder / "pictures")))
        return open_desk(folder / "imgpolicy.toml")
    outcomes = run_cases(folder)
    common.emit(_shown(outcomes))
    missed = [outcome for outcome in outcomes if not outcome.as_expected]
    for outcome in missed:
        common.remark(
            phrase(
                "{name}: expected {expected}, got {found}",
                name=outcome.name,
                expected=outcome.expected,
                found=outcome.found,
            )
        )
    common.note(
        phrase(
            "Change {file} and run `imgpolicy demo {folder} --again`, or try in {folder}:",
            file=str(folder / "cases.toml"),
            folder=str(folder),
        )
    )
    common.note(f"imgpolicy check pictures/* {POSTING}")
    return Exit.FAILED if missed else Exit.GO


def _shown(outcomes: Sequence[Outcome]) -> str:
    """Each case with its report, and a summary."""
    from rich.text import Text

    from imgpolicy.render.text import print_reports

    buffer = io.StringIO()
    console = common.standard_output(buffer)
    for outcome in outcomes:
        console.rule(Text(printable(outcome.name)), align="left")
        print_reports([outcome.report], console)
    console.rule(Text(common.told(phrase("summary"))), align="left")
    for outcome in outcomes:
        missed = Text(printable(common.told(phrase("expected {expected}", expected=outcome.expected))), "red")
        sign = Text(common.told(phrase("as expected")), "green") if outcome.as_expected else missed
        console.print(Text.assemble(f"{outcome.found:16} ", sign, f"  {printable(outcome.name)}"))
    return buffer.getvalue()
