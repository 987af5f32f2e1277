"""People, consents and posts that several tests of the register use."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState
from imgpolicy.domain.person import Person
from imgpolicy.domain.publication import Publication
from imgpolicy.domain.scope import Scope
from imgpolicy.facts import Vector
from imgpolicy.register.publications import add_publication
from imgpolicy.register.register import Register

KEY = bytes(range(32))
EILEEN = Person(id="eileen", name="Eileen Collins", relation="guest", born=dt.date(1956, 11, 19))
GRACE = Person(id="grace", name="Grace Hopper")
ANY = frozenset({"any"})


@dataclass(frozen=True)
class Made:
    """An open register and the file that it is in."""

    register: Register
    file: Path

    def raw_bytes(self) -> bytes:
        """Everything on disk that belongs to it, the write-ahead log included."""
        return b"".join(part.read_bytes() for part in sorted(self.file.parent.glob(f"{self.file.name}*")))


def yes(person: str = "eileen", *, until: dt.date | None = None, given_by: str | None = None) -> Consent:
    """A publication consent to everything."""
    return Consent(
        person=person,
        kind=ConsentKind.PUBLICATION,
        state=ConsentState.GIVEN,
        scope=Scope(channels=ANY, purposes=ANY),
        valid_until=until,
        given_by=given_by,
    )


def biometric(person: str = "eileen") -> Consent:
    return Consent(person=person, kind=ConsentKind.BIOMETRIC, state=ConsentState.GIVEN)


def no(
    person: str = "eileen",
    *,
    kind: ConsentKind = ConsentKind.PUBLICATION,
    channel: str | None = None,
    state: ConsentState = ConsentState.WITHDRAWN,
    about: str | None = None,
) -> Consent:
    """A withdrawal of everything, of one channel, or of one record."""
    scope = Scope(channels=frozenset({channel} if channel else ()))
    return Consent(person=person, kind=kind, state=state, scope=scope, about=about, reason="changed her mind")


def post(register: Register, *consents: Consent, channel: str = "website", number: int = 0) -> Publication:
    """A recorded post that rests on these consents, each of another person."""
    publication = Publication(
        picture=f"{number:064x}",
        url=f"https://example.org/{channel}/{number}",
        published=dt.date(2026, 3, 1),
        channel=channel,
        purpose="pr",
        people={consent.person: consent.id for consent in consents},
    )
    with register.writing() as unit:
        add_publication(unit, publication)
    return publication


def vectors(count: int, length: int = 8) -> list[Vector]:
    return list(np.random.default_rng(count).normal(size=(count, length)).astype(np.float32))
