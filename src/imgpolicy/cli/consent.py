"""`imgpolicy consent`: what people said yes and no to. Records are added, never changed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from imgpolicy.cli import common
from imgpolicy.register.consent import ANY, Consent, ConsentKind, ConsentState

if TYPE_CHECKING:
    from imgpolicy.policy import Policy

app = typer.Typer(help="What people said yes and no to.")

PersonArgument = Annotated[str, typer.Argument(metavar="PERSON", help="Register id.")]
KindOption = Annotated[
    ConsentKind, typer.Option(metavar="K", help="publication of pictures, or biometric: recognising the face.")
]
ChannelOption = Annotated[
    list[str] | None, typer.Option(metavar="C", help=f"Channel; may be repeated; {ANY} for every one.")
]
PurposeOption = Annotated[
    list[str] | None, typer.Option(metavar="P", help=f"Purpose; may be repeated; {ANY} for every one.")
]
ReasonOption = Annotated[str, typer.Option(metavar="TEXT", help="Why, in a few words; stored encrypted.")]


@app.command()
def grant(
    person: PersonArgument,
    *,
    kind: KindOption,
    channel: ChannelOption = None,
    purpose: PurposeOption = None,
    setting: Annotated[list[str] | None, typer.Option(metavar="S", help="Setting; private needs to be named.")] = None,
    from_: Annotated[
        dt.datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], metavar="DATE", help="First day.")
    ] = None,
    until: Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Last day.")] = None,
    collected: Annotated[
        str | None, typer.Option(metavar="HOW", help="How it was collected, such as a signed form.")
    ] = None,
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Record a yes. A publication consent covers only the channels and purposes that it names."""
    consent = Consent(
        person=person,
        kind=kind,
        state=ConsentState.GIVEN,
        channels=frozenset(channel or ()),
        purposes=frozenset(purpose or ()),
        settings=frozenset(setting or ()),
        valid_from=from_.date() if from_ else None,
        valid_until=until.date() if until else None,
        collected=collected,
    )
    code = _record(consent, policy=policy, register=register)
    if kind is ConsentKind.PUBLICATION and not (channel and purpose):
        missing = " and no ".join(what for what, named in (("channel", channel), ("purpose", purpose)) if not named)
        common.note(f"imgpolicy: this consent names no {missing}, so it covers nothing yet ({ANY} is for every one)")
    return code


@app.command()
def refuse(
    person: PersonArgument,
    *,
    reason: ReasonOption,
    kind: KindOption = ConsentKind.PUBLICATION,
    channel: ChannelOption = None,
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Record a no. Without --channel it holds for all of them."""
    consent = Consent(
        person=person, kind=kind, state=ConsentState.REFUSED, channels=frozenset(channel or ()), reason=reason
    )
    return _record(consent, policy=policy, register=register)


@app.command()
def withdraw(
    person: PersonArgument,
    *,
    reason: ReasonOption,
    kind: KindOption = ConsentKind.PUBLICATION,
    channel: ChannelOption = None,
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Record that a yes is taken back. Taking back a biometric consent also deletes the face vectors."""
    consent = Consent(
        person=person, kind=kind, state=ConsentState.WITHDRAWN, channels=frozenset(channel or ()), reason=reason
    )
    return _record(consent, policy=policy, register=register)


@app.command("list")
def list_consents(
    person: Annotated[str | None, typer.Argument(metavar="PERSON", help="Register id; else everybody.")] = None,
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """List the records, each as it was made."""
    with common.policy_and_register(policy, register) as (_, opened):
        consents = opened.consents(person)
    if format is common.Format.JSON:
        common.emit_json(consents)
    else:
        rows = [(consent.id, consent.person, common.consent_line(consent)) for consent in consents]
        common.emit(common.table(("id", "person", "consent"), rows))
    return 0


def _record(consent: Consent, *, policy: common.PolicyOption, register: common.RegisterOption) -> int:
    with common.policy_and_register(policy, register) as (found, opened):
        _refuse_misspelt(consent, found)
        opened.record_consent(consent)
    common.emit(f"recorded {consent.id}: {consent.person}, {common.consent_line(consent)}\n")
    return 0


def _refuse_misspelt(consent: Consent, policy: Policy) -> None:
    """A channel that the policy does not know would never cover, or never withdraw, anything."""
    named = (
        ("channel", consent.channels, policy.channels),
        ("purpose", consent.purposes, policy.purposes),
        ("setting", consent.settings, policy.settings),
    )
    for what, given, known in named:
        for word in sorted(given.difference(known, {ANY})):
            common.usage_error(f"the policy does not know the {what} {word!r}; it knows {', '.join(sorted(known))}")
