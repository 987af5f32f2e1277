"""A picture of the desk is posted: judged whole once more, and recorded with its post in one transaction.

What reviewers accepted is what they saw. Where anything else is found now, or the picture is another, what they said
counts no more and the picture goes back to its place in the queue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from imgpolicy.domain.decision import Release
from imgpolicy.domain.desk import STATE_WORDS, Item, ItemState, Seen, seen_in, was_seen
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.verdict import Verdict
from imgpolicy.domain.words import folded
from imgpolicy.errors import RegisterError, RequestError
from imgpolicy.phrase import phrase
from imgpolicy.register import desk as kept
from imgpolicy.register.desk_rows import COPY, PICTURE, ApprovalRecord, Given, ItemRecord
from imgpolicy.register.unit import UnitOfWork
from imgpolicy.service.check import Checked, CheckRequest, check_pictures
from imgpolicy.service.deciding import counting
from imgpolicy.service.desk import accept_kept, copy, item, may_be_posted, original, posting_of, shown
from imgpolicy.service.judging import NamedBytes, judge, looked_at
from imgpolicy.service.workspace import Workspace

_TRIES = 3
_POSTABLE = frozenset({ItemState.JUDGED, ItemState.READY, ItemState.ACCEPTED})


class _OtherwiseError(Exception):
    """Undoes what was recorded of a picture that may not be posted, or that reviewers saw otherwise."""


@dataclass(frozen=True, kw_only=True)
class _ToPost:
    """A picture that is to be posted, as it is kept, with what reviewers said; `data` are the bytes to post.

    `head` is the register's state by which it was cleaned, None where it was not.
    """

    record: ItemRecord
    posting: Posting
    approvals: Sequence[ApprovalRecord]
    data: bytes
    head: str | None

    @property
    def accepted(self) -> bool:
        """Whether it goes on the word of reviewers."""
        return self.record.state is ItemState.ACCEPTED


def post(workspace: Workspace, item_id: str, url: str) -> Item:
    """The picture, posted at this address when everything that is asked of it holds now; else as it is then.

    The clean copy is posted where there is one; where cleaning comes to another copy by now, that is not posted before
    somebody asks again. A go that is none any more has the answer of now; what reviewers accepted and did not see so is
    back in the queue. RequestError when the picture is not judged, waits for reviewers, was refused or posted, and for
    an address that is none; RegisterError when it is not kept any more, or the register changes meanwhile.
    """
    if not url.strip() or not url.isprintable():
        raise RequestError(phrase("the address at which it is posted is empty, or holds a character that is not shown"))
    to_post = _read(workspace, item_id)
    seen = _as_people_saw_it(workspace, to_post)
    if seen is None:
        return _back(workspace, to_post) if to_post.accepted else _as_it_is(workspace, item_id)
    try:
        _publish(workspace, seen, url.strip())
    except _OtherwiseError:
        return _back(workspace, seen) if seen.accepted else judge(workspace, item_id)
    return _as_it_is(workspace, item_id)


def is_of_now(workspace: Workspace, item_id: str) -> bool:
    """Whether the answer on a picture was given by the register and the policy as they are now, and today."""
    with workspace.register.reading() as unit:
        return _is_of_now(workspace, kept.item_record(unit, item_id))


def renew(workspace: Workspace, item_id: str) -> Item:
    """The picture with an answer of now, as it is asked for before its file is handed out.

    What reviewers accepted stays so where they saw all that is found now; else it is back in its place in the queue.
    RequestError when it is not judged, waits for reviewers or was refused; RegisterError when it is not kept any more.
    """
    to_post = _read(workspace, item_id)
    record = to_post.record
    if _is_of_now(workspace, record):
        return _as_it_is(workspace, item_id)
    if not to_post.accepted:
        return judge(workspace, item_id)
    answers = looked_at(workspace, record, to_post.posting).answers
    answer = answers.get(PICTURE if record.copy is None else COPY)
    same = answer is not None and record.answered is not None and answer.sha256 == record.answered.sha256
    if answer is None or not same or not _enough(workspace, to_post) or not _all_seen(to_post, answer.seen):
        return _back(workspace, to_post)
    with workspace.register.writing() as unit:
        now = kept.item_record(unit, item_id)
        if (now.state, now.secret) == (record.state, record.secret):
            kept.put(unit, kept.with_answers(unit, now, answers), touches=False, changes=False)
    return _as_it_is(workspace, item_id)


def to_post(workspace: Workspace, item_id: str) -> tuple[str, bytes]:
    """The file that may be posted and a name for it: the clean copy, or the picture itself where none was needed.

    RequestError when it may not be posted, was posted, or was not judged by the register and the policy as they are
    now (`renew`); RegisterError when it is not kept any more.
    """
    found = item(workspace, item_id).item
    if not may_be_posted(found):
        raise RequestError(phrase("this picture may not be posted as it is: take a way out, or hand it to a reviewer"))
    if not is_of_now(workspace, item_id):
        raise RequestError(phrase("what is on record changed since this picture was judged: check it again"))
    return copy(workspace, item_id) if found.copy else (found.name, original(workspace, item_id))


def _as_people_saw_it(workspace: Workspace, to_post: _ToPost) -> _ToPost | None:
    """What is to be posted, with an answer of now where it was cleaned; None when people saw something else.

    What cleaning leaves is in its answer alone: the copy by itself does not show it any more.
    """
    if to_post.accepted:
        return _as_reviewers_saw_it(workspace, to_post) if _enough(workspace, to_post) else None
    if to_post.record.copy is None:
        return to_post
    if not _is_of_now(workspace, to_post.record):
        judge(workspace, to_post.record.id)
        before, to_post = to_post, _read(workspace, to_post.record.id)
        if to_post.data != before.data:
            return None
    return to_post if to_post.record.verdict == Verdict.GO.word else None


def _as_reviewers_saw_it(workspace: Workspace, to_post: _ToPost) -> _ToPost | None:
    if to_post.record.copy is None or _is_of_now(workspace, to_post.record):
        return to_post
    left = _left_now(workspace, to_post)
    return replace(to_post, head=left.head) if left is not None and _all_seen(to_post, left.seen) else None


def _publish(workspace: Workspace, to_post: _ToPost, url: str) -> None:
    """Check the bytes, and record post and picture together, or nothing."""

    def recorded(unit: UnitOfWork, checked: Checked) -> None:
        now = kept.item_record(unit, to_post.record.id)
        if (now.state, now.secret) != (to_post.record.state, to_post.record.secret):
            raise RequestError(phrase("the picture was changed meanwhile: look at it again"))
        if to_post.head is not None and checked.report.register_head != to_post.head:
            raise RegisterError(phrase("the register was changed while the picture was checked: post it again"))
        seen = not to_post.accepted or _all_seen(to_post, seen_in(checked.report.findings))
        if checked.publication is None or not seen:
            raise _OtherwiseError
        kept.post_picture(unit, now, checked.publication)

    request = CheckRequest(posting=to_post.posting, release=_release(to_post), url=url, kept=recorded)
    for left in reversed(range(_TRIES)):
        before = workspace.register.state()
        try:
            check_pictures(workspace, [NamedBytes(to_post.data, to_post.record.secret.name)], request)
        except RegisterError:
            # What others write while the picture is checked is a reason to check it again, and nothing else is.
            if not left or to_post.head is not None or workspace.register.state() == before:
                raise
        else:
            return


def _read(workspace: Workspace, item_id: str) -> _ToPost:
    """What is to be posted; RequestError when it is nothing that is posted."""
    with workspace.register.reading() as unit:
        record = kept.item_record(unit, item_id)
        file = accept_kept(record)
        if record.state not in _POSTABLE:
            raise RequestError(phrase("this picture is not posted: it is {state}", state=STATE_WORDS[record.state]))
        posting, said = posting_of(unit, record), counting(unit, record)
    if record.copy is not None:
        file = record.copy
    if record.secret.caption is not None:
        posting = replace(posting, caption=record.secret.caption)
    data = workspace.register.desk.read(item_id, file)
    head = None if record.copy is None else record.head
    accepting = [one for one in said if one.said.accept]
    return _ToPost(record=record, posting=posting, approvals=accepting, data=data, head=head)


def _enough(workspace: Workspace, to_post: _ToPost) -> bool:
    """Whether as many accepted as the policy asks for now: two others than the one who laid the picture down."""
    others = {one.account for one in to_post.approvals} - {to_post.record.account}
    return len(others) > 1 if workspace.kept.second_person else bool(to_post.approvals)


def _is_of_now(workspace: Workspace, record: ItemRecord) -> bool:
    answered = record.answered
    judged_by = None if answered is None else (answered.head, answered.policy, answered.day)
    return judged_by == (workspace.register.state(), workspace.policy.ref.sha256, workspace.kept.consents.today())


def _left_now(workspace: Workspace, to_post: _ToPost) -> Given | None:
    """The answer that cleaning the picture comes to now; None when it does not come to the same copy any more."""
    with workspace.register.reading() as unit:
        posting = posting_of(unit, to_post.record)
    answer = looked_at(workspace, to_post.record, posting).answers.get(COPY)
    before = to_post.record.answered
    return answer if answer is not None and before is not None and answer.sha256 == before.sha256 else None


def _all_seen(to_post: _ToPost, fresh: Sequence[Seen]) -> bool:
    """Whether each reviewer who accepted the picture saw this very file, and all that is found now."""
    answered = to_post.record.answered
    if answered is None or not to_post.approvals:
        return False
    return all(
        one.said.sha256 == answered.sha256 and was_seen(answered.seen, one.said.seen) and was_seen(fresh, one.said.seen)
        for one in to_post.approvals
    )


def _release(to_post: _ToPost) -> Release | None:
    """The release that reviewers gave; two of one name are told apart by their accounts."""
    if not to_post.accepted:
        return None
    first, *others = to_post.approvals
    reason = "; ".join(dict.fromkeys(one.said.reason for one in to_post.approvals))
    if not others:
        return Release(by=first.said.name, reason=reason)
    names = first.said.name, others[0].said.name
    if folded(names[0]) == folded(names[1]):
        names = f"{names[0]} ({first.account})", f"{names[1]} ({others[0].account})"
    return Release(by=names[0], reason=reason, second=names[1])


def _back(workspace: Workspace, to_post: _ToPost) -> Item:
    """The picture back in its place in the queue with the answer of now; what reviewers said counts no more."""
    with workspace.register.writing() as unit:
        now = kept.item_record(unit, to_post.record.id)
        if now.state is ItemState.ACCEPTED and now.secret == to_post.record.secret:
            secret = replace(now.secret, round=now.secret.round + 1)
            kept.put(unit, replace(now, state=ItemState.HANDED, secret=secret))
    return judge(workspace, to_post.record.id)


def _as_it_is(workspace: Workspace, item_id: str) -> Item:
    with workspace.register.reading() as unit:
        return shown(unit, [kept.item_record(unit, item_id)])[0]
