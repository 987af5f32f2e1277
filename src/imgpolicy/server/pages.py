"""Pages out of templates, in the reader's language. Everything that comes from elsewhere is text in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from imgpolicy.domain.account import Right
from imgpolicy.errors import ImgPolicyError
from imgpolicy.language import Language
from imgpolicy.phrase import message_of
from imgpolicy.server.answers import status_of
from imgpolicy.server.context import LANGUAGES
from imgpolicy.server.dates import day_in, moment_in

if TYPE_CHECKING:
    from imgpolicy.server.context import Asked

FOLDER = Path(__file__).parent

Values = Mapping[str, object]
"""What a template is filled with."""


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["Right"] = Right
    return environment


def page(asked: Asked, template: str, values: Values, *, status: int = 200) -> Response:
    """The page of this template: its values, and what every page knows."""
    known: Values = {
        "caller": asked.caller,
        "token": asked.token,
        "path": asked.request.url.path,
        "organisation": asked.workspace.policy.ref.name,
    }
    return _written(template, {**words_of(asked.language), **known, **values}, status)


def open_page(language: Language, template: str, values: Values, *, status: int = 200) -> Response:
    """A page for somebody who is not signed in."""
    known: Values = {"caller": None, "token": "", "path": "", "organisation": "imgpolicy"}
    return _written(template, {**words_of(language), **known, **values}, status)


def _written(template: str, values: Values, status: int) -> Response:
    return HTMLResponse(_templates().get_template(template).render(values), status_code=status)


def words_of(language: Language) -> Values:
    """What templates say words and days with."""
    return {
        "word": language.word,
        "say": language.say,
        "day": lambda day: day_in(day, language),
        "moment": lambda at: moment_in(at, language),
        "lang": language.code.value,
        "languages": tuple(LANGUAGES),
        "today": dt.datetime.now().astimezone().date(),
    }


def problem(asked: Asked, error: ImgPolicyError) -> Response:
    """The page that says in one line what is wrong, and leads back."""
    said = asked.language.say(message_of(error))
    return page(asked, "problem.html", {"message": said}, status=status_of(error, asked.request.method))
