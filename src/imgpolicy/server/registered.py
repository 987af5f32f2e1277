"""The pages on what the register holds beside people: works, logos, licences, the policy, and the log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

from starlette.responses import RedirectResponse, Response

from imgpolicy.domain.account import Right
from imgpolicy.errors import RequestError
from imgpolicy.phrase import Phrase, phrase
from imgpolicy.server.answers import inside
from imgpolicy.server.context import Asked
from imgpolicy.server.forms import ticked
from imgpolicy.server.guard import Guarded
from imgpolicy.server.pages import page
from imgpolicy.service import grants, maintenance, policies, posts, webhooks, works
from imgpolicy.service.reached import copies, fallen_since

FALLEN = dt.timedelta(days=30)
"""For how long pictures of the archive are shown that are no go any more."""

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


def taken_down(asked: Asked) -> Response:
    """Keep that the posts that are ticked were taken down."""
    done = ticked(asked.form, "task")
    if not done:
        raise RequestError(phrase("tick the posts that were taken down"))
    for task in sorted(done):
        posts.take_down(asked.workspace, task)
    return RedirectResponse(inside(asked.form.get("back", "")), status_code=303)


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
    tasks, today = posts.posts(asked.workspace).tasks, asked.workspace.kept.consents.today()
    values = {
        "health": health,
        "stats": [(one.name, getattr(stats, one.name)) for one in fields(stats) if one.name in STATS],
        "stat_words": {name: asked.language.say(said) for name, said in STATS.items()},
        "due": grants.consents_due(asked.workspace, 30),
        "tasks": tasks,
        "copies": copies(asked.workspace, [task.publication for task in tasks]),
        "fallen": fallen_since(asked.workspace, today - FALLEN),
        "may_keep": Right.KEEP in asked.caller.rights,
        "webhooks": webhooks.webhooks(asked.workspace) if Right.ADMINISTER in asked.caller.rights else (),
    }
    return page(asked, "log.html", values)


PAGES = (
    Guarded(path="/taken-down", page=taken_down, right=Right.KEEP, method="POST"),
    Guarded(path="/works", page=every_work, right=Right.SEE),
    Guarded(path="/policy", page=policy, right=Right.SEE),
    Guarded(path="/log", page=log, right=Right.SEE),
)
"""The pages, their addresses, and the rights that they take."""
