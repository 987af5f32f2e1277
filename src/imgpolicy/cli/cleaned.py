"""What `imgpolicy clean` says of a copy: what was written and changed, or why nothing was."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from imgpolicy.language import Language
from imgpolicy.phrase import both
from imgpolicy.text import printable

if TYPE_CHECKING:
    from imgpolicy.service.clean import CleanCopy


def why_not(copy: CleanCopy, language: Language) -> str:
    """Why nothing was written: whom a cover would hide, or else that something is left."""
    if not copy.would_hide:
        return language.word("nothing was written, because of what is left")
    return language.word(
        "nothing was written: a cover would hide {people} too, who may be shown; --also-cover accepts that, --crop or"
        " another picture avoids it",
        people=language.say(both(copy.would_hide)),
    )


def done(clean_copy: Path, copy: CleanCopy, language: Language) -> str:
    """What was written and changed, a line each, and the caption to post it with where that is a new one."""
    last = copy.last.report
    changes = "; ".join(language.say(change) for change in last.changes) or language.word("a copy as it was")
    lines = [f"{clean_copy}: {last.verdict.word}: {changes}"]
    if copy.caption is not None:
        lines += [language.word("caption:"), *copy.caption.splitlines()]
    return "".join(f"{printable(line, limit=10_000)}\n" for line in lines)
