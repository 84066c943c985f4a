#!/usr/bin/env bash
# Networks of an older opset raised to a newer one by the version converter of the onnx package, and one lowered: enlarging
# by the linear method (Resize of opset 10 to 11, Upsample of 9 to 11), Hardmax (11 to 13) and Softmax (13 to 11); run by
# ONNX Runtime before and after.
#
# Guessed: the same results: to write out what an older operator meant is what the converter is for, and so it does it for
# Softmax on the way up.
# True:    the enlarged map moves: before, the first pixel is held, afterwards it goes by the middles of pixels, for the new
# default is left to say it: by a quarter of a pixel for twice the size. Hardmax, which had one 1 for the whole map, has one
# for each pixel. Softmax lowered adds up to 1 over the map instead of a pixel. Nearest enlarging, pooling, Pad and Clip
# stay.
# Matters: masks of an older network lie elsewhere after a step that one does to get on with newer tools, by less than a
# pixel of the small map, so the score is merely lower. Compare results before and after.
# Versions: numpy 2.4.6 onnx 1.23.2 onnxruntime 1.32.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import onnxruntime
from onnx import helper, numpy_helper, version_converter

SCORES = np.array([[0, 4, 8, 2], [1, 3, 5, 9]], np.float32).reshape(1, 2, 1, 4)


def run(model):
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"scores": SCORES})[0]


def before_and_after(operator, opset, target, shape, scales=(), **options):
    kind = helper.np_dtype_to_tensor_dtype(SCORES.dtype)
    constants = [numpy_helper.from_array(np.array(scales, np.float32), "scales")] if scales else []
    graph = helper.make_graph(
        [helper.make_node(operator, ["scores"] + ["scales"] * bool(scales), ["result"], **options)],
        "graph",
        [helper.make_tensor_value_info("scores", kind, SCORES.shape)],
        [helper.make_tensor_value_info("result", kind, shape)],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=7)
    return run(model), run(version_converter.convert_version(model, target))


large = (1, 2, 1, 8)
for operator, opset in (("Resize", 10), ("Upsample", 9)):
    before, after = before_and_after(operator, opset, 11, large, (1, 1, 1, 2), mode="linear")
    print(operator, before[0, 0, 0], "becomes", after[0, 0, 0])
    assert before[0, 0, 0].tolist() == [0, 2, 4, 6, 8, 5, 2, 2]
    assert after[0, 0, 0].tolist() == [0, 1, 3, 5, 7, 6.5, 3.5, 2]
    before, after = before_and_after(operator, opset, 11, large, (1, 1, 1, 2), mode="nearest")
    assert np.array_equal(before, after)

before, after = before_and_after("Hardmax", 11, 13, SCORES.shape, axis=1)
print("Hardmax: ones", before.sum(), "become", after.sum())
assert (before.sum(), after.sum()) == (1, 4)

before, after = before_and_after("Softmax", 11, 13, SCORES.shape, axis=1)
assert np.allclose(before, after)
before, after = before_and_after("Softmax", 13, 11, SCORES.shape, axis=1)
print("Softmax of a pixel adds up to", before.sum(1).ravel(), "and then", after.sum(1).ravel())
assert np.allclose(before.sum(1), 1)
assert np.isclose(after.sum(), 1)
print("still so")
PYTHON
