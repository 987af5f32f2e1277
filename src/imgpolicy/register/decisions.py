"""Checks that were recorded, and who released a picture against its findings. Nothing here is ever deleted."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from imgpolicy.domain.canonical import decision_form, release_form
from imgpolicy.domain.decision import Decision, Release, people_of
from imgpolicy.domain.ids import check_id
from imgpolicy.domain.log import Action
from imgpolicy.domain.validate import check_release
from imgpolicy.errors import RegisterError
from imgpolicy.phrase import phrase
from imgpolicy.register.sql.decisions import DecisionRow, JudgedRow
from imgpolicy.register.unit import UnitOfWork


def record_decision(unit: UnitOfWork, decision: Decision) -> None:
    """Keep a decision, and whom its report names."""
    check_id(decision.id)
    if decision.release is not None:
        check_release(decision.release)
    if unit.sql.decisions.find(DecisionRow, "id", decision.id):
        raise RegisterError(phrase("there is a decision {id} already", id=repr(decision.id)))
    seal = unit.vault.seal
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
    unit.sql.decisions.insert([row])
    people = unit.sql.people.known(sorted(people_of(report) if report is not None else ()))
    unit.sql.decisions.insert([JudgedRow(decision.id, person) for person in sorted(people)])
    unit.log(Action.RECORD_DECISION, decision.id, decision_form(decision, people))
    if release is not None:
        unit.log(Action.RECORD_RELEASE, decision.id, release_form(decision.id, release))


def decisions(unit: UnitOfWork, person: str | None = None) -> tuple[Decision, ...]:
    """The decisions whose reports name this person, or all, in the order in which they were made."""
    rows = unit.sql.decisions.find(DecisionRow) if person is None else unit.sql.decisions.of(person)
    decisions = (opened_decision(unit, row) for row in rows)
    about = decisions if person is None else (decision for decision in decisions if _is_about(decision, person))
    return tuple(sorted(about, key=lambda decision: (decision.at, decision.id)))


def forget_reports(unit: UnitOfWork, person: str) -> None:
    """Remove the reports that name this person; their verdicts and hashes stay."""
    for decision in decisions(unit, person):
        unit.sql.decisions.update(DecisionRow, decision.id, {"report": None})
        unit.sql.decisions.delete(JudgedRow, "decision", decision.id)
        unit.log(Action.EMPTY_DECISION, decision.id, decision_form(replace(decision, report=None)))
    unit.sql.decisions.delete(JudgedRow, "person", person)


def _is_about(decision: Decision, person: str) -> bool:
    """Whether the report names this person. Earlier versions took any word that is an id for somebody's name.

    What cannot be read may be about them.
    """
    if decision.report is None:
        return False
    try:
        return person in people_of(decision.report)
    except RegisterError:
        return True


def opened_decision(unit: UnitOfWork, row: DecisionRow) -> Decision:
    """The decision of this row; RegisterError when what is sealed in it was altered."""
    unseal = unit.vault.unseal
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


def _place(column: str, decision: str) -> str:
    return f"decision.{column}:{decision}"
