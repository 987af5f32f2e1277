"""One file a kind of fact. An extractor sees the picture alone and gives one fact of one type."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

from imgpolicy.errors import ExtractError
from imgpolicy.facts import Fact, Facts, Unknown, named
from imgpolicy.phrase import phrase, said
from imgpolicy.picture import Picture


@runtime_checkable
class Extractor(Protocol):
    """Something that looks for one kind of fact.

    `gives` is the type of its fact; `version` changes when the same picture may give another fact; the fact of a
    `sensitive` extractor stays in memory. `extract` raises ExtractError when it could not look.
    """

    @property
    def gives(self) -> type[Fact]: ...
    @property
    def version(self) -> str: ...
    @property
    def sensitive(self) -> bool: ...
    def extract(self, picture: Picture) -> Fact: ...


def extract_facts(picture: Picture, extractors: Iterable[Extractor]) -> Facts:
    """The facts that these extractors find; what one could not look at is an `Unknown` in its place."""
    known: dict[type[Fact], Fact | Unknown] = {}
    for extractor in extractors:
        try:
            fact = extractor.extract(picture)
        except ExtractError as error:
            known[extractor.gives] = _unknown(extractor, said(error))
        else:
            # A plug-in that gives another type would otherwise silence the rules that need this one.
            right = isinstance(fact, extractor.gives)
            known[extractor.gives] = (
                fact if right else _unknown(extractor, phrase("its extractor gave {kind}", kind=type(fact).__name__))
            )
    return Facts(known)


def _unknown(extractor: Extractor, reason: str) -> Unknown:
    return Unknown(what=named(extractor.gives), reason=reason)
