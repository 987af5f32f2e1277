"""`work import`: many works at once, from a folder of pictures, a table of hashes, or a list of PDQ hashes.

Of pictures each is a work: those that cannot be read are named, and the others come in. Of a table or a list all that
is new comes in or nothing. What stands for a work already is reported and not doubled.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from imgpolicy.domain.work import LOGOS, KnownFingerprint, WorkKind, is_a_logo
from imgpolicy.enrol import is_plain, work_picture
from imgpolicy.errors import ImgPolicyError, RegisterError, RequestError
from imgpolicy.phrase import message_of, phrase
from imgpolicy.portable.tables import known_hashes
from imgpolicy.portable.transfer import Undone, undo_unless
from imgpolicy.register.register import Register
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.register.works import add_work, already_there
from imgpolicy.sources import expand
from imgpolicy.wire.grid import Problem
from imgpolicy.wire.sheets import Line, read_bytes, read_sheet
from imgpolicy.wire.work import WORKS, WorkRow, work_in

_PREFIX = "hash="

Tracked = Callable[[Sequence[str]], Iterable[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of it: the ids of new works, what is there already and as which work, and everything wrong.

    With problems nothing came in; what was `skipped` kept nothing else out. `whole_only` counts the pictures that are
    known by hashes only, and `plain` names those so plain that only the same file is surely them; `notes` say as what
    the file was read.
    """

    works: tuple[str, ...]
    already: tuple[str, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    whole_only: int
    skipped: tuple[Problem, ...] = ()
    plain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """A work to import: where it stands, and its pictures, each with the row that it stands in."""

    file: str
    title: str
    owner: str | None
    kind: WorkKind = WorkKind.WORK
    id: str | None = None
    words: tuple[str, ...] = ()
    pictures: tuple[tuple[int, KnownFingerprint], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What a file holds, what is wrong in it, and as what it was read."""

    works: Sequence[_Work]
    problems: Sequence[Problem]
    notes: tuple[str, ...] = ()
    skipped: tuple[Problem, ...] = ()


def import_works(  # noqa: PLR0913  # what of, as what, and how
    register: Register,
    path: Path,
    *,
    title: str | None = None,
    owner: str | None = None,
    keep: bool = True,
    tracked: Tracked = iter,
) -> Imported:
    """Import works from a folder of pictures, a CSV table (.csv), or a list of PDQ hashes (any other file).

    A folder's pictures are a work each, called like the file; a list is one work, called `title` or like the file.
    Without `keep` it is all tried and nothing stays. `tracked` gives the pictures of a folder one by one, and may show
    how far it is. RegisterError when there is nothing there to read.
    """
    return _brought(register, _read(path, title, owner, tracked), keep=keep)


def import_pictures(
    register: Register,
    pictures: Sequence[str],
    *,
    owner: str | None = None,
    kind: WorkKind = WorkKind.WORK,
    tracked: Tracked = iter,
) -> Imported:
    """Import pictures, by paths or URLs, a work each, called like the file; those that cannot be read are skipped."""
    return _brought(register, _pictures(pictures, owner, kind, tracked), keep=True)


def _brought(register: Register, found: _Found, *, keep: bool) -> Imported:
    works, problems = found.works, list(found.problems)
    ids: list[str] = []
    already: list[str] = []
    try:
        with register.writing() as unit:
            for work in works:
                new, there = _new(unit, work)
                already += there
                if new:
                    ids += _added(unit, work, new, problems)
            undo_unless(keep and not problems)
    except Undone:
        pass
    bare = sum(known.features is None for work in works for _, known in work.pictures)
    return Imported(
        works=tuple(ids),
        already=tuple(already),
        problems=tuple(problems),
        notes=found.notes,
        whole_only=bare,
        skipped=found.skipped,
        plain=tuple(_place(work.file, row) for work in works for row, known in work.pictures if is_plain(known)),
    )


def _new(unit: UnitOfWork, work: _Work) -> tuple[list[KnownFingerprint], list[str]]:
    """The pictures that stand for no work yet, and a line for each that does."""
    there = already_there(unit, [known for _, known in work.pictures])
    skipped: list[str] = [
        phrase(
            "{place}: is there already, as {there}",
            place=_place(work.file, work.pictures[place][0]),
            there=there[place],
        )
        for place in there
    ]
    return [known for place, (_, known) in enumerate(work.pictures) if place not in there], skipped


def _added(unit: UnitOfWork, work: _Work, new: Sequence[KnownFingerprint], problems: list[Problem]) -> Iterator[str]:
    """The id of the work, once it is in; a refusal goes into the problems."""
    try:
        yield add_work(unit, work.title, new, kind=work.kind, owner=work.owner, work_id=work.id, words=work.words).id
    except RegisterError as error:
        problems.append(Problem(work.file, work.pictures[0][0], "", message_of(error)))


def _place(file: str, row: int) -> str:
    return phrase("{file}, row {row}", file=file, row=row) if row else file


def _read(path: Path, title: str | None, owner: str | None, tracked: Tracked) -> _Found:
    if path.is_dir():
        if title is not None:
            raise RegisterError(phrase("the works of a folder are called like their files; leave the title out"))
        return _folder(path, owner, tracked)
    if path.suffix.lower() == ".csv":
        return _table(path, owner)
    return _hash_list(path, title or path.stem, owner)


def _folder(folder: Path, owner: str | None, tracked: Tracked) -> _Found:
    pictures, _ = expand(str(folder))
    if not pictures:
        raise RegisterError(phrase("{folder}: holds no picture", folder=str(folder)))
    return _pictures(pictures, owner, WorkKind.WORK, tracked)


def _pictures(pictures: Sequence[str], owner: str | None, kind: WorkKind, tracked: Tracked) -> _Found:
    if kind in LOGOS:
        raise RequestError(is_a_logo(kind))
    works: dict[str, _Work] = {}
    skipped: list[Problem] = []
    for picture in tracked(pictures):
        try:
            known = work_picture(picture)
        except ImgPolicyError as error:
            skipped.append(Problem(Path(picture).name, 0, "", message_of(error)))
            continue
        # The same file twice is one work.
        work = _Work(file=picture, title=Path(picture).stem, owner=owner, kind=kind, pictures=((0, known),))
        works.setdefault(known.sha256 or "", work)
    return _Found(works=list(works.values()), problems=(), skipped=tuple(skipped))


def _table(path: Path, owner: str | None) -> _Found:
    """Rows with the same id are one work."""
    sheet = read_sheet(path, ("title",), WORKS.columns)
    works: dict[str, list[tuple[Line, WorkRow, KnownFingerprint]]] = defaultdict(list)
    for line in sheet.lines:
        row = work_in(line)
        if row.kind in LOGOS:
            line.wrong("kind", is_a_logo(row.kind))
            continue
        known = _row_picture(line, path.parent)
        if line.sound and known is not None:
            works[row.id or phrase("row {number}", number=line.number)].append((line, row, known))
    wrong = [problem for line in sheet.lines for problem in line.problems]
    found = [_row_work(rows, owner) for rows in works.values()]
    return _Found(works=found, problems=[*sheet.problems, *wrong], notes=sheet.notes)


def _row_picture(line: Line, folder: Path) -> KnownFingerprint | None:
    name = line.text("file")
    if name is None:
        return known_hashes(line)
    try:
        return work_picture(str(folder / name))
    except ImgPolicyError as error:
        line.wrong("file", message_of(error))
        return None


def _row_work(rows: Sequence[tuple[Line, WorkRow, KnownFingerprint]], owner: str | None) -> _Work:
    line, first, _ = rows[0]
    return _Work(
        file=line.file,
        title=first.title,
        owner=first.owner or owner,
        kind=first.kind or WorkKind.WORK,
        id=first.id,
        words=first.words,
        pictures=tuple((other.number, known) for other, _, known in rows),
    )


def _hash_list(path: Path, title: str, owner: str | None) -> _Found:
    """ThreatExchange's text form: a PDQ hash in hex a line, ``hash=`` before it or not; after a comma its quality."""
    try:
        lines = read_bytes(path).decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        wrong = Problem(path.name, 0, "", phrase("not a list of hashes: it is not text in UTF-8"))
        return _Found(works=(), problems=(wrong,))
    problems: list[Problem] = []
    pictures: dict[int, tuple[int, KnownFingerprint]] = {}
    for row, line in enumerate(lines, start=1):
        if line.strip():
            table_line = Line(path.name, row, _hash_cells(line))
            known = known_hashes(table_line)
            problems += table_line.problems
            if known is not None and known.pdq is not None:
                pictures.setdefault(known.pdq, (row, known))
    if not pictures and not problems:
        raise RegisterError(phrase("{path}: holds no hash", path=str(path)))
    work = _Work(file=path.name, title=title, owner=owner, pictures=tuple(pictures.values()))
    return _Found(works=[work] if pictures else [], problems=problems)


def _hash_cells(line: str) -> dict[str, str]:
    """The line as the cells of a table: its hash, and PDQ's quality where a number up to 100 follows."""
    text, *rest = line.split(",")
    quality = rest[0].strip() if rest else ""
    stands = quality.isascii() and quality.isdigit() and int(quality[:4]) <= 100
    return {"pdq": text.strip().removeprefix(_PREFIX) or "-", "quality": quality if stands else ""}
