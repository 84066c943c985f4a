#!/usr/bin/env bash
# Masks and greys as bytes, subtracted, multiplied and added within a network, in OpenVINO on an x86 processor.
#
# Guessed: what does not fit wraps around, as in NumPy, PyTorch, ONNX Runtime and OpenVINO's own 32 bits.
# True:    it stops at the ends of the type: 5 - 7 is 0 and not 254, 100 · 3 is 255 and not 44, as signed bytes
# 100 + 100 is 127 and not -56.
# Matters: checksums, ids and hashes made by wrapping differ; the other way round, a difference of masks (mask - grown)
# that is right here is full of 255 elsewhere. Nobody promises either: cast to 16 bits before.
# Versions: numpy 2.4.6 onnx 1.23.2 onnxruntime 1.32.0 openvino 2026.4.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 onnx==1.23.2 \
  onnxruntime==1.32.0 openvino==2026.4.1
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import onnxruntime
import openvino
from onnx import TensorProto, helper, numpy_helper


def network(operator, arrays, constants=(), opset=19, kind=TensorProto.FLOAT, dimensions=4, **options):
    """A network of one operator; the arrays numbered in constants are part of it, None is left out."""
    names = ["" if array is None else f"i{n}" for n, array in enumerate(arrays)]
    graph = helper.make_graph(
        [helper.make_node(operator, names, ["out"], **options)],
        "graph",
        [
            helper.make_tensor_value_info(names[n], helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
            for n, array in enumerate(arrays)
            if array is not None and n not in constants
        ],
        [helper.make_tensor_value_info("out", kind, [None] * dimensions)],
        [numpy_helper.from_array(arrays[n], names[n]) for n in constants],
    )
    imports = [helper.make_opsetid("", opset)]
    return helper.make_model(graph, opset_imports=imports, ir_version=9).SerializeToString()


def by_onnxruntime(network, **inputs):
    session = onnxruntime.InferenceSession(network, providers=["CPUExecutionProvider"])
    return session.run(None, inputs)[0]


def by_openvino(network, **inputs):
    core = openvino.Core()
    exact = {"INFERENCE_PRECISION_HINT": "f32"}
    return core.compile_model(core.read_model(network), "CPU", exact)(inputs)[0]


for operator, kind, a, b, ends, wrapped in (
    ("Sub", np.uint8, [5, 7], [7, 5], [0, 2], [254, 2]),
    ("Mul", np.uint8, [100, 2], [3, 3], [255, 6], [44, 6]),
    ("Add", np.int8, [100, 2], [100, 3], [127, 5], [-56, 5]),
    ("Sub", np.int32, [-2147483648, 7], [1, 5], [2147483647, 2], [2147483647, 2]),
):
    a, b = np.array(a, kind), np.array(b, kind)
    sums = network(operator, [a, b], kind=helper.np_dtype_to_tensor_dtype(a.dtype), dimensions=1)
    found, true = by_openvino(sums, i0=a, i1=b), by_onnxruntime(sums, i0=a, i1=b)
    print(operator, kind.__name__, found, true)
    assert found.tolist() == ends and true.tolist() == wrapped
print("still so")
PYTHON
