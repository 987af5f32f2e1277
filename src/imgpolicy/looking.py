"""What is looked for in a picture: what the policy's rules ask for, and the register has something to hold against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from imgpolicy.domain.work import KnownLogo
from imgpolicy.extract import Extractor, extract_facts, found_by, judged_by, kinds_of
from imgpolicy.extract.logos.extractor import LogoExtractor
from imgpolicy.facts import Fact, Facts, Keypoints, Logos, Metadata, Unknown, named
from imgpolicy.phrase import phrase
from imgpolicy.picture import Picture
from imgpolicy.rules import Rule

_COSTLY: frozenset[type[Fact]] = frozenset({Keypoints, Logos})
"""Looked for only when the register has something to hold them against: they cost as much as all else."""


class Looking:
    """Some extractors, of which those are asked whose facts can be held against something.

    The search for logos is kept as long as it is for the same ones.
    """

    def __init__(self, extractors: Sequence[Extractor]) -> None:
        self._extractors = extractors
        self._logos = LogoExtractor()

    def asked(self, logos: tuple[KnownLogo, ...], *, parts: bool) -> tuple[Extractor, ...]:
        """The extractors that are asked, the costly last, where these logos and `parts` of works can be recognised."""
        # Held in a name of its own: another thread may be looking for others meanwhile.
        self._logos = seeker = self._logos if self._logos.logos is logos else LogoExtractor(logos)
        idle = {kind for kind, there in ((Keypoints, parts), (Logos, logos)) if not there}
        asked = (seeker if e.gives is Logos else e for e in self._extractors if e.gives not in idle)
        return tuple(sorted(asked, key=lambda extractor: extractor.gives in _COSTLY))

    def looks_for(self, kind: type[Fact]) -> bool:
        """Whether facts of this type are looked for at all."""
        return any(kind in kinds_of(extractor) for extractor in self._extractors)


def completed(facts: Facts, picture: Picture, asked: Sequence[Extractor]) -> Facts:
    """The facts, with those of the picture that are asked for and that they lack."""
    missing = [extractor for extractor in asked if any(lacking(facts, (extractor,)))]
    return facts.joined(extract_facts(picture, missing)) if missing or facts.picture.sha256 is None else facts


def lacking(facts: Facts, asked: Sequence[Extractor]) -> Iterator[Unknown]:
    """What is asked for and was not looked for in the picture, or was looked for in another way."""
    for extractor, kind in ((one, kind) for one in asked for kind in judged_by(one)):
        then = facts.sources.get(kind)
        if then is None or not isinstance(facts.known.get(kind), kind | Unknown):
            reason = phrase("nobody looked for it in this picture yet; look at the picture again")
            yield Unknown(what=named(kind), reason=reason)
        elif then != found_by(extractor):
            reason = phrase("what is looked for has changed since; look at the picture again")
            yield Unknown(what=named(kind), reason=reason)


def values_lacking(facts: Facts, rules: Iterable[Rule]) -> Iterator[Unknown]:
    """What traces in the metadata say, where that was not kept and a rule may judge by it."""
    metadata = facts.get(Metadata)
    if isinstance(metadata, Unknown) or metadata.with_values:
        return
    if any(rule.reads_values and Metadata in (*rule.needs, *rule.uses) for rule in rules):
        yield Unknown(what=named(Metadata), reason=phrase("what it says is not kept; look at the picture again"))
