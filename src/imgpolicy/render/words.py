"""Reports in the language of who reads them: what they say is translated here, and what renderers call things.

What programs go by is never translated: codes, kinds, statuses, verdicts, and what an unknown is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from imgpolicy.domain.grant import CoverStatus
from imgpolicy.domain.terms import FaceStatus, Waiver
from imgpolicy.domain.verdict import Finding, Remedy
from imgpolicy.facts import Unknown
from imgpolicy.language import Language
from imgpolicy.phrase import Phrase, phrase
from imgpolicy.report import Report

FACE_STATUS: Mapping[FaceStatus, Phrase] = {
    FaceStatus.COVERED: phrase("covered"),
    FaceStatus.NO_CONSENT: phrase("no consent"),
    FaceStatus.UNKNOWN: phrase("unknown"),
    FaceStatus.AMBIGUOUS: phrase("ambiguous"),
    FaceStatus.TOO_POOR: phrase("too poor to identify"),
    FaceStatus.UNCONFIRMED: phrase("unconfirmed"),
    FaceStatus.INCIDENTAL: phrase("incidental"),
    FaceStatus.COUNTED: phrase("counted"),
    FaceStatus.DECLARED: phrase("declared"),
    FaceStatus.ARTWORK: phrase("artwork"),
    FaceStatus.NOT_A_FACE: phrase("not a face"),
}
"""What became of a face, in words for people."""

COVER_STATUS: Mapping[CoverStatus, Phrase] = {
    CoverStatus.COVERED: phrase("covered"),
    CoverStatus.REFUSED: phrase("refused"),
    CoverStatus.WITHDRAWN: phrase("withdrawn"),
    CoverStatus.EXPIRED: phrase("expired"),
    CoverStatus.OUT_OF_SCOPE: phrase("out of scope"),
    CoverStatus.NONE: phrase("no consent"),
}
"""How consents stand to a posting, in words for people."""


def translated(report: Report, language: Language) -> Report:
    """The report with its titles, messages, ways out, letters and reasons in this language, and all else as it is."""
    return replace(
        report,
        findings=tuple(_finding(finding, language) for finding in report.findings),
        changes=tuple(language.say(change) for change in report.changes),
        waived=tuple(replace(one, finding=_finding(one.finding, language)) for one in report.waived),
        not_checked=in_words(report.not_checked, language),
    )


def accepted(waiver: Waiver) -> Phrase:
    """Who accepted a finding, up to and with which day, and why."""
    return phrase("{name}, until {day}: {reason}", name=waiver.by, day=waiver.until.isoformat(), reason=waiver.reason)


def in_words(unknowns: Iterable[Unknown], language: Language) -> tuple[Unknown, ...]:
    """What was not looked at with its reasons in this language; what each is about stays as programs know it."""
    return tuple(replace(unknown, reason=language.say(unknown.reason)) for unknown in unknowns)


def _finding(finding: Finding, language: Language) -> Finding:
    return replace(
        finding,
        title=language.say(finding.title),
        message=language.say(finding.message),
        remedies=tuple(_remedy(remedy, language) for remedy in finding.remedies),
    )


def _remedy(remedy: Remedy, language: Language) -> Remedy:
    letter = None if remedy.letter is None else language.say(remedy.letter)
    return replace(remedy, text=language.say(remedy.text), letter=letter)
