"""The command line's table of contents: which commands there are, and where each is.

To load a command with all that its options need takes ten milliseconds and more, and a call runs one. So only those are
loaded that a word typed names; of the others the help shows the line that stands here, which of a single command is the
beginning of its own help.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pkgutil import resolve_name

import typer


@dataclass(frozen=True, slots=True)
class Command:
    """A command or a group of commands: its name, the first words of its help, and the object behind it."""

    name: str
    help: str
    place: str


SINGLE = (
    Command("init", "Make a policy, an empty register and its key.", "imgpolicy.cli.setup:init"),
    Command("demo", "Lay out a working folder from the sample, and check its cases.", "imgpolicy.cli.setup:demo"),
    Command(
        "check",
        "May these pictures be posted? Exit code: 0 go, 1 no-go, 3 review, 4 a picture could not be read.",
        "imgpolicy.cli.check:check",
    ),
    Command(
        "clean",
        "Write copies that may be posted: metadata out, faces and logos covered. Exit code: that of check.",
        "imgpolicy.cli.clean:clean",
    ),
    Command(
        "audit",
        "Which pictures of an archive may be posted? Exit code: 0 go, 1 no-go, 3 review, 4 one could not be read.",
        "imgpolicy.cli.audit:audit",
    ),
    Command(
        "serve",
        "Open the desk: a page on which pictures are dropped, judged, mended and handed on. Ctrl-C ends it.",
        "imgpolicy.cli.serve:serve",
    ),
    Command("undo", "Take back the last thing that was recorded here, within ten minutes.", "imgpolicy.cli.undo:undo"),
    Command(
        "guard",
        "Check pictures without a register, for a hook or a pipeline: faces are counted.",
        "imgpolicy.cli.guard:guard",
    ),
    Command(
        "watch",
        "Judge what is dropped into a folder, and move it where the answer says, with its report. Ctrl-C ends it.",
        "imgpolicy.cli.watch:watch",
    ),
    Command("strip", "Remove what the files say of where and who.", "imgpolicy.cli.strip:strip"),
    Command(
        "completion",
        "Write what has a shell complete commands and options; its start-up file takes it in.",
        "imgpolicy.cli.completion:completion",
    ),
    Command(
        "inspect", "What is in this picture: faces, what the file says, fingerprints.", "imgpolicy.cli.inspect:inspect"
    ),
)
"""The commands that are one word."""

GROUPS = (
    Command("person", "The people in the register.", "imgpolicy.cli.person:app"),
    Command("face", "The face vectors that people are recognised by.", "imgpolicy.cli.face:app"),
    Command("consent", "What people said yes and no to.", "imgpolicy.cli.consent:app"),
    Command("form", "The forms that people are asked for their consent with.", "imgpolicy.cli.form:app"),
    Command("request", "Who was asked for a consent by a link, and what became of it.", "imgpolicy.cli.request:app"),
    Command("evidence", "Files that prove what people and licensors said.", "imgpolicy.cli.evidence:app"),
    Command("publication", "Where pictures were posted, and what must come down.", "imgpolicy.cli.publication:app"),
    Command("register", "The register as a whole: in, out, whole, safe.", "imgpolicy.cli.register:app"),
    Command("work", "Works that are not ours to post without a licence, or at all.", "imgpolicy.cli.works:work_app"),
    Command("logo", "Logos: our own, competitors' and others'.", "imgpolicy.cli.logo:logo_app"),
    Command("licence", "Licences to post works that are not ours.", "imgpolicy.cli.licence:app"),
    Command("account", "Who works with the register by name, and may do what.", "imgpolicy.cli.account:app"),
    Command("webhook", "Who is told of what is withdrawn and what ends soon.", "imgpolicy.cli.webhook:app"),
    Command("policy", "The policy file, the rules in words, and the reports' form.", "imgpolicy.cli.policy:app"),
    Command("models", "The networks that faces are found and told apart by.", "imgpolicy.cli.models:app"),
)
"""The commands of two words, by the first."""


def add_commands(app: typer.Typer, words: Collection[str]) -> None:
    """Give the program its commands: those named among the words loaded, the others by name and help alone."""
    for single in SINGLE:
        if single.name in words:
            app.command(single.name)(resolve_name(single.place))
        else:
            app.command(single.name, help=single.help)(_not_loaded)
    for group in GROUPS:
        if group.name in words:
            app.add_typer(resolve_name(group.place), name=group.name, help=group.help)
        else:
            app.add_typer(typer.Typer(), name=group.name, help=group.help)


def _not_loaded() -> None:
    """Stands for a command that no word names, and which so cannot be called."""
