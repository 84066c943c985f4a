#!/usr/bin/env bash
# A class map with the void number 255, spread to one plane a class (OneHot, 19 classes) within a network, in
# OpenCV's network module.
#
# Guessed: a pixel of 255 is 0 in every plane, as the operator's text says of numbers outside the range, and as in
# ONNX Runtime.
# True:    the number is taken modulo the number of classes: 255 is class 8 of 19, class 5 of 10 and
# class 0 of 3. -1 is the last class in both, as the text says.
# Matters: what nobody labelled becomes road or sky for a network that takes a class map as a hint, or in a measure
# computed within it. Replace void before.
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


def model(operator, arrays, kind, shape, constants=(), **options):
    """A network of one operator; the arrays numbered in constants are part of it, None is left out."""
    names = ["" if array is None else f"i{n}" for n, array in enumerate(arrays)]
    kinds = [helper.np_dtype_to_tensor_dtype(array.dtype) if array is not None else 0 for array in arrays]
    graph = helper.make_graph(
        [helper.make_node(operator, names, ["out"], **options)],
        "graph",
        [
            helper.make_tensor_value_info(names[n], kinds[n], array.shape)
            for n, array in enumerate(arrays)
            if array is not None and n not in constants
        ],
        [helper.make_tensor_value_info("out", kind, shape)],
        [numpy_helper.from_array(arrays[n], names[n]) for n in constants],
    )
    opset = [helper.make_opsetid("", 19)]
    return helper.make_model(graph, opset_imports=opset, ir_version=9).SerializeToString()


def by_onnxruntime(network, **inputs):
    session = onnxruntime.InferenceSession(network, providers=["CPUExecutionProvider"])
    return session.run(None, inputs)[0]


def by_opencv(network, **inputs):
    net = cv2.dnn.readNetFromONNX(np.frombuffer(network, np.uint8))
    for name, array in inputs.items():
        net.setInput(array, name)
    return net.forward("out")


labels = np.array([0, 2, 255, -1])
for classes, taken in ((19, 8), (10, 5), (3, 0)):
    arrays = [labels, np.array(classes), np.array([0, 1], np.float32)]
    network = model("OneHot", arrays, TensorProto.FLOAT, [4, classes], (1, 2))
    expected, found = by_onnxruntime(network, i0=labels), by_opencv(network, i0=labels)
    print(classes, "classes: OpenCV", np.argwhere(found).tolist(), "ONNX Runtime", np.argwhere(expected).tolist())
    assert np.argwhere(expected).tolist() == [[0, 0], [1, 2], [3, classes - 1]]
    assert np.argwhere(found).tolist() == [[0, 0], [1, 2], [2, taken], [3, classes - 1]]
print("still so")
PYTHON
