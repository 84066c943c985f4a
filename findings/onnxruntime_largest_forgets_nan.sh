#!/usr/bin/env bash
# The largest of a few scores and where it is, one of them NaN, by ONNX Runtime on a CPU.
#
# Guessed: NaN and its place, as NumPy and torch say, from ArgMax, ReduceMax and MaxPool alike.
# True:    NaN is found where it stands first, and passed over where anything stands before it: of
# (1, NaN, 3) the largest is 3 at 2, of (NaN, 1, 3) it is NaN at 0. MaxPool passes over it too, while
# Max of two arrays and TopK hold to NaN.
# Matters: a network that gives NaN makes a class map that looks whole, and whether a check of the
# largest score finds it depends on which class it came out in. Ask for IsNaN, or look at all scores.
# Versions: numpy 2.4.6 onnx 1.23.2 onnxruntime 1.32.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 onnx==1.23.2 \
  onnxruntime==1.32.0
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import onnxruntime
from onnx import TensorProto, helper



def answer(operator, arrays, kinds, **options):
    """All outputs of one operator; arrays are float32 or as they are, missing ones None."""
    inputs = {f"i{n}": array for n, array in enumerate(arrays) if array is not None}
    names = ["" if array is None else f"i{n}" for n, array in enumerate(arrays)]
    outputs = [f"o{n}" for n in range(len(kinds))]
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        [helper.make_node(operator, names, outputs, **options)],
        "graph",
        [
            value(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
            for name, array in inputs.items()
        ],
        [value(name, kind, None) for name, kind in zip(outputs, kinds)],
    )
    opset = [helper.make_opsetid("", 19)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=9)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    return session.run(None, inputs)


FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64
nan = np.float32("nan")
axis = np.array([0])
for scores, place, largest in (
    ([1, nan, 3], 2, 3),
    ([nan, 1, 3], 0, nan),
    ([1, 3, nan], 1, 3),
):
    scores = np.array(scores, np.float32)
    (at,) = answer("ArgMax", [scores], [INT64], axis=0, keepdims=0)
    (most,) = answer("ReduceMax", [scores, axis], [FLOAT], keepdims=0)
    print(scores, "ArgMax", at, "ReduceMax", most, "NumPy", scores.argmax(), scores.max())
    assert at == place and np.array_equal(most, largest, equal_nan=True)
    assert np.isnan(scores.max()) and np.isnan(scores[scores.argmax()])

scores = np.array([1, nan, 3, 4], np.float32)
(pooled,) = answer("MaxPool", [scores.reshape(1, 1, 2, 2)], [FLOAT], kernel_shape=[2, 2])
(greater,) = answer("Max", [scores, scores[::-1].copy()], [FLOAT])
best, _ = answer("TopK", [scores, np.array([1])], [FLOAT, INT64])
print("MaxPool", pooled.ravel(), "Max", greater, "TopK", best)
assert pooled.ravel().tolist() == [4]
assert np.isnan(greater).tolist() == [False, True, True, False] and np.isnan(best[0])
print("still so")
PYTHON
