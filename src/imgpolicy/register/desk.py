"""Pictures on the desk as they are kept: rows whose every value is sealed together with what it says.

Files are in `desk_files`; what may be done when, the service knows.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import msgspec

from imgpolicy.domain.changes import approval_form, hand_in_form, posted_form
from imgpolicy.domain.decision import people_of
from imgpolicy.domain.desk import Approval, Batch, ItemState
from imgpolicy.domain.ids import new_id
from imgpolicy.domain.log import Action
from imgpolicy.domain.posting import Posting
from imgpolicy.errors import RegisterError
from imgpolicy.phrase import phrase
from imgpolicy.register.desk_rows import (
    COPY,
    ENGLISH,
    PICTURE,
    Answered,
    ApprovalRecord,
    BatchSecret,
    Given,
    ItemRecord,
    Said,
    Secret,
    answer_place,
    batch_secret,
    opened_approval,
    opened_batch,
    opened_item,
    sealed_approval,
    sealed_batch,
    sealed_item,
)
from imgpolicy.register.sql.desk import AnswerRow, ApprovalRow, BatchRow, DeskPersonRow, ItemRow
from imgpolicy.register.unit import UnitOfWork


def add_batch(unit: UnitOfWork, batch: Batch) -> None:
    """Keep a batch; its posting is the one that was stated."""
    row = BatchRow(batch.id, batch.account, batch.at, batch.at, 0, b"")
    unit.sql.desk.insert([sealed_batch(unit.vault, row, BatchSecret(batch.posting, batch.profile))])


def batch_row(unit: UnitOfWork, batch_id: str) -> BatchRow:
    """The row of a batch; RegisterError when there is none with this id."""
    for row in unit.sql.desk.find(BatchRow, "id", batch_id):
        return row
    raise RegisterError(phrase("there is no batch {batch} on the desk", batch=repr(batch_id[:80])))


def change_batch(unit: UnitOfWork, row: BatchRow, posting: Posting, profile: str | None) -> BatchRow:
    """The row of a batch that has this posting from now on."""
    return _replaced_batch(unit, row._replace(touched=_now()), BatchSecret(posting, profile))


def empty_batch(unit: UnitOfWork, row: BatchRow) -> None:
    """Let go of who is named in the posting and of its words, and note that its pictures are not kept any more."""
    secret = batch_secret(unit.vault, row)
    posting = replace(secret.posting, people=(), caption=None, actor=None, event=None)
    _replaced_batch(unit, row._replace(gone=1), replace(secret, posting=posting))


def add_item(unit: UnitOfWork, record: ItemRecord) -> ItemRecord:
    """Keep a picture that was laid down; the people whom its posting names must be there."""
    unit.sql.desk.insert([sealed_item(unit.vault, record)])
    return put(unit, _with_people(unit, record, ()))


def item_record(unit: UnitOfWork, item_id: str) -> ItemRecord:
    """The picture with this id; RegisterError when there is none, or it was altered."""
    for row in unit.sql.desk.find(ItemRow, "id", item_id):
        return opened_item(unit, row)
    raise RegisterError(phrase("there is no picture {item} on the desk", item=repr(item_id[:80])))


def items_of(unit: UnitOfWork, batch_id: str) -> list[ItemRecord]:
    """The pictures of a batch, in their order."""
    records = (opened_item(unit, row) for row in unit.sql.desk.find(ItemRow, "batch", batch_id))
    return sorted(records, key=lambda record: record.number)


def put(unit: UnitOfWork, record: ItemRecord, *, touches: bool = True, changes: bool = True) -> ItemRecord:
    """The picture as it is from now on; files that it does not name any more go after the unit.

    With `touches` its batch is kept longer for it: somebody did something. With `changes` whoever looked at it before
    looks at it again before they decide.
    """
    before = item_record(unit, record.id)
    record = replace(record, changed=_now() if changes else before.changed)
    unit.sql.desk.replace(sealed_item(unit.vault, record))
    unit.left |= _files(before) - _files(record)
    if touches:
        _touch(unit, record.batch)
    return record


def with_answers(unit: UnitOfWork, record: ItemRecord, answers: Mapping[str, Given]) -> ItemRecord:
    """The picture with these answers in the place of all that it has, to be put; who is in them is known then."""
    for kind in (PICTURE, COPY):
        unit.sql.desk.delete_answer(record.id, kind)
    noted: dict[str, Answered] = {}
    for kind, given in answers.items():
        document = msgspec.json.encode({code: text.decode() for code, text in given.reports.items()})
        sealed = unit.vault.seal(answer_place(record.id, kind), document)
        unit.sql.desk.insert([AnswerRow(record.id, kind, sealed)])
        noted[kind] = Answered(
            digest=hashlib.sha256(document).hexdigest(),
            sha256=given.sha256,
            verdict=given.verdict.word,
            head=given.head,
            policy=given.policy,
            day=given.day,
            seen=given.seen,
        )
    named = (people_of(given.reports[ENGLISH]) for given in answers.values())
    kept = _with_people(unit, record, (person for people in named for person in people))
    kept = replace(kept, secret=replace(kept.secret, answers=noted))
    return as_answered(kept)


def names_strangers(unit: UnitOfWork, answers: Mapping[str, Given]) -> bool:
    """Whether these answers name somebody who is not there any more: they were erased since it was given."""
    named = {person for given in answers.values() for person in people_of(given.reports[ENGLISH])}
    return len(unit.sql.people.known(sorted(named))) < len(named)


def as_answered(record: ItemRecord) -> ItemRecord:
    """The picture with the verdict of the answer that counts, and what that was judged by."""
    said = record.answered
    if said is None:
        return replace(record, verdict=None, head=None, policy=None)
    return replace(record, verdict=said.verdict, head=said.head, policy=said.policy)


def without_copy(unit: UnitOfWork, record: ItemRecord) -> ItemRecord:
    """The picture as it was laid down, to be put, with the answer that it had before it was cleaned."""
    unit.sql.desk.delete_answer(record.id, COPY)
    answers = {kind: said for kind, said in record.secret.answers.items() if kind != COPY}
    secret = replace(record.secret, ways=(), caption=None, answers=answers)
    record = replace(record, copy=None, copy_small=None, secret=secret)
    first = answers_on(unit, record)
    return as_answered(_with_people(unit, record, people_of(first[ENGLISH]) if first else ()))


def answers_on(unit: UnitOfWork, record: ItemRecord, kind: str | None = None) -> dict[str, bytes]:
    """The answer of this kind, or the one that counts, by the code of its language; empty when there is none.

    RegisterError when it was altered.
    """
    kind = kind or (COPY if record.copy is not None else PICTURE)
    noted = record.secret.answers.get(kind)
    if noted is None:
        return {}
    for row in unit.sql.desk.find(AnswerRow, "item", record.id):
        if row.kind == kind:
            document = unit.vault.unseal(answer_place(record.id, kind), row.details)
            if hashlib.sha256(document).hexdigest() == noted.digest:
                texts = msgspec.json.decode(document, type=dict[str, str])
                return {code: text.encode() for code, text in texts.items()}
    raise RegisterError(
        phrase("the register is damaged: the answer on {id} is not the one that was kept", id=repr(record.id))
    )


def hand_in_picture(unit: UnitOfWork, record: ItemRecord, by: str, note: str | None) -> ItemRecord:
    """The picture at the end of the reviewers' queue."""
    place, at = unit.sql.desk.last_place() + 1, _now()
    secret = replace(record.secret, handed_by=by, handed_at=at, note=note)
    unit.log(Action.HAND_IN, record.id, hand_in_form(record.id, by, at, place))
    return put(unit, replace(record, state=ItemState.HANDED, place=place, secret=secret))


def add_approval(unit: UnitOfWork, record: ItemRecord, approval: Approval) -> None:
    """Keep what a reviewer said of the picture as it is."""
    answered = record.answered
    said = Said(
        accept=approval.accept,
        name=approval.name,
        reason=approval.reason,
        sha256=None if answered is None else answered.sha256,
        seen=() if answered is None else answered.seen,
    )
    row = ApprovalRow(new_id("v"), record.id, approval.by, approval.at, record.secret.round, b"")
    unit.sql.desk.insert([sealed_approval(unit.vault, row, said)])
    unit.log(Action.DECIDE_PICTURE, row.id, approval_form(row.id, record.id, row.round, approval))


def remove_approval(unit: UnitOfWork, approval: ApprovalRecord) -> None:
    """Take back what a reviewer said; the log tells that it was said."""
    unit.sql.desk.delete(ApprovalRow, "id", approval.id)
    unit.log(Action.TAKE_BACK_DECISION, approval.id, approval.item.encode())


def approvals_of(unit: UnitOfWork, items: Sequence[str]) -> list[ApprovalRecord]:
    """What reviewers said of these pictures, in the order in which it was said; also what counts no more."""
    found = (opened_approval(unit, row) for row in unit.sql.desk.approvals(items))
    return sorted(found, key=lambda one: (one.at, one.id))


def post_picture(unit: UnitOfWork, record: ItemRecord, publication: str) -> ItemRecord:
    """The picture as one that was posted, by the post on record."""
    at = _now()
    unit.log(Action.POST_PICTURE, record.id, posted_form(record.id, publication, at))
    secret = replace(record.secret, publication=publication, posted_at=at)
    return put(unit, replace(record, state=ItemState.POSTED, secret=secret))


def take_back_post(unit: UnitOfWork, record: ItemRecord, state: ItemState) -> ItemRecord:
    """The picture in this state, as one that was not posted."""
    at = record.secret.posted_at or record.at
    unit.log(Action.TAKE_BACK_POST, record.id, posted_form(record.id, record.secret.publication or "", at))
    secret = replace(record.secret, publication=None, posted_at=None)
    return put(unit, replace(record, state=state, secret=secret))


def empty_item(unit: UnitOfWork, record: ItemRecord) -> ItemRecord:
    """The picture as what is left of it once it is not kept any more: what became of it, and who decided.

    Files, answers, names, captions and notes go, and what reviewers saw.
    """
    for kind in (PICTURE, COPY):
        unit.sql.desk.delete_answer(record.id, kind)
    unit.sql.desk.delete(DeskPersonRow, "item", record.id)
    for row in unit.sql.desk.approvals([record.id]):
        said = opened_approval(unit, row).said
        unit.sql.desk.delete(ApprovalRow, "id", row.id)
        unit.sql.desk.insert([sealed_approval(unit.vault, row, replace(said, sha256=None, seen=()))])
    kept = record.secret
    secret = Secret(
        handed_by=kept.handed_by,
        handed_at=kept.handed_at,
        publication=kept.publication,
        posted_at=kept.posted_at,
        generation=kept.generation + 1,
        round=kept.round,
    )
    bare = replace(record, gone=True, head=None, policy=None, secret=secret)
    return put(unit, replace(bare, original=None, small=None, copy=None, copy_small=None), touches=False)


def forget_on_desk(unit: UnitOfWork, person: str) -> None:
    """Empty the pictures whose answer or posting names this person; no posting names them any more."""
    for row in unit.sql.desk.naming(person):
        empty_item(unit, opened_item(unit, row))
    for batch in (row for row in unit.sql.desk.find(BatchRow) if not row.gone):
        secret = batch_secret(unit.vault, batch)
        if person in secret.posting.people:
            others = tuple(one for one in secret.posting.people if one != person)
            _replaced_batch(unit, batch, replace(secret, posting=replace(secret.posting, people=others)))


def answers_about(unit: UnitOfWork, person: str) -> list[ItemRecord]:
    """The pictures whose answer or posting names this person, in the order in which they were laid down."""
    found = (opened_item(unit, row) for row in unit.sql.desk.naming(person))
    return sorted(found, key=lambda record: (record.at, record.id))


def _with_people(unit: UnitOfWork, record: ItemRecord, named: Iterable[str]) -> ItemRecord:
    """The picture, to be put, with all who are named in its answers or its posting, as far as they are there."""
    posting = record.secret.posting or opened_batch(unit, batch_row(unit, record.batch)).posting
    people = tuple(sorted(unit.sql.people.known(sorted({*named, *posting.people}))))
    unit.sql.desk.delete(DeskPersonRow, "item", record.id)
    unit.sql.desk.insert([DeskPersonRow(record.id, person) for person in people])
    return replace(record, secret=replace(record.secret, people=people))


def _touch(unit: UnitOfWork, batch_id: str) -> None:
    row = batch_row(unit, batch_id)
    secret = batch_secret(unit.vault, row)
    _replaced_batch(unit, row._replace(touched=_now()), secret)


def _replaced_batch(unit: UnitOfWork, row: BatchRow, secret: BatchSecret) -> BatchRow:
    sealed = sealed_batch(unit.vault, row, secret)
    unit.sql.desk.replace(sealed)
    return sealed


def _files(record: ItemRecord) -> set[str]:
    names = (record.original, record.small, record.copy, record.copy_small)
    return {name for name in names if name is not None}


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
