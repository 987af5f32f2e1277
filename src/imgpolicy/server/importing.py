"""The page on which a table of people and consents is imported: sent, shown row by row, and confirmed."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from imgpolicy.domain.account import Right
from imgpolicy.errors import RegisterError, RequestError
from imgpolicy.language import LanguageCode
from imgpolicy.phrase import message_of, phrase
from imgpolicy.server import forms
from imgpolicy.server.context import Asked
from imgpolicy.server.guard import Guarded
from imgpolicy.server.pages import Values, page
from imgpolicy.server.sheets import Sent
from imgpolicy.service import transfer, uploads
from imgpolicy.service.transfer import LARGEST_SENT, TablePreview
from imgpolicy.wire.headers import COLUMN_WORDS, KIND_WORDS, STATE_WORDS

HERE = "/import-people"

_NOTHING: Values = {"sent": None, "preview": None, "problem": "", "imported": None, "called": {}, "said": {}}
"""What the page shows where no table was sent."""


def shown(asked: Asked) -> Response:
    """The form that takes a table, or what the one would do that this account sent."""
    return page(asked, "import.html", _values(asked))


def _values(asked: Asked) -> Values:
    sent = asked.desk.sheets.of(asked.caller.account.id)
    if sent is None:
        return _NOTHING
    try:
        preview, problem = _preview(asked, sent), ""
    except (RegisterError, RequestError) as error:
        preview, problem = None, asked.language.say(message_of(error))
    return {**_NOTHING, **_words(asked), "sent": sent, "preview": preview, "problem": problem}


def _words(asked: Asked) -> Values:
    """What columns and their words are called in the reader's language; in English as they are."""
    if asked.language.code is LanguageCode.ENGLISH:
        return {}
    said = {word: others[0] for word, others in (*KIND_WORDS.items(), *STATE_WORDS.items())}
    return {"called": {column: others[0] for column, others in COLUMN_WORDS.items()}, "said": said}


def _preview(asked: Asked, sent: Sent) -> TablePreview:
    data = uploads.read(asked.workspace, sent.upload.id, sent.upload.file)
    return transfer.preview_table(asked.workspace, sent.upload.name, data, update=sent.update)


async def send(asked: Asked) -> Response:
    """Take a table in and seal it."""
    other = RequestError(phrase("one table of at most {most} MB is sent", most=LARGEST_SENT // 1_000_000))
    stated, sent = await forms.with_upload(asked, LARGEST_SENT, other)
    if sent is None:
        raise RequestError(phrase("no file was chosen: choose a table"))
    asked.desk.sheets.put(asked.caller.account.id, Sent(upload=sent, update="update" in stated))
    return RedirectResponse(HERE, status_code=303)


def bring_in(asked: Asked) -> Response:
    """Import the table that was shown, onto the register as it was then."""
    account = asked.caller.account.id
    sent = asked.desk.sheets.of(account)
    if sent is None or sent.upload.id != asked.form.get("upload"):
        raise RequestError(phrase("this table is not here any more: send it anew"))
    data = uploads.read(asked.workspace, sent.upload.id, sent.upload.file)
    state = asked.form.get("state", "")
    try:
        done = transfer.import_table(asked.workspace, sent.upload.name, data, update=sent.update, state=state)
    except (RegisterError, RequestError) as error:
        return forms.again(asked, error, "import.html", _values(asked))
    if done.problems:
        return page(asked, "import.html", _values(asked), status=409)
    asked.desk.sheets.end(account)
    imported = {"new": sum(done.imported.values()), "changed": sum(done.changed.values())}
    return page(asked, "import.html", {**_NOTHING, "imported": imported})


def drop(asked: Asked) -> Response:
    """Forget the table."""
    asked.desk.sheets.end(asked.caller.account.id)
    return RedirectResponse(HERE, status_code=303)


PAGES = (
    Guarded(path=HERE, page=shown, right=Right.KEEP),
    Guarded(path=HERE, page=send, right=Right.KEEP, method="POST", takes_files=True),
    Guarded(path=f"{HERE}/apply", page=bring_in, right=Right.KEEP, method="POST"),
    Guarded(path=f"{HERE}/drop", page=drop, right=Right.KEEP, method="POST"),
)
"""The pages, their addresses, and the rights that they take."""
