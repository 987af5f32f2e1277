"""`imgpolicy consent letter`: a text that asks somebody for a consent, ready to be sent."""

from __future__ import annotations

from imgpolicy.cli import common
from imgpolicy.cli import posting as posting_options
from imgpolicy.cli.exits import Exit
from imgpolicy.cli.options import grouped
from imgpolicy.domain.posting import Posting
from imgpolicy.text import printable

_LONG = 10_000


@grouped
def letter(
    person: common.PersonArgument,
    *,
    channel: posting_options.ChannelOption = None,
    purpose: posting_options.PurposeOption = None,
    on: posting_options.DayOption = None,
    lang: common.LanguageOption = None,
    place: common.Place,
) -> int:
    """Write a letter that asks a person, or a child's guardian, for a publication consent."""
    from imgpolicy.service.letters import consent_request

    language = common.language_of(lang)
    posting = Posting(channel=channel, purpose=purpose, on=on.date() if on else None)
    with place.open() as workspace:
        letter = consent_request(workspace, common.whom(workspace, person), posting)
    if letter.remark is not None:
        common.remark(language.say(letter.remark))
    common.emit("\n".join(printable(line, limit=_LONG) for line in language.say(letter.text).split("\n")))
    return Exit.GO
