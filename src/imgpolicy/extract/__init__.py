"""One file a kind of fact. An extractor sees the picture alone and gives one fact of one type, or several of one look.

What an extractor has besides `Extractor` is its own affair: `Named`, `WithOptions`, `WithLimits` and `FurtherFacts` are
asked for one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Protocol, runtime_checkable

from imgpolicy.errors import ExtractError
from imgpolicy.facts import Embeddings, Fact, Facts, FoundBy, PictureInfo, Unknown, named
from imgpolicy.frames import show_each
from imgpolicy.phrase import message_of, phrase
from imgpolicy.picture import Picture


@runtime_checkable
class Extractor(Protocol):
    """Something that looks for one kind of fact.

    `gives` is the type of its fact; `version` changes when the same picture may give another fact; the fact of a
    `sensitive` extractor stays in memory. `extract` raises ExtractError when it could not look.
    """

    @property
    def gives(self) -> type[Fact]:
        """The type of its fact."""
        ...

    @property
    def version(self) -> str:
        """Another one when the same picture may give another fact."""
        ...

    @property
    def sensitive(self) -> bool:
        """Whether its fact stays in memory."""
        ...

    def extract(self, picture: Picture) -> Fact:
        """The fact of a picture; ExtractError when it could not look."""
        ...


@runtime_checkable
class Named(Protocol):
    """An extractor with a name that its facts are kept under; without one they are under its class's."""

    @property
    def name(self) -> str:
        """The name; it stays the same for ever."""
        ...


@runtime_checkable
class WithOptions(Protocol):
    """An extractor that is given what to look for: another word for each set of options."""

    @property
    def options(self) -> str:
        """Its options, in a word or digest."""
        ...


@runtime_checkable
class WithLimits(Protocol):
    """An extractor that states what it never sees: it stands in every report."""

    @property
    def limits(self) -> tuple[Unknown, ...]:
        """What it never sees, and why."""
        ...


@runtime_checkable
class FurtherFacts(Protocol):
    """An extractor that finds more in the same look than the fact that it `gives`: facts of the types `also`.

    `extract_all` gives them all, and raises ExtractError as `extract` does.
    """

    @property
    def also(self) -> tuple[type[Fact], ...]:
        """The types of the further facts."""
        ...

    def extract_all(self, picture: Picture) -> tuple[Fact, ...]:
        """All facts of one look; ExtractError when it could not look."""
        ...


class Watcher(Protocol):
    """What one extractor sees in the frames of one picture; see `imgpolicy.frames.Watch`."""

    def look(self, shown: Picture) -> None:
        """Looks at the next frame."""

    def facts(self, count: int) -> tuple[Fact, ...]:
        """All facts, of so many frames; ExtractError when it could not look."""
        ...


@runtime_checkable
class ByFrame(Protocol):
    """An extractor that looks at every frame: those that do are shown each together, so that it is decoded once."""

    def watch(self, picture: Picture) -> Watcher:
        """What is shown the frames of the picture."""
        ...


def found_by(extractor: Extractor) -> FoundBy:
    """What stands beside the extractor's facts, so that one found otherwise is not taken for it."""
    kind = type(extractor)
    return FoundBy(
        extractor=extractor.name if isinstance(extractor, Named) else f"{kind.__module__}:{kind.__qualname__}",
        version=extractor.version,
        options=extractor.options if isinstance(extractor, WithOptions) else "",
        sensitive=extractor.sensitive,
    )


def limits_of(extractor: Extractor) -> tuple[Unknown, ...]:
    """What the extractor never sees, as far as it says so."""
    return extractor.limits if isinstance(extractor, WithLimits) else ()


def kinds_of(extractor: Extractor) -> tuple[type[Fact], ...]:
    """The types of all facts that the extractor finds."""
    return (extractor.gives, *extractor.also) if isinstance(extractor, FurtherFacts) else (extractor.gives,)


def judged_by(extractor: Extractor) -> tuple[type[Fact], ...]:
    """The types of its facts that rules may judge by: all but the vectors of faces, whose absence `match` tells."""
    return tuple(kind for kind in kinds_of(extractor) if kind is not Embeddings)


def extract_facts(picture: Picture, extractors: Iterable[Extractor]) -> Facts:
    """The facts that these extractors find; what one could not look at is an `Unknown` in its place."""
    known: dict[type[Fact], Fact | Unknown] = {}
    sources: dict[type[Fact], FoundBy] = {}
    asked = tuple(extractors)
    watchers = {at: one.watch(picture) for at, one in enumerate(asked) if isinstance(one, ByFrame)}
    count = show_each(picture, [watcher.look for watcher in watchers.values()]) if watchers else 0
    for at, extractor in enumerate(asked):
        watcher = watchers.get(at)
        found = dict(
            _found(extractor, partial(watcher.facts, count) if watcher else partial(_facts, extractor, picture))
        )
        known |= found
        sources |= dict.fromkeys(found, found_by(extractor))
    return Facts(known, picture=picture_info(picture), elsewhere=picture.unknowns, sources=sources)


def picture_info(picture: Picture) -> PictureInfo:
    """The picture as reports name it."""
    return PictureInfo(
        name=picture.name,
        sha256=picture.sha256,
        format=picture.format,
        width=picture.width,
        height=picture.height,
    )


def _facts(extractor: Extractor, picture: Picture) -> tuple[Fact, ...]:
    return extractor.extract_all(picture) if isinstance(extractor, FurtherFacts) else (extractor.extract(picture),)


def _found(extractor: Extractor, look: Callable[[], tuple[Fact, ...]]) -> Iterator[tuple[type[Fact], Fact | Unknown]]:
    """All that the extractor was to find, by type: the fact, or the `Unknown` that stands for it."""
    facts: tuple[Fact, ...] = ()
    try:
        facts = look()
        reason: str = phrase("its extractor gave {kind}", kind=", ".join(type(fact).__name__ for fact in facts))
    except ExtractError as error:
        reason = message_of(error)
    for kind in judged_by(extractor):
        # What is not there would otherwise silence the rules that need it.
        yield kind, Unknown(what=named(kind), reason=reason)
    yield from ((kind, fact) for kind in kinds_of(extractor) for fact in facts if isinstance(fact, kind))
