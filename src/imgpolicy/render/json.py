"""Reports as JSON, for programs: the form of `imgpolicy.wire.report`."""

from __future__ import annotations

from imgpolicy.render import Renderer, of_reports
from imgpolicy.report import reports_json

RENDERER = Renderer(for_people=False, media_type="application/json", suffix=".json", render=of_reports(reports_json))
