"""The options with which a command is told of a planned posting, the same wherever a picture is judged."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from imgpolicy.domain.posting import Origin, Posting, Role, today

Channel = Annotated[str | None, typer.Option(metavar="C", help="Where it will be posted, as the policy names it.")]
RoleOption = Annotated[Role | None, typer.Option(metavar="ROLE", help="In which role: private, employee or official.")]
Actor = Annotated[str | None, typer.Option(metavar="NAME", help="Who posts it; asked for in the official role.")]
Purpose = Annotated[str | None, typer.Option(metavar="P", help="What for, as the policy names it.")]
Audience = Annotated[str | None, typer.Option(metavar="A", help="For whom; else it follows from the channel.")]
Setting = Annotated[str | None, typer.Option(metavar="S", help="Where it was taken: work, public or private.")]
Caption = Annotated[str | None, typer.Option(metavar="TEXT", help="The text that goes with it.")]
OriginOption = Annotated[
    Origin | None, typer.Option(metavar="O", help="Where the picture comes from: own, licensed or unknown.")
]
Person = Annotated[
    list[str] | None, typer.Option(metavar="ID", help="Register id of somebody in the picture; may be repeated.")
]
Campaign = Annotated[str | None, typer.Option(metavar="TEXT", help="Campaign that it belongs to.")]
Territory = Annotated[str | None, typer.Option(metavar="T", help="Where it can be seen, such as DK.")]
Event = Annotated[str | None, typer.Option(metavar="TEXT", help="Event that it was taken at.")]
Edit = Annotated[str | None, typer.Option(metavar="TEXT", help="What was done to it, such as crop.")]
Day = Annotated[
    dt.datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], metavar="DATE", help="Day of posting; else today.")
]


def posting_of(
    *,
    channel: str | None,
    role: Role | None,
    actor: str | None,
    purpose: str | None,
    audience: str | None,
    setting: str | None,
    caption: str | None,
    origin: Origin | None,
    person: list[str] | None,
    campaign: str | None,
    territory: str | None,
    event: str | None,
    edit: str | None,
    on: dt.datetime | None,
) -> Posting:
    """The posting that the options of one command state."""
    return Posting(
        channel=channel,
        role=role,
        actor=actor,
        purpose=purpose,
        audience=audience,
        setting=setting,
        origin=origin,
        caption=caption,
        people=tuple(person or ()),
        campaign=campaign,
        territory=territory,
        event=event,
        edit=edit,
        on=on.date() if on else today(),
    )
