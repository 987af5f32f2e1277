"""A report as everybody may read it who sees the pipeline: what the program says of the picture, and no word else.

What people are called, and whatever else somebody wrote, comes into a report by the values of its phrases. Here these
values are left out, and so is a text that is no phrase; numbers and what the program itself says stay.
"""

from __future__ import annotations

from dataclasses import replace

from imgpolicy.domain.terms import Waived
from imgpolicy.domain.verdict import Finding, Remedy
from imgpolicy.phrase import Part, Phrase
from imgpolicy.report import Report

LEFT_OUT = "…"
"""Stands in the place of what is left out."""


def nameless(report: Report) -> Report:
    """The report without what anybody wrote, but for the names of picture and policy, and the policy's paragraphs.

    Who released the picture or waived a finding is left out, and why.
    """
    release = report.release
    return replace(
        report,
        findings=tuple(_finding(finding) for finding in report.findings),
        waived=tuple(_waived(one) for one in report.waived),
        not_checked=tuple(replace(one, what=_said(one.what), reason=_said(one.reason)) for one in report.not_checked),
        changes=tuple(_said(change) for change in report.changes),
        release=None if release is None else replace(release, by=LEFT_OUT, reason=LEFT_OUT, second=None),
    )


def _waived(one: Waived) -> Waived:
    return Waived(finding=_finding(one.finding), waiver=replace(one.waiver, by=LEFT_OUT, reason=LEFT_OUT))


def _finding(finding: Finding) -> Finding:
    remedies = tuple(_remedy(remedy) for remedy in finding.remedies)
    return replace(finding, message=_said(finding.message), evidence={}, remedies=remedies)


def _remedy(remedy: Remedy) -> Remedy:
    return replace(remedy, text=_said(remedy.text), command=None, letter=None, letter_command=None, hides=())


def _said(text: str) -> Phrase:
    """The program's own words in the text, and nothing else."""
    if not isinstance(text, Phrase):
        return Phrase(LEFT_OUT, {})
    return Phrase(text.template, {name: _value(value) for name, value in text.values.items()})


def _value(value: Part) -> Part:
    if isinstance(value, Phrase):
        return _said(value)
    return LEFT_OUT if isinstance(value, str) else value
