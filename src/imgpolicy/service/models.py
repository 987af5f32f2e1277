"""The networks that faces are found and told apart by: register one of one's own, list them, verify their files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from imgpolicy.assembly import face_engine
from imgpolicy.domain.model import Model
from imgpolicy.engines import FaceEngine
from imgpolicy.engines.own import PREFIX, add_model, own_model, registered
from imgpolicy.engines.two_nets import TwoNets
from imgpolicy.errors import ExtractError, PolicyError
from imgpolicy.phrase import message_of, phrase
from imgpolicy.plugins import ENGINES, installed
from imgpolicy.policy import Policy, read_policy


@dataclass(frozen=True, slots=True, kw_only=True)
class UsableModel:
    """A model of an engine, under the name by which a policy names that engine."""

    engine: str
    in_use: bool
    model: Model


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """The models of all engines that can be used, and a line for each record of an own model that is damaged."""

    usable: tuple[UsableModel, ...]
    damaged: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsHealth:
    """How many models are whole, a line for each that is not, and one for each that its plug-in looks after."""

    whole: int
    wrong: tuple[str, ...]
    unverified: tuple[str, ...]


def add(policy_file: Path, name: str, file: Path, calibration: Path) -> UsableModel:
    """The recognition model that is registered beside the policy from now on; its file stays where it is.

    PolicyError when it cannot be used, or another has the name.
    """
    policy = read_policy(policy_file)
    engine = add_model(policy.folder, name, file, calibration)
    own = f"{PREFIX}{name}"
    return UsableModel(engine=own, in_use=own == policy.engine, model=engine.models[-1])


def models(policy_file: Path) -> Models:
    """The models that a policy can name; PolicyError when the engine that it does name cannot be used."""
    policy = read_policy(policy_file)
    usable = (
        UsableModel(engine=name, in_use=name == policy.engine, model=model)
        for name, engine in _engines(policy)
        for model in engine.models
    )
    return Models(usable=tuple(usable), damaged=tuple(_damaged(policy)))


def verify(policy_file: Path) -> ModelsHealth:
    """Which models' files are there and unchanged; each file is read once."""
    policy = read_policy(policy_file)
    wrong, unverified = [*_damaged(policy)], []
    whole: set[Model] = set()
    checked: set[Model] = set()
    for name, engine in _engines(policy):
        for model in engine.models:
            if not isinstance(engine, TwoNets):
                unverified.append(
                    phrase(
                        "{name}: a plug-in looks after its own models: {model} was not verified",
                        name=name,
                        model=model.name,
                    )
                )
            elif model not in checked:
                checked.add(model)
                try:
                    engine.weights(model)
                    whole.add(model)
                except ExtractError as error:
                    wrong.append(phrase("{name}: {error}", name=name, error=message_of(error)))
    return ModelsHealth(whole=len(whole), wrong=tuple(wrong), unverified=tuple(unverified))


def _engines(policy: Policy) -> Iterator[tuple[str, FaceEngine]]:
    """Every engine that can be used, by its name in a policy."""
    for name in (*installed(ENGINES), *(f"{PREFIX}{own}" for own in registered(policy.folder))):
        try:
            yield name, face_engine(name, policy.folder)
        except PolicyError:
            # An extra that is not installed has no models, a damaged record is reported; what the policy names must be.
            if name == policy.engine:
                raise


def _damaged(policy: Policy) -> Iterator[str]:
    """What is wrong with the records of own models that cannot be read, one line each."""
    for name in registered(policy.folder):
        try:
            own_model(policy.folder, name)
        except PolicyError as error:
            yield message_of(error)
