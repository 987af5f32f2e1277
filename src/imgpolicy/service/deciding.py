"""The reviewers' queue: pictures are handed in, reviewers say yes or no, and take it back until a picture is posted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from imgpolicy.domain.desk import STATE_WORDS, Approval, Item, ItemState, QueuePage
from imgpolicy.domain.ids import check_id
from imgpolicy.domain.validate import check_reviewer, check_text
from imgpolicy.errors import RegisterError, RequestError
from imgpolicy.phrase import message_of, phrase
from imgpolicy.register import desk as kept
from imgpolicy.register.desk_rows import ApprovalRecord, ItemRecord, opened_item
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.service.desk import accept_kept, shown
from imgpolicy.service.workspace import Workspace

_MOST_AT_ONCE = 200
_LONGEST_NOTE = 2000
_OPINIONS = frozenset({ItemState.HANDED, ItemState.READY, ItemState.ACCEPTED, ItemState.REFUSED})
"""Where a reviewer's word may be taken back."""


def hand_in(workspace: Workspace, item_id: str, *, by: str, note: str | None) -> Item:
    """The picture at the end of the reviewers' queue, handed in by this account with what it has to say.

    RequestError for a picture that was not judged, could not be read, or lies there already or did.
    """
    check_id(by)
    if note is not None:
        _accept_text(note, phrase("the note"))
    with workspace.register.writing() as unit:
        record = kept.item_record(unit, item_id)
        accept_kept(record)
        if record.state is not ItemState.JUDGED:
            raise RequestError(
                phrase(
                    "only a picture that was judged is handed in; this one is {state}", state=STATE_WORDS[record.state]
                )
            )
        if record.answered is None or record.answered.sha256 is None:
            raise RequestError(phrase("nobody can look at a picture that cannot be read: lay down another file"))
        return shown(unit, [kept.hand_in_picture(unit, record, by, note)])[0]


def queue(workspace: Workspace, *, after: str | None = None, limit: int = 50) -> QueuePage:
    """The pictures that wait for a reviewer, in the order in which they were handed in, from the one after `after` on.

    `after` is the `next` of an earlier page; RequestError for anything else.
    """
    if after is not None and not (after.isascii() and after.isdecimal() and len(after) < 10):
        raise RequestError(phrase("the queue goes on after what an earlier part of it named"))
    most = max(1, min(limit, _MOST_AT_ONCE))
    with workspace.register.reading() as unit:
        rows = unit.sql.desk.queue(ItemState.HANDED.value, int(after or 0), most + 1)
        total = unit.sql.desk.queue_length(ItemState.HANDED.value)
        part = rows[:most]
        page = shown(unit, [opened_item(unit, row) for row in part])
    return QueuePage(items=page, total=total, next=str(part[-1].place) if len(rows) > most else None)


def decide(workspace: Workspace, item_id: str, approval: Approval, *, shown_at: dt.datetime | None = None) -> Item:
    """The picture after a reviewer said yes or no, with a reason; a no settles it.

    A yes settles it too, unless the policy asks for a second person: then two accounts say yes, and none of them laid
    it down. `shown_at` is the picture's `changed` as the reviewer was shown it. RequestError when it changed since,
    when it does not wait for anybody or this account has said something, without a reason, and for a yes to a picture
    of one's own where there must be two.
    """
    check_id(approval.by)
    _accept_reason(approval)
    two = workspace.kept.second_person
    with workspace.register.writing() as unit:
        record = kept.item_record(unit, item_id)
        accept_kept(record)
        if record.state is not ItemState.HANDED:
            raise RequestError(
                phrase("this picture does not wait for a decision: it is {state}", state=STATE_WORDS[record.state])
            )
        if shown_at is not None and record.changed != shown_at:
            raise RequestError(phrase("the picture or the answer on it changed meanwhile: look at it again"))
        before = counting(unit, record)
        if any(one.account == approval.by for one in before):
            raise RequestError(phrase("this account has decided: take that back before you decide otherwise"))
        if two and approval.accept and approval.by == record.account:
            raise RequestError(phrase("the policy asks for two others than the one who laid the picture down"))
        kept.add_approval(unit, record, approval)
        accepting = 1 + sum(one.said.accept for one in before)
        state = _settled(accept=approval.accept, accepting=accepting, needed=2 if two else 1)
        return shown(unit, [kept.put(unit, replace(record, state=state))])[0]


def undo_decision(workspace: Workspace, item_id: str, by: str) -> Item:
    """The picture back in its place in the queue, without what this account said of it; the log tells that it was said.

    RequestError when it said nothing, or the picture was posted.
    """
    with workspace.register.writing() as unit:
        record = kept.item_record(unit, item_id)
        accept_kept(record)
        if record.state not in _OPINIONS:
            raise RequestError(
                phrase("no decision on this picture can be taken back: it is {state}", state=STATE_WORDS[record.state])
            )
        own = next((one for one in counting(unit, record) if one.account == by), None)
        if own is None:
            raise RequestError(phrase("this account has not decided on the picture"))
        kept.remove_approval(unit, own)
        state = ItemState.READY if record.state is ItemState.READY else ItemState.HANDED
        return shown(unit, [kept.put(unit, replace(record, state=state))])[0]


def counting(unit: UnitOfWork, record: ItemRecord) -> Sequence[ApprovalRecord]:
    """What reviewers said of the picture that counts still, in the order in which it was said."""
    return [one for one in kept.approvals_of(unit, [record.id]) if one.round == record.secret.round]


def _settled(*, accept: bool, accepting: int, needed: int) -> ItemState:
    if not accept:
        return ItemState.REFUSED
    return ItemState.ACCEPTED if accepting >= needed else ItemState.HANDED


def _accept_reason(approval: Approval) -> None:
    try:
        check_reviewer(approval.name, approval.reason)
    except RegisterError as error:
        raise RequestError(message_of(error)) from error


def _accept_text(text: str, what: str) -> None:
    try:
        check_text(text, what)
    except RegisterError as error:
        raise RequestError(message_of(error)) from error
    if len(text) > _LONGEST_NOTE:
        raise RequestError(
            phrase(
                "{what} has {count} characters; {most} are the most",
                what=what,
                count=f"{len(text):,}",
                most=f"{_LONGEST_NOTE:,}",
            )
        )
