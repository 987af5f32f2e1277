"""What nothing rests on any more: read here, and sent once a month to whom the policy names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from imgpolicy import mail
from imgpolicy.domain.idle import Idle, IdleKind
from imgpolicy.domain.log import Action
from imgpolicy.errors import RequestError
from imgpolicy.language import Language, LanguageCode, language
from imgpolicy.phrase import phrase
from imgpolicy.register import idle as found
from imgpolicy.service.workspace import Workspace

MOST_LINES = 500
"""Things in one mail; of what is more it says how many."""

KINDS = {
    IdleKind.PERSON: phrase("person"),
    IdleKind.FACES: phrase("enrolled faces"),
    IdleKind.EVIDENCE: phrase("file"),
    IdleKind.WORK: phrase("work"),
    IdleKind.POST: phrase("post"),
}
"""What people read of each kind."""


def idle(workspace: Workspace) -> tuple[Idle, ...]:
    """What rests on nothing today, by kind; people by their ids alone."""
    with workspace.register.reading() as unit:
        return found.idle(unit, unit.today())


def tell(workspace: Workspace) -> bool:
    """Whether the list was sent now: it is once a month, to whom the policy names, where anything is on it.

    Whoever is cut off between the server's word and the log's sends it once more. RequestError when the policy names
    nobody, and when the server does not take it.
    """
    policy = workspace.kept.mail
    if policy is None or policy.keeper is None:
        raise RequestError(phrase("the policy names nobody who is told: say `keeper` in [mail]"))
    with workspace.register.reading() as unit:
        today = unit.today()
        told = unit.sql.journal.of_actions((Action.TELL_IDLE,))
        if told and unit.policy.day(told[-1].at) >= today.replace(day=1):
            return False
        idle_now = found.idle(unit, today)
    if idle_now:
        spoken = language(LanguageCode(policy.language))
        subject = spoken.word("What nothing rests on any more: {month}", month=f"{today:%Y-%m}")
        mail.send(policy, policy.keeper, subject, _letter(idle_now, workspace.kept.forms.address, spoken))
    with workspace.register.writing() as unit:
        unit.log(Action.TELL_IDLE, "", _month(today))
    return bool(idle_now)


def _letter(idle_now: Sequence[Idle], address: str | None, spoken: Language) -> str:
    """What is written: a line a thing, and where it is put right."""
    lines = [f"{spoken.say(KINDS[one.kind])} {one.record}: {spoken.say(one.why)}" for one in idle_now[:MOST_LINES]]
    if len(idle_now) > MOST_LINES:
        lines.append(spoken.word("and {count} more", count=len(idle_now) - MOST_LINES))
    head = spoken.word("Nothing of this goes by itself: look whether it is to be kept.")
    return "\n".join([head, *([f"{address}/ending"] if address else []), "", *lines]) + "\n"


def _month(day: dt.date) -> bytes:
    return f"{day:%Y-%m}".encode()
