"""Many pictures cleaned into one folder: workers clean and judge, and one process writes each copy that may be posted.

arguments ─► laws: which picture goes where ─► workers: clean, judge again ─► written whole, or why not
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePath

from imgpolicy import formats
from imgpolicy.errors import ImgPolicyError, PictureError, RemedyError, RequestError
from imgpolicy.phrase import message_of, phrase, reason_of
from imgpolicy.pool import Outcome
from imgpolicy.service.bulk import Crowd, jobs_for, worked_off
from imgpolicy.service.check import Checked, CheckRequest, Job, See, check_one
from imgpolicy.service.clean import CleanCopy, CleanRequest, clean_picture, postings_for, write_copy
from imgpolicy.service.outputs import Output, Replaces, output
from imgpolicy.service.workspace import Place, Workspace
from imgpolicy.sources import STDIN, expand, is_url


@dataclass(frozen=True, slots=True)
class Planned:
    """A picture, and the file for its clean copy; with `stands` that is there already, and is not replaced."""

    source: str
    target: Output
    stands: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Pictures that were planned, and how many processes clean them; `place` is what these open."""

    place: Place
    planned: Sequence[Planned]
    jobs: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """What became of one of many pictures.

    `last` is on its copy, or on what stands there already where `stood`; `first` on the picture as it was. `copy` is
    what came of it, without its bytes, which are `written` where they may be posted. `trouble` says in one line why
    they are not.
    """

    index: int
    source: str
    target: Path
    first: Checked
    last: Checked
    copy: CleanCopy | None = None
    written: bool = False
    stood: bool = False
    trouble: str | None = None


def plan(arguments: Sequence[str], folder: Path, keeps: Sequence[str], *, replaces: Replaces) -> list[Planned]:
    """Where the copy of each picture goes: by its name into the folder, what is below a folder by its path below that.

    What stands there already is left, unless pictures are to be replaced. Raises PictureError when there are no
    pictures, RequestError for what is no file or folder, when two pictures would become one file, when the folder is in
    one that pictures are taken from, and for what `outputs.output` refuses.
    """
    if not folder.is_dir() and (folder.exists() or folder.suffix.lower() in formats.SUFFIXES):
        raise RequestError(phrase("{to} is not a folder: several pictures need one to go to", to=str(folder)))
    pairs = [pair for argument in arguments for pair in _below(argument, folder)]
    if not pairs:
        raise PictureError(phrase("no pictures in {places}", places=", ".join(arguments)))
    by_target: dict[str, str] = {}
    for source, target in pairs:
        other = by_target.setdefault(os.path.realpath(target), source)
        if other != source:
            raise RequestError(
                phrase(
                    "{one} and {other} would both become {target}: clean them into two folders",
                    one=other,
                    other=source,
                    target=str(target),
                )
            )
    originals = _Originals([source for source, _ in pairs])
    found = []
    for source, target in dict(pairs).items():
        if target in originals:
            raise RequestError(phrase("{path} is read or kept by this command: name another file", path=str(target)))
        stands = replaces is Replaces.NOTHING and target.is_file() and not target.is_symlink()
        made = output(target, keeps, replaces=Replaces.PICTURES if stands else replaces, mode=None)
        if not _is_below(target, folder):
            raise RequestError(phrase("{path} is a link that leads out of its folder: name a file", path=str(target)))
        found.append(Planned(source, replace(made, replaces=replaces), stands))
    return found


class _Originals:
    """The files that are cleaned, by every name that they have; asking for one costs the same, however many."""

    def __init__(self, sources: Sequence[str]) -> None:
        self._paths = {os.path.realpath(source) for source in sources}
        self._files = {_file(source) for source in sources} - {None}

    def __contains__(self, path: Path) -> bool:
        return os.path.realpath(path) in self._paths or _file(path) in self._files


def _file(path: str | Path) -> tuple[int, int] | None:
    """What the system knows the file by; None when it is not there."""
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino


def clean_each(
    workspace: Workspace, batch: Batch, request: CleanRequest, *, see: See | None = None
) -> Generator[Cleaned]:
    """What became of each picture, as it comes: a copy that may be posted was written, whole.

    What stands there already is checked as it is, so that its verdict counts too. Whoever stops is to close the
    iterator: then no worker is left, each file that is there is whole, and asking again goes on. Raises what
    `clean_picture` raises but RemedyError, and RequestError where it is asked what is for one picture alone.
    """
    if request.choose is not None or request.keeps is not None or request.also_covers:
        raise RequestError(
            phrase("--interactive, --crop and --also-cover are for one picture: clean that by itself, into a file")
        )
    planned = batch.planned
    postings = postings_for(workspace, [one.source for one in planned], request)
    names = tuple(str(one.target.path) if one.stands else one.source for one in planned)
    stand = frozenset(str(one.target.path) for one in planned if one.stands)
    crowd = Crowd(place=batch.place, names=names, jobs=batch.jobs)
    do = partial(_done, request=request, stand=stand, see=see)
    with closing(worked_off(workspace, crowd, jobs_for(names, postings), do)) as outcomes:
        for outcome in outcomes:
            yield _cleaned(workspace, planned[outcome.job.index], outcome)


def _below(argument: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """The pictures that an argument names, each with its place below the folder."""
    if argument == STDIN or is_url(argument):
        raise RequestError(
            phrase("{what} has no name to be kept in a folder: clean it by itself, into a file", what=argument)
        )
    pictures, _ = expand(argument)
    inside = os.path.isdir(argument)  # noqa: PTH112  # says no to odd names
    if inside and (_is_below(folder, Path(argument)) or os.path.realpath(folder) == os.path.realpath(argument)):
        raise RequestError(
            phrase(
                "{folder} is in {argument}, whose pictures are cleaned: name a folder outside of it",
                folder=str(folder),
                argument=argument,
            )
        )
    for picture in pictures:
        own = os.path.relpath(picture, argument) if inside else PurePath(picture).name
        yield picture, folder / own


def _is_below(path: Path, folder: Path) -> bool:
    """Whether the path leads into the folder, through whatever links there are."""
    return Path(os.path.realpath(folder)) in Path(os.path.realpath(path)).parents


def _done(
    workspace: Workspace, job: Job, *, request: CleanRequest, stand: frozenset[str], see: See | None
) -> CleanCopy | Checked | str:
    """What a worker finds: the copy, the answer on what stands there already, or why there is none."""
    if job.name in stand:
        return check_one(workspace, job.name, CheckRequest(posting=job.posting), see)
    try:
        return clean_picture(workspace, job.name, replace(request, posting=job.posting, by_folder=False), see=see)
    except RemedyError as error:
        return message_of(error)


def _cleaned(workspace: Workspace, one: Planned, outcome: Outcome[Job]) -> Cleaned:
    found, target = outcome.found, one.target.path
    index = outcome.job.index
    if isinstance(found, Checked):
        return Cleaned(index=index, source=one.source, target=target, first=found, last=found, stood=True)
    if not isinstance(found, CleanCopy):
        reason = found if isinstance(found, str) else outcome.reason
        trouble = PictureError(phrase("{name}: {reason}", name=one.source, reason=reason))
        unread = Checked(report=workspace.checker.unreadable(one.source, trouble, outcome.job.posting))
        return Cleaned(
            index=index, source=one.source, target=target, first=unread, last=unread, trouble=message_of(trouble)
        )
    copy = replace(found, data=None)  # of many, nobody holds the bytes
    cleaned = Cleaned(index=index, source=one.source, target=target, first=found.first, last=found.last, copy=copy)
    if found.data is None:
        return cleaned
    try:
        _folder_for(target)
        write_copy(found, one.target, one.source)
    except ImgPolicyError as error:
        return replace(cleaned, trouble=message_of(error))
    return replace(cleaned, written=True)


def _folder_for(target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImgPolicyError(
            phrase("{path}: cannot be written ({reason})", path=str(target), reason=reason_of(error))
        ) from error
