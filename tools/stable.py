"""What a release promises by name: `python -m tools.stable` writes the list into `tests/stable.txt`, before a release.

A test holds that nothing goes that is listed there. What came since is not promised yet.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

import imgpolicy
from imgpolicy.cli.exits import Exit
from imgpolicy.cli.reference import app
from imgpolicy.files import write_whole
from imgpolicy.policy_file import policy_schema
from imgpolicy.rules.found import all_rules
from imgpolicy.wire.report import report_schema

LIST = Path(__file__).parent.parent / "tests" / "stable.txt"

Schema = Mapping[str, object]


def every_command() -> dict[str, TyperCommand]:
    """Every command by its words, such as `consent grant`, as the program finds it."""
    program = get_command(app)
    assert isinstance(program, TyperGroup)
    return dict(_commands(program, ()))


def _commands(group: TyperGroup, words: tuple[str, ...]) -> Iterator[tuple[str, TyperCommand]]:
    context = group.make_context("imgpolicy", [], resilient_parsing=True)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if isinstance(found, TyperGroup):
            yield from _commands(found, (*words, name))
        elif isinstance(found, TyperCommand):
            yield " ".join((*words, name)), found


def promised() -> list[str]:
    """A line for each name that others may rely on, sorted."""
    lines = {f"library: {name}" for name in imgpolicy.__all__}
    lines |= {f"exit code: {code.value} {code.name}" for code in Exit}
    lines |= {f"rule: {code}" for code, plugin in all_rules().items() if plugin.built_in}
    for words, command in every_command().items():
        lines.add(f"command: imgpolicy {words}")
        options = (option for one in command.params for option in one.opts if option.startswith("-"))
        lines |= {f"option: imgpolicy {words} {option}" for option in options}
    for what, text in (("report", report_schema()), ("policy", policy_schema())):
        schema = json.loads(text)
        lines |= {f"{what}: {place}" for place in _places(schema, schema["$defs"], "")}
    return sorted(lines)


def _places(schema: Schema, names: Mapping[str, Schema], place: str) -> Iterator[str]:
    """Each key of the documents that the schema takes, with each kind of value that may stand there."""
    schema = _found(schema, names)
    properties = schema.get("properties")
    for key, inner in properties.items() if isinstance(properties, dict) else ():
        yield from (f"{place}{key} = {kind}" for kind in _kinds(inner, names))
        yield from _places(inner, names, f"{place}{key}.")
    for inner in _inside(schema):
        yield from _places(inner, names, place)


def _found(schema: Schema, names: Mapping[str, Schema]) -> Schema:
    reference = schema.get("$ref")
    return names[reference.rpartition("/")[2]] if isinstance(reference, str) else schema


def _inside(schema: Schema) -> Iterator[Schema]:
    """What stands in a list or a table, or is one of several."""
    yield from (inner for key in ("items", "additionalProperties") if isinstance(inner := schema.get(key), dict))
    choices = schema.get("anyOf")
    yield from choices if isinstance(choices, list) else ()


def _kinds(schema: Schema, names: Mapping[str, Schema]) -> Iterator[str]:
    schema = _found(schema, names)
    kinds, values, choices = schema.get("type"), schema.get("enum"), schema.get("anyOf")
    if isinstance(values, list):
        yield from map(json.dumps, values)
    elif isinstance(kinds, str):
        yield kinds
    for inner in choices if isinstance(choices, list) else ():
        yield from _kinds(inner, names)


def listed() -> list[str]:
    """What the last release promised, line by line."""
    return LIST.read_text(encoding="utf-8").splitlines()


if __name__ == "__main__":
    write_whole(LIST, ("\n".join(promised()) + "\n").encode())
