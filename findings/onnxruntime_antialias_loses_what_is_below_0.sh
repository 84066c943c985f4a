#!/usr/bin/env bash
# A map of signed bytes, such as the scores of a quantized network or a map of changes, and a grey picture of bytes, resized
# by the linear method with and without antialias, by ONNX Runtime on a CPU.
#
# Guessed: the numbers that floats give, rounded to the nearest.
# True:    with antialias, all that is below 0 becomes 0 in signed bytes: a flat map of -100 is 0, and 100 stays. Without it
# they are right but for the rounding: fractions are cut off, so greys fall by half a level on the average, and
# 254.7 is 254. With antialias bytes without a sign are rounded, and numbers of 32 bits keep their sign.
# Matters: the background's scores are lost, so a threshold below 0 marks the whole picture; and a matte of bytes gets darker
# with each linear resize, nothing stays opaque beside an edge of 254. Cast to floats before Resize.
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


def resized(picture, factor, antialias):
    kind = helper.np_dtype_to_tensor_dtype(picture.dtype)
    constants = [("nothing", np.array([], np.float32)), ("scales", np.array([1, 1, factor, factor], np.float32))]
    node = helper.make_node(
        "Resize", ["picture", *(name for name, _ in constants)], ["result"], mode="linear", antialias=antialias
    )
    graph = helper.make_graph(
        [node],
        "graph",
        [helper.make_tensor_value_info("picture", kind, picture.shape)],
        [helper.make_tensor_value_info("result", kind, None)],
        [numpy_helper.from_array(constant, name) for name, constant in constants],
    )
    network = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    session = onnxruntime.InferenceSession(network.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"picture": picture})[0]


halves = np.full((1, 1, 8, 8), -100)
halves[..., 4:] = 100
for kind, left in ((np.int8, 0), (np.int32, -100), (np.float32, -100)):
    for factor in (0.5, 2):
        result = resized(halves.astype(kind), factor, 1)[0, 0]
        print(kind.__name__, "times", factor, "from", result[0, 0], "to", result[0, -1])
        assert (result[0, 0], result[0, -1]) == (left, 100)
        assert resized(halves.astype(kind), factor, 0)[0, 0, 0, 0] == -100

greys = np.random.default_rng(0).integers(0, 256, (1, 1, 40, 40)).astype(np.uint8)
for antialias, least, most in ((0, -0.5, -0.4), (1, -0.05, 0.3)):
    true = resized(greys.astype(np.float32), 2, antialias)
    off = resized(greys, 2, antialias) - true
    print("antialias", antialias, "is off by", off.mean(), "on the average")
    assert least < off.mean() < most
    if not antialias:
        assert np.array_equal(resized(greys, 2, 0), np.floor(true + 1e-4))
print("still so")
PYTHON
