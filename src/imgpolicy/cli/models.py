"""`imgpolicy models`: the networks that faces are found and told apart by."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgpolicy.cli import common

if TYPE_CHECKING:
    from imgpolicy.domain.model import Model
    from imgpolicy.engines import FaceEngine
    from imgpolicy.policy import Policy

app = typer.Typer(help="The networks that faces are found and told apart by.")

FAILED = 4


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What the policy will call it.")],
    file: Annotated[Path, typer.Argument(help="ONNX file; it takes an aligned face of 112 x 112 pixels.")],
    *,
    calibration: Annotated[Path, typer.Option(help="What benchmarks/calibrate.py made of this very file.")],
    policy: common.PolicyOption = None,
) -> int:
    """Register a recognition model of your own beside the policy. The file stays where it is."""
    from imgpolicy.engines.own import PREFIX, add_model
    from imgpolicy.policy import read_policy

    found = read_policy(common.find_policy(policy))
    engine = add_model(found.folder, name, file, calibration)
    common.emit(f"added {name}: SHA-256 {engine.models[-1].sha256}\n")
    common.note(f'imgpolicy: to use it, write into the policy, under [faces]: engine = "{PREFIX}{name}"')
    return 0


@app.command("list")
def list_models(
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    policy: common.PolicyOption = None,
) -> int:
    """List the engines that a policy can name, and their models; a model whose record is damaged is told of."""
    from imgpolicy.policy import read_policy

    found = read_policy(common.find_policy(policy))
    rows = [(name, name == found.engine, model.name, model.sha256) for name, _, model in _models(found)]
    for trouble in _damaged(found):
        common.note(f"imgpolicy: {trouble}")
    if format is common.Format.JSON:
        names = ("engine", "in_use", "model", "sha256")
        common.emit_json([dict(zip(names, row, strict=True)) for row in rows])
    else:
        shown = [(name, "yes" if used else "", model, sha256[:12]) for name, used, model, sha256 in rows]
        common.emit(common.table(("engine", "in use", "model", "sha256"), shown))
    return 0


@app.command()
def verify(*, policy: common.PolicyOption = None) -> int:
    """Read every model's file again; name those that are missing or changed. Exit 0 when all are whole, else 4."""
    from imgpolicy.engines.two_nets import TwoNets
    from imgpolicy.errors import ExtractError
    from imgpolicy.policy import read_policy

    found = read_policy(common.find_policy(policy))
    wrong = len(damaged := _damaged(found))
    for trouble in damaged:
        common.note(f"imgpolicy: {trouble}")
    whole: set[Model] = set()
    checked: set[Model] = set()
    for name, engine, model in _models(found):
        if not isinstance(engine, TwoNets):
            common.note(f"imgpolicy: {name}: a plug-in looks after its own models: {model.name} was not verified")
        elif model not in checked:
            checked.add(model)
            try:
                engine.weights(model)
                whole.add(model)
            except ExtractError as error:
                common.note(f"imgpolicy: {name}: {error}")
                wrong += 1
    common.emit(f"{len(whole)} model(s) are whole\n")
    return FAILED if wrong else 0


def _models(policy: Policy) -> Iterator[tuple[str, FaceEngine, Model]]:
    """Every model of the engines that can be used: its engine's name in a policy, the engine, and the model."""
    from imgpolicy.assembly import face_engine
    from imgpolicy.engines.own import PREFIX, registered
    from imgpolicy.errors import PolicyError
    from imgpolicy.plugins import ENGINES, installed

    for name in (*installed(ENGINES), *(f"{PREFIX}{own}" for own in registered(policy.folder))):
        try:
            engine = face_engine(name, policy.folder)
        except PolicyError:
            # An extra that is not installed has no models, a damaged record is told of; what the policy names must be.
            if name == policy.engine:
                raise
            continue
        for model in engine.models:
            yield name, engine, model


def _damaged(policy: Policy) -> list[str]:
    """What is wrong with the records of models that cannot be read, one line each."""
    from imgpolicy.engines.own import own_model, registered
    from imgpolicy.errors import PolicyError

    found = []
    for name in registered(policy.folder):
        try:
            own_model(policy.folder, name)
        except PolicyError as error:
            found.append(str(error))
    return found
