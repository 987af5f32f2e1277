"""Everything that is held about one person, for that person (GDPR article 15)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from imgpolicy.domain.consent import Consent
from imgpolicy.domain.decision import Decision
from imgpolicy.domain.evidence import Evidence, Notice
from imgpolicy.domain.log import Entry
from imgpolicy.domain.person import Person
from imgpolicy.domain.publication import Publication, Takedown
from imgpolicy.domain.request import Answer, ConsentRequest
from imgpolicy.domain.verdict import Verdict, VerdictWord


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceVector:
    """One enrolled face: the engine that made it, the consent that it rests on, and the numbers.

    `vector` holds them as little-endian float32.
    """

    id: int
    engine: str
    consent: str
    vector: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidDown:
    """A picture on the desk whose answer or posting names the person: when it was laid down, and the verdict."""

    id: str
    at: dt.datetime
    verdict: VerdictWord | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InArchive:
    """A picture of the archive that shows the person, or may: its name, when it was judged last, and the verdict."""

    name: str
    at: dt.datetime
    verdict: VerdictWord


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """A picture of the archive: its name, what was said of it last and when, and the ids of whom it shows, or may.

    `id` is what the place is known by, which says nothing of its name. `until` is the first day on which the answer may
    change by itself; `readable` is False where it could not be read.
    """

    id: str
    name: str
    verdict: Verdict
    codes: tuple[str, ...]
    people: tuple[str, ...]
    until: dt.date | None
    at: dt.datetime
    readable: bool

    @property
    def word(self) -> VerdictWord:
        """The verdict, as reports write it."""
        return self.verdict.word


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """All of it, with who answers for it, and how long each part is kept; None where the policy does not say who.

    `evidence` comes with the files' contents, `log` are the entries under the person's pseudonym."""

    person: Person
    wards: tuple[str, ...] = ()
    consents: tuple[Consent, ...] = ()
    notices: tuple[Notice, ...] = ()
    evidence: tuple[tuple[Evidence, bytes], ...] = ()
    faces: tuple[FaceVector, ...] = ()
    publications: tuple[Publication, ...] = ()
    takedowns: tuple[Takedown, ...] = ()
    decisions: tuple[Decision, ...] = ()
    desk: tuple[LaidDown, ...] = ()
    archive: tuple[InArchive, ...] = ()
    requests: tuple[ConsentRequest, ...] = ()
    answers: tuple[Answer, ...] = ()
    log: tuple[Entry, ...] = ()
    controller: str | None = None
    retention: tuple[tuple[str, str], ...] = ()
