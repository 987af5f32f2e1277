"""People and logos of the register that words name: in the picture, and in the caption."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from imgpolicy.domain.geometry import Box, around
from imgpolicy.domain.verdict import Where
from imgpolicy.domain.work import KnownLogo, WorkKind
from imgpolicy.facts import Facts, Text, Texts, Unknown
from imgpolicy.recognise import word_marks
from imgpolicy.recognise.names import NameIndex
from imgpolicy.recognise.rows import Page, page_of, page_of_words


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenName:
    """Somebody whose full name stands in the picture or in the caption, and where; others may have the same name."""

    person: str
    where: Where
    box: Box | None = None
    frame: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenMark:
    """A logo of the register whose words are read, and where; `certain` when no letter is off."""

    work: str
    kind: WorkKind
    title: str
    words: str
    where: Where
    box: Box | None = None
    frame: int = 0
    certain: bool = True


def written_names(facts: Facts, caption: str | None, names: NameIndex) -> tuple[WrittenName, ...]:
    """Everybody of these names, each once a place."""
    if not names:
        return ()
    return tuple(
        dict.fromkeys(
            WrittenName(
                person=found.person,
                where=where,
                box=_box(lines),
                frame=_frame(lines),
            )
            for where, page in _pages(facts, caption)
            for found in names.find(page)
            for lines in (page.lines(found.pieces),)
        )
    )


def written_marks(facts: Facts, caption: str | None, logos: Sequence[KnownLogo]) -> tuple[WrittenMark, ...]:
    """Every word mark of these logos, where it stands."""
    whose = {words: logo for logo in logos for words in logo.words}
    if not whose:
        return ()
    return tuple(
        WrittenMark(
            work=logo.id,
            kind=logo.kind,
            title=logo.title,
            words=found.name,
            where=where,
            box=found.box,
            frame=_frame(found.lines),
            certain=found.certain,
        )
        for where, page in _pages(facts, caption)
        for found in word_marks(page, tuple(whose))
        for logo in (whose[found.name],)
    )


def _pages(facts: Facts, caption: str | None) -> Iterator[tuple[Where, Page]]:
    texts = facts.get(Texts)
    if not isinstance(texts, Unknown) and texts.texts:
        yield Where.PICTURE, page_of(texts.texts)
    if caption:
        yield Where.CAPTION, page_of_words(caption)


def _box(lines: Sequence[Text]) -> Box | None:
    return around(line.box for line in lines) if lines else None


def _frame(lines: Sequence[Text]) -> int:
    return lines[0].frame if lines else 0
