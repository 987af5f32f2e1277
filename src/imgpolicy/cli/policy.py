"""`imgpolicy policy`: a policy to start with, its rules in words, and what it and the reports may say."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgpolicy.cli import common
from imgpolicy.errors import PolicyError
from imgpolicy.files import write_whole
from imgpolicy.presets import PresetName

if TYPE_CHECKING:
    from imgpolicy.policy import Policy
    from imgpolicy.render.rulepage import RulePage

app = typer.Typer(help="The policy file, the rules in words, and the reports' form.")


class PageFormat(StrEnum):
    """How a rule's page is written."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


@app.callback()
def _group() -> None:
    """The policy file, the rules in words, and the reports' form."""


@app.command()
def init(
    file: Annotated[Path, typer.Argument(help="The file; it must not be there.", metavar="FILE")] = Path(
        common.POLICY_FILE
    ),
    *,
    preset: common.PresetOption = PresetName.STRICT,
) -> int:
    """Write a policy to start with, every key explained."""
    from imgpolicy.presets import policy_text

    if file.exists() or file.is_symlink():
        raise PolicyError(f"{file} is there already: nothing was changed; name another file or move it away")
    try:
        write_whole(file, policy_text(preset).encode())
    except OSError as error:
        raise PolicyError(f"{file}: the policy cannot be written ({error.strerror})") from error
    common.emit(f"{file}: the policy; read it and make it yours\n")
    return 0


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

    pages = _pages(_policy_if_any(policy))
    if output is not None:
        if code is not None:
            common.usage_error("--output takes every rule: leave CODE out")
        _write(output, pages)
    elif code is None:
        common.emit(common.table(("code", "says"), [(page.code, page.title) for page in pages]))
    else:
        found = next((page for page in pages if page.code == code.upper()), None)
        if found is None:
            common.usage_error(f"there is no rule {code[:80]!r}: `imgpolicy policy explain` lists them")
        write = {PageFormat.JSON: rulepage.page_json, PageFormat.MARKDOWN: rulepage.page_markdown}
        common.emit(write.get(form, rulepage.page_text)(found))
    return 0


@app.command()
def schema(
    *, report: Annotated[bool, typer.Option("--report", help="The JSON Schema of `check --format json`.")] = False
) -> int:
    """Print a JSON Schema."""
    from imgpolicy.policy_file import policy_schema
    from imgpolicy.wire.report import report_schema

    common.emit(report_schema() if report else policy_schema())
    return 0


def _policy_if_any(given: Path | None) -> Policy | None:
    """The policy that is named or found; None when there is none to be found."""
    from imgpolicy.policy import read_policy

    try:
        file = common.find_policy(given)
    except PolicyError:
        return None
    return read_policy(file)


def _pages(policy: Policy | None) -> list[RulePage]:
    """The page of every built-in rule, of those that the policy names, and of what reports say besides."""
    from imgpolicy.plugins import RULES, installed
    from imgpolicy.policy import rule_of
    from imgpolicy.policy_file import OFF
    from imgpolicy.render.rulepage import NOTICES, rule_page

    judging = {} if policy is None else {rule.code: rule.verdict.word for rule in policy.rules}
    paragraphs = {} if policy is None else policy.paragraphs
    pages = [
        rule_page(
            rule_of(plugin),
            here=None if policy is None else judging.get(name, OFF),
            paragraph=paragraphs.get(name),
        )
        for name, plugin in installed(RULES).items()
        if plugin.built_in or name in judging
    ]
    return sorted([*pages, *NOTICES], key=lambda page: page.code)


def _write(folder: Path, pages: list[RulePage]) -> None:
    from imgpolicy.render.rulepage import index_markdown, page_markdown

    texts = {folder / f"{page.code}.md": page_markdown(page) for page in pages}
    texts[folder / "index.md"] = index_markdown(pages)
    try:
        for file, text in texts.items():
            _accept(file, text)
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in texts.items():
            write_whole(file, text.encode())
    except OSError as error:
        raise PolicyError(f"{folder}: the pages cannot be written ({error.strerror})") from error
    common.emit(f"{folder}: {len(pages)} pages and index.md\n")


def _accept(file: Path, text: str) -> None:
    """Nothing, or PolicyError when something else than an older page of this kind would be replaced."""
    head = text.partition("\n")[0].partition(":")[0].encode()
    if file.exists() and not file.read_bytes().startswith(head):
        raise PolicyError(f"{file} is there already and no such page: nothing was changed; name another folder")
