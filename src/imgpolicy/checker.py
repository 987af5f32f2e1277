"""The whole walk: a picture is loaded, its facts are held against the register, and the rules judge.

load ─► facts ─► matches ─► findings ─► report
"""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from imgpolicy import sources
from imgpolicy.engines import FaceEngine
from imgpolicy.errors import PictureError, PolicyError, RegisterError
from imgpolicy.extract import Extractor, extract_facts
from imgpolicy.extract.faces import FaceExtractor
from imgpolicy.facts import Faces, Fact, Facts, Unknown
from imgpolicy.match import Known, Matches, match
from imgpolicy.match.logos.search import find_logos, searchable
from imgpolicy.picture import Picture, load
from imgpolicy.plugins import ENGINES, EXTRACTORS, installed
from imgpolicy.policy import DEFAULT_ENGINE, FILE_NAME, Policy, read_policy
from imgpolicy.posting import Posting, today
from imgpolicy.register.store import Register
from imgpolicy.report import FaceReport, FaceStatus, Model, PictureInfo, Report
from imgpolicy.rules import Case, judge

LIMITS = (
    Unknown(what="text", reason="visible text is not read", lifts=False),
    Unknown(what="codes", reason="QR codes and bar codes are not read", lifts=False),
    Unknown(
        what="logos",
        reason="logos narrower than 5 % of the picture, turned by more than 10 degrees, or set in other letters than"
        " their artwork are not looked for",
        lifts=False,
    ),
    Unknown(
        what="parts of works", reason="a work is recognised as a whole, not when it is part of a picture", lifts=False
    ),
)
"""What no check looks at: it stands in every report."""

_TRIES = 5


class Checker:
    """Checks pictures against one policy and its register; keeps the models and the register open between them.

    Use it as a context manager, or call `close`.
    """

    def __init__(self, policy: Policy, register: Register) -> None:
        self.policy = policy
        self.register = register
        self._engine = face_engine(policy.engine)
        self._extractors, self._passed_over = _wanted(policy, all_extractors(self._engine, policy.extractors))
        self._known: tuple[tuple[str, dt.date], Known] | None = None

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
        facts = extract_facts(picture, self._extractors)
        unknowns = (*facts.unknowns(), *picture.unknowns, *self._passed_over, *_unread(posting), *LIMITS)
        for _ in range(_TRIES):
            head, known = self._current()
            matches = match(facts, known, posting)
            case = Case(picture=_info(picture), facts=facts, matches=matches, posting=posting, unknowns=unknowns)
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
            unknowns=(Unknown(what="picture", reason=str(error)),),
        )
        unreadable_only = tuple(rule for rule in self.policy.rules if rule.code == "X001")
        return replace(self._report(case, self.register.head()), findings=judge(unreadable_only, case))

    def _current(self) -> tuple[str, Known]:
        """The register's head and what it knows now; read again when it has changed or the day has."""
        state = (self.register.head(), today())
        if self._known is None or self._known[0] != state:
            self._known = (state, self._read_register(state[1]))
        return state[0], self._known[1]

    def _read_register(self, day: dt.date) -> Known:
        gallery = self.register.gallery(self._engine.engine_id, day)
        return Known(
            gallery=gallery,
            threshold=self._engine.threshold(len(set(gallery.owners))),
            margin=self._engine.margin,
            consents_of=self.register.consents,
            works=self.register.works(),
            logos_in=partial(find_logos, searchable(self.register.logos())),
        )

    def _report(self, case: Case, head: str) -> Report:
        ends = [coverage.until for coverage in case.matches.relied_on if coverage.until]
        return Report(
            picture=case.picture,
            posting=case.posting,
            findings=judge(self.policy.rules, case),
            faces=tuple(_faces(case.matches)),
            not_checked=case.unknowns,
            models=tuple(self._models(case)),
            policy=self.policy.ref,
            register_head=head,
            valid_until=min(ends, default=None),
            made_at=dt.datetime.now(dt.UTC),
        )

    def _models(self, case: Case) -> Iterator[Model]:
        """The models that looked; the threshold stands with the engine's last, whose scores it is for."""
        if isinstance(case.facts.get(Faces), Unknown):
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
    facts = extract_facts(picture, all_extractors(face_engine(DEFAULT_ENGINE)))
    return _info(picture), facts, (*facts.unknowns(), *picture.unknowns, *LIMITS)


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


def face_engine(name: str) -> FaceEngine:
    """The installed face engine of this name; PolicyError when there is none."""
    plugin = installed(ENGINES).get(name)
    if plugin is None:
        raise PolicyError(f"there is no face engine {name!r}: misspelt, or install the package that brings it")
    kind = plugin.load()
    engine: object = kind() if callable(kind) else kind
    if not isinstance(engine, FaceEngine) or not engine.models:
        raise PolicyError(f"the plug-in {plugin.entry.value} is not a face engine with one model or more")
    return engine


def all_extractors(engine: FaceEngine, names: tuple[str, ...] = ()) -> tuple[Extractor, ...]:
    """The built-in extractors, and those of plug-ins that are named; PolicyError when one is not there."""
    plugins = installed(EXTRACTORS)
    found: list[Extractor] = [FaceExtractor(engine)]
    for name in (*(plugin.name for plugin in plugins.values() if plugin.built_in), *names):
        plugin = plugins.get(name)
        if plugin is None:
            raise PolicyError(f"there is no extractor {name!r}: misspelt, or install the package that brings it")
        kind = plugin.load()
        extractor: object = kind() if callable(kind) else kind
        if not isinstance(extractor, Extractor):
            raise PolicyError(f"the plug-in {plugin.entry.value} is not an extractor")
        found.append(extractor)
    return tuple(found)


def _wanted(policy: Policy, extractors: tuple[Extractor, ...]) -> tuple[tuple[Extractor, ...], tuple[Unknown, ...]]:
    """The extractors whose facts some rule needs, and an Unknown that lifts nothing for all that is not asked."""
    needed: set[type[Fact]] = {need for rule in policy.rules for need in rule.needs}
    doubled = [gives.__name__ for gives, count in Counter(e.gives for e in extractors).items() if count > 1]
    if doubled:
        raise PolicyError(f"two extractors give {', '.join(doubled)}: name only one of them under `extractors`")
    for missing in needed.difference(extractor.gives for extractor in extractors):
        raise PolicyError(f"a rule needs {missing.__name__}: name the extractor that gives it under `extractors`")
    wanted = tuple(extractor for extractor in extractors if extractor.gives in needed)
    rest = [extractor.gives.__name__.lower() for extractor in extractors if extractor.gives not in needed]
    off = [(f"rule {code}", "the policy switches it off") for code in policy.switched_off]
    unasked = [*off, *((what, "no rule that is switched on asks for it") for what in rest)]
    return wanted, tuple(Unknown(what=what, reason=reason, lifts=False) for what, reason in unasked)


def _unread(posting: Posting) -> tuple[Unknown, ...]:
    reason = "what the caption says is not read"
    return () if posting.caption is None else (Unknown(what="caption", reason=reason, lifts=False),)


def _info(picture: Picture) -> PictureInfo:
    return PictureInfo(
        name=picture.name,
        sha256=picture.sha256,
        format=picture.format,
        width=picture.width,
        height=picture.height,
    )


def _faces(matches: Matches) -> Iterator[FaceReport]:
    for found in matches.faces:
        who = found.identified
        covered = found.status is FaceStatus.COVERED
        yield FaceReport(
            box=found.face.box,
            certainty=found.face.certainty,
            person=who.person if who else None,
            score=found.candidates[0].score if found.candidates else None,
            margin=found.margin,
            consent=who.coverage.consent if who and covered else None,
            status=found.status,
        )
