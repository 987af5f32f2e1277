"""Known works, logos and marks: added, removed, read, and found by a picture that stands for one already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from imgpolicy.domain.canonical import work_form
from imgpolicy.domain.ids import check_id, id_from_title, id_stem
from imgpolicy.domain.log import Action
from imgpolicy.domain.validate import check_word_marks, check_work
from imgpolicy.domain.work import Features, Identity, KnownFingerprint, Work, WorkKind
from imgpolicy.errors import RegisterError
from imgpolicy.facts import Fingerprint
from imgpolicy.index.rows import FingerprintRow
from imgpolicy.phrase import phrase
from imgpolicy.register.sql.licences import LicenceRow
from imgpolicy.register.sql.logos import ArtworkRow
from imgpolicy.register.sql.publications import UsedWorkRow
from imgpolicy.register.sql.works import WorkPictureRow, WorkRow
from imgpolicy.register.unit import UnitOfWork

_FEW = 100


def add_work(  # noqa: PLR0913  # a work's fields
    unit: UnitOfWork,
    title: str,
    fingerprints: Sequence[Fingerprint | KnownFingerprint],
    *,
    kind: WorkKind = WorkKind.WORK,
    owner: str | None = None,
    work_id: str | None = None,
    words: Sequence[str] = (),
) -> Work:
    """Add a work, logo or mark, shown by one picture or several; its id is made from the title unless given.

    A picture that already stands for a work is refused, and so are `words` of what is no logo.
    """
    from imgpolicy.index.features import known_fingerprint  # loads numpy, which whoever keeps consents does not need

    known = tuple(p if isinstance(p, KnownFingerprint) else known_fingerprint(p) for p in fingerprints)
    check_work(title, owner, known)
    check_word_marks(words, kind)
    taken = unit.sql.works.ids_like(id_stem(title) if work_id is None else check_id(work_id))
    new_id = id_from_title(title, taken) if work_id is None else work_id
    marks = tuple(sorted(words))
    added = Work(id=new_id, kind=kind, title=title, owner=owner, fingerprints=known, words=marks)
    if added.id in taken:
        raise RegisterError(phrase("there is a work {id} already; choose another id", id=repr(added.id)))
    for there in already_there(unit, known).values():
        raise RegisterError(phrase("this picture is in the register already, as {there}", there=repr(there)))
    unit.sql.works.insert([WorkRow(added.id, added.kind.value, added.title, added.owner, "\n".join(marks) or None)])
    unit.sql.works.insert([_picture_row(added.id, one) for one in known])
    unit.log(Action.ADD_WORK, added.id, work_form(added))
    return added


def remove_work(unit: UnitOfWork, work_id: str) -> Work:
    """Forget a work with all that it is recognised by; the work as it was, or RegisterError when it is not there.

    Where licences or posts name it, its title stays on record with them, and it is recognised no more.
    """
    (removed,) = _works([_work_row(unit, work_id)], unit.sql.works.pictures(work_id))
    unit.sql.works.delete(WorkPictureRow, "work", work_id)
    unit.sql.logos.delete(ArtworkRow, "work", work_id)
    licences = unit.sql.licences.find(LicenceRow, "work", work_id)
    named = bool(licences) or bool(unit.sql.publications.find(UsedWorkRow, "work", work_id))
    if not named:
        unit.sql.works.delete(WorkRow, "id", work_id)
    unit.log(Action.REMOVE_WORK, work_id, work_form(removed))
    if named:
        unit.log(Action.KEEP_TITLE, work_id, work_form(replace(removed, fingerprints=())))
    return removed


def works(unit: UnitOfWork) -> tuple[Work, ...]:
    """Every work, logo and mark, by id."""
    return _works(unit.sql.works.all(), unit.sql.works.pictures())


def work(unit: UnitOfWork, work_id: str) -> Work:
    """The one work without its fingerprints; RegisterError when it is not there."""
    (found,) = _works([_work_row(unit, work_id)], ())
    return found


def whole_work(unit: UnitOfWork, work_id: str) -> Work:
    """The one work with its fingerprints; RegisterError when it is not there."""
    (found,) = _works([_work_row(unit, work_id)], unit.sql.works.pictures(work_id))
    return found


def already_there(unit: UnitOfWork, fingerprints: Sequence[KnownFingerprint]) -> dict[int, str]:
    """Which of these, by their places, stand for a work already, and for which.

    A picture is the same when its file is; a bare hash when there is the same bare hash.
    """
    if len(fingerprints) <= _FEW:
        asked = ((place, unit.sql.works.shown_by(*known.identity)) for place, known in enumerate(fingerprints))
        return {place: work_id for place, work_id in asked if work_id is not None}
    there = {_identity(row): row.work for row in unit.sql.works.fingerprints()}
    places = ((place, there.get(known.identity)) for place, known in enumerate(fingerprints))
    return {place: work_id for place, work_id in places if work_id is not None}


def words_in(row: WorkRow) -> tuple[str, ...]:
    """The words of the row's logo."""
    return tuple((row.words or "").splitlines())


def _work_row(unit: UnitOfWork, work_id: str) -> WorkRow:
    for row in unit.sql.works.find(WorkRow, "id", work_id):
        return row
    raise RegisterError(
        phrase("there is no work {work} in the register; `imgpolicy work list` shows them", work=repr(work_id[:80]))
    )


def _identity(row: FingerprintRow) -> Identity:
    return (None, row.pdq, row.phash) if row.sha256 is None else (row.sha256, None, None)


def _picture_row(work_id: str, known: KnownFingerprint) -> WorkPictureRow:
    kept = known.features
    return WorkPictureRow(
        work=work_id,
        sha256=known.sha256,
        phash=None if known.phash is None else f"{known.phash:016x}",
        pdq=None if known.pdq is None else f"{known.pdq:064x}",
        quality=known.quality,
        version=None if kept is None else kept.version,
        width=None if kept is None else kept.width,
        height=None if kept is None else kept.height,
        features=None if kept is None else kept.data,
    )


def _works(rows: Iterable[WorkRow], pictures: Iterable[WorkPictureRow]) -> tuple[Work, ...]:
    """The works of these rows, in their order."""
    known: dict[str, list[KnownFingerprint]] = defaultdict(list)
    for row in pictures:
        known[row.work].append(_fingerprint(row))
    return tuple(
        Work(
            id=row.id,
            kind=WorkKind(row.kind),
            title=row.title,
            owner=row.owner,
            fingerprints=tuple(known.get(row.id, ())),
            words=words_in(row),
        )
        for row in rows
    )


def _fingerprint(row: WorkPictureRow) -> KnownFingerprint:
    features = None
    if row.features is not None:
        features = Features(
            version=row.version or "", width=row.width or 0, height=row.height or 0, data=bytes(row.features)
        )
    return KnownFingerprint(
        sha256=row.sha256,
        phash=None if row.phash is None else int(row.phash, 16),
        pdq=None if row.pdq is None else int(row.pdq, 16),
        quality=row.quality,
        features=features,
    )
