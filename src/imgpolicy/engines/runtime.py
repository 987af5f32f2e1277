"""A network that ONNX Runtime runs: on one thread, quietly, without reaching for anything else."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from imgpolicy.errors import ExtractError
from imgpolicy.phrase import phrase

_FATAL = 4


class Network:
    """A network with one input, loaded from the bytes of its model. Its threads would cost more CPU than they save.

    Raises ExtractError when ONNX Runtime does not take the model.
    """

    def __init__(self, weights: bytes) -> None:
        from onnxruntime import InferenceSession, SessionOptions

        options = SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = _FATAL
        try:
            self._session = InferenceSession(weights, options, providers=["CPUExecutionProvider"])
        except _failures() as error:
            raise _failed(error) from error
        self._input = str(self._session.get_inputs()[0].name)

    def stated(self, key: str) -> str:
        """What the model's file states under this key; empty where it states nothing."""
        return str(self._session.get_modelmeta().custom_metadata_map.get(key, ""))

    def run(self, given: NDArray[np.float32], outputs: Sequence[str]) -> list[NDArray[np.float32]]:
        """These outputs for this input, in their order. Raises ExtractError when the network fails."""
        try:
            answers = self._session.run(list(outputs), {self._input: given})
        except _failures() as error:
            raise _failed(error) from error
        return [np.asarray(answer, dtype=np.float32) for answer in answers]


def _failures() -> tuple[type[Exception], ...]:
    """What ONNX Runtime raises: each kind is one of its own."""
    from onnxruntime.capi import onnxruntime_pybind11_state as raised

    return (
        raised.EngineError,
        raised.Fail,
        raised.InvalidArgument,
        raised.InvalidGraph,
        raised.InvalidProtobuf,
        raised.NoModel,
        raised.NotImplemented,
        raised.RuntimeException,
    )


def _failed(error: Exception) -> ExtractError:
    return ExtractError(phrase("ONNX Runtime cannot run a model ({reason})", reason=" ".join(str(error).split())[:120]))
