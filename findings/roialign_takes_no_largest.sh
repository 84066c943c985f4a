#!/usr/bin/env bash
# The largest value of a region (RoiAlign with mode max) where one point is taken for each cell of the result, so
# that the mean and the largest of that one number must be the same, in three runtimes.
#
# Guessed: they are the same everywhere; at least where two runtimes differ, one of them has it.
# True:    in none. ONNX Runtime and OpenCV take the largest of the four products of pixel and weight that would
# have to be added up: in the middle of four 8s it is 2. OpenVINO adds them up, but begins with 0, so that
# whatever is negative comes out as 0. The mean is right in all three.
# Matters: features and scores cut out of a map are a quarter of themselves, or lose all that is below 0; a network
# gives other masks in each runtime. Use mode avg with more points, or RoiAlign and MaxPool after it.
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


region, first = np.array([[0, 0, 4, 4]], np.float32), np.array([0])
options = {"sampling_ratio": 1, "output_height": 2, "output_width": 2}
options["coordinate_transformation_mode"] = "half_pixel"
for value, by_products, from_0 in ((8, 2, 8), (-8, -2, 0)):
    photo = np.full((1, 1, 6, 6), value, np.float32)
    for run, largest in ((by_onnxruntime, by_products), (by_opencv, by_products), (by_openvino, from_0)):
        found = {}
        for mode in ("avg", "max"):
            align = network("RoiAlign", [photo, region, first], mode=mode, **options)
            found[mode] = np.unique(run(align, i0=photo, i1=region, i2=first)).tolist()
        print(value, run.__name__, found)
        assert found == {"avg": [value], "max": [largest]}
print("still so")
PYTHON
