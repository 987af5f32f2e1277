"""What the words and codes of one picture give away, and its metadata: what rules judge by, and not the words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from imgpolicy.domain.geometry import Box
from imgpolicy.domain.verdict import Where
from imgpolicy.facts import Code, Codes, Facts, Metadata, Texts, Unknown
from imgpolicy.recognise import Recognised, Sought, masked, recognise, recognise_words, work_mail

if TYPE_CHECKING:
    from imgpolicy.recognise.payloads import Held


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Something that words give away, and where they stand: on which frame, and in which box of the picture.

    `box` is None where they stand in no picture.
    """

    what: Recognised
    where: Where
    box: Box | None = None
    frame: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """A code in the picture, and what it holds."""

    code: Code
    held: Held


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """What was recognised in the picture and in its codes (`said`), what each code holds, and work mail in the file."""

    said: tuple[Said, ...] = ()
    coded: tuple[Coded, ...] = ()
    filed: tuple[Said, ...] = ()

    def without_values(self) -> Readings:
        """The same without what was read: what reports show of it stays."""
        return Readings(
            said=tuple(_without_value(one) for one in self.said),
            coded=tuple(
                replace(one, code=replace(one.code, value=""), held=replace(one.held, words="")) for one in self.coded
            ),
            filed=tuple(_without_value(one) for one in self.filed),
        )


class Reader:
    """Reads what the facts of one picture hold, each part when it is first asked for, or gives what was read before."""

    def __init__(self, facts: Facts, sought: Sought, kept: Readings | None = None) -> None:
        self._facts = facts
        self._sought = sought
        self._kept = kept

    @property
    def knows_values(self) -> bool:
        """True when what metadata say was read at some time."""
        metadata = self._facts.get(Metadata)
        return self._kept is not None or isinstance(metadata, Unknown) or metadata.with_values

    @cached_property
    def said(self) -> tuple[Said, ...]:
        """What words in the picture and in its codes give away."""
        if self._kept is not None:
            return self._kept.said
        texts = self._facts.get(Texts)
        lines = () if isinstance(texts, Unknown) else texts.texts
        return (
            *(
                Said(what=one, where=Where.PICTURE, box=one.box, frame=one.lines[0].frame)
                for one in recognise(lines, self._sought)
            ),
            *(
                Said(what=one, where=Where.CODE, box=coded.code.box, frame=coded.code.frame)
                for coded in self.coded
                for one in recognise_words(coded.held.words, self._sought)
            ),
        )

    @cached_property
    def coded(self) -> tuple[Coded, ...]:
        """The codes in the picture, with what they hold."""
        if self._kept is not None:
            return self._kept.coded
        codes = self._facts.get(Codes)
        if isinstance(codes, Unknown) or not codes.codes:
            return ()
        from imgpolicy.recognise.payloads import payload_of

        return tuple(Coded(code=code, held=payload_of(code.kind, code.value)) for code in codes.codes)

    @cached_property
    def filed(self) -> tuple[Said, ...]:
        """The organisation's mail addresses in what the file says of itself."""
        return self._kept.filed if self._kept is not None else tuple(self._in_file())

    def _in_file(self) -> Iterator[Said]:
        metadata = self._facts.get(Metadata)
        if not isinstance(metadata, Unknown):
            values = (*(trace.value for trace in metadata.traces), *(said.value for said in metadata.rights))
            words = "\n".join(dict.fromkeys(value for value in values if "@" in value))
            yield from (Said(what=one, where=Where.FILE) for one in work_mail(words, self._sought.mail_domains))

    def readings(self) -> Readings:
        """All of it."""
        return Readings(said=self.said, coded=self.coded, filed=self.filed)


def _without_value(said: Said) -> Said:
    return replace(said, what=replace(said.what, value="", lines=(), shown=masked(said.what)))
