"""Pictures on the desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.classes import archive
from tests.service.doors import FACE_AT, GOOD, Forbidden, No

from imgpolicy.domain.account import Account, AccountRole, Caller
from imgpolicy.domain.desk import MOST_BYTES, Approval, Item, Way, WayKind
from imgpolicy.domain.geometry import Box
from imgpolicy.domain.terms import DismissedAs
from imgpolicy.service import (
    accounts,
    classes,
    deciding,
    desk,
    grouping,
    judging,
    latest,
    learning,
    posting,
    undoing,
    uploads,
)
from imgpolicy.service.faces import FaceWord
from imgpolicy.service.workspace import Workspace

COMMAND = No("nothing at the command line is done to pictures on the desk")
EXPORT = No("what lies on the desk is in no export")
MEADOW = "meadow.jpg"
PORTRAIT = "portrait.jpg"
YES = Approval(by="berta", name="Berta", accept=True, reason="I know her")
NO_FACE = FaceWord(what=DismissedAs.NOT_A_FACE, by="Berta", reason="a stone", number=3)
REVIEWER = Caller.of(Account(id="rita", name="Rita", role=AccountRole.REVIEWER))
POSTER = Caller.of(Account(id="olga", name="Olga", role=AccountRole.POSTER))
URL = "https://example.org/1"

Call = Callable[[Workspace, Path], object]


def laid(workspace: Workspace, at: Path, name: str = MEADOW, *, judged: bool = False) -> Item:
    """A picture in a batch of Anna's."""
    batch = desk.open_batch(workspace, "anna", GOOD)
    item = desk.take_in(workspace, batch.id, name, (at / "pictures" / name).read_bytes())
    return judging.judge(workspace, item.id) if judged else item


def row(asks: str, what: str, said: str, call: Call) -> Forbidden:
    return Forbidden(asks=asks, what=what, said=said, call=call, typed=COMMAND, brought=EXPORT)


DESK = (
    row(
        "uploads.read",
        "a file that was sent as another",
        "the register is damaged",
        lambda ws, _: uploads.read(ws, "u-other", uploads.keep(ws, "class.zip", b"1").file),
    ),
    row(
        "classes.preview_one",
        "a folder that an archive does not have",
        "there is no folder 'anna' in the archive",
        lambda ws, _: classes.preview_one(ws, archive({"bo/1.jpg": b"x"}), "anna", "eileen"),
    ),
    row(
        "desk.open_batch",
        "a batch for a channel that the policy does not know",
        "the policy does not know the channel 'myspace'",
        lambda ws, _: desk.open_batch(ws, "anna", replace(GOOD, channel="myspace")),
    ),
    row(
        "desk.open_batch",
        "a batch of somebody who is not there",
        "there is nobody 'nobody' in the register",
        lambda ws, _: desk.open_batch(ws, "anna", replace(GOOD, people=("nobody",))),
    ),
    row(
        "desk.open_batch",
        "a batch of no account",
        "cannot be an id",
        lambda ws, _: desk.open_batch(ws, " ", GOOD),
    ),
    row(
        "desk.take_in",
        "a picture in no batch",
        "there is no batch 'b-none' on the desk",
        lambda ws, _: desk.take_in(ws, "b-none", MEADOW, b"1"),
    ),
    row(
        "desk.take_in",
        "a file that is too large",
        "200,000,000 can be laid down",
        lambda ws, _: desk.take_in(ws, "b-none", MEADOW, bytes(MOST_BYTES + 1)),
    ),
    row(
        "desk.batches", "batches after none", "no batch 'b-none'", lambda ws, _: desk.batches(ws, None, before="b-none")
    ),
    row("desk.batch", "a batch that is not there", "no batch 'b-none'", lambda ws, _: desk.batch(ws, "b-none")),
    row("desk.items", "the pictures of none", "no batch 'b-none'", lambda ws, _: desk.items(ws, "b-none")),
    row("desk.item", "a picture that is not there", "no picture 'i-none'", lambda ws, _: desk.item(ws, "i-none")),
    row("desk.small", "a small picture of none", "no picture 'i-none'", lambda ws, _: desk.small(ws, "i-none")),
    row("undoing.before_naming", "none", "no picture 'i-none'", lambda ws, _: undoing.before_naming(ws, "i-none")),
    row(
        "undoing.naming",
        "to take back that somebody was named, for nobody",
        "there is nothing of yours to take back",
        lambda ws, at: undoing.naming(ws, undoing.before_naming(ws, laid(ws, at).id)),
    ),
    row(
        "undoing.learning",
        "to take back a face of nobody",
        "there is nobody 'nobody' in the register",
        lambda ws, _: undoing.learning(ws, "nobody", since=dt.datetime.now(dt.UTC)),
    ),
    row(
        "undoing.dismissal",
        "to take back a dismissal of long ago",
        "more than ten minutes ago",
        lambda ws, _: undoing.dismissal(ws, "i-none", since=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), by="Anna"),
    ),
    row(
        "undoing.post",
        "to take back a post of long ago",
        "more than ten minutes ago",
        lambda ws, _: undoing.post(ws, "i-none", since=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
    ),
    row(
        "latest.take_back",
        "to take back a yes for which nobody answers",
        "name who does it",
        lambda ws, _: latest.take_back(
            ws, latest.Latest(kind=latest.Kind.GRANTED, at=dt.datetime.now(dt.UTC), what="c-ends")
        ),
    ),
    row(
        "undoing.dismissed",
        "to take back a dismissal that is not there",
        "there is nothing of yours to take back",
        lambda ws, _: undoing.dismissed(ws, "f-none", since=dt.datetime.now(dt.UTC), by="Anna"),
    ),
    row(
        "undoing.publication",
        "to take back a post that is not there",
        "something else was done to it since",
        lambda ws, _: undoing.publication(ws, "p-none", since=dt.datetime.now(dt.UTC)),
    ),
    row(
        "undoing.consent",
        "to take back a yes by one person where the policy asks for two",
        "the policy asks for two people",
        lambda ws, _: undoing.consent(ws, "c-ends", by="Anna"),
    ),
    row(
        "grouping.alike",
        "strangers compared where the policy does not say so",
        "the policy has no strangers compared",
        lambda ws, at: grouping.alike(ws, laid(ws, at).batch),
    ),
    row("desk.face", "a face in none", "no picture 'i-none'", lambda ws, _: desk.face(ws, "i-none", 1)),
    row(
        "learning.may_be_learnt",
        "whether nobody agreed",
        "there is nobody 'nobody' in the register",
        lambda ws, _: learning.may_be_learnt(ws, "nobody"),
    ),
    row(
        "learning.learn",
        "a face at a place that shows none",
        "not found there any more",
        lambda ws, at: learning.learn(ws, laid(ws, at, PORTRAIT).id, "eileen", Box(0, 0, 9, 9)),
    ),
    row(
        "learning.learn",
        "the face of somebody who did not agree",
        "has no biometric consent that is valid today",
        lambda ws, at: learning.learn(ws, laid(ws, at, PORTRAIT).id, "guest", FACE_AT),
    ),
    row("desk.original", "the file of none", "no picture 'i-none'", lambda ws, _: desk.original(ws, "i-none")),
    row(
        "desk.copy",
        "a copy where there is none",
        "there is no clean copy",
        lambda ws, at: desk.copy(ws, laid(ws, at).id),
    ),
    row("desk.failed", "to fail at none", "no picture 'i-none'", lambda ws, _: desk.failed(ws, "i-none", "died")),
    row("judging.judge", "to judge none", "no picture 'i-none'", lambda ws, _: judging.judge(ws, "i-none")),
    row(
        "judging.clean",
        "to clean what nobody judged",
        "it is waiting",
        lambda ws, at: judging.clean(ws, laid(ws, at).id, [Way(kind=WayKind.AUTOMATIC)]),
    ),
    row(
        "judging.clean",
        "no way out",
        "no way out is named",
        lambda ws, at: judging.clean(ws, laid(ws, at, judged=True).id, []),
    ),
    row(
        "posting.to_post",
        "the file of a picture that nobody judged",
        "may not be posted as it is",
        lambda ws, at: posting.to_post(ws, laid(ws, at).id),
    ),
    row(
        "posting.renew",
        "an answer of now on what nobody judged",
        "it is waiting",
        lambda ws, at: posting.renew(ws, laid(ws, at).id),
    ),
    row(
        "desk.fetch_in",
        "a picture at no address",
        "this is no address of a picture",
        lambda ws, at: desk.fetch_in(ws, laid(ws, at).batch, "/etc/passwd"),
    ),
    row(
        "judging.dismiss",
        "a face that the picture does not have",
        "no face was found",
        lambda ws, at: judging.dismiss(ws, laid(ws, at, judged=True).id, NO_FACE),
    ),
    row(
        "accounts.need_mine",
        "to change what somebody else laid on the desk, as somebody who may see it",
        "only they change it",
        lambda ws, at: accounts.need_mine(REVIEWER, laid(ws, at).account),
    ),
    row(
        "accounts.need_own",
        "what somebody else laid on the desk",
        "laid on the desk by somebody else",
        lambda ws, at: accounts.need_own(POSTER, laid(ws, at).account),
    ),
    row(
        "judging.undo",
        "to undo nothing",
        "there is no clean copy",
        lambda ws, at: judging.undo(ws, laid(ws, at, judged=True).id),
    ),
    row(
        "judging.change",
        "a posting for a channel that the policy does not know",
        "the policy does not know the channel 'myspace'",
        lambda ws, at: judging.change(ws, laid(ws, at).id, replace(GOOD, channel="myspace")),
    ),
    row("judging.change", "to change none", "no picture 'i-none'", lambda ws, _: judging.change(ws, "i-none", GOOD)),
    row(
        "deciding.hand_in",
        "to hand in what nobody judged",
        "only a picture that was judged is handed in",
        lambda ws, at: deciding.hand_in(ws, laid(ws, at).id, by="anna", note=None),
    ),
    row(
        "deciding.queue",
        "the queue after no page",
        "the queue goes on after what an earlier part of it named",
        lambda ws, _: deciding.queue(ws, after="x"),
    ),
    row(
        "posting.post",
        "to post what nobody judged",
        "it is waiting",
        lambda ws, at: posting.post(ws, laid(ws, at).id, URL),
    ),
    row(
        "posting.post",
        "to post at no address",
        "the address at which it is posted is empty",
        lambda ws, at: posting.post(ws, laid(ws, at, judged=True).id, " "),
    ),
    row(
        "deciding.decide",
        "to decide on what nobody handed in",
        "does not wait for a decision",
        lambda ws, at: deciding.decide(ws, laid(ws, at, judged=True).id, YES),
    ),
    row(
        "deciding.undo_decision",
        "to take back what nobody decided",
        "no decision on this picture can be taken back",
        lambda ws, at: deciding.undo_decision(ws, laid(ws, at, judged=True).id, "berta"),
    ),
)
