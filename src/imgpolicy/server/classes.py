"""The page on which a class is learnt: an archive is sent, what would come of it is read, and it is confirmed."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from imgpolicy.domain.account import Right
from imgpolicy.errors import RequestError
from imgpolicy.phrase import phrase
from imgpolicy.server import forms
from imgpolicy.server.context import Asked
from imgpolicy.server.following import changes
from imgpolicy.server.guard import Guarded
from imgpolicy.server.lessons import Lesson
from imgpolicy.server.pages import Values, page
from imgpolicy.server.uploads import LARGEST
from imgpolicy.service import people

HERE = "/learn-class"

MOST_PASSED_OVER = 100
"""Files that are passed over and shown."""


def shown(asked: Asked) -> Response:
    """The form that takes an archive, or what is known of the one that this account sent."""
    lesson = asked.desk.lessons.of(asked.caller.account.id)
    return page(asked, "class.html", {"lesson": lesson, **_values(asked, lesson)})


def _values(asked: Asked, lesson: Lesson | None) -> Values:
    rows = list((lesson.rows or {}).values()) if lesson is not None else []
    passed = lesson.passed_over if lesson is not None else ()
    return {
        "rows": rows,
        "names": {one.id: one.name for one in people.everybody(asked.workspace)} if rows else {},
        "sure": sum(one.learnable and one.preview is not None and not one.preview.close_to for one in rows),
        "learnable": sum(one.learnable for one in rows),
        "looked": sum(one.preview is not None for one in rows),
        "passed_over": [asked.language.say(line) for line in passed[:MOST_PASSED_OVER]],
        "more": len(passed) - MOST_PASSED_OVER,
    }


async def send(asked: Asked) -> Response:
    """Take an archive in, seal it, and have it looked at."""
    other = RequestError(phrase("one archive is learnt at a time"))
    _, sent = await forms.with_upload(asked, LARGEST, other)
    if sent is None:
        raise RequestError(phrase("no file was chosen: choose a ZIP archive"))
    asked.desk.put(asked.desk.lessons.begin(asked.caller.account.id, sent), first=True)
    return RedirectResponse(HERE, status_code=303)


def events(asked: Asked) -> Response:
    """Server-sent events as long as something is done to the archive."""
    account = asked.caller.account.id
    lesson = asked.desk.lessons.of(account)

    def left() -> bool:
        now = asked.desk.lessons.of(account)
        return now is not None and now.busy

    return changes(asked, "" if lesson is None else lesson.upload.id, left)


def learn(asked: Asked) -> Response:
    """Have learnt what whoever asks was shown."""
    also = forms.ticked(asked.form, "also")
    jobs = asked.desk.lessons.confirm(asked.caller.account.id, asked.form.get("upload", ""), also)
    if not jobs:
        raise RequestError(phrase("there is nothing here to be learnt any more: send the archive anew"))
    for job in jobs:
        asked.desk.put(job)
    return RedirectResponse(HERE, status_code=303)


def drop(asked: Asked) -> Response:
    """Forget the archive."""
    asked.desk.lessons.end(asked.caller.account.id)
    return RedirectResponse(HERE, status_code=303)


PAGES = (
    Guarded(path=HERE, page=shown, right=Right.KEEP),
    Guarded(path=HERE, page=send, right=Right.KEEP, method="POST", takes_files=True),
    Guarded(path=f"{HERE}/events", page=events, right=Right.KEEP),
    Guarded(path=f"{HERE}/learn", page=learn, right=Right.KEEP, method="POST"),
    Guarded(path=f"{HERE}/drop", page=drop, right=Right.KEEP, method="POST"),
)
"""The pages, their addresses, and the rights that they take."""
