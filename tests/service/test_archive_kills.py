"""Whoever audits may be killed at any moment: no row is lost, and none is there twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.service.archive_kills import killed


@pytest.mark.slow
def test_a_killed_audit_goes_on(own_demo: Path) -> None:
    pictures = 60
    found = killed(own_demo, 5, pictures)
    assert (found.places, found.new, found.twice) == (pictures, pictures, 0)
    assert found.verdicts == {0: pictures}
