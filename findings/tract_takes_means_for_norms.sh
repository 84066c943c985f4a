#!/usr/bin/env bash
# The norm of a whole map (GlobalLpPool, p 1 and 2) and the curve Celu with an alpha of one half, in tract (a runtime in
# Rust).
#
# Guessed: as in ONNX Runtime: the sum of the absolute values, and the root of the sum of squares; and for Celu, as its
# text has it, alpha times what is left below 0, so that nothing falls below -1/2.
# True:    both norms are means: that of 3, -1, 0, 0 is .5 and not 4, for the signs are kept; with p 2 it is 1.58 and not
# 3.16. Celu leaves the factor out and falls to -1. With an alpha of 1, the default, it is right.
# Matters: features normed by it are larger by the number of pixels, with p 1 a map of both signs is divided by nearly 0;
# and a network runs, and finds other objects.
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


features = np.array([3, -1, 0, 0], np.float32).reshape(1, 1, 2, 2)
for p, right, found in ((1, 4, 0.5), (2, 10**0.5, 2.5**0.5)):
    norm = network("GlobalLpPool", features, p=p)
    print("p", p, "is", by_tract(norm, features).item(), "for", by_onnxruntime(norm, features).item())
    assert np.isclose(by_onnxruntime(norm, features).item(), right)
    assert np.isclose(by_tract(norm, features).item(), found)

for alpha, right, found in ((0.5, -0.5, -1), (1.0, -1, -1)):
    curve = network("Celu", np.array([-20, 2], np.float32), alpha=alpha)
    values = np.array([-20, 2], np.float32)
    print("Celu of alpha", alpha, by_tract(curve, values), "for", by_onnxruntime(curve, values))
    assert np.allclose(by_onnxruntime(curve, values), [right, 2])
    assert np.allclose(by_tract(curve, values), [found, 2])
print("still so")
PYTHON
