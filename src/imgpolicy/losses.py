"""Losses: whom a cover would hide that may be shown. Such a cover is never drawn without somebody saying so.

judge ─► tell_losses ─► waive ─► report
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace

from imgpolicy import formats
from imgpolicy.domain.geometry import Box, apart, shared_area
from imgpolicy.domain.terms import FaceStatus
from imgpolicy.domain.verdict import Covered, Finding, Remedy, RemedyKind
from imgpolicy.facts import Face
from imgpolicy.formats import Frames
from imgpolicy.phrase import both, phrase
from imgpolicy.rules import Case

MOST_HIDDEN = 0.1
"""The share of a face's box that covers may hide of somebody who stays: docs/decisions/0016-redaction.md has what was
measured."""

_NOBODY = frozenset({FaceStatus.ARTWORK, FaceStatus.NOT_A_FACE})


def tell_losses(findings: Sequence[Finding], case: Case) -> tuple[Finding, ...]:
    """The findings, in whose redactions stands who is lost with them: `clean` does not do these by itself.

    Somebody stays whose face no finding asks to cover, and is lost when covers hide an eye, the nose or a corner of
    the mouth, or more of the face's box than `MOST_HIDDEN`.
    """
    covered = [finding for finding in findings if finding.box is not None and any(map(_covers, finding.remedies))]
    asked = {(finding.box, _frame(finding)) for finding in covered if any(map(_covers_face, finding.remedies))}
    lost: dict[int, list[str]] = {}
    for number, match in enumerate(case.matches.faces, start=1):
        if match.status in _NOBODY or (match.face.box, match.face.frame) in asked:
            continue
        near = [one for one in covered if _meet(one, match.face, case)]
        if hides([one.box for one in near if one.box is not None], match.face):
            person = match.identified.person if match.identified else None
            for one in near:
                lost.setdefault(id(one), []).append(named(person, number))
    everybody = dict.fromkeys(name for names in lost.values() for name in names)
    words = (word for name in everybody for word in ("--also-cover", shlex.quote(name)))
    command = case.clean_command(*words)
    return tuple(
        replace(one, remedies=tuple(_told(remedy, lost[id(one)], command) for remedy in one.remedies))
        if id(one) in lost
        else one
        for one in findings
    )


def hides(covers: Sequence[Box], face: Face) -> bool:
    """Whether covers of these boxes together hide the face of somebody who stays: see `tell_losses`."""
    left, top, right, bottom = face.box
    places = set(covers)
    if any(box.left <= x < box.right and box.top <= y < box.bottom for box in places for x, y in face.landmarks):
        return True
    shared = sum(shared_area(box, face.box) for box in places)
    return shared > MOST_HIDDEN * (right - left) * (bottom - top)


def named(person: str | None, number: int) -> str:
    """How `--also-cover` and reports call a face: by the person's id, else by its number from the left, from 1 on."""
    return person or phrase("face {number}", number=number)


def _meet(finding: Finding, face: Face, case: Case) -> bool:
    """Whether the cover of what the finding shows is drawn on a frame that shows this face, and meets it."""
    if finding.box is None or apart(finding.box, face.box):
        return False
    own = next((one.face for one in case.matches.faces if (one.face.box, one.face.frame) == _place(finding)), None)
    frames = own.frames if own else {_frame(finding)}
    return bool(frames & face.frames) or _animated(case)


def _animated(case: Case) -> bool:
    return case.picture.format is not None and formats.decoder(case.picture.format).frames is Frames.MOMENTS


def _place(finding: Finding) -> tuple[Box | None, int]:
    return finding.box, _frame(finding)


def _frame(finding: Finding) -> int:
    frame = finding.evidence.get("frame")
    return frame if isinstance(frame, int) else 0


def _covers(remedy: Remedy) -> bool:
    return remedy.kind is RemedyKind.REDACT


def _covers_face(remedy: Remedy) -> bool:
    return _covers(remedy) and remedy.covers is Covered.FACE


def _told(remedy: Remedy, lost: Sequence[str], command: str | None) -> Remedy:
    if not _covers(remedy):
        return remedy
    text = phrase("{way}; that hides {people} too, who may be shown", way=remedy.text, people=both(lost))
    if not remedy.automatic:
        return replace(remedy, text=text)
    return replace(remedy, text=text, automatic=False, hides=tuple(map(str, lost)), command=command)
