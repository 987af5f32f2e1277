"""Whether each store holds what the log says, just as it was recorded, and nothing else."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from imgpolicy.domain import canonical, earlier
from imgpolicy.domain.account_forms import account_form, password_form, sessions_form, token_form
from imgpolicy.domain.changes import (
    approval_form,
    down_form,
    face_form,
    hand_in_form,
    posted_form,
    takedown_form,
    webhook_form,
)
from imgpolicy.domain.dossier import FaceVector
from imgpolicy.domain.log import Alias
from imgpolicy.domain.publication import Publication
from imgpolicy.domain.request_forms import answer_form, form_form, request_form
from imgpolicy.errors import RegisterError
from imgpolicy.phrase import message_of, phrase
from imgpolicy.register.accounts import opened_account
from imgpolicy.register.decisions import opened_decision
from imgpolicy.register.desk import answers_on
from imgpolicy.register.desk_rows import ItemRecord, opened_approval, opened_batch, opened_item
from imgpolicy.register.dismissals import opened_dismissal, opened_ending
from imgpolicy.register.evidence import evidence_of, licence_evidence, notices, read_evidence
from imgpolicy.register.faces import face_vectors
from imgpolicy.register.history import History, Kept
from imgpolicy.register.licences import licences
from imgpolicy.register.logos import artworks
from imgpolicy.register.outbox import recorded_event
from imgpolicy.register.people import alias_in, person
from imgpolicy.register.publications import TaskRecord, publications, tasks
from imgpolicy.register.requests import opened_answer, opened_form, opened_request
from imgpolicy.register.sessions import opened_token, sessions_of
from imgpolicy.register.sql.accounts import AccountRow, TokenRow
from imgpolicy.register.sql.decisions import DecisionRow, JudgedRow
from imgpolicy.register.sql.desk import AnswerRow, ApprovalRow, BatchRow, DeskPersonRow, ItemRow
from imgpolicy.register.sql.dismissals import DismissalRow
from imgpolicy.register.sql.requests import AnswerRow as RequestAnswerRow
from imgpolicy.register.sql.requests import FormRow, RequestRow
from imgpolicy.register.sql.webhooks import EventRow, WebhookRow
from imgpolicy.register.sql.works import WorkRow
from imgpolicy.register.statements import consents
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.register.webhooks import opened_webhook
from imgpolicy.register.works import whole_work


class Walk:
    """A walk over the stores: in words, what is `damaged`, and in `remarks` what the entries of earlier versions leave
    open. `ids` are everybody's, `readable` those of whom it is known what the log calls them."""

    def __init__(self, unit: UnitOfWork, history: History) -> None:
        self.unit = unit
        self.history = history
        self.damaged: list[str] = []
        self.remarks: list[str] = []
        self.ids = [row.id for row in unit.sql.people.of()]
        self.readable = [one for one in self.ids if one in history.people]

    def hold(self, kept: Kept, subject: str, what: str, form: bytes, earlier_forms: Iterable[bytes] = ()) -> None:
        """Hold a record against the log."""
        if not self.history.holds(kept, subject, form, earlier_forms):
            self.altered(kept, subject, what)

    def altered(self, kept: Kept, subject: str, what: str) -> None:
        """Say that a record is none that was recorded."""
        self.damaged.append(phrase("the register is damaged: {what} is not what was recorded", what=what))
        self.history.told(kept, subject)

    @contextlib.contextmanager
    def reading(self, what: str, *kinds: Kept, subject: str | None = None) -> Iterator[None]:
        """Say it when something cannot be read, and look for nothing of these kinds any more."""
        try:
            yield
        except RegisterError as error:
            self.damaged.append(message_of(error))
        # Values of a type or form that this program never writes.
        except (ValueError, TypeError, LookupError):
            self.damaged.append(phrase("the register is damaged: {what} cannot be read", what=what))
        else:
            return
        for kept in kinds:
            self.history.told(kept, subject)


def _people(walk: Walk) -> None:
    for one in walk.ids:
        with walk.reading(phrase("the person {person}", person=repr(one)), Kept.PERSON, subject=one):
            who = person(walk.unit, one)
            form, former = canonical.person_form(who), earlier.earlier_person_forms(who)
            walk.hold(Kept.PERSON, one, phrase("the person {person}", person=repr(one)), form, former)


def _consents(walk: Walk) -> None:
    for one in walk.readable:
        with walk.reading(phrase("what {person} said", person=repr(one)), Kept.CONSENT, subject=one):
            for consent in consents(walk.unit, one):
                form, former = canonical.consent_form(consent), earlier.earlier_consent_forms(consent)
                walk.hold(Kept.CONSENT, one, phrase("the consent {id}", id=repr(consent.id)), form, former)


def _faces(walk: Walk) -> None:
    for one in walk.readable:
        with walk.reading(phrase("the faces of {person}", person=repr(one)), Kept.FACE, subject=one):
            held = face_vectors(walk.unit, one)
            unknown = [face for face in held if not walk.history.holds(Kept.FACE, one, face_form(face))]
            _unknown_faces(walk, one, unknown)


def _unknown_faces(walk: Walk, one: str, unknown: list[FaceVector]) -> None:
    if unknown and walk.history.is_earlier(Kept.FACE, one):
        walk.remarks.append(
            phrase("an earlier version enrolled faces of {person}: the log does not tell which", person=repr(one))
        )
    elif unknown:
        walk.altered(Kept.FACE, one, phrase("a face of {person}", person=repr(one)))


def _evidence(walk: Walk) -> None:
    for one in walk.readable:
        with walk.reading(phrase("the evidence of {person}", person=repr(one)), Kept.EVIDENCE, subject=one):
            for file in evidence_of(walk.unit, one):
                read_evidence(walk.unit, file.id)
                form, former = canonical.evidence_form(file), earlier.earlier_evidence_forms(file)
                walk.hold(Kept.EVIDENCE, one, phrase("the evidence {id}", id=repr(file.id)), form, former)


def _notices(walk: Walk) -> None:
    with walk.reading(phrase("the notices"), Kept.NOTICE):
        for notice in notices(walk.unit):
            form, former = canonical.notice_form(notice), earlier.earlier_notice_forms(notice)
            walk.hold(Kept.NOTICE, notice.id, phrase("the notice {id}", id=repr(notice.id)), form, former)


def _works(walk: Walk) -> None:
    for row in walk.unit.sql.works.find(WorkRow):
        what = phrase("the work {id}", id=repr(row.id))
        with walk.reading(what, Kept.WORK, subject=row.id):
            work = whole_work(walk.unit, row.id)
            if work.fingerprints or not walk.history.was_removed(row.id):
                walk.hold(Kept.WORK, row.id, what, canonical.work_form(work), earlier.earlier_work_forms(work))
            else:
                walk.remarks.append(
                    phrase("an earlier version kept the title of {id} alone: the log does not tell it", id=repr(row.id))
                )


def _artworks(walk: Walk) -> None:
    with walk.reading(phrase("the artwork of logos"), Kept.ARTWORK):
        for work, drawn in sorted(artworks(walk.unit).items()):
            for one in drawn:
                form, former = canonical.artwork_form(work, one), earlier.earlier_artwork_forms(work, one)
                walk.hold(Kept.ARTWORK, work, phrase("artwork of {work}", work=repr(work)), form, former)


def _licences(walk: Walk) -> None:
    with walk.reading(phrase("the licences"), Kept.LICENCE, Kept.END):
        for licence in licences(walk.unit):
            what = phrase("the licence {id}", id=repr(licence.id))
            form, former = canonical.licence_form(licence), earlier.earlier_licence_forms(licence)
            walk.hold(Kept.LICENCE, licence.id, what, form, former)
            if licence.end is not None:
                form, former = (
                    canonical.end_form(licence.id, licence.end),
                    earlier.earlier_end_forms(licence.id, licence.end),
                )
                walk.hold(Kept.END, licence.id, phrase("the end of {what}", what=what), form, former)
    with walk.reading(phrase("the evidence of licences"), Kept.LICENCE_EVIDENCE, Kept.EVIDENCE):
        for file in licence_evidence(walk.unit):
            read_evidence(walk.unit, file.id)
            former = earlier.earlier_evidence_forms(file)
            subject, form = file.licence or "", canonical.evidence_form(file)
            if not walk.history.holds(Kept.EVIDENCE, subject, form, former):
                walk.hold(Kept.LICENCE_EVIDENCE, subject, phrase("the evidence {id}", id=repr(file.id)), form)


def _publications(walk: Walk) -> None:
    posts: dict[str, Publication] = {}
    with walk.reading(phrase("the publications"), Kept.PUBLICATION, Kept.DOWN):
        for post in publications(walk.unit):
            posts[post.id] = post
            _publication(walk, post)
    with walk.reading(phrase("the take-down tasks"), Kept.TAKEDOWN):
        for task in tasks(walk.unit):
            _takedown(walk, task, posts.get(task.publication))


def _publication(walk: Walk, post: Publication) -> None:
    what = phrase("the publication {id}", id=repr(post.id))
    form, former = canonical.publication_form(post), earlier.earlier_publication_forms(post)
    if not walk.history.holds(Kept.PUBLICATION, post.id, form, former):
        if walk.history.may_be_emptied(Kept.PUBLICATION, post.id):
            walk.remarks.append(
                phrase("an earlier version erased somebody since {what}: the log does not tell what is left", what=what)
            )
        else:
            walk.altered(Kept.PUBLICATION, post.id, what)
    if post.down is None or walk.history.holds(Kept.DOWN, post.id, down_form(post.down)):
        return
    if walk.history.is_earlier(Kept.PUBLICATION, post.id):
        walk.remarks.append(
            phrase(
                "the log does not tell since when {what} is down, as where an earlier version imported it", what=what
            )
        )
    else:
        walk.altered(Kept.DOWN, post.id, phrase("since when {what} is down", what=what))


def _takedown(walk: Walk, task: TaskRecord, post: Publication | None) -> None:
    what = phrase("the take-down task {id}", id=repr(task.id))
    closes = post is not None and task.closed == post.down
    if closes and walk.history.holds(Kept.TAKEDOWN, task.id, takedown_form(task)):
        return
    if task.closed is not None and walk.history.holds(Kept.TAKEDOWN, task.id, takedown_form(task, task.closed)):
        return
    # Earlier versions logged of a task its post and its cause alone.
    if closes and walk.history.holds(Kept.TAKEDOWN, task.publication, task.cause.encode()):
        return
    walk.altered(Kept.TAKEDOWN, task.id, what)


def _decisions(walk: Walk) -> None:
    judged: defaultdict[str, list[str]] = defaultdict(list)
    with walk.reading(phrase("the people of decisions")):
        for link in walk.unit.sql.decisions.find(JudgedRow):
            judged[link.decision].append(link.person)
    rows: list[DecisionRow] = []
    with walk.reading(phrase("the decisions"), Kept.DECISION, Kept.RELEASE):
        rows = walk.unit.sql.decisions.find(DecisionRow)
    for row in rows:
        with walk.reading(phrase("the decision {id}", id=repr(row.id)), Kept.DECISION, Kept.RELEASE, subject=row.id):
            _decision(walk, row, judged[row.id])


def _decision(walk: Walk, row: DecisionRow, people: list[str]) -> None:
    decision, what = opened_decision(walk.unit, row), phrase("the decision {id}", id=repr(row.id))
    form, former = canonical.decision_form(decision, people), earlier.earlier_decision_forms(decision)
    if not walk.history.holds(Kept.DECISION, row.id, form, former):
        if decision.report is None and walk.history.may_be_emptied(Kept.DECISION, row.id):
            walk.remarks.append(
                phrase("an earlier version erased somebody since {what}: the log does not tell what is left", what=what)
            )
        else:
            walk.altered(Kept.DECISION, row.id, what)
    release = decision.release
    if release is not None:
        form, former = canonical.release_form(row.id, release), earlier.earlier_release_forms(release)
        walk.hold(Kept.RELEASE, row.id, phrase("the release of {what}", what=what), form, former)


def _dismissals(walk: Walk) -> None:
    rows: list[DismissalRow] = []
    with walk.reading(phrase("the dismissals"), Kept.DISMISSAL, Kept.ENDING):
        rows = walk.unit.sql.dismissals.find(DismissalRow)
    for row in rows:
        what = phrase("the dismissal {id}", id=repr(row.ends or row.id))
        with walk.reading(what, Kept.DISMISSAL, Kept.ENDING, subject=row.ends or row.id):
            if row.ends is None:
                said = opened_dismissal(walk.unit, row)
                form, former = canonical.dismissal_form(said), earlier.earlier_dismissal_forms(said)
                walk.hold(Kept.DISMISSAL, row.id, what, form, former)
            else:
                ending = opened_ending(walk.unit, row)
                form = canonical.ending_form(row.ends, ending)
                former = earlier.earlier_ending_forms(row.ends, ending, row.id)
                walk.hold(Kept.ENDING, row.ends, phrase("the ending of {what}", what=what), form, former)


def _accounts(walk: Walk) -> None:
    for row in walk.unit.sql.accounts.find(AccountRow):
        what = phrase("the account {id}", id=repr(row.id))
        with walk.reading(what, Kept.ACCOUNT, Kept.PASSWORD, subject=row.id):
            signing = opened_account(walk.unit, row)
            walk.hold(Kept.ACCOUNT, row.id, what, account_form(signing.account))
            if signing.password is not None:
                form = password_form(row.id, signing.password)
                walk.hold(Kept.PASSWORD, row.id, phrase("the password of {what}", what=what), form)
        with walk.reading(phrase("the sessions of {what}", what=what), Kept.SESSIONS, subject=row.id):
            begun = sessions_of(walk.unit, row.id)
            if not walk.history.holds(Kept.SESSIONS, row.id, sessions_form(row.id, begun)) and begun:
                walk.altered(Kept.SESSIONS, row.id, phrase("a session of {what}", what=what))
    for token in walk.unit.sql.accounts.find(TokenRow):
        what = phrase("the token {id}", id=repr(token.id))
        with walk.reading(what, Kept.TOKEN, subject=token.id):
            known = opened_token(walk.unit, token)
            walk.hold(Kept.TOKEN, token.id, what, token_form(known.token, known.digest))


def _desk(walk: Walk) -> None:
    batches: list[BatchRow] = []
    with walk.reading(phrase("the batches on the desk")):
        batches = walk.unit.sql.desk.find(BatchRow)
    for batch in batches:
        with walk.reading(phrase("the batch {id}", id=repr(batch.id))):
            opened_batch(walk.unit, batch)
    answers: defaultdict[str, list[str]] = defaultdict(list)
    people: defaultdict[str, list[str]] = defaultdict(list)
    items: list[ItemRow] = []
    with walk.reading(phrase("the pictures on the desk"), Kept.HANDED, Kept.POSTED):
        for answer in walk.unit.sql.desk.find(AnswerRow):
            answers[answer.item].append(answer.kind)
        for link in walk.unit.sql.desk.find(DeskPersonRow):
            people[link.item].append(link.person)
        items = walk.unit.sql.desk.find(ItemRow)
    for row in items:
        what = phrase("the picture {id} on the desk", id=repr(row.id))
        with walk.reading(what, Kept.HANDED, Kept.POSTED, subject=row.id):
            record = opened_item(walk.unit, row)
            if sorted(record.secret.answers) != answers[row.id] or list(record.secret.people) != people[row.id]:
                walk.damaged.append(
                    phrase("the register is damaged: the answer on {id} is not what was kept", id=repr(row.id))
                )
            for kind in record.secret.answers:
                answers_on(walk.unit, record, kind)
            _on_the_desk(walk, record, what)
    _approvals(walk)


def _on_the_desk(walk: Walk, record: ItemRecord, what: str) -> None:
    kept = record.secret
    if record.place is not None:
        form = hand_in_form(record.id, kept.handed_by or "", kept.handed_at or record.at, record.place)
        walk.hold(Kept.HANDED, record.id, phrase("who handed in {what}", what=what), form)
    if kept.publication is not None:
        form = posted_form(record.id, kept.publication, kept.posted_at or record.at)
        walk.hold(Kept.POSTED, record.id, phrase("where {what} was posted", what=what), form)


def _approvals(walk: Walk) -> None:
    rows: list[ApprovalRow] = []
    with walk.reading(phrase("what reviewers said"), Kept.APPROVAL):
        rows = walk.unit.sql.desk.find(ApprovalRow)
    for row in rows:
        what = phrase("what a reviewer said ({id})", id=repr(row.id))
        with walk.reading(what, Kept.APPROVAL, subject=row.id):
            said = opened_approval(walk.unit, row).approval
            walk.hold(Kept.APPROVAL, row.id, what, approval_form(row.id, row.item, row.round, said))


def _webhooks(walk: Walk) -> None:
    for row in walk.unit.sql.webhooks.find(WebhookRow):
        what = phrase("the webhook {id}", id=repr(row.id))
        with walk.reading(what, Kept.WEBHOOK, subject=row.id):
            kept = opened_webhook(walk.unit, row)
            walk.hold(Kept.WEBHOOK, row.id, what, webhook_form(kept.webhook, kept.secret))
    for event in walk.unit.sql.webhooks.find(EventRow):
        what = phrase("the event {id}", id=repr(event.id))
        with walk.reading(what, Kept.EVENT, subject=event.id):
            walk.hold(Kept.EVENT, event.id, what, recorded_event(walk.unit, event))


def _requests(walk: Walk) -> None:
    for form in walk.unit.sql.requests.find(FormRow):
        what = phrase("the form {id}", id=repr(form.id))
        with walk.reading(what, Kept.FORM, subject=form.id):
            walk.hold(Kept.FORM, form.id, what, form_form(opened_form(walk.unit, form)))
    for row in walk.unit.sql.requests.find(RequestRow):
        what = phrase("the request {id}", id=repr(row.id))
        with walk.reading(what, Kept.REQUEST, subject=row.id):
            walk.hold(Kept.REQUEST, row.id, what, request_form(opened_request(walk.unit, row), row.digest))
    for answered in walk.unit.sql.requests.find(RequestAnswerRow):
        what = phrase("the answer {id}", id=repr(answered.id))
        with walk.reading(what, Kept.ANSWER, subject=answered.id):
            walk.hold(Kept.ANSWER, answered.id, what, answer_form(opened_answer(walk.unit, answered), answered.digest))


def _log(walk: Walk) -> None:
    """Its chain is followed elsewhere; beside it stands the register's key and nothing else."""
    kept = walk.unit.sql.journal.kept_values()
    if set(kept) != {"key"} or not walk.unit.vault.is_wrapped(kept["key"]):
        walk.damaged.append(phrase("the register is damaged: its own key is not what was kept"))


HELD: Mapping[str, Callable[[Walk], None]] = {
    "decisions": _decisions,
    "desk": _desk,
    "faces": _faces,
    "evidence": _evidence,
    "publications": _publications,
    "consents": _consents,
    "people": _people,
    "notices": _notices,
    "works": _works,
    "logos": _artworks,
    "licences": _licences,
    "dismissals": _dismissals,
    "accounts": _accounts,
    "webhooks": _webhooks,
    "requests": _requests,
    "log": _log,
}
"""How each of `stores.STORES` is held against the log."""


def readable_people(unit: UnitOfWork) -> dict[str, Alias]:
    """What the log calls everybody who can be read, by id."""
    people: dict[str, Alias] = {}
    for row in unit.sql.people.of():
        with contextlib.suppress(RegisterError, ValueError, TypeError, LookupError):
            people[row.id] = alias_in(unit, row)
    return people


def walked(unit: UnitOfWork, history: History) -> Walk:
    """A walk over every store, done; `history` must know the whole log."""
    walk = Walk(unit, history)
    if walk.readable != walk.ids:
        history.told_of_others(len(walk.ids) - len(walk.readable))
    for hold in HELD.values():
        hold(walk)
    walk.damaged += (
        phrase("the register is damaged: {table} names what is not there", table=table) for table in unit.sql.orphans()
    )
    walk.damaged += (
        phrase(
            "the register is damaged: entry {number} of the log erases more than was recorded, or less", number=number
        )
        for number in history.unaccounted
    )
    walk.damaged += (
        phrase("the register is damaged: what entry {number} of the log recorded is not there any more", number=number)
        for number in history.missing()
    )
    return walk
