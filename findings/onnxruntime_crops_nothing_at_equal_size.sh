#!/usr/bin/env bash
# A third of a picture of 4×4 cut out and enlarged within a network (Resize with coordinate_transformation_mode
# tf_crop_and_resize and a region), to 3×3, to 4×3 and to 4×4, by ONNX Runtime on a CPU and by the reference evaluator of
# the onnx package.
#
# Guessed: the same region each time, at the size that was asked for.
# True:    on each axis where the result has as many pixels as the picture, the region is left alone and the whole picture
# is there: to 4×3 all rows and a third of the columns, to 4×4 the picture itself. To 3×3 it is right. The reference cuts
# out the region each time. So it is for the linear and the nearest method, and with optimizations switched off.
# Matters: networks look at an object anew by cutting it out at their own input size, which is just this case: they see the
# whole photo instead, and the mask is then put into the small place of the object. Ask for another size and resize again,
# or cut by Slice.
# Versions: numpy 2.4.6 onnx 1.23.2 onnxruntime 1.32.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

PICTURE = np.arange(16, dtype=np.float32).reshape(1, 1, 4, 4)
REGION = np.array([0, 0, 0, 0, 1, 1, 1 / 3, 1 / 3], np.float32)  # beginnings of the four axes, then their ends


def cut_out(height, width, mode):
    """The region by ONNX Runtime, with and without optimizations, and by the reference."""
    constants = {"region": REGION, "scales": np.array([], np.float32), "sizes": np.array([1, 1, height, width])}
    graph = helper.make_graph(
        [
            helper.make_node(
                "Resize",
                ["picture", *constants],
                ["result"],
                mode=mode,
                coordinate_transformation_mode="tf_crop_and_resize",
            )
        ],
        "graph",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, PICTURE.shape)],
        [helper.make_tensor_value_info("result", TensorProto.FLOAT, (1, 1, height, width))],
        [numpy_helper.from_array(constant, name) for name, constant in constants.items()],
    )
    network = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    for level in ("ORT_DISABLE_ALL", "ORT_ENABLE_ALL"):
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = getattr(onnxruntime.GraphOptimizationLevel, level)
        session = onnxruntime.InferenceSession(network.SerializeToString(), options, ["CPUExecutionProvider"])
        yield session.run(None, {"picture": PICTURE})[0][0, 0]
    yield ReferenceEvaluator(network).run(None, {"picture": PICTURE})[0][0, 0]


plain, optimized, reference = cut_out(3, 3, "linear")
assert np.allclose(plain, [[0, 0.5, 1], [2, 2.5, 3], [4, 4.5, 5]])
assert np.allclose(plain, reference)
assert np.array_equal(plain, optimized)

plain, optimized, reference = cut_out(4, 3, "linear")
print("to 4×3:", plain.tolist())
assert np.allclose(plain, [[0, 0.5, 1], [4, 4.5, 5], [8, 8.5, 9], [12, 12.5, 13]])
assert np.array_equal(plain, optimized)
assert np.isclose(reference.max(), 5)

for mode in ("linear", "nearest"):
    plain, optimized, reference = cut_out(4, 4, mode)
    print("to 4×4:", plain.tolist(), "the largest of the region is", reference.max())
    assert np.array_equal(plain, PICTURE[0, 0])
    assert np.array_equal(plain, optimized)
    assert np.isclose(reference.max(), 5)
print("still so")
PYTHON
