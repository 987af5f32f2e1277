"""What a walk is put together of: the face engine and the extractors, as a policy names them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from imgpolicy.domain.terms import PeopleMode
from imgpolicy.engines import FaceEngine
from imgpolicy.engines.own import PREFIX, own_model
from imgpolicy.errors import PolicyError
from imgpolicy.extract import Extractor, kinds_of, limits_of
from imgpolicy.extract.faces import FaceExtractor
from imgpolicy.extract.logos.extractor import LogoExtractor
from imgpolicy.facts import Codes, Embeddings, Faces, Fact, Logos, Texts, Unknown, named
from imgpolicy.phrase import phrase
from imgpolicy.plugins import ENGINES, EXTRACTORS, Plugin, installed
from imgpolicy.policy import Policy

REPLACEABLE: frozenset[type[Fact]] = frozenset({Texts, Codes})
"""Facts whose built-in extractor makes way for a plug-in that the policy names: another reader of text, or of codes."""

_NOT_COMPARED = {
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


def face_engine(name: str, folder: Path) -> FaceEngine:
    """The installed face engine of this name, or the model registered in the policy's folder as ``onnx:NAME``.

    PolicyError when there is none.
    """
    if name.startswith(PREFIX):
        return own_model(folder, name.removeprefix(PREFIX))
    plugin = installed(ENGINES).get(name)
    if plugin is None:
        raise PolicyError(
            phrase("there is no face engine {name}: misspelt, or install the package that brings it", name=repr(name))
        )
    kind = plugin.load()
    engine: object = kind() if callable(kind) else kind
    if not isinstance(engine, FaceEngine) or not engine.models:
        raise PolicyError(
            phrase("the plug-in {entry} is not a face engine with one model or more", entry=plugin.entry.value)
        )
    return engine


def all_extractors(engine: FaceEngine, names: tuple[str, ...] = (), *, compare: bool = True) -> tuple[Extractor, ...]:
    """The built-in extractors, and those of plug-ins that are named; PolicyError when one is not there.

    Unless people are to be compared no face vectors are made. The one for logos is given none: it has to be put in
    place of for a register's.
    """
    plugins = installed(EXTRACTORS)
    brought: list[Extractor] = []
    for name in names:
        plugin = plugins.get(name)
        if plugin is None:
            raise PolicyError(
                phrase("there is no extractor {name}: misspelt, or install the package that brings it", name=repr(name))
            )
        brought.append(_extractor(plugin))
    replaced = REPLACEABLE.intersection(kind for extractor in brought for kind in kinds_of(extractor))
    built_in = [_extractor(plugin) for plugin in plugins.values() if plugin.built_in]
    stays = [extractor for extractor in built_in if extractor.gives not in replaced]
    extractors: tuple[Extractor, ...] = (FaceExtractor(engine, compare=compare), *stays, LogoExtractor(), *brought)
    counts = Counter(kind for extractor in extractors for kind in kinds_of(extractor))
    doubled = [kind.__name__ for kind, count in counts.items() if count > 1]
    if doubled:
        raise PolicyError(
            phrase("two extractors give {facts}: name only one of them under `extractors`", facts=", ".join(doubled))
        )
    return extractors


def _extractor(plugin: Plugin) -> Extractor:
    kind = plugin.load()
    extractor: object = kind() if callable(kind) else kind
    if not isinstance(extractor, Extractor):
        raise PolicyError(phrase("the plug-in {entry} is not an extractor", entry=plugin.entry.value))
    return extractor


def wanted(policy: Policy, extractors: tuple[Extractor, ...]) -> tuple[Extractor, ...]:
    """The extractors whose facts some rule needs; PolicyError when a fact has none, or no rule is to see it."""
    needed = _needed(policy)
    if Embeddings in needed:
        raise PolicyError(phrase("a rule needs Embeddings: no rule sees the vectors of faces; by `Faces` it can judge"))
    for missing in needed.difference(kind for extractor in extractors for kind in kinds_of(extractor)):
        raise PolicyError(
            phrase("a rule needs {kind}: name the extractor that gives it under `extractors`", kind=missing.__name__)
        )
    no_people = policy.people.mode is PeopleMode.OFF
    return tuple(e for e in extractors if needed.intersection(kinds_of(e)) and not (no_people and e.gives is Faces))


def left_out(policy: Policy, extractors: Iterable[Extractor]) -> tuple[Unknown, ...]:
    """An Unknown that lifts nothing for all that the policy does not ask for."""
    needed = _needed(policy)
    rest = [named(e.gives) for e in extractors if not needed.intersection(kinds_of(e))]
    off = [(phrase("rule {code}", code=code), phrase("the policy switches it off")) for code in policy.switched_off]
    by_mode = [words for mode, words in _NOT_COMPARED.items() if mode is policy.people.mode]
    unasked = [*off, *by_mode, *((what, phrase("no rule that is switched on asks for it")) for what in rest)]
    return tuple(Unknown(what=what, reason=reason, lifts=False) for what, reason in unasked)


def limits(extractors: Iterable[Extractor]) -> tuple[Unknown, ...]:
    """What no check by these extractors looks at: of facts that none gives, and what each says of itself."""
    given: dict[type[Fact], tuple[Unknown, ...]] = {}
    for extractor in extractors:
        given |= dict.fromkeys(kinds_of(extractor), ()) | {extractor.gives: limits_of(extractor)}
    # In the order in which reports have always had them.
    stated = {Texts: (), Codes: (), Logos: (), **given}
    return tuple(unknown for unknowns in stated.values() for unknown in unknowns)


def _needed(policy: Policy) -> set[type[Fact]]:
    return {fact for rule in policy.rules for fact in (*rule.needs, *rule.uses)}
