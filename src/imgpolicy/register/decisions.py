"""Checks that were recorded, and who released a picture against its findings. Nothing here is ever deleted."""

from __future__ import annotations

import re
import secrets

import msgspec

from imgpolicy.domain.decision import Decision, Release
from imgpolicy.domain.ids import check_id
from imgpolicy.errors import RegisterError
from imgpolicy.register.log import Action
from imgpolicy.register.rows import DecisionRow, JudgedRow
from imgpolicy.register.session import Session


def _new_id() -> str:
    return f"d-{secrets.token_hex(6)}"


def record_decision(session: Session, decision: Decision) -> None:
    """Keep a decision, and whom its report tells of."""
    check_id(decision.id)
    if session.transaction.find(DecisionRow, "id", decision.id):
        raise RegisterError(f"there is a decision {decision.id!r} already")
    seal = session.vault.seal
    report, release = decision.report, decision.release
    row = DecisionRow(
        id=decision.id,
        at=decision.at,
        picture=decision.picture,
        policy=decision.policy,
        head=decision.head,
        verdict=decision.verdict,
        report=None if report is None else seal(_place("report", decision.id), report),
        release=None if release is None else seal(_place("release", decision.id), msgspec.json.encode(release)),
    )
    session.transaction.insert([row])
    people = session.transaction.known_people(_words(report or b""))
    session.transaction.insert([JudgedRow(decision.id, person) for person in sorted(people)])
    session.log(Action.RECORD_DECISION, decision.id, msgspec.json.encode(row[:6]) + (report or b""))
    if release is not None:
        session.log(Action.RECORD_RELEASE, decision.id, msgspec.json.encode(release))


def decisions(session: Session, person: str | None = None) -> tuple[Decision, ...]:
    """The decisions whose reports tell of this person, or all, in the order in which they were made."""
    transaction = session.transaction
    rows = transaction.find(DecisionRow) if person is None else transaction.decisions_of(person)
    return tuple(sorted((_decision(session, row) for row in rows), key=lambda found: (found.at, found.id)))


def _decision(session: Session, row: DecisionRow) -> Decision:
    unseal = session.vault.unseal
    release = None if row.release is None else unseal(_place("release", row.id), row.release)
    return Decision(
        id=row.id,
        picture=row.picture,
        policy=row.policy,
        head=row.head,
        verdict=row.verdict,
        report=None if row.report is None else unseal(_place("report", row.id), row.report),
        release=None if release is None else msgspec.json.decode(release, type=Release),
        at=row.at,
    )


def _words(report: bytes) -> list[str]:
    """Everything in the report that could be an id; a full stop may end a sentence or belong to an id."""
    found = {word.decode() for word in re.findall(rb"[A-Za-z0-9._-]{1,64}", report)}
    return sorted(found | {word.rstrip(".") for word in found})


def _place(column: str, decision: str) -> str:
    return f"decision.{column}:{decision}"
