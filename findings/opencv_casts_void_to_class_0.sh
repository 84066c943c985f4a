#!/usr/bin/env bash
# A class map whose pixels without a label are -1, and ids beyond 255, cast to bytes within a network, in OpenCV's
# network module.
#
# Guessed: -1 becomes 255 and 300 becomes 44, for the operator's text says of whole numbers that do not fit that the
# higher bits are dropped, and as in NumPy and ONNX Runtime.
# True:    what does not fit becomes the nearest number that does: -1 becomes 0, 300 becomes 255, and 200 as a signed
# byte 127. So it is for 32 and 64 bits, to bytes and to 16 bits.
# Matters: -1 and 255 are the two usual words for "no label", and a cast is how one becomes the other. In OpenCV
# the unlabelled pixels become class 0 (road, or the background), and ids beyond 255 become void.
# Versions: numpy 2.4.6 onnx 1.23.2 onnxruntime 1.32.0 opencv-python-headless 5.0.0.93
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 onnx==1.23.2 \
  onnxruntime==1.32.0 opencv-python-headless==5.0.0.93
"$place/venv/bin/python" - <<'PYTHON'
import cv2
import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper


def network(operator, arrays, constants=(), opset=19, kind=TensorProto.FLOAT, dimensions=4, **options):
    """A network of one operator; the arrays numbered in constants are part of it, None is left out."""
    names = ["" if array is None else f"i{n}" for n, array in enumerate(arrays)]
    graph = helper.make_graph(
        [helper.make_node(operator, names, ["out"], **options)],
        "graph",
        [
            helper.make_tensor_value_info(names[n], helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
            for n, array in enumerate(arrays)
            if array is not None and n not in constants
        ],
        [helper.make_tensor_value_info("out", kind, [None] * dimensions)],
        [numpy_helper.from_array(arrays[n], names[n]) for n in constants],
    )
    imports = [helper.make_opsetid("", opset)]
    return helper.make_model(graph, opset_imports=imports, ir_version=9).SerializeToString()


def by_onnxruntime(network, **inputs):
    session = onnxruntime.InferenceSession(network, providers=["CPUExecutionProvider"])
    return session.run(None, inputs)[0]


def by_opencv(network, **inputs):
    net = cv2.dnn.readNetFromONNX(np.frombuffer(network, np.uint8))
    for name, array in inputs.items():
        net.setInput(array, name)
    return np.asarray(net.forward())


for kind in (np.int32, np.int64):
    for to, found, dropped in (
        (TensorProto.UINT8, [0, 7, 200, 255], [255, 7, 200, 44]),
        (TensorProto.INT8, [-1, 7, 127, 127], [-1, 7, -56, 44]),
        (TensorProto.UINT16, [0, 7, 200, 300], [65535, 7, 200, 300]),
    ):
        ids = np.array([-1, 7, 200, 300], kind)
        cast = network("Cast", [ids], kind=to, dimensions=1, to=to)
        print(kind.__name__, TensorProto.DataType.Name(to), by_opencv(cast, i0=ids), by_onnxruntime(cast, i0=ids))
        assert by_opencv(cast, i0=ids).tolist() == found
        assert by_onnxruntime(cast, i0=ids).tolist() == dropped
        assert ids.astype(helper.tensor_dtype_to_np_dtype(to)).tolist() == dropped
print("still so")
PYTHON
