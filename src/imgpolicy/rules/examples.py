"""Small cases that the rules prove themselves with: what was found, without any picture."""

from __future__ import annotations

import datetime as dt

import numpy as np

from imgpolicy.facts import Box, Face, Faces, Facts, Fingerprint, Kind, Metadata, Point, Scene, Trace, Unknown
from imgpolicy.match import FaceMatch, LogoMatch, Matches, Suspect, WorkMatch
from imgpolicy.posting import Posting, Role
from imgpolicy.register.consent import Coverage, CoverStatus
from imgpolicy.register.works import WorkKind
from imgpolicy.report import FaceStatus, PictureInfo
from imgpolicy.rules.base import Case

POSTING = Posting(channel="website", role=Role.EMPLOYEE, purpose="news", on=dt.date(2026, 1, 15))


def case(
    *,
    posting: Posting = POSTING,
    matches: Matches | None = None,
    traces: tuple[Trace, ...] = (),
    unknowns: tuple[Unknown, ...] = (),
) -> Case:
    """A case in which everything was looked at, and only what is given was found."""
    matches = matches or Matches()
    return Case(
        picture=PictureInfo(name="picture.jpg", sha256="0" * 64, format="JPEG", width=640, height=480),
        facts=Facts(
            {
                Faces: Faces(engine="example/1", faces=tuple(found.face for found in matches.faces)),
                Metadata: Metadata(traces=traces),
                Fingerprint: Fingerprint(sha256="0" * 64, phash=0, pdq=(0,) * 8, quality=100),
                Scene: Scene(pixels=np.zeros((4, 4, 3), np.uint8), scale=1.0),
            }
        ),
        matches=matches,
        posting=posting,
        unknowns=unknowns,
    )


def nobody() -> Case:
    """A picture without people, or with nothing else found in it."""
    return case()


def covered() -> Case:
    """One person, whose consent covers the posting."""
    return known(CoverStatus.COVERED)


def known(status: CoverStatus) -> Case:
    """One identified person, of whose publication consents this is to be said."""
    of_face = FaceStatus.COVERED if status is CoverStatus.COVERED else FaceStatus.NO_CONSENT
    return _one_face(of_face, _suspect("anna", status))


def declared(status: CoverStatus) -> Case:
    """Nobody found, but somebody said to be in the picture, of whose consents this is to be said."""
    return case(matches=Matches(declared=(_suspect("anna", status),)))


def stranger() -> Case:
    """One face that matches nobody."""
    return _one_face(FaceStatus.UNKNOWN)


def ambiguous(*statuses: CoverStatus) -> Case:
    """One face that could be any of several people, of whose consents this is to be said."""
    names = ("anna", "maria", "ida")
    either = statuses or (CoverStatus.COVERED, CoverStatus.COVERED)
    suspects = [_suspect(name, status) for name, status in zip(names, either, strict=False)]
    return _one_face(FaceStatus.AMBIGUOUS, *suspects)


def trace(kind: Kind, *, channel: str = "jpeg/app1-exif") -> Case:
    """A file with one trace of this kind, in this channel."""
    return case(traces=(Trace(channel=channel, kind=kind, offset=30, value="example"),))


def work(kind: WorkKind, *, certain: bool = True, role: Role | None = Role.EMPLOYEE) -> Case:
    """A picture that is like a registered work or logo."""
    found = WorkMatch(
        work="harbour", kind=kind, title="Harbour", owner="A. Painter", stage="pdq", distance=12, certain=certain
    )
    posting = Posting(channel="website", role=role, purpose="news", on=POSTING.on)
    return case(posting=posting, matches=Matches(works=(found,)))


def logo(kind: WorkKind, *, certain: bool = True, role: Role | None = Role.EMPLOYEE) -> Case:
    """A picture in a part of which a registered logo is seen."""
    found = LogoMatch(
        work="harbour",
        kind=kind,
        title="Harbour",
        owner=None,
        box=Box(10, 20, 110, 60),
        score=22.5 if certain else 13.5,
        certain=certain,
    )
    posting = Posting(channel="website", role=role, purpose="news", on=POSTING.on)
    return case(posting=posting, matches=Matches(logos=(found,)))


def _suspect(person: str, status: CoverStatus) -> Suspect:
    return Suspect(person=person, coverage=Coverage(status=status, reason=f"the consent is {status}", consent="1"))


def _one_face(status: FaceStatus, *suspects: Suspect) -> Case:
    nowhere = Point(0.0, 0.0)
    face = Face(
        box=Box(10, 20, 110, 140),
        height=120.0,
        certainty=0.99,
        landmarks=(nowhere,) * 5,
        vector=np.zeros(128, dtype=np.float32),
    )
    found = FaceMatch(face=face, status=status, margin=0.02, suspects=suspects)
    return case(matches=Matches(faces=(found,), threshold=0.5))
