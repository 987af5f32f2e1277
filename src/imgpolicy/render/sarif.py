"""Reports as SARIF 2.1.0 (OASIS, 2020), which code hosts and security tools read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import quote

import msgspec

from imgpolicy.domain.terms import Waiver
from imgpolicy.domain.verdict import Finding, Verdict
from imgpolicy.language import ENGLISH, Language
from imgpolicy.render import Renderer, of_reports
from imgpolicy.render.nameless import nameless
from imgpolicy.render.words import policies
from imgpolicy.report import PolicyRef, Report, translated
from imgpolicy.text import printable
from imgpolicy.version import __version__

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Verdict.GO: "note", Verdict.REVIEW: "warning", Verdict.NO_GO: "error"}
_LONG = 10_000

Json = str | int | bool | Sequence["Json"] | Mapping[str, "Json"]


def reports_sarif(reports: Sequence[Report], language: Language = ENGLISH) -> str:
    """The reports as one run of one SARIF log, ending in a line break.

    No-go is an error and review a warning. What was not checked stands among the invocation's notifications, a release
    as an accepted suppression of each result, a waiver as one of the result that it is for. Boxes, which SARIF has no
    field for, stand in a result's properties. Whoever sees the pipeline reads them: they name nobody.
    """
    reports = [translated(nameless(report), language) for report in reports]
    titles = {finding.code: finding.title for report in reports for finding, _ in _reported(report)}
    codes = sorted(titles)
    # A picture that was checked twice is one artifact: the standard wants them distinct (3.14.15).
    artifacts = {_artifact_key(report): _artifact(report) for report in reports}
    places = {key: index for index, key in enumerate(artifacts)}
    run: dict[str, Json] = {
        "tool": {
            "driver": {
                "name": "imgpolicy",
                "version": __version__,
                "semanticVersion": __version__,
                "language": language.code.value,
                "rules": [{"id": code, "shortDescription": _message(titles[code])} for code in codes],
            }
        },
        "language": language.code.value,
        "columnKind": "unicodeCodePoints",
        "properties": {"policies": [_policy(policy) for policy in policies(reports)]},
        "artifacts": list(artifacts.values()),
        "invocations": [_invocation(reports, language)],
        "results": [
            _result(report, places[_artifact_key(report)], finding, codes.index(finding.code))
            | _suppressed(report, waiver, language)
            for report in reports
            for finding, waiver in _reported(report)
        ],
    }
    log: dict[str, Json] = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(log), indent=2).decode() + "\n"


def _reported(report: Report) -> Iterator[tuple[Finding, Waiver | None]]:
    """All that was found, with the waivers of what does not count."""
    yield from ((finding, None) for finding in report.findings)
    yield from ((one.finding, one.waiver) for one in report.waived)


def _artifact_key(report: Report) -> tuple[str, str | None]:
    return report.picture.name, report.picture.sha256


def _artifact(report: Report) -> Json:
    artifact: dict[str, Json] = {"location": {"uri": _uri(report.picture.name)}}
    if report.picture.sha256:
        artifact["hashes"] = {"sha-256": report.picture.sha256}
    return artifact


def _policy(policy: PolicyRef) -> Json:
    """Which policy judged; the standard has no field for it."""
    file = {} if policy.file is None else {"file": _text(policy.file)}
    return {"name": _text(policy.name), "sha256": policy.sha256} | file


def _invocation(reports: Sequence[Report], language: Language) -> Json:
    invocation: dict[str, Json] = {"executionSuccessful": all(report.readable for report in reports)}
    notes = [note for report in reports for note in _notifications(report, language)]
    if notes:
        invocation["toolExecutionNotifications"] = notes
    if reports:
        invocation["endTimeUtc"] = _utc(max(report.made_at for report in reports))
    return invocation


def _notifications(report: Report, language: Language) -> Iterator[Json]:
    for unknown in report.not_checked:
        yield {
            "level": "warning" if unknown.lifts else "note",
            "message": _message(
                language.word("not checked: {what} ({reason})", what=language.say(unknown.what), reason=unknown.reason)
            ),
            "locations": [_location(report)],
        }


def _result(report: Report, index: int, finding: Finding, rule: int) -> dict[str, Json]:
    properties: dict[str, Json] = {"verdict": finding.verdict.word}
    if finding.box:
        properties["box"] = list(finding.box)
    if finding.paragraph:
        properties["paragraph"] = _text(finding.paragraph)
    result: dict[str, Json] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": _LEVELS[finding.verdict],
        "message": _message(_sentences([finding.message, *(remedy.text for remedy in finding.remedies)])),
        "locations": [_location(report, index)],
        "properties": properties,
    }
    if report.picture.sha256:
        box = ",".join(str(side) for side in finding.box) if finding.box else ""
        result["partialFingerprints"] = {"finding/v1": f"{report.picture.sha256}:{finding.code}:{box}"}
    return result


def _suppressed(report: Report, waiver: Waiver | None, language: Language) -> dict[str, Json]:
    """The suppressions of a result: by a release of the picture, and by a waiver of what was found."""
    said = []
    if report.release is not None and report.readable:
        said.append(language.word("released by a named person"))
    if waiver is not None:
        said.append(language.word("waived until {day}", day=waiver.until.isoformat()))
    given = [{"kind": "external", "status": "accepted", "justification": _text(one)} for one in said]
    return {"suppressions": given} if given else {}


def _location(report: Report, index: int | None = None) -> Json:
    place: dict[str, Json] = {"uri": _uri(report.picture.name)}
    if index is not None:
        place["index"] = index
    return {"physicalLocation": {"artifactLocation": place}}


def _uri(name: str) -> str:
    """The picture's address; a path becomes a relative or absolute reference (RFC 3986)."""
    if "://" in name:
        return quote(name, safe=":/?#[]@!$&'()*+,;=%~", errors="replace")
    path = quote(name, safe="/~", errors="replace")
    return f"file://{path}" if path.startswith("/") else path


def _message(text: str) -> dict[str, Json]:
    return {"text": _text(text)}


def _sentences(texts: Iterable[str]) -> str:
    return "; ".join(texts)


def _text(text: str) -> str:
    return printable(text, limit=_LONG)


def _utc(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


RENDERER = Renderer(
    for_people=False, media_type="application/sarif+json", suffix=".sarif", render=of_reports(reports_sarif)
)
