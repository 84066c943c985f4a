#!/usr/bin/env bash
# A map resized within a network in the ways that ONNX names, and read at places between its pixels, converted by mnnconvert
# and run by MNN (a runtime for phones), and by ONNX Runtime.
#
# Guessed: the same numbers, as for the linear method and the usual nearest one, or the conversion fails, as it does for
# operators that MNN does not know.
# True:    it says "success" and computes something else. Enlarged by the cubic method the first column is that of a place
# within the picture, .46 for -.11, and the rest is right. nearest with ceil is as with floor. half_pixel_symmetric holds
# the first pixel instead. The cubic method of GridSample is the linear one.
# Matters: mattes and masks lie beside their photo or are ragged on the phone and right on the desk, where nobody sees it.
# Use the linear method with half_pixel, and compare the two once.
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
from onnx import helper
from runtimes import by_both

MAP = np.array([0, 1, 4, 9, 16, 25], np.float32).reshape(1, 1, 1, 6).repeat(6, 2)
PLACES = np.stack(np.meshgrid(np.linspace(-0.7, 0.7, 4), [0.1]), -1)[None].astype(np.float32)


def resize(name, scale, **options):
    return helper.make_node("Resize", ["map", "nothing", scale], [name], **options)


nodes = [
    resize("linear", "large", mode="linear"),
    resize("nearest", "large", mode="nearest"),
    resize("cubic", "large", mode="cubic"),
    resize("ceil", "small", mode="nearest", nearest_mode="ceil"),
    resize("floor", "small", mode="nearest", nearest_mode="floor"),
    resize("symmetric", "half", mode="linear", coordinate_transformation_mode="half_pixel_symmetric"),
    helper.make_node("GridSample", ["map", "places"], ["read_linear"], mode="linear"),
    helper.make_node("GridSample", ["map", "places"], ["read_cubic"], mode="cubic"),
]
right, found = by_both(
    nodes,
    {"map": MAP},
    {
        "nothing": np.array([], np.float32),
        "large": np.array([1, 1, 1, 2], np.float32),
        "half": np.array([1, 1, 1, 0.4], np.float32),
        "small": np.array([1, 1, 1, 0.5], np.float32),
        "places": PLACES,
    },
)
for name in right:
    print(name, right[name][0, 0, 0].round(2).tolist(), "is", found[name][0, 0, 0].round(2).tolist())
for name in ("linear", "nearest", "floor", "read_linear"):
    assert np.allclose(found[name], right[name], atol=1e-4)
for name in ("cubic", "ceil", "symmetric", "read_cubic"):
    assert np.abs(found[name] - right[name]).max() > 0.1
assert np.allclose(found["cubic"][..., 1:], right["cubic"][..., 1:], atol=1e-4)
assert np.allclose(found["cubic"][..., 0], right["cubic"][..., 2], atol=1e-4)
assert np.allclose(found["ceil"], found["floor"])
assert np.allclose(found["read_cubic"], found["read_linear"])
print("still so")
PYTHON
