"""`imgpolicy licence`: what owners of works allow us. Records are added and ended, never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from imgpolicy.cli import common, grants
from imgpolicy.domain.licence import Licence
from imgpolicy.text import printable

if TYPE_CHECKING:
    from imgpolicy.domain.evidence import Evidence

app = typer.Typer(help="Licences to post works that are not ours.")

LicenceArgument = Annotated[str, typer.Argument(metavar="LICENCE", help="Id of the licence.")]


@app.command()
def add(
    work: Annotated[str, typer.Argument(metavar="WORK", help="Id of the work, as `work list` shows it.")],
    *,
    licensor: Annotated[str, typer.Option(metavar="NAME", help="Who gives it; stored encrypted.")],
    channel: grants.ChannelOption = None,
    purpose: grants.PurposeOption = None,
    setting: grants.SettingOption = None,
    audience: grants.AudienceOption = None,
    campaign: grants.CampaignOption = None,
    territory: grants.TerritoryOption = None,
    event: grants.EventOption = None,
    edit: grants.EditOption = None,
    except_: grants.ExceptOption = None,
    from_: grants.FromOption = None,
    until: grants.UntilOption = None,
    max_publications: grants.MaxPublicationsOption = None,
    terms: Annotated[str | None, typer.Option(metavar="TEXT", help="Its terms, in words; stored encrypted.")] = None,
    url: Annotated[str | None, typer.Option(metavar="URL", help="Where its terms stand.")] = None,
    credit: Annotated[str | None, typer.Option(metavar="TEXT", help="The line that names the author.")] = None,
    credit_required: Annotated[
        bool, typer.Option("--credit-required", help="A post must carry the credit line.")
    ] = False,
    evidence: grants.EvidenceOption = None,
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Record a licence. It covers only the channels and purposes that it names."""
    from imgpolicy.service.grants import record_licence

    licence = Licence(
        work=work,
        licensor=licensor,
        terms=terms,
        url=url,
        scope=grants.scope_of(channel, purpose, campaign, audience, territory, setting, event, edit),
        excluded=grants.excluded(except_ or ()),
        valid_from=from_.date() if from_ else None,
        valid_until=until.date() if until else None,
        max_publications=max_publications,
        credit=credit,
        credit_required=credit_required,
    )
    proof = grants.proof_of(evidence or ())
    with common.policy_and_register(policy, register) as (found, opened):
        recorded = record_licence(found, opened, licence, proof=proof)
    common.emit(f"recorded {recorded.id}: {printable(recorded.work)}, {_line(recorded)}\n")
    grants.note_uncovered("licence", channel, purpose)
    return 0


@app.command()
def end(
    licence: LicenceArgument,
    *,
    reason: grants.ReasonOption,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """Record that a licence is over, and list the posts that must come down."""
    from imgpolicy.service.grants import close_licence

    with common.policy_and_register(policy, register) as (_, opened):
        ended, tasks = close_licence(opened, licence, reason)
    if format is common.Format.JSON:
        from imgpolicy.wire.licence import licence_wire
        from imgpolicy.wire.publication import takedown_wire

        wires = [takedown_wire(task) for task in tasks]
        common.emit_json({"licence": licence_wire(ended), "takedowns": wires})
        return 0
    common.emit(f"ended {ended.id}: {printable(ended.work)}, {_line(ended)}\n")
    grants.emit_takedowns(tasks)
    return 0


@app.command("list")
def list_licences(
    work: Annotated[str | None, typer.Argument(metavar="WORK", help="Id of the work; else all.")] = None,
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """List the licences, ended ones too, and the files that prove them."""
    from imgpolicy.register.evidence import licence_evidence
    from imgpolicy.register.licences import licences

    with common.policy_and_register(policy, register) as (_, opened), opened.reading() as unit:
        found = licences(unit, work)
        proof: dict[str | None, list[Evidence]] = {}
        for evidence in licence_evidence(unit):
            proof.setdefault(evidence.licence, []).append(evidence)
    if format is common.Format.JSON:
        from imgpolicy.wire.licence import licence_wire

        common.emit_json([licence_wire(licence, proof.get(licence.id, [])) for licence in found])
    else:
        rows = [
            (
                licence.id,
                licence.work,
                licence.licensor,
                _line(licence),
                "\n".join(f"{evidence.id} {evidence.name}" for evidence in proof.get(licence.id, [])),
            )
            for licence in found
        ]
        common.emit(common.table(("id", "work", "from", "licence", "files"), rows))
    return 0


@app.command()
def due(
    *,
    days: grants.DaysOption = 30,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
) -> int:
    """List what ends soon, or has ended while posts still rest on it, and those posts."""
    from imgpolicy.domain.posting import today
    from imgpolicy.register.licences import licences_due

    with common.policy_and_register(policy, register) as (_, opened), opened.reading() as unit:
        found = licences_due(unit, today(), days)
    if format is common.Format.JSON:
        from imgpolicy.wire.licence import licence_due_wire

        common.emit_json([licence_due_wire(item) for item in found])
        return 0
    rows = [
        (str(item.ends), item.licence.work, item.licence.id, "\n".join(post.url for post in item.posts))
        for item in found
    ]
    common.emit(common.table(("day", "work", "licence", "posts"), rows))
    return 0


def _line(licence: Licence) -> str:
    """A licence in one line, but for who gave it."""
    parts = list(grants.limits(licence))
    if licence.credit:
        parts.append(f"credit{' required' if licence.credit_required else ''}: {printable(licence.credit)}")
    if licence.url:
        parts.append(f"terms at {licence.url}")
    if licence.end:
        parts.append(f"ended on {licence.end.at.date()}")
    return "; ".join(parts) or "nothing named"
