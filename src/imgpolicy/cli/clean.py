"""`imgpolicy clean`: a copy that may be posted, judged again before it is written; else nothing is written."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgpolicy.cli import check, common, outputs
from imgpolicy.cli import posting as posting_options
from imgpolicy.errors import RemedyError
from imgpolicy.files import write_whole
from imgpolicy.language import Language, LanguageCode
from imgpolicy.text import printable

if TYPE_CHECKING:
    from imgpolicy.cleaning import Choose, Cleaned
    from imgpolicy.domain.geometry import Box
    from imgpolicy.picture import Picture
    from imgpolicy.report import Report


class Manner(StrEnum):
    """How something is covered; the remedy's own words, since that is loaded only when it is needed."""

    SOLID = "solid"
    MOSAIC = "mosaic"


def clean(
    picture: Annotated[str, typer.Argument(metavar="PICTURE", help="A picture, http(s) URL, or - for standard input.")],
    *,
    clean_copy: Annotated[Path, typer.Option("-o", metavar="OUT", help="The file for the clean copy.")],
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
    redact: Annotated[
        Manner, typer.Option("--redact", metavar="HOW", help="How faces and logos are covered: solid or mosaic.")
    ] = Manner.SOLID,
    crop: Annotated[
        str | None, typer.Option("--crop", metavar="L,T,R,B", help="Keep only this part, in pixels from the top left.")
    ] = None,
    interactive: Annotated[
        bool, typer.Option("--interactive", help="Ask about each finding, with a small picture of it.")
    ] = False,
    add_credit: Annotated[
        bool, typer.Option("--add-credit", help="Write the credit line that a licence asks for into file and caption.")
    ] = False,
    allow_review: Annotated[
        bool, typer.Option("--allow-review", help="Write it when somebody still has to look, too; exit code 3.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace OUT when it is there.")] = False,
    format: outputs.FormatOption = None,  # noqa: A002  # the option's name
    output: outputs.OutputOption = None,
    show_faces: outputs.ShowFacesOption = False,
    lang: common.LanguageOption = None,
    policy: common.PolicyOption = None,
    register: common.RegisterOption = None,
    allow_private_hosts: Annotated[
        bool, typer.Option("--allow-private-hosts", help="Fetch from private and loopback addresses too.")
    ] = False,
) -> int:
    """Write a copy that may be posted: metadata out, faces and logos covered. Exit code: that of check."""
    from imgpolicy import cleaning, sources
    from imgpolicy.checker import Checker
    from imgpolicy.domain.verdict import Verdict
    from imgpolicy.picture import load
    from imgpolicy.remedies.redact import Manner as How
    from imgpolicy.service.check import accept_posting

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
    keeps = None if crop is None else _box(crop)
    targets = outputs.targets(format or [], output or [])
    policy_file = common.find_policy(policy)
    _accept(clean_copy, [picture, str(policy_file)], force=force)
    outputs.spare(targets, [picture, str(policy_file), str(clean_copy)])
    with Checker.from_file(policy_file, register_url=register) as checker, _choosing(lang, asks=interactive) as choose:
        accept_posting(checker, posting)
        read = common.kept_files(checker.policy, register)
        _accept(clean_copy, read, force=force)
        outputs.spare(targets, read)
        name, data = sources.read(picture, allow_private_hosts=allow_private_hosts)
        loaded = load(data, name)
        wishes = cleaning.Wishes(
            choose=choose,
            keeps=keeps,
            manner=How(redact),
            add_credit=add_credit,
            at_most=Verdict.REVIEW if allow_review else Verdict.GO,
        )
        cleaned = cleaning.clean(checker, loaded, posting, wishes)
    if cleaned.data is None:
        nothing = common.language_of(lang).word("nothing was written, because of what is left")
        common.note(f"imgpolicy: {nothing}")
    else:
        _write(clean_copy, cleaned.data, source=picture)
    _tell(clean_copy, loaded, cleaned, targets, outputs.previews(targets, show_faces=show_faces), lang=lang)
    return check.exit_code([cleaned.last])


@contextmanager
def _choosing(lang: LanguageCode | None, *, asks: bool) -> Iterator[Choose]:
    """What chooses among the ways out: the user, or else the first that needs nobody."""
    from imgpolicy.cleaning import automatic

    if not asks:
        yield automatic
        return
    from imgpolicy.cli.interactive import Asking, accept_terminal, ended_by_signals

    accept_terminal()
    with ended_by_signals() as signals, tempfile.TemporaryDirectory(prefix="imgpolicy-") as folder:
        yield Asking(Path(folder), common.language_of(lang), signals)


def _box(text: str) -> Box:
    """The part to keep; a usage error when the text is not four numbers around something."""
    from imgpolicy.domain.geometry import Box

    try:
        left, top, right, bottom = (int(side) for side in text.split(","))
    except ValueError:
        common.usage_error("--crop is LEFT,TOP,RIGHT,BOTTOM in whole pixels, such as 0,0,800,600")
    if not (0 <= left < right and 0 <= top < bottom):
        common.usage_error("--crop is LEFT,TOP,RIGHT,BOTTOM with left before right and top before bottom")
    return Box(left, top, right, bottom)


def _accept(output: Path, read: list[str], *, force: bool) -> None:
    """Nothing, or a usage error when the copy would stand where something else must stay."""
    if outputs.is_one_of(output, read):
        common.usage_error(f"{output} is read by this command: name another -o OUT")
    if output.is_dir():
        common.usage_error(f"{output} is a folder: name a file in it")
    if os.path.lexists(output) and not force:
        common.usage_error(f"{output} is there already: name another -o OUT, or replace it with --force")


def _write(output: Path, data: bytes, *, source: str) -> None:
    """Write the copy whole or not at all, with the permissions of the picture that it was made of."""
    try:
        known = os.path.isfile(source) and not output.exists()  # noqa: PTH113  # says no to odd names
        write_whole(output, data, mode=stat.S_IMODE(Path(source).stat().st_mode) if known else None)
    except OSError as error:
        raise RemedyError(f"{output}: cannot be written ({error.strerror})") from error


def _tell(
    clean_copy: Path,
    original: Picture,
    cleaned: Cleaned,
    targets: Sequence[outputs.Target],
    preview: Callable[[Picture, Report], str | None] | None,
    *,
    lang: LanguageCode | None,
) -> None:
    """Say what was written and changed, and report on it where that is asked, or something is left."""
    from imgpolicy.render import Shown

    on_stdout = any(target.file is None and target.form != outputs.TEXT for target in targets)
    if cleaned.data is not None:
        say = common.note if on_stdout else common.emit
        say(_done(clean_copy, cleaned, common.language_of(lang)))
    asked = [target for target in targets if target.file or target.form != outputs.TEXT]
    left = outputs.targets([], []) if cleaned.last.findings and not on_stdout else []
    if not asked and not left:
        return
    before = Shown(cleaned.first, preview and preview(original, cleaned.first))
    after = Shown(cleaned.last, preview and preview(cleaned.picture, cleaned.last), before=before)
    outputs.write([after], [*asked, *left], lang)


def _done(clean_copy: Path, cleaned: Cleaned, language: Language) -> str:
    """What was written and changed, a line each, and the caption to post it with where that is a new one."""
    changes = "; ".join(language.say(change) for change in cleaned.last.changes) or language.word("a copy as it was")
    lines = [f"{clean_copy}: {cleaned.last.verdict.word}: {changes}"]
    if cleaned.caption is not None:
        lines += [language.word("caption:"), *cleaned.caption.splitlines()]
    return "".join(f"{printable(line, limit=10_000)}\n" for line in lines)
