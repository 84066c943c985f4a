#!/usr/bin/env bash
# Ids of objects as whole numbers of 32 and 64 bits, compared within a network, in OpenVINO on a CPU.
#
# Guessed: whole numbers are compared as whole numbers; at worst those beyond 32 bits are refused or cut.
# True:    they are compared as floats, so from 16777216 (24 bits) on neighbours are equal: 16777217 equals
# 16777216 and is not greater, 2147483647 equals 2147483646. Subtracting is exact, so the ids themselves
# come out right.
# Matters: ids of four bytes a pixel (RGBA), hashes and times are above that, and an object picked by its id within
# the network gets its neighbours' pixels. Compare after the network, or number the objects anew.
# Versions: numpy 2.4.6 onnx 1.23.2 onnxruntime 1.32.0 openvino 2026.4.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 onnx==1.23.2 \
  onnxruntime==1.32.0 openvino==2026.4.1
"$place/venv/bin/python" - <<'PYTHON'
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


for kind in (np.int32, np.int64):
    ids = np.array([16777215, 16777217, 2147483647], kind)
    wanted = ids - 1
    for operator, compare, wrong in (
        ("Equal", np.equal, [False, True, True]),
        ("Greater", np.greater, [True, False, False]),
    ):
        network = model(operator, [ids, wanted], TensorProto.BOOL, [3])
        found = by_openvino(network, i0=ids, i1=wanted)
        print(kind.__name__, operator, found, "by NumPy", compare(ids, wanted))
        assert (by_onnxruntime(network, i0=ids, i1=wanted) == compare(ids, wanted)).all()
        assert found.tolist() == wrong
    number = TensorProto.INT32 if kind is np.int32 else TensorProto.INT64
    network = model("Sub", [ids, np.ones_like(ids)], number, [3])
    assert (by_openvino(network, i0=ids, i1=np.ones_like(ids)) == wanted).all()
print("still so")
PYTHON
