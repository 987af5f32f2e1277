"""`imgpolicy check`: the main job."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from imgpolicy.cli import common, outputs
from imgpolicy.cli import posting as posting_options
from imgpolicy.errors import PictureError

if TYPE_CHECKING:
    from imgpolicy.checker import Checker
    from imgpolicy.domain.decision import Release
    from imgpolicy.domain.posting import Posting
    from imgpolicy.language import Language
    from imgpolicy.picture import Picture
    from imgpolicy.policy import Policy
    from imgpolicy.register.register import Register
    from imgpolicy.render import Shown
    from imgpolicy.report import Report

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
    if publish is not None and len(names) > 1:
        common.usage_error("--publish is for one picture: each has an address of its own")
    release = _release(release_by, reason, second)
    with Checker.from_file(policy_file, register_url=register) as checker:
        common.accept_posting(checker, posting)
        _check_release(release, checker.policy)
        outputs.spare(targets, common.kept_files(checker.policy, register))
        previews = outputs.previews(targets, show_faces=show_faces)
        shown = list(_shown(checker, names, posting, previews, allow_private_hosts=allow_private_hosts))
        reports = _keep(checker.register, [one.report for one in shown], release, language, url=publish, record=record)
    _note_idle(checker.policy, pictures, reports, language)
    outputs.write([replace(one, report=report) for one, report in zip(shown, reports, strict=True)], targets, lang)
    code = exit_code(reports)
    return GO if exit_zero and code != FAILED else code


def _release(by: str | None, reason: str | None, second: str | None) -> Release | None:
    """The release that the options ask for; each needs the others."""
    from imgpolicy.domain.decision import Release

    if by is None:
        if reason is not None or second is not None:
            common.usage_error("--reason and --second go with --release-by")
        return None
    names = [" ".join(name.split()).casefold() for name in (by, second or "")]
    if not names[0] or not (reason or "").strip():
        common.usage_error("a release needs a name and a reason: --release-by NAME --reason TEXT")
    if names[0] == names[1] or (second is not None and not names[1]):
        common.usage_error("--second is another person than --release-by")
    return Release(by=by, reason=reason or "", second=second)


def _check_release(release: Release | None, policy: Policy) -> None:
    if release is not None and policy.second_person and release.second is None:
        common.usage_error("the policy asks for a second person to release a picture: name her with --second")


def _keep(
    register: Register,
    reports: list[Report],
    release: Release | None,
    language: Language,
    *,
    url: str | None,
    record: bool,
) -> list[Report]:
    """The reports, released where that is asked; what is to be kept of them is in the register when this returns."""
    from imgpolicy.domain.verdict import Verdict

    if release is None and url is None and not record:
        return reports
    from imgpolicy import recording

    if release is not None:
        reports = [recording.released(report, release) for report in reports]
    with register.writing() as unit:
        for report in reports:
            if record or report.release is not None:
                recording.record(unit, report)
            if url is not None and report.verdict is Verdict.GO:
                done = language.word("recorded as {id}", id=recording.publish(unit, report, url).id)
                common.note(f"imgpolicy: {done}")
            elif url is not None:
                done = language.word("not recorded as posted: the answer is not go")
                common.note(f"imgpolicy: {done}")
    return reports


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


def _shown(
    checker: Checker,
    names: list[str],
    posting: Posting,
    preview: Callable[[Picture, Report], str | None] | None,
    *,
    allow_private_hosts: bool,
) -> Iterator[Shown]:
    """The report on each picture, with the picture where a report is to show it."""
    from imgpolicy import sources
    from imgpolicy.picture import load
    from imgpolicy.render import Shown

    posting = checker.policy.complete(posting)
    for name in _with_progress(names):
        try:
            read_as, data = sources.read(name, allow_private_hosts=allow_private_hosts)
            picture = load(data, read_as)
        except PictureError as error:
            common.note(f"imgpolicy: {error}")
            yield Shown(checker.unreadable(sources.name_of(name), error, posting))
        else:
            report = checker.check(picture, posting)
            yield Shown(report, preview and preview(picture, report))


def _with_progress(names: list[str]) -> Iterable[str]:
    """The names, with a bar on a terminal's standard error when there are many."""
    if len(names) < 5 or not sys.stderr.isatty():
        return names
    from rich.console import Console
    from rich.progress import track

    return track(names, description="checking", console=Console(stderr=True), transient=True)
