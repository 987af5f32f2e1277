"""The answer in its smallest parts: a verdict, a finding with its reasons, and the remedies that it offers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Literal

from imgpolicy.domain.geometry import Box

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


class Where(StrEnum):
    """Where words stand that a finding speaks of, as its evidence says it under ``where``."""

    PICTURE = "picture"
    CODE = "code"
    CAPTION = "caption"
    FILE = "file"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """A way out, as data: of which kind, in words, and with which command.

    With `automatic` the command `imgpolicy clean` does it. `covers` is what a redaction covers, in the finding's box;
    `keeps` the part of the picture that a crop keeps; `letter` a text to send to the person who is to be asked, and
    `letter_command` the command that writes it with their name. `hides`
    names the faces of people who may be shown and would be hidden too, as `--also-cover` takes them: with each of
    them named there `imgpolicy clean` does it.
    """

    kind: RemedyKind
    text: str
    automatic: bool = False
    command: str | None = None
    covers: Covered | None = None
    keeps: Box | None = None
    letter: str | None = None
    letter_command: str | None = None
    hides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One reason for a verdict, with where it is, what shows it, and the ways out.

    `paragraph` is the organisation's own policy behind it, in the words of the policy file. `reading` is what was read
    there, whole: it is written nowhere, and shown only at a terminal that asks for it.
    """

    code: str
    verdict: Verdict
    title: str
    message: str
    box: Box | None = None
    evidence: Mapping[str, Value] = field(default_factory=dict)
    remedies: tuple[Remedy, ...] = ()
    paragraph: str | None = None
    reading: str = field(default="", repr=False, compare=False)


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, the worst first, then by code and place."""
    return tuple(sorted(findings, key=lambda f: (-f.verdict, f.code, f.box or Box(0, 0, 0, 0))))
