"""What is done to a picture at the page: ways out, names, other channels, the queue, and the post.

What takes more than a moment is a job for a worker; the page shows meanwhile that it is being done.
"""

from __future__ import annotations

from dataclasses import replace

import msgspec
from starlette.responses import RedirectResponse, Response

from imgpolicy.domain.account import Right
from imgpolicy.domain.desk import Details, Item, WayKind
from imgpolicy.domain.geometry import Box
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.terms import DismissedAs
from imgpolicy.errors import RequestError
from imgpolicy.phrase import phrase
from imgpolicy.server.acts import Act, ActKind
from imgpolicy.server.checking import answer_kept, item_of, my_item
from imgpolicy.server.context import Asked
from imgpolicy.server.guard import Guarded
from imgpolicy.server.jobs import Job, Verb
from imgpolicy.server.views import way_in
from imgpolicy.service import deciding, desk, judging, people, undoing
from imgpolicy.wire.report import report_in

LONGEST = 20_000
"""Characters of what is said about a picture."""

DIGITS = 6
"""Of the number of a face."""


def clean(asked: Asked) -> Response:
    """Have ways out taken: all that need nobody, or one."""
    found = my_item(asked)
    way = way_in(report_in(answer_kept(asked, found)), asked.form.get("way", ""))
    # The picture is cleaned anew from what it was: what was taken before is taken again.
    ways = [way] if way.kind is WayKind.AUTOMATIC else [*found.ways, way]
    return _work(asked, found.item, Verb.CLEAN, msgspec.json.encode(ways).decode())


def dismiss(asked: Asked) -> Response:
    """Keep a reviewer's word that a face is none, or artwork, and have the picture judged anew."""
    what = DismissedAs(asked.form.get("as", "")) if asked.form.get("as") in set(DismissedAs) else DismissedAs.NOT_A_FACE
    words = (asked.form.get("face", ""), what.value, asked.caller.account.name, asked.form.get("reason", ""))
    if not words[0].isascii() or not words[0].isdigit() or len(words[0]) > DIGITS:
        raise RequestError(phrase("say which face is meant by its number"))
    item = item_of(asked).item
    dismissed = Act(account=asked.caller.account.id, kind=ActKind.DISMISSED, batch=item.batch, item=item.id)
    done = _work(asked, item, Verb.DISMISS, *words)
    asked.desk.acts.done(dismissed)
    return done


def post(asked: Asked) -> Response:
    """Have the picture judged once more, and recorded as posted where it may be."""
    item = my_item(asked).item
    posted = Act(account=asked.caller.account.id, kind=ActKind.POSTED, batch=item.batch, item=item.id)
    done = _work(asked, item, Verb.POST, asked.form.get("url", ""))
    asked.desk.acts.done(posted)
    return done


def _work(asked: Asked, found: Item, verb: Verb, *words: str) -> Response:
    if any(len(word) > LONGEST for word in words):
        raise RequestError(phrase("this is longer than {most} characters: write it shorter", most=LONGEST))
    job = Job(account=asked.caller.account.id, batch=found.batch, item=found.id, verb=verb, words=words)
    asked.desk.put(job, first=True)
    return _back(found)


def undo(asked: Asked) -> Response:
    """The picture as it was before it was cleaned."""
    return _back(judging.undo(asked.workspace, my_item(asked).item.id))


def hand_in(asked: Asked) -> Response:
    """Hand the picture to the reviewers."""
    item_id = my_item(asked).item.id
    note = asked.form.get("note") or None
    return _back(deciding.hand_in(asked.workspace, item_id, by=asked.caller.account.id, note=note))


def change(asked: Asked) -> Response:
    """Have the picture judged for another channel."""
    found = my_item(asked).item
    posting = replace(
        _posting_of(asked, found),
        channel=asked.form.get("channel", ""),
        # What followed from the other channel follows from this one anew.
        audience=None,
        setting=None,
        on=None,
    )
    judging.change(asked.workspace, found.id, posting)
    asked.desk.put(Job(account=asked.caller.account.id, batch=found.batch, item=found.id), first=True)
    return _back(found)


def name_person(asked: Asked) -> Response:
    """Have the picture judged again, with somebody named who is in it."""
    found = my_item(asked)
    named_in(asked, found, asked.form.get("person", ""))
    return _back(found.item)


def named_in(asked: Asked, found: Details, said: str, place: Box | None = None) -> None:
    """Have the picture judged again, with somebody named who is called so and in it; RequestError for nobody.

    `place` is the box of their face, where it is theirs that was meant.
    """
    person, item = people.named(asked.workspace, said), found.item
    before = undoing.before_naming(asked.workspace, item.id)
    posting = _posting_of(asked, item)
    judging.change(asked.workspace, item.id, replace(posting, people=tuple(dict.fromkeys((*posting.people, person)))))
    account = asked.caller.account.id
    asked.desk.acts.done(
        Act(
            account=account,
            kind=ActKind.NAMED,
            batch=item.batch,
            item=item.id,
            person=person,
            place=place,
            before=before,
        )
    )
    asked.desk.put(Job(account=account, batch=item.batch, item=item.id), first=True)


def _posting_of(asked: Asked, found: Item) -> Posting:
    """What the picture was last asked for; the batch's posting where it was not judged."""
    kept = desk.item(asked.workspace, found.id)
    stated = desk.batch(asked.workspace, found.batch).posting
    if not kept.answers:
        return stated
    last = report_in(answer_kept(asked, kept)).posting
    return replace(stated, channel=last.channel, people=tuple(last.people))


def _back(found: Item) -> Response:
    return RedirectResponse(f"/items/{found.id}", status_code=303)


PAGES = (
    Guarded(path="/items/{item}/clean", page=clean, right=Right.CHECK, method="POST"),
    Guarded(path="/items/{item}/dismiss", page=dismiss, right=Right.DECIDE, method="POST"),
    Guarded(path="/items/{item}/undo", page=undo, right=Right.CHECK, method="POST"),
    Guarded(path="/items/{item}/hand-in", page=hand_in, right=Right.CHECK, method="POST"),
    Guarded(path="/items/{item}/change", page=change, right=Right.CHECK, method="POST"),
    Guarded(path="/items/{item}/people", page=name_person, right=Right.CHECK, method="POST"),
    Guarded(path="/items/{item}/post", page=post, right=Right.CHECK, method="POST"),
)
"""The pages, their addresses, and the rights that they take."""
