#!/usr/bin/env bash
# A matte of two pixels, black and white, enlarged linearly to eight by tinygrad's interpolate, as bytes and as
# floats. Run on its device that is Python itself, so that no compiler is needed.
#
# Guessed: the same greys but for rounding, as bytes from 100 to 200 give it, and as PyTorch; or bytes are refused.
# True:    bytes whose neighbours differ by more than 127 come out wrong: from 0 to 255 there are four black and four
# white pixels, with no grey between, and from 0 to 200 the greys go 249, 235, 221, 207, down towards the brighter
# side. The difference is put into a signed byte on the way, 255 becomes -1. Floats are right, and bytes up to a
# difference of 127.
# Matters: edges of masks have just such steps: a soft enlargement is hard, and a matte of 0 and 200 gets a bright
# seam. Flat parts are right, so a picture looks well at a glance. Turn bytes into floats first.
# Versions: numpy 2.4.6 tinygrad 0.14.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 tinygrad==0.14.0
"$place/venv/bin/python" - <<'PYTHON'
import os

os.environ["DEV"] = "PYTHON"
import numpy as np
from tinygrad import Tensor


def enlarged(left, right, kind):
    picture = Tensor(np.array([[[[left, right]]]], kind))
    return picture.interpolate((1, 8), mode="linear").tolist()[0][0][0]


for left, right, found in (
    (0, 255, [0, 0, 0, 0, 255, 255, 255, 255]),
    (255, 0, [255, 255, 255, 255, 0, 0, 0, 0]),
    (0, 200, [0, 0, 249, 235, 221, 207, 200, 200]),
):
    right_ones = enlarged(left, right, np.float32)
    print(f"{left} to {right}:", enlarged(left, right, np.uint8), "as floats", [round(x) for x in right_ones])
    assert enlarged(left, right, np.uint8) == found
    assert all(low <= high for low, high in zip(right_ones, right_ones[1:])) == (left < right)
for left, right in ((0, 127), (100, 200)):
    assert np.abs(np.subtract(enlarged(left, right, np.uint8), enlarged(left, right, np.float32))).max() < 1
print("still so")
PYTHON
