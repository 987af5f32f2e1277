"""May we post this picture? A photograph, a policy and a consent register in; go, review or no-go out.

from imgpolicy import Checker, Posting

with Checker.from_file("imgpolicy.toml") as checker:
    report = checker.check("photo.jpg", Posting(channel="website", purpose="news"))
    print(report.verdict.word, [finding.code for finding in report.findings])
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from imgpolicy.version import __version__

if TYPE_CHECKING:
    from imgpolicy.checker import Checker, check
    from imgpolicy.domain.posting import Posting
    from imgpolicy.domain.verdict import Finding, Verdict
    from imgpolicy.errors import ImgPolicyError
    from imgpolicy.report import Report

__all__ = ["Checker", "Finding", "ImgPolicyError", "Posting", "Report", "Verdict", "__version__", "check"]

# The command line imports the package for every word typed, so nothing heavy is loaded before it is asked for.
_HOMES = {
    "Checker": "checker",
    "check": "checker",
    "ImgPolicyError": "errors",
    "Posting": "domain.posting",
    "Finding": "domain.verdict",
    "Report": "report",
    "Verdict": "domain.verdict",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return value
