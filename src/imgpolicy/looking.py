"""What is looked for in a picture: what the policy's rules ask for, and the register has something to hold against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from imgpolicy.domain.work import KnownLogo
from imgpolicy.extract import Extractor, extract_facts, found_by, judged_by, kinds_of
from imgpolicy.extract.logos.extractor import LogoExtractor
from imgpolicy.facts import Fact, Facts, FoundBy, Keypoints, Logos, Metadata, Unknown, named
from imgpolicy.phrase import Phrase, phrase
from imgpolicy.picture import Picture
from imgpolicy.rules import Rule

_COSTLY: frozenset[type[Fact]] = frozenset({Keypoints, Logos})
"""Looked for only when the register has something to hold them against: they cost as much as all else."""


class Asked:
    """The extractors that are asked, and what is asked of them, worked out once for any number of pictures.

    `kinds` are the types of all facts that they find.
    """

    def __init__(self, extractors: Sequence[Extractor]) -> None:
        self.extractors = tuple(extractors)
        self.kinds = tuple(kind for one in self.extractors for kind in kinds_of(one))
        self._found_by = [(one, kind, found_by(one)) for one in self.extractors for kind in judged_by(one)]

    def lacking(self, facts: Facts) -> Iterator[Unknown]:
        """What is asked for and was not looked for in the picture, or was looked for in another way."""
        for _, kind, by in self._found_by:
            why = _why_lacking(facts, kind, by)
            if why is not None:
                yield Unknown(what=named(kind), reason=why)

    def completed(self, facts: Facts, picture: Picture) -> Facts:
        """The facts, with those of the picture that are asked for and that they lack."""
        missing = {id(one): one for one, kind, by in self._found_by if _why_lacking(facts, kind, by) is not None}
        if not missing and facts.picture.sha256 is not None:
            return facts
        return facts.joined(extract_facts(picture, missing.values()))


class Looking:
    """Some extractors, of which those are asked whose facts can be held against something.

    The search for logos is kept as long as it is for the same ones.
    """

    def __init__(self, extractors: Sequence[Extractor]) -> None:
        self._extractors = extractors
        self._kinds = frozenset(kind for one in extractors for kind in kinds_of(one))
        self._last: tuple[LogoExtractor, bool, Asked] | None = None

    def asked(self, logos: tuple[KnownLogo, ...], *, parts: bool) -> Asked:
        """The extractors that are asked, the costly last, where these logos and `parts` of works can be recognised."""
        # Held in a name of its own: another thread may be looking for others meanwhile.
        last = self._last
        if last is None or last[0].logos is not logos or last[1] is not parts:
            seeker = LogoExtractor(logos) if last is None or last[0].logos is not logos else last[0]
            self._last = last = (seeker, parts, Asked(self._those(seeker, parts=parts)))
        return last[2]

    def looks_for(self, kind: type[Fact]) -> bool:
        """Whether facts of this type are looked for at all."""
        return kind in self._kinds

    def _those(self, seeker: LogoExtractor, *, parts: bool) -> list[Extractor]:
        idle = {kind for kind, there in ((Keypoints, parts), (Logos, seeker.logos)) if not there}
        asked = (seeker if one.gives is Logos else one for one in self._extractors if one.gives not in idle)
        return sorted(asked, key=lambda extractor: extractor.gives in _COSTLY)


def _why_lacking(facts: Facts, kind: type[Fact], by: FoundBy) -> Phrase | None:
    then = facts.sources.get(kind)
    if then is None or not isinstance(facts.known.get(kind), kind | Unknown):
        return phrase("nobody looked for it in this picture yet; look at the picture again")
    return None if then == by else phrase("what is looked for has changed since; look at the picture again")


def values_lacking(facts: Facts, rules: Iterable[Rule]) -> Iterator[Unknown]:
    """What traces in the metadata say, where that was not kept and a rule may judge by it."""
    metadata = facts.get(Metadata)
    if isinstance(metadata, Unknown) or metadata.with_values:
        return
    if any(rule.reads_values and Metadata in (*rule.needs, *rule.uses) for rule in rules):
        yield Unknown(what=named(Metadata), reason=phrase("what it says is not kept; look at the picture again"))
