"""The JSON Schema takes every policy that is shown, in the documentation and the examples, and no wrong word in one."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import jsonschema
import pytest
from tests.pages import PAGES, ROOT, blocks, over_the_sample
from tests.support import Run

from imgpolicy.policy_file import policy_schema
from imgpolicy.presets import SCHEMA_NAME, PresetName, policy_text

SHOWN = {
    f"{page.relative_to(ROOT)}, {number}": over_the_sample(block.text, policy_text())
    for page in PAGES
    for number, block in enumerate(blocks(page), start=1)
    if block.does == "policy"
}
EXAMPLES = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for path in (ROOT / "consent_db" / "policy.toml", *(ROOT / "examples").rglob("*policy*.toml"))
}
POLICIES = {**SHOWN, **EXAMPLES, **{name.value: policy_text(name) for name in PresetName}}
SCHEMA = jsonschema.Draft202012Validator(json.loads(policy_schema()))
TAPLO = Path(sys.executable).parent / "taplo"


def as_json(text: str) -> object:
    """The TOML as a JSON document: dates are in JSON's form."""
    return json.loads(json.dumps(tomllib.loads(text), default=str))


def test_policies_are_shown() -> None:
    assert len(SHOWN) > 5
    assert "examples/policy.toml" in EXAMPLES


@pytest.mark.parametrize("where", POLICIES)
def test_it_takes_a_policy_that_is_shown_and_no_wrong_word_in_it(where: str) -> None:
    SCHEMA.validate(as_json(POLICIES[where]))
    wrong = f"{POLICIES[where]}\n[poeple]\n"
    with pytest.raises(jsonschema.ValidationError, match="poeple"):
        SCHEMA.validate(as_json(wrong))


def taplo(file: Path) -> tuple[int, str]:
    ran = subprocess.run(
        [TAPLO, "lint", "--no-auto-config", file.name], cwd=file.parent, capture_output=True, text=True, check=False
    )
    return ran.returncode, ran.stderr


def test_an_editor_finds_it_by_the_first_line_of_a_new_policy(imgpolicy: Run, tmp_path: Path) -> None:
    if not TAPLO.exists():
        pytest.skip("taplo is not here")
    assert imgpolicy("policy", "init", folder=tmp_path).code == 0
    policy = tmp_path / "imgpolicy.toml"
    assert taplo(policy)[0] == 0
    policy.write_text(policy.read_text().replace('mode = "identify"', 'mode = "guess"'))
    code, said = taplo(policy)
    assert (code, '"guess" is not one of' in said) == (1, True)


@pytest.mark.parametrize("words", [("init", "."), ("policy", "init")], ids=" ".join)
def test_it_lies_beside_a_new_policy_and_replaces_nothing(
    imgpolicy: Run, tmp_path: Path, words: tuple[str, ...]
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
    (second / SCHEMA_NAME).write_text("mine")
    for folder in (first, second):
        assert imgpolicy(*words, folder=folder).code == 0
        assert (folder / "imgpolicy.toml").read_text().startswith(f"#:schema ./{SCHEMA_NAME}\n")
    assert (first / SCHEMA_NAME).read_text() == policy_schema()
    assert (second / SCHEMA_NAME).read_text() == "mine"
