"""Models and engines from the command line: added, listed, verified, and what a change of engine means."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from tests.engines.tiny_onnx import table_for, tiny_model
from tests.support import Run

GOOD = ("--channel", "website", "--purpose", "news", "--role", "employee", "--origin", "own")
PORTRAIT = ("check", "pictures/portrait.jpg", *GOOD)


@pytest.fixture
def own_model(own_demo: Path) -> Path:
    """A model's file in the demonstration's folder, with its calibration beside it."""
    file = own_demo / "own.onnx"
    file.write_bytes(tiny_model("GlobalAveragePool"))
    table_for(own_demo, hashlib.sha256(file.read_bytes()).hexdigest())
    return file


def use(folder: Path, engine: str) -> None:
    """Write the engine into the policy."""
    policy = folder / "imgpolicy.toml"
    policy.write_text(policy.read_text().replace('engine = "yunet-sface"', f'engine = "{engine}"'))


def test_the_built_in_models_are_listed_and_whole(imgpolicy: Run, demo: Path) -> None:
    ran = imgpolicy("models", "list", "--format", "json", folder=demo)
    rows = json.loads(ran.out)
    assert {row["engine"] for row in rows if row["in_use"]} == {"yunet-sface"}
    assert all(len(row["sha256"]) == 64 for row in rows)
    assert imgpolicy("models", "list").code == 0
    ran = imgpolicy("models", "verify")
    assert (ran.code, ran.err) == (0, "")


@pytest.mark.slow
def test_a_model_is_added_listed_and_named_when_it_changes(imgpolicy: Run, own_model: Path) -> None:
    folder = own_model.parent
    ran = imgpolicy("models", "add", "mine", "own.onnx", "--calibration", "table.json", folder=folder)
    assert (ran.code, 'engine = "onnx:mine"' in ran.err) == (0, True)
    assert "onnx:mine" in imgpolicy("models", "list").out
    assert imgpolicy("models", "verify").code == 0
    own_model.write_bytes(b"altered")
    ran = imgpolicy("models", "verify")
    assert (ran.code, "onnx:mine: the model mine is not the expected file" in ran.err) == (4, True)
    own_model.unlink()
    ran = imgpolicy("models", "verify")
    assert (ran.code, "the face model mine.onnx cannot be read" in ran.err) == (4, False)
    assert "cannot be read" in ran.err


def test_a_damaged_record_is_told_of_and_is_not_whole(imgpolicy: Run, own_demo: Path) -> None:
    (own_demo / "models").mkdir()
    (own_demo / "models/mine.json").write_text("{")
    ran = imgpolicy("models", "list", folder=own_demo)
    assert (ran.code, "yunet-sface" in ran.out, "mine.json" in ran.err, ran.err.count("\n")) == (0, True, True, 1)
    ran = imgpolicy("models", "verify")
    assert (ran.code, "mine.json" in ran.err, ran.err.count("\n")) == (4, True, 1)


@pytest.mark.slow
def test_a_model_that_is_none_is_refused_in_one_line(imgpolicy: Run, own_model: Path) -> None:
    own_model.write_bytes(b"rubbish")
    table_for(own_model.parent, hashlib.sha256(b"rubbish").hexdigest())
    ran = imgpolicy("models", "add", "mine", "own.onnx", "--calibration", "table.json", folder=own_model.parent)
    assert (ran.code, ran.out, ran.err.count("\n")) == (4, "", 1)


def test_a_policy_that_names_a_model_that_is_not_there_is_refused(imgpolicy: Run, own_demo: Path) -> None:
    use(own_demo, "onnx:nothing")
    ran = imgpolicy(*PORTRAIT, folder=own_demo)
    assert (ran.code, "there is no model 'nothing'" in ran.err) == (4, True)


@pytest.mark.slow
def test_after_a_change_of_engine_nothing_is_a_go_until_everybody_is_enrolled_again(
    imgpolicy: Run, own_model: Path
) -> None:
    folder = own_model.parent
    assert imgpolicy(*PORTRAIT, folder=folder).code == 0
    imgpolicy("models", "add", "mine", "own.onnx", "--calibration", "table.json")
    use(folder, "onnx:mine")
    ran = imgpolicy("check", "pictures/meadow.jpg", *GOOD, "--format", "json")
    (report,) = json.loads(ran.out)["reports"]
    (missed,) = [unknown for unknown in report["not_checked"] if unknown["what"] == "people"]
    assert (report["verdict"], missed["lifts"]) == ("review", True)
    assert "enrol them again" in missed["reason"]
    people = {row["person"] for row in json.loads(imgpolicy("face", "list", "--format", "json").out)}
    ran = imgpolicy("face", "list")
    assert all(f"{person} has no face vector of the engine onnx:mine/" in ran.err for person in people)
    assert "enrol them again" in imgpolicy("register", "stats").err
    for person in people - {"eileen"}:
        imgpolicy("face", "remove", person)
    assert imgpolicy("face", "enrol", "eileen", "pictures/portrait.jpg").code == 0
    assert "enrol them again" not in imgpolicy("face", "list").err
    ran = imgpolicy("check", "pictures/meadow.jpg", *GOOD, "--format", "json")
    assert json.loads(ran.out)["reports"][0]["verdict"] == "go"


@pytest.mark.slow
def test_vectors_of_two_engines_never_meet(imgpolicy: Run, own_model: Path) -> None:
    folder = own_model.parent
    imgpolicy("models", "add", "mine", "own.onnx", "--calibration", "table.json", folder=folder)
    use(folder, "onnx:mine")
    (report,) = json.loads(imgpolicy(*PORTRAIT, "--format", "json").out)["reports"]
    assert [(face["person"], face["score"]) for face in report["faces"]] == [(None, None)]
