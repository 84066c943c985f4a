#!/usr/bin/env bash
# A picture of floats between 0 and 1, a depth map in millimetres and a class map with -1, given to a network whose input is
# of bytes, in OpenVINO.
#
# Guessed: refused, as ONNX Runtime does it, and as OpenVINO itself refuses the same numbers as a list.
# True:    arrays are made bytes without a word: every grey below 1 becomes 0, 300 becomes 44, -1 becomes 255. So it is for
# a call of the compiled network with the array, with a dictionary, and with share_inputs.
# Matters: the same photo, divided by 255 once too often, is all black for the network; depth wraps every 256 mm; and
# whether "no label" is class 0 or 255 is decided by a cast that nobody wrote. The result is a mask as usual. Compare the
# array's type with the input's (element_type) before.
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
from onnx import TensorProto, helper

graph = helper.make_graph(
    [helper.make_node("Concat", ["picture", "picture"], ["result"], axis=0)],
    "graph",
    [helper.make_tensor_value_info("picture", TensorProto.UINT8, [3])],
    [helper.make_tensor_value_info("result", TensorProto.UINT8, [6])],
)
network = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9).SerializeToString()
by_onnxruntime = onnxruntime.InferenceSession(network, providers=["CPUExecutionProvider"])
core = openvino.Core()
by_openvino = core.compile_model(core.read_model(network), "CPU")


def refuses(run, given):
    try:
        run(given)
    except Exception as error:
        return bool(str(error))
    return False


for given, found in (
    (np.array([0.2, 0.9, 1.0], np.float32), [0, 0, 1]),
    (np.array([300, 1000, 65535], np.uint16), [44, 232, 255]),
    (np.array([-1, 0, 2], np.int64), [255, 0, 2]),
):
    print(given, "becomes", by_openvino(given)[0][:3])
    assert by_openvino(given)[0][:3].tolist() == found
    assert by_openvino({"picture": given})[0][:3].tolist() == found
    assert by_openvino(given, share_inputs=True)[0][:3].tolist() == found
    assert refuses(lambda array: by_onnxruntime.run(None, {"picture": array}), given)
assert refuses(by_openvino, [[1, 2, 300]])
print("still so")
PYTHON
