"""What needs no register: say what is in a picture, and take out what a file says of where and who."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from imgpolicy.domain.terms import StripMode
from imgpolicy.errors import ImgPolicyError, RequestError
from imgpolicy.facts import Facts, Unknown
from imgpolicy.inspection import inspect as look_into
from imgpolicy.policy import read_policy
from imgpolicy.remedies.strip import Stripped, strip_file


@dataclass(frozen=True, slots=True, kw_only=True)
class StripRequest:
    """How files are stripped: where to, how much goes, and whether credit, copyright and licence stay.

    `output` is the clean file, or a folder for it; None replaces each picture by its clean copy.
    """

    output: Path | None
    mode: StripMode = StripMode.ALL
    keep_credit: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StrippedFile:
    """What became of one picture: the clean file and what was removed, or the error that kept it from being written."""

    target: Path
    stripped: Stripped | None = None
    error: ImgPolicyError | None = None


def inspect(
    source: str, *, policy_file: Path | None = None, allow_private_hosts: bool = False
) -> tuple[Facts, tuple[Unknown, ...]]:
    """The facts of one picture but the sensitive ones, and what was not looked at; see `inspection.inspect`."""
    policy = None if policy_file is None else read_policy(policy_file)
    return look_into(source, policy, allow_private_hosts=allow_private_hosts)


def strip_files(
    pictures: Sequence[Path], request: StripRequest, *, done: Callable[[StrippedFile], None] | None = None
) -> list[StrippedFile]:
    """What became of each picture, in order; `done` is called with each as soon as it is written or refused.

    Each clean file is proved before it is written. RequestError when several pictures would become one file.
    """
    output = request.output
    if output is not None and len(pictures) > 1 and not output.is_dir():
        raise RequestError(f"{output} is not a folder: several pictures need one to go to")
    if output is not None and len({picture.name for picture in pictures}) < len(pictures):
        raise RequestError("two pictures have the same name: they would become one file")
    stripped = []
    for picture in pictures:
        stripped.append(_stripped(picture, request))
        if done is not None:
            done(stripped[-1])
    return stripped


def _stripped(picture: Path, request: StripRequest) -> StrippedFile:
    output = request.output
    target = picture if output is None else output / picture.name if output.is_dir() else output
    try:
        stripped = strip_file(
            picture, target, mode=request.mode, keep_credit=request.keep_credit, in_place=output is None
        )
    except ImgPolicyError as error:
        return StrippedFile(target=target, error=error)
    return StrippedFile(target=target, stripped=stripped)
