#!/usr/bin/env bash
# Boxes cleared of doubles within a network (NonMaxSuppression), where two overlap by exactly the threshold, and
# where the threshold is left out, in OpenVINO.
#
# Guessed: a box whose overlap equals the threshold is kept, for the operator's text says so in words, and ONNX Runtime
# does it. Without a threshold, which then is 0, boxes that overlap at all are dropped.
# True:    equal is dropped too: of two boxes, one half of the other, with a threshold of 0.5 one is left. And with a
# threshold of 0 every box but the best of its class is dropped, also the one at the other end of the picture,
# for its overlap of 0 equals 0.
# Matters: boxes of whole pixels overlap by exactly a half or a third quite often, and two runtimes then find different
# numbers of objects. A network that relies on the default of 0 finds one object a class.
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


best = np.array([10])


def kept(run, boxes, threshold):
    boxes = np.array([boxes], np.float32)
    scores = np.linspace(0.9, 0.5, boxes.shape[1], dtype=np.float32)[None, None]
    threshold = None if threshold is None else np.array([threshold], np.float32)
    inputs = [boxes, scores, best, threshold]
    constants = (2,) if threshold is None else (2, 3)
    kind = {"kind": TensorProto.INT64, "dimensions": 2}
    suppression = network("NonMaxSuppression", inputs, constants=constants, **kind)
    found = run(suppression, i0=boxes, i1=scores)
    return [row[2] for row in found.tolist() if row[0] == 0]


whole, half, third, far = [0, 0, 2, 2], [0, 0, 2, 1], [1, 0, 3, 2], [7, 7, 9, 9]
for name, boxes, threshold, strictly, or_equal in (
    ("half", [whole, half, far], 0.5, [0, 1, 2], [0, 2]),
    ("half, a little less", [whole, half, far], 0.51, [0, 1, 2], [0, 1, 2]),
    ("a third", [whole, third, far], np.float32(1) / np.float32(3), [0, 1, 2], [0, 2]),
    ("threshold 0", [whole, half, far], 0, [0, 2], [0]),
    ("no threshold", [whole, half, far], None, [0, 2], [0]),
):
    found, true = kept(by_openvino, boxes, threshold), kept(by_onnxruntime, boxes, threshold)
    print(name, found, true)
    assert true == strictly and found == or_equal
print("still so")
PYTHON
