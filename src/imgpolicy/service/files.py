"""What needs no register: say what is in a picture, and take out what a file says of where and who."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from imgpolicy.containers.limits import MAX_BYTES
from imgpolicy.domain.terms import StripMode
from imgpolicy.errors import ImgPolicyError, PictureError, RemedyError, RequestError
from imgpolicy.facts import Facts, Unknown
from imgpolicy.files import permissions, read_open, write_whole
from imgpolicy.phrase import message_of, phrase, reason_of
from imgpolicy.remedies.strip import Stripped, strip
from imgpolicy.service.names import accept_name
from imgpolicy.service.outputs import Output, Replaces, is_one_of, output, write


@dataclass(frozen=True, slots=True, kw_only=True)
class StripRequest:
    """How files are stripped: where to, how much goes, and whether credit, copyright and licence stay.

    `output` is the clean file, or a folder for it; None replaces each picture by its clean copy. With `force` pictures
    that are there already are replaced.
    """

    output: Path | None
    force: bool = False
    mode: StripMode = StripMode.ALL
    keep_credit: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StrippedFile:
    """What became of one picture: the clean file and what was removed, or the error that kept it from being written."""

    source: Path
    target: Path
    stripped: Stripped | None = None
    error: ImgPolicyError | None = None


def inspect(
    source: str, *, policy_file: Path | None = None, allow_private_hosts: bool = False
) -> tuple[Facts, tuple[Unknown, ...]]:
    """The facts of one picture but the sensitive ones, and what was not looked at; see `inspection.inspect`."""
    # Stripping, which is in this module too, has no use for them.
    from imgpolicy.inspection import inspect as look_into
    from imgpolicy.policy import read_policy

    policy = None if policy_file is None else read_policy(policy_file)
    return look_into(source, policy, allow_private_hosts=allow_private_hosts)


def strip_files(
    pictures: Sequence[Path], request: StripRequest, *, done: Callable[[StrippedFile], None] | None = None
) -> list[StrippedFile]:
    """What became of each picture, in order; `done` is called with each as soon as it is written or refused.

    Each clean file is proved before it is written. RequestError, before anything is written, when several pictures
    would become one file, or one would stand where something must stay.
    """
    targets = _targets(pictures, request)
    stripped = []
    for picture, target in zip(pictures, targets, strict=True):
        stripped.append(_stripped(picture, target, request))
        if done is not None:
            done(stripped[-1])
    return stripped


def strip_file(source: Path, target: Output | None, *, mode: StripMode, keep_credit: bool = True) -> Stripped:
    """What was stripped from `source` into `target`, or into itself: written whole, and only after the proof.

    A new file gets the permissions of the source. Raises PictureError when the source cannot be read, RemedyError when
    it cannot be stripped or replaced, RequestError when the target's ending is another format's, and what
    `outputs.write` raises.
    """
    data, mode_of_source = _read(source)
    try:
        stripped = strip(data, mode=mode, keep_credit=keep_credit)
    except RemedyError as error:
        raise RemedyError(phrase("{source}: {error}", source=str(source), error=message_of(error))) from error
    if target is not None:
        accept_name(target.path, str(source), stripped.format)
        write(replace(target, mode=None if target.path.exists() else mode_of_source), stripped.data)
        return stripped
    try:
        write_whole(source, stripped.data)
    except OSError as error:
        raise RemedyError(
            phrase("{source}: cannot be written ({reason})", source=str(source), reason=reason_of(error))
        ) from error
    return stripped


def _targets(pictures: Sequence[Path], request: StripRequest) -> list[Output | None]:
    """Where each picture goes; None is into itself."""
    to = request.output
    if to is None:
        return [None] * len(pictures)
    try:
        folder = to.is_dir()
    except OSError as error:
        raise ImgPolicyError(
            phrase("{to}: cannot be written ({reason})", to=str(to), reason=reason_of(error))
        ) from error
    if len(pictures) > 1 and not folder:
        raise RequestError(phrase("{to} is not a folder: several pictures need one to go to", to=str(to)))
    if len({picture.name for picture in pictures}) < len(pictures):
        raise RequestError(phrase("two pictures have the same name: they would become one file"))
    files = [to / picture.name if folder else to for picture in pictures]
    originals = [str(picture) for picture in pictures]
    for file in files:
        if is_one_of(file, originals):
            raise RequestError(
                phrase(
                    "{file}: would replace the original; ask for that with --in-place, or name another file",
                    file=str(file),
                )
            )
    replaces = Replaces.PICTURES if request.force else Replaces.NOTHING
    return [output(file, originals, replaces=replaces, mode=None) for file in files]


def _stripped(picture: Path, target: Output | None, request: StripRequest) -> StrippedFile:
    file = picture if target is None else target.path
    try:
        stripped = strip_file(picture, target, mode=request.mode, keep_credit=request.keep_credit)
    except ImgPolicyError as error:
        return StrippedFile(source=picture, target=file, error=error)
    return StrippedFile(source=picture, target=file, stripped=stripped)


def _read(source: Path) -> tuple[bytes, int]:
    """The file's bytes and its permissions."""
    try:
        if source.exists() and not source.is_file():
            raise PictureError(phrase("{source}: not a file", source=str(source)))
        with source.open("rb") as file:
            return read_open(file, MAX_BYTES), permissions(file)
    except OSError as error:
        raise PictureError(
            phrase("{source}: cannot be read ({reason})", source=str(source), reason=reason_of(error))
        ) from error
