"""The examples work, the plug-in among them."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from imgpolicy.domain.verdict import Verdict
from imgpolicy.policy import read_policy

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.mark.slow
def test_the_script_that_imports_the_library(own_demo: Path) -> None:
    ran = subprocess.run(
        [sys.executable, EXAMPLES / "use_the_library.py", "pictures/meadow.jpg", "pictures/two_people.jpg", "none.jpg"],
        cwd=own_demo,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.startswith("pictures/meadow.jpg: go\npictures/two_people.jpg: no-go\n  P101 ")
    assert ran.stdout.endswith("none.jpg: could not be read\n")


def test_the_policy_of_a_small_club() -> None:
    policy = read_policy(EXAMPLES / "policy.toml")
    verdicts = {rule.code: rule.verdict for rule in policy.rules}
    assert (verdicts["P101"], verdicts["P102"], policy.switched_off) == (Verdict.REVIEW, Verdict.NO_GO, ("L101",))


@pytest.mark.slow
def test_the_plug_in_installs_and_judges_when_the_policy_names_it(own_demo: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    _install(EXAMPLES / "plugin", site)
    command = [
        *(sys.executable, "-m", "imgpolicy", "check", "pictures/logo.png", "--format", "json"),
        *("--role", "employee", "--channel", "website", "--purpose", "news", "--origin", "own"),
    ]

    def codes() -> list[str]:
        ran = subprocess.run(
            command, cwd=own_demo, env={"PYTHONPATH": str(site)}, capture_output=True, text=True, check=False
        )
        return [finding["code"] for finding in json.loads(ran.stdout)["reports"][0]["findings"]]

    assert codes() == []
    policy = own_demo / "imgpolicy.toml"
    policy.write_text(policy.read_text() + 'S901 = "no-go"\n')
    assert codes() == ["S901"]


@pytest.mark.slow
def test_the_plug_ins_fact_is_found_shown_and_judged_by(own_demo: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    _install(EXAMPLES / "plugin", site)
    policy = own_demo / "imgpolicy.toml"
    policy.write_text(f'extractors = ["light"]\n{policy.read_text()}S902 = "review"\n')
    Image.new("RGB", (600, 600), (9, 9, 9)).save(own_demo / "night.png")

    def ran(*words: str) -> str:
        command = [sys.executable, "-m", "imgpolicy", *words]
        done = subprocess.run(
            command, cwd=own_demo, env={"PYTHONPATH": str(site)}, capture_output=True, text=True, check=False
        )
        return done.stdout

    (own_demo / "consent_db" / "register.sqlite").rename(own_demo / "elsewhere.sqlite")
    assert json.loads(ran("inspect", "night.png", "--format", "json"))["facts"]["others"] == {"light": {"mean": 9.0}}
    assert "light: {'mean': 9.0}" in ran("inspect", "night.png")
    (own_demo / "elsewhere.sqlite").rename(own_demo / "consent_db" / "register.sqlite")
    posting = ("--role", "employee", "--channel", "website", "--purpose", "news", "--origin", "own")
    (report,) = json.loads(ran("check", "night.png", "--format", "json", *posting))["reports"]
    assert [finding["code"] for finding in report["findings"]] == ["S902"]
    assert "light of further frames" in {unknown["what"] for unknown in report["not_checked"]}


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["small_pictures import TooSmall", "dark_pictures import TooDark"])
def test_the_plug_ins_rules_carry_their_own_proof(tmp_path: Path, rule: str) -> None:
    script = (
        f"from {rule} as Rule\n"
        "assert not [f for case in Rule.passes for f in Rule().judge(case)]\n"
        "assert all(list(Rule().judge(case)) for case in Rule.fails)"
    )
    _install(EXAMPLES / "plugin", tmp_path)
    subprocess.run([sys.executable, "-c", script], env={"PYTHONPATH": str(tmp_path)}, check=True)


def _install(project: Path, site: Path) -> None:
    """Build the project's wheel and unpack it, as pip would, without asking any index."""
    wheels = site / "wheels"
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", wheels, project],
        check=True,
        capture_output=True,
    )
    (wheel,) = wheels.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
