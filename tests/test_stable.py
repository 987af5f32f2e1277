"""What a release promised by name is there as long as that promise holds, and the page on it says which names."""

from __future__ import annotations

from tests.pages import ROOT
from tools.stable import listed, promised

import imgpolicy

PAGE = (ROOT / "docs" / "releases.md").read_text(encoding="utf-8")


def test_nothing_is_gone_that_was_promised() -> None:
    there = set(promised())
    assert [line for line in listed() if line not in there] == []


def test_the_list_is_one_of_everything() -> None:
    """Each kind of promise stands there, so that an empty list holds nothing by mistake."""
    kinds = {line.partition(":")[0] for line in listed()}
    assert kinds == {"library", "exit code", "rule", "command", "option", "report", "policy"}
    assert len(listed()) > 500


def test_the_page_names_what_the_package_gives() -> None:
    assert all(f"`{name}`" in PAGE for name in imgpolicy.__all__)
