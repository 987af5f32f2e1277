"""Waivers: findings in a named picture that the policy accepts, for a time.

judge ─► waive ─► report
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from imgpolicy.domain.geometry import overlap
from imgpolicy.domain.terms import Waived, Waiver
from imgpolicy.domain.verdict import Finding, Remedy, RemedyKind, Verdict, Where, worst_first
from imgpolicy.phrase import phrase

WITHOUT_EFFECT = "X003"
"""The code of the finding that a waiver leaves which waives nothing in its picture."""

_OVERLAP = 0.5
"""The share of two boxes together that they must share to be of one place."""

_NOT_SHOWN = frozenset({Where.CAPTION, Where.ACCOUNT})


def waive(
    findings: Sequence[Finding], waivers: Iterable[Waiver], on: dt.date
) -> tuple[tuple[Finding, ...], tuple[Waived, ...]]:
    """The findings that stand, and those that are waived.

    A waiver waives one finding: the only one of its code in the picture, or with a box the only one at that place. One
    that finds none, or more than one, waives nothing and leaves a finding itself. `waivers` are those of this picture;
    one that ended before `on` is skipped.
    """
    waived: dict[int, Waived] = {}
    idle: list[Finding] = []
    for waiver in waivers:
        if waiver.until < on:
            continue
        meant = [number for number, finding in enumerate(findings) if _means(waiver, finding)]
        if len(meant) == 1:
            waived.setdefault(meant[0], Waived(finding=findings[meant[0]], waiver=waiver))
        else:
            idle.append(_without_effect(waiver, [findings[number] for number in meant]))
    standing = [finding for number, finding in enumerate(findings) if number not in waived]
    return worst_first([*standing, *idle]), tuple(waived[number] for number in sorted(waived))


def _means(waiver: Waiver, finding: Finding) -> bool:
    # A waiver is for a picture: what somebody writes beside it is another time something else.
    if finding.code != waiver.code or finding.evidence.get("where") in _NOT_SHOWN:
        return False
    return waiver.box is None or (finding.box is not None and overlap(waiver.box, finding.box) >= _OVERLAP)


def _without_effect(waiver: Waiver, meant: Sequence[Finding]) -> Finding:
    if meant:
        boxes = ", ".join(str(list(finding.box)) for finding in meant if finding.box)
        text = phrase("write a waiver for each that is accepted, with its box: {boxes}", boxes=boxes)
        message = phrase(
            "the waiver of {code} by {by} could mean {count} findings", code=waiver.code, by=waiver.by, count=len(meant)
        )
    else:
        text = phrase("take it out of the policy, or mend what it names")
        message = phrase("the waiver of {code} by {by} meets no finding here", code=waiver.code, by=waiver.by)
    return Finding(
        code=WITHOUT_EFFECT,
        verdict=Verdict.REVIEW,
        title=phrase("Waiver without effect"),
        message=message,
        evidence={"waives": waiver.code, "by": waiver.by, "until": waiver.until.isoformat()},
        remedies=(Remedy(kind=RemedyKind.POLICY, text=text),),
    )
