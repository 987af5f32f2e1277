"""The options that describe a planned posting, the same wherever a picture is judged."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Annotated

import typer

from imgpolicy.cli import common
from imgpolicy.domain.posting import Origin, Posting, Role

if TYPE_CHECKING:
    from imgpolicy.service.workspace import Workspace

ChannelOption = Annotated[
    str | None, typer.Option(metavar="C", help="Where it will be posted, as the policy names it.")
]
PurposeOption = Annotated[str | None, typer.Option(metavar="P", help="What for, as the policy names it.")]
AudienceOption = Annotated[str | None, typer.Option(metavar="A", help="For whom; else it follows from the channel.")]
SettingOption = Annotated[str | None, typer.Option(metavar="S", help="Where it was taken: work, public or private.")]
PersonOption = Annotated[
    list[str] | None, typer.Option(metavar="WHO", help="Id or name of somebody in the picture; may be repeated.")
]
DayOption = Annotated[
    dt.datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], metavar="DATE", help="Day of posting; else today.")
]


@dataclass(frozen=True, kw_only=True)
class PostingOptions:
    """Options: the planned posting."""

    profile: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="A posting named in the policy; else, for check and clean, its folder's."),
    ] = None
    channel: ChannelOption = None
    role: Annotated[Role | None, typer.Option(metavar="ROLE", help="In which role: private, employee or official.")] = (
        None
    )
    actor: Annotated[str | None, typer.Option(metavar="NAME", help="Who posts it; asked for in the official role.")] = (
        None
    )
    purpose: PurposeOption = None
    audience: AudienceOption = None
    setting: SettingOption = None
    caption: Annotated[str | None, typer.Option(metavar="TEXT", help="The text that goes with it.")] = None
    origin: Annotated[
        Origin | None, typer.Option(metavar="O", help="Where the picture comes from: own, licensed or unknown.")
    ] = None
    person: PersonOption = None
    campaign: Annotated[str | None, typer.Option(metavar="TEXT", help="Campaign that it belongs to.")] = None
    territory: Annotated[str | None, typer.Option(metavar="T", help="Where it can be seen, such as DK.")] = None
    event: Annotated[str | None, typer.Option(metavar="TEXT", help="Event that it was taken at.")] = None
    edit: Annotated[str | None, typer.Option(metavar="TEXT", help="What was done to it, such as crop.")] = None
    on: DayOption = None

    def posting(self, workspace: Workspace) -> Posting:
        """The posting that the options state, with what the profile says besides."""
        from imgpolicy.service.profiles import with_profile

        people = tuple(common.whom(workspace, one) for one in self.person or ())
        return with_profile(workspace.policy, self.profile, replace(self._stated(), people=people))

    def _stated(self) -> Posting:
        return Posting(
            channel=self.channel,
            role=self.role,
            actor=self.actor,
            purpose=self.purpose,
            audience=self.audience,
            setting=self.setting,
            origin=self.origin,
            caption=self.caption,
            campaign=self.campaign,
            territory=self.territory,
            event=self.event,
            edit=self.edit,
            on=self.on.date() if self.on else None,
        )

    def words(self) -> dict[str, str]:
        """What is stated in a word each, by name, the profile among them."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: str(said) for name, said in given.items() if isinstance(said, str)}
