"""Pictures on their way into a repository: hook, pipeline and desk, each on the real tool where it is to be had."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from tests.pages import ROOT
from tests.server.running import served_here
from tests.support import Ran, Run

from imgpolicy.domain.account import Account, AccountRole, Right
from imgpolicy.domain.posting import Posting
from imgpolicy.formats import SUFFIXES
from imgpolicy.presets import PresetName, policy_text
from imgpolicy.service import accounts
from imgpolicy.service.guarding import guard, guarding
from imgpolicy.service.workspace import Workspace
from imgpolicy.sources import expand

MEADOW, LOCATED, TWO = "meadow.jpg", "with_location.jpg", "two_people.jpg"
NEWS = ("--profile", "news")


@pytest.fixture
def repository(demo: Path, tmp_path: Path) -> Path:
    """A folder of three pictures, without a policy."""
    folder = tmp_path / "repository"
    folder.mkdir()
    for picture in (MEADOW, LOCATED, TWO):
        shutil.copyfile(demo / "pictures" / picture, folder / picture)
    return folder


def results(sarif: str) -> list[tuple[str, str]]:
    """The code and the place of each result."""
    (run,) = json.loads(sarif)["runs"]
    places = [one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in run["results"]]
    return [(one["ruleId"], place) for one, place in zip(run["results"], places, strict=True)]


def test_without_policy_and_register_what_can_be_seen_is_judged_and_the_rest_is_told(
    imgpolicy: Run, repository: Path
) -> None:
    ran = imgpolicy("guard", ".", "--format", "sarif", folder=repository)
    assert (ran.code, ran.err) == (
        1,
        "imgpolicy: there is no policy here: imgpolicy's own judges, without a register\n",
    )
    assert sorted(results(ran.out)) == [("M101", LOCATED), ("P109", TWO), ("P109", LOCATED)]
    notes = [
        one["message"]["text"] for one in json.loads(ran.out)["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    ]
    assert any("no register was asked" in note for note in notes)
    assert sorted(path.name for path in repository.iterdir()) == sorted([MEADOW, LOCATED, TWO])


def test_a_picture_that_shows_nobody_and_tells_nothing_goes(imgpolicy: Run, repository: Path) -> None:
    ran = imgpolicy("guard", MEADOW, folder=repository)
    assert (ran.code, "without a register" in ran.err) == (0, True)
    told = imgpolicy("guard", MEADOW, "--verbose", folder=repository)
    assert "consents, works, licences and logos" in told.out


def test_the_report_names_no_register_and_no_policy_of_the_repository(repository: Path) -> None:
    with guarding(None) as workspace:
        (checked,) = guard(workspace, [str(repository / MEADOW)], Posting())
    assert (checked.report.register_head, checked.report.policy.file) == (None, None)


def test_a_repository_without_pictures_is_guarded(imgpolicy: Run, tmp_path: Path) -> None:
    (tmp_path / "README.md").touch()
    ran = imgpolicy("guard", ".", "--format", "sarif", folder=tmp_path)
    assert (ran.code, results(ran.out)) == (0, [])
    assert imgpolicy("guard", "none.jpg", folder=tmp_path).code == 4


@pytest.mark.parametrize("preset", PresetName)
@pytest.mark.parametrize(("mode", "becomes"), [("identify", "count"), ("count", "count"), ("declared", "declared")])
def test_by_a_policy_of_its_own_faces_are_counted_or_declared(
    tmp_path: Path, preset: str, mode: str, becomes: str
) -> None:
    policy = tmp_path / "imgpolicy.toml"
    text = policy_text(PresetName(preset))
    if mode != "identify":
        text = text.replace('mode = "identify" ', f'mode = "{mode}" ')
        text = re.sub(r"^(incidental_below_px|crowd_from) = .*$", "", text, flags=re.MULTILINE)
    policy.write_text(text)
    with guarding(policy) as workspace:
        assert workspace.policy.ref.people.value == becomes
        assert workspace.register.head()


def test_a_policy_of_its_own_may_leave_people_to_others(imgpolicy: Run, repository: Path) -> None:
    policy = policy_in(repository)
    assert imgpolicy("guard", TWO, *NEWS, folder=repository).code == 3
    policy.write_text(policy.read_text().replace('mode = "identify" ', 'mode = "off" '))
    ran = imgpolicy("guard", TWO, *NEWS, folder=repository)
    assert (ran.code, ran.err) == (0, "imgpolicy: no register is asked: people.mode is off\n")


def policy_in(folder: Path) -> Path:
    """A policy in the folder, which names a register that nobody has here."""
    policy = folder / "imgpolicy.toml"
    policy.write_text(policy_text())
    return policy


# The hook


def test_the_hook_is_for_all_pictures_that_folders_are_searched_for() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    pattern = re.compile(hook["files"])
    assert all(pattern.search(f"a/b{suffix}") and pattern.search(f"B{suffix.upper()}") for suffix in SUFFIXES)
    assert not any(pattern.search(name) for name in ("README.md", "jpg", "a.jpg.py", "x.jpgx"))


def test_four_lines_guard_a_repository() -> None:
    lines = (ROOT / "docs/howto/pipeline.md").read_text().partition("```yaml\nrepos:\n")[2].partition("```")[0]
    ((told,),) = [yaml.safe_load(f"repos:\n{lines}").values()]
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert len(f"repos:\n{lines}".splitlines()) == 4
    assert [one["id"] for one in told[0]["hooks"]] == [hook["id"]]


@pytest.mark.slow
def test_the_hook_holds_up_a_commit_by_pre_commit_itself(repository: Path, tmp_path: Path) -> None:
    """`pre-commit try-repo`: the package is built and installed as pre-commit does it."""
    source = of_itself(tmp_path / "source")
    git(repository, "init", "--quiet")
    (repository / "README.md").write_text("pictures\n")
    git(repository, "add", ".")
    environment = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "cache"), "PRE_COMMIT_COLOR": "never"}
    command = [sys.executable, "-m", "pre_commit", "try-repo", str(source), "imgpolicy", "--files"]
    files = [MEADOW, LOCATED, "README.md"]
    held = subprocess.run(
        [*command, *files], cwd=repository, env=environment, capture_output=True, text=True, check=False
    )
    assert held.returncode == 1, held.stdout + held.stderr
    assert "M101 Location in the file" in held.stdout
    assert "1 no-go, 0 review, 1 go, 0 unreadable" in held.stdout
    assert "without a register" in held.stdout


def of_itself(folder: Path) -> Path:
    """The project as a git repository with one commit, of what belongs to it."""
    left_out = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", "site", "*.egg-info", "dist")
    shutil.copytree(ROOT, folder, ignore=left_out)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all", "--force", ".")
    git(folder, "commit", "--quiet", "--message", "all of it")
    return folder


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


# The action


@pytest.fixture(scope="module")
def action() -> dict[str, dict[str, dict[str, str]]]:
    loaded: dict[str, dict[str, dict[str, str]]] = yaml.safe_load((ROOT / "action.yml").read_text())
    return loaded


def steps(action: Mapping[str, object]) -> list[dict[str, object]]:
    runs = action["runs"]
    assert isinstance(runs, dict)
    found: list[dict[str, object]] = runs["steps"]
    return found


def test_what_is_given_to_the_action_reaches_no_script_as_code(action: Mapping[str, object]) -> None:
    scripts = [str(step["run"]) for step in steps(action) if "run" in step]
    assert len(scripts) == 2
    assert all("${{" not in script for script in scripts)


def test_every_input_of_the_action_is_used_and_explained(action: Mapping[str, object]) -> None:
    inputs = action["inputs"]
    assert isinstance(inputs, dict)
    used = set(re.findall(r"inputs\.(\w+)", (ROOT / "action.yml").read_text()))
    assert used == {*inputs}
    assert all(one["description"] and "default" in one for one in inputs.values())


class Runner:
    """Runs the scripts of the action in bash, as a runner does, with a program that is installed already."""

    def __init__(self, action: Mapping[str, object], place: Path, given: Mapping[str, str]) -> None:
        inputs = action["inputs"]
        assert isinstance(inputs, dict)
        self._action = action
        known = {f"inputs.{name}": str(one["default"]) for name, one in inputs.items()}
        self._values = {
            **known,
            **{f"inputs.{name}": value for name, value in given.items()},
            "github.action_path": str(ROOT),
            "runner.temp": str(place),
        }

    def runs(self, name: str, folder: Path) -> Ran:
        """What the step of this name leaves behind."""
        (step,) = (step for step in steps(self._action) if step.get("name") == name)
        told = step["env"]
        assert isinstance(told, dict)
        filled = {
            key: re.sub(r"\$\{\{ (.*?) \}\}", lambda one: self._values[one[1]], str(said)) for key, said in told.items()
        }
        left_out = {"IMGPOLICY_POLICY", "IMGPOLICY_KEY", "LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES"}
        environment = {key: said for key, said in os.environ.items() if key not in left_out}
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        ran = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", str(step["run"])],
            cwd=folder,
            env={**environment, **filled, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        return Ran(ran.returncode, ran.stdout, ran.stderr)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The runner's own folder, where the program is as if it had been installed."""
    bin_folder = tmp_path / "runner" / "imgpolicy" / "bin"
    bin_folder.mkdir(parents=True)
    (bin_folder / "imgpolicy").symlink_to(Path(sys.executable).parent / "imgpolicy")
    return tmp_path / "runner"


@pytest.mark.slow
def test_the_action_installs_what_it_was_checked_out_with(
    action: Mapping[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By what is installed here: pre-commit's test above fetches all of it."""
    monkeypatch.setenv("PYTHONPATH", sysconfig.get_path("purelib"))
    monkeypatch.setenv("PIP_NO_DEPS", "1")
    monkeypatch.setenv("PIP_NO_BUILD_ISOLATION", "0")  # which is what switches it off
    ran = Runner(action, tmp_path, {}).runs("Install", tmp_path)
    assert ran.code == 0, ran.err
    said = subprocess.run([tmp_path / "imgpolicy" / "bin" / "imgpolicy", "--version"], capture_output=True, check=True)
    assert said.stdout.startswith(b"imgpolicy ")


@pytest.mark.slow
def test_the_action_notes_findings_beside_the_files_and_writes_them_for_code_scanning(
    action: Mapping[str, object], repository: Path, place: Path
) -> None:
    ran = Runner(action, place, {}).runs("Check", repository)
    assert ran.code == 1
    assert f"::error file={LOCATED},title=M101 Location in the file::" in ran.out
    assert f"::warning file={TWO},title=P109 People" in ran.out
    assert ("M101", LOCATED) in results((repository / "imgpolicy.sarif").read_text())


@pytest.mark.slow
def test_words_that_are_given_to_the_action_are_words(
    action: Mapping[str, object], repository: Path, place: Path
) -> None:
    given = {"paths": f"{MEADOW} ; touch pwned $(touch pwned) *", "arguments": "`touch pwned`"}
    Runner(action, place, given).runs("Check", repository)
    assert not (repository / "pwned").exists()
    given = {"paths": MEADOW, "arguments": "--profile news --exit-zero", "policy": str(policy_in(repository))}
    assert Runner(action, place, given).runs("Check", repository).code == 0


# A desk


@pytest.fixture
def desk(own_demo: Path) -> Iterator[tuple[str, str]]:
    """The address of a desk that runs, and a token of it."""
    with Workspace.open(own_demo / "imgpolicy.toml") as workspace:
        accounts.add(workspace, Account(id="mkl", name="Mette", role=AccountRole.POSTER), password="correct horse 1")
        _, secret = accounts.new_token(workspace, "mkl", "pipeline", frozenset({Right.CHECK}), None)
    with served_here(own_demo) as running:
        yield running.address, secret


@pytest.mark.slow
def test_a_desk_judges_and_no_word_about_anybody_comes_back(
    imgpolicy: Run, demo: Path, desk: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, secret = desk
    monkeypatch.setenv("IMGPOLICY_TOKEN", secret)
    posting = ("--channel", "x", "--role", "employee", "--purpose", "recruitment", "--origin", "own")
    for form in ("sarif", "github", "junit", "text", "json"):
        ran = imgpolicy(
            "guard",
            "portrait.jpg",
            MEADOW,
            "none.jpg",
            "--server",
            address,
            *posting,
            "--format",
            form,
            folder=demo / "pictures",
        )
        assert ran.code == 4
        assert "P104" in ran.out
        assert "none.jpg" in ran.out + ran.err
        assert not re.search("eileen|collins", (ran.out + ran.err).lower())
        assert secret not in ran.out + ran.err
    ran = imgpolicy("guard", MEADOW, "--server", address, *posting, folder=demo / "pictures")
    assert ran.code == 0


@pytest.mark.slow
def test_the_action_asks_a_desk_where_it_is_given_one(
    action: Mapping[str, object], repository: Path, place: Path, desk: tuple[str, str]
) -> None:
    address, secret = desk
    given = {"paths": MEADOW, "arguments": "--profile news", "server": address, "token": secret}
    ran = Runner(action, place, given).runs("Check", repository)
    assert (ran.code, ran.err) == (0, "")
    assert "judged by: Our policy" in ran.out


def test_what_a_desk_refuses_is_told_in_one_line(
    imgpolicy: Run, repository: Path, desk: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, secret = desk
    monkeypatch.setenv("IMGPOLICY_TOKEN", "imgp_none")
    ran = imgpolicy("guard", MEADOW, "--server", address, folder=repository)
    assert (ran.code, ran.out) == (4, "")
    assert "no token, or none of this desk's" in ran.err
    monkeypatch.setenv("IMGPOLICY_TOKEN", secret)
    ran = imgpolicy("guard", MEADOW, "--server", address, "--channel", "nowhere", folder=repository)
    assert (ran.code, len(ran.err.splitlines())) == (4, 1)
    ran = imgpolicy("guard", MEADOW, "--server", "http://127.0.0.1:9", folder=repository)
    assert (ran.code, len(ran.err.splitlines())) == (4, 1)
    assert imgpolicy("guard", MEADOW, "--server", address, "--person", "x", folder=repository).code == 2


def test_what_lies_in_hidden_places_is_counted(imgpolicy: Run, repository: Path) -> None:
    (repository / ".hidden").mkdir()
    shutil.move(repository / TWO, repository / ".hidden" / TWO)
    assert len(expand(str(repository))[0]) == 2
    ran = imgpolicy("guard", ".", folder=repository)
    assert "1 files and folders were skipped: hidden, or no pictures" in ran.err


def test_the_posting_that_no_policy_asks_for_is_taken(repository: Path) -> None:
    with guarding(None) as workspace:
        (checked,) = guard(workspace, [str(repository / MEADOW)], replace(Posting(), channel="website"))
    assert checked.report.posting.channel == "website"
