"""What is kept of a check: the decision itself, a release against its findings, and the publication that followed."""

from __future__ import annotations

from dataclasses import replace

from imgpolicy.domain.decision import Decision, Release
from imgpolicy.domain.publication import Publication
from imgpolicy.domain.verdict import Finding, Verdict
from imgpolicy.errors import RegisterError
from imgpolicy.phrase import both, phrase
from imgpolicy.register.decisions import record_decision
from imgpolicy.register.publications import add_publication
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.report import Report

RELEASED = "X002"
"""The code of the finding that a release leaves in the report."""


def released(report: Report, release: Release) -> Report:
    """The report with the release: its findings stay, one is added, and the verdict is go.

    A report that is go already, or on a picture that could not be read, comes back as it is.
    """
    if report.verdict is Verdict.GO or not report.readable:
        return report
    who = both([release.by, release.second] if release.second else [release.by])
    finding = Finding(
        code=RELEASED,
        verdict=Verdict.GO,
        title=phrase("Released by a named person"),
        message=phrase("{names} let it go: {reason}", names=who, reason=release.reason),
        evidence={"by": release.by, "reason": release.reason, "second": release.second},
    )
    return replace(report, release=release, findings=(*report.findings, finding))


def record(unit: UnitOfWork, report: Report) -> Decision:
    """Keep the report as a decision."""
    decision = Decision(
        picture=report.picture.sha256,
        policy=report.policy.sha256,
        head=report.register_head or "",
        verdict=report.verdict.word,
        report=report.to_json().encode(),
        release=report.release,
    )
    record_decision(unit, decision)
    return decision


def publish(unit: UnitOfWork, report: Report, url: str) -> Publication:
    """Record that the picture of this report was posted at `url`, with whom and what it shows and what that rests on.

    RegisterError when the picture could not be read, or the posting names no channel.
    """
    posting = report.posting
    if report.picture.sha256 is None or posting.channel is None:
        raise RegisterError(
            phrase("a publication is of a picture that could be read, on a channel: name it with --channel")
        )
    people: dict[str, str | None] = dict.fromkeys(posting.people)
    people |= {named.person: named.consent for named in report.declared}
    for face in report.faces:
        if face.person is not None:
            people[face.person] = face.consent or people.get(face.person)
    publication = Publication(
        picture=report.picture.sha256,
        url=url,
        published=posting.day,
        channel=posting.channel,
        purpose=posting.purpose,
        campaign=posting.campaign,
        audience=posting.audience,
        territory=posting.territory,
        setting=posting.setting,
        event=posting.event,
        edit=posting.edit,
        pdq=report.pdq,
        people=people,
        works={work.work: work.licence for work in report.works},
    )
    add_publication(unit, publication)
    return publication
