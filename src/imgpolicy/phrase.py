"""Phrases that remember how they were made, so that a report can be read in another language.

A rule says `phrase("{person}: {reason}", person=…, reason=…)`. What comes back is the English text, an ordinary string;
whoever renders it for a reader of another language finds the template and its values beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Self

Part = str | int | float
"""What a template may hold; a part that is itself a phrase is translated too."""


class Phrase(str):
    """An English text with the template and the values that it was made of."""

    __slots__ = ("template", "values")

    template: str
    values: Mapping[str, Part]

    def __new__(cls, template: str, values: Mapping[str, Part]) -> Self:
        """The text; every name in braces in `template` is a key of `values`."""
        made = super().__new__(cls, template.format_map(values) if values else template)
        made.template = template
        made.values = values
        return made

    def __reduce__(self) -> tuple[type[Self], tuple[str, Mapping[str, Part]]]:
        return type(self), (self.template, self.values)


def phrase(template: str, /, **values: Part) -> Phrase:
    """The phrase that the template makes with these values; the catalogues of languages translate the template."""
    return Phrase(template, values)


def either(parts: Iterable[str]) -> str:
    """The parts with "or" between them; empty when there are none."""
    first, *rest = [*parts] or [""]
    for part in rest:
        first = phrase("{first} or {second}", first=first, second=part)
    return first


def both(parts: Iterable[str]) -> str:
    """The parts with "and" between them; empty when there are none."""
    first, *rest = [*parts] or [""]
    for part in rest:
        first = phrase("{first} and {second}", first=first, second=part)
    return first


def each(parts: Iterable[str]) -> str:
    """The parts with semicolons between them; empty when there are none."""
    first, *rest = [*parts] or [""]
    for part in rest:
        first = phrase("{first}; {second}", first=first, second=part)
    return first


def message_of(error: Exception) -> str:
    """The message of an error: the phrase that it was raised with, when it was one, and not only its English text."""
    message: object = error.args[0] if error.args else ""
    return message if isinstance(message, Phrase) else str(error)


OF_THE_SYSTEM = (
    phrase("File exists"),
    phrase("File name too long"),
    phrase("Input/output error"),
    phrase("Is a directory"),
    phrase("No space left on device"),
    phrase("No such file or directory"),
    phrase("Not a directory"),
    phrase("Permission denied"),
    phrase("Read-only file system"),
)
"""What systems say most often of a file that cannot be read or written."""


def reason_of(error: OSError) -> str:
    """What the system says of an error, as a phrase where it is one of `OF_THE_SYSTEM`; the error's kind if nothing."""
    said = error.strerror or type(error).__name__
    return next((known for known in OF_THE_SYSTEM if known == said), said)
