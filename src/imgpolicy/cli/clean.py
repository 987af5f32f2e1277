"""`imgpolicy clean`: a copy that may be posted, judged again before it is written; else nothing is written."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import unquote

import typer

from imgpolicy.cli import check, common, outputs
from imgpolicy.cli import posting as posting_options
from imgpolicy.errors import RemedyError
from imgpolicy.files import write_whole
from imgpolicy.text import printable

if TYPE_CHECKING:
    from imgpolicy.cleaning import Cleaned
    from imgpolicy.policy import Policy


def clean(
    picture: Annotated[str, typer.Argument(metavar="PICTURE", help="A picture, http(s) URL, or - for standard input.")],
    *,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="OUT", help="The file for the clean copy.")],
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
    add_credit: Annotated[
        bool, typer.Option("--add-credit", help="Write the credit line that a licence asks for into file and caption.")
    ] = False,
    allow_review: Annotated[
        bool, typer.Option("--allow-review", help="Write it when somebody still has to look, too; exit code 3.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace OUT when it is there.")] = False,
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
    allow_private_hosts: Annotated[
        bool, typer.Option("--allow-private-hosts", help="Fetch from private and loopback addresses too.")
    ] = False,
) -> int:
    """Write a copy without metadata that gives people away, if it may then be posted. Exit code: that of check."""
    from imgpolicy import cleaning, sources
    from imgpolicy.checker import Checker
    from imgpolicy.picture import load
    from imgpolicy.render.html import Shown
    from imgpolicy.report import Verdict

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
    policy_file = common.find_policy(policy)
    _accept(output, [picture, str(policy_file)], force=force)
    with Checker.from_file(policy_file, register_url=register) as checker:
        common.accept_posting(checker, posting)
        _accept(output, [str(checker.policy.key_file), *_register_file(checker.policy, register)], force=force)
        name, data = sources.read(picture, allow_private_hosts=allow_private_hosts)
        cleaned = cleaning.clean(
            checker,
            load(data, name),
            posting,
            add_credit=add_credit,
            at_most=Verdict.REVIEW if allow_review else Verdict.GO,
        )
    if cleaned.data is None:
        common.note("imgpolicy: nothing was written, because of what is left")
    else:
        _write(output, cleaned.data, source=picture)
        common.emit(_done(output, cleaned))
    if cleaned.last.findings:
        outputs.write([Shown(cleaned.last)], [outputs.Target(outputs.ReportFormat.TEXT, None)])
    return check.exit_code([cleaned.last])


def _accept(output: Path, read: list[str], *, force: bool) -> None:
    """Nothing, or a usage error when the copy would stand where something else must stay."""
    if outputs.is_one_of(output, read):
        common.usage_error(f"{output} is read by this command: name another -o OUT")
    if output.is_dir():
        common.usage_error(f"{output} is a folder: name a file in it")
    if os.path.lexists(output) and not force:
        common.usage_error(f"{output} is there already: name another -o OUT, or replace it with --force")


def _register_file(policy: Policy, url: str | None) -> list[str]:
    """The register's file; none when it is on a server."""
    from imgpolicy.checker import register_url

    scheme, _, path = register_url(policy, url).partition(":///")
    return [unquote(path)] if scheme == "sqlite" else []


def _write(output: Path, data: bytes, *, source: str) -> None:
    """Write the copy whole or not at all, with the permissions of the picture that it was made of."""
    try:
        known = os.path.isfile(source) and not output.exists()  # noqa: PTH113  # says no to odd names
        write_whole(output, data, mode=stat.S_IMODE(Path(source).stat().st_mode) if known else None)
    except OSError as error:
        raise RemedyError(f"{output}: cannot be written ({error.strerror})") from error


def _done(output: Path, cleaned: Cleaned) -> str:
    """What was written and changed, a line each, and the caption to post it with where that is a new one."""
    changes = "; ".join(cleaned.changes) or "a copy as it was"
    lines = [f"{output}: {cleaned.last.verdict.word}: {changes}"]
    if cleaned.caption is not None:
        lines += ["caption:", *cleaned.caption.splitlines()]
    return "".join(f"{printable(line, limit=10_000)}\n" for line in lines)
