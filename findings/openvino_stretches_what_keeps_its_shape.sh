#!/usr/bin/env bash
# A photo of 2×4 fitted into 6×6 with its sides in proportion (Resize with keep_aspect_ratio_policy), and one enlarged by the
# cubic method without what lies outside of it (exclude_outside=1), by ONNX Runtime and by OpenVINO.
#
# Guessed: 3×6 where it is not to be larger, 6×12 where it is not to be smaller; or the network is refused by a runtime that
# does not know the option, as OpenVINO refuses tf_crop_and_resize in the same operator.
# True:    OpenVINO loads both and leaves the options out: the photo is stretched to 6×6 for either policy, and the
# outermost pixels are those of exclude_outside=0.
# Matters: objects are twice as high for the network as in training and masks come back stretched; where a later step
# fills up to 6×6 by the sizes it finds, nothing fails. Work out the sizes before the network.
# Versions: numpy 2.4.6 onnx 1.23.2 onnxruntime 1.32.0 openvino 2026.4.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0 openvino==2026.4.1
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import onnxruntime
import openvino
from onnx import TensorProto, helper, numpy_helper

PHOTO = np.arange(8, dtype=np.float32).reshape(1, 1, 2, 4)
NOTHING = np.array([], np.float32)


def resized(*constants, **options):
    """The photo by ONNX Runtime and by OpenVINO."""
    names = [f"constant{place}" for place in range(len(constants))]
    graph = helper.make_graph(
        [helper.make_node("Resize", ["photo", *names], ["result"], **options)],
        "graph",
        [helper.make_tensor_value_info("photo", TensorProto.FLOAT, PHOTO.shape)],
        [helper.make_tensor_value_info("result", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(constant, name) for constant, name in zip(constants, names, strict=True)],
    )
    network = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9).SerializeToString()
    session = onnxruntime.InferenceSession(network, providers=["CPUExecutionProvider"])
    core = openvino.Core()
    exact = {"INFERENCE_PRECISION_HINT": "f32"}  # or some processors compute in 16 bits
    compiled = core.compile_model(core.read_model(network), "CPU", exact)
    return session.run(None, {"photo": PHOTO})[0][0, 0], compiled(PHOTO)[0][0, 0]


for policy, right in (("not_larger", (3, 6)), ("not_smaller", (6, 12)), ("stretch", (6, 6))):
    sizes = np.array([6, 6])
    by_onnxruntime, by_openvino = resized(
        NOTHING, NOTHING, sizes, mode="nearest", axes=[2, 3], keep_aspect_ratio_policy=policy
    )
    print(policy, by_onnxruntime.shape, "and", by_openvino.shape)
    assert by_onnxruntime.shape == right
    assert by_openvino.shape == (6, 6)

scales = np.array([1, 1, 1, 2], np.float32)
left = [
    [round(float(result[0, 0]), 3) for result in resized(NOTHING, scales, mode="cubic", exclude_outside=exclude)]
    for exclude in (0, 1)
]
print("first pixel with what is outside", left[0], "and without", left[1])
assert left == [[-0.105, -0.105], [-0.136, -0.105]]
print("still so")
PYTHON
