"""Looking after a register for years: is it whole, how much is in it, another master key."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from imgpolicy.domain.log import CREATED, Action, Entry, first_broken
from imgpolicy.phrase import phrase
from imgpolicy.register.debts import Debt, is_restored_blindly, owed
from imgpolicy.register.history import History
from imgpolicy.register.sql.accounts import AccountRow
from imgpolicy.register.sql.consents import ConsentRow
from imgpolicy.register.sql.decisions import DecisionRow
from imgpolicy.register.sql.dismissals import DismissalRow
from imgpolicy.register.sql.evidence import EvidenceRow, LicenceEvidenceRow
from imgpolicy.register.sql.faces import FaceRow
from imgpolicy.register.sql.licences import LicenceRow
from imgpolicy.register.sql.people import PersonRow
from imgpolicy.register.sql.publications import PublicationRow, TakedownRow
from imgpolicy.register.sql.works import WorkRow
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.register.wholeness import Walk, readable_people, walked


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """How many of each the register holds."""

    people: int
    consents: int
    faces: int
    evidence: int
    works: int
    licences: int
    publications: int
    takedowns: int
    decisions: int
    dismissals: int
    accounts: int
    log: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What a walk over the register found: the first entry of the log that is wrong, and in words what is damaged.

    Both are None and empty when all is well. `entries` counts the log, `head` is its last hash. `lost_heads` are heads
    that the log should hold and does not: the register is an older copy, or went another way. `owed` says what must be
    done again since the register was restored, and `remarks` what is no damage.
    """

    broken_entry: int | None
    damaged: tuple[str, ...]
    entries: int
    head: str
    lost_heads: tuple[str, ...] = ()
    owed: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """True when nothing is wrong."""
        return self.broken_entry is None and not self.damaged and not self.lost_heads and not self.owed


def verify(unit: UnitOfWork, heads: Iterable[str] = ()) -> Health:
    """Walk the log from its first entry, and hold every store against it; the log must hold these heads.

    Each record that the log says was recorded must be there as it was, unless it was removed, or erased with a person:
    the erasure's own entry accounts for what it removed, and others tell what it emptied. Each record that is there
    must have been recorded.
    """
    history = History(unit.vault, readable_people(unit))
    try:
        broken = first_broken(
            history.noting(unit.sql.journal.entries()), unit.vault.chained, unit.vault.digest(CREATED)
        )
    except (ValueError, TypeError):  # a time that is none
        broken = history.entries + 1
    walk = walked(unit, history)
    left = _owed(unit, walk)
    last = unit.sql.journal.last()
    return Health(
        broken_entry=broken,
        damaged=tuple(walk.damaged),
        lost_heads=tuple(head for head in dict.fromkeys(heads) if unit.sql.journal.number_of(head) is None),
        owed=left,
        remarks=tuple(walk.remarks),
        entries=unit.sql.journal.count(Entry),
        head=last.hash if last else "",
    )


def _owed(unit: UnitOfWork, walk: Walk) -> tuple[str, ...]:
    debts: tuple[Debt, ...] = ()
    with walk.reading(phrase("what was said")):
        debts = owed(unit)
        if is_restored_blindly(unit):
            walk.remarks.append(
                phrase(
                    "the register was restored in place of one that could not be read: what came after the backup is"
                    " lost"
                )
            )
    return tuple(debt.line() for debt in debts)


def stats(unit: UnitOfWork) -> Stats:
    """The counts."""
    sql = unit.sql
    return Stats(
        people=sql.people.count(PersonRow),
        consents=sql.consents.count(ConsentRow),
        faces=sql.faces.count(FaceRow),
        evidence=sql.evidence.count(EvidenceRow) + sql.evidence.count(LicenceEvidenceRow),
        works=sql.works.count(WorkRow),
        licences=sql.licences.count(LicenceRow),
        publications=sql.publications.count(PublicationRow),
        takedowns=sql.publications.count(TakedownRow),
        decisions=sql.decisions.count(DecisionRow),
        dismissals=sql.dismissals.count(DismissalRow),
        accounts=sql.accounts.count(AccountRow),
        log=sql.journal.count(Entry),
    )


def change_key(unit: UnitOfWork, new_key: bytes) -> None:
    """Wrap the register's key and everybody's by another master key; what they sealed stays as it is."""
    own, keys = unit.vault.rewrap(new_key, {row.id: row.key for row in unit.sql.people.of()})
    unit.sql.journal.rewrap(own)
    unit.sql.people.rewrap(keys)
    unit.log(Action.CHANGE_KEY, "", b"")
