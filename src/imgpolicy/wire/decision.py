"""Recorded checks as JSON."""

from __future__ import annotations

import datetime as dt

import msgspec

from imgpolicy.domain.decision import Decision, Release

_NO_REPORT = b"null"


class ReleaseWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who let a picture go against its findings, and why."""

    by: str
    reason: str
    second: str | None = None


class DecisionWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A recorded check, with its report as it was; null when somebody in it was erased."""

    id: str
    at: dt.datetime
    picture: str | None
    policy: str
    head: str
    verdict: str
    report: msgspec.Raw
    release: ReleaseWire | None


class CheckWire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A recorded check without its report, which says of others too."""

    id: str
    at: dt.datetime
    picture: str | None
    policy: str
    head: str
    verdict: str
    release: ReleaseWire | None


def decision_wire(decision: Decision) -> DecisionWire:
    """The check as it is written."""
    return DecisionWire(
        id=decision.id,
        at=decision.at,
        picture=decision.picture,
        policy=decision.policy,
        head=decision.head,
        verdict=decision.verdict,
        report=msgspec.Raw(_NO_REPORT if decision.report is None else decision.report),
        release=_release_wire(decision.release),
    )


def decision_from(wire: DecisionWire) -> Decision:
    """The check as it was written."""
    report = bytes(wire.report)
    release = wire.release
    return Decision(
        id=wire.id,
        at=wire.at,
        picture=wire.picture,
        policy=wire.policy,
        head=wire.head,
        verdict=wire.verdict,
        report=None if report == _NO_REPORT else report,
        release=None if release is None else Release(by=release.by, reason=release.reason, second=release.second),
    )


def check_wire(decision: Decision) -> CheckWire:
    """The check as it is written for one of those whom it is about."""
    return CheckWire(
        id=decision.id,
        at=decision.at,
        picture=decision.picture,
        policy=decision.policy,
        head=decision.head,
        verdict=decision.verdict,
        release=_release_wire(decision.release),
    )


def _release_wire(release: Release | None) -> ReleaseWire | None:
    return None if release is None else ReleaseWire(by=release.by, reason=release.reason, second=release.second)
