#!/usr/bin/env bash
# The matte that is nowhere right, 0 where all is 255, judged by MMEval's matting metrics, as bytes: the example in the
# help of its MattingMeanSquaredError takes just these two arrays.
#
# Guessed: a mean squared error of 65025, or 1 where mattes are taken from 0 to 1, and 1 for every pixel in the sum of
# absolute differences; whichever is the truth.
# True:    the mean squared error is 1, of 65025: bytes are subtracted and squared in bytes, which wrap. A matte that is
# off by 16 everywhere is perfect, 0; off by 15 it is 225. The sum of absolute differences (SAD) of the worst matte is
# that of one off by 1, and a matte of 16 for 0 has 15 times the error of a matte of 0 for 16. As floats all are right.
# Matters: mattes are read from files of bytes, and the help says that numbers run from 0 to 255. The worst results have
# scores below those of good ones. Turn both into floats first.
# Versions: mmeval 0.2.1 numpy 2.4.6 opencv-python-headless 5.0.0.93 scipy 1.17.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 opencv-python-headless==5.0.0.93 \
  plum-dispatch==1.7.4 pyyaml==6.0.3 rich==15.0.0 scipy==1.17.1
"$place/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps mmeval==0.2.1
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
from mmeval import MattingMeanSquaredError, SumAbsoluteDifferences

true = np.full((32, 32), 255, np.uint8)
unknown = np.full((32, 32), 128, np.uint8)


def squared_error(found, kind):
    return MattingMeanSquaredError()([found.astype(kind)], [true.astype(kind)], [unknown])["matting_mse"]


expected = {0: (1, 65025), 239: (0, 256), 240: (225, 225), 255: (0, 0)}
for value, (as_bytes, right) in expected.items():
    found = np.full(true.shape, value, np.uint8)
    print(value, "for 255 as bytes", squared_error(found, np.uint8), "as floats", squared_error(found, np.float32))
    assert squared_error(found, np.uint8) == as_bytes and squared_error(found, np.float32) == right


def absolute_difference(found, true, kind):
    mattes = [np.full((32, 32), value, kind) for value in (found, true)]
    return SumAbsoluteDifferences(norm_const=1)([mattes[0]], [mattes[1]])["sad"] / 1024


for found, true, as_bytes in ((0, 255, 1), (16, 0, 16), (0, 16, 240)):
    wrapped, right = (absolute_difference(found, true, kind) for kind in (np.uint8, np.float32))
    print("absolute difference of", found, "for", true, "as bytes", wrapped, "as floats", right)
    assert wrapped == as_bytes and right == abs(found - true)
print("still so")
PYTHON
