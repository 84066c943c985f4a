#!/usr/bin/env bash
# A network that adds noise of its own to a picture, so that several runs tell how sure it is, and one that takes two
# noises, before and after onnxslim and onnxsim (onnx-simplifier), which make networks smaller and leave the result as
# it is.
#
# Guessed: noise stays noise: what is random is neither computed beforehand nor taken for the same twice.
# True:    onnxslim draws noise of a fixed size (RandomNormal, RandomUniform) once and keeps it as a constant, so all runs
# are equal. And both make one of two noises that are drawn alike (RandomNormalLike without a seed): their difference,
# which was up to 3, is 0. With seeds of their own the two stay; onnxsim leaves noise of a fixed size alone.
# Matters: the spread over several runs, by which one shows where a mask or a depth is unsure, is 0 everywhere; and two
# noises that should be independent cancel out. Both report success. Hand noise in as an input.
# Versions: numpy 2.4.6 onnx 1.23.2 onnxruntime 1.32.0 onnxsim 0.8.1 onnxslim 0.1.98
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0 onnxsim==0.8.1 onnxslim==0.1.98
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import onnxruntime
import onnxsim
import onnxslim
from onnx import TensorProto, helper

PICTURE = np.zeros((1, 1, 8, 8), np.float32)


def network(*nodes):
    shape = [TensorProto.FLOAT, PICTURE.shape]
    inputs = [helper.make_tensor_value_info("picture", *shape)]
    graph = helper.make_graph(nodes, "graph", inputs, [helper.make_tensor_value_info("result", *shape)])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


def run(model):
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    given = {"picture": PICTURE} if session.get_inputs() else {}
    return [session.run(None, given)[0] for _ in range(2)]


def simplified(model):
    result, right = onnxsim.simplify(model)
    assert right
    return result


for noise in ("RandomNormal", "RandomUniform"):
    added = network(
        helper.make_node(noise, [], ["noise"], shape=PICTURE.shape),
        helper.make_node("Add", ["picture", "noise"], ["result"]),
    )
    for name, make, frozen in (("as it is", lambda model: model, 0), ("onnxsim", simplified, 0), ("onnxslim", onnxslim.slim, 1)):
        first, second = run(make(added))
        print(noise, name, "differs by up to", np.abs(first - second).max())
        assert np.array_equal(first, second) == frozen

for seeds, merged in (((), True), ((1.0, 2.0), False)):
    options = [{"seed": seed} for seed in seeds] or [{}, {}]
    difference = network(
        helper.make_node("RandomNormalLike", ["picture"], ["one"], **options[0]),
        helper.make_node("RandomNormalLike", ["picture"], ["other"], **options[1]),
        helper.make_node("Sub", ["one", "other"], ["result"]),
    )
    assert run(difference)[0].any()
    for make in (simplified, onnxslim.slim):
        assert run(make(difference))[0].any() != merged
print("still so")
PYTHON
