#!/usr/bin/env bash
# Scores of two classes in a map of 1×3 pixels turned into probabilities (Softmax, axis 1), by a network of opset 11,
# as many that are passed around are, in four runtimes.
#
# Guessed: in all the same: either one pixel's classes add up to 1, or, as the text of opset 11 has it, all that follows
# the axis is one row, so that the whole picture adds up to 1.
# True:    ONNX Runtime follows the text: the picture adds up to 1, a pixel to what its scores are among all. OpenVINO,
# OpenCV and the reference evaluator of the onnx package take it as opset 13 changed it: each pixel adds up to 1.
# Matters: the older network gives probabilities that depend on the size of the picture in one runtime and plausible
# ones in the others, so which is the fault is not clear from the result. The largest class stays the same, a
# threshold does not. Raise the opset by the version converter, which writes out what is meant.
# Versions: numpy 2.4.6 onnx 1.23.2 onnxruntime 1.32.0 opencv-python-headless 5.0.0.93 openvino 2026.4.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 onnx==1.23.2 \
  onnxruntime==1.32.0 opencv-python-headless==5.0.0.93 openvino==2026.4.1
"$place/venv/bin/python" - <<'PYTHON'
import cv2
import numpy as np
import onnxruntime
import openvino
from onnx import TensorProto, helper, load_from_string, numpy_helper
from onnx.reference import ReferenceEvaluator


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


def by_openvino(network, **inputs):
    core = openvino.Core()
    exact = {"INFERENCE_PRECISION_HINT": "f32"}
    return core.compile_model(core.read_model(network), "CPU", exact)(inputs)[0]


def by_reference(network, **inputs):
    return ReferenceEvaluator(load_from_string(network)).run(None, inputs)[0]


scores = np.array([[0, 1, 2], [0, 0, 0]], np.float32).reshape(1, 2, 1, 3)
exponentials = np.exp(scores)
whole, pixel = exponentials / exponentials.sum(), exponentials / exponentials.sum(1)
for opset in (11, 13):
    softmax = network("Softmax", [scores], opset=opset, axis=1)
    for run in (by_onnxruntime, by_openvino, by_opencv, by_reference):
        found = run(softmax, i0=scores)
        print(opset, run.__name__, "a pixel adds up to", found.sum(1).ravel())
        true = whole if opset == 11 and run is by_onnxruntime else pixel
        assert np.allclose(found, true, atol=1e-4)
print("still so")
PYTHON
