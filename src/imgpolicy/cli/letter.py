"""`imgpolicy consent letter`: a text that asks somebody for a consent, ready to be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from imgpolicy.cli import common
from imgpolicy.cli import posting as posting_options
from imgpolicy.domain.posting import Posting, today
from imgpolicy.errors import PolicyError
from imgpolicy.text import printable

if TYPE_CHECKING:
    from imgpolicy.domain.person import Person
    from imgpolicy.phrase import Phrase
    from imgpolicy.register.unit import UnitOfWork

_LONG = 10_000


def letter(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Register id.")],
    *,
    channel: posting_options.Channel = None,
    purpose: posting_options.Purpose = None,
    on: posting_options.Day = None,
    lang: common.LanguageOption = None,
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Write a letter that asks a person, or a child's guardian, for a publication consent."""
    from imgpolicy.register.people import person as find_person

    language = common.language_of(lang)
    with common.policy_and_register(policy, register) as (found, opened):
        posting = Posting(channel=channel, purpose=purpose, on=on.date() if on else today())
        try:
            posting = found.complete(posting)
        except PolicyError as error:
            common.usage_error(str(error))
        with opened.reading() as unit:
            asked = find_person(unit, person)
            remark = _remark(unit, asked, posting)
            text = language.say(_letter(unit, asked, posting))
    if remark is not None:
        common.note(f"imgpolicy: {language.say(remark)}")
    common.emit("\n".join(printable(line, limit=_LONG) for line in text.split("\n")))
    return 0


def _letter(unit: UnitOfWork, asked: Person, posting: Posting) -> Phrase:
    """The letter to the person, or to the guardian of a child."""
    from imgpolicy.register.people import person
    from imgpolicy.rules.ways import consent_letter, guardian_letter

    if not asked.child(posting.on):
        return consent_letter(asked.name, posting)
    guardian = "____" if asked.guardian is None else person(unit, asked.guardian).name
    return guardian_letter(guardian, asked.name, posting)


def _remark(unit: UnitOfWork, asked: Person, posting: Posting) -> Phrase | None:
    """What whoever sends the letter should know of the consents on record; None when there is nothing."""
    from imgpolicy.domain.consent import cover
    from imgpolicy.domain.grant import CoverStatus
    from imgpolicy.phrase import phrase
    from imgpolicy.register.consents import consents

    coverage = cover(consents(unit, asked.id), posting)
    if coverage.status in {CoverStatus.REFUSED, CoverStatus.WITHDRAWN}:
        return phrase(
            "{person} said no: {reason}; ask again only when there is a new reason to",
            person=asked.id,
            reason=coverage.reason,
        )
    if coverage.covered:
        return phrase("{person} need not be asked: {reason}", person=asked.id, reason=coverage.reason)
    return None
