"""`imgpolicy consent`: what people said yes and no to. Records are added, never changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgpolicy.cli import common, grants, letter
from imgpolicy.cli.exits import Exit
from imgpolicy.cli.options import grouped
from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState, LegalBasis
from imgpolicy.domain.publication import Reached
from imgpolicy.domain.scope import Scope
from imgpolicy.phrase import phrase

if TYPE_CHECKING:
    from imgpolicy.domain.publication import Takedown
    from imgpolicy.domain.speakers import ConsentPolicy
    from imgpolicy.service.grants import NoticeText

app = typer.Typer()
app.command()(letter.letter)

KindOption = Annotated[
    ConsentKind, typer.Option(metavar="K", help="publication of pictures, or biometric: recognising the face.")
]
SpeakerOption = Annotated[
    str | None, typer.Option("--given-by", metavar="WHO", help="Id or name of the guardian who said it.")
]
StatedOption = Annotated[
    dt.datetime | None,
    typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Day on which it was said, when that was not today."),
]
CollectedOption = Annotated[
    str | None, typer.Option(metavar="HOW", help="How it was collected, such as a signed form.")
]
_BASES = f"Legal basis: {', '.join(LegalBasis)}."


class Denial(StrEnum):
    """How a yes ends."""

    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    INVALIDATED = "invalidated"
    OBJECTED = "objected"


@dataclass(frozen=True, kw_only=True)
class NoticeOptions:
    """Options: the notice that was shown before the yes."""

    notice: Annotated[Path | None, typer.Option(metavar="FILE", help="Text file with the notice that was shown.")] = (
        None
    )
    notice_version: Annotated[str, typer.Option(metavar="V", help="Version of the notice.")] = "1"
    language: Annotated[str, typer.Option(metavar="L", help="Language of the notice, such as da.")] = "en"

    def text(self) -> NoticeText | None:
        """The notice, read; None when none is named."""
        from imgpolicy.service.grants import NoticeText

        if self.notice is None:
            return None
        return NoticeText(version=self.notice_version, language=self.language, text=common.read_text(self.notice))


@dataclass(frozen=True, kw_only=True)
class SaidOptions:
    """Options: who said it, on which day, and the files that prove it."""

    given_by: SpeakerOption = None
    stated: StatedOption = None
    evidence: grants.EvidenceOption = None

    @property
    def day(self) -> dt.date | None:
        """The day on which it was said; None for today."""
        return self.stated.date() if self.stated else None


@app.command()
@grouped
def grant(
    person: common.PersonArgument,
    *,
    kind: KindOption,
    covers: grants.GrantOptions,
    basis: Annotated[LegalBasis, typer.Option(metavar="BASIS", help=_BASES)] = LegalBasis.CONSENT,
    collected: CollectedOption = None,
    spoken: SaidOptions,
    shown: NoticeOptions,
    requested: Annotated[bool, typer.Option("--requested", help="It was only asked for; covers nothing yet.")] = False,
    place: common.Place,
) -> int:
    """Record a yes. A publication consent covers only the channels and purposes that it names."""
    consent = Consent(
        person=person,
        kind=kind,
        state=ConsentState.REQUESTED if requested else ConsentState.GIVEN,
        scope=covers.scope(),
        excluded=covers.excluded(),
        valid_from=covers.first_day,
        valid_until=covers.last_day,
        max_publications=covers.max_publications,
        basis=basis,
        given_by=spoken.given_by,
        collected=collected,
    )
    _record(consent, place, spoken, notice=shown.text())
    if kind is ConsentKind.PUBLICATION:
        covers.note_uncovered(phrase("consent"))
    return Exit.GO


@app.command()
@grouped
def renew(
    consent: Annotated[str, typer.Argument(help="Id of the consent, as `consent list` shows it.")],
    *,
    until: grants.UntilOption = None,
    collected: CollectedOption = None,
    evidence: grants.EvidenceOption = None,
    place: common.Place,
) -> int:
    """Record that a yes goes on, until another day. One that was taken back needs a new consent instead."""
    from imgpolicy.service.grants import renew_consent

    proof, last = grants.proof_of(evidence or ()), until.date() if until else None
    with place.open() as workspace:
        recorded = renew_consent(workspace, consent, until=last, collected=collected, proof=proof)
        policy = workspace.kept.consents
    _say(recorded, (), common.Format.TEXT, policy, Reached())
    return Exit.GO


@app.command()
@grouped
def refuse(
    person: common.PersonArgument,
    *,
    reason: grants.ReasonOption,
    kind: KindOption = ConsentKind.PUBLICATION,
    channel: grants.ChannelOption = None,
    purpose: grants.PurposeOption = None,
    spoken: SaidOptions,
    yes: grants.YesOption = False,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    place: common.Place,
) -> int:
    """Record a no. Without --channel it holds for all of them."""
    consent = Consent(
        person=person,
        kind=kind,
        state=ConsentState.REFUSED,
        scope=_denied(channel, purpose),
        given_by=spoken.given_by,
        reason=reason,
    )
    return _record(consent, place, spoken, form=format, yes=yes)


@app.command()
@grouped
def withdraw(
    person: common.PersonArgument,
    *,
    reason: grants.ReasonOption,
    kind: KindOption = ConsentKind.PUBLICATION,
    channel: grants.ChannelOption = None,
    purpose: grants.PurposeOption = None,
    record: Annotated[str | None, typer.Option(help="Id of the one consent that ends; else all it reaches.")] = None,
    how: Annotated[
        Denial,
        typer.Option("--as", help="Withdrawn by the person, revoked by another, never valid, or objected to."),
    ] = Denial.WITHDRAWN,
    spoken: SaidOptions,
    yes: grants.YesOption = False,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    place: common.Place,
) -> int:
    """Record that a yes is taken back, and list the posts that must come down.

    Taking back a biometric consent also deletes the face vectors.
    """
    consent = Consent(
        person=person,
        kind=kind,
        state=ConsentState(how.value),
        scope=_denied(channel, purpose),
        about=record,
        given_by=spoken.given_by,
        reason=reason,
    )
    return _record(consent, place, spoken, form=format, yes=yes)


@app.command("entered-in-error")
@grouped
def entered_in_error(
    record: Annotated[str, typer.Argument(help="Id of the record, as `consent list` shows it.")],
    *,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who answers for it; stored encrypted.")],
    second: Annotated[
        str | None, typer.Option(metavar="NAME", help="The second person, where the policy asks for two.")
    ] = None,
    reason: grants.ReasonOption,
    place: common.Place,
) -> int:
    """Mark a record, a yes or a no, that nobody ever said. It stays on record, and counts no more.

    It is not for ending a no: that is done by a yes of whoever said it.
    """
    from imgpolicy.service.grants import mark_entered_in_error

    with place.open() as workspace:
        mark = mark_entered_in_error(workspace, record, by=by, reason=reason, second=second)
        policy = workspace.kept.consents
        found = grants.reached(workspace, mark.takedowns, people=[mark.consent.person])
    _say(mark.consent, mark.takedowns, common.Format.TEXT, policy, found)
    return Exit.GO


@app.command("list")
@grouped
def list_consents(
    person: common.AnybodyArgument = None,
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    place: common.Place,
) -> int:
    """List the records, each as it was made."""
    from imgpolicy.service.grants import consents_of

    with place.open() as workspace:
        consents = consents_of(workspace, common.anybody(workspace, person))
        policy = workspace.kept.consents
    if format is common.Format.JSON:
        from imgpolicy.wire.consent import consent_wire

        common.emit_json([consent_wire(consent) for consent in consents])
    else:
        rows = [(consent.id, consent.person, grants.consent_line(consent, policy)) for consent in consents]
        common.emit(common.table(("id", phrase("person"), phrase("consent")), rows))
    return Exit.GO


@app.command()
@grouped
def due(
    *,
    days: grants.DaysOption = 30,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    place: common.Place,
) -> int:
    """List what ends soon, or has ended while posts still rest on it, and those posts.

    After that, people on whom nothing rests any more: `person erase --nothing-rests` erases them.
    """
    from imgpolicy.service.grants import consents_due

    with place.open() as workspace:
        due = consents_due(workspace, days)
    if format is common.Format.JSON:
        from imgpolicy.wire.consent import due_wire

        common.emit_json([due_wire(item) for item in due])
        return Exit.GO
    rows = [
        (
            *(str(item.ends), item.person, item.why),
            "" if item.consent is None else item.consent.id,
            ", ".join(post.url for post in item.posts),
        )
        for item in due
    ]
    common.emit(
        common.table((phrase("day"), phrase("person"), phrase("what"), phrase("consent"), phrase("posts")), rows)
    )
    return Exit.GO


def _record(
    consent: Consent,
    place: common.Place,
    spoken: SaidOptions,
    *,
    notice: NoticeText | None = None,
    form: common.Format = common.Format.TEXT,
    yes: bool = False,
) -> Exit:
    """Record the statement with its proof, and say what follows."""
    from imgpolicy.service.grants import state_consent

    proof = grants.proof_of(spoken.evidence or ())
    with place.open() as workspace:
        person, speaker = common.whom(workspace, consent.person), common.anybody(workspace, consent.given_by)
        consent = replace(consent, person=person, given_by=speaker)
        if consent.denies:
            grants.accept_reach(workspace, consent, yes=yes)
        done = state_consent(workspace, consent, stated=spoken.day, proof=proof, notice=notice)
        policy = workspace.kept.consents
        people = [consent.person] if consent.denies else []
        found = grants.reached(workspace, done.takedowns, people=people)
    _say(done.consent, done.takedowns, form, policy, found)
    if done.alone:
        common.remark(
            phrase(
                "{person} is a minor: this covers nothing without a guardian's yes (--given-by)", person=consent.person
            )
        )
    for denial in done.ends:
        common.remark(
            phrase(
                "this ends what was {state} on {day}: where it was said before that,"
                " record it with --stated DATE, and mark this one with `imgpolicy consent entered-in-error`",
                state=grants.STATES[denial.state],
                day=str(policy.day(denial.at)),
            )
        )
    return Exit.GO


def _say(
    recorded: Consent, tasks: Sequence[Takedown], form: common.Format, policy: ConsentPolicy, found: Reached
) -> None:
    if form is common.Format.JSON:
        from imgpolicy.wire.consent import consent_wire
        from imgpolicy.wire.publication import takedown_wire

        wires = [takedown_wire(task) for task in tasks]
        common.emit_json({"consent": consent_wire(recorded), "takedowns": wires, **grants.reached_wire(found)})
        return
    common.say(
        phrase(
            "recorded {id}: {person}, {what}",
            id=recorded.id,
            person=recorded.person,
            what=grants.consent_line(recorded, policy),
        )
    )
    grants.emit_reached(tasks, found)


def _denied(channels: list[str] | None, purposes: list[str] | None) -> Scope:
    return Scope(channels=frozenset(channels or ()), purposes=frozenset(purposes or ()))
