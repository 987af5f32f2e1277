"""Clean: remedies carried out on a picture, and the whole walk again over the new bytes before anybody gets them.

judge ─► strip (with the credit line) ─► load ─► judge again ─► bytes, or none
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from imgpolicy import containers
from imgpolicy.checker import Checker
from imgpolicy.containers.parts import MalformedError
from imgpolicy.errors import RemedyError
from imgpolicy.picture import Picture, load
from imgpolicy.posting import Posting
from imgpolicy.remedies.strip import StripMode, Stripped, states, strip
from imgpolicy.report import Finding, RemedyKind, Report, Verdict, worst_first
from imgpolicy.rules.origin import holds_line

SEPARATOR = "; "
"""Between the credit lines of several works in the file's one."""


@dataclass(frozen=True, kw_only=True)
class Cleaned:
    """What came of cleaning one picture.

    `data` are the bytes to be posted, None when the last report does not let them. `first` is the report on the
    picture as it was, `last` the one on the new bytes. `changes` says in a line each what was changed, none when the
    bytes are as they were. `caption` is the posting's with the credit lines that were missing, and None when none was.
    """

    data: bytes | None = field(repr=False)
    first: Report
    last: Report
    changes: tuple[str, ...] = ()
    caption: str | None = field(default=None, repr=False)


def clean(
    checker: Checker,
    picture: Picture,
    posting: Posting,
    *,
    add_credit: bool = False,
    at_most: Verdict = Verdict.GO,
) -> Cleaned:
    """The picture without what its findings ask to be stripped, judged again; its bytes when the answer is good enough.

    With `add_credit` the lines that the licences relied on require are written into the file, and into the caption
    that it is judged by. `at_most` is the worst verdict with which there are bytes. A finding that cleaning is no
    remedy for stays, even when the new file does not show it any more: a statement of rights or of AI, and what nobody
    could read, are not lost on the way.

    Raises RemedyError when the file cannot be written so, PolicyError when the posting names what the policy does not
    know.
    """
    posting = checker.policy.complete(posting)
    first = checker.judge(picture, posting)
    lines = tuple(_credit_lines(checker, first)) if add_credit else ()
    caption = _with_lines(posting.caption, lines)
    kinds = {RemedyKind.STRIP, RemedyKind.ADD_CREDIT} if lines else {RemedyKind.STRIP}
    unwritten = tuple(line for line in lines if not _states(picture, line))
    data, changes = picture.data, tuple[str, ...]()
    if unwritten or any(_has_remedy(finding, {RemedyKind.STRIP}) for finding in first.findings):
        stripped = _stripped(picture, SEPARATOR.join(unwritten) or None)
        data, changes = stripped.data, (*_removed(stripped), *(f"credit line written: {line}" for line in unwritten))
    last = first
    if data is not picture.data or caption != posting.caption:
        again = checker.judge(load(data, picture.name), replace(posting, caption=caption))
        last = _without_loss(first, again, kinds)
    return Cleaned(
        data=data if last.verdict <= at_most else None,
        first=first,
        last=last,
        changes=changes,
        caption=caption if caption != posting.caption else None,
    )


def _credit_lines(checker: Checker, report: Report) -> Iterator[str]:
    """The credit lines that the licences relied on require, each once; a work that is only possible has none."""
    relied = {work.licence: work.work for work in report.works if work.certain and work.licence is not None}
    found = (licence for work in dict.fromkeys(relied.values()) for licence in checker.register.licences(work))
    yield from dict.fromkeys(one.credit for one in found if one.id in relied and one.credit_required and one.credit)


def _with_lines(caption: str | None, lines: tuple[str, ...]) -> str | None:
    missing = [line for line in lines if not holds_line(caption, line)]
    return "\n".join([*([caption] if caption else []), *missing]) if missing else caption


def _states(picture: Picture, line: str) -> bool:
    try:
        return states(containers.walk(picture.data), line)
    except MalformedError as error:
        raise RemedyError(f"{picture.name}: cannot be cleaned: {error}") from error


def _stripped(picture: Picture, credit: str | None) -> Stripped:
    try:
        return strip(picture.data, mode=StripMode.ALL, credit=credit)
    except RemedyError as error:
        raise RemedyError(f"{picture.name}: {error}") from error


def _removed(stripped: Stripped) -> Iterator[str]:
    for kind, count in sorted(Counter(trace.kind.value for trace in stripped.removed).items()):
        yield f"{count} removed: {kind}"


def _has_remedy(finding: Finding, kinds: set[RemedyKind]) -> bool:
    return any(remedy.automatic and remedy.kind in kinds for remedy in finding.remedies)


def _without_loss(first: Report, again: Report, kinds: set[RemedyKind]) -> Report:
    """The second report with all of the first that went without a remedy of these kinds, the worst first.

    What was waived is among it: a waiver is for the very file that it names.
    """
    told = {(finding.code, finding.message) for finding in again.findings}
    found = (*first.findings, *(one.finding for one in first.waived))
    lost = [f for f in found if not _has_remedy(f, kinds) and (f.code, f.message) not in told]
    seen = {work.work for work in again.works}
    ends = [report.valid_until for report in (first, again) if report.valid_until]
    return replace(
        again,
        findings=worst_first([*again.findings, *lost]),
        works=(*again.works, *(work for work in first.works if work.work not in seen)),
        valid_until=min(ends, default=None),
    )
