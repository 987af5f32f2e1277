"""What `imgpolicy consent` and `imgpolicy licence` share: the options of a grant, and how one is shown."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgpolicy.cli import common
from imgpolicy.cli.common import told
from imgpolicy.domain.consent import Consent, ConsentKind, ConsentState, LegalBasis
from imgpolicy.domain.grant import Grant
from imgpolicy.domain.publication import Reached, Takedown
from imgpolicy.domain.scope import ANY, SCOPE_FIELDS, Dimension, Scope
from imgpolicy.phrase import Phrase, phrase

if TYPE_CHECKING:
    from imgpolicy.domain.speakers import ConsentPolicy
    from imgpolicy.service.archive import Places
    from imgpolicy.service.grants import Proof
    from imgpolicy.service.workspace import Workspace

ChannelOption = Annotated[
    list[str] | None, typer.Option(metavar="C", help=f"Channel; may be repeated; {ANY} for every one.")
]
PurposeOption = Annotated[
    list[str] | None, typer.Option(metavar="P", help=f"Purpose; may be repeated; {ANY} for every one.")
]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask at a terminal; elsewhere nothing is asked.")]
ReasonOption = Annotated[str, typer.Option(metavar="TEXT", help="Why, in a few words; stored encrypted.")]
UntilOption = Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Last day.")]
EvidenceOption = Annotated[
    list[Path] | None,
    typer.Option(metavar="FILE", help="File that proves it, such as a scan; stored encrypted; may be repeated."),
]
DaysOption = Annotated[int, typer.Option(min=0, max=36_500, help="How many days ahead to look.")]


@dataclass(frozen=True, kw_only=True)
class GrantOptions:
    """Options: what a consent or a licence covers, from when, until when, and how often."""

    channel: ChannelOption = None
    purpose: PurposeOption = None
    setting: Annotated[list[str] | None, typer.Option(metavar="S", help="Setting; private needs to be named.")] = None
    audience: Annotated[list[str] | None, typer.Option(metavar="A", help="Widest audience; else any.")] = None
    campaign: Annotated[list[str] | None, typer.Option(metavar="TEXT", help="Campaign; else any.")] = None
    territory: Annotated[list[str] | None, typer.Option(metavar="T", help="Country or region; else any.")] = None
    event: Annotated[list[str] | None, typer.Option(metavar="TEXT", help="Event it was taken at; else any.")] = None
    edit: Annotated[list[str] | None, typer.Option(metavar="TEXT", help="Kind of editing; else any.")] = None
    except_: Annotated[
        list[str] | None,
        typer.Option("--except", metavar="WHAT=WORD", help="What it does not cover, such as channel=facebook."),
    ] = None
    from_: Annotated[
        dt.datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], metavar="DATE", help="First day.")
    ] = None
    until: UntilOption = None
    max_publications: Annotated[int | None, typer.Option(metavar="N", help="For at most so many publications.")] = None

    @property
    def first_day(self) -> dt.date | None:
        """From when it is valid."""
        return self.from_.date() if self.from_ else None

    @property
    def last_day(self) -> dt.date | None:
        """Until when it is valid."""
        return self.until.date() if self.until else None

    def scope(self) -> Scope:
        """What it covers."""
        return Scope(
            channels=frozenset(self.channel or ()),
            purposes=frozenset(self.purpose or ()),
            campaigns=frozenset(self.campaign or ()),
            audiences=frozenset(self.audience or ()),
            territories=frozenset(self.territory or ()),
            settings=frozenset(self.setting or ()),
            events=frozenset(self.event or ()),
            edits=frozenset(self.edit or ()),
        )

    def excluded(self) -> Scope:
        """What it does not cover."""
        excluded: dict[str, frozenset[str]] = {}
        for option in self.except_ or ():
            what, _, word = option.partition("=")
            if what not in set(Dimension) or not word:
                common.usage_error(
                    phrase(
                        "--except {option}: write WHAT=WORD, WHAT being one of {known}",
                        option=repr(option),
                        known=", ".join(Dimension),
                    )
                )
            name = SCOPE_FIELDS[Dimension(what)]
            excluded[name] = excluded.get(name, frozenset()) | {word}
        return Scope(**excluded)

    def note_uncovered(self, noun: str) -> None:
        """Say so when it names no channel or no purpose, and so covers nothing."""
        note_uncovered(self.scope(), noun)


def note_uncovered(scope: Scope, noun: str) -> None:
    """Say so when a scope names no channel or no purpose, and so covers nothing."""
    missing = [phrase("channel")] * (not scope.channels) + [phrase("purpose")] * (not scope.purposes)
    if missing:
        named = (
            missing[0] if len(missing) == 1 else phrase("{first} and no {second}", first=missing[0], second=missing[1])
        )
        common.remark(
            phrase(
                "this {noun} names no {named}, so it covers nothing yet ({any} is for every one)",
                noun=noun,
                named=named,
                any=ANY,
            )
        )


_KINDS: Mapping[ConsentKind, Phrase] = {
    ConsentKind.PUBLICATION: phrase("publication"),
    ConsentKind.BIOMETRIC: phrase("biometric"),
}
STATES: Mapping[ConsentState, Phrase] = {
    ConsentState.REQUESTED: phrase("requested"),
    ConsentState.GIVEN: phrase("given"),
    ConsentState.RENEWED: phrase("renewed"),
    ConsentState.REFUSED: phrase("refused"),
    ConsentState.WITHDRAWN: phrase("withdrawn"),
    ConsentState.REVOKED: phrase("revoked"),
    ConsentState.INVALIDATED: phrase("invalidated"),
    ConsentState.OBJECTED: phrase("objected"),
    ConsentState.ENTERED_IN_ERROR: phrase("entered in error"),
}
"""What happened to a consent, in words for people."""
_SCOPES: Mapping[Dimension, Phrase] = {
    Dimension.CHANNEL: phrase("channels"),
    Dimension.PURPOSE: phrase("purposes"),
    Dimension.CAMPAIGN: phrase("campaigns"),
    Dimension.AUDIENCE: phrase("audiences"),
    Dimension.TERRITORY: phrase("territories"),
    Dimension.SETTING: phrase("settings"),
    Dimension.EVENT: phrase("events"),
    Dimension.EDIT: phrase("edits"),
}


def proof_of(paths: Sequence[Path]) -> list[Proof]:
    """The files that prove a statement, read."""
    from imgpolicy.service.grants import Proof

    return [Proof(name=path.name, content=common.read_file(path)) for path in paths]


def limits(grant: Grant) -> Iterator[str]:
    """In words of the reader's language, what a grant is limited to."""
    for dimension, words in grant.scope.items():
        if words:
            yield told(phrase("{what} {words}", what=_SCOPES[dimension], words=", ".join(sorted(words))))
    for dimension, words in grant.excluded.items():
        if words:
            yield told(phrase("not {what} {words}", what=_SCOPES[dimension], words=", ".join(sorted(words))))
    if grant.valid_from:
        yield told(phrase("from {day}", day=str(grant.valid_from)))
    if grant.valid_until:
        yield told(phrase("until {day}", day=str(grant.valid_until)))
    if grant.max_publications is not None:
        yield told(phrase("at most {count} publication(s)", count=grant.max_publications))


def consent_line(consent: Consent, policy: ConsentPolicy) -> str:
    """A consent record in one line of the reader's language, its day in the policy's time zone."""
    day = str(policy.day(consent.at))
    parts = [told(phrase("{kind} {state} on {day}", kind=_KINDS[consent.kind], state=STATES[consent.state], day=day))]
    if consent.basis is not LegalBasis.CONSENT:
        parts.append(told(phrase("on the basis of {basis}", basis=consent.basis.value)))
    if consent.about:
        parts.append(told(phrase("about {record}", record=consent.about)))
    parts += limits(consent)
    if consent.given_by:
        parts.append(told(phrase("by {person}", person=consent.given_by)))
    return "; ".join(parts)


def accept_reach(workspace: Workspace, denial: Consent, *, yes: bool) -> None:
    """Say what the denial reaches when it names no channel and no record, and ask at a terminal whether it is meant.

    typer.Abort when it is not.
    """
    if denial.scope.channels or denial.about is not None:
        return
    from imgpolicy.service.grants import reach

    reached = reach(workspace, denial)
    took = [
        phrase("{count} consent(s) end", count=len(reached.consents)),
        phrase("{count} post(s) must come down", count=len(reached.posts)),
    ]
    took += [phrase("{count} face vector(s) are deleted", count=reached.faces)] if reached.faces else []
    if reached.pictures:
        took.append(phrase("{count} picture(s) of the archive are judged again", count=reached.pictures))
    how = phrase("on every channel") if denial.scope else phrase("in full")
    common.remark(
        phrase(
            "{kind} {state} {how} for {person}: {took}",
            kind=_KINDS[denial.kind],
            state=STATES[denial.state],
            how=how,
            person=denial.person,
            took=", ".join(map(told, took)),
        )
    )
    for consent in reached.consents:
        common.note(f"  {consent.id}: {consent_line(consent, workspace.kept.consents)}")
    for post in reached.posts:
        common.note(f"  {post.channel}: {post.url}")
    if reached.nothing or yes:
        return
    if common.is_terminal(sys.stdin) and common.is_terminal(sys.stderr):
        typer.confirm(told(phrase("record it?")), abort=True, err=True)


def reached(
    workspace: Workspace, tasks: Sequence[Takedown], *, people: Sequence[str] = (), works: Sequence[str] = ()
) -> Reached:
    """What is reached in the archive: the pictures that show these, or may, and those of the posts to take down."""
    if not workspace.register.has_archive:
        return Reached()
    from imgpolicy.service import archive

    return reached_in(workspace, archive.concerned(workspace, people=people, works=works), tasks)


def reached_in(workspace: Workspace, places: Places, tasks: Sequence[Takedown]) -> Reached:
    """What is reached in these places, and where the posts to take down are; what was recorded before stays."""
    if not workspace.register.has_archive:
        return Reached()
    from imgpolicy.service.reached import reached

    found = reached(workspace, places, [task.publication for task in tasks])
    if found.trouble is not None:
        remark_not_judged(found.trouble)
    return found


def remark_not_judged(reason: str) -> None:
    """Say why the archive was not judged again."""
    common.remark(phrase("the archive was not judged again ({reason}): run `imgpolicy audit --again`", reason=reason))


def reached_wire(found: Reached) -> dict[str, object]:
    """What was reached in the archive, as programs read it: `archive` and `copies`, these by the ids of posts."""
    from imgpolicy.wire.values import safe_text

    return {
        "archive": [safe_text(name) for name in found.fallen],
        "copies": {post: [safe_text(name) for name in names] for post, names in found.copies.items()},
    }


def emit_reached(tasks: Sequence[Takedown], found: Reached) -> None:
    """Write what must come down, where the archive has it too, and what is no go any more."""
    emit_takedowns(tasks)
    emit_copies(tasks, found)
    emit_fallen(found.fallen)


def emit_fallen(names: Sequence[str]) -> None:
    """Name the pictures of the archive that are no go any more."""
    if names:
        common.say(phrase("no go any more, in the archive: {count}", count=len(names)))
    for name in names:
        common.say(f"  {name}")


def emit_copies(tasks: Sequence[Takedown], found: Reached) -> None:
    """Write where the archive has what must come down."""
    for task in tasks:
        names = found.copies.get(task.publication.id, ())
        if names:
            common.say(phrase("{task} is in the archive, or a copy of it: {count}", task=task.id, count=len(names)))
        for name in names:
            common.say(f"  {name}")


def emit_takedowns(tasks: Sequence[Takedown]) -> None:
    """Write what must come down, when something must."""
    if tasks:
        rows = [(task.id, task.publication.channel, task.publication.url) for task in tasks]
        common.emit(
            told(phrase("these posts must come down:\n"))
            + common.table((phrase("task"), phrase("channel"), phrase("post")), rows)
        )
