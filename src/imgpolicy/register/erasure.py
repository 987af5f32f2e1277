"""Erasing a person (GDPR article 17): the key is overwritten, the rows go, and their bytes leave the files."""

from __future__ import annotations

from dataclasses import dataclass

from imgpolicy.domain.changes import erasure_form
from imgpolicy.domain.log import Action
from imgpolicy.domain.publication import Takedown
from imgpolicy.errors import RegisterError
from imgpolicy.register.people import destroy_key, wards
from imgpolicy.register.publications import open_for_erasure
from imgpolicy.register.register import Register
from imgpolicy.register.stores import STORES


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What an erasure left to do: posts that must come down; and whether the bytes have left the files already.

    They have not while another program reads the register; what it still holds cannot be opened without the key.
    """

    takedowns: tuple[Takedown, ...]
    bytes_gone: bool


def erase_person(register: Register, person: str) -> Erasure:
    """Remove everything that is held about this person, but for the log, which knows a pseudonym alone.

    Posts that show the person get a take-down task; recorded decisions keep their verdict and hashes and lose their
    report. The entry in the log accounts for all that was recorded of the person. Raises RegisterError for the guardian
    of somebody.
    """
    with register.writing() as unit:
        own = wards(unit, person)
        if own:
            raise RegisterError(
                f"{person!r} is the guardian of {', '.join(own[:5])}: name another with `imgpolicy person edit` first"
            )
        destroy_key(unit, person)
        takedowns = open_for_erasure(unit, person)
        for store in STORES:
            if store.forget is not None:
                store.forget(unit, person)
        removed = [entry.payload for entry in unit.entries_on_person(person)]
        unit.log(Action.ERASE_PERSON, person, erasure_form(removed))
    return Erasure(takedowns=takedowns, bytes_gone=register.scrub())
