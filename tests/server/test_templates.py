"""Templates: nothing in them runs or is styled in place, and every form that changes something carries its token."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from tests.support import Run

from imgpolicy.server.app import PAGES, STATIC
from imgpolicy.server.pages import FOLDER

TEMPLATES = sorted((FOLDER / "templates").glob("*.html"))
OPEN = {"/sign-in", "/language", "/sign/X", "/receipt/X"}
"""Where somebody who has no session may send a form: it is held to its origin alone, and to the secret of a link."""

SCRIPTS = {"base.html": "desk.js", "sign.html": "sign.js"}


def address(action: str) -> str:
    """Where a form leads, whatever it is about."""
    return re.sub(r"\{\{[^}]+\}\}", "X", action).partition("?")[0]


def name(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_nothing_runs_or_is_styled_in_place(template: Path) -> None:
    said = template.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|\son[a-z]+=|javascript:|\|\s*safe|Markup", said)
    own = SCRIPTS.get(template.name)
    assert re.findall(r"<script[^>]*>", said) == (
        [] if own is None else [f'<script type="module" src="/static/{own}">']
    )


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_every_form_that_changes_something_carries_its_token(template: Path) -> None:
    said = template.read_text(encoding="utf-8")
    for form in re.findall(r"<form method=\"post\".*?</form>", said, re.DOTALL):
        action = re.search(r'action="([^"]+)"', form)
        assert action is not None
        assert address(action[1]) in OPEN or 'name="token" value="{{ token }}"' in form, action[1]


def test_every_form_leads_to_a_page_that_takes_it() -> None:
    posts = {re.sub(r"\{\w+\}", "X", page.path) for page in PAGES if page.method == "POST"}
    for template in TEMPLATES:
        for action in re.findall(r'<form method="post" action="([^"]+)"', template.read_text(encoding="utf-8")):
            assert address(action) in posts | OPEN, action


def test_the_script_and_the_styles_fetch_nothing_from_elsewhere() -> None:
    for file in STATIC.iterdir():
        said = file.read_text(encoding="utf-8")
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|@import|eval\(|innerHTML|document\.write", said)
    assert len((STATIC / "desk.js").read_text(encoding="utf-8").splitlines()) < 300


def test_without_the_extra_the_command_says_which(imgpolicy: Run, demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [one for one in sys.modules if one.startswith("imgpolicy.server.app")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    ran = imgpolicy("serve", "--no-browser", folder=demo)
    assert ran.code == 2
    assert "pip install 'imgpolicy[server]'" in ran.err


def test_the_demonstration_opens_as_a_desk(imgpolicy: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []

    def open_desk(policy_file: Path) -> int:
        opened.append(policy_file)
        return 0

    monkeypatch.setattr("imgpolicy.cli.serve.open_desk", open_desk)
    assert imgpolicy("demo", "--serve", "work", folder=tmp_path).code == 0
    assert opened == [Path("work") / "imgpolicy.toml"]
    assert (tmp_path / "work" / "pictures" / "portrait.jpg").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--host", "0.0.0.0"], "--tls-certificate"),
        (["--behind-proxy", "desk.example.org"], "imgpolicy account add"),
        (["--tls-certificate", "desk.pem"], "--tls-key"),
    ],
)
def test_a_desk_that_others_could_reach_does_not_start(
    imgpolicy: Run, demo: Path, options: list[str], said: str
) -> None:
    ran = imgpolicy("serve", "--no-browser", *options, folder=demo)
    assert ran.code == 2
    assert said in ran.err
