"""`imgpolicy policy`: presets, pages and schemas, as scripts rely on them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support import Run
from tools.rulepages import POLICY, SITE, navigation, with_every_rule

from imgpolicy.policy import read_policy
from imgpolicy.presets import PresetName, policy_text

DOCS = Path(__file__).parent.parent.parent / "docs" / "rules"


@pytest.mark.parametrize("name", PresetName)
def test_init_writes_the_preset_that_is_named(imgpolicy: Run, tmp_path: Path, name: PresetName) -> None:
    ran = imgpolicy("policy", "init", "own.toml", "--preset", name, folder=tmp_path)
    assert (ran.code, ran.out.startswith("own.toml: ")) == (0, True)
    assert (tmp_path / "own.toml").read_text() == policy_text(name)


def test_init_is_strict_and_writes_the_file_that_commands_look_for(imgpolicy: Run, tmp_path: Path) -> None:
    assert imgpolicy("policy", "init", folder=tmp_path).code == 0
    assert (tmp_path / "imgpolicy.toml").read_text() == policy_text(PresetName.STRICT)


@pytest.mark.parametrize("kind", ["file", "link", "folder"])
def test_init_refuses_a_place_that_is_taken(imgpolicy: Run, tmp_path: Path, kind: str) -> None:
    taken = tmp_path / "imgpolicy.toml"
    if kind == "file":
        taken.write_text("mine")
    elif kind == "link":
        taken.symlink_to("gone")
    else:
        taken.mkdir()
    before = sorted(tmp_path.rglob("*"))
    ran = imgpolicy("policy", "init", folder=tmp_path)
    assert (ran.code, ran.out, ran.err.count("\n")) == (4, "", 1)
    assert sorted(tmp_path.rglob("*")) == before


def test_init_says_in_a_line_where_it_cannot_write(imgpolicy: Run, tmp_path: Path) -> None:
    ran = imgpolicy("policy", "init", tmp_path / "no" / "folder.toml")
    assert (ran.code, ran.out, ran.err.count("\n")) == (4, "", 1)


def test_a_whole_folder_can_start_with_a_preset(imgpolicy: Run, tmp_path: Path) -> None:
    assert imgpolicy("init", tmp_path / "club", "--preset", "small-club").code == 0
    assert (tmp_path / "club" / "imgpolicy.toml").read_text() == policy_text(PresetName.SMALL_CLUB)


def test_explain_says_what_a_rule_asks_without_any_policy(imgpolicy: Run, tmp_path: Path) -> None:
    ran = imgpolicy("policy", "explain", "p104", folder=tmp_path)
    assert ran.code == 0
    for said in ("P104", "What it asks", "Why", "What to do", "Passes", "Fails", "imgpolicy consent grant"):
        assert said in ran.out
    assert "Our policy" not in ran.out


@pytest.mark.slow
def test_explain_has_the_paragraph_and_the_verdict_of_the_policy(imgpolicy: Run, own_demo: Path) -> None:
    policy = own_demo / "imgpolicy.toml"
    text = policy.read_text().replace('# P101 = "Section 4', 'P104 = "Section 4').replace('P104 = "no', 'P104 = "no')
    policy.write_text(text.replace('M103 = "review"', 'M103 = "off"   '))
    assert "Our policy: Section 4" in imgpolicy("policy", "explain", "P104", folder=own_demo).out
    page = json.loads(imgpolicy("policy", "explain", "M103", "--format", "json", folder=own_demo).out)
    assert (page["code"], page["verdict"], page["here"], page["paragraph"]) == ("M103", "review", "off", None)
    assert page["passes"]
    assert {example["verdict"] for example in page["fails"]} == {"review"}
    ran = imgpolicy("check", "pictures/banner.jpg", "--channel", "x", "--format", "json", folder=own_demo)
    (finding,) = (f for f in json.loads(ran.out)["reports"][0]["findings"] if f["code"] == "P104")
    assert finding["paragraph"].startswith("Section 4")


def test_a_broken_policy_is_an_error_and_not_no_policy(imgpolicy: Run, tmp_path: Path) -> None:
    (tmp_path / "imgpolicy.toml").write_text("nonsense")
    assert imgpolicy("policy", "explain", "P104", folder=tmp_path).code == 4
    assert imgpolicy("policy", "explain", "P104", "--policy", tmp_path / "none.toml", folder=tmp_path).code == 4


@pytest.mark.parametrize("words", [("P999",), ("\udcff",), ("P104", "-o", "pages")])
def test_explain_refuses_what_makes_no_sense(imgpolicy: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    ran = imgpolicy("policy", "explain", *words, folder=tmp_path)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)


def test_explain_lists_every_code(imgpolicy: Run, tmp_path: Path) -> None:
    listed = {line.split()[0] for line in imgpolicy("policy", "explain", folder=tmp_path).out.splitlines()[1:]}
    assert listed == {page.stem for page in DOCS.glob("[A-Z]*.md")}
    assert {"P101", "R105", "X001", "X002", "X003"} <= listed


def test_the_pages_in_docs_are_those_that_the_program_writes(imgpolicy: Run, tmp_path: Path) -> None:
    assert imgpolicy("policy", "explain", "-o", "rules", folder=tmp_path).code == 0
    written = {page.name: page.read_text(encoding="utf-8") for page in (tmp_path / "rules").iterdir()}
    assert written == {page.name: page.read_text(encoding="utf-8") for page in DOCS.iterdir()}, (
        "`python -m tools.rulepages` writes them anew"
    )


def test_every_page_of_a_rule_has_its_place_in_the_navigation() -> None:
    site = SITE.read_text(encoding="utf-8")
    assert navigation(site) == site, "`python -m tools.rulepages` writes it anew"
    assert navigation(site.replace('"rules/P101.md"', '"rules/Q999.md"')) == site


def test_a_rule_that_the_policy_to_start_with_does_not_name_gets_its_line() -> None:
    policy = POLICY.read_text(encoding="utf-8")
    assert with_every_rule(policy) == policy, "`python -m tools.rulepages` writes it"
    (named,) = (line for line in policy.splitlines() if line.startswith("M103 = "))
    written = with_every_rule(policy.replace(f"{named}\n", ""))
    assert written == policy.replace(named, 'M103 = "review"   # a second picture in the file')


@pytest.mark.parametrize("name", ["index.md", "R102.md"])
def test_pages_replace_older_pages_and_nothing_else(imgpolicy: Run, tmp_path: Path, name: str) -> None:
    rules = tmp_path / "rules"
    assert [imgpolicy("policy", "explain", "-o", "rules", folder=tmp_path).code for _ in range(2)] == [0, 0]
    (tmp_path / "mine.md").write_text("# My own page")
    (rules / name).unlink()
    (rules / name).symlink_to("../mine.md")
    (rules / "P101.md").write_text("# P101: an older page")
    ran = imgpolicy("policy", "explain", "-o", "rules")
    assert (ran.code, "nothing was changed" in ran.err, ran.err.count("\n")) == (4, True, 1)
    assert [(tmp_path / "mine.md").read_text(), (rules / "P101.md").read_text()] == [
        "# My own page",
        "# P101: an older page",
    ]


def test_a_title_is_no_markdown(imgpolicy: Run, tmp_path: Path) -> None:
    imgpolicy("policy", "explain", "-o", "rules", folder=tmp_path)
    assert "\\[roles\\] officials" in (tmp_path / "rules" / "R102.md").read_text()


def test_the_schema_is_of_the_file(imgpolicy: Run, tmp_path: Path) -> None:
    schema = json.loads(imgpolicy("policy", "schema", folder=tmp_path).out)
    assert schema["title"] == "imgpolicy.toml"
    tables = set(schema["$defs"]["PolicyFile"]["properties"])
    (tmp_path / "p.toml").write_text(policy_text())
    assert {"roles", "paragraphs", "waivers", "rules"} <= tables
    assert read_policy(tmp_path / "p.toml").waivers == ()
