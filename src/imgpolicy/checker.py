"""The whole walk: a picture is looked at, its facts are held against the register, and the rules judge.

load ─► look: facts ─► judge: matches ─► findings ─► report

Who looks sees the picture alone; who judges sees facts and the register, and no picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Self

from imgpolicy import sources
from imgpolicy.assembly import all_extractors, face_engine, left_out, limits, wanted
from imgpolicy.domain.model import Model
from imgpolicy.domain.posting import Posting
from imgpolicy.engines import FaceFinder
from imgpolicy.errors import PictureError, RegisterError
from imgpolicy.facts import Embeddings, Faces, Facts, Keypoints, PictureInfo, Unknown
from imgpolicy.looking import Asked, Looking, values_lacking
from imgpolicy.match import Matches, match
from imgpolicy.match.dismissed import dismissed_faces
from imgpolicy.match.kept import (
    Against,
    KeptMatches,
    KeptPicture,
    against,
    as_matched,
    current,
    found_before,
    holds,
    keep,
    renewed,
)
from imgpolicy.match.known import RegisterSnapshot
from imgpolicy.match.search import Found, search
from imgpolicy.opening import open_register
from imgpolicy.phrase import message_of, phrase
from imgpolicy.picture import Picture
from imgpolicy.policy import Policy, read_policy
from imgpolicy.policy_place import find
from imgpolicy.recognise.readings import Readings
from imgpolicy.register.people import person_row
from imgpolicy.register.register import Register
from imgpolicy.report import Report
from imgpolicy.reporting import report_on
from imgpolicy.rules import Case
from imgpolicy.rules.names import NameInWords
from imgpolicy.rules.posting import unread
from imgpolicy.snapshot import Snapshots
from imgpolicy.sources import Source, open_picture

_TRIES = 20


class Checker:
    """Checks pictures against one policy and its register; keeps the models and the register open between them.

    Use it as a context manager, or call `close`.
    """

    def __init__(self, policy: Policy, register: Register) -> None:
        self.policy = policy
        self.register = register
        self._engine = face_engine(policy.engine, policy.folder)
        self._mode = policy.people.mode
        extractors = all_extractors(self._engine, policy.extractors, compare=self._mode.compares)
        self._looking = Looking(wanted(policy, extractors))
        self._left_out, self._limits = left_out(policy, extractors), limits(extractors)
        self._last: tuple[RegisterSnapshot, Against] | None = None
        names = any(isinstance(rule, NameInWords) for rule in policy.rules)
        self._snapshots = Snapshots(
            register,
            self._engine.engine_id,
            self._engine.calibration,
            self._mode,
            names=names,
            posts=policy.asks_for_new,
        )

    @classmethod
    def from_file(cls, path: str | Path, *, register_url: str | None = None) -> Self:
        """A checker for the policy in this file; PolicyError or RegisterError when one cannot be opened.

        `register_url` stands in for the register that the policy names.
        """
        policy = read_policy(Path(path))
        register = open_register(policy, register_url)
        try:
            return cls(policy, register)
        except BaseException:
            register.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the register."""
        self.register.close()

    def check(
        self,
        source: Source | Picture,
        posting: Posting | None = None,
        *,
        allow_private_hosts: bool = False,
    ) -> Report:
        """The report on one picture, given as a path, an http(s) URL, its bytes, or a file open in binary mode.

        A file is read from where it stands, up to 100 MB, and not closed. A picture that cannot be read is a report too
        (X001). Raises RequestError for anything else than these, pixels among it, and PolicyError and RegisterError as
        `accepted` does. What the register asks for while the picture is judged is looked for at once.
        """
        posting = accepted(self.policy, self.register, posting or Posting())
        picture = self.opened(source, posting, allow_private_hosts=allow_private_hosts)
        if isinstance(picture, Report):
            return picture
        return self._looked_at(picture, posting).report

    def check_to_keep(self, picture: Picture, posting: Posting) -> tuple[Report, KeptPicture]:
        """The report on a picture for a posting that was `accepted`, and what `judge_again` needs of it.

        RegisterError as `check` raises it.
        """
        settled = self._looked_at(picture, posting)
        facts, known = self._held(settled.facts, settled.known), settled.known
        mode, sought = self._mode, self.policy.organisation.sought
        matches = keep(facts, known, settled.found, self._against(known), mode, sought)
        return settled.report, KeptPicture(facts=facts.without(Embeddings), matches=matches)

    def judge_again(self, pictures: Sequence[KeptPicture], posting: Posting) -> list[JudgedAgain]:
        """The answer on each picture by what is kept of it, for a posting that was `accepted`, all at one state.

        What does not hold any more is unknown, and lifts the verdict, until the picture is opened again. RegisterError
        as `check` raises it.
        """
        for _ in range(_TRIES):
            known, found = self._snapshots.read(posting, partial(self._found_before, pictures, posting))
            answers = [self._judged_again(one, posting, known) for one in found.pictures]
            if self.register.state() == known.head:
                return answers
        raise _restless()

    def held_against(self, posting: Posting) -> Against:
        """What the pictures of such a posting, which was `accepted`, are held against now."""
        return self._against(self._snapshots.searched(posting))

    def look(self, picture: Picture) -> Facts:
        """The facts of a picture: all that the policy's rules ask for, and the register has something to hold against.

        RegisterError when the artwork of a logo in the register is damaged.
        """
        return self._asked(self._snapshots.searched(Posting())).completed(Facts({}), picture)

    def judge(self, facts: Facts, posting: Posting | None = None) -> Report:
        """The report by facts alone, whenever they were found; nobody looks at the picture.

        What they lack of all that policy and register ask for now is an unknown, and lifts the verdict. Raises
        PolicyError and RegisterError as `accepted` does.
        """
        complete = accepted(self.policy, self.register, posting or Posting())
        return self._settled(facts, complete, lambda facts, _known: facts).report

    def opened(
        self, source: Source | Picture, posting: Posting, *, allow_private_hosts: bool = False
    ) -> Picture | Report:
        """The picture, loaded; where it cannot be read the report that says so, for a posting that was `accepted`.

        RequestError for a source that is none.
        """
        if isinstance(source, Picture):
            return source
        try:
            return open_picture(source, allow_private_hosts=allow_private_hosts)
        except PictureError as error:
            return self._unreadable(sources.name_of(source), error, posting)

    def unreadable(self, name: str, error: PictureError, posting: Posting | None = None) -> Report:
        """The report on a picture that could not be read: X001, and nothing else is known.

        Raises PolicyError and RegisterError as `accepted` does.
        """
        return self._unreadable(name, error, accepted(self.policy, self.register, posting or Posting()))

    def _unreadable(self, name: str, error: PictureError, posting: Posting) -> Report:
        case = Case(
            picture=PictureInfo(name=name),
            facts=Facts({}),
            matches=Matches(),
            posting=posting,
            unknowns=(Unknown(what=phrase("picture"), reason=message_of(error)),),
        )
        unreadable_only = tuple(rule for rule in self.policy.rules if rule.code == "X001")
        return report_on(case, self.policy, self.register.state(), self._models(case), unreadable_only)

    def _looked_at(self, picture: Picture, posting: Posting) -> _Settled:
        seen = self._asked(self._snapshots.searched(posting)).completed(Facts({}), picture)
        return self._settled(seen, posting, lambda facts, known: self._asked(known).completed(facts, picture))

    def _settled(self, facts: Facts, posting: Posting, renewed: Callable[[Facts, RegisterSnapshot], Facts]) -> _Settled:
        """What was found by one state of the register, which `renewed` completes the facts for."""
        for _ in range(_TRIES):
            known, found = self._snapshots.read(posting, partial(self._search, facts, posting))
            complete = renewed(facts, known)
            if complete is not facts:
                # Looking takes its time: the register is read again after it.
                facts = complete
                continue
            case = self._case(self._held(facts, known), posting, known, found)
            # Whoever takes a consent back while we judge is heard: the report carries the head that it judged by.
            if self.register.state() == known.head:
                return _Settled(report=self._reported(case, known), facts=facts, known=known, found=found)
        raise _restless()

    def _reported(self, case: Case, known: RegisterSnapshot) -> Report:
        return report_on(case, self.policy, known.head, self._models(case))

    def _found_before(self, pictures: Sequence[KeptPicture], posting: Posting, known: RegisterSnapshot) -> _FoundBefore:
        now = self._against(known)
        return _FoundBefore([self._before(one, posting, known, now) for one in pictures])

    def _before(self, picture: KeptPicture, posting: Posting, known: RegisterSnapshot, now: Against) -> _Before:
        holding = current(picture.matches, now)
        facts = self._held(as_matched(picture.facts, holding), known)
        found = found_before(facts, holding, known, self._mode, posting.caption)
        return _Before(
            facts=facts,
            found=found,
            readings=None if holding.words is None else holding.words.readings,
            holds=holds(facts, holding, self._mode),
            renewed=renewed(facts, picture.matches, found, now),
        )

    def _judged_again(self, before: _Before, posting: Posting, known: RegisterSnapshot) -> JudgedAgain:
        case = replace(self._case(before.facts, posting, known, before.found), readings=before.readings)
        holds = before.holds and not any(self._asked(known).lacking(before.facts))
        renewed = before.renewed if holds else None
        return JudgedAgain(report=self._reported(case, known), holds=holds, renewed=renewed)

    def _against(self, known: RegisterSnapshot) -> Against:
        """What pictures are held against in this state; worked out anew when some of it changed."""
        last = self._last
        if last is None or not last[0].searches_the_same(known):
            self._last = last = (known, against(known, self.policy.organisation.sought, self.register.digest))
        return last[1]

    def _search(self, facts: Facts, posting: Posting, known: RegisterSnapshot) -> Found:
        return search(self._held(facts, known), known, self._mode, posting.caption)

    def _held(self, facts: Facts, known: RegisterSnapshot) -> Facts:
        """Of the facts those that are asked for now."""
        return facts.only(self._asked(known).kinds)

    def _case(self, facts: Facts, posting: Posting, known: RegisterSnapshot, found: Found) -> Case:
        """All that the rules look at; the facts are those that are asked for now."""
        people_policy = self.policy.people_policy(facts.picture.width or 0, facts.picture.height or 0, posting)
        matches = match(facts, known, posting, people_policy, dismissed_faces(facts, known.dismissals), found)
        missed = known.unknowns if self._looking.looks_for(Faces) else ()
        outdated = known.works.unknowns() if self._looking.looks_for(Keypoints) else ()
        lacks = (*self._asked(known).lacking(facts), *values_lacking(facts, self.policy.rules))
        return Case(
            picture=facts.picture,
            facts=facts.without(Embeddings),
            matches=matches,
            posting=posting,
            unknowns=(
                *(*facts.unknowns(), *lacks, *matches.unknowns, *missed, *outdated),
                *(
                    *facts.elsewhere,
                    *self._left_out,
                    *self._unread(posting),
                    *self._limits,
                ),
            ),
            organisation=self.policy.organisation,
            channel=self.policy.channel_of(posting),
        )

    def _unread(self, posting: Posting) -> Iterator[Unknown]:
        return unread(posting, self.policy.organisation, self.policy.consents.today())

    def _asked(self, known: RegisterSnapshot) -> Asked:
        return self._looking.asked(known.logos, parts=known.works.in_parts)

    def _models(self, case: Case) -> Iterator[Model]:
        """The models that looked; the threshold stands with the engine's last, whose scores it is for.

        Where nobody is compared, an engine that can find faces alone uses only some of them.
        """
        if isinstance(case.facts.get(Faces), Unknown):
            return
        if case.matches.threshold is None and isinstance(self._engine, FaceFinder):
            yield from self._engine.detectors
            return
        *others, recogniser = self._engine.models
        yield from others
        yield replace(recogniser, threshold=case.matches.threshold)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedAgain:
    """The answer by what is kept of a picture; unless it `holds`, opening the picture says more.

    `renewed` are its matches where works were searched anew, to be kept in place of the ones there were.
    """

    report: Report
    holds: bool
    renewed: KeptMatches | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settled:
    """A report, and the facts, the state of the register and the search that it was made by."""

    report: Report
    facts: Facts
    known: RegisterSnapshot
    found: Found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Before:
    """What is known of one picture by what was kept of it."""

    facts: Facts
    found: Found
    readings: Readings | None
    holds: bool
    renewed: KeptMatches | None


@dataclass(frozen=True, slots=True)
class _FoundBefore:
    """The same of several pictures, and all whom they are near."""

    pictures: Sequence[_Before]

    @property
    def people(self) -> frozenset[str]:
        """The ids of the people."""
        return frozenset().union(*(one.found.people for one in self.pictures))

    @property
    def work_ids(self) -> frozenset[str]:
        """The ids of the works and logos."""
        return frozenset().union(*(one.found.work_ids for one in self.pictures))


def _restless() -> RegisterError:
    return RegisterError(phrase("the register changes faster than a picture can be judged; try again"))


def accepted(policy: Policy, register: Register, posting: Posting) -> Posting:
    """The posting completed by the policy.

    Raises PolicyError when it names what the policy does not know, RegisterError for a person who is not in the
    register.
    """
    complete = policy.complete(posting)
    if complete.people:
        with register.reading() as unit:
            for named in complete.people:
                person_row(unit, named)
    return complete


def check(source: Source, posting: Posting | None = None, *, policy: str | Path | None = None) -> Report:
    """The report on one picture, for those who check only one: see `Checker.check`.

    Without a policy file the nearest in the working folder or above judges, as on the command line.
    """
    with Checker.from_file(find(policy)) as checker:
        return checker.check(source, posting)
