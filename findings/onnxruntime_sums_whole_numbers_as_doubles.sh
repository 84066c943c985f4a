#!/usr/bin/env bash
# Sums of whole numbers, int32 and int64, by ReduceSum of ONNX Runtime on a CPU.
#
# Guessed: exact, and beyond the type wrapped around, as NumPy, torch and its own CumSum do.
# True:    they are summed as doubles. An int64 sum beyond 2^53 is off: that of 2^60 + 1 and 1 is 2^60.
# An int32 sum that does not fit is the largest number, 2147483647, and nothing says so.
# Matters: areas, ids packed into int64 (picture · 2^40 + object) and checksums change in a graph that
# only added a zero. Sum ids in two halves, and counts as float64 on purpose.
# Versions: numpy 2.4.6 onnx 1.23.2 onnxruntime 1.32.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 onnx==1.23.2 \
  onnxruntime==1.32.0
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import onnxruntime
from onnx import TensorProto, helper



def answer(operator, arrays, kinds, **options):
    """All outputs of one operator; arrays are float32 or as they are, missing ones None."""
    inputs = {f"i{n}": array for n, array in enumerate(arrays) if array is not None}
    names = ["" if array is None else f"i{n}" for n, array in enumerate(arrays)]
    outputs = [f"o{n}" for n in range(len(kinds))]
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        [helper.make_node(operator, names, outputs, **options)],
        "graph",
        [
            value(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
            for name, array in inputs.items()
        ],
        [value(name, kind, None) for name, kind in zip(outputs, kinds)],
    )
    opset = [helper.make_opsetid("", 19)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=9)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    return session.run(None, inputs)


axis = np.array([0])
for kind, number, other, found in (
    (np.int64, 2**53 + 1, 0, 2**53),
    (np.int64, 2**60 + 1, 1, 2**60),
    (np.int32, 2**31 - 1, 1, 2**31 - 1),
    (np.int32, 2**24 + 1, 0, 2**24 + 1),
):
    numbers = np.array([number, other], kind)
    told = helper.np_dtype_to_tensor_dtype(numbers.dtype)
    (total,) = answer("ReduceSum", [numbers, axis], [told], keepdims=0)
    running = answer("CumSum", [numbers, np.array(0)], [told])[0][-1]
    print(numbers, "ReduceSum", total, "CumSum", running, "NumPy", numbers.sum(dtype=kind))
    assert total == found and total.dtype == kind
    assert running == numbers.sum(dtype=kind)
print("still so")
PYTHON
