"""`imgpolicy publication`: where pictures were posted, on what that rests, and what must come down."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from imgpolicy.cli import common
from imgpolicy.text import printable

app = typer.Typer(help="Where pictures were posted, and what must come down.")


@app.command()
def add(
    picture: Annotated[str, typer.Argument(help="The picture as it was posted: a file or an http(s) URL.")],
    *,
    channel: Annotated[str, typer.Option(help="Where it was posted, as the policy names it.")],
    url: Annotated[str, typer.Option(help="Its address, or in words where it stands.")],
    purpose: Annotated[str | None, typer.Option(help="What for, as the policy names it.")] = None,
    audience: Annotated[str | None, typer.Option(help="For whom; else it follows from the channel.")] = None,
    setting: Annotated[str | None, typer.Option(help="Where it was taken: work, public or private.")] = None,
    person: Annotated[list[str] | None, typer.Option(help="Register id of somebody in the picture.")] = None,
    on: Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day of posting; else today.")] = None,
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Record a post, with whom and what it shows and the consents and licences that it rests on.

    It is recorded whatever its check gives.
    """
    from imgpolicy.checker import Checker
    from imgpolicy.domain.posting import Posting, today
    from imgpolicy.domain.terms import FaceStatus
    from imgpolicy.domain.verdict import Verdict
    from imgpolicy.service.check import accept_posting
    from imgpolicy.service.recording import publish

    posting = Posting(
        channel=channel,
        purpose=purpose,
        audience=audience,
        setting=setting,
        people=tuple(person or ()),
        on=on.date() if on else today(),
    )
    with Checker.from_file(common.find_policy(policy), register_url=register) as checker:
        accept_posting(checker, posting)
        report = checker.check(picture, posting)
        with checker.register.writing() as unit:
            publication = publish(unit, report, url)
    common.emit(f"recorded {publication.id}\n")
    for name, consent in sorted(publication.people.items()):
        common.emit(f"  {name}: {f'rests on {consent}' if consent else 'no consent covers it'}\n")
    for name, licence in sorted(publication.works.items()):
        common.emit(f"  {name}: {f'rests on {licence}' if licence else 'no licence covers it'}\n")
    nobodys = {FaceStatus.DECLARED, FaceStatus.ARTWORK, FaceStatus.NOT_A_FACE}
    strangers = sum(face.person is None and face.status not in nobodys for face in report.faces)
    if strangers:
        common.note(f"imgpolicy: {strangers} face(s) are of nobody in the register: no withdrawal will find this post")
    if report.verdict is not Verdict.GO:
        common.note(f"imgpolicy: a check of it gives {report.verdict.word}; `imgpolicy check` says why")
    return 0


@app.command("list")
def list_publications(
    person: Annotated[str | None, typer.Argument(help="Register id of somebody in them; else all.")] = None,
    *,
    tasks: Annotated[bool, typer.Option("--tasks", help="List the take-down tasks that are open instead.")] = False,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """List the posts, or what must come down."""
    from imgpolicy.register.publications import publications, takedowns, takedowns_of
    from imgpolicy.wire.publication import publication_wire, takedown_wire

    with common.policy_and_register(policy, register) as (_, opened), opened.reading() as unit:
        posts = publications(unit, person)
        found = takedowns(unit) if person is None else takedowns_of(unit, person)
    to_do = [task for task in found if task.closed is None]
    if format is common.Format.JSON:
        common.emit_json([takedown_wire(task) for task in to_do] if tasks else [publication_wire(p) for p in posts])
    elif tasks:
        due = [(t.id, t.publication.channel, t.publication.url, t.cause, str(t.opened.date())) for t in to_do]
        common.emit(common.table(("task", "channel", "post", "because", "since"), due))
    else:
        must = {task.publication.id for task in to_do}
        rows = [
            (
                post.id,
                str(post.published),
                post.channel,
                post.url,
                ", ".join([*sorted(post.people), *sorted(post.works)]),
                f"down since {post.down.date()}" if post.down else "must come down" if post.id in must else "up",
            )
            for post in posts
        ]
        common.emit(common.table(("id", "posted", "channel", "post", "shows", "state"), rows))
    return 0


@app.command()
def takedown(
    task: Annotated[str, typer.Argument(help="Id of the task, or of the publication.")],
    *,
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Record that a post is down; this closes its task."""
    from imgpolicy.register.publications import close_takedown

    with common.policy_and_register(policy, register) as (_, opened), opened.writing() as unit:
        (post,) = close_takedown(unit, task)
    common.emit(f"{post.id} is down: {printable(post.url)}\n")
    return 0
