"""A rule's page: what it asks, why, what to do, and its own examples with what it says of them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from imgpolicy.domain.verdict import Finding, Verdict
from imgpolicy.rules import Rule
from imgpolicy.rules.words import case_in_words
from imgpolicy.text import printable
from imgpolicy.wire.values import as_json

_WIDTH = 100
_LONG = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A case in words, and what the rule says of it; nothing when it passes."""

    case: str
    verdict: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way out in words, and the command for it where there is one."""

    text: str
    command: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePage:
    """One rule, for people.

    `verdict` is the rule's own when it is broken, `here` what the policy says instead: a verdict or off; None without
    a policy. `paragraph` is the organisation's own policy behind it; `ways` are the ways out that its findings offer.
    """

    code: str
    title: str
    asks: str
    why: str
    verdict: str
    here: str | None = None
    paragraph: str | None = None
    mandatory: bool = False
    waivable: bool = False
    ways: tuple[Way, ...] = ()
    passes: tuple[Example, ...] = ()
    fails: tuple[Example, ...] = ()


NOTICES = (
    RulePage(
        code="X002",
        title="Released by a named person",
        asks="Whoever lets a picture go against its findings gives their name and a reason.",
        why="A person answers for what a program would not let through. The findings stay in the report, and the"
        " decision in the register.",
        verdict=Verdict.GO.word,
        mandatory=True,
        ways=(Way(text="take the release back: take the post down, and check the picture without --release-by"),),
    ),
    RulePage(
        code="X003",
        title="Waiver without effect",
        asks="A waiver in the policy means exactly one finding in the picture that it names.",
        why="A waiver that meets nothing hides that the picture, the rule or the register is not what somebody"
        " accepted; one that could mean several findings would accept what nobody looked at.",
        verdict=Verdict.REVIEW.word,
        mandatory=True,
        ways=(
            Way(text="take it out of the policy, or mend what it names"),
            Way(text="write a waiver for each finding, with its box"),
        ),
    ),
)
"""What reports say besides the rules: the codes that no rule has."""


def rule_page(rule: type[Rule], *, here: str | None = None, paragraph: str | None = None) -> RulePage:
    """The rule's page; its examples are the cases that the rule proves itself with, and what it says of them."""
    judge = rule()
    examples = [(case, list(judge.judge(case))) for case in rule.fails]
    return RulePage(
        code=rule.code,
        title=str(rule.title),
        asks=rule.asks,
        why=rule.why,
        verdict=rule.default.word,
        here=here,
        paragraph=paragraph,
        mandatory=rule.mandatory,
        waivable=rule.waivable,
        ways=tuple(dict.fromkeys(_ways(finding for _, findings in examples for finding in findings))),
        passes=tuple(Example(case=_text(case_in_words(case))) for case in rule.passes),
        fails=tuple(_example(case_in_words(case), findings[0]) for case, findings in examples if findings),
    )


def page_json(page: RulePage) -> str:
    """The page as JSON, ending in a line break."""
    return as_json(page)


def page_text(page: RulePage) -> str:
    """The page for a terminal, ending in a line break."""
    lines = [_text(f"{page.code}  {page.title}"), ""]
    for heading, paragraphs in _sections(page):
        lines.append(heading)
        for way in paragraphs:
            text = _text(f"{way.text}: {way.command}" if way.command else way.text)
            lines += textwrap.wrap(text, _WIDTH, initial_indent="  ", subsequent_indent="  ")
    return "\n".join(lines) + "\n"


def page_markdown(page: RulePage) -> str:
    """The page as Markdown, ending in a line break."""
    lines = [f"# {page.code}: {_escaped(page.title)}", ""]
    for heading, paragraphs in _sections(page):
        bullet = "- " if len(paragraphs) > 1 else ""
        lines += [f"## {heading}", "", *(f"{bullet}{_way_markdown(way)}" for way in paragraphs), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _way_markdown(way: Way) -> str:
    # Backticks would end the code: a command with one stands as text.
    if way.command is None:
        return _escaped(way.text)
    return f"{_escaped(way.text)}: " + (_escaped(way.command) if "`" in way.command else f"`{_text(way.command)}`")


def index_markdown(pages: Sequence[RulePage]) -> str:
    """A table of the pages as Markdown, each linked by its file's name, ending in a line break."""
    rows = (
        f"| [{page.code}]({page.code}.md) | {_escaped(page.title)} | {page.here or page.verdict} |" for page in pages
    )
    return "\n".join(["# Rules", "", "| code | says | when broken |", "|---|---|---|", *rows]) + "\n"


def _sections(page: RulePage) -> Iterator[tuple[str, Sequence[Way]]]:
    """The headings of a page, each with what stands under it; none is empty."""
    yield "What it asks", _words(page.asks)
    yield "Why", _words(page.why, *([f"Our policy: {page.paragraph}"] if page.paragraph else []))
    yield "When it is broken", _words(_verdict(page))
    if page.ways:
        yield "What to do", page.ways
    if page.passes:
        yield "Passes", _words(*(example.case for example in page.passes))
    if page.fails:
        yield "Fails", _words(*(f"{example.case} → {example.verdict}: {example.message}" for example in page.fails))


def _words(*paragraphs: str) -> Sequence[Way]:
    return [Way(text=paragraph) for paragraph in paragraphs]


def _verdict(page: RulePage) -> str:
    here = f"; this policy says {page.here}" if page.here not in {None, page.verdict} else ""
    switched = "it cannot be switched off" if page.mandatory else "the policy can say otherwise, or switch it off"
    waived = "may" if page.waivable else "cannot"
    return f"{page.verdict}{here}; {switched}; it {waived} be waived for a named picture."


def _ways(findings: Iterable[Finding]) -> Iterator[Way]:
    for finding in findings:
        for remedy in finding.remedies:
            yield Way(text=_text(remedy.text), command=_text(remedy.command) if remedy.command else None)


def _example(case: str, finding: Finding) -> Example:
    return Example(case=_text(case), verdict=finding.verdict.word, message=_text(finding.message))


def _text(text: str) -> str:
    return printable(text, limit=_LONG)


def _escaped(text: str) -> str:
    """Text that is no Markdown: of words in angle brackets, stars and the like only the words are left."""
    return "".join(f"\\{char}" if char in "\\`*_[]<>|#" else char for char in _text(text))
