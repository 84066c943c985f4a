#!/usr/bin/env bash
# The different values of a short array with NaN in it, by Unique of ONNX Runtime on a CPU.
#
# Guessed: every value once, and NaN once as NumPy has it or each by itself as torch has it.
# True:    NaN is taken for equal to what is met before it: of (NaN, 1, NaN, 1) only NaN is left, counted
# four times, of (1, NaN, 1, 2) only 1 and 2. So values that are there are missing, or NaN is.
# Matters: which depths or ids a map holds depends on where its gaps are. Take NaN out before.
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


nan = np.float32("nan")
kinds = [TensorProto.FLOAT, TensorProto.INT64, TensorProto.INT64, TensorProto.INT64]
for depths, left, numbers in (
    ([nan, 1, nan, 1], [nan], [4]),
    ([1, nan, 1, 2], [1, 2], [3, 1]),
    ([1, 2, 1], [1, 2], [2, 1]),
):
    depths = np.array(depths, np.float32)
    values, _, _, counts = answer("Unique", [depths], kinds, sorted=1)
    print(depths, "Unique", values, counts, "NumPy", np.unique(depths))
    assert np.array_equal(values, np.array(left, np.float32), equal_nan=True)
    assert counts.tolist() == numbers
print("still so")
PYTHON
