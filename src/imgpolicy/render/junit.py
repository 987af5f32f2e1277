"""Reports as JUnit XML, which build servers show: a test case a picture, failed unless the answer is go."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from imgpolicy.domain.terms import Waived
from imgpolicy.domain.verdict import Finding, Verdict
from imgpolicy.language import ENGLISH, Language
from imgpolicy.render import Renderer, of_reports
from imgpolicy.render.nameless import nameless
from imgpolicy.render.words import policies, policy_words
from imgpolicy.report import Report, translated
from imgpolicy.text import printable

_LONG = 10_000


def reports_junit(reports: Sequence[Report], language: Language = ENGLISH) -> str:
    """The reports as one XML document, ending in a line break.

    A review fails as a no-go does, with another type: JUnit knows no third answer, and skipped would hide it. A
    picture that could not be read is an error. What is waived is output of its case. The form is that of the Jenkins
    JUnit plugin's schema. Whoever sees the pipeline reads them: they name nobody.
    """
    failed = sum(report.readable and report.verdict is not Verdict.GO for report in reports)
    errors = sum(not report.readable for report in reports)
    counts = {"tests": str(len(reports)), "failures": str(failed), "errors": str(errors)}
    suites = ET.Element("testsuites", {"name": "imgpolicy"} | counts)
    suite = ET.SubElement(suites, "testsuite", {"name": "imgpolicy", "skipped": "0"} | counts)
    judged = ET.SubElement(suite, "properties")
    for policy in policies(reports):
        ET.SubElement(judged, "property", name="policy", value=_text(language.say(policy_words(policy))))
    for report in (translated(nameless(report), language) for report in reports):
        case = ET.SubElement(suite, "testcase", name=_text(report.picture.name), classname="imgpolicy.check", time="0")
        if not report.readable or report.verdict is not Verdict.GO:
            tag = "failure" if report.readable else "error"
            kind = report.verdict.word if report.readable else "unreadable"
            codes = ", ".join(dict.fromkeys(finding.code for finding in report.findings))
            problem = ET.SubElement(case, tag, type=kind, message=_text(f"{kind}: {codes}"))
            problem.text = "\n".join(_line(finding) for finding in report.findings)
        if report.waived:
            said = "\n".join(_waived(one, language) for one in report.waived)
            ET.SubElement(case, "system-out").text = said
    ET.indent(suites)
    return ET.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _line(finding: Finding) -> str:
    ways = "".join(f" -> {remedy.text}" for remedy in finding.remedies)
    paragraph = f" ({finding.paragraph})" if finding.paragraph else ""
    return _text(f"{finding.code} {finding.verdict.word}: {finding.title}: {finding.message}{paragraph}{ways}")


def _waived(one: Waived, language: Language) -> str:
    until = language.word("waived until {day}", day=one.waiver.until.isoformat())
    return _text(f"{until}: {_line(one.finding)}")


def _text(text: str) -> str:
    return printable(text, limit=_LONG)


RENDERER = Renderer(for_people=False, media_type="application/xml", suffix=".xml", render=of_reports(reports_junit))
