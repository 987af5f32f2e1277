"""The bar after an act: what the last one of whoever asks was, how it is taken back, and what it leads on to."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from starlette.responses import RedirectResponse, Response

from imgpolicy.domain.account import Right
from imgpolicy.errors import RegisterError, RequestError
from imgpolicy.phrase import phrase
from imgpolicy.server import forms
from imgpolicy.server.acts import Act, ActKind
from imgpolicy.server.answers import inside
from imgpolicy.server.context import Asked, judge_again
from imgpolicy.server.guard import Guarded
from imgpolicy.server.jobs import Job, Verb
from imgpolicy.server.pages import Values
from imgpolicy.service import accounts, learning, people, undoing

RIGHTS: Mapping[ActKind, Right] = {
    ActKind.NAMED: Right.CHECK,
    ActKind.LEARNT: Right.KEEP,
    ActKind.DISMISSED: Right.DECIDE,
    ActKind.GRANTED: Right.KEEP,
    ActKind.POSTED: Right.CHECK,
}
"""What taking it back takes: the right that doing it took."""

GONE = phrase("this cannot be taken back any more: something else was done, or ten minutes are over")


def bar(asked: Asked) -> Values | None:
    """What a page says of the last act of whoever asks; None when there is none, or its person was erased since."""
    act = asked.desk.acts.last(asked.caller.account.id)
    if act is None:
        return None
    try:
        name = people.show(asked.workspace, act.person).person.name if act.person else ""
        offered = act.kind is ActKind.NAMED and act.place is not None and Right.KEEP in asked.caller.rights
        may_learn = offered and learning.may_be_learnt(asked.workspace, act.person)
    except RegisterError:
        return None
    two = act.kind is ActKind.GRANTED and asked.workspace.kept.second_person
    return {"act": act, "name": name, "may_learn": may_learn, "two": two}


def learn(asked: Asked) -> Response:
    """Have the face learnt of whom this account named last."""
    act = asked.desk.acts.take(asked.caller.account.id, asked.form.get("act", ""))
    if act is None or act.kind is not ActKind.NAMED or act.place is None:
        raise RequestError(phrase("this is not offered any more: name them again"))
    words = (act.person, msgspec.json.encode(act.place).decode())
    job = Job(account=act.account, batch=act.batch, item=act.item, verb=Verb.ENROL, words=words)
    learnt = Act(account=act.account, kind=ActKind.LEARNT, batch=act.batch, item=act.item, person=act.person)
    asked.desk.acts.done(learnt)
    asked.desk.put(job, first=True)
    return RedirectResponse(f"/batches/{act.batch}/faces#at-{act.item}", status_code=303)


def undo(asked: Asked) -> Response:
    """Take the last act of whoever asks back, when it is the one that they were shown."""
    act = asked.desk.acts.last(asked.caller.account.id)
    if act is None or act.id != asked.form.get("act", ""):
        raise RequestError(GONE)
    accounts.need(asked.caller, RIGHTS[act.kind])
    _undone(asked, act)
    asked.desk.acts.take(act.account, act.id)
    return RedirectResponse(inside(asked.form.get("back", "")), status_code=303)


def _undone(asked: Asked, act: Act) -> None:
    workspace, name = asked.workspace, asked.caller.account.name
    again = Job(account=act.account, batch=act.batch, item=act.item)
    match act.kind:
        case ActKind.NAMED:
            if act.before is not None:
                undoing.naming(workspace, act.before)
                asked.desk.put(again, first=True)
        case ActKind.LEARNT:
            undoing.learning(workspace, act.person, since=act.at)
            judge_again(workspace, asked.desk.progress, asked.desk.jobs, again)
        case ActKind.DISMISSED:
            undoing.dismissal(workspace, act.item, since=act.at, by=name)
            judge_again(workspace, asked.desk.progress, asked.desk.jobs, again)
        case ActKind.POSTED:
            undoing.post(workspace, act.item, since=act.at)
        case ActKind.GRANTED:
            undoing.consent(workspace, act.record, by=name, second=forms.text(asked.form, "second"))


PAGES = (
    Guarded(path="/learn", page=learn, right=Right.KEEP, method="POST"),
    Guarded(path="/undo", page=undo, right=Right.SEE, method="POST"),
)
"""The pages, their addresses, and the rights that they take."""
