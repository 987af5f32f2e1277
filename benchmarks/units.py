"""A verb of the register in a unit of work of its own, for the benchmarks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from imgpolicy.register.register import Register
from imgpolicy.register.unit import UnitOfWork

P = ParamSpec("P")
Given = TypeVar("Given")


def wrote(
    register: Register, verb: Callable[Concatenate[UnitOfWork, P], Given], *args: P.args, **kwargs: P.kwargs
) -> Given:
    """What the verb gives, done in a unit of work of its own."""
    with register.writing() as unit:
        return verb(unit, *args, **kwargs)


def asked(
    register: Register, verb: Callable[Concatenate[UnitOfWork, P], Given], *args: P.args, **kwargs: P.kwargs
) -> Given:
    """What the verb gives, read in a unit of work of its own."""
    with register.reading() as unit:
        return verb(unit, *args, **kwargs)
