"""Whatever a refusal or a command says to people is a phrase, so that it can be said in their language."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from string import Formatter

from tests.pages import ROOT

from imgpolicy import errors

PACKAGE = ROOT / "src" / "imgpolicy"
SAYS = frozenset({"phrase", "message_of", "is_a_logo", "is_no_logo"})
"""What gives phrases, or hands on what an error was raised with."""

REFUSALS = frozenset(
    {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}
    | {"WrongKeyError", "_NoRoomError", "UsageProblem", "usage_error"}
)
"""What is raised at people, by name: each with its message first."""

PRINTS = frozenset({"say", "remark", "note"})
"""What writes a line of a command."""

ALLOWED = {
    ("server/answering.py", "DeniedError(FOREIGN)"): "a phrase of signing in, which holds here as well",
    ("service/latest.py", "RequestError(undoing.TOO_LATE)"): "a phrase of undoing, which holds here as well",
    ("oidc.py", "DeniedError(*self._failed[1].args)"): "what was raised before, said again",
    ("server/statements.py", "RequestError(missing)"): "what the caller says is missing, which is typed as a phrase",
    ("cli/common.py", "UsageProblem(message)"): "the message that a command gave, which is held to this law itself",
    ("remedies/redact/source.py", "RemedyError(parsed.doubts[0])"): "what a parser says, for whoever knows the format",
    ("server/context.py", "RequestError(refusal)"): "the message of an error that a worker met, as it was raised",
    ("server/api/pictures.py", "RegisterError(refusal)"): "the message of an error that a worker met, as it was raised",
}
"""Refusals that take something else, and why."""


def trees() -> Iterator[tuple[str, ast.Module]]:
    """Every module's path in the package, and its syntax tree."""
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def called(call: ast.Call) -> str:
    """The last name of what is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def calls(tree: ast.AST, names: frozenset[str]) -> Iterator[ast.Call]:
    """The calls of these names that are given something."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in names and node.args:
            yield node


def is_phrase(message: ast.expr) -> bool:
    """Whether this gives a phrase, whichever way a condition in it goes."""
    if isinstance(message, ast.IfExp):
        return is_phrase(message.body) and is_phrase(message.orelse)
    return isinstance(message, ast.Call) and called(message) in SAYS


def said_by_name(tree: ast.Module) -> set[str]:
    """The names of a module's own phrases."""
    return {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign) and is_phrase(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def has_words(text: ast.expr) -> bool:
    """Whether there are words of ours in a text that is written out here and is no phrase."""
    if isinstance(text, ast.JoinedStr):
        return any(has_words(part) for part in text.values)
    written = text.value if isinstance(text, ast.Constant) and isinstance(text.value, str) else ""
    return any(len(word) > 1 and word.isalpha() for word in written.replace("imgpolicy check pictures", "").split())


def test_every_refusal_is_raised_with_a_phrase() -> None:
    others = {
        (path, ast.unparse(call))
        for path, tree in trees()
        for call in calls(tree, REFUSALS)
        if not is_phrase(call.args[0]) and getattr(call.args[0], "id", "") not in said_by_name(tree)
    }
    assert others == set(ALLOWED)


def test_the_law_on_refusals_is_broken_by_a_plain_text() -> None:
    for written in ('raise RegisterError(f"no person {id}")', 'usage_error("no")', "PolicyError(str(error))"):
        (call,) = calls(ast.parse(written), REFUSALS)
        assert not is_phrase(call.args[0])


def test_what_is_checked_is_named_by_a_phrase() -> None:
    plain = [
        f"{path}: {ast.unparse(call)}"
        for path, tree in trees()
        for call in calls(tree, frozenset({"check_line", "check_text"}))
        if has_words(call.args[1])
    ]
    assert plain == []


def test_whatever_a_command_prints_in_words_is_a_phrase() -> None:
    plain = [
        f"{path}:{call.lineno}"
        for path, tree in trees()
        if path.startswith("cli/")
        for call in calls(tree, PRINTS)
        if has_words(call.args[0])
    ]
    assert plain == []


def test_a_phrase_is_given_the_values_that_it_names_and_no_others() -> None:
    wrong = [
        f"{path}:{call.lineno}: {sorted(given ^ named)}"
        for path, tree in trees()
        for call in calls(tree, frozenset({"phrase", "word"}))
        for named, given in [names_of(call)]
        if call.keywords and "**" not in given and named != given
    ]
    assert wrong == []


def names_of(call: ast.Call) -> tuple[set[str], set[str]]:
    """The names in a phrase's template, and those of the values that it is given."""
    template = call.args[0]
    text = template.value if isinstance(template, ast.Constant) and isinstance(template.value, str) else ""
    named = {name for _, name, _, _ in Formatter().parse(text) if name} if call.keywords else set()
    return named, {keyword.arg or "**" for keyword in call.keywords}
