#!/usr/bin/env bash
# Votes added up by their places (ScatterND with add and max), and numbers cast to booleans, in a network converted by
# mnnconvert and run by MNN (a runtime for phones), and by ONNX Runtime.
#
# Guessed: the same numbers, or the conversion fails, as it does for operators that MNN does not know.
# True:    it says "success". ScatterND leaves add and max out, so the last vote for a place is the only one. As booleans the
# whole part of each number is left: .5 is 0, 200 is 200 and -1 is -1.
# Matters: objects joined from tiles, heat maps and histograms have one vote where many were cast; a mask cast from a matte
# misses its soft half, and its sum is no area. Nothing fails, and each place with one vote is right.
# Versions: MNN 3.6.1 numpy 2.4.6 onnx 1.23.2 onnxruntime 1.32.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check MNN==3.6.1 numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0
cd "$place"
cat > runtimes.py <<'PYTHON'
import subprocess
import sys
from pathlib import Path

import MNN
import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper

KINDS = {"float32": MNN.expr.float, "int32": MNN.expr.int}


def by_both(nodes, inputs, constants):
    """What ONNX Runtime and MNN give for each node's output, of one network that was converted by mnnconvert."""
    names = [node.output[0] for node in nodes]
    values = [
        helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
        for name, array in inputs.items()
    ]
    graph = helper.make_graph(
        nodes,
        "graph",
        values,
        [helper.make_empty_tensor_value_info(name) for name in names],
        [numpy_helper.from_array(np.asarray(constant), name) for name, constant in constants.items()],
    )
    network = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    onnx.save(onnx.shape_inference.infer_shapes(network), "network.onnx")
    convert = [Path(sys.executable).parent / "mnnconvert", "-f", "ONNX", "--bizCode", "finding"]
    command = [*convert, "--modelFile", "network.onnx", "--MNNModel", "network.mnn"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    session = onnxruntime.InferenceSession("network.onnx", providers=["CPUExecutionProvider"])
    expected = session.run(names, inputs)
    module = MNN.nn.load_module_from_file("network.mnn", list(inputs), names)
    given = [
        MNN.expr.const(array.copy(), list(array.shape), MNN.expr.NCHW, KINDS[array.dtype.name])
        for array in inputs.values()
    ]
    found = {}
    for name, result in zip(names, module.forward(given), strict=True):
        if result.data_format == MNN.expr.NC4HW4:
            result = MNN.expr.convert(result, MNN.expr.NCHW)
        found[name] = np.array(result.read()).reshape(result.shape)
    return dict(zip(names, expected, strict=True)), found
PYTHON
venv/bin/python - <<'PYTHON'
import numpy as np
from onnx import TensorProto, helper
from runtimes import by_both

nodes = [
    helper.make_node("ScatterND", ["empty", "twice", "votes"], ["added"], reduction="add"),
    helper.make_node("ScatterND", ["empty", "twice", "votes"], ["largest"], reduction="max"),
    helper.make_node("ScatterND", ["empty", "apart", "votes"], ["apart_added"], reduction="add"),
    helper.make_node("Cast", ["matte"], ["mask"], to=TensorProto.BOOL),
]
right, found = by_both(
    nodes,
    {"matte": np.array([0, 0.5, 200, -1], np.float32)},
    {
        "empty": np.zeros(4, np.float32),
        "votes": np.array([5, 2], np.float32),
        "twice": np.array([[1], [1]]),
        "apart": np.array([[1], [3]]),
    },
)
for name in right:
    print(name, right[name].tolist(), "is", found[name].tolist())
assert right["added"].tolist() == [0, 7, 0, 0]
assert right["largest"].tolist() == [0, 5, 0, 0]
assert found["added"].tolist() == found["largest"].tolist() == [0, 2, 0, 0]
assert found["apart_added"].tolist() == right["apart_added"].tolist()
assert right["mask"].tolist() == [False, True, True, True]
assert found["mask"].tolist() == [0, 0, 200, -1]
print("still so")
PYTHON
