"""The pages on the archive: what was audited, and the report on a picture, made again by what is kept of it."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import Response

from imgpolicy.domain.account import Right
from imgpolicy.domain.verdict import Verdict
from imgpolicy.errors import BadRequestError, ImgPolicyError
from imgpolicy.phrase import message_of, phrase
from imgpolicy.report import reports_json
from imgpolicy.server.context import Asked
from imgpolicy.server.guard import Guarded
from imgpolicy.server.pages import Values, page
from imgpolicy.server.views import answer_of
from imgpolicy.service import listing, people
from imgpolicy.service.listing import Filter, Part
from imgpolicy.wire.report import report_in

FILTERS = ("verdict", "rule", "place", "person")
"""What the address of the index may say."""


def index(asked: Asked) -> Response:
    """The pictures that are looked for, those that were judged last first."""
    stated = {name: asked.request.query_params.get(name, "").strip()[:1000] for name in FILTERS}
    found, problem = Part(), ""
    try:
        found = listing.part(asked.workspace, _filter(asked, stated))
    except ImgPolicyError as error:
        problem = asked.language.say(message_of(error))
    known = listing.overview(asked.workspace)
    said = {name: text for name, text in stated.items() if text}
    values: Values = {
        "stated": stated,
        "problem": problem,
        "pictures": found.pictures,
        "next_page": None if found.next is None else urlencode({**said, "after": found.next}),
        "counts": [(one.word, known.verdicts.get(one, 0)) for one in Verdict],
        "codes": known.codes,
        "titles": {rule.code: asked.language.say(rule.title) for rule in asked.workspace.policy.rules},
        "places": known.places,
    }
    return page(asked, "archive.html", values)


def _filter(asked: Asked, stated: dict[str, str]) -> Filter:
    """What is looked for; BadRequestError for a verdict that is none, and for a name that is nobody's."""
    return Filter(
        verdict=verdict_of(stated["verdict"] or None),
        code=stated["rule"] or None,
        place=stated["place"] or None,
        person=people.named(asked.workspace, stated["person"]) if stated["person"] else None,
        after=asked.request.query_params.get("after"),
    )


def verdict_of(word: str | None) -> Verdict | None:
    """The verdict that is written so; None where nothing is, BadRequestError for another word."""
    if word is None:
        return None
    try:
        return Verdict.from_word(word)
    except ValueError as error:
        known = ", ".join(one.word for one in Verdict)
        raise BadRequestError(phrase("the verdict is one of {known}", known=known)) from error


def picture(asked: Asked) -> Response:
    """A picture of the archive, and its report."""
    found, report = listing.report_on(asked.workspace, asked.request.path_params["picture"])
    values: Values = {
        "found": found,
        "verdict": (found if report is None else report).verdict.word,
        "answer": None if report is None else answer_of(report_in(reports_json([report], asked.language).encode())),
        "posting": [] if report is None else [asked.language.say(one) for one in report.posting.stated],
    }
    return page(asked, "archived.html", values)


PAGES = (
    Guarded(path="/archive", page=index, right=Right.SEE),
    Guarded(path="/archive/{picture}", page=picture, right=Right.SEE),
)
"""The pages, their addresses, and the rights that they take."""
