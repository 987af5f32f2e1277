"""CSS as far as a drawing needs it: cut into tokens by CSS Syntax 3, so that every reference in it is seen.

Escapes count as what they stand for (``\\75 rl(`` is ``url(``), and nothing in a string or a comment as more than that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

_STRING = r'"(?:[^"\\\n]|\\[\s\S])*(?:"|\Z|(?=[\n\\]))|\'(?:[^\'\\\n]|\\[\s\S])*(?:\'|\Z|(?=[\n\\]))'
_ESCAPED = r"\\[0-9a-fA-F]{1,6}\s?|\\[^\n0-9a-fA-F]"
_TOKEN = re.compile(
    rf"(?P<comment>/\*[\s\S]*?(?:\*/|\Z))|(?P<string>{_STRING})"
    rf"|(?P<name>@?(?:[-\w]|[^\x00-\x7f]|{_ESCAPED})++)(?P<open>\()?|[\s:,.#%>+~*=!]+|[\s\S]",
    re.ASCII,
)
_RUN = re.compile(r"(?:[^-\w/\\\"'@\x80-\U0010ffff]++|(?:[-\w]|[^\x00-\x7f])++(?![\\(]))++", re.ASCII)
_UNQUOTED = re.compile(r"(?:[^)\\]|\\[\s\S]|\\\Z)*+\)?")
_QUOTED = re.compile(rf"\s*({_STRING})", re.ASCII)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|\n|([\s\S]|\Z))", re.ASCII)
_SPACE = " \t\n\r\f"
_LOADING = frozenset(
    {"src", "image", "image-set", "-webkit-image-set", "cross-fade", "-webkit-cross-fade", "url-prefix", "domain"}
)
_RUNNING = frozenset({"expression"})


class What(Enum):
    """What a piece of CSS is."""

    PLAIN = "plain"
    COMMENT = "comment"
    REFERENCE = "reference"
    """A ``url()``."""
    LOADING = "loading"
    """Another function that loads something by a name in it."""
    STATEMENT = "statement"
    """An ``@import``."""
    RUNNING = "running"
    NAMESPACE = "namespace"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of CSS as it is written, and what a reference refers to."""

    what: What
    text: str
    target: str = ""


def pieces(text: str) -> Iterator[Piece]:
    """The whole text in pieces, in its order."""
    plain = at = 0
    while at < len(text):
        run = _RUN.match(text, at)
        at = run.end() if run else at
        piece = _piece(text, at) if at < len(text) else None
        if piece is None or piece.what is not What.PLAIN:
            if at > plain:
                yield Piece(What.PLAIN, text[plain:at])
            if piece:
                yield piece
            plain = at + (len(piece.text) if piece else 0)
        at += len(piece.text) if piece else 0
    if plain < at:
        yield Piece(What.PLAIN, text[plain:at])


def unescaped(text: str) -> str:
    """The text with CSS escapes resolved."""
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(escape: re.Match[str]) -> str:
    if escape[1]:
        code = int(escape[1], 16)
        return chr(code) if 0 < code < 0xD800 or 0xE000 <= code < 0x110000 else "\ufffd"
    return escape[2] or ""


def _piece(text: str, at: int) -> Piece:
    token = _TOKEN.match(text, at)
    assert token is not None
    if token["comment"]:
        return Piece(What.COMMENT, token[0])
    if not token["name"]:
        return Piece(What.PLAIN, token[0])
    name = unescaped(token["name"]).lower()
    if token["open"] and name == "url":
        return _reference(text, at, token.end())
    if token["open"] and name in _LOADING | _RUNNING:
        what = What.RUNNING if name in _RUNNING else What.LOADING
        return Piece(what, text[at : _closed(text, token.end())])
    if name in {"@import", "@namespace"} and not token["open"]:
        what = What.STATEMENT if name == "@import" else What.NAMESPACE
        return Piece(what, text[at : _ended(text, token.end())])
    return Piece(What.PLAIN, token[0])


def _reference(text: str, start: int, inside: int) -> Piece:
    quoted = _QUOTED.match(text, inside)
    if quoted:
        end = _closed(text, quoted.end())
        return Piece(What.REFERENCE, text[start:end], unescaped(quoted[1][1:].removesuffix(quoted[1][0])))
    unquoted = _UNQUOTED.match(text, inside)
    assert unquoted is not None
    return Piece(What.REFERENCE, text[start : unquoted.end()], unescaped(unquoted[0].removesuffix(")").strip(_SPACE)))


def _closed(text: str, at: int) -> int:
    """Where the parenthesis ends that is open at this place."""
    depth = 1
    while at < len(text) and depth:
        token, at = _next(text, at)
        depth += token.count("(") - token.count(")")
    return at


def _ended(text: str, at: int) -> int:
    """Where the statement ends that goes on at this place: behind its semicolon, or before a block's end."""
    depth = 0
    while at < len(text):
        token, behind = _next(text, at)
        if depth <= 0 and "}" in token:
            return at
        depth += token.count("{") + token.count("(") - token.count(")") - token.count("}")
        at = behind
        if depth <= 0 and ";" in token:
            return at
    return at


def _next(text: str, at: int) -> tuple[str, int]:
    """What one token opens, closes or ends, and where the next one begins; of a reference and a string nothing."""
    token = _TOKEN.match(text, at)
    assert token is not None
    if token["name"] and token["open"] and unescaped(token["name"]).lower() == "url":
        return "", at + len(_reference(text, at, token.end()).text)
    return ("" if token["comment"] or token["string"] else "(" if token["open"] else token[0]), token.end()
