"""The answer: findings, and the report that they add up to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Literal

from imgpolicy.facts import Box, Unknown
from imgpolicy.posting import Posting

Value = str | int | float | bool | None | Sequence[str] | Sequence[int]
"""What a piece of evidence may be."""


VerdictWord = Literal["go", "review", "no-go"]


class Verdict(IntEnum):
    """May we post this? The larger, the worse."""

    GO = 0
    REVIEW = 1
    NO_GO = 2

    @property
    def word(self) -> VerdictWord:
        """The verdict as reports and policies write it."""
        words: tuple[VerdictWord, ...] = ("go", "review", "no-go")
        return words[self]

    @classmethod
    def from_word(cls, word: str) -> Verdict:
        """The verdict that is written so; ValueError for any other word."""
        for verdict in cls:
            if verdict.word == word:
                return verdict
        raise ValueError(f"{word!r} is none of {', '.join(v.word for v in cls)}")


class RemedyKind(StrEnum):
    """What a way out consists in."""

    REDACT = "redact"
    CROP = "crop"
    STRIP = "strip"
    ADD_CREDIT = "add credit"
    CHANGE_POSTING = "change posting"
    ASK = "ask"
    RENEW = "renew"
    LICENCE = "licence"
    ENROL = "enrol"
    DECLARE = "declare"
    DISMISS = "dismiss"
    REPLACE = "replace"
    POLICY = "policy"
    REVIEWER = "reviewer"


class Covered(StrEnum):
    """What a redaction covers."""

    FACE = "face"
    LOGO = "logo"
    WORK = "work"
    TEXT = "text"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """A way out, as data: of which kind, in words, and with which command.

    With `automatic` the command `imgpolicy clean` does it. `covers` is what a redaction covers, in the finding's box;
    `keeps` the part of the picture that a crop keeps; `letter` a text to send to the person who is to be asked.
    """

    kind: RemedyKind
    text: str
    automatic: bool = False
    command: str | None = None
    covers: Covered | None = None
    keeps: Box | None = None
    letter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One reason for a verdict, with where it is, what shows it, and the ways out.

    `paragraph` is the organisation's own policy behind it, in the words of the policy file.
    """

    code: str
    verdict: Verdict
    title: str
    message: str
    box: Box | None = None
    evidence: Mapping[str, Value] = field(default_factory=dict)
    remedies: tuple[Remedy, ...] = ()
    paragraph: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """What the policy accepts in one picture, named by the SHA-256 of its file: by whom, why, up to and with which day.

    `box` says where, in pixels of the upright picture; None where the rule finds one thing alone.
    """

    picture: str
    code: str
    by: str
    reason: str
    until: dt.date
    box: Box | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived:
    """A finding that does not count for the verdict, and the waiver by which it does not."""

    finding: Finding
    waiver: Waiver


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureInfo:
    """What a report says of the picture itself; None where it could not be read."""

    name: str
    sha256: str | None = None
    format: str | None = None
    width: int | None = None
    height: int | None = None


class FaceStatus(StrEnum):
    """What became of one face.

    `unconfirmed` is a child whom the editor has not named. `incidental` was waved through as the policy says,
    `counted` and `declared` were not compared with anybody; `artwork` and `not a face` is what a reviewer saw there.
    """

    COVERED = "covered"
    NO_CONSENT = "no consent"
    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"
    TOO_POOR = "too poor to identify"
    UNCONFIRMED = "unconfirmed"
    INCIDENTAL = "incidental"
    COUNTED = "counted"
    DECLARED = "declared"
    ARTWORK = "artwork"
    NOT_A_FACE = "not a face"


class DismissedAs(StrEnum):
    """What a reviewer saw where a face was found."""

    ARTWORK = "artwork"
    NOT_A_FACE = "not-a-face"


class PeopleMode(StrEnum):
    """What is done about the people in a picture.

    `off`: faces are not looked for. `count`: they are counted. `declared`: they are counted, and the editor names who
    they are. `verify`: each is held against the people whom the editor names (1:1). `identify`: each is held against
    everybody in the register (1:N).
    """

    OFF = "off"
    COUNT = "count"
    DECLARED = "declared"
    VERIFY = "verify"
    IDENTIFY = "identify"

    @property
    def compares(self) -> bool:
        """True when face vectors are made and compared, which is biometric processing (GDPR article 9)."""
        return self in {PeopleMode.VERIFY, PeopleMode.IDENTIFY}


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceReport:
    """What is said of one face. `person` is a register id, and only when identified.

    `dismissal` is the id of the reviewer's record by which it counts as no face; `frame` is the frame or page that it
    is on, 0 the first, and `also` has the others that show it at this place. `roll` is how far it is tilted, in
    degrees, as `Pose` has it.
    """

    box: Box
    certainty: float
    person: str | None
    score: float | None
    margin: float | None
    consent: str | None
    status: FaceStatus
    dismissal: str | None = None
    frame: int = 0
    also: frozenset[int] = frozenset()
    roll: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredReport:
    """What is said of somebody whom the editor named and no face was found to be.

    `status` says how the consents stand to the posting, `consent` is the record that covers it.
    """

    person: str
    consent: str | None
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkReport:
    """A registered work that the picture shows, or with `certain` false may show.

    `licence` is the one that a go rests on, None when none covers the posting.
    """

    work: str
    title: str
    certain: bool
    licence: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model that was used: its name, the SHA-256 of its file, and the threshold its scores were held to."""

    name: str
    sha256: str
    threshold: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRef:
    """Which policy judged: its name, the SHA-256 of its text, and what it does about people."""

    name: str
    sha256: str
    people: PeopleMode = PeopleMode.IDENTIFY


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A picture let go against its findings: who answers for it and why, and the second person where one is asked."""

    by: str
    reason: str
    second: str | None = None


@dataclass(frozen=True, kw_only=True)
class Report:
    """The answer for one picture and one posting.

    `register_head` is the last hash of the register's log, so that a report says against which state of the
    register it was made. `valid_until` is the first day on which something it relies on ends; None: no end. What is
    `waived` was found and does not count. `changes` says in a phrase each what imgpolicy had changed in the picture
    before it was judged.
    """

    picture: PictureInfo
    posting: Posting
    findings: tuple[Finding, ...]
    waived: tuple[Waived, ...] = ()
    faces: tuple[FaceReport, ...] = ()
    declared: tuple[DeclaredReport, ...] = ()
    works: tuple[WorkReport, ...] = ()
    not_checked: tuple[Unknown, ...] = ()
    models: tuple[Model, ...] = ()
    policy: PolicyRef
    register_head: str | None
    valid_until: dt.date | None = None
    made_at: dt.datetime
    release: Release | None = None
    changes: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The worst finding; go when there is none, or when somebody released a picture that could be read."""
        if self.release is not None and self.readable:
            return Verdict.GO
        return max((finding.verdict for finding in self.findings), default=Verdict.GO)

    @property
    def readable(self) -> bool:
        """False when the picture could not be read and nothing was judged."""
        return self.picture.width is not None


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, the worst first, then by code and place."""
    return tuple(sorted(findings, key=lambda f: (-f.verdict, f.code, f.box or Box(0, 0, 0, 0))))
