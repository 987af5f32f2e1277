"""`imgpolicy request`: ask people for their consent by a link, and say whose the answers are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgpolicy.cli import common
from imgpolicy.cli.exits import Exit
from imgpolicy.cli.options import grouped
from imgpolicy.domain.request import PERSONAL_DAYS
from imgpolicy.phrase import phrase

if TYPE_CHECKING:
    from imgpolicy.service.asking import Asked
    from imgpolicy.service.mailing import Mailed

app = typer.Typer()

FormOption = Annotated[str, typer.Option("--form", metavar="FORM", help="Name of the form.")]
ByOption = Annotated[str, typer.Option("--by", metavar="NAME", help="Who asks; stored encrypted.")]
DaysOption = Annotated[int, typer.Option("--days", metavar="N", help="For how many days the link holds.")]
AddressOption = Annotated[
    str | None, typer.Option("--address", metavar="URL", help="What links begin with; else what the policy says.")
]
MailOption = Annotated[bool, typer.Option("--mail", help="Send each link by mail; print what could not be sent.")]
QrOption = Annotated[
    Path | None, typer.Option("--qr", metavar="FILE", help="Write the link as a QR code too, an SVG to print.")
]
RequestArgument = Annotated[
    str, typer.Argument(metavar="REQUEST", help="Id of the request, as `request list` shows it.")
]
AnswerArgument = Annotated[
    str, typer.Argument(metavar="ANSWER", help="Id of the answer, as `request answers` shows it.")
]
PicturedArgument = Annotated[
    str, typer.Argument(metavar="ANSWER", help="Id of the answer, as `request portraits` shows it.")
]
SayingOption = Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so; stored encrypted.")]
SecondOption = Annotated[
    str | None, typer.Option("--second", metavar="NAME", help="A second person, where the policy asks for one.")
]


@app.command()
@grouped
def person(
    people: Annotated[list[str], typer.Argument(metavar="PERSON...", help="Ids or names of those who are asked.")],
    *,
    form: FormOption,
    by: ByOption,
    lang: common.LanguageOption = None,
    days: DaysOption = PERSONAL_DAYS,
    occasion: Annotated[
        str | None, typer.Option("--occasion", metavar="TEXT", help="Why they are asked now; stored encrypted.")
    ] = None,
    mail: MailOption = False,
    address: AddressOption = None,
    place: common.Place,
) -> int:
    """Ask people, or a child's guardians, each by a link of their own, which is printed now and never again."""
    from imgpolicy.service import asking, mailing

    how = asking.Asking(form=form, by=by, language=lang and lang.value, days=days, occasion=occasion)
    with place.open() as workspace:
        begins = asking.links_begin(workspace, address)
        if mail:
            mailing.accept_mail(workspace)
        asked = [common.whom(workspace, one) for one in people]
        made = [one for person_ in asked for one in asking.ask(workspace, person_, how)]
        sent = mailing.mail_links(workspace, begins, made) if mail else ()
    return _tell(begins, made, sent)


@app.command()
@grouped
def renew(
    *,
    form: FormOption,
    by: ByOption,
    lang: common.LanguageOption = None,
    days: DaysOption = PERSONAL_DAYS,
    mail: MailOption = False,
    address: AddressOption = None,
    place: common.Place,
) -> int:
    """Ask everybody anew whose yes ends soon, and who is not being asked: each by a link of their own."""
    from imgpolicy.service import asking, mailing, renewing

    how = asking.Asking(form=form, by=by, language=lang and lang.value, days=days)
    with place.open() as workspace:
        begins = asking.links_begin(workspace, address)
        asking.form(workspace, form)
        if mail:
            mailing.accept_mail(workspace)
        done = renewing.ask_anew(workspace, how)
        sent = mailing.mail_links(workspace, begins, done.asked) if mail else ()
    for left in done.left:
        common.remark(phrase("{person} was not asked: {why}", person=left.person, why=left.why))
    told = _tell(begins, done.asked, sent)
    return Exit.FAILED if done.left else told


@app.command()
@grouped
def remind(*, place: common.Place) -> int:
    """Send what the policy asks for: reminders of open requests, and requests before a yes ends. For a timer."""
    from imgpolicy.service import reminding

    with place.open() as workspace:
        done = reminding.remind(workspace)
    for left in done.anew.left:
        common.remark(phrase("{person} was not asked: {why}", person=left.person, why=left.why))
    for one in done.mailed:
        request = one.asked.request
        if one.why is None:
            common.say(phrase("{id} {who}: sent", id=request.id, who=request.speaker or request.person or ""))
        else:
            common.remark(phrase("{id} was not sent: {why}", id=request.id, why=one.why))
    return Exit.FAILED if done.anew.left or any(one.why for one in done.mailed) else Exit.GO


def _tell(begins: str, made: Sequence[Asked], sent: Sequence[Mailed]) -> Exit:
    """Print each link, or that it was sent; the exit code says whether all that was to be sent was taken."""
    from imgpolicy.service.asking import link_of

    taken = {one.asked.request.id for one in sent if one.why is None}
    for asked in made:
        said = phrase("sent") if asked.request.id in taken else link_of(begins, asked)
        common.say(f"{asked.request.id} {asked.request.speaker or asked.request.person}: {said}")
    for one in sent:
        if one.why is not None:
            common.remark(phrase("{id} was not sent: {why}", id=one.asked.request.id, why=one.why))
    return Exit.FAILED if len(taken) < len(sent) else Exit.GO


@app.command()
@grouped
def many(
    *,
    form: FormOption,
    by: ByOption,
    occasion: Annotated[
        str, typer.Option("--occasion", metavar="TEXT", help="What the link is for; stored encrypted.")
    ],
    lang: common.LanguageOption = None,
    days: DaysOption = PERSONAL_DAYS,
    qr: QrOption = None,
    address: AddressOption = None,
    place: common.Place,
) -> int:
    """Make one link that many use, as at an event. A yes by it covers nobody until somebody says whose it is."""
    from imgpolicy.render.qr import qr_svg
    from imgpolicy.service import asking

    how = asking.Asking(form=form, by=by, language=lang and lang.value, days=days, occasion=occasion)
    with place.open() as workspace:
        begins = asking.links_begin(workspace, address)
        asked = asking.ask_by_one_link(workspace, how)
        link = asking.link_of(begins, asked)
        if qr is not None:
            common.write_private({qr: qr_svg(link)}, workspace, force=False)
    common.say(f"{asked.request.id}: {link}")
    return Exit.GO


@app.command("list")
@grouped
def list_requests(
    person_: common.AnybodyArgument = None,
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    place: common.Place,
) -> int:
    """List who was asked, and what became of it. Links are not among it: they are shown once."""
    import datetime as dt

    from imgpolicy.service import asking

    with place.open() as workspace:
        found = asking.requests(workspace, common.anybody(workspace, person_))
        day = workspace.kept.consents.day
    if format is common.Format.JSON:
        from imgpolicy.wire.request import request_wire

        now = dt.datetime.now(dt.UTC)
        common.emit_json([request_wire(one.request, now) for one in found])
        return Exit.GO
    rows = [
        (
            one.request.id,
            one.request.speaker or one.request.person or "many",
            one.request.person or "",
            f"{one.form.name}-{one.form.number}",
            one.state.value,
            str(day(one.request.ends)),
            one.request.occasion or "",
        )
        for one in found
    ]
    common.emit(
        common.table(
            (
                phrase("request"),
                phrase("asked"),
                phrase("about"),
                phrase("form"),
                phrase("state"),
                phrase("until"),
                phrase("occasion"),
            ),
            rows,
        )
    )
    return Exit.GO


@app.command()
@grouped
def resend(request: RequestArgument, *, address: AddressOption = None, place: common.Place) -> int:
    """Make another link of an open request: the former leads nowhere any more."""
    from imgpolicy.service import asking

    with place.open() as workspace:
        begins = asking.links_begin(workspace, address)
        asked = asking.resend(workspace, request)
        link = asking.link_of(begins, asked)
    common.say(f"{asked.request.id}: {link}")
    return Exit.GO


@app.command()
@grouped
def revoke(request: RequestArgument, *, place: common.Place) -> int:
    """Take an open request back: its link leads nowhere any more."""
    from imgpolicy.service import asking

    with place.open() as workspace:
        revoked = asking.revoke(workspace, request)
    common.say(phrase("took back {id}", id=revoked.id))
    return Exit.GO


@app.command()
@grouped
def answers(
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    place: common.Place,
) -> int:
    """List the answers of which nobody said yet whose they are."""
    from imgpolicy.service import asking

    with place.open() as workspace:
        found = asking.unconfirmed(workspace)
        day = workspace.kept.consents.day
    if format is common.Format.JSON:
        from imgpolicy.wire.request import answer_wire

        common.emit_json([answer_wire(one) for one in found])
        return Exit.GO
    rows = [
        (one.id, str(day(one.at)), one.said.name, one.said.child or "", str(len(one.said.yes)), str(len(one.said.no)))
        for one in found
    ]
    common.emit(
        common.table(
            (phrase("answer"), phrase("day"), phrase("name"), phrase("child"), phrase("yes"), phrase("no")), rows
        )
    )
    return Exit.GO


@app.command()
@grouped
def confirm(
    answer: AnswerArgument,
    person_: common.PersonArgument,
    *,
    by: SayingOption,
    how: Annotated[str, typer.Option("--how", metavar="TEXT", help="How they know; stored encrypted.")],
    guardian: Annotated[
        str | None, typer.Option("--guardian", metavar="WHO", help="The guardian who answered for the child.")
    ] = None,
    second: SecondOption = None,
    place: common.Place,
) -> int:
    """Say whose an answer is: what was allowed by it covers from then on."""
    from imgpolicy.service import confirming

    with place.open() as workspace:
        word = confirming.Word(by=by, how=how, second=second)
        person_, speaker = common.whom(workspace, person_), common.anybody(workspace, guardian)
        known = confirming.confirm(workspace, answer, person_, word, speaker=speaker)
    common.say(phrase("recorded {consents} statement(s) of {person_}", consents=len(known.consents), person_=person_))
    return Exit.GO


@app.command()
@grouped
def discard(
    answer: AnswerArgument,
    *,
    by: SayingOption,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; stored encrypted.")],
    second: SecondOption = None,
    place: common.Place,
) -> int:
    """Let go of an answer that nobody here gave."""
    from imgpolicy.service import confirming

    with place.open() as workspace:
        confirming.discard(workspace, answer, confirming.Word(by=by, how=reason, second=second))
    common.say(phrase("let go of {answer}", answer=answer))
    return Exit.GO


@app.command()
@grouped
def portraits(
    *,
    format: common.FormatOption = common.Format.TEXT,  # noqa: A002  # the option's name
    place: common.Place,
) -> int:
    """List the photographs of faces that came with answers, and at which nobody has looked yet."""
    from imgpolicy.service import learning

    with place.open() as workspace:
        found = learning.portraits(workspace)
        day = workspace.kept.consents.day
    if format is common.Format.JSON:
        from imgpolicy.wire.request import PortraitWire

        common.emit_json(
            [PortraitWire(answer=one.answer, person=one.person, name=one.name, at=one.at) for one in found]
        )
        return Exit.GO
    rows = [(one.answer, str(day(one.at)), one.person, one.name) for one in found]
    common.emit(common.table((phrase("answer"), phrase("day"), phrase("person"), phrase("name")), rows))
    return Exit.GO


@app.command()
@grouped
def portrait(
    answer: PicturedArgument,
    *,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write it, as a JPEG.")],
    place: common.Place,
) -> int:
    """Write the photograph of a face that came with an answer to a file, to look at it."""
    from imgpolicy.service import learning

    with place.open() as workspace:
        common.write_private({output: learning.portrait_with(workspace, answer)}, workspace, force=False)
    return Exit.GO


@app.command()
@grouped
def learn(answer: PicturedArgument, *, place: common.Place) -> int:
    """Learn the face that came with an answer, once you saw that it is theirs; its photograph is deleted then."""
    from imgpolicy.service import learning

    with place.open() as workspace:
        done = learning.learn_portrait(workspace, answer)
    common.say(phrase("learnt; {held} face(s) of them are held", held=done.held))
    return Exit.GO


@app.command()
@grouped
def drop(answer: PicturedArgument, *, place: common.Place) -> int:
    """Delete the photograph of a face that came with an answer: it is not theirs, or is not to be learnt."""
    from imgpolicy.service import learning

    with place.open() as workspace:
        learning.drop_portrait(workspace, answer)
    common.say(phrase("deleted"))
    return Exit.GO
