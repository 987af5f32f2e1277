"""The policy file and its rules in words: write one to start with, and say what each rule asks."""

from __future__ import annotations

from pathlib import Path

import msgspec

from imgpolicy import policy_file
from imgpolicy.domain.words import folded
from imgpolicy.errors import PolicyError
from imgpolicy.files import permissions, read_at_most, write_whole
from imgpolicy.phrase import phrase, reason_of
from imgpolicy.policy import read_policy, rule_of
from imgpolicy.presets import SCHEMA_NAME, PresetName, policy_text
from imgpolicy.render.rulepage import NOTICES, RulePage, index_markdown, page_markdown, rule_page
from imgpolicy.rules.found import all_rules

_FORMER = "[posting.former_channels]"


def write_policy(file: Path, preset: PresetName = PresetName.STRICT) -> None:
    """Write a policy to start with, every key explained, and where there is none its JSON Schema beside it.

    PolicyError when the file is there or cannot be written.
    """
    try:
        if file.exists() or file.is_symlink():
            raise PolicyError(
                phrase(
                    "{file} is there already: nothing was changed; name another file or move it away", file=str(file)
                )
            )
        write_whole(file, policy_text(preset).encode(), mode=policy_file.MODE)
        policy_file.write_schema(file.with_name(SCHEMA_NAME))
    except OSError as error:
        raise PolicyError(
            phrase("{file}: the policy cannot be written ({reason})", file=str(file), reason=reason_of(error))
        ) from error


def rename_channel(file: Path, old: str, new: str) -> None:
    """Write into the policy that a channel has another name now: what is on record by the former one means the new.

    The rest of the file stays as it is. PolicyError when the new name is none of its channels, the old one is, or was
    renamed already, and when the file cannot be read or written.
    """
    words = policy_file.read_text(file).tables.posting
    text = read_at_most(file, policy_file.MAX_BYTES).decode()
    new = policy_file.known_word(phrase("channel"), new, words.channels) or new
    if not old.strip() or not old.isprintable() or folded(old) in set(map(folded, words.former_channels)):
        raise PolicyError(
            phrase(
                "{file}: {old} is no former name of a channel, or was renamed already: look there",
                file=str(file),
                old=repr(old[:80]),
            )
        )
    line = f"{msgspec.json.encode(old).decode()} = {msgspec.json.encode(new).decode()}"
    lines = text.rstrip("\n").split("\n")
    if _FORMER in lines:
        lines.insert(lines.index(_FORMER) + 1, line)
    else:
        lines += ["", _FORMER, line]
    written = "\n".join([*lines, ""])
    policy_file.parse_text(file, written.encode())
    try:
        write_whole(file, written.encode(), mode=permissions(file))
    except OSError as error:
        raise PolicyError(
            phrase("{file}: the policy cannot be written ({reason})", file=str(file), reason=reason_of(error))
        ) from error


def schema() -> str:
    """The JSON Schema of a policy file."""
    return policy_file.policy_schema()


def rule_pages(file: Path | None = None) -> list[RulePage]:
    """The page of every built-in rule, of those that the policy names, and of what reports say besides, by code.

    Without a policy file each rule is shown as it is by itself. PolicyError when the file cannot be read.
    """
    policy = None if file is None else read_policy(file)
    judging = {} if policy is None else {rule.code: rule.verdict.word for rule in policy.rules}
    paragraphs = {} if policy is None else policy.paragraphs
    pages = [
        rule_page(
            rule_of(plugin),
            here=None if policy is None else judging.get(name, policy_file.OFF),
            paragraph=paragraphs.get(name),
        )
        for name, plugin in all_rules().items()
        if plugin.built_in or name in judging
    ]
    return sorted([*pages, *NOTICES], key=lambda page: page.code)


def write_pages(folder: Path, pages: list[RulePage]) -> None:
    """Write each page and an index as Markdown; older pages are replaced, and nothing else is.

    PolicyError when something else is in the way, or a file cannot be written.
    """
    texts = {folder / f"{page.code}.md": page_markdown(page) for page in pages}
    texts[folder / "index.md"] = index_markdown(pages)
    try:
        for file, text in texts.items():
            _accept(file, text)
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in texts.items():
            write_whole(file, text.encode())
    except OSError as error:
        raise PolicyError(
            phrase("{folder}: the pages cannot be written ({reason})", folder=str(folder), reason=reason_of(error))
        ) from error


def _accept(file: Path, text: str) -> None:
    """Nothing, or PolicyError when something else than an older page of this kind would be replaced."""
    head = text.partition("\n")[0].partition(":")[0].encode()
    if file.exists() and not file.read_bytes().startswith(head):
        raise PolicyError(
            phrase("{file} is there already and no such page: nothing was changed; name another folder", file=str(file))
        )
