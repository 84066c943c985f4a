#!/usr/bin/env bash
# A network whose constants fit half floats, which go up to 65504 (a scale of 60000, the white of 16 bits less a little,
# a mask of -30000), made a network of half floats by onnxconverter-common.
#
# Guessed: they are rounded to half floats; what is beyond 65504 becomes infinity or 65504, and what is very small 0.
# True:    all beyond 10000 becomes 10000: 60000 and 20000 are one number. Below 1e-7 all becomes 1e-7, which as a half
# float is 1.2e-7, so a small number is not 0 but larger. Infinity stays, though the warning says that it was cut to
# 10000. The limits are arguments, max_finite_val and min_positive_val. A warning names one number of each array, the
# largest. The copy of the function that comes with ONNX Runtime has the limits of half floats.
# Matters: depth in millimetres is scaled wrongly, and scores that should be out of reach (-30000) are within it. In a
# log of warnings nobody sees it. Give max_finite_val=65504 and min_positive_val=6e-8.
# Versions: numpy 2.4.6 onnx 1.23.2 onnxconverter-common 1.16.0 onnxruntime 1.32.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 onnx==1.23.2 \
  onnxconverter-common==1.16.0 onnxruntime==1.32.0
"$place/venv/bin/python" - <<'PYTHON'
import warnings

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxconverter_common.float16 import convert_float_to_float16
from onnxruntime.transformers.float16 import convert_float_to_float16 as convert_by_onnxruntime

CONSTANTS = [60000, 20000, -30000, 9000, 1e-8, np.inf]


def network():
    """Adds the constants to what comes in."""
    kinds = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [len(CONSTANTS)]) for name in ("in", "out")]
    constants = numpy_helper.from_array(np.array(CONSTANTS, np.float32), "constants")
    graph = helper.make_graph(
        [helper.make_node("Add", ["in", "constants"], ["out"])], "graph", kinds[:1], kinds[1:], [constants]
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def answer(model):
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"in": np.zeros(len(CONSTANTS), np.float32)})[0].tolist()


with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    found = answer(convert_float_to_float16(network(), keep_io_types=True))
    wider = convert_float_to_float16(network(), keep_io_types=True, max_finite_val=65504, min_positive_val=6e-8)
    other = answer(convert_by_onnxruntime(network(), keep_io_types=True))
print(*(str(warning.message) for warning in caught[:3]), sep="\n")
print("before", answer(network()), "after", found, sep="\n")
print("with wider limits", answer(wider), "by ONNX Runtime", other, sep="\n")
smallest = float(np.float16(1e-7))
assert found == [10000, 10000, -10000, 9000, smallest, np.inf] and smallest > 1.19e-7
assert answer(wider)[:4] == other[:4] == [60000, 20000, -30000, 9000]
assert any("inf will be truncated to 10000" in str(warning.message) for warning in caught)
print("still so")
PYTHON
