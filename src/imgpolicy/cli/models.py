"""`imgpolicy models`: the networks that faces are found and told apart by."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from imgpolicy import policy_place
from imgpolicy.cli import common
from imgpolicy.cli.exits import Exit
from imgpolicy.phrase import phrase

app = typer.Typer()


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What the policy will call it.")],
    file: Annotated[Path, typer.Argument(help="ONNX file; it takes an aligned face of 112 x 112 pixels.")],
    *,
    calibration: Annotated[Path, typer.Option(help="What benchmarks/calibrate.py made of this very file.")],
    policy: common.PolicyOption = None,
) -> int:
    """Register a recognition model of your own beside the policy. The file stays where it is."""
    from imgpolicy.service import models

    added = models.add(policy_place.find(policy), name, file, calibration)
    common.say(phrase("added {name}: SHA-256 {sha256}", name=name, sha256=added.model.sha256))
    common.remark(phrase('to use it, write into the policy, under [faces]: engine = "{engine}"', engine=added.engine))
    return Exit.GO


@app.command("list")
def list_models(
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    policy: common.PolicyOption = None,
) -> int:
    """List the engines that a policy can name, and their models; a model whose record is damaged is reported."""
    from imgpolicy.service import models

    listed = models.models(policy_place.find(policy))
    for damage in listed.damaged:
        common.remark(damage)
    rows = [(one.engine, one.in_use, one.model.name, one.model.sha256) for one in listed.usable]
    if format is common.Format.JSON:
        names = ("engine", "in_use", "model", "sha256")
        common.emit_json([dict(zip(names, row, strict=True)) for row in rows])
    else:
        shown = [(name, phrase("yes") if used else "", model, sha256[:12]) for name, used, model, sha256 in rows]
        common.emit(common.table((phrase("engine"), phrase("in use"), phrase("model"), "sha256"), shown))
    return Exit.GO


@app.command()
def verify(*, policy: common.PolicyOption = None) -> int:
    """Read every model's file again; name those that are missing or changed. Exit 0 when all are whole, else 4."""
    from imgpolicy.service import models

    health = models.verify(policy_place.find(policy))
    for line in (*health.wrong, *health.unverified):
        common.remark(line)
    common.say(phrase("{count} model(s) are whole", count=health.whole))
    return Exit.FAILED if health.wrong else Exit.GO
