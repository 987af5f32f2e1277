"""Options in groups: a parameter that is a dataclass of options is, at the command line, an option for each field."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterator
from functools import wraps
from typing import get_type_hints

Command = Callable[..., int]  # type: ignore[explicit-any]  # a command has whatever options it has


def grouped(command: Command) -> Command:
    """The command as typer is to see it: each group's fields stand in the place of the group.

    A group's annotations are those of typer's options, as they would stand at the parameter; each field has a default,
    or else is an option that has to be given.
    """
    parameters = inspect.signature(command, eval_str=True).parameters
    groups = {name: group for name, one in parameters.items() if (group := _group(one.annotation)) is not None}

    @wraps(command)
    def ungrouped(**values: object) -> int:
        handed = {name: value for name, value in values.items() if name in parameters}
        for name, group in groups.items():
            handed[name] = group(**{field.name: values[field.name] for field in dataclasses.fields(group)})
        return command(**handed)

    shown = [one for name, given in parameters.items() for one in _shown(given, groups.get(name))]
    # typer reads the signature where it has been set, and else that of the function behind the wrapper.
    ungrouped.__dict__["__signature__"] = inspect.Signature(shown)
    return ungrouped


def _group(annotation: object) -> type | None:
    return annotation if isinstance(annotation, type) and dataclasses.is_dataclass(annotation) else None


def _shown(given: inspect.Parameter, group: type | None) -> Iterator[inspect.Parameter]:
    """The parameters that the command line has for this one."""
    if group is None:
        yield given
        return
    annotations = get_type_hints(group, include_extras=True)
    for field in dataclasses.fields(group):
        default = inspect.Parameter.empty if field.default is dataclasses.MISSING else field.default
        yield inspect.Parameter(
            field.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotations[field.name]
        )
