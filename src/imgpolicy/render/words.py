"""What renderers call things, in phrases that are said in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from imgpolicy.domain.grant import CoverStatus
from imgpolicy.domain.terms import FaceStatus, Waiver
from imgpolicy.language import Language
from imgpolicy.phrase import Phrase, phrase
from imgpolicy.report import FaceReport, PolicyRef, Report

FACE_STATUS: Mapping[FaceStatus, Phrase] = {
    FaceStatus.COVERED: phrase("covered"),
    FaceStatus.NO_CONSENT: phrase("no consent"),
    FaceStatus.UNKNOWN: phrase("unknown"),
    FaceStatus.AMBIGUOUS: phrase("ambiguous"),
    FaceStatus.TOO_POOR: phrase("too poor to identify"),
    FaceStatus.DOUBTFUL: phrase("perhaps no person"),
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


def face_status(face: FaceReport, language: Language) -> str:
    """What became of a face, and on whose word where it is not on a likeness."""
    status = language.say(FACE_STATUS[face.status])
    if face.on_word_of is None:
        return status
    return language.word("{status}, on the word of {name}", status=status, name=face.on_word_of)


def accepted(waiver: Waiver) -> Phrase:
    """Who accepted a finding, up to and with which day, and why."""
    return phrase("{name}, until {day}: {reason}", name=waiver.by, day=waiver.until.isoformat(), reason=waiver.reason)


def policies(reports: Iterable[Report]) -> list[PolicyRef]:
    """The policies that these reports were judged by, each once."""
    return list(dict.fromkeys(report.policy for report in reports))


def policy_words(policy: PolicyRef) -> Phrase:
    """Which policy it is, and where."""
    return phrase("{policy}, in {file}", policy=policy.name, file=policy.file or phrase("no file"))
