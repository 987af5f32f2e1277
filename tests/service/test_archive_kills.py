"""Whoever audits may be killed at any moment: no row is lost, and none is there twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.postgres import Server
from tests.service.archive_kills import Archive, killed, laid_out, on_a_server

pytestmark = pytest.mark.slow  # walks that are begun again and again

PICTURES = 60


def test_a_killed_audit_goes_on(own_demo: Path) -> None:
    laid_out(own_demo, PICTURES)
    found = killed(Archive(own_demo), 5)
    assert (found.places, found.new, found.twice) == (PICTURES, PICTURES, 0)
    assert found.verdicts == {0: PICTURES}


def test_an_audit_whose_connections_are_cut_goes_on(own_demo: Path, server: Server) -> None:
    laid_out(own_demo, PICTURES)
    archive = Archive(own_demo, on_a_server(server, own_demo))
    found = killed(archive, 6)
    assert (found.places, found.new, found.twice) == (PICTURES, PICTURES, 0)
    assert found.verdicts == {0: PICTURES}
    assert archive.done["connection"]
