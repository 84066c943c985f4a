#!/usr/bin/env bash
# The places of an object's pixels (NonZero) and sums along a row (CumSum, written without options), by a network turned
# into a PyTorch module by onnx2torch.
#
# Guessed: as in ONNX Runtime: one row of numbers for the rows and one for the columns, and sums from the left.
# True:    the places come turned: a row for each pixel, as PyTorch's own nonzero has it. The sums run from the right
# unless reverse=0 is written down, though 0 is what the operator's text takes where nothing is written.
# Matters: with two pixels the turned table has the right shape, so a small test passes and other pixels are taken. Sums
# that say how much of a row lies before a pixel say how much lies behind it.
# Versions: numpy 2.4.6 onnx 1.23.2 onnx2torch 1.5.15 onnxruntime 1.32.0 torch 2.15.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 onnx==1.23.2 onnx2torch==1.5.15 onnxruntime==1.32.0 torch==2.15.0
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import onnxruntime
import torch
from onnx import helper, load_from_string, numpy_helper
from onnx2torch import convert


def network(operator, picture, *constants, result, opset=13, **options):
    """A network of one operator that takes the picture and the constants."""
    names = [f"constant{place}" for place in range(len(constants))]
    kind = helper.np_dtype_to_tensor_dtype(picture.dtype)
    graph = helper.make_graph(
        [helper.make_node(operator, ["picture", *names], ["result"], **options)],
        "graph",
        [helper.make_tensor_value_info("picture", kind, picture.shape)],
        [helper.make_tensor_value_info("result", helper.np_dtype_to_tensor_dtype(np.dtype(result)), None)],
        [numpy_helper.from_array(constant, name) for constant, name in zip(constants, names, strict=True)],
    )
    imports = [helper.make_opsetid("", opset)]
    return helper.make_model(graph, opset_imports=imports, ir_version=9).SerializeToString()


def by_onnxruntime(network, picture):
    session = onnxruntime.InferenceSession(network, providers=["CPUExecutionProvider"])
    return session.run(None, {"picture": picture})[0]


def by_onnx2torch(network, picture):
    return convert(load_from_string(network))(torch.from_numpy(picture.copy())).numpy()


mask = np.array([[0, 1, 1], [0, 0, 1]], np.float32)
places = network("NonZero", mask, result=np.int64)
print("places:", by_onnxruntime(places, mask).tolist(), "turned:", by_onnx2torch(places, mask).tolist())
assert by_onnxruntime(places, mask).tolist() == [[0, 0, 1], [1, 2, 2]]
assert by_onnx2torch(places, mask).tolist() == [[0, 1], [0, 2], [1, 2]]

row = np.array([1, 2, 3, 4], np.float32)
axis = np.array(0)
sums = network("CumSum", row, axis, result=np.float32)
print("sums:", by_onnxruntime(sums, row), "backwards:", by_onnx2torch(sums, row))
assert by_onnxruntime(sums, row).tolist() == [1, 3, 6, 10]
assert by_onnx2torch(sums, row).tolist() == [10, 9, 7, 4]
assert by_onnx2torch(network("CumSum", row, axis, result=np.float32, reverse=0), row).tolist() == [1, 3, 6, 10]
print("still so")
PYTHON
