#!/usr/bin/env bash
# The border put around a picture before a convolution (Pad with the mode reflect or edge), in a network that also names a
# number to pad with, in tract (a runtime in Rust).
#
# Guessed: as in ONNX Runtime the number is of no use and left alone: the text says that it is for the mode constant.
# True:    where a number is given, the border is that number, whatever the mode. Without one, both modes are right.
# Matters: where an exporter writes the number for every mode, each picture gets a frame of it that it never had in
# training, and mattes and depth are wrong along the edges, by plausible amounts. Take the number out of the network.
# Versions: numpy 2.4.6 onnx 1.23.2 onnxruntime 1.32.0 tract 0.23.9
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0 tract==0.23.9
"$place/venv/bin/python" - <<'PYTHON'
import tempfile

import numpy as np
import onnxruntime
import tract
from onnx import helper, numpy_helper


def network(operator, picture, *constants, opset=19, **options):
    """A network of one operator that takes the picture and the constants."""
    names = [f"constant{place}" for place in range(len(constants))]
    kind = helper.np_dtype_to_tensor_dtype(picture.dtype)
    graph = helper.make_graph(
        [helper.make_node(operator, ["picture", *names], ["result"], **options)],
        "graph",
        [helper.make_tensor_value_info("picture", kind, picture.shape)],
        [helper.make_tensor_value_info("result", kind, None)],
        [numpy_helper.from_array(constant, name) for constant, name in zip(constants, names, strict=True)],
    )
    imports = [helper.make_opsetid("", opset)]
    return helper.make_model(graph, opset_imports=imports, ir_version=9).SerializeToString()


def by_onnxruntime(network, picture):
    session = onnxruntime.InferenceSession(network, providers=["CPUExecutionProvider"])
    return session.run(None, {"picture": picture})[0]


def by_tract(network, picture):
    with tempfile.NamedTemporaryFile(suffix=".onnx") as file:
        file.write(network)
        file.flush()
        return tract.onnx().load(file.name).into_model().into_runnable().run([picture])[0].to_numpy()


depth = np.array([[1, 2, 3]], np.float32)
sides = np.array([0, 2, 0, 1])
for mode, right in (("reflect", [3, 2, 1, 2, 3, 2]), ("edge", [1, 1, 1, 2, 3, 3])):
    for number, found in (([], right), ([np.array(9, np.float32)], [9, 9, 1, 2, 3, 9])):
        padded = network("Pad", depth, sides, *number, mode=mode)
        print(mode, number, by_tract(padded, depth)[0])
        assert by_onnxruntime(padded, depth)[0].tolist() == right
        assert by_tract(padded, depth)[0].tolist() == found
print("still so")
PYTHON
