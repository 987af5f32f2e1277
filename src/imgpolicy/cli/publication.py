"""`imgpolicy publication`: where pictures were posted, on what that rests, and what must come down."""

from __future__ import annotations

from typing import Annotated

import typer

from imgpolicy.cli import common, grants
from imgpolicy.cli import posting as posting_options
from imgpolicy.cli.check import note_unreadable
from imgpolicy.cli.exits import Exit
from imgpolicy.cli.options import grouped
from imgpolicy.domain.posting import Posting
from imgpolicy.domain.publication import ENDED, ERASED, EXCEPTED, Publication
from imgpolicy.phrase import phrase

app = typer.Typer()


@app.command()
@grouped
def add(
    picture: Annotated[str, typer.Argument(help="The picture as it was posted: a file or an http(s) URL.")],
    *,
    channel: Annotated[str, typer.Option(metavar="C", help="Where it was posted, as the policy names it.")],
    url: Annotated[str, typer.Option(metavar="URL", help="Its address, or in words where it stands.")],
    purpose: posting_options.PurposeOption = None,
    audience: posting_options.AudienceOption = None,
    setting: posting_options.SettingOption = None,
    person: posting_options.PersonOption = None,
    on: posting_options.DayOption = None,
    place: common.Place,
) -> int:
    """Record a post, with whom and what it shows and the consents and licences that it rests on.

    It is recorded whatever its check gives.
    """
    from imgpolicy.domain.verdict import Verdict
    from imgpolicy.service.posts import record_post

    with place.open() as workspace:
        posting = Posting(
            channel=channel,
            purpose=purpose,
            audience=audience,
            setting=setting,
            people=tuple(common.whom(workspace, one) for one in person or ()),
            on=on.date() if on else None,
        )
        posted = record_post(workspace, picture, posting, url)
    publication = posted.publication
    if publication is None:
        note_unreadable([posted.report])
        common.remark(phrase("not recorded: the picture could not be read"))
        return Exit.FAILED
    _say_what_it_rests_on(publication)
    if posted.strangers:
        common.remark(
            phrase(
                "{count} face(s) are of nobody in the register: no withdrawal will find this post",
                count=posted.strangers,
            )
        )
    if posted.report.verdict is not Verdict.GO:
        common.remark(
            phrase("a check of it gives {verdict}; `imgpolicy check` says why", verdict=posted.report.verdict.word)
        )
    return Exit.GO


@app.command("list")
@grouped
def list_publications(
    person: Annotated[
        str | None, typer.Argument(help="Id or name of somebody in them; else all.", show_default=False)
    ] = None,
    *,
    tasks: Annotated[bool, typer.Option("--tasks", help="List the take-down tasks that are open instead.")] = False,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    place: common.Place,
) -> int:
    """List the posts, or what must come down."""
    from imgpolicy.service.posts import posts
    from imgpolicy.wire.publication import publication_wire, takedown_wire

    with place.open() as workspace:
        publications = posts(workspace, common.anybody(workspace, person))
        found = grants.reached_in(workspace, (), publications.tasks if tasks else ())
        day = workspace.kept.consents.day
    if format is common.Format.JSON:
        wires = [takedown_wire(task) for task in publications.tasks]
        common.emit_json(wires if tasks else [publication_wire(post) for post in publications.publications])
    elif tasks:
        due = [
            (t.id, t.publication.channel, t.publication.url, _CAUSES.get(t.cause, t.cause), str(day(t.opened)))
            for t in publications.tasks
        ]
        common.emit(
            common.table((phrase("task"), phrase("channel"), phrase("post"), phrase("because"), phrase("since")), due)
        )
        grants.emit_copies(publications.tasks, found)
    else:
        must = {task.publication.id for task in publications.tasks}
        rows = [
            (
                post.id,
                str(post.published),
                post.channel,
                post.url,
                ", ".join([*sorted(post.people), *sorted(post.works)]),
                _state(None if post.down is None else str(day(post.down)), must=post.id in must),
            )
            for post in publications.publications
        ]
        common.emit(
            common.table(
                ("id", phrase("posted"), phrase("channel"), phrase("post"), phrase("shows"), phrase("state")), rows
            )
        )
    return Exit.GO


@app.command()
@grouped
def takedown(
    task: Annotated[str, typer.Argument(help="Id of the task, or of the publication.")],
    *,
    place: common.Place,
) -> int:
    """Record that a post is down; this closes its task."""
    from imgpolicy.service.posts import take_down

    with place.open() as workspace:
        post = take_down(workspace, task)
    common.say(phrase("{id} is down: {url}", id=post.id, url=post.url))
    return Exit.GO


def _say_what_it_rests_on(publication: Publication) -> None:
    """Say that it is recorded, and by which consent or licence each in it is covered."""
    common.say(phrase("recorded {id}", id=publication.id))
    for name, consent in sorted(publication.people.items()):
        common.say(
            phrase("  {name}: rests on {record}", name=name, record=consent)
            if consent
            else phrase("  {name}: no consent covers it", name=name)
        )
    for name, licence in sorted(publication.works.items()):
        common.say(
            phrase("  {name}: rests on {record}", name=name, record=licence)
            if licence
            else phrase("  {name}: no licence covers it", name=name)
        )


_CAUSES = {
    **{state.value: said for state, said in grants.STATES.items()},
    ERASED: phrase("erased"),
    EXCEPTED: phrase("excepted"),
    ENDED: phrase("ended"),
}
"""Why a post must come down, in words for people."""


def _state(down: str | None, *, must: bool) -> str:
    """Where a post stands that came down on this day, or is up."""
    if down:
        return phrase("down since {day}", day=down)
    return phrase("must come down") if must else phrase("up")
