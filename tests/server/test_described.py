"""The interface does what its description says: schemathesis asks it whatever the description allows, and more."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.server.running import answering, free_port

from imgpolicy.domain.account import RIGHTS, Account, AccountRole
from imgpolicy.server.api.calls import PREFIX
from imgpolicy.server.app import running_desk
from imgpolicy.server.security import Limiter, Rate
from imgpolicy.server.settings import Settings
from imgpolicy.service import accounts
from imgpolicy.service.workspace import Place, Workspace

pytestmark = pytest.mark.slow

EXAMPLES = 30 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 10
"""How often each call is asked in each way; a description is asked in some sixty ways besides."""

SEED = "20261130"
"""The same cases each time, as far as the ids on record are: another seed is for who looks for more."""

WHAT_IS_REFUSED = """\
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "401", "403", "404", "409", "422"]

[[operations]]
include-name = "POST /check"
checks.negative_data_rejection.enabled = false
"""
"""What is of the right form may still name what is not on record, or contradict itself or the policy.

Every value of a form is bytes: a picture that says "true" is a file that cannot be read, and has an answer.
"""


@pytest.fixture
def patient(demo: Path, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The address of a desk that counts no calls, and the token of an admin."""
    folder = shutil.copytree(demo, tmp_path / "work")
    place = Place(policy_file=str(folder / "imgpolicy.toml"))
    with Workspace.open(place.policy_file) as workspace:
        accounts.add(workspace, Account(id="admin", name="Admin", role=AccountRole.ADMIN))
        _, token = accounts.new_token(workspace, "admin", "test", RIGHTS[AccountRole.ADMIN], None)
    settings = Settings(place=place, port=free_port())
    with running_desk(settings) as running:
        unbounded = replace(running, calls=Limiter(Rate(at_once=1_000_000, seconds=0)))
        with answering(unbounded):
            yield settings.address, token


def test_every_call_is_as_it_is_described(patient: tuple[str, str], tmp_path: Path) -> None:
    address, token = patient
    (tmp_path / "schemathesis.toml").write_text(WHAT_IS_REFUSED)
    asked = subprocess.run(
        [
            *(sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"),
            *("--config-file", "schemathesis.toml", "run", f"{address}{PREFIX[1:]}/openapi.json"),
            *("--header", f"Authorization: Bearer {token}", "--url", f"{address}{PREFIX[1:]}"),
            *("--max-examples", str(EXAMPLES), "--continue-on-failure", "--generation-database", "none"),
            *("--seed", SEED),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 0, asked.stdout
    assert "Rate limited" not in asked.stdout
