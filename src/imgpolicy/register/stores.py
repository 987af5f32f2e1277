"""The table of stores: what a register keeps, of whom, for how long, and how it is shown to a person and forgotten.

`subject_access` and `erasure` walk it and know of no store themselves. Every table of the database belongs to one
store, and so does every file that is kept beside the register.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from imgpolicy.domain.dossier import Dossier, LaidDown
from imgpolicy.phrase import phrase
from imgpolicy.register.archive import showing
from imgpolicy.register.decisions import decisions, forget_reports
from imgpolicy.register.desk import answers_about, forget_on_desk
from imgpolicy.register.evidence import evidence_of, forget_evidence, notices, read_evidence
from imgpolicy.register.faces import face_vectors, forget_faces
from imgpolicy.register.outbox import forget_told
from imgpolicy.register.people import alias, forget_person, wards
from imgpolicy.register.publications import forget_shown, publications, takedowns_of
from imgpolicy.register.requests import answers_of, forget_requests, requests
from imgpolicy.register.statements import consents, forget_consents
from imgpolicy.register.unit import UnitOfWork

Show = Callable[[UnitOfWork, Dossier], Dossier]
"""The dossier of a person with what this store holds of them."""

Forget = Callable[[UnitOfWork, str], None]
"""Removes from this store what it holds of a person, by id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """One place in which a register keeps something, in words for its documentation.

    `tables` are the tables of the database that make it up, `files` what stands beside the register. `show` and
    `forget` are None where nobody is in it whom an id could name, and `forget` where only a pseudonym is.
    """

    name: str
    holds: str
    who: str
    retention: str
    tables: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    show: Show | None = None
    forget: Forget | None = None


_ERASED = phrase("until the person is erased")
_NOBODY = "nobody"


def _show_wards(unit: UnitOfWork, dossier: Dossier) -> Dossier:
    return replace(dossier, wards=wards(unit, dossier.person.id))


def _show_consents(unit: UnitOfWork, dossier: Dossier) -> Dossier:
    return replace(dossier, consents=consents(unit, dossier.person.id))


def _show_faces(unit: UnitOfWork, dossier: Dossier) -> Dossier:
    return replace(dossier, faces=face_vectors(unit, dossier.person.id))


def _show_evidence(unit: UnitOfWork, dossier: Dossier) -> Dossier:
    files = evidence_of(unit, dossier.person.id)
    return replace(dossier, evidence=tuple(read_evidence(unit, evidence.id) for evidence in files))


def _show_notices(unit: UnitOfWork, dossier: Dossier) -> Dossier:
    shown = {consent.notice for consent in consents(unit, dossier.person.id)}
    return replace(dossier, notices=tuple(notice for notice in notices(unit) if notice.id in shown))


def _show_publications(unit: UnitOfWork, dossier: Dossier) -> Dossier:
    person = dossier.person.id
    return replace(dossier, publications=publications(unit, person), takedowns=takedowns_of(unit, person))


def _show_decisions(unit: UnitOfWork, dossier: Dossier) -> Dossier:
    return replace(dossier, decisions=decisions(unit, dossier.person.id))


def _show_desk(unit: UnitOfWork, dossier: Dossier) -> Dossier:
    found = answers_about(unit, dossier.person.id)
    return replace(dossier, desk=tuple(LaidDown(id=one.id, at=one.at, verdict=one.verdict) for one in found))


def _show_archive(unit: UnitOfWork, dossier: Dossier) -> Dossier:
    found = () if unit.archive is None else showing(unit.archive, dossier.person.id)
    return replace(dossier, archive=found)


def _forget_in_archive(unit: UnitOfWork, person: str) -> None:
    unit.unmatched.add(person)


def _show_requests(unit: UnitOfWork, dossier: Dossier) -> Dossier:
    person = dossier.person.id
    return replace(dossier, requests=requests(unit, person), answers=answers_of(unit, person))


def _show_log(unit: UnitOfWork, dossier: Dossier) -> Dossier:
    return replace(dossier, log=unit.entries_on_person(alias(unit, dossier.person.id).name))


STORES = (
    Store(
        name="decisions",
        tables=("decision", "decision_person"),
        holds="recorded checks: hashes of the picture and the policy, the verdict, and the sealed report and release",
        who="those whom the report names, and whoever released the picture",
        retention=phrase("the verdict without end; the report until somebody in it is erased"),
        show=_show_decisions,
        forget=forget_reports,
    ),
    Store(
        name="desk",
        tables=("desk_batch", "desk_item", "desk_answer", "desk_person", "desk_approval"),
        files=("REGISTER-desk",),
        holds="pictures that officers lay down, small ones of them and of strangers in them, their clean copies and the"
        " answers on them, who handed them in, what reviewers said, and files that were sent to be learnt or imported"
        " and wait for a yes, sealed with the register's key",
        who="those whom an answer names, whoever else is in the picture, and officers and reviewers",
        retention=phrase(
            "pictures, names and answers until so many days after the last act as the policy says, or until"
            " somebody whom the answer names is erased; files that wait until they are done with, or for forty minutes,"
            " after an end of the desk until it runs again; what became of each, and who decided, without end"
        ),
        show=_show_desk,
        forget=forget_on_desk,
    ),
    Store(
        name="archive",
        files=("REGISTER-archive",),
        holds="of pictures that were audited: where they are, what was found in them, without any words that they show,"
        " the hashes by which copies are found, and the answer, sealed with the register's key; whom each shows or may"
        " show, sealed with that person's key; on a server in tables whose names begin with archive. There, where"
        " pictures are opened by workers, also which wait for one, sealed with the register's key, and when each was"
        " taken and done (archive_queue)",
        who="those who are, or may be, in the pictures, by id",
        retention=phrase(
            "until the picture is gone from the place that was audited; whom it shows until the faces are removed or"
            " the person is erased; what waits for a worker until it was opened, and what became of it until all were"
        ),
        show=_show_archive,
        forget=_forget_in_archive,
    ),
    Store(
        name="faces",
        tables=("face_vector",),
        holds="face vectors, sealed with the person's key",
        who="people who agreed to be recognised",
        retention=phrase("until that consent is refused or withdrawn, the faces are removed, or the person is erased"),
        show=_show_faces,
        forget=forget_faces,
    ),
    Store(
        name="evidence",
        tables=("evidence",),
        holds="files that prove what was said, sealed with the person's key",
        who="the person who said it",
        retention=_ERASED,
        show=_show_evidence,
        forget=forget_evidence,
    ),
    Store(
        name="publications",
        tables=("publication", "publication_person", "publication_work", "takedown"),
        holds="who is in which post, and what posts and tasks to take them down say, sealed with the register's key",
        who="those in the picture",
        retention=phrase(
            "the post without end, or until everybody in it was erased and it is down, as the policy says;"
            " who is in it until they are erased"
        ),
        show=_show_publications,
        forget=forget_shown,
    ),
    Store(
        name="consents",
        tables=("consent",),
        holds="what people said about their pictures: of which kind and when, and the rest sealed with their key",
        who="the person, and the guardian who spoke",
        retention=_ERASED,
        show=_show_consents,
        forget=forget_consents,
    ),
    Store(
        name="webhooks",
        tables=("webhook", "webhook_event", "webhook_person", "webhook_delivery"),
        holds="where events are sent and what signs them, the events as they are sent, and what became of each, sealed"
        " with the register's key; in the open, of which kind each is and whom it is about",
        who="those whose posts an event names, by the ids and addresses of the posts",
        retention=phrase(
            "where webhooks lead without end; an event for 30 days, or until somebody it is about is erased"
        ),
        forget=forget_told,
    ),
    Store(
        name="requests",
        tables=("form", "consent_request", "consent_answer"),
        holds="consent forms; who is asked by which link, as its digest, and what was answered, sealed with the"
        " person's key, or with the register's while nobody knows whose answer it is; a portrait that came along, until"
        " somebody looked at it",
        who="whoever is asked and answers, by name, and whoever asked",
        retention=phrase(
            "forms without end; what was answered until the person is erased; what nobody answered, or nobody knows"
            " whose answer it is, and a portrait at which nobody looked, for 90 days"
        ),
        show=_show_requests,
        forget=forget_requests,
    ),
    Store(
        name="people",
        tables=("person",),
        holds="ids; names, relations, birth dates and guardians sealed with a key of each person's own",
        who="everybody in the register",
        retention=_ERASED,
        show=_show_wards,
        forget=forget_person,
    ),
    Store(
        name="notices",
        tables=("notice",),
        holds="texts that people were shown when they were asked",
        who=_NOBODY,
        retention=phrase("without end"),
        show=_show_notices,
    ),
    Store(
        name="works",
        tables=("work", "work_picture"),
        files=("REGISTER-works-index",),
        holds="titles, owners, word marks and fingerprints of works and logos, and the arrays they are searched by",
        who="owners, by name",
        retention=phrase("until the work is removed"),
    ),
    Store(
        name="logos",
        tables=("artwork",),
        holds="artwork of logos and what is learnt from it",
        who=_NOBODY,
        retention=phrase("until the logo is removed"),
    ),
    Store(
        name="licences",
        tables=("licence", "licence_end", "licence_evidence"),
        holds="licences to works, their ends, and files that prove them, sealed with the register's key",
        who="licensors, by name",
        retention=phrase("without end"),
    ),
    Store(
        name="dismissals",
        tables=("dismissal",),
        holds="places in pictures where a reviewer saw no face or artwork, sealed with the register's key",
        who="reviewers, by name",
        retention=phrase("without end"),
    ),
    Store(
        name="accounts",
        tables=("account", "session", "api_token"),
        holds="ids; names, roles, what passwords are checked by, when sessions began, and tokens' digests, sealed with"
        " the register's key",
        who="those who work with it, by name",
        retention=phrase("without end; a session until it is over and they sign in again"),
    ),
    Store(
        name="log",
        tables=("log", "meta"),
        holds="when what was done to whom by which account, as keyed pseudonyms and digests, and the register's own"
        " key, wrapped",
        who="everybody, by a pseudonym that means nothing without the key, and nothing at all once they are erased",
        retention=phrase("without end"),
        show=_show_log,
    ),
)
"""All of them, in the order in which a person is forgotten: what names another record before that record."""

OUTSIDE = (
    Store(
        name="watched folders",
        files=("IN", "OUT", "QUARANTINE", "REVIEW"),
        holds="pictures as they were dropped or cleaned, and the report beside each; with --clean the originals too, in"
        " QUARANTINE/originals; while a picture is being moved, its name and digest in QUARANTINE",
        who="those in the pictures, whom a report names by their ids",
        retention="until somebody takes them away",
    ),
)
"""What commands leave in folders that somebody named, outside of any register: nobody is shown or forgotten there."""
