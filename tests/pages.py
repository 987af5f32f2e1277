"""The code blocks of the pages at the top and of the documentation, and what is done with each.

A block says it in a comment above itself: `<!-- commands: demo -->` or `<!-- commands: new -->` are run one after the
other in a folder that the page keeps, `<!-- run: demo -->` is a script in Python, `<!-- prints -->` is what the command
before printed, `<!-- policy -->` is a part of a policy file, `<!-- diff: name -->` is a change of the code, which
`test_extending.py` makes and proves, and `<!-- not run: why -->` is only read.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
AT_THE_TOP = (README, ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md")
"""Pages that are read where the code is, and are no part of the site."""

GENERATED = frozenset({"commands.md"})
"""Made when the site is, and so never out of date."""

PAGES = (*AT_THE_TOP, *sorted(page for page in (ROOT / "docs").rglob("*.md") if page.name not in GENERATED))

_BLOCK = re.compile(r"(?:^<!-- (.+?) -->\n)?^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_CODES = {"no-go": 1, "review": 3}


@dataclass(frozen=True, slots=True)
class Block:
    """One block: what is done with it, in which folder or why not, and its text. `does` is empty when nothing says."""

    does: str
    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Command:
    """The words of a command, and the exit code that the comment behind it promises: no-go, review, else 0."""

    words: tuple[str, ...]
    code: int


def blocks(page: Path) -> tuple[Block, ...]:
    """The blocks of a page, in their order."""
    found = _BLOCK.findall(page.read_text(encoding="utf-8"))
    marks = (mark.partition(": ") for mark, _, _ in found)
    return tuple(Block(does, where, text) for (does, _, where), (_, _, text) in zip(marks, found, strict=True))


def commands(text: str) -> Iterator[Command]:
    """The commands of a block, one a line unless a backslash ends it."""
    for line in text.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        comment = line.rpartition("# ")[2] if "# " in line else ""
        if words:
            yield Command(tuple(words), _CODES.get(comment.partition(":")[0], 0))


def over_the_sample(part: str, sample: str) -> str:
    """The sample's policy with a part's tables instead of its own."""
    tables = re.split(r"^(?=\[)", sample, flags=re.MULTILINE)
    replaced = {line for line in part.splitlines() if line.startswith("[")}
    return "".join([*(one for one in tables if one.partition("\n")[0].strip() not in replaced), "\n", part])
