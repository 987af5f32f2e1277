"""The whole walk: a picture is looked at, its facts are held against the register, and the rules judge.

load ─► look: facts ─► judge: matches ─► findings ─► report

Who looks sees the picture alone; who judges sees facts and the register, and no picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Self

from imgpolicy import sources
from imgpolicy.assembly import all_extractors, face_engine, left_out, limits, wanted
from imgpolicy.domain.model import Model
from imgpolicy.domain.posting import Posting
from imgpolicy.engines import FaceFinder
from imgpolicy.errors import PictureError, RegisterError
from imgpolicy.extract import Extractor, kinds_of
from imgpolicy.facts import Embeddings, Faces, Facts, Keypoints, PictureInfo, Unknown
from imgpolicy.looking import Looking, completed, lacking, values_lacking
from imgpolicy.match import Matches, match
from imgpolicy.match.dismissed import dismissed_faces
from imgpolicy.match.known import RegisterSnapshot
from imgpolicy.match.search import Found, search
from imgpolicy.opening import open_register
from imgpolicy.phrase import message_of, phrase
from imgpolicy.picture import Picture
from imgpolicy.policy import Policy, read_policy
from imgpolicy.policy_place import find
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
        names = any(isinstance(rule, NameInWords) for rule in policy.rules)
        self._snapshots = Snapshots(
            register,
            self._engine.engine_id,
            self._engine.calibration,
            self._mode,
            names=names,
            posts=any(channel.fresh_days is not None for channel in policy.channels.values()),
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
        seen = completed(Facts({}), picture, self._asked(self._snapshots.searched(posting)))
        return self._settled(seen, posting, lambda facts, known: completed(facts, picture, self._asked(known)))

    def look(self, picture: Picture) -> Facts:
        """The facts of a picture: all that the policy's rules ask for, and the register has something to hold against.

        RegisterError when the artwork of a logo in the register is damaged.
        """
        return completed(Facts({}), picture, self._asked(self._snapshots.searched(Posting())))

    def judge(self, facts: Facts, posting: Posting | None = None) -> Report:
        """The report by facts alone, whenever they were found; nobody looks at the picture.

        What they lack of all that policy and register ask for now is an unknown, and lifts the verdict. Raises
        PolicyError and RegisterError as `accepted` does.
        """
        return self._settled(
            facts, accepted(self.policy, self.register, posting or Posting()), lambda facts, _known: facts
        )

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

    def _settled(self, facts: Facts, posting: Posting, renewed: Callable[[Facts, RegisterSnapshot], Facts]) -> Report:
        """The report by one state of the register, which `renewed` completes the facts for."""
        for _ in range(_TRIES):
            known, found = self._snapshots.read(posting, partial(self._search, facts, posting))
            complete = renewed(facts, known)
            if complete is not facts:
                # Looking takes its time: the register is read again after it.
                facts = complete
                continue
            case = self._case(facts, posting, known, found)
            # Whoever takes a consent back while we judge is heard: the report carries the head that it judged by.
            if self.register.state() == known.head:
                return report_on(case, self.policy, known.head, self._models(case))
        raise RegisterError(phrase("the register changes faster than a picture can be judged; try again"))

    def _search(self, facts: Facts, posting: Posting, known: RegisterSnapshot) -> Found:
        return search(self._held(facts, known), known, self._mode, posting.caption)

    def _held(self, facts: Facts, known: RegisterSnapshot) -> Facts:
        """Of the facts those that are asked for now."""
        return facts.only(kind for extractor in self._asked(known) for kind in kinds_of(extractor))

    def _case(self, facts: Facts, posting: Posting, known: RegisterSnapshot, found: Found) -> Case:
        """All that the rules look at: the facts that are asked for now, held against what the register knows."""
        facts = self._held(facts, known)
        people_policy = self.policy.people_policy(facts.picture.width or 0, facts.picture.height or 0, posting)
        matches = match(facts, known, posting, people_policy, dismissed_faces(facts, known.dismissals), found)
        missed = known.unknowns if self._looking.looks_for(Faces) else ()
        outdated = known.works.unknowns() if self._looking.looks_for(Keypoints) else ()
        lacks = (*lacking(facts, self._asked(known)), *values_lacking(facts, self.policy.rules))
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

    def _asked(self, known: RegisterSnapshot) -> tuple[Extractor, ...]:
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
