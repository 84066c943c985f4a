#!/usr/bin/env bash
# A depth map read at places between its pixels (GridSample), by the cubic method, in OpenCV's network module, as a
# network says it since opset 20 and as it said it before.
#
# Guessed: the same numbers both times, as in ONNX Runtime, or the newer network is refused: the method was renamed
# from "bicubic" to "cubic" in opset 20, and means the same.
# True:    "bicubic" is cubic. "cubic" loads as well, and gives what "linear" gives, with no word about it.
# Matters: one and the same network, exported anew, warps softer, and edges of mattes and depth lie elsewhere than in
# training; nothing fails. Compare with ONNX Runtime once, or export for opset 16 to 19.
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


depth_m = np.zeros((1, 1, 8, 8), np.float32)
depth_m[..., 4:] = 8
x = np.array([-0.125, 0, 0.125], np.float32)  # columns 3, 3.5 and 4, and 3.25 and 3.75 beside the middle
x = np.concatenate([x, np.array([-0.0625, 0.0625], np.float32)])
places = np.stack([x, np.full_like(x, 0.125)], -1)[None, None]


def read(opset, mode):
    sample = network("GridSample", [depth_m, places], opset=opset, mode=mode, align_corners=0)
    inputs = {"i0": depth_m, "i1": places}
    return by_opencv(sample, **inputs).ravel(), by_onnxruntime(sample, **inputs).ravel()


cubic, linear = [0, 4, 8, 1.8125, 6.1875], [0, 4, 8, 2, 6]
for opset, modes in ((16, ("bicubic", "bilinear")), (20, ("cubic", "linear"))):
    for mode, true in zip(modes, (cubic, linear)):
        found, right = read(opset, mode)
        print(opset, mode, found, right)
        assert np.allclose(right, true, atol=1e-4)
        assert np.allclose(found, linear if mode == "cubic" else true, atol=1e-4)
print("still so")
PYTHON
