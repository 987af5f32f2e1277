"""What a rule is: one sentence of the policy, judging one case.

A rule sees the case and nothing else: no pixels, no SQL, no network. It carries its own proof, cases that pass
and cases that fail, which the tests run. To add one: subclass `Rule` in a module of this package, which
is all, or in a package of one's own, which names it under the entry point `imgpolicy.rules` with its code.
"""

from __future__ import annotations

import shlex
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

from imgpolicy.domain.channel import Channel
from imgpolicy.domain.geometry import Box
from imgpolicy.domain.posting import LOGO_ROLES, Posting, Role
from imgpolicy.domain.verdict import Finding, Remedy, Value, Verdict, Where, worst_first
from imgpolicy.facts import Fact, Facts, Unknown
from imgpolicy.match import Matches
from imgpolicy.recognise import Sought, recognise_words
from imgpolicy.recognise.readings import Reader, Readings, Said
from imgpolicy.report import PictureInfo

_LONGEST_WORD = 100
"""Characters of an option's value that a command in a remedy repeats."""


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """What the policy says of the organisation, none of it where it says nothing.

    `owners` are the names under which it owns pictures, `logo_roles` who uses its logo. `officials` are those who may
    post in the official role, `names` what captions call the organisation, `disclaimers` what a private person adds,
    and `topics` those on which one says where one works. `sought` is what is looked for in words, the mail domains of
    the organisation among it; with `also_businesses` the contact details of businesses are findings, too.
    """

    owners: tuple[str, ...] = ()
    logo_roles: tuple[Role, ...] = LOGO_ROLES
    officials: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    disclaimers: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    sought: Sought = field(default_factory=Sought)
    also_businesses: bool = False


@dataclass(frozen=True, kw_only=True)
class Case:
    """All that a rule may look at. `unknowns` is everything that was not looked at.

    `channel` is what the policy says of the channel that the posting names, None when it names none. `readings` is what
    was recognised when the picture was looked at, where the words themselves are not kept.
    """

    picture: PictureInfo
    facts: Facts
    matches: Matches
    posting: Posting
    unknowns: tuple[Unknown, ...] = ()
    organisation: Organisation = Organisation()
    channel: Channel | None = None
    readings: Readings | None = None

    @cached_property
    def reader(self) -> Reader:
        """What words and codes of the picture, and its metadata, give away."""
        return Reader(self.facts, self.organisation.sought, self.readings)

    @cached_property
    def said(self) -> tuple[Said, ...]:
        """What words in the picture, in its codes and in the caption give away, as they were recognised."""
        written = recognise_words(self.posting.caption or "", self.organisation.sought)
        return (*self.reader.said, *(Said(what=one, where=Where.CAPTION) for one in written))

    @property
    def file(self) -> str | None:
        """The picture's name as a shell would take it, for commands in remedies; None when it is no file."""
        name = self.picture.name
        if name in {"-", "<bytes>"} or "://" in name or not name.isprintable():
            return None
        return shlex.quote(f"./{name}" if name.startswith("-") else name)

    def clean_command(self, *options: str) -> str | None:
        """The command that cleans the picture for this posting, with these options; None when it is no file."""
        if self.file is None:
            return None
        posting = self.posting
        stated = [
            *(("channel", posting.channel), ("role", posting.role), ("purpose", posting.purpose)),
            ("actor", posting.actor),
            *(("audience", posting.audience), ("setting", posting.setting), ("caption", posting.caption)),
            *(("origin", posting.origin), *(("person", person) for person in posting.people)),
            *(("campaign", posting.campaign), ("territory", posting.territory), ("event", posting.event)),
            *(("edit", posting.edit), ("on", posting.day.isoformat())),
        ]
        words = (f"--{what} {_word(what, word)}" for what, word in stated if word is not None)
        return " ".join(["imgpolicy clean", self.file, "-o CLEAN", *options, *words])


def _word(option: str, word: str) -> str:
    """The word as a shell would take it; the option's name stands for one that does not fit on a line."""
    return shlex.quote(word) if word.isprintable() and len(word) <= _LONGEST_WORD else option.upper()


class Rule(ABC):
    """One sentence of the policy.

    `code` names it for ever; `title` says what is wrong when it is broken; `asks` and `why` are what its page says of
    it, in a sentence or two; `default` is the verdict when it is broken, unless the policy file sets another; `needs`
    are the facts without which it cannot judge: when one of them is unknown the rule is not asked, and X001 speaks
    instead. `uses` are facts that it judges by as far as they are there. `reads_values` is False for one that never
    judges by what traces in the metadata say, only by where and of what kind they are. A `mandatory` rule cannot be
    switched off, because without it something nobody is sure of would be a go. A `waivable` one speaks of the picture
    alone, so that the policy may waive what it finds in a named picture. `passes` and `fails` are its proof.
    """

    code: ClassVar[str]
    title: ClassVar[str]
    asks: ClassVar[str] = ""
    why: ClassVar[str] = ""
    default: ClassVar[Verdict]
    needs: ClassVar[tuple[type[Fact], ...]] = ()
    uses: ClassVar[tuple[type[Fact], ...]] = ()
    reads_values: ClassVar[bool] = True
    mandatory: ClassVar[bool] = False
    waivable: ClassVar[bool] = False
    passes: ClassVar[tuple[Case, ...]]
    fails: ClassVar[tuple[Case, ...]]

    def __init__(self, verdict: Verdict | None = None) -> None:
        self.verdict = self.default if verdict is None else verdict

    @abstractmethod
    def judge(self, case: Case) -> Iterator[Finding]:
        """A finding for each way in which the case breaks the rule; none when it does not."""

    def finding(
        self,
        message: str,
        *,
        box: Box | None = None,
        evidence: Mapping[str, Value] | None = None,
        remedies: tuple[Remedy, ...] = (),
        at_most: Verdict = Verdict.NO_GO,
    ) -> Finding:
        """A finding of this rule, with its verdict, or `at_most` where the rule itself is not sure."""
        return Finding(
            code=self.code,
            verdict=min(self.verdict, at_most),
            title=self.title,
            message=message,
            box=box,
            evidence=evidence or {},
            remedies=remedies,
        )


def judge(rules: Iterable[Rule], case: Case) -> tuple[Finding, ...]:
    """The findings of all rules that could judge, the worst first, then by code and place."""
    asked = tuple(rules)
    needed = {need for rule in asked for need in rule.needs}
    unknown = {need for need in needed if isinstance(case.facts.get(need), Unknown)}
    able = [rule for rule in asked if unknown.isdisjoint(rule.needs)]
    return worst_first(finding for rule in able for finding in rule.judge(case))
