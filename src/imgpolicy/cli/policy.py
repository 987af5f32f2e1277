"""`imgpolicy policy`: a policy to start with, its rules in words, and what it and the reports may say."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from imgpolicy import policy_place
from imgpolicy.cli import common
from imgpolicy.cli.exits import Exit
from imgpolicy.phrase import phrase
from imgpolicy.presets import PresetName

app = typer.Typer()


class PageFormat(StrEnum):
    """How a rule's page is written."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


@app.command()
def init(
    file: Annotated[Path, typer.Argument(help="The file; it must not be there.", metavar="FILE")] = Path(
        policy_place.FILE_NAME
    ),
    *,
    preset: common.PresetOption = PresetName.STRICT,
) -> int:
    """Write a policy to start with, every key explained."""
    from imgpolicy.service import policies

    policies.write_policy(file, preset)
    common.say(phrase("{file}: {what}", file=str(file), what=phrase("the policy; read it and make it yours")))
    return Exit.GO


@app.command()
def explain(
    code: Annotated[str | None, typer.Argument(help="The rule, such as P104; without it all are listed.")] = None,
    *,
    form: Annotated[
        PageFormat, typer.Option("--format", metavar="F", help="How the page is written: text, json or markdown.")
    ] = PageFormat.TEXT,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="DIR", help="Every page as Markdown, into this folder.")
    ] = None,
    policy: common.PolicyOption = None,
) -> int:
    """Say what a rule asks, why, what to do, and what passes and fails. Without a policy file, as it is by itself."""
    from imgpolicy.render import rulepage
    from imgpolicy.service import policies

    pages = policies.rule_pages(policy or policy_place.nearest())
    if output is not None:
        if code is not None:
            common.usage_error(phrase("--output takes every rule: leave CODE out"))
        policies.write_pages(output, pages)
        common.say(phrase("{folder}: {count} pages and index.md", folder=str(output), count=len(pages)))
    elif code is None:
        common.emit(common.table((phrase("code"), phrase("says")), [(page.code, page.title) for page in pages]))
    else:
        one = next((page for page in pages if page.code == code.upper()), None)
        if one is None:
            common.usage_error(
                phrase("there is no rule {code}: `imgpolicy policy explain` lists them", code=repr(code[:80]))
            )
        write = {PageFormat.JSON: rulepage.page_json, PageFormat.MARKDOWN: rulepage.page_markdown}
        common.emit(write.get(form, rulepage.page_text)(one))
    return Exit.GO


@app.command("rename-channel")
def rename_channel(
    old: Annotated[str, typer.Argument(help="The name that it had, which consents and licences on record still use.")],
    new: Annotated[str, typer.Argument(help="The channel of the policy that it is now.")],
    *,
    policy: common.PolicyOption = None,
) -> int:
    """Say in the policy that a channel has another name now, so that what is on record goes on to mean it."""
    from imgpolicy.service import policies

    file = policy or policy_place.find()
    policies.rename_channel(file, old, new)
    common.say(
        phrase(
            "{file}: what is on record of {old} means {new} from now on", file=str(file), old=repr(old), new=repr(new)
        )
    )
    return Exit.GO


@app.command()
def schema(
    *, report: Annotated[bool, typer.Option("--report", help="The JSON Schema of `check --format json`.")] = False
) -> int:
    """Print a JSON Schema."""
    from imgpolicy.service import policies
    from imgpolicy.wire.report import report_schema

    common.emit(report_schema() if report else policies.schema())
    return Exit.GO
