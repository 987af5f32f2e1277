"""Calls on what the register holds: people, consents, works and posts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import TypeVar

import msgspec
from starlette.responses import Response

from imgpolicy.domain.account import Right
from imgpolicy.domain.consent import Consent
from imgpolicy.domain.publication import Takedown
from imgpolicy.errors import BadRequestError, RegisterError, RequestError
from imgpolicy.phrase import message_of, phrase
from imgpolicy.server.api.calls import Call, Operation, Query, said
from imgpolicy.service import archive, grants, people, posts, reached, works
from imgpolicy.wire.consent import ConsentWire, DueWire, consent_from, consent_wire, due_wire
from imgpolicy.wire.person import InArchiveWire, PersonWire, in_archive_wire, person_from, person_wire
from imgpolicy.wire.publication import PublicationWire, TakedownWire, publication_wire, takedown_wire
from imgpolicy.wire.values import safe_text
from imgpolicy.wire.work import LogoSummary, WorkSummary, logo_summary, work_summary

DUE_DAYS = 30
"""Days from today within which a consent ends that falls due, where nothing else is asked."""

MOST_DAYS = 3_650


class PeopleAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """All people of the register."""

    people: list[PersonWire]


class ConsentsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What people said, as it was recorded."""

    consents: list[ConsentWire]


class DueAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What ends soon, or has ended while posts rest on it."""

    due: list[DueWire]


class StatedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A statement as it is kept, the posts that must come down by it, and what it reaches in the archive.

    `archive` are the files that were a go and are none any more; `copies` has, by the id of a post, the files that are
    the posted picture or a near duplicate.
    """

    consent: ConsentWire
    takedowns: list[TakedownWire]
    archive: list[str] = []
    copies: dict[str, list[str]] = {}


class WorksAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Works and logos, without what they are recognised by."""

    works: list[WorkSummary]
    logos: list[LogoSummary]


class PublicationsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Posts on record, those that must come down, and of these, by id, the files of the archive that are copies."""

    publications: list[PublicationWire]
    takedowns: list[TakedownWire]
    copies: dict[str, list[str]] = {}


class ArchiveAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Audited pictures that show a person, or may, with the verdict when each was judged last."""

    pictures: list[InArchiveWire]


Body = TypeVar("Body")


def body_of(call: Call, kind: type[Body]) -> Body:
    """What was sent, as this type; RequestError in one line when it is another, BadRequestError when it is no JSON."""
    try:
        return msgspec.json.decode(call.body, type=kind)
    except msgspec.ValidationError as error:
        raise RequestError(phrase("the body is no {kind}: {error}", kind=kind.__name__, error=str(error))) from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequestError(phrase("the body is no JSON: {error}", error=str(error))) from error


def everybody(call: Call) -> Response:
    """Everybody in the register."""
    return said(PeopleAnswer(people=[person_wire(one) for one in people.everybody(call.workspace)]))


def person(call: Call) -> Response:
    """One person."""
    return said(person_wire(people.show(call.workspace, call.part("person")).person))


def add_person(call: Call) -> Response:
    """A person is added; their id is the caller's to choose, and is taken once."""
    added = person_from(body_of(call, PersonWire))
    people.add(call.workspace, added)
    return said(person_wire(added), 201)


def consents(call: Call) -> Response:
    """What a person said, or everybody."""
    found = grants.consents_of(call.workspace, call.asked("person"))
    return said(ConsentsAnswer(consents=[consent_wire(one) for one in found]))


def state_consent(call: Call) -> Response:
    """A statement is recorded: a yes, a no, or what takes a yes back."""
    stated = _stated(body_of(call, ConsentWire))
    key = call.key
    if key is not None:
        # The register itself refuses a second record with this id, whenever the first was sent, and by whom.
        stated = replace(stated, id="c-" + sha256(f"{call.caller.account.id}\0{key}".encode()).hexdigest()[:32])
        known = [one for one in grants.consents_of(call.workspace, stated.person) if one.id == stated.id]
        if known and known[0] != stated:
            raise RegisterError(
                phrase("this Idempotency-Key was used for another statement: give each a key of its own")
            )
        if known:
            tasks = [one for one in posts.posts(call.workspace, stated.person).tasks if one.consent == stated.id]
            day = call.workspace.kept.consents.day(stated.at)
            fallen = reached.fallen_since(call.workspace, day, stated.person).names if stated.denies else ()
            return said(_answer(call, stated, tasks, fallen))
    done = grants.state_consent(call.workspace, stated)
    places = archive.concerned(call.workspace, people=[stated.person] if stated.denies else [])
    return said(_answer(call, done.consent, done.takedowns, reached.reached(call.workspace, places).fallen), 201)


def _answer(call: Call, consent: Consent, tasks: Sequence[Takedown], fallen: Sequence[str]) -> StatedAnswer:
    return StatedAnswer(
        consent=consent_wire(consent),
        takedowns=[takedown_wire(one) for one in tasks],
        archive=[safe_text(name) for name in fallen],
        copies=_copies(call, tasks),
    )


def _copies(call: Call, tasks: Sequence[Takedown]) -> dict[str, list[str]]:
    found = reached.copies(call.workspace, [task.publication for task in tasks])
    return {post: [safe_text(name) for name in names] for post, names in found.items()}


def _stated(sent: ConsentWire) -> Consent:
    try:
        return consent_from(sent)
    except ValueError as error:
        raise RequestError(message_of(error)) from error


def due(call: Call) -> Response:
    """The consents that end soon."""
    asked = call.asked("days")
    words = str(DUE_DAYS) if asked is None else asked
    if not words.isascii() or not words.isdigit() or len(words) > len(str(MOST_DAYS)) or int(words) > MOST_DAYS:
        raise BadRequestError(phrase("days is a number from 0 to {most}", most=MOST_DAYS))
    return said(DueAnswer(due=[due_wire(one) for one in grants.consents_due(call.workspace, int(words))]))


def every_work(call: Call) -> Response:
    """Works and logos."""
    found = works.works(call.workspace)
    return said(
        WorksAnswer(
            works=[work_summary(one.work, one.in_parts, one.outdated) for one in found],
            logos=[logo_summary(one) for one in works.logos(call.workspace)],
        )
    )


def publications(call: Call) -> Response:
    """Posts, and what of them must come down."""
    found = posts.posts(call.workspace, call.asked("person"))
    return said(
        PublicationsAnswer(
            publications=[publication_wire(one) for one in found.publications],
            takedowns=[takedown_wire(one) for one in found.tasks],
            copies=_copies(call, found.tasks),
        )
    )


def in_archive(call: Call) -> Response:
    """Audited pictures that show a person, or may."""
    found = archive.showing(call.workspace, call.part("person"))
    return said(ArchiveAnswer(pictures=[in_archive_wire(one) for one in found]))


def take_down(call: Call) -> Response:
    """A post is down from now on: whoever recorded it may say so, and whoever may keep the register."""
    take = posts.take_down if Right.KEEP in call.caller.rights else posts.take_down_own
    return said(publication_wire(take(call.workspace, call.part("publication"))))


ONE_PERSON = (Query("person", "The id of a person."),)

OPERATIONS = (
    Operation(
        path="/people",
        method="GET",
        name="listPeople",
        summary="Everybody in the register.",
        right=Right.SEE,
        answer=everybody,
        gives=PeopleAnswer,
    ),
    Operation(
        path="/people",
        method="POST",
        name="addPerson",
        summary="Add a person. The id is yours to choose; it is taken once, so that to send it again changes nothing.",
        right=Right.KEEP,
        answer=add_person,
        takes=PersonWire,
        gives=PersonWire,
        status=201,
    ),
    Operation(
        path="/people/{person}",
        method="GET",
        name="showPerson",
        summary="One person.",
        right=Right.SEE,
        answer=person,
        gives=PersonWire,
    ),
    Operation(
        path="/consents",
        method="GET",
        name="listConsents",
        summary="What a person, or everybody, said.",
        right=Right.SEE,
        answer=consents,
        gives=ConsentsAnswer,
        query=ONE_PERSON,
    ),
    Operation(
        path="/consents",
        method="POST",
        name="stateConsent",
        summary="Record what somebody said. With an Idempotency-Key it is recorded once, however often it is sent.",
        right=Right.KEEP,
        answer=state_consent,
        takes=ConsentWire,
        gives=StatedAnswer,
        status=201,
    ),
    Operation(
        path="/consents/due",
        method="GET",
        name="listDue",
        summary="The consents that end within so many days, or have ended while posts rest on them.",
        right=Right.SEE,
        answer=due,
        gives=DueAnswer,
        query=(Query("days", "Days from today, 30 where it is not given.", most=MOST_DAYS),),
    ),
    Operation(
        path="/works",
        method="GET",
        name="listWorks",
        summary="Works and logos.",
        right=Right.SEE,
        answer=every_work,
        gives=WorksAnswer,
    ),
    Operation(
        path="/people/{person}/archive",
        method="GET",
        name="listArchive",
        summary="The audited pictures that show a person, or may, with the verdict when each was judged last.",
        right=Right.SEE,
        answer=in_archive,
        gives=ArchiveAnswer,
    ),
    Operation(
        path="/publications",
        method="GET",
        name="listPublications",
        summary="Posts on record, of a person or all, and those that must come down.",
        right=Right.SEE,
        answer=publications,
        gives=PublicationsAnswer,
        query=ONE_PERSON,
    ),
    Operation(
        path="/publications/{publication}/taken-down",
        method="POST",
        name="takeDown",
        summary="Record that a post was taken down. Whoever recorded it may; for others it takes the right keep.",
        right=Right.CHECK,
        answer=take_down,
        gives=PublicationWire,
    ),
)
"""The calls on records."""
