#!/usr/bin/env bash
# Ids of 64 bits (a picture's number times 2^32 and an object's), handed through a network, added to, and cast from floats and
# from 32 bits without a sign, and doubles subtracted, in OpenVINO on a CPU.
#
# Guessed: 64 bits go in and come out, as the types of the network's inputs and outputs say; or the network is refused.
# True:    what comes out has the type int64, and has been cut to 32 bits on the way: 2^40 + 1 is 1, and 2^32 + 5 equals 5. A
# constant of 2^40 is the largest of 32 bits instead, so 5 + 2^40 is negative. 3000000000 as 32 bits without a sign
# becomes negative, as a float the lowest number of 32 bits. Doubles are floats: 16777217 - 16777216 is 0.
# Matters: objects of all pictures of a batch get the same ids and melt into each other, with the right type; offsets into
# large volumes and times in nanoseconds point anywhere. Keep such numbers out of the network.
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


def results(operator, given, *constants, **options):
    """What ONNX Runtime and OpenVINO make of it."""
    names = [f"constant{place}" for place in range(len(constants))]
    graph = helper.make_graph(
        [helper.make_node(operator, ["given", *names], ["result"], **options)],
        "graph",
        [helper.make_tensor_value_info("given", helper.np_dtype_to_tensor_dtype(given.dtype), given.shape)],
        [helper.make_empty_tensor_value_info("result")],
        [numpy_helper.from_array(constant, name) for constant, name in zip(constants, names, strict=True)],
    )
    network = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9).SerializeToString()
    session = onnxruntime.InferenceSession(network, providers=["CPUExecutionProvider"])
    core = openvino.Core()
    exact = {"INFERENCE_PRECISION_HINT": "f32"}  # or some processors compute in 16 bits
    compiled = core.compile_model(core.read_model(network), "CPU", exact)
    return [array.tolist() for array in (session.run(None, {"given": given})[0], compiled(given)[0])]


far = 2**40
for what, found in (
    (results("Gather", np.array([far + 1, 7]), np.array([0, 1])), [[far + 1, 7], [1, 7]]),
    (results("Mul", np.array([2**20, 3]), np.array([2**20, 4])), [[far, 12], [0, 12]]),
    (results("Add", np.array([5]), np.array([far])), [[far + 5], [-(2**31) + 4]]),
    (results("Equal", np.array([2**32 + 5]), np.array([5])), [[False], [True]]),
    (results("Cast", np.array([3e9], np.float32), to=TensorProto.INT64), [[3 * 10**9], [-(2**31)]]),
    (results("Cast", np.array([3 * 10**9], np.uint32), to=TensorProto.INT64), [[3 * 10**9], [3 * 10**9 - 2**32]]),
    (results("Sub", np.array([16777217.0]), np.array([16777216.0])), [[1.0], [0.0]]),
):
    print(what[0], "is", what[1])
    assert what == found
print("still so")
PYTHON
