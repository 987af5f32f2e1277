"""Reading what works are recognised by: the arrays that are there, and the rows that came after them.

Works are added and removed, never changed, and the log says when. Arrays that were made at some entry of the log hold
as long as that entry is still there and no work was removed after it; what was added since are the pictures with
higher numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imgpolicy.domain.log import Action
from imgpolicy.domain.work import LOGOS
from imgpolicy.errors import RegisterError
from imgpolicy.index.file import WorksState
from imgpolicy.index.fingerprints import FingerprintIndex, fingerprint_index, joined
from imgpolicy.phrase import phrase
from imgpolicy.register.unit import UnitOfWork

if TYPE_CHECKING:
    from imgpolicy.register.register import Register

KEPT_FROM = 256
"""Pictures from which on a file beside the register is worth it: to read fewer takes some 30 ms of CPU at most
(benchmarks/works_index.py)."""

_SHARE = 64
"""Pictures that came later are read at each opening until they are one in so many; then they join the rest."""

_CHANGES = (Action.CREATE, Action.ADD_WORK, Action.ADD_ARTWORK, Action.REMOVE_WORK)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WorkFingerprints:
    """What the works are recognised by at a `state`: `base`, which was read at the state `since`, and `new` ones.

    `changed` says that `base` is another than the one in the file beside the register.
    """

    base: FingerprintIndex
    since: WorksState
    new: FingerprintIndex
    state: WorksState
    changed: bool = False

    @property
    def parts(self) -> tuple[FingerprintIndex, ...]:
        """Both, in the order in which they were added."""
        return (self.base, self.new) if self.new.pictures else (self.base,)


def work_fingerprints(unit: UnitOfWork, known: WorkFingerprints | None = None) -> WorkFingerprints:
    """What all works are recognised by; `known`, what it was before, is itself given back while it still is so.

    Only the rows that are new since are read. `keep_fingerprints` is to be called with it once the unit is over.
    """
    state = works_state(unit)
    if known is not None and known.state == state:
        return known
    base = _base(unit, known, state)
    return read_anew(unit, state) if base is None else extended(unit, *base, state)


def keep_fingerprints(register: Register, found: WorkFingerprints) -> None:
    """Put the arrays beside a SQLite register, unless a work that is in them was removed meanwhile."""
    index = register.index
    if index is None or not found.changed:
        return
    if found.base.pictures < KEPT_FROM:
        index.discard()
        return
    index.write(found.since, found.base)
    with register.reading() as unit:
        still = holds(unit, found.since)
    if not still:
        index.discard()


def _base(
    unit: UnitOfWork, known: WorkFingerprints | None, state: WorksState
) -> tuple[WorksState, FingerprintIndex] | None:
    """Arrays that still hold: those at hand, or, when there are none or much came after them, those in the file."""
    mine = (known.since, known.base) if known is not None and holds(unit, known.since) else None
    if unit.index is None or (mine is not None and not is_much(*mine, state)):
        return mine
    kept = unit.index.read()
    return kept if kept is not None and holds(unit, kept[0]) else mine


def works_state(unit: UnitOfWork) -> WorksState:
    """How far the works are; it changes whenever they or their artwork do."""
    entry = unit.sql.journal.last_of(_CHANGES)
    entry_hash = unit.sql.journal.entry_hash(entry)
    if entry_hash is None:
        raise RegisterError(phrase("the register is damaged: its log is empty"))
    return WorksState(entry=entry, hash=entry_hash, picture=unit.sql.works.last_picture())


def holds(unit: UnitOfWork, since: WorksState) -> bool:
    """True when everything that was read at this state is still there, and what came later only adds to it."""
    same = unit.sql.journal.entry_hash(since.entry) == since.hash
    return same and unit.sql.journal.last_of((Action.REMOVE_WORK,)) <= since.entry


def is_much(since: WorksState, base: FingerprintIndex, state: WorksState) -> bool:
    """True when so much came after `since` that it is better joined to what was read then."""
    return state.picture - since.picture > max(KEPT_FROM, base.pictures // _SHARE)


def extended(unit: UnitOfWork, since: WorksState, base: FingerprintIndex, state: WorksState) -> WorkFingerprints:
    """What was read at `since`, which must hold, with what was added since: beside it, or joined to it."""
    new = _fingerprints_after(unit, since.picture)
    if is_much(since, base, state):
        return WorkFingerprints(
            base=joined(base, new), since=state, new=fingerprint_index((), ()), state=state, changed=True
        )
    return WorkFingerprints(base=base, since=since, new=new, state=state)


def read_anew(unit: UnitOfWork, state: WorksState) -> WorkFingerprints:
    """Everything, from the rows."""
    logos = unit.sql.works.of_kinds(LOGOS)
    base = fingerprint_index(unit.sql.works.fingerprints(), unit.sql.works.features(), logos)
    return WorkFingerprints(base=base, since=state, new=fingerprint_index((), ()), state=state, changed=True)


def _fingerprints_after(unit: UnitOfWork, picture: int) -> FingerprintIndex:
    rows = list(unit.sql.works.fingerprints(picture))
    logos = unit.sql.works.of_kinds(LOGOS, sorted({row.work for row in rows}))
    return fingerprint_index(rows, unit.sql.works.features(picture), logos)
