#!/usr/bin/env bash
# The reference evaluator that the onnx package brings as the meaning of its operators: the norm by absolute values
# (LpNormalization, p=1), and resizing by a factor that gives no whole size, corners on corners.
#
# Guessed: what the reference gives is what the operators' text says and what ONNX Runtime computes.
# True:    its norm leaves the absolute values out: (3, -1) becomes (1.5, -0.5), and (1, -1) becomes 0. Its resizing
# with align_corners goes by the factor, not by the sizes: 7 columns times 1.5 are 10 whose last is not the last
# of the 7. ONNX Runtime does both as the text says.
# Matters: whoever checks an exported network against the reference finds a fault that is none, or "mends" the export
# so that it is wrong everywhere else. Compare with a second runtime before believing the oracle.
# Versions: numpy 2.4.6 onnx 1.23.2 onnxruntime 1.32.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 onnx==1.23.2 \
  onnxruntime==1.32.0
"$place/venv/bin/python" -W ignore - <<'PYTHON'
import numpy as np
import onnx.parser
import onnxruntime
from onnx.reference import ReferenceEvaluator


def both(body, x):
    network = onnx.parser.parse_model(f"""
        <ir_version: 9, opset_import: ["" : 19]>
        graph (float[{", ".join(map(str, x.shape))}] x) => (float[{", ".join("abcd"[: x.ndim])}] y)
        <float[4] factors = {{1, 1, 1, 1.5}}>
        {{ {body} }}""")
    content = network.SerializeToString()
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    (reference,), (runtime,) = ReferenceEvaluator(network).run(None, {"x": x}), session.run(None, {"x": x})
    print("reference", reference.ravel(), "ONNX Runtime", runtime.ravel())
    return reference.ravel(), runtime.ravel()


pairs = np.array([[3, -1], [1, -1]], np.float32)
reference, runtime = both("y = LpNormalization<axis = 1, p = 1>(x)", pairs)
assert np.allclose(reference, [1.5, -0.5, 0, 0])
assert np.allclose(runtime, [0.75, -0.25, 0.5, -0.5])

columns = np.arange(7, dtype=np.float32).reshape(1, 1, 1, 7)
resize = 'y = Resize<mode = "linear", coordinate_transformation_mode = "align_corners">(x, , factors)'
reference, runtime = both(resize, columns)
assert np.allclose(runtime, np.linspace(0, 6, 10), atol=1e-5)
assert reference[0] == 0 and reference[-1] < 5.8
print("still so")
PYTHON
