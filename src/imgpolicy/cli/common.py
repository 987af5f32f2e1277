"""What the commands share: options, finding the policy, opening the register, and writing results."""

from __future__ import annotations

import contextlib
import io
import os
import shlex
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TextIO
from urllib.parse import urlsplit

import typer

from imgpolicy.language import Language, LanguageCode, from_environment, language
from imgpolicy.phrase import phrase, reason_of
from imgpolicy.policy_place import FILE_NAME, find
from imgpolicy.presets import PresetName
from imgpolicy.text import printable, printable_json

if TYPE_CHECKING:
    from rich.console import Console

    from imgpolicy.render import Terminal
    from imgpolicy.service.workspace import Place as WorkspacePlace
    from imgpolicy.service.workspace import Workspace


_LONGEST_LINE = 10_000


class Format(StrEnum):
    """How a result is written."""

    TEXT = "text"
    JSON = "json"


PolicyOption = Annotated[
    Path | None,
    typer.Option(
        "--policy", metavar="FILE", envvar="IMGPOLICY_POLICY", help=f"Policy file; else {FILE_NAME} here or above."
    ),
]
LanguageOption = Annotated[
    LanguageCode | None,
    typer.Option("--lang", metavar="L", help="Language of what people read: en or da; else the environment's."),
]
PrivateHostsOption = Annotated[
    bool, typer.Option("--allow-private-hosts", help="Fetch from private and loopback addresses too.")
]
JobsOption = Annotated[
    int,
    typer.Option("--jobs", min=1, metavar="N", help="How many pictures are looked at at once."),
]
PresetOption = Annotated[
    PresetName,
    typer.Option("--preset", metavar="P", help="Policy to start with: strict, public-institution or small-club."),
]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace the file when it is there.")]
WHOM = "Their id, or their name where it is theirs alone."
PersonArgument = Annotated[str, typer.Argument(metavar="PERSON", help=WHOM)]
AnybodyArgument = Annotated[
    str | None, typer.Argument(metavar="PERSON", help="Id or name of one person; else everybody.", show_default=False)
]
FormatOption = Annotated[Format, typer.Option("--format", metavar="F", help="How the result is written: text or json.")]


def language_of(code: LanguageCode | None) -> Language:
    """The language asked for, else that of the environment: for what people read."""
    return from_environment(os.environ) if code is None else language(code)


class UsageProblem(typer.TyperException):
    """The words of the command line are wrong in a way that only the command itself can see."""


def usage_error(message: str) -> NoReturn:
    """Stop with exit code 2: the words of the command line are wrong."""
    raise UsageProblem(message)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Options: which policy, and which register."""

    policy: PolicyOption = None
    register: Annotated[
        str | None, typer.Option("--register", help="URL of the register, instead of the policy's.", metavar="URL")
    ] = None

    @property
    def repeated(self) -> str:
        """What proposed commands state besides, to reach the same: the policy and register that are named."""
        return stated(policy=self.policy, register=self.register)

    @property
    def policy_file(self) -> Path:
        """The policy file; PolicyError when there is none."""
        return find(self.policy)

    def elsewhere(self) -> WorkspacePlace:
        """The same, for another process to open."""
        from imgpolicy.service.workspace import Place as WorkspacePlace

        return WorkspacePlace(policy_file=str(self.policy_file), register_url=self.register)

    def open(self) -> Workspace:
        """The policy and its register, open; a context manager."""
        from imgpolicy.service.workspace import Workspace

        workspace = Workspace.open(self.policy_file, register_url=self.register)
        for line in workspace.cautions():
            remark(line)
        return workspace


def stated(*, policy: Path | None, register: str | None = None) -> str:
    """The options of a policy and a register, as a shell takes them; a word for what is secret or fits on no line.

    The policy is named as reports name it, without the name of anybody's home.
    """
    from imgpolicy.files import shortly

    words = []
    if policy is not None:
        short = shortly(policy)
        below = short.removeprefix("~/")
        home = "" if below == short else "~/"  # which a shell follows only where it is not quoted
        words += ["--policy", f"{home}{shlex.quote(below)}" if short.isprintable() else "FILE"]
    if register is not None:
        words += ["--register", "URL" if _is_secret(register) else shlex.quote(register)]
    return " ".join(words)


def _is_secret(url: str) -> bool:
    """Whether a password or the name of somebody's home stands in the URL, or whether it cannot be told."""
    try:
        parts = urlsplit(url)
        if not url.isprintable() or parts.password or "pass" in parts.query.lower():
            return True
        return len(Path.home().parts) > 1 and str(Path.home()) in url
    except (ValueError, RuntimeError):
        return True


def whom(workspace: Workspace, said: str) -> str:
    """The id of whoever is named, by id or by name; RegisterError when nobody is, RequestError when several may be."""
    from imgpolicy.service.people import named

    return named(workspace, said)


def anybody(workspace: Workspace, said: str | None) -> str | None:
    """As `whom`; None for whoever is not named."""
    return None if said is None else whom(workspace, said)


def note_to_enrol_again(workspace: Workspace) -> None:
    """Name on standard error those who were enrolled with another engine than the policy's."""
    for person in workspace.to_enrol_again():
        engine = workspace.engine.engine_id
        remark(
            phrase(
                "{person} has no face vector of the engine {engine}: enrol them again",
                person=person,
                engine=engine,
            )
        )


def terminal(*, escapes: bool, verbose: bool = False, readings: bool = False) -> Terminal:
    """The terminal that the program writes to, or would write to; nothing but one follows escape sequences."""
    from imgpolicy.render import Terminal

    columns = shutil.get_terminal_size((100, 24)).columns
    colours = not os.environ.get("NO_COLOR")
    return Terminal(columns=columns, escapes=escapes, colours=colours, verbose=verbose, readings=readings)


def standard_output(buffer: io.StringIO) -> Console:
    """A console that writes into the buffer what standard output is to be sent: plainly when it is no terminal."""
    from imgpolicy.render.terminal import console_for

    return console_for(buffer, terminal(escapes=is_terminal(sys.stdout)))


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a standard stream, which whoever called us may have closed, is a terminal."""
    return stream is not None and stream.isatty()


def told(text: str) -> str:
    """The text in the language of the environment when it is a phrase, else as it is."""
    return language_of(None).say(text)


def say(line: str) -> None:
    """Write a line of ours to standard output in the reader's language, with what stands in it made safe to show."""
    emit(f"{printable(told(line), limit=_LONGEST_LINE)}\n")


def emit(text: str) -> None:
    """Write a result that is safe to show to standard output; a reader that has gone away is no error of ours."""
    if sys.stdout is None:  # closed by whoever called us
        return
    try:
        sys.stdout.flush()
        # Always UTF-8, as JSON has to be; what a locale cannot show is for the terminal to settle.
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # The interpreter flushes once more at exit: give it somewhere to flush to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def note(text: str) -> None:
    """Write a remark of one line to standard error in the reader's language, made safe to show."""
    with contextlib.suppress(OSError, ValueError, AttributeError):  # a closed standard error is no reason to stop
        sys.stderr.write(printable(" ".join(told(text).split()), limit=1000) + "\n")
        sys.stderr.flush()


def remark(text: str) -> None:
    """Write a remark that begins with the program's name to standard error."""
    note(f"imgpolicy: {told(text)}")


def with_progress(names: Sequence[str], *, doing: str) -> Iterable[str]:
    """The names, with a bar on a terminal's standard error when there are many; `doing` says what is done to them."""
    if len(names) < 5 or not is_terminal(sys.stderr):
        return names
    from rich.console import Console
    from rich.progress import track

    return track(names, description=told(doing), console=Console(stderr=True), transient=True)


def table(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]], *, widest: int | None = None) -> str:
    """The rows as an aligned table for people, no wider than the terminal, its phrases in the reader's language.

    Every cell is made safe to show.
    """
    from rich.table import Table
    from rich.text import Text

    buffer = io.StringIO()
    language = language_of(None)
    view = Table(*map(language.say, columns), box=None, pad_edge=False, header_style="bold", show_header=any(columns))
    for row in rows:
        view.add_row(*(Text(printable(language.say(cell))) for cell in row))
    console = standard_output(buffer)
    console.print(view, width=None if widest is None else min(widest, console.width))
    return buffer.getvalue()


def emit_json(value: object) -> None:
    """Write dataclasses, or lists and dictionaries of them, as JSON."""
    import msgspec

    from imgpolicy.wire.values import plain

    encoded = msgspec.json.encode(value, enc_hook=plain, order="deterministic")
    document = msgspec.json.format(encoded, indent=2).decode()
    emit(f"{printable_json(document)}\n")


def read_file(path: Path) -> bytes:
    """The file's bytes; RegisterError when it cannot be read or is too large to store."""
    from imgpolicy.domain.validate import LARGEST_EVIDENCE
    from imgpolicy.errors import RegisterError
    from imgpolicy.files import read_at_most

    try:
        return read_at_most(path, LARGEST_EVIDENCE)
    except OSError as error:
        raise RegisterError(
            phrase("{path}: cannot be read ({reason})", path=str(path), reason=reason_of(error))
        ) from error


def read_text(path: Path) -> str:
    """The file's text; RegisterError when it is not UTF-8."""
    from imgpolicy.errors import RegisterError

    try:
        return read_file(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RegisterError(phrase("{path}: not text in UTF-8", path=str(path))) from error


def accept_private(path: Path, workspace: Workspace, *, force: bool) -> None:
    """Nothing when `write_private` would write this file; else it raises what that does, before any work is done."""
    from imgpolicy.service.outputs import Replaces, output

    output(path, workspace.files, replaces=Replaces.ANYTHING if force else Replaces.NOTHING)


def write_private(files: Mapping[Path, bytes], workspace: Workspace, *, force: bool) -> None:
    """Write files that their owner alone may read, each whole; none where one may not be written."""
    from imgpolicy.service.outputs import Replaces, output, write

    replaces = Replaces.ANYTHING if force else Replaces.NOTHING
    for made, data in [(output(path, workspace.files, replaces=replaces), data) for path, data in files.items()]:
        write(made, data)
