"""Reports as JSON Lines, for programs that read answers as they come: a line a picture, the document of `json` each."""

from __future__ import annotations

from collections.abc import Sequence

from imgpolicy.language import Language
from imgpolicy.render import Renderer, of_reports
from imgpolicy.report import Report, report_line


def _lines(reports: Sequence[Report], language: Language) -> str:
    return "".join(report_line(report, language) for report in reports)


RENDERER = Renderer(
    for_people=False, streams=True, media_type="application/jsonl", suffix=".jsonl", render=of_reports(_lines)
)
