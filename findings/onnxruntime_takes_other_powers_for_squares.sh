#!/usr/bin/env bash
# Features less their mean, divided by the root of the mean of their fourth (first, third) powers, then weighted and moved, by
# ONNX Runtime on a CPU as it is by default, and with its optimizations switched off.
#
# Guessed: the same numbers: an optimization that puts one operator in the place of nine looks at the exponent, which is a
# constant of the network.
# True:    by default the exponent is taken for 2, whatever it is: the result is that of layer normalization, and with a
# fourth power a feature that should be -0.1 is -0.9. With ORT_DISABLE_ALL they are as written. Without the mean taken off
# (RMS normalization) exponents are looked at.
# Matters: a network with a normalization of its own gives other features in the runtime that others are checked against,
# by a factor that varies from pixel to pixel, so masks are merely worse. Write the power as products.
# Versions: numpy 2.4.6 onnx 1.23.2 onnxruntime 1.32.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

FEATURES = np.array([[0, 1, 2, 3, 4, 5, 6, 19]], np.float32)


def normalized(exponent, level):
    constants = {
        "last": np.array([-1]),
        "exponent": np.float32(exponent),
        "little": np.float32(0.5),
        "weight": np.ones(8, np.float32),
        "shift": np.zeros(8, np.float32),
    }
    graph = helper.make_graph(
        [
            helper.make_node("ReduceMean", ["features", "last"], ["mean"]),
            helper.make_node("Sub", ["features", "mean"], ["centred"]),
            helper.make_node("Pow", ["centred", "exponent"], ["powers"]),
            helper.make_node("ReduceMean", ["powers", "last"], ["spread"]),
            helper.make_node("Add", ["spread", "little"], ["more"]),
            helper.make_node("Sqrt", ["more"], ["root"]),
            helper.make_node("Div", ["centred", "root"], ["divided"]),
            helper.make_node("Mul", ["divided", "weight"], ["weighted"]),
            helper.make_node("Add", ["weighted", "shift"], ["result"]),
        ],
        "graph",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, FEATURES.shape)],
        [helper.make_tensor_value_info("result", TensorProto.FLOAT, FEATURES.shape)],
        [numpy_helper.from_array(np.asarray(constant), name) for name, constant in constants.items()],
    )
    network = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    options = onnxruntime.SessionOptions()
    if level:
        options.graph_optimization_level = getattr(onnxruntime.GraphOptimizationLevel, level)
    session = onnxruntime.InferenceSession(network.SerializeToString(), options, ["CPUExecutionProvider"])
    return session.run(None, {"features": FEATURES})[0]


centred = FEATURES - FEATURES.mean()
squares = centred / np.sqrt((centred**2).mean() + 0.5)
for exponent in (2, 3, 4):
    right = centred / np.sqrt((centred**exponent).mean() + 0.5)
    by_default = normalized(exponent, None)
    print("exponent", exponent, "gives", by_default[0, 0], "for", right[0, 0])
    assert np.allclose(by_default, squares, atol=1e-4)
    assert np.allclose(by_default, right, atol=1e-2) == (exponent == 2)
    assert np.allclose(normalized(exponent, "ORT_ENABLE_BASIC"), squares, atol=1e-4)
    assert np.allclose(normalized(exponent, "ORT_DISABLE_ALL"), right, atol=1e-4)
print("still so")
PYTHON
