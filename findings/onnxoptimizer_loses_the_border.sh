#!/usr/bin/env bash
# A network that shrinks a mask by one pixel, as minus the largest of minus the mask with a border of 0 put around
# it (Pad, then MaxPool), before and after onnxoptimizer with the passes it takes by default.
#
# Guessed: the same result, for an optimizer changes the cost only.
# True:    the border of 0 becomes the padding of the pooling, which is minus infinity: an object that touches the
# picture's edge is no longer shrunk there. An average pooling that leaves its own padding out counts it in
# afterwards.
# Matters: padding by 0 and pooling is how networks clean masks, find peaks and shrink maps; the change is at the
# border alone and only where the values are below 0, so a test with an object in the middle passes.
# Versions: numpy 2.4.6 onnx 1.23.2 onnxoptimizer 0.4.2 onnxruntime 1.32.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 onnx==1.23.2 \
  onnxoptimizer==0.4.2 onnxruntime==1.32.0
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import onnx.parser
import onnxoptimizer
import onnxruntime

def run(network, picture):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(network.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, {"x": picture})[0]


def network(pooling):
    return onnx.parser.parse_model(f'''
        <ir_version: 9, opset_import: ["" : 19]>
        graph (float[1, 1, 4, 5] x) => (float[a, b, c, d] y)
        <int64[8] border = {{0, 0, 1, 1, 0, 0, 1, 1}}, float nothing = {{0}}>
        {{
            {pooling}
        }}''')


mask = np.zeros((1, 1, 4, 5), np.float32)
mask[..., :3, :4] = 1
shrinking = network('''minus = Neg(x)
            padded = Pad(minus, border, nothing)
            largest = MaxPool<kernel_shape = [3, 3]>(padded)
            y = Neg(largest)''')
optimized = onnxoptimizer.optimize(shrinking)
before, after = run(shrinking, mask)[0, 0], run(optimized, mask)[0, 0]
print([node.op_type for node in optimized.graph.node], before, after, sep="\n")
assert (before == 1).sum() == 2 and (before[1, 1:3] == 1).all()
assert (after == 1).sum() == 6 and (after[:2, :3] == 1).all()

means = network('''padded = Pad(x, border, nothing)
            y = AveragePool<kernel_shape = [3, 3], pads = [1, 1, 1, 1], count_include_pad = 0>(padded)''')
print(run(means, mask)[0, 0, 1], run(onnxoptimizer.optimize(means), mask)[0, 0, 1], sep="\n")
assert not np.allclose(run(means, mask), run(onnxoptimizer.optimize(means), mask))
assert onnxoptimizer.optimize(means).graph.node[0].op_type == "AveragePool"
print("still so")
PYTHON
