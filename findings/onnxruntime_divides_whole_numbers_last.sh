#!/usr/bin/env bash
# One divided by a class number and multiplied by another, in whole numbers, so that what is class 1 gets the number 6
# and the rest 0: by ONNX Runtime on a CPU as it is by default, and with its optimizations switched off.
#
# Guessed: 6 for class 1 and 0 for the others each time; an optimization leaves whole numbers alone where the order
# matters.
# True:    by default (1 / x) · 6 is computed as 6 / x: classes 2 and 3 get 3 and 2. With ORT_DISABLE_ALL it is as
# written. Numbers of 32 and 64 bits do so, a constant or a second input to multiply with; bytes, a dividend other than 1,
# and floats (but for rounding) are right.
# Matters: pixels of other classes are drawn as objects with plausible numbers, by the runtime that others are checked
# against; and with the optimizations off, as one looks for the fault, it is gone. Compare with Equal and take Where.
# Versions: numpy 2.4.6 onnx 1.23.2 onnxruntime 1.32.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import onnxruntime
from onnx import helper, numpy_helper

LEVEL = onnxruntime.GraphOptimizationLevel


def quotient_times_6(classes, dividend, level):
    """(dividend / classes) · 6, with all three of the same kind."""
    kind = helper.np_dtype_to_tensor_dtype(classes.dtype)
    graph = helper.make_graph(
        [
            helper.make_node("Div", ["dividend", "classes"], ["quotient"]),
            helper.make_node("Mul", ["quotient", "six"], ["result"]),
        ],
        "graph",
        [helper.make_tensor_value_info("classes", kind, classes.shape)],
        [helper.make_tensor_value_info("result", kind, classes.shape)],
        [
            numpy_helper.from_array(np.array([dividend], classes.dtype), "dividend"),
            numpy_helper.from_array(np.array([6], classes.dtype), "six"),
        ],
    )
    network = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    options = onnxruntime.SessionOptions()
    if level is not None:
        options.graph_optimization_level = level
    session = onnxruntime.InferenceSession(network.SerializeToString(), options, ["CPUExecutionProvider"])
    return session.run(None, {"classes": classes})[0].tolist()


for kind in (np.int32, np.int64):
    classes = np.array([1, 2, 3, 6, 7], kind)
    print(kind.__name__, quotient_times_6(classes, 1, None), "for", quotient_times_6(classes, 1, LEVEL.ORT_DISABLE_ALL))
    assert quotient_times_6(classes, 1, None) == [6, 3, 2, 1, 0]
    assert quotient_times_6(classes, 1, LEVEL.ORT_ENABLE_BASIC) == [6, 3, 2, 1, 0]
    assert quotient_times_6(classes, 1, LEVEL.ORT_DISABLE_ALL) == [6, 0, 0, 0, 0]
    assert quotient_times_6(classes, 4, None) == [24, 12, 6, 0, 0]
assert quotient_times_6(np.array([1, 2, 3], np.uint8), 1, None) == [6, 0, 0]
print("still so")
PYTHON
