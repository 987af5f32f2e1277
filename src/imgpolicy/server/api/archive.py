"""Calls on the archive: what was audited, a picture's report made again, and what a no would reach."""

from __future__ import annotations

import msgspec
from starlette.responses import Response

from imgpolicy.domain.account import Right
from imgpolicy.errors import RequestError
from imgpolicy.phrase import message_of
from imgpolicy.server.api.calls import Call, Operation, Query, said
from imgpolicy.server.api.records import body_of
from imgpolicy.server.archive import verdict_of
from imgpolicy.service import grants, listing
from imgpolicy.service.listing import CURSOR, Filter
from imgpolicy.wire.consent import ConsentWire, consent_from, consent_wire
from imgpolicy.wire.person import ArchivedWire, archived_wire
from imgpolicy.wire.publication import PublicationWire, publication_wire
from imgpolicy.wire.report import ReportWire, report_in


class ArchivePage(msgspec.Struct, frozen=True, kw_only=True):
    """Some of the pictures that are looked for; `next` is the `after` of the next page, null on the last."""

    pictures: list[ArchivedWire]
    next: str | None


class ArchivedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A picture of the archive, and its report by what is kept of it and the register as it is now.

    The report is null where the picture could not be read, or what is kept of it cannot be opened.
    """

    picture: ArchivedWire
    report: ReportWire | None


class ReachAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a no would reach: consents that end, posts that come down, and how many faces are forgotten.

    `pictures` counts those of the archive that are a go and show the person, or may: they are judged again then.
    """

    consents: list[ConsentWire]
    posts: list[PublicationWire]
    faces: int
    pictures: int


def search(call: Call) -> Response:
    """One page of the pictures that are looked for."""
    found = listing.part(
        call.workspace,
        Filter(
            verdict=verdict_of(call.asked("verdict")),
            code=call.asked("rule"),
            place=call.asked("place"),
            person=call.asked("person"),
            after=call.asked("after"),
        ),
    )
    return said(ArchivePage(pictures=[archived_wire(one) for one in found.pictures], next=found.next))


def show(call: Call) -> Response:
    """A picture and its report."""
    found, report = listing.report_on(call.workspace, call.part("picture"))
    wire = None if report is None else report_in(report.to_json().encode())
    return said(ArchivedAnswer(picture=archived_wire(found), report=wire))


def reach(call: Call) -> Response:
    """What a no would reach; nothing is recorded."""
    try:
        denial = consent_from(body_of(call, ConsentWire))
    except ValueError as error:
        raise RequestError(message_of(error)) from error
    found = grants.reach(call.workspace, denial)
    answer = ReachAnswer(
        consents=[consent_wire(one) for one in found.consents],
        posts=[publication_wire(one) for one in found.posts],
        faces=found.faces,
        pictures=found.pictures,
    )
    return said(answer)


OPERATIONS = (
    Operation(
        path="/archive",
        method="GET",
        name="searchArchive",
        summary="The audited pictures that are looked for, fifty at a time, those that were judged last first.",
        right=Right.SEE,
        answer=search,
        gives=ArchivePage,
        query=(
            Query("verdict", "go, review or no-go.", pattern="^(go|review|no-go)$"),
            Query("rule", "The code of a rule that they break."),
            Query("place", "A place as it was named to an audit."),
            Query("person", "The id of somebody whom they show, or may."),
            Query("after", "The `next` of the page before.", pattern=f"^{CURSOR}$"),
        ),
    ),
    Operation(
        path="/archive/{picture}",
        method="GET",
        name="showArchived",
        summary="An audited picture, and its report made again by what is kept of it; the picture is not opened.",
        right=Right.SEE,
        answer=show,
        gives=ArchivedAnswer,
    ),
    Operation(
        path="/consents/reach",
        method="POST",
        name="reachOfConsent",
        summary="What a no would reach if it were recorded now; nothing is recorded.",
        right=Right.KEEP,
        answer=reach,
        takes=ConsentWire,
        gives=ReachAnswer,
    ),
)
"""The calls on the archive."""
