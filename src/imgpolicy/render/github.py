"""Reports as workflow commands, which GitHub Actions shows beside the files of a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from imgpolicy.domain.verdict import Finding, Verdict
from imgpolicy.language import ENGLISH, Language
from imgpolicy.render import Renderer, of_reports
from imgpolicy.render.nameless import nameless
from imgpolicy.render.words import policies, policy_words
from imgpolicy.report import Report, translated
from imgpolicy.text import printable

_LEVELS = {Verdict.GO: "notice", Verdict.REVIEW: "warning", Verdict.NO_GO: "error"}
_LONG = 4000


def reports_github(reports: Sequence[Report], language: Language = ENGLISH) -> str:
    """A line a finding, ending in a line break, those that are waived as notices; then one that names the policy.

    The form is that of GitHub's "Workflow commands for GitHub Actions"; the last line is none of them, and stands in
    the log alone. A released picture's findings are notices. Whoever sees the pipeline reads them: they name nobody.
    """
    found = [line for report in reports for line in _lines(translated(nameless(report), language), language)]
    judged = [
        printable(language.word("judged by: {policy}", policy=policy_words(policy)), limit=_LONG)
        for policy in policies(reports)
    ]
    return "".join(f"{line}\n" for line in (*found, *judged))


def _lines(report: Report, language: Language) -> Iterator[str]:
    for finding in report.findings:
        level = _LEVELS[min(finding.verdict, report.verdict) if report.readable else Verdict.NO_GO]
        title = _property(f"{finding.code} {finding.title}")
        yield f"::{level} file={_property(report.picture.name)},title={title}::{_data(_message(finding, language))}"

    for one in report.waived:
        waived = language.word("{title}, waived", title=one.finding.title)
        title = _property(f"{one.finding.code} {waived}")
        until = language.word("waived until {day}", day=one.waiver.until.isoformat())
        said = f"{_message(one.finding, language)}; {until}"
        yield f"::notice file={_property(report.picture.name)},title={title}::{_data(said)}"


def _message(finding: Finding, language: Language) -> str:
    said = [finding.message]
    if finding.box:
        said.append(language.word("(at {left},{top})", left=finding.box.left, top=finding.box.top))
    if finding.paragraph:
        said.append(f"({finding.paragraph})")
    return " ".join([*said, *(f"-> {remedy.text}" for remedy in finding.remedies)])


def _data(text: str) -> str:
    """Text that cannot end the command or begin another."""
    return printable(text, limit=_LONG).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


RENDERER = Renderer(for_people=False, media_type="text/plain", suffix=".txt", render=of_reports(reports_github))
