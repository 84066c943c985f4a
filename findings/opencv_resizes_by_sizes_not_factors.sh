#!/usr/bin/env bash
# A map of 5×5 halved, and one made one and a half times as large, by a factor (Resize with scales, as PyTorch writes
# interpolate(scale_factor=...)), in OpenCV's network module.
#
# Guessed: as in ONNX Runtime: the factor says where each pixel of the result lies, as the operator's text has it.
# True:    only the sizes count, which are rounded down: halving 5 columns to 2 goes by 2.5, enlarging 5 to 7 by 1.4.
# The second of the two columns comes from 3.25 instead of 2.5. Linear and nearest alike; where the size fits
# the factor without a rest both are right.
# Matters: an object in the result lies up to a pixel beside itself, most at the right and at the bottom, for odd
# sizes only. Give the sizes (sizes instead of scales), or pad to even sides.
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


columns = np.tile(np.arange(5, dtype=np.float32), (1, 1, 5, 1))
for factor, mode, by_sizes, by_factor in (
    (0.5, "linear", [0.75, 3.25], [0.5, 2.5]),
    (0.5, "nearest", [1, 3], [0, 2]),
    (1.5, "linear", None, [0, 0.5, 7 / 6, 11 / 6, 2.5, 19 / 6, 23 / 6]),
):
    scales = np.array([1, 1, factor, factor], np.float32)
    resize = network("Resize", [columns, None, scales], constants=(2,), mode=mode)
    found, true = by_opencv(resize, i0=columns)[0, 0, 0], by_onnxruntime(resize, i0=columns)[0, 0, 0]
    print(factor, mode, found, true)
    if by_sizes is None:
        by_sizes = np.clip((np.arange(7) + 0.5) * 5 / 7 - 0.5, 0, 4)
    assert np.allclose(found, by_sizes, atol=1e-5) and np.allclose(true, by_factor, atol=1e-5)

columns = np.tile(np.arange(6, dtype=np.float32), (1, 1, 6, 1))
halves = np.array([1, 1, 0.5, 0.5], np.float32)
resize = network("Resize", [columns, None, halves], constants=(2,), mode="linear")
assert np.allclose(by_opencv(resize, i0=columns), by_onnxruntime(resize, i0=columns))
print("still so")
PYTHON
