"""The pages on what the register holds: people, works, logos, licences, the policy, and the log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from starlette.responses import RedirectResponse, Response

from imgpolicy.domain.account import Right
from imgpolicy.domain.consent import Consent, ConsentKind
from imgpolicy.domain.words import folded
from imgpolicy.phrase import Phrase, phrase
from imgpolicy.server.context import Asked
from imgpolicy.server.dates import day_in
from imgpolicy.server.guard import Guarded
from imgpolicy.server.pages import page
from imgpolicy.service import grants, maintenance, people, policies, posts, webhooks, works

PART = 200
"""People on one page; who is not among them is found by name."""

YEARS = 3
"""How much of the calendar a person's page shows: from one year ago."""


STATS: Mapping[str, Phrase] = {
    "people": phrase("people"),
    "consents": phrase("consents"),
    "faces": phrase("enrolled faces"),
    "evidence": phrase("files that prove something"),
    "works": phrase("works and logos"),
    "licences": phrase("licences"),
    "publications": phrase("posts"),
    "takedowns": phrase("posts to take down"),
    "decisions": phrase("recorded checks"),
    "dismissals": phrase("places that are no face"),
    "log": phrase("entries of the log"),
}
"""What is counted, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One statement on the calendar, from `left` on, `width` wide, in hundredths of what the calendar shows."""

    mark: str
    left: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What somebody said of one channel: each statement as a bar, and in words."""

    channel: str
    words: tuple[str, ...]
    bars: tuple[Bar, ...]


def everybody(asked: Asked) -> Response:
    """The people, or those whose name or id holds what is sought."""
    sought = asked.request.query_params.get("q", "")[:200].strip()
    every = people.everybody(asked.workspace)
    found = [one for one in every if folded(sought) in folded(one.name) or folded(sought) in folded(one.id)]
    found.sort(key=lambda one: folded(one.name))
    return page(asked, "people.html", {"sought": sought, "people": found[:PART], "more": len(found) - PART})


def person(asked: Asked) -> Response:
    """What one person said, where they are shown, and what must come down."""
    person_id = asked.request.path_params["person"]
    known, shown = people.show(asked.workspace, person_id), posts.posts(asked.workspace, person_id)
    today = asked.workspace.kept.consents.today()
    values = {
        "known": known,
        "rows": rows(asked, known.consents, today),
        "now": _hundredths(today, today),
        "tasks": shown.tasks,
        "posts": shown.publications,
        "faces": sum(one.count for one in known.faces),
        "may_keep": Right.KEEP in asked.caller.rights,
    }
    return page(asked, "person.html", values)


def rows(asked: Asked, consents: tuple[Consent, ...], today: dt.date) -> list[Row]:
    """The statements on publication, by channel, as they lie on the calendar; a yes ends where a later no begins."""
    said = [one for one in consents if one.kind is ConsentKind.PUBLICATION and (one.gives or one.denies)]
    channels = sorted({channel for one in said for channel in one.scope.channels})
    everywhere = [one for one in said if not one.scope.channels]
    found = [
        (channel, [one for one in said if not one.scope.channels or channel in one.scope.channels])
        for channel in channels
    ]
    if everywhere and not channels:
        found = [(asked.language.word("everywhere"), everywhere)]
    return [_row(asked, channel, statements, today) for channel, statements in found]


def _row(asked: Asked, channel: str, statements: list[Consent], today: dt.date) -> Row:
    bars = [_bar(one, _taken_back(one, statements), today) for one in statements]
    return Row(channel=channel, words=tuple(_said(asked, one) for one in statements), bars=tuple(bars))


def _taken_back(consent: Consent, statements: list[Consent]) -> dt.date | None:
    """The day from which a later no leaves nothing of a yes on this channel; None when none does."""
    noes = (
        one.at.date()
        for one in statements
        if consent.gives and one.denies and one.at >= consent.at and one.about in {None, consent.id}
    )
    return min(noes, default=None)


def _bar(consent: Consent, taken_back: dt.date | None, today: dt.date) -> Bar:
    ends = min((day for day in (consent.valid_until, taken_back) if day is not None), default=None)
    left = _hundredths(consent.valid_from or consent.at.date(), today)
    right = 100.0 if ends is None else _hundredths(ends, today)
    soon = ends is not None and ends < today + dt.timedelta(days=30)
    return Bar(mark="said-no" if consent.denies else "ends" if soon else "yes", left=left, width=max(0.5, right - left))


def _hundredths(day: dt.date, today: dt.date) -> float:
    begins = today - dt.timedelta(days=365)
    return min(100.0, max(0.0, 100 * (day - begins).days / (365 * YEARS)))


def _said(asked: Asked, consent: Consent) -> str:
    if consent.denies:
        return asked.language.word("no, since {day}", day=day_in(consent.at.date(), asked.language))
    purposes = ", ".join(sorted(consent.scope.purposes))
    if consent.valid_until is None:
        return asked.language.word("{purposes}, without end", purposes=purposes)
    return asked.language.word(
        "{purposes}, until {day}", purposes=purposes, day=day_in(consent.valid_until, asked.language)
    )


def taken_down(asked: Asked) -> Response:
    """Keep that a post was taken down."""
    posts.take_down(asked.workspace, asked.form.get("task", ""))
    return RedirectResponse(f"/people/{asked.request.path_params['person']}", status_code=303)


def every_work(asked: Asked) -> Response:
    """Works, logos and licences."""
    values = {
        "works": works.works(asked.workspace),
        "logos": works.logos(asked.workspace),
        "licences": grants.licences_to(asked.workspace),
    }
    return page(asked, "works.html", values)


def policy(asked: Asked) -> Response:
    """The policy, and what each of its rules means."""
    kept = asked.workspace.policy
    pages = policies.rule_pages(Path(asked.desk.settings.place.policy_file))
    values = {"policy": kept, "rules": pages, "profiles": kept.profiles}
    return page(asked, "policy.html", values)


def log(asked: Asked) -> Response:
    """The log: whether it is whole, how much the register holds, what falls due, and for admins who is told of it."""
    health, stats = maintenance.verify(asked.workspace), maintenance.stats(asked.workspace)
    values = {
        "health": health,
        "stats": [(one.name, getattr(stats, one.name)) for one in fields(stats) if one.name in STATS],
        "stat_words": {name: asked.language.say(said) for name, said in STATS.items()},
        "due": grants.consents_due(asked.workspace, 30),
        "tasks": posts.posts(asked.workspace).tasks,
        "webhooks": webhooks.webhooks(asked.workspace) if Right.ADMINISTER in asked.caller.rights else (),
    }
    return page(asked, "log.html", values)


PAGES = (
    Guarded(path="/people", page=everybody, right=Right.SEE),
    Guarded(path="/people/{person}", page=person, right=Right.SEE),
    Guarded(path="/people/{person}/taken-down", page=taken_down, right=Right.KEEP, method="POST"),
    Guarded(path="/works", page=every_work, right=Right.SEE),
    Guarded(path="/policy", page=policy, right=Right.SEE),
    Guarded(path="/log", page=log, right=Right.SEE),
)
"""The pages, their addresses, and the rights that they take."""
