#!/usr/bin/env bash
# A network that shrinks its picture to a quarter with antialias=1, as PyTorch writes it for
# interpolate(antialias=True), in OpenVINO and in OpenCV.
#
# Guessed: each pixel of the result is a mean of all that it covers, as in ONNX Runtime; or the network is refused.
# True:    both load it and leave the option out: in the linear mode a pixel of the result comes from the middle
# four of its sixteen. Lines of one pixel, every fourth column, are gone, and below 0 in the cubic mode.
# Matters: the network sees another photo than in training, and thin objects (wires, hair, far limbs) vanish from
# photos and from masks that are shrunk within it. Shrink before the network.
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


lines = np.zeros((1, 1, 8, 8), np.float32)
lines[..., ::4] = 1
sizes = np.array([1, 1, 2, 2])
for mode in ("linear", "cubic"):
    smooth, plain = (
        model("Resize", [lines, None, None, sizes], TensorProto.FLOAT, [1, 1, 2, 2], (3,), mode=mode, antialias=on)
        for on in (1, 0)
    )
    right = by_onnxruntime(smooth, i0=lines)
    print(mode, "ONNX Runtime", right.ravel())
    for name, by in (("OpenVINO", by_openvino), ("OpenCV", by_opencv)):
        found = by(smooth, i0=lines)
        print(mode, name, found.ravel())
        assert np.allclose(found, by(plain, i0=lines)) and np.allclose(found, by_onnxruntime(plain, i0=lines))
    assert (right > 0.1).all() and (found <= 0).all()
print("still so")
PYTHON
