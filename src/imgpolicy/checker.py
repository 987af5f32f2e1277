"""The whole walk: a picture is loaded, its facts are held against the register, and the rules judge.

load ─► facts ─► matches ─► findings ─► report
"""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import quote

from imgpolicy import sources
from imgpolicy.domain.model import Model
from imgpolicy.domain.posting import Posting, today
from imgpolicy.domain.terms import PeopleMode, Waived
from imgpolicy.domain.verdict import Finding
from imgpolicy.domain.work import KnownLogo
from imgpolicy.engines import FaceEngine, FaceFinder
from imgpolicy.engines.own import PREFIX, own_model
from imgpolicy.errors import PictureError, PolicyError, RegisterError
from imgpolicy.extract import Extractor, extract_facts
from imgpolicy.extract.faces import FaceExtractor
from imgpolicy.extract.logos.extractor import LogoExtractor
from imgpolicy.facts import Embeddings, Faces, Fact, Facts, Keypoints, Logos, Unknown, named
from imgpolicy.match import Known, Matches, match
from imgpolicy.match.dismissed import dismissed_faces
from imgpolicy.match.scores import empty_gallery
from imgpolicy.match.works import WorkIndex
from imgpolicy.phrase import phrase, said
from imgpolicy.picture import Picture, load
from imgpolicy.plugins import ENGINES, EXTRACTORS, Plugin, installed
from imgpolicy.policy import FILE_NAME, Policy, read_policy
from imgpolicy.policy_file import DEFAULT_ENGINE
from imgpolicy.register.faces import to_enrol_again
from imgpolicy.register.reading import WorkPrints
from imgpolicy.register.store import Register
from imgpolicy.report import PictureInfo, Report
from imgpolicy.reporting import declared_reports, face_reports, work_reports
from imgpolicy.rules import Case, judge
from imgpolicy.rules.posting import unread
from imgpolicy.waivers import waive

LIMITS = (
    Unknown(what=phrase("text"), reason=phrase("visible text is not read"), lifts=False),
    Unknown(what=phrase("work mail"), reason=phrase("it waits for the reading of visible text"), lifts=False),
    Unknown(
        what=phrase("confidential markings"), reason=phrase("they wait for the reading of visible text"), lifts=False
    ),
    Unknown(what=phrase("codes"), reason=phrase("QR codes and bar codes are not read"), lifts=False),
    Unknown(
        what=phrase("logos"),
        reason=phrase(
            "logos narrower than 5 % of the picture, turned by more than 10 degrees, or set in other letters than"
            " their artwork are not looked for"
        ),
        lifts=False,
    ),
    Unknown(
        what=phrase("small parts of works"),
        reason=phrase(
            "a work that fills less than a third of the picture's width, or of which less than a sixth is shown,"
            " may not be recognised"
        ),
        lifts=False,
    ),
)
"""What no check looks at: it stands in every report."""

_COSTLY: frozenset[type[Fact]] = frozenset({Keypoints, Logos})
"""Looked for only when the register has something to hold them against: they cost as much as all else."""

_TRIES = 5

_PASSED_OVER = {
    PeopleMode.OFF: (phrase("faces"), phrase("the policy looks for no people (people.mode is off)")),
    PeopleMode.COUNT: (phrase("who it is"), phrase("the policy only counts people (people.mode is count)")),
    PeopleMode.DECLARED: (
        phrase("who it is"),
        phrase("the policy takes the editor's word for it (people.mode is declared)"),
    ),
    PeopleMode.VERIFY: (
        phrase("everybody else"),
        phrase("faces are compared with named people only (people.mode is verify)"),
    ),
}
"""What a mode leaves out, and why."""


class _State(NamedTuple):
    """What is read of the register depends on: its head, the day, and who may be recognised; None is everybody."""

    head: str
    day: dt.date
    people: frozenset[str] | None


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
        self._extractors, self._passed_over = _wanted(policy, extractors)
        self._works: tuple[WorkPrints, WorkIndex, tuple[KnownLogo, ...]] | None = None
        self._known: tuple[_State, Known] | None = None
        self._logos = LogoExtractor()

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

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the register."""
        self.register.close()

    def check(
        self, source: str | Path | bytes, posting: Posting | None = None, *, allow_private_hosts: bool = False
    ) -> Report:
        """The report on one picture: a path, an http(s) URL, or its bytes.

        Raises PictureError when the picture cannot be read, PolicyError when the posting names what the policy
        does not know.
        """
        posting = self.policy.complete(posting or Posting())
        name, data = sources.read(source, allow_private_hosts=allow_private_hosts)
        return self.judge(load(data, name), posting)

    def judge(self, picture: Picture, posting: Posting) -> Report:
        """The report on a loaded picture and a posting that the policy has completed."""
        whole = extract_facts(picture, [e for e in self._extractors if e.gives not in _COSTLY])
        unlooked = (*picture.unknowns, *self._passed_over, *unread(posting, self.policy.house), *LIMITS)
        terms = self.policy.terms(picture.width, picture.height, posting)
        sought: frozenset[type[Fact]] = frozenset()
        facts = whole
        for _ in range(_TRIES):
            head, known = self._current(posting)
            wanted = _sought(known)
            if wanted != sought:
                sought, facts = (
                    wanted,
                    whole.joined(extract_facts(picture, self._seekers(known, wanted))),
                )
            dismissed = dismissed_faces(facts, known.dismissals)
            matches = match(facts, known, posting, terms, dismissed)
            missed = known.unknowns if self._looks_for(Faces) else ()
            outdated = known.works.unknowns() if self._looks_for(Keypoints) else ()
            case = Case(
                picture=facts.picture,
                facts=facts.without(Embeddings),
                matches=matches,
                posting=posting,
                unknowns=(*facts.unknowns(), *matches.unknowns, *missed, *outdated, *unlooked),
                house=self.policy.house,
            )
            # Whoever takes a consent back while we judge is heard: the report carries the head that it judged by.
            if self.register.head() == head:
                return self._report(case, head)
        raise RegisterError("the register changes faster than a picture can be judged; try again")

    def unreadable(self, name: str, error: PictureError, posting: Posting | None = None) -> Report:
        """The report on a picture that could not be read: X001, and nothing else is known."""
        case = Case(
            picture=PictureInfo(name=name),
            facts=Facts({}),
            matches=Matches(),
            posting=self.policy.complete(posting or Posting()),
            unknowns=(Unknown(what=phrase("picture"), reason=said(error)),),
        )
        unreadable_only = tuple(rule for rule in self.policy.rules if rule.code == "X001")
        findings, waived = self._waive(judge(unreadable_only, case), case)
        return replace(self._report(case, self.register.head()), findings=findings, waived=waived)

    def _seekers(self, known: Known, wanted: Collection[type[Fact]]) -> list[Extractor]:
        """What looks for these costly facts; the search for logos is kept as long as they are the same."""
        if self._logos.logos is not known.logos:
            self._logos = LogoExtractor(known.logos)
        return [self._logos if e.gives is Logos else e for e in self._extractors if e.gives in wanted]

    def _looks_for(self, kind: type[Fact]) -> bool:
        return any(extractor.gives is kind for extractor in self._extractors)

    def _current(self, posting: Posting) -> tuple[str, Known]:
        """The register's head and what it knows now of those who may be recognised; read again when that changes."""
        named = frozenset(posting.people) if self._mode is PeopleMode.VERIFY else None
        state = _State(self.register.head(), today(), named)
        if self._known is None or self._known[0] != state:
            self._known = (state, self._read_register(state))
        return state.head, self._known[1]

    def _read_register(self, state: _State) -> Known:
        engine = self._engine.engine_id
        works, logos = self._current_works()
        return Known(
            gallery=self.register.gallery(engine, state.day, state.people)
            if self._mode.compares
            else empty_gallery(engine),
            calibration=self._engine.calibration,
            consents_of=self.register.consents,
            is_child=lambda person, day: self.register.person(person).child(day),
            works=works,
            logos=logos,
            dismissals=self.register.dismissals(),
            unknowns=_unenrolled(self.register, self._engine, state.people) if self._mode.compares else (),
            licences_of=self.register.licences,
        )

    def _current_works(self) -> tuple[WorkIndex, tuple[KnownLogo, ...]]:
        """The works and logos, ready to be searched; made anew when they have changed, not when anything else has."""
        prints = self.register.work_prints(None if self._works is None else self._works[0])
        if self._works is None or self._works[0] is not prints:
            index = WorkIndex(parts=prints.parts, work_of=self.register.work)
            logos = self.register.logos_with_artwork()
            drawn = tuple(one for one in logos if any(artwork.template is not None for artwork in one.artworks))
            self._works = (prints, index, drawn)
        return self._works[1:]

    def _report(self, case: Case, head: str) -> Report:
        findings, waived = self._waive(judge(self.policy.rules, case), case)
        ends = [coverage.until for coverage in case.matches.relied_on if coverage.until]
        return Report(
            picture=case.picture,
            posting=case.posting,
            findings=findings,
            waived=waived,
            faces=tuple(face_reports(case.matches)),
            declared=tuple(declared_reports(case.matches)),
            works=tuple(work_reports(case.matches)),
            not_checked=case.unknowns,
            models=tuple(self._models(case)),
            policy=self.policy.ref,
            register_head=head,
            valid_until=min([*ends, *(one.waiver.until for one in waived)], default=None),
            made_at=dt.datetime.now(dt.UTC),
        )

    def _waive(self, findings: Iterable[Finding], case: Case) -> tuple[tuple[Finding, ...], tuple[Waived, ...]]:
        """The findings that stand and those that the policy waives, with the organisation's paragraphs.

        A waiver that has ended by now is of no use to a posting that is judged as of an earlier day.
        """
        paragraphs = self.policy.paragraphs
        told = [replace(finding, paragraph=paragraphs.get(finding.code)) for finding in findings]
        here = [waiver for waiver in self.policy.waivers if waiver.picture == case.picture.sha256]
        return waive(told, here, max(case.posting.on, today()))

    def _models(self, case: Case) -> Iterator[Model]:
        """The models that looked; the threshold stands with the engine's last, whose scores it is for.

        Where nobody is compared, an engine that can find faces alone uses only some of them.
        """
        if isinstance(case.facts.get(Faces), Unknown):
            return
        if not self._mode.compares and isinstance(self._engine, FaceFinder):
            yield from self._engine.detectors
            return
        *others, recogniser = self._engine.models
        yield from others
        yield replace(recogniser, threshold=case.matches.threshold)


def check(source: str | Path | bytes, posting: Posting | None = None, *, policy: str | Path = FILE_NAME) -> Report:
    """The report on one picture, for those who check only one: see `Checker.check`."""
    with Checker.from_file(policy) as checker:
        return checker.check(source, posting)


def look(
    source: str | Path | bytes, *, allow_private_hosts: bool = False
) -> tuple[PictureInfo, Facts, tuple[Unknown, ...]]:
    """The picture, its facts, and what was not looked at; no policy and no register is asked."""
    name, data = sources.read(source, allow_private_hosts=allow_private_hosts)
    picture = load(data, name)
    facts = extract_facts(picture, all_extractors(face_engine(DEFAULT_ENGINE, Path())))
    return facts.picture, facts, (*facts.unknowns(), *picture.unknowns, *LIMITS)


def open_register(policy: Policy, url: str | None = None) -> Register:
    """The policy's register, opened with the policy's key, or the one that `url` names instead."""
    from imgpolicy.register.vault import WrongKeyError, read_key

    key = read_key(policy.key_file, os.environ, policy.keyring)
    try:
        return Register.open(register_url(policy, url), key)
    except WrongKeyError as error:
        if pending_key(policy.key_file).exists():
            raise RegisterError("a change of key was interrupted: `imgpolicy register rekey` finishes it") from error
        raise


def pending_key(key_file: Path) -> Path:
    """Where a new key waits until the register has taken it."""
    return key_file.with_name(f"{key_file.name}.new")


def register_url(policy: Policy, url: str | None = None) -> str:
    """The URL of the register; a relative SQLite path in the policy is taken from the policy's folder."""
    if url is not None:
        return url
    scheme, separator, path = policy.register_url.partition(":///")
    if scheme != "sqlite" or path.startswith("/"):
        return policy.register_url
    return f"{scheme}{separator}{quote(str(policy.folder))}/{path}"


def face_engine(name: str, folder: Path) -> FaceEngine:
    """The installed face engine of this name, or the model registered in the policy's folder as ``onnx:NAME``.

    PolicyError when there is none.
    """
    if name.startswith(PREFIX):
        return own_model(folder, name.removeprefix(PREFIX))
    plugin = installed(ENGINES).get(name)
    if plugin is None:
        raise PolicyError(f"there is no face engine {name!r}: misspelt, or install the package that brings it")
    kind = plugin.load()
    engine: object = kind() if callable(kind) else kind
    if not isinstance(engine, FaceEngine) or not engine.models:
        raise PolicyError(f"the plug-in {plugin.entry.value} is not a face engine with one model or more")
    return engine


def all_extractors(engine: FaceEngine, names: tuple[str, ...] = (), *, compare: bool = True) -> tuple[Extractor, ...]:
    """The built-in extractors, and those of plug-ins that are named; PolicyError when one is not there.

    Unless people are to be compared no face vectors are made.
    """
    plugins = installed(EXTRACTORS)
    built_in = [_extractor(plugin) for plugin in plugins.values() if plugin.built_in]
    found: list[Extractor] = [FaceExtractor(engine, compare=compare), *built_in, LogoExtractor()]
    for name in names:
        plugin = plugins.get(name)
        if plugin is None:
            raise PolicyError(f"there is no extractor {name!r}: misspelt, or install the package that brings it")
        found.append(_extractor(plugin))
    return tuple(found)


def _extractor(plugin: Plugin) -> Extractor:
    kind = plugin.load()
    extractor: object = kind() if callable(kind) else kind
    if not isinstance(extractor, Extractor):
        raise PolicyError(f"the plug-in {plugin.entry.value} is not an extractor")
    return extractor


def _wanted(policy: Policy, extractors: tuple[Extractor, ...]) -> tuple[tuple[Extractor, ...], tuple[Unknown, ...]]:
    """The extractors whose facts some rule needs, and an Unknown that lifts nothing for all that is not asked."""
    needed: set[type[Fact]] = {fact for rule in policy.rules for fact in (*rule.needs, *rule.uses)}
    doubled = [gives.__name__ for gives, count in Counter(e.gives for e in extractors).items() if count > 1]
    if doubled:
        raise PolicyError(f"two extractors give {', '.join(doubled)}: name only one of them under `extractors`")
    for missing in needed.difference(extractor.gives for extractor in extractors):
        raise PolicyError(f"a rule needs {missing.__name__}: name the extractor that gives it under `extractors`")
    no_people = policy.people.mode is PeopleMode.OFF
    wanted = tuple(e for e in extractors if e.gives in needed and not (no_people and e.gives is Faces))
    rest = [named(e.gives) for e in extractors if e.gives not in needed]
    off = [(phrase("rule {code}", code=code), phrase("the policy switches it off")) for code in policy.switched_off]
    left_out = [words for mode, words in _PASSED_OVER.items() if mode is policy.people.mode]
    unasked = [*off, *left_out, *((what, phrase("no rule that is switched on asks for it")) for what in rest)]
    return wanted, tuple(Unknown(what=what, reason=reason, lifts=False) for what, reason in unasked)


def _unenrolled(register: Register, engine: FaceEngine, people: Collection[str] | None) -> tuple[Unknown, ...]:
    """An Unknown when people were enrolled with another engine: their faces would be taken for anybody's.

    `people` are those who may be recognised; None is everybody.
    """
    found = to_enrol_again(register.faces(), engine.engine_id)
    again = len([person for person in found if people is None or person in people])
    if not again:
        return ()
    reason = phrase(
        "{count} with face vectors of another engine only: enrol them again (`imgpolicy face list` names them)",
        count=again,
    )
    return (Unknown(what=phrase("people"), reason=reason),)


def _sought(known: Known) -> frozenset[type[Fact]]:
    """Which of the costly facts the register has something to hold against."""
    features, logos = known.works.in_parts, known.logos
    return frozenset(kind for kind, there in ((Keypoints, features), (Logos, logos)) if there)
