"""What the register knows, as the walk sees it: one state of it as a value, ready to be matched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from imgpolicy.domain.consent import Consent
from imgpolicy.domain.cover import cover
from imgpolicy.domain.dismissal import Dismissal
from imgpolicy.domain.grant import Coverage
from imgpolicy.domain.licence import Licence
from imgpolicy.domain.person import Person
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.speakers import USUAL, ConsentPolicy
from imgpolicy.domain.work import KnownLogo, Work
from imgpolicy.engines.calibration import Calibration
from imgpolicy.facts import Unknown
from imgpolicy.index.gallery import Gallery
from imgpolicy.index.works import WorkIndex
from imgpolicy.match.posted import PostedPicture
from imgpolicy.recognise.names import NameIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecord:
    """A person, and everything that was said about their pictures."""

    person: Person
    consents: tuple[Consent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRecord:
    """A work without its fingerprints, and the licences to it."""

    work: Work
    licences: tuple[Licence, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class RegisterSnapshot:
    """One state of the register: its `head` is the last hash of the log.

    `gallery` are the faces of those who may be recognised, `calibration` the engine's, `consents` what the organisation
    lays down about consents; `works` is what works are recognised by, `works_state` another whenever that or any
    artwork is; `logos` are those with artwork that can be looked for, `marks` those with words, `names` everybody's
    full names where they are looked for, `dismissals` those that hold, `posts` the pictures that are up where some
    channel asks for new ones, and `unknowns` is what the register holds and cannot be matched. `people` and `records`
    have those whom somebody asked for, by id.
    """

    head: str
    gallery: Gallery
    calibration: Calibration
    consents: ConsentPolicy = USUAL
    works: WorkIndex = field(default_factory=WorkIndex)
    works_state: str = ""
    logos: tuple[KnownLogo, ...] = ()
    marks: tuple[KnownLogo, ...] = ()
    names: NameIndex = field(default_factory=NameIndex)
    dismissals: tuple[Dismissal, ...] = ()
    posts: tuple[PostedPicture, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    people: Mapping[str, PersonRecord] = field(default_factory=dict)
    records: Mapping[str, WorkRecord] = field(default_factory=dict)

    def searches_the_same(self, other: RegisterSnapshot) -> bool:
        """True when all that pictures are held against is the very same here and there."""
        mine = (self.gallery, self.names, self.marks)
        theirs = (other.gallery, other.names, other.marks)
        return self.works_state == other.works_state and all(a is b for a, b in zip(mine, theirs, strict=True))

    def coverage(self, person: str, posting: Posting) -> Coverage:
        """What this person's consents say of the posting, worked out once; they must be in the snapshot."""
        known = self._coverages.get((person, posting))
        if known is None:
            record = self.people[person]
            known = cover(record.person, record.consents, posting, self.consents)
            self._coverages[person, posting] = known
        return known

    @cached_property
    def _coverages(self) -> dict[tuple[str, Posting], Coverage]:
        return {}

    @cached_property
    def enrolled(self) -> int:
        """How many people the gallery holds."""
        return len(self.gallery.photographs)
