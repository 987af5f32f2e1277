"""`imgpolicy init` and `imgpolicy demo`: a working folder of one's own, or one with the sample in it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Annotated

import typer

from imgpolicy.cli import common
from imgpolicy.presets import PresetName

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
    from imgpolicy.starter import make_folder

    for made, what in make_folder(folder, register, preset=preset):
        common.emit(f"{made}: {what}\n")
    return 0


def demo(
    folder: Annotated[Path, typer.Argument(help="A folder that is empty or not there.", metavar="DIR")] = Path(
        "imgpolicy-demo"
    ),
    *,
    again: Annotated[
        bool, typer.Option("--again", help="Check the cases of a folder that was laid out before.")
    ] = False,
) -> int:
    """Lay out a working folder from the sample, and check its cases. Exit 0 when each gives what it should."""
    from imgpolicy.starter import lay_out_demo, run_cases

    if not again:
        lay_out_demo(folder)
    buffer = io.StringIO()
    outcomes = run_cases(folder, common.standard_output(buffer))
    common.emit(buffer.getvalue())
    missed = [outcome for outcome in outcomes if not outcome.as_expected]
    for outcome in missed:
        common.note(f"imgpolicy: {outcome.name}: expected {outcome.expected}, got {outcome.found}")
    common.note(f"Change {folder / 'cases.toml'} and run `imgpolicy demo {folder} --again`, or try in {folder}:")
    common.note(f"imgpolicy check pictures/* {POSTING}")
    return 4 if missed else 0
