"""Whoever works at the desk may be killed at any moment: nothing is lost, doubled or half done."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.pages import ROOT

KILLS = 36


@pytest.mark.slow
def test_a_kill_at_any_moment_loses_and_doubles_nothing(own_demo: Path) -> None:
    command = [sys.executable, "-m", "tests.service.desk_kills", str(own_demo), str(KILLS)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    found = json.loads(ran.stdout)
    assert found["posted"] >= KILLS / 6
    assert sum(found.values()) > found["posted"]
