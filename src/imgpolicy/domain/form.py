"""Consent forms: what people are asked, in which languages, and what every form must say. Pure.

A form is never changed: another version of the same name follows it, and what was signed names the version.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from imgpolicy.domain.ids import check_id, new_id
from imgpolicy.domain.validate import check_line, check_text, check_word
from imgpolicy.errors import RequestError
from imgpolicy.phrase import both, phrase

MOST_USES = 20
"""Questions of one form: more than that nobody reads one by one."""

MOST_MONTHS = 120
"""Months for which a consent may be asked for at once: our own choice."""

RENEW_DAYS = 60
MOST_RENEW_DAYS = 365

_LANGUAGE = re.compile("[a-z]{2}")
_LONGEST = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FormsPolicy:
    """What an organisation lays down about asking: `[forms]` in its policy.

    `address` is what links begin with, without a slash behind it; None where only the page that shows them knows.
    Who has not answered is reminded `remind_days` before their link ends, nobody with 0. `renew_with` is the form with
    which whoever's yes ends is asked without anybody at the page, None where nobody is.
    """

    address: str | None = None
    biometric_minors: bool = False
    renew_days: int = RENEW_DAYS
    remind_days: int = 0
    renew_with: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One question: may pictures be shown on this channel, for this purpose; both in the words of the policy."""

    channel: str
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a form says in one language (ISO 639-1), in the organisation's own words.

    `about` says which pictures are meant and why they are shown. `uses` are the words for each question, in the order
    of the form's, an empty one for the usual words. `complaint` says where to complain, None for the usual sentence.
    """

    language: str
    title: str
    about: str
    uses: tuple[str, ...]
    complaint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One version of a form. `number` counts the versions of a name from 1.

    What is signed holds for so many `months`, or `until` that day: one of them is given. With `biometric` people are
    asked besides, and apart from all else, whether their face may be recognised. `controller` answers for what is kept,
    and `contact` is where somebody is reached (GDPR article 13).
    """

    id: str = field(default_factory=lambda: new_id("f"))
    name: str
    number: int = 1
    uses: tuple[Use, ...]
    wordings: tuple[Wording, ...]
    controller: str
    contact: str
    months: int | None = None
    until: dt.date | None = None
    biometric: bool = False

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that it is in, the first one first."""
        return tuple(one.language for one in self.wordings)

    def wording(self, language: str) -> Wording:
        """What it says in this language; in its first one where it is not in this."""
        return next((one for one in self.wordings if one.language == language), self.wordings[0])

    def last_day(self, signed: dt.date) -> dt.date:
        """The last day of what is signed on that day."""
        return _months_after(signed, self.months or 0) if self.until is None else self.until


def check_form(form: Form) -> None:
    """Refuse a form that cannot be issued: RequestError says all that it leaves out, or what is wrong with it.

    Each must say who answers, how they are reached, for what pictures are used, for how long, and which are meant; how
    to take a yes back and where to complain every form says in the same words (GDPR articles 7 and 13).
    """
    left_out = [*_left_out(form)]
    if left_out:
        raise RequestError(phrase("the form says nothing of {what}: people are told that first", what=both(left_out)))
    check_id(form.name)
    check_line(form.controller, phrase("the controller"))
    check_line(form.contact, phrase("the contact"))
    if len(form.uses) > MOST_USES or len(set(form.uses)) < len(form.uses):
        raise RequestError(phrase("a form asks at most {most} questions, each once", most=MOST_USES))
    for use in form.uses:
        check_word(use.channel)
        check_word(use.purpose)
    if form.months is not None and (form.until is not None or not 1 <= form.months <= MOST_MONTHS):
        raise RequestError(phrase("a form holds for 1 to {most} months, or until a day, not both", most=MOST_MONTHS))
    if len(set(form.languages)) < len(form.wordings):
        raise RequestError(phrase("the form has two texts in one language: leave one"))
    for wording in form.wordings:
        _check_wording(wording, len(form.uses))


def _left_out(form: Form) -> Iterator[str]:
    """What the form does not say at all."""
    if not form.controller.strip():
        yield phrase("who answers for the pictures (controller)")
    if not form.contact.strip():
        yield phrase("how they are reached (contact)")
    if not form.uses:
        yield phrase("what the pictures are used for (uses)")
    if form.months is None and form.until is None:
        yield phrase("for how long (months or until)")
    if not form.wordings or not all(one.title.strip() and one.about.strip() for one in form.wordings):
        yield phrase("which pictures are meant (title and about)")


def _check_wording(wording: Wording, uses: int) -> None:
    if not _LANGUAGE.fullmatch(wording.language):
        raise RequestError(
            phrase("{word} is no language: use two letters, as en or da", word=repr(wording.language[:10]))
        )
    if len(wording.uses) != uses:
        raise RequestError(
            phrase("the text in {language} has words for each use, or for none", language=wording.language)
        )
    check_line(wording.title, phrase("the title"))
    check_text(wording.about, phrase("what the form is about"))
    for words in (*wording.uses, wording.complaint or ""):
        check_line(words or "-", phrase("a question"))
    if max(len(text) for text in (wording.title, wording.about, *wording.uses, wording.complaint or "")) > _LONGEST:
        raise RequestError(phrase("a text of the form is longer than {most} characters", most=_LONGEST))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as it is shown; `use` is None for the one about recognising the face."""

    text: str
    use: Use | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownForm:
    """A form as somebody reads it, in one language and without a name in it: what is signed is this text.

    `recognition` is the question about the face, and stands apart from the others; `told` are the sentences about it.
    """

    form: str
    language: str
    title: str
    before: tuple[str, ...]
    questions: tuple[Question, ...]
    recognition: Question | None
    told: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def text(self) -> str:
        """All of it, a line each: the notice that is kept with what was said."""
        apart = (*self.told, self.recognition.text) if self.recognition else ()
        return "\n".join((self.title, *self.before, *(one.text for one in self.questions), *apart, *self.after))


def _months_after(day: dt.date, months: int) -> dt.date:
    """The last day of so many months from that day on: the one before the same day of the month, or its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last)) - dt.timedelta(days=1)
