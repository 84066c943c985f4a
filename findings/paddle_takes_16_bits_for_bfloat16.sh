#!/usr/bin/env bash
# A depth map in millimetres as whole numbers of 16 bits, made a tensor by PaddlePaddle (to_tensor, and the to_tensor
# of its vision transforms).
#
# Guessed: whole numbers of 16 bits, or more; or an error that there is no such kind, as for 32 bits without a sign.
# True:    it becomes bfloat16: the bits are taken as floats of 16 bits, since NumPy has no name for those. 300 mm is
# 3e-38, 5000 mm is 3e-27 and 65535 is NaN; no pixel is more than 1000 mm away. numpy() gives the whole numbers back,
# so a round trip and what a notebook shows of it look right.
# Matters: depth and ids of 16-bit files are almost 0 for the network, without a word. Turn them into int32 or floats
# in NumPy first.
# Versions: numpy 2.4.6 paddlepaddle 3.3.1 setuptools 84.2.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 paddlepaddle==3.3.1 setuptools==84.2.1
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import paddle
from paddle.vision.transforms import to_tensor

depth_mm = np.array([[1, 300, 5000, 65535]], np.uint16)
tensor = paddle.to_tensor(depth_mm)
metres = tensor.astype("float32").numpy()[0] / 1000
print(depth_mm[0], "mm are", metres, "m, as", tensor.dtype)
assert tensor.dtype == paddle.bfloat16
assert metres[1] < 1e-38
assert metres[2] < 1e-28
assert np.isnan(metres[3])
assert not (tensor > 1000).numpy().any()
assert np.array_equal(tensor.numpy(), depth_mm)

picture = to_tensor(np.full((2, 2, 1), 5000, np.uint16))
assert picture.dtype == paddle.bfloat16
assert (paddle.to_tensor(depth_mm.astype(np.int32)) > 1000).numpy().sum() == 2
try:
    paddle.to_tensor(depth_mm.astype(np.uint32))
except ValueError:
    print("32 bits without a sign are refused")
else:
    raise AssertionError
print("still so")
PYTHON
