"""A folder is watched: each picture that lies still in it is judged, or cleaned, and goes where its answer says.

look ─► stands still ─► judged, cleaned ─► what of it goes where, with its report ─► delivered: all of it or nothing

What lies in the folder comes from anybody: links and whatever else is no plain file are left where they are.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Self

from imgpolicy.delivery import Delivery, Source, Staged, chunks_of, free_name
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.verdict import Verdict
from imgpolicy.errors import ImgPolicyError, PictureError, RemedyError, RequestError
from imgpolicy.files import is_being_written, lock, permissions
from imgpolicy.language import ENGLISH, Language
from imgpolicy.phrase import message_of, phrase, reason_of
from imgpolicy.render import Renderer, Shown, Terminal, renderers
from imgpolicy.render.preview import masked
from imgpolicy.report import Report
from imgpolicy.service.check import Checked, CheckRequest, See, accept_posting, check_pictures
from imgpolicy.service.clean import CleanRequest, clean_picture
from imgpolicy.service.outputs import is_one_of
from imgpolicy.service.workspace import Workspace

THERE = ".imgpolicy-watch"
"""The file by which a watched folder is known to be there; in the quarantine it is locked while somebody watches."""

ORIGINALS = "originals"
"""The folder in the quarantine for what was dropped where a clean copy went on."""

AGAIN = 30.0
"""Seconds after which what could not be done is tried again."""

MOST_TRIES = 3
"""How often a picture may end the program before it is given up."""

_UNFINISHED = (".part", ".partial", ".filepart", ".crdownload", ".download", ".tmp", "~")
"""How browsers and programs that copy files call what is not whole yet."""

_PICTURE, _REPORT = 0o666, 0o660
"""The permission bits that are left to a picture, and to a report, which names people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRequest:
    """What is asked of a folder: where its pictures go, and the posting that they are meant for.

    Without `review` what somebody has to look at lies with the quarantine. With `cleans` a clean copy goes on, and the
    picture itself into the folder `originals` of the quarantine. `form` is that of the reports. A file stands still
    that nothing changed for `still` seconds.
    """

    inbox: Path
    out: Path
    quarantine: Path
    review: Path | None = None
    posting: Posting
    cleans: bool = False
    form: str = "html"
    language: Language = ENGLISH
    still: float = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A picture that went: what it was called, the report that lies beside it, and where it is."""

    name: str
    report: Report
    place: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What could not be done, and is tried again; `name` is that of the picture, None where it is all of them."""

    name: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class _State:
    """By what a file is seen to have changed."""

    file: int
    size: int
    changed: int


@dataclass(slots=True)
class _Seen:
    """A file in the folder: since when it is in this state, and before when it is left alone."""

    state: _State
    since: float
    not_before: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What is to be done with one picture: what is said of what goes, where to, and the bytes that go in its place.

    `original` is what is said of the picture itself.
    """

    checked: Checked
    original: Checked
    folder: Path
    copy: bytes | None = field(default=None, repr=False)


def open_watch(workspace: Workspace, request: WatchRequest) -> Watch:
    """The folder, watched by nobody else; a context manager. What somebody left half done who was killed is done.

    RequestError for a posting or form that is not known, and for folders that are none, are one, or hold what the
    register stands on; ImgPolicyError when somebody watches with this quarantine, or a folder of before is not there.
    """
    accept_posting(workspace, request.posting)
    renderer = renderers([request.form])[request.form]
    folders = {name: one.absolute() for name, one in _named(request).items()}
    _accept(folders, workspace)
    request = replace(
        request,
        inbox=folders["IN"],
        out=folders["OUT"],
        quarantine=folders["QUARANTINE"],
        review=folders.get("--review"),
    )
    return Watch(workspace, request, renderer)


def _named(request: WatchRequest) -> dict[str, Path]:
    review = {} if request.review is None else {"--review": request.review}
    return {"IN": request.inbox, "OUT": request.out, "QUARANTINE": request.quarantine, **review}


def _accept(folders: dict[str, Path], workspace: Workspace) -> None:
    for name, folder in folders.items():
        if not folder.is_dir():
            raise RequestError(phrase("{name} is no folder that is there: {folder}", name=name, folder=str(folder)))
    for name, folder in folders.items():
        if sum(folder.samefile(other) for other in folders.values()) > 1:
            raise RequestError(phrase("{name} is named twice: each is a folder of its own", name=name))
    if any(is_one_of(Path(file).absolute().parent, [str(folders["IN"])]) for file in workspace.files):
        raise RequestError(phrase("the policy, its key or the register is in IN: name a folder of its own"))


class Watch:
    """A folder that is watched. `look` is asked again and again, by one thread."""

    def __init__(self, workspace: Workspace, request: WatchRequest, renderer: Renderer) -> None:
        self._workspace = workspace
        self._request = request
        self._renderer = renderer
        self._see: See | None = masked if renderer.shows_picture else None
        self._folders = [*_named(request).values()]
        self._originals = request.quarantine / ORIGINALS
        key = hashlib.sha256(os.fsencode(request.quarantine.resolve())).hexdigest()[:8]
        self._delivery = Delivery(folder=request.quarantine, mark=f"{THERE}-{key}-", there=THERE)
        self._seen: dict[str, _Seen] = {}
        self._lock = self._mark()
        try:
            self._delivery.finish(self._folders)
            self._delivery.sweep(self._folders)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let others watch."""
        self._lock.close()

    @property
    def waits(self) -> bool:
        """Whether a file lies there that is neither left alone for now nor done with."""
        now = time.monotonic()
        return any(one.not_before <= now for one in self._seen.values())

    def look(self) -> Iterator[Taken | Left]:
        """What became of each picture that stands still by now, until one could not be done."""
        try:
            self._delivery.accept(self._folders)
            self._delivery.finish(self._folders)
            ready = self._ready()
        except (ImgPolicyError, OSError) as error:
            yield Left(name=None, reason=_reason(error))
            return
        for name in ready:
            done = self._tried(name)
            if done is not None:
                yield done
            if isinstance(done, Left):
                return

    def _mark(self) -> IO[bytes]:
        """Mark the folders as there, and lock the quarantine."""
        marks = [folder / THERE for folder in self._folders]
        first = self._request.quarantine / f"{THERE}-first"  # whoever is killed while they mark goes on with it
        if not any(mark.exists() for mark in marks):
            first.touch()
        elif not first.exists():
            _accept_marks(marks)
        if self._request.cleans:
            self._originals.mkdir(exist_ok=True)
            self._folders.append(self._originals)
        for folder in self._folders:
            (folder / THERE).touch(exist_ok=True)
        first.unlink(missing_ok=True)
        file = (self._request.quarantine / THERE).open("r+b")
        if not lock(file):
            file.close()
            raise ImgPolicyError(
                phrase("{folder}: somebody watches with it already", folder=str(self._request.quarantine))
            )
        return file

    def _ready(self) -> list[str]:
        """The names of files that nothing changed for long enough, in order; what is seen of each is kept."""
        now, found = time.monotonic(), {}
        with os.scandir(self._request.inbox) as entries:
            for entry in entries:
                if entry.name.startswith(".") or entry.name.lower().endswith(_UNFINISHED):
                    continue
                state = _state(entry)
                if state is not None:
                    before = self._seen.get(entry.name)
                    found[entry.name] = before if before and before.state == state else _Seen(state, now)
        self._seen = found
        still = self._request.still
        return sorted(name for name, one in found.items() if now >= max(one.since + still, one.not_before))

    def _tried(self, name: str) -> Taken | Left | None:
        """What became of the picture; None where it is not still after all."""
        begun = self._request.quarantine / f"{THERE}-begun"
        try:
            taken = self._take(name, begun)
        except FileNotFoundError:
            taken = None  # somebody took it back
        except (ImgPolicyError, OSError) as error:
            self._seen[name].not_before = time.monotonic() + AGAIN
            return Left(name=name, reason=_reason(error))
        finally:
            with contextlib.suppress(OSError):
                begun.unlink(missing_ok=True)
        if taken is None:
            self._seen[name].since = time.monotonic()
        else:
            del self._seen[name]
        return taken

    def _take(self, name: str, begun: Path) -> Taken | None:
        with _opened(self._request.inbox, name) as file:
            if is_being_written(file):
                return None
            tries = _begin(begun, name)
            answer = self._given_up(name) if tries > MOST_TRIES else self._answer(file)
            placed = free_name(answer.folder, name, ["", self._renderer.suffix])
            return self._delivered(file, name, placed, answer)

    def _answer(self, file: IO[bytes]) -> _Answer:
        """What is said of an open file."""
        request, workspace = self._request, self._workspace
        if request.cleans:
            wanted = CleanRequest(posting=request.posting, allow_review=True)
            try:
                copy = clean_picture(workspace, file, wanted, see=self._see)
            except RemedyError:  # then it is checked as it is
                file.seek(0)
            else:
                if copy.data is None:
                    return _Answer(checked=copy.first, original=copy.first, folder=request.quarantine)
                folder = self._folder_of(copy.last.report)
                return _Answer(checked=copy.last, original=copy.first, folder=folder, copy=copy.data)
        (checked,) = check_pictures(workspace, [file], CheckRequest(posting=request.posting), see=self._see)
        return _Answer(checked=checked, original=checked, folder=self._folder_of(checked.report))

    def _given_up(self, name: str) -> _Answer:
        ended = PictureError(phrase("{name}: whoever looked at it was ended each time", name=name))
        checked = Checked(report=self._workspace.checker.unreadable(name, ended, self._request.posting))
        return _Answer(checked=checked, original=checked, folder=self._request.quarantine)

    def _folder_of(self, report: Report) -> Path:
        request = self._request
        if not report.readable or report.verdict is Verdict.NO_GO:
            return request.quarantine
        return request.out if report.verdict is Verdict.GO else request.review or request.quarantine

    def _delivered(self, file: IO[bytes], name: str, placed: str, answer: _Answer) -> Taken | None:
        """Deliver what came of it; None when the file is not what was judged any more."""
        judged, stage = answer.original.report.picture.sha256, self._delivery.stage
        bits, staged = permissions(file) | 0o600, list[Staged]()
        report = self._rendered(answer).encode("utf-8", "backslashreplace")
        try:
            staged.append(stage(answer.folder, placed + self._renderer.suffix, [report], bits & _REPORT))
            if answer.copy is not None and hashlib.sha256(answer.copy).hexdigest() != judged:
                staged.append(stage(answer.folder, placed, [answer.copy], bits & _PICTURE))
                kept, original = self._originals, free_name(self._originals, name, [""])
            else:
                kept, original = answer.folder, placed
            file.seek(0)
            staged.append(stage(kept, original, chunks_of(file), bits & _PICTURE))
            read = staged[-1].sha256
            if judged not in {None, read}:
                return None
            self._delivery.deliver(Source(path=self._request.inbox / name, sha256=read), staged)
        finally:
            self._delivery.drop(staged)
        return Taken(name=name, report=answer.checked.report, place=answer.folder / placed)

    def _rendered(self, answer: _Answer) -> str:
        last, first = answer.checked, answer.original
        before = None if first is last else Shown(first.report, first.seen, hides=True)
        shown = Shown(last.report, last.seen, before=before, hides=True)
        return self._renderer.render([shown], self._request.language, Terminal(verbose=True))


def _accept_marks(marks: list[Path]) -> None:
    """Nothing, when every folder is marked; ImgPolicyError that names one which is not."""
    for mark in marks:
        if not mark.exists():
            raise ImgPolicyError(
                phrase(
                    "{folder} is not the folder that was watched before: connect its share, or make an empty {mark}"
                    " in it",
                    folder=str(mark.parent),
                    mark=THERE,
                )
            )


def _state(entry: os.DirEntry[str]) -> _State | None:
    """The state of a plain file; None for a link, a folder and whatever else, and for what has gone."""
    try:
        found = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    return _State(found.st_ino, found.st_size, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) else None


def _opened(folder: Path, name: str) -> IO[bytes]:
    """A plain file of the folder, open to be read, that calls itself by its name alone."""

    def opener(path: str, flags: int) -> int:
        return os.open(folder / path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))

    file = open(name, "rb", opener=opener)  # noqa: SIM115  # closed by whoever asked
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise FileNotFoundError(name)
    return file


def _begin(begun: Path, name: str) -> int:
    """Note that the picture is looked at, and say how often that began in a row without an end."""
    try:
        tries, _, before = begun.read_bytes().partition(b" ")
    except FileNotFoundError:
        tries, before = b"0", b""
    count = int(tries) + 1 if before == os.fsencode(name) and tries.isdigit() else 1
    begun.write_bytes(b"%d %s" % (count, os.fsencode(name)))
    return count


def _reason(error: ImgPolicyError | OSError) -> str:
    return reason_of(error) if isinstance(error, OSError) else message_of(error)
