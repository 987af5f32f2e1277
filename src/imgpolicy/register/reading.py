"""Reading what works are recognised by: the arrays that are there, and the rows that came after them.

Works are added and removed, never changed, and the log says when. Arrays that were made at some entry of the log hold
as long as that entry is still there and no work was removed after it; what was added since are the pictures with
higher numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imgpolicy.domain.work import LOGOS
from imgpolicy.errors import RegisterError
from imgpolicy.register.index import WorksState
from imgpolicy.register.log import Action
from imgpolicy.register.prints import Prints, joined, prints_from

if TYPE_CHECKING:
    from imgpolicy.register.sql.transaction import Transaction

KEPT_FROM = 256
"""Pictures from which on a file beside the register is worth it: to read fewer takes some 30 ms of CPU at most
(benchmarks/works_index.py)."""

_SHARE = 64
"""Pictures that came later are read at each opening until they are one in so many; then they join the rest."""

_CHANGES = (Action.CREATE, Action.ADD_WORK, Action.ADD_ARTWORK, Action.REMOVE_WORK)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WorkPrints:
    """What the works are recognised by at a `state`: `base`, which was read at the state `since`, and `new` ones."""

    base: Prints
    since: WorksState
    new: Prints
    state: WorksState

    @property
    def parts(self) -> tuple[Prints, ...]:
        """Both, in the order in which they were added."""
        return (self.base, self.new) if self.new.pictures else (self.base,)


def works_state(transaction: Transaction) -> WorksState:
    """How far the works are; it changes whenever they or their artwork do."""
    entry = transaction.last_of(_CHANGES)
    entry_hash = transaction.entry_hash(entry)
    if entry_hash is None:
        raise RegisterError("the register is damaged: its log is empty")
    return WorksState(entry=entry, hash=entry_hash, picture=transaction.last_picture())


def holds(transaction: Transaction, since: WorksState) -> bool:
    """True when everything that was read at this state is still there, and what came later only adds to it."""
    same = transaction.entry_hash(since.entry) == since.hash
    return same and transaction.last_of((Action.REMOVE_WORK,)) <= since.entry


def is_much(since: WorksState, base: Prints, state: WorksState) -> bool:
    """True when so much came after `since` that it is better joined to what was read then."""
    return state.picture - since.picture > max(KEPT_FROM, base.pictures // _SHARE)


def extended(transaction: Transaction, since: WorksState, base: Prints, state: WorksState) -> WorkPrints:
    """What was read at `since`, which must hold, with what was added since: beside it, or joined to it."""
    new = _prints_after(transaction, since.picture)
    if is_much(since, base, state):
        return WorkPrints(base=joined(base, new), since=state, new=prints_from((), ()), state=state)
    return WorkPrints(base=base, since=since, new=new, state=state)


def read_anew(transaction: Transaction, state: WorksState) -> WorkPrints:
    """Everything, from the rows."""
    logos = transaction.works_of(LOGOS)
    base = prints_from(transaction.prints(), transaction.features(), logos)
    return WorkPrints(base=base, since=state, new=prints_from((), ()), state=state)


def _prints_after(transaction: Transaction, picture: int) -> Prints:
    rows = list(transaction.prints(picture))
    logos = transaction.works_of(LOGOS, sorted({row.work for row in rows}))
    return prints_from(rows, transaction.features(picture), logos)
