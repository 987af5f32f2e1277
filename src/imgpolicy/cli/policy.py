"""`imgpolicy policy`: what the policy and the reports may say."""

from __future__ import annotations

from typing import Annotated

import typer

from imgpolicy.cli import common

app = typer.Typer(help="The policy file and the reports' form.")


@app.callback()
def _group() -> None:
    """The policy file and the reports' form."""


@app.command()
def schema(
    *, report: Annotated[bool, typer.Option("--report", help="The JSON Schema of `check --format json`.")] = False
) -> int:
    """Print a JSON Schema."""
    from imgpolicy.policy_file import policy_schema
    from imgpolicy.render.json import report_schema

    common.emit(report_schema() if report else policy_schema())
    return 0
