"""Strip: the same picture in a file without what gives people away, proved before anything is written.

bytes ─► parse ─► rewrite by allow-list ─► prove (parse again, second reader, pixels)
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from imgpolicy import formats
from imgpolicy.containers.blocks.generators import says_ai
from imgpolicy.containers.edit import wanted_of
from imgpolicy.containers.limits import MAX_CREDIT
from imgpolicy.containers.parts import Credit, MalformedError, ParsedFile, Right, Wanted, printable
from imgpolicy.domain.terms import StripMode
from imgpolicy.domain.trace import Trace
from imgpolicy.errors import RemedyError
from imgpolicy.phrase import message_of, phrase
from imgpolicy.remedies.proof import prove_bytes, prove_pixels

__all__ = ["StripMode", "Stripped", "prove", "strip"]


@dataclass(frozen=True, kw_only=True)
class Stripped:
    """A file without what it gave away: its bytes and format, what was removed, and what it still tells.

    `fewer` says by how many bytes the new file is shorter, below 0 when it is longer; None when it is the same file.
    `made_by_ai` is True where it says that AI made or changed it, and goes on to say so. `doubts` are one-line reasons
    for what could not be read in the old file, such as a picture that is cut short.
    """

    data: bytes = field(repr=False)
    format: str
    removed: tuple[Trace, ...]
    kept: tuple[Trace, ...]
    doubts: tuple[str, ...]
    made_by_ai: bool = False
    fewer: int | None = None


def strip(data: bytes, *, mode: StripMode, keep_credit: bool = True, credit: str | None = None) -> Stripped:
    """The file in `data` stripped and proved; `mode` says of what, `keep_credit` whether statements of rights stay.

    That AI made it always stays, as an IPTC digital source type, whatever sign of it the file had. `credit` is a credit
    line that the new file states in its XMP (photoshop:Credit), before the one that it has.

    Raises RemedyError when its format cannot be written here or has no room for a credit line, it is damaged, or the
    proof fails.
    """
    before, written = rewritten(data, mode=mode, keep_credit=keep_credit, credit=credit)
    after, doubts = prove(data, before, written, mode=mode)
    if credit is not None and not states(after, credit):
        raise RemedyError(
            phrase(
                "the credit line cannot be written: there is no room for it in this {format} file", format=before.format
            )
        )
    removed = missing(before.traces, after.traces)
    return Stripped(
        data=written,
        format=before.format,
        removed=removed,
        kept=after.traces,
        doubts=(*before.unread, *before.remarks, *doubts),
        made_by_ai=any(map(says_ai, after.reading.credits)),
        fewer=None if written == data else len(data) - len(written),
    )


def rewritten(
    data: bytes, *, mode: StripMode, keep_credit: bool = True, credit: str | None = None
) -> tuple[ParsedFile, bytes]:
    """The parsed form of the file and its stripped bytes, not proved yet; RemedyError when it cannot be written."""
    try:
        before = formats.parse(data)
        return before, formats.rewrite(data, before, wanted(before, mode, keep_credit=keep_credit, credit=credit))
    except MalformedError as error:
        raise RemedyError(phrase("cannot be stripped: {error}", error=message_of(error))) from error


def wanted(parsed: ParsedFile, mode: StripMode, *, keep_credit: bool = True, credit: str | None = None) -> Wanted:
    """What stays of the file besides the picture; MalformedError when its colour profile cannot be cleaned."""
    # That AI made it is no right to give up.
    kept = tuple(one for one in _credits(parsed) if keep_credit or says_ai(one))
    return wanted_of(parsed, mode, kept if credit is None else _with_line(kept, credit))


def states(parsed: ParsedFile, line: str) -> bool:
    """True when the file's credit line holds this line."""
    return any(_line(line) in one.text for one in parsed.reading.credits if one.right is Right.CREDIT)


def prove(data: bytes, before: ParsedFile, written: bytes, *, mode: StripMode) -> tuple[ParsedFile, tuple[str, ...]]:
    """The parsed form of the written bytes, after every proof that they are the same picture and tell nothing more.

    With it come one-line doubts: that no decoder here shows the picture, neither before nor after. Raises RemedyError
    on any other.
    """
    after = prove_bytes(data, before, written, mode)
    doubt = prove_pixels(data, written, before.format)
    if any(map(says_ai, before.reading.credits)) and not any(map(says_ai, after.reading.credits)):
        raise RemedyError(
            phrase("this {format} file has no room to go on saying that AI made it", format=before.format)
        )
    return after, (doubt,) if doubt else ()


def _credits(parsed: ParsedFile) -> tuple[Credit, ...]:
    return tuple(credit for credit in parsed.reading.credits if _line(credit.text))


def _with_line(kept: tuple[Credit, ...], line: str) -> tuple[Credit, ...]:
    """The credits with the line first; XMP has room for one credit line, so those that stand there follow in it."""
    if len(line) > MAX_CREDIT:
        raise RemedyError(phrase("the credit line has more than {most} characters", most=f"{MAX_CREDIT:,}"))
    stated = [one.text for one in kept if one.right is Right.CREDIT and _line(line) not in one.text]
    joined = Credit(Right.CREDIT, "; ".join(dict.fromkeys((_line(line), *stated))))
    return (joined, *(one for one in kept if one.right is not Right.CREDIT))


def _line(text: str) -> str:
    """The text as a credit is written: on one line."""
    return printable(text, MAX_CREDIT)


def missing(before: tuple[Trace, ...], after: tuple[Trace, ...]) -> tuple[Trace, ...]:
    """The traces whose like is not there any more."""
    left = Counter((trace.kind, trace.value) for trace in after)
    gone = []
    for trace in before:
        if left[trace.kind, trace.value] > 0:
            left[trace.kind, trace.value] -= 1
        else:
            gone.append(trace)
    return tuple(gone)
