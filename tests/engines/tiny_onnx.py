"""ONNX models of a few bytes, written as protocol buffers by hand: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto."""

from __future__ import annotations

import json
from pathlib import Path

from imgpolicy.engines.arcface import InputForm
from imgpolicy.engines.calibration import Calibration, Tail
from imgpolicy.engines.records import calibration_file, written

TAIL = Tail(base=0.5, share=0.01, scale=0.02, pairs=1_000, people=10, source="an example")
TABLE = Calibration(strangers=TAIL, event=TAIL, margin=0.05, smallest=32)
FORM = InputForm(channels="rgb", mean=127.5, deviation=127.5)


def tiny_model(*operations: str) -> bytes:
    """A network that does these operations, of one input each, in turn; GlobalAveragePool gives 3 numbers."""
    nodes = b""
    for number, operation in enumerate(operations):
        ends = _text(1, "data" if number == 0 else f"v{number}"), _text(2, f"v{number + 1}")
        nodes += _part(1, b"".join(ends) + _text(4, operation))
    graph = nodes + _text(2, "tiny") + _part(11, _value("data", 1, 3, 112, 112))
    graph += _part(12, _value(f"v{len(operations)}"))
    return _number(1, 8) + _part(7, graph) + _part(8, _number(2, 13))


def table_for(folder: Path, sha256: str, dimensions: int = 3, form: InputForm = FORM) -> Path:
    """A calibration of the model with this hash, as a file."""
    file = folder / "table.json"
    file.write_bytes(written(calibration_file(sha256, dimensions, form, TABLE)))
    return file


def altered(file: Path, **values: object) -> Path:
    """The same file with other values in it."""
    file.write_text(json.dumps(json.loads(file.read_text()) | values))
    return file


def _value(name: str, *sizes: int) -> bytes:
    shape = b"".join(_part(1, _number(1, size)) for size in sizes)
    return _text(1, name) + _part(2, _part(1, _number(1, 1) + _part(2, shape)))


def _text(field: int, text: str) -> bytes:
    return _part(field, text.encode())


def _part(field: int, data: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _varint(value: int) -> bytes:
    low, rest = value & 127, value >> 7
    return bytes([low | 128]) + _varint(rest) if rest else bytes([low])
