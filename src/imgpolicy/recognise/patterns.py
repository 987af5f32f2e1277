"""Patterns of a policy for numbers of its own: a language so small that no pattern of it can take long.

`#` is a digit, `@` a letter, `*` a run of letters and digits up to where it ends, a space any gap or none; a backslash
takes the character after it as it is. Everything else stands for itself, capital or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_CHARACTERS = 60
"""The longest pattern."""
LEAST_CHARACTERS = 3
"""Characters besides gaps and runs that a pattern has: fewer would match everything."""
_RUN = 40

_PARTS = {"#": "[0-9]", "@": "[^\\W\\d_]", " ": "[ .-]{0,3}+"}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A number as the policy writes it, and what the policy calls it.

    ValueError, with the reason, for one that is none.
    """

    name: str
    shape: str

    def __post_init__(self) -> None:
        _expression(self.shape)

    def find(self, words: str) -> Iterator[tuple[int, int]]:
        """Where it stands in the text, not within a longer run of letters or digits."""
        for found in _expression(self.shape).finditer(words):
            yield found.span()


def _expression(shape: str) -> re.Pattern[str]:
    """An expression without nested or adjoining repetitions, so that a search takes time linear in the text."""
    if len(shape) > MOST_CHARACTERS:
        raise ValueError(f"a pattern has at most {MOST_CHARACTERS} characters")
    parts: list[str] = []
    solid, run, escaped = 0, False, False
    for char in shape:
        if run and (char in "#@*" or char.isalnum()):
            raise ValueError("behind * comes a gap or a sign that is neither letter nor digit, or nothing")
        run = char == "*" and not escaped
        if escaped or char not in "#@* \\":
            parts.append(re.escape(char))
        elif char != "\\":
            parts.append(_PARTS.get(char, f"[^\\W_]{{1,{_RUN}}}+"))
        escaped = char == "\\" and not escaped
        solid += char not in "* \\"
    if escaped:
        raise ValueError("behind the last backslash nothing follows")
    if solid < LEAST_CHARACTERS:
        raise ValueError(f"a pattern has at least {LEAST_CHARACTERS} characters besides gaps and *")
    return re.compile(rf"(?<![^\W_]){''.join(parts)}(?![^\W_])", re.IGNORECASE)
