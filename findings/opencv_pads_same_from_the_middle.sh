#!/usr/bin/env bash
# A convolution of 3×3 and stride 2 with the padding SAME_UPPER, as converters from TensorFlow write it, in
# OpenCV's network module, on a picture with even sides. And one of 2×2 with SAME_LOWER.
#
# Guessed: as in ONNX Runtime, for the rule is written down: what has to be padded is shared by both sides, and
# an odd pixel goes to the end with SAME_UPPER and to the beginning with SAME_LOWER.
# True:    the beginning gets half of the kernel, whatever the stride and the rule: the result is sampled one
# pixel further up and left (columns 0, 2 instead of 1, 3); with SAME_LOWER 2×2 one further down and right.
# Pooling does so too. With odd sides the 3×3 is right.
# Matters: each stage that halves moves the picture by a pixel of its own, so after five stages a mask or a box
# is off by up to 31 pixels, and scores are merely lower. Write the padding out as numbers.
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


middle = np.zeros((1, 1, 3, 3), np.float32)
middle[..., 1, 1] = 1


def both(operator, picture, kernel, stride, rule):
    weights = [middle if kernel == 3 else np.ones((1, 1, kernel, kernel), np.float32)]
    arrays = [picture] + weights * (operator == "Conv")
    side = -(-picture.shape[-1] // stride)
    options = {"kernel_shape": [kernel] * 2, "strides": [stride] * 2, "auto_pad": rule}
    network = model(operator, arrays, TensorProto.FLOAT, [1, 1, side, side], range(1, len(arrays)), **options)
    expected, found = by_onnxruntime(network, i0=picture), by_opencv(network, i0=picture)
    print(operator, kernel, stride, rule, "OpenCV", found.ravel(), "ONNX Runtime", expected.ravel())
    return expected[0, 0].tolist(), found[0, 0].tolist()


even, odd = (np.arange(side * side, dtype=np.float32).reshape(1, 1, side, side) for side in (4, 5))
assert both("Conv", even, 3, 2, "SAME_UPPER") == ([[5, 7], [13, 15]], [[0, 2], [8, 10]])
assert both("MaxPool", even, 3, 2, "SAME_UPPER") == ([[10, 11], [14, 15]], [[5, 7], [13, 15]])
expected, found = both("Conv", odd, 3, 2, "SAME_UPPER")
assert expected == found
dot = np.zeros((1, 1, 3, 3), np.float32)
dot[..., 1, 1] = 1
lower = both("Conv", dot, 2, 1, "SAME_LOWER")
assert lower == ([[0, 0, 0], [0, 1, 1], [0, 1, 1]], [[1, 1, 0], [1, 1, 0], [0, 0, 0]])
print("still so")
PYTHON
