"""Everything that is held about one person, read from every store in which they may be."""

from __future__ import annotations

from imgpolicy.domain.dossier import Dossier
from imgpolicy.register.people import person
from imgpolicy.register.stores import STORES
from imgpolicy.register.unit import UnitOfWork


def dossier(unit: UnitOfWork, person_id: str) -> Dossier:
    """What the register holds about this person; RegisterError when there is nobody with the id."""
    retention = tuple((store.name, store.retention) for store in STORES if store.show is not None)
    dossier = Dossier(person=person(unit, person_id), retention=retention)
    for store in STORES:
        if store.show is not None:
            dossier = store.show(unit, dossier)
    return dossier
