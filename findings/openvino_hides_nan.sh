#!/usr/bin/env bash
# A network that computed NaN, in OpenVINO on an x86 processor: what its ReLU, clip, exponential and
# maximum make of it.
#
# Guessed: NaN stays NaN, as in NumPy and in ONNX Runtime, so a check of the result finds it.
# True:    ReLU makes it 0, a clip its lower bound, the hard sigmoid 1, the exponential infinity; the larger
# of NaN and 1 is 1, that of 1 and NaN is NaN. Other activations keep it. OpenCV's convolution turns a NaN of
# its input into 3.4e38 for all pixels around.
# Matters: a depth map with NaN for "no value", or weights that overflowed, give a whole and plausible mask, and
# an assertion that nothing is NaN holds there and fails elsewhere. Test the inputs, not the result.
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


def by_openvino(network, **inputs):
    core = openvino.Core()
    exact = {"INFERENCE_PRECISION_HINT": "f32"}  # or some processors compute in 16 bits
    return core.compile_model(core.read_model(network), "CPU", exact)(inputs)[0]


def by_opencv(network, **inputs):
    net = cv2.dnn.readNetFromONNX(np.frombuffer(network, np.uint8))
    for name, array in inputs.items():
        net.setInput(array, name)
    return net.forward("out")


nan = np.float32("nan")
scores, other = np.array([nan, -1, 3, 1], np.float32), np.array([1, 0, 1, nan], np.float32)
low, high = np.array(0.25, np.float32), np.array(2, np.float32)
for operator, arrays, constants, hidden in (
    ("Relu", [scores], (), [0, 0, 3, 1]),
    ("Clip", [scores, low, high], (1, 2), [0.25, 0.25, 2, 1]),
    ("HardSigmoid", [scores], (), [1, 0.3, 1, 0.7]),
    ("Exp", [scores], (), [np.inf, np.exp(-1), np.exp(3), np.exp(1)]),
    ("Max", [scores, other], (), [1, 0, 3, nan]),
    ("Tanh", [scores], (), [nan, np.tanh(-1), np.tanh(3), np.tanh(1)]),
):
    network = model(operator, arrays, TensorProto.FLOAT, [4], constants)
    inputs = {f"i{n}": array for n, array in enumerate(arrays) if n not in constants}
    expected, found = by_onnxruntime(network, **inputs), by_openvino(network, **inputs)
    print(operator, "OpenVINO", found, "ONNX Runtime", expected)
    assert np.isnan(expected[0])
    assert np.allclose(found, hidden, rtol=1e-4, equal_nan=True)

row, ones = np.zeros((1, 1, 1, 5), np.float32), np.ones((1, 1, 1, 3), np.float32)
row[..., 2] = nan
network = model("Conv", [row, ones], TensorProto.FLOAT, [1, 1, 1, 3], (1,), kernel_shape=[1, 3])
print("Conv", by_opencv(network, i0=row).ravel(), by_onnxruntime(network, i0=row).ravel())
assert np.isnan(by_onnxruntime(network, i0=row)).all() and np.isnan(by_openvino(network, i0=row)).all()
assert (by_opencv(network, i0=row) == np.finfo(np.float32).max).all()
print("still so")
PYTHON
