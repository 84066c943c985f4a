#!/usr/bin/env bash
# Scores of three classes turned into the logarithms of their probabilities (LogSoftmax), and into the logarithm of
# the sum of their exponentials (ReduceLogSumExp), in OpenCV's network module.
#
# Guessed: finite numbers, as in ONNX Runtime: that these are safe where exponentials overflow is what the two are for.
# True:    the exponentials are taken as they are. A class whose score is 110 below the best one has minus infinity
# instead of -110 (here from 88 below on). The other gives infinity from a score of 89 on, and minus infinity where
# all are that far below 0.
# Matters: an energy or a loss in the network is infinite for a confident network, and an entropy, which multiplies
# by a probability of 0, is not a number; with mild scores of a test all is right.
# Versions: numpy 2.4.6 onnx 1.23.2 onnxruntime 1.32.0 opencv-python-headless 5.0.0.93
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 onnx==1.23.2 \
  onnxruntime==1.32.0 opencv-python-headless==5.0.0.93
"$place/venv/bin/python" - <<'PYTHON'
import cv2
import numpy as np
import onnxruntime
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


def by_opencv(network, **inputs):
    net = cv2.dnn.readNetFromONNX(np.frombuffer(network, np.uint8))
    for name, array in inputs.items():
        net.setInput(array, name)
    return np.asarray(net.forward())


last = np.array([1])
for scores, sum_by_opencv, sum_by_onnxruntime in (
    ([0, 1, 88], 88.0, 88.0),
    ([0, 1, 89], np.inf, 89.0),
    ([0, 3, 110], np.inf, 110.0),
    ([1000, 1001, 999], np.inf, 1001.40761),
    ([-1000, -1001, -999], -np.inf, -998.59239),
    ([1, 2, 3], 3.40761, 3.40761),
):
    scores = np.array([scores], np.float32)
    total = network("ReduceLogSumExp", [scores, last], constants=(1,), dimensions=1, keepdims=0)
    found, true = by_opencv(total, i0=scores).item(), by_onnxruntime(total, i0=scores).item()
    print(scores[0], "log of sum", found, true)
    assert np.allclose([found, true], [sum_by_opencv, sum_by_onnxruntime])

scores = np.array([[0, 3, 110]], np.float32)
logs = network("LogSoftmax", [scores], dimensions=2, axis=1)
print(scores[0], "log of softmax", by_opencv(logs, i0=scores), by_onnxruntime(logs, i0=scores))
assert by_opencv(logs, i0=scores).tolist() == [[-np.inf, -np.inf, 0]]
assert by_onnxruntime(logs, i0=scores).tolist() == [[-110, -107, 0]]
scores = np.array([[0, 3, 10]], np.float32)
logs = network("LogSoftmax", [scores], dimensions=2, axis=1)
assert np.allclose(by_opencv(logs, i0=scores), by_onnxruntime(logs, i0=scores), atol=1e-3)
print("still so")
PYTHON
