#!/usr/bin/env bash
# Pooling that rounds its size up (ceil_mode=1, as PyTorch writes it), where the last window reaches past the
# picture, in OpenVINO and in OpenCV.
#
# Guessed: as in ONNX Runtime, for the operator's text (opset 22) says that a window which would begin in the padding
# behind the picture is left out, and an average is over what the padded picture has.
# True:    5×5 by 2×2, stride 2, padding 1: both give 4×4 where 3×3 is right, with a last row and column of the
# lowest of all numbers; the average of OpenCV is NaN there. An average that counts the padding (3×3, stride 2,
# padding 1) is divided by 9 at the end, where the window has 6 pixels of the padded picture: a third too dark.
# Matters: the map has another size than in training, its border poisons what follows, or the last row and column
# are dimmed; a picture whose sides leave no rest shows none of it.
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


def network(operator, arrays, constants=(), opset=22, kind=TensorProto.FLOAT, dimensions=4, **options):
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


photo = np.arange(1, 26, dtype=np.float32).reshape(1, 1, 5, 5)
options = {"kernel_shape": [2, 2], "strides": [2, 2], "pads": [1, 1, 1, 1], "ceil_mode": 1}
largest = network("MaxPool", [photo], **options)
true = by_onnxruntime(largest, i0=photo)
assert true.shape == (1, 1, 3, 3)
for run in (by_openvino, by_opencv):
    found = run(largest, i0=photo)
    print("largest", run.__name__, found.shape, found[0, 0, 0])
    assert found.shape == (1, 1, 4, 4)
    assert (found[..., :3, :3] == true).all()
    assert (found[..., 3, :] < -1e38).all() and (found[..., :, 3] < -1e38).all()

mean = network("AveragePool", [photo], **options)
assert by_onnxruntime(mean, i0=photo).shape == (1, 1, 3, 3)
assert np.isnan(by_opencv(mean, i0=photo)[..., 3, :]).all()

photo = np.full((1, 1, 6, 6), 9, np.float32)
options |= {"kernel_shape": [3, 3], "count_include_pad": 1}
mean = network("AveragePool", [photo], **options)
print("mean", by_onnxruntime(mean, i0=photo)[0, 0, 1], by_openvino(mean, i0=photo)[0, 0, 1])
assert by_onnxruntime(mean, i0=photo)[0, 0, 1].tolist() == [6, 9, 9, 4.5]
for run in (by_openvino, by_opencv):
    assert np.allclose(run(mean, i0=photo)[0, 0, 1], [6, 9, 9, 3])
print("still so")
PYTHON
