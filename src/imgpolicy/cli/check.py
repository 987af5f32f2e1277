"""`imgpolicy check`: the main job."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from imgpolicy.cli import common, outputs
from imgpolicy.cli import posting as posting_options
from imgpolicy.errors import PictureError

if TYPE_CHECKING:
    from imgpolicy.domain.decision import Release
    from imgpolicy.language import Language
    from imgpolicy.policy import Policy
    from imgpolicy.report import Report
    from imgpolicy.service.check import Checked

GO, NO_GO, REVIEW, FAILED = 0, 1, 3, 4


def check(
    pictures: Annotated[
        list[str],
        typer.Argument(metavar="PICTURE", help="Pictures, folders, http(s) URLs, or - for standard input."),
    ],
    *,
    channel: posting_options.Channel = None,
    role: posting_options.RoleOption = None,
    actor: posting_options.Actor = None,
    purpose: posting_options.Purpose = None,
    audience: posting_options.Audience = None,
    setting: posting_options.Setting = None,
    caption: posting_options.Caption = None,
    origin: posting_options.OriginOption = None,
    person: posting_options.Person = None,
    campaign: posting_options.Campaign = None,
    territory: posting_options.Territory = None,
    event: posting_options.Event = None,
    edit: posting_options.Edit = None,
    on: posting_options.Day = None,
    format: outputs.FormatOption = None,  # noqa: A002  # the option's name
    output: outputs.OutputOption = None,
    show_faces: outputs.ShowFacesOption = False,
    record: Annotated[bool, typer.Option("--record", help="Keep the decision in the register.")] = False,
    publish: Annotated[
        str | None, typer.Option(metavar="URL", help="Record it as posted there, when the answer is go.")
    ] = None,
    release_by: Annotated[
        str | None, typer.Option(metavar="NAME", help="Let it go against its findings; this name answers for it.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why it is released.")] = None,
    second: Annotated[str | None, typer.Option(metavar="NAME", help="Second person who agrees to the release.")] = None,
    lang: common.LanguageOption = None,
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
    allow_private_hosts: Annotated[
        bool, typer.Option("--allow-private-hosts", help="Fetch from private and loopback addresses too.")
    ] = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit 0 whatever the verdict.")] = False,
) -> int:
    """May these pictures be posted? Exit code: 0 go, 1 no-go, 3 review, 4 a picture could not be read."""
    from imgpolicy.checker import Checker
    from imgpolicy.render import Shown
    from imgpolicy.service.check import CheckRequest, check_pictures

    posting = posting_options.posting_of(
        channel=channel,
        role=role,
        actor=actor,
        purpose=purpose,
        audience=audience,
        setting=setting,
        caption=caption,
        origin=origin,
        person=person,
        campaign=campaign,
        territory=territory,
        event=event,
        edit=edit,
        on=on,
    )
    targets = outputs.targets(format or [], output or [])
    language = common.language_of(lang)
    names = _expand(pictures, language)
    policy_file = common.find_policy(policy)
    outputs.spare(targets, [*names, str(policy_file)])
    request = CheckRequest(
        posting=posting,
        release=_release(release_by, reason, second),
        record=record,
        url=publish,
        allow_private_hosts=allow_private_hosts,
    )
    with Checker.from_file(policy_file, register_url=register) as checker:
        outputs.spare(targets, common.kept_files(checker.policy, register))
        checked = check_pictures(
            checker,
            names,
            request,
            see=outputs.previews(targets, show_faces=show_faces),
            tracked=_with_progress,
        )
    reports = [one.report for one in checked]
    _note_unreadable(reports)
    _note_published(checked, publish, language)
    _note_idle(checker.policy, pictures, reports, language)
    outputs.write([Shown(one.report, one.seen) for one in checked], targets, lang)
    code = exit_code(reports)
    return GO if exit_zero and code != FAILED else code


def _release(by: str | None, reason: str | None, second: str | None) -> Release | None:
    """The release that the options ask for; each needs the others."""
    from imgpolicy.domain.decision import Release

    if by is None:
        if reason is not None or second is not None:
            common.usage_error("--reason and --second go with --release-by")
        return None
    return Release(by=by, reason=reason or "", second=second)


def _note_unreadable(reports: Sequence[Report]) -> None:
    """Say on standard error which pictures could not be read, and why."""
    for report in reports:
        if not report.readable:
            for unknown in report.not_checked:
                common.note(f"imgpolicy: {unknown.reason}")


def _note_published(checked: Sequence[Checked], url: str | None, language: Language) -> None:
    if url is None:
        return
    for one in checked:
        if one.publication is not None:
            said = language.word("recorded as {id}", id=one.publication)
        else:
            said = language.word("not recorded as posted: the answer is not go")
        common.note(f"imgpolicy: {said}")


def exit_code(reports: Sequence[Report]) -> int:
    """The worst of the reports: 4 over no-go over review over go."""
    from imgpolicy.domain.verdict import Verdict

    if not all(report.readable for report in reports):
        return FAILED
    worst = max(report.verdict for report in reports)
    return {Verdict.GO: GO, Verdict.REVIEW: REVIEW, Verdict.NO_GO: NO_GO}[worst]


def _note_idle(policy: Policy, arguments: list[str], reports: Sequence[Report], language: Language) -> None:
    """Name the waivers of these pictures that have ended, and where a folder was given those of none of them."""
    from imgpolicy.domain.posting import today

    folder = any(os.path.isdir(argument) for argument in arguments)  # noqa: PTH112  # says no to odd names
    seen = {report.picture.sha256 for report in reports}
    for waiver in policy.waivers:
        picture = f"{waiver.picture[:12]}…"
        if waiver.picture in seen and waiver.until < today():
            ended = language.word(
                "the waiver of {code} for {picture} ended on {day}",
                code=waiver.code,
                picture=picture,
                day=waiver.until.isoformat(),
            )
            common.note(f"imgpolicy: {ended}")
        elif waiver.picture not in seen and folder:
            idle = language.word(
                "no picture here is {picture}, for which {code} is waived", code=waiver.code, picture=picture
            )
            common.note(f"imgpolicy: {idle}")


def _expand(arguments: list[str], language: Language) -> list[str]:
    from imgpolicy import sources

    names: list[str] = []
    for argument in arguments:
        pictures, passed_over = sources.expand(argument)
        names += pictures
        for other in passed_over:
            passed = language.word("passed over {what}", what=other)
            common.note(f"imgpolicy: {passed}")
    if not names:
        raise PictureError(f"no pictures in {', '.join(arguments)}")
    return names


def _with_progress(names: Sequence[str]) -> Iterable[str]:
    """The names, with a bar on a terminal's standard error when there are many."""
    if len(names) < 5 or not sys.stderr.isatty():
        return names
    from rich.console import Console
    from rich.progress import track

    return track(names, description="checking", console=Console(stderr=True), transient=True)
