"""What several tests use."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from imgpolicy.domain.consent import Consent
from imgpolicy.domain.cover import cover
from imgpolicy.domain.grant import Coverage
from imgpolicy.domain.person import Person
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.speakers import USUAL
from imgpolicy.register.fingerprints import WorkFingerprints, keep_fingerprints, work_fingerprints
from imgpolicy.register.register import Register
from imgpolicy.register.unit import UnitOfWork

PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "imgpolicy")
"""`thorough` tries all examples and shares nothing among tests: for machines that have the time."""

THOROUGH = PROFILE == "thorough"


SOMEBODY = Person(id="eileen", name="Eileen")
"""Somebody without a guardian, who speaks for themself."""


def heard(consents: Iterable[Consent], posting: Posting) -> Coverage:
    """Whether what somebody said who speaks for themself covers the posting."""
    return cover(SOMEBODY, consents, posting, USUAL)


@dataclass(frozen=True)
class Ran:
    """What a command left behind: its exit code, what it printed, and what it remarked."""

    code: int
    out: str
    err: str


class Run(Protocol):
    """Runs one command in this process, in `folder` when one is given."""

    def __call__(self, *words: object, folder: Path | None = None) -> Ran: ...


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


def fingerprints_of(register: Register, known: WorkFingerprints | None = None) -> WorkFingerprints:
    """What works are recognised by, kept beside the register as the checker keeps it."""
    found = asked(register, work_fingerprints, known)
    if found is not known:
        keep_fingerprints(register, found)
    return found
