#!/usr/bin/env bash
# A picture made smaller with antialias, by Resize of ONNX Runtime on a CPU and by Pillow.
#
# Guessed: both are the same, since the antialias of ONNX was made after what Pillow does.
# True:    within the picture they are. At its border ONNX repeats the outermost pixels for what lies
# outside, which Pillow leaves out, so a border pixel has up to a tenth more of the weight, 7 and 10 of
# 100 here. With exclude_outside = 1, which is not the default, both are the same.
# Matters: a network that is fed by Pillow in training and by Resize in its graph sees other borders, and
# a test on a smooth picture does not show it. Set exclude_outside to 1 where antialias is.
# Versions: numpy 2.4.6 onnx 1.23.2 onnxruntime 1.32.0 pillow 12.3.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 onnx==1.23.2 \
  onnxruntime==1.32.0 pillow==12.3.0
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import onnxruntime
from onnx import TensorProto, helper

from PIL import Image


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


picture = np.zeros((3, 16), np.float32)
picture[:, 0] = 100
flat = Image.fromarray(picture)
for width in (8, 4):
    pillow = np.asarray(flat.resize((width, 3), Image.Resampling.BILINEAR))[0]
    sizes = np.array([1, 1, 3, width])
    shown = [picture[None, None], None, None, sizes]
    options = {"mode": "linear", "antialias": 1}
    (default,) = answer("Resize", shown, [TensorProto.FLOAT], **options)
    (inside,) = answer("Resize", shown, [TensorProto.FLOAT], exclude_outside=1, **options)
    default, inside = default[0, 0, 0], inside[0, 0, 0]
    print(width, "default", default[:2], "exclude_outside", inside[:2], "Pillow", pillow[:2])
    np.testing.assert_allclose(inside, pillow, atol=1e-4)
    assert default[0] - pillow[0] > 7
    np.testing.assert_allclose(default[2:], pillow[2:], atol=1e-4)
print("still so")
PYTHON
