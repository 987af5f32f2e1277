"""Lines of text as a fact: whatever the reader makes of each frame."""

from __future__ import annotations

from collections.abc import Sequence

from imgpolicy.engines.text import Reading, TextReader
from imgpolicy.engines.text.ppocr import PaddleReader
from imgpolicy.facts import Texts, Unknown
from imgpolicy.frames import Watch, left_out, look_at_each
from imgpolicy.phrase import phrase
from imgpolicy.picture import Picture

_FOREIGN = Unknown(
    what=phrase("text in another script"),
    reason=phrase("lines in a script whose words are not understood here, as Chinese: what they say is not judged"),
)
_LEAST_FOREIGN = 4
"""Characters of another script from which a line is a sentence or a name in it, and no texture taken for a sign."""
_SURE = 0.8
_FIRST_FOREIGN = "\u0370"
_COMMON = ("\u1e00", "\u1eff"), ("\u2000", "\u2bff"), ("\ufb00", "\ufb06"), ("\uff01", "\uff5e")
"""Beyond those: more Latin letters, punctuation and symbols, ligatures, and wide forms of ASCII."""


class TextExtractor:
    """An `Extractor` of `Texts` by the given reader. What was read is kept by nobody: docs/decisions/0020."""

    gives = Texts
    name = "texts"
    sensitive = False
    limits = (
        Unknown(
            what=phrase("hidden text"),
            reason=phrase("handwriting, and text that is blurred, bent or of low contrast, may be missed"),
            lifts=False,
        ),
    )

    def __init__(self, reader: TextReader | None = None) -> None:
        self._reader = reader or PaddleReader()

    @property
    def version(self) -> str:
        """The reader's id, because another reader sees other lines."""
        return self._reader.reader_id

    def extract(self, picture: Picture) -> Texts:
        """The lines of all frames, each from the top down; ExtractError when the reader cannot look."""
        return _concluded(picture, *look_at_each(picture, self._reader.read))

    def watch(self, picture: Picture) -> Watch[Reading]:
        """The same of frames that it is shown."""
        return Watch(self._reader.read, lambda readings, count: (_concluded(picture, readings, count),))


def _concluded(picture: Picture, readings: Sequence[Reading], count: int) -> Texts:
    lines = tuple(line for reading in readings for line in reading.lines)
    foreign = any(is_foreign(line.value) and line.confidence >= _SURE for line in lines)
    unknowns = dict.fromkeys(unknown for reading in readings for unknown in reading.unknowns)
    return Texts(
        texts=lines,
        unknowns=(
            *unknowns,
            *([_FOREIGN] if foreign else []),
            *left_out(picture, count, phrase("text in further frames")),
        ),
    )


def is_foreign(value: str) -> bool:
    """Whether so much of it is in another script than the Latin one that what it says is not understood."""
    return sum(map(_of_another_script, value)) >= _LEAST_FOREIGN


def _of_another_script(character: str) -> bool:
    if character < _FIRST_FOREIGN or not character.isalpha():
        return False
    return not any(first <= character <= last for first, last in _COMMON)
