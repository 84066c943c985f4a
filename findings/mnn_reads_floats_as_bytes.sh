#!/usr/bin/env bash
# A depth map or matte in MNN.cv, which offers OpenCV's functions by their names within MNN (a runtime for networks):
# mirrored, turned and enlarged as floats; enlarged by the cubic method; and two mattes of bytes added up by weights.
#
# Guessed: floats are mirrored and enlarged as floats, as in OpenCV and as its own blur and threshold take them, or
# refused; cubic is cubic; what does not fit a byte stops at 255.
# True:    flip, rotate and resize take the bytes of the floats for pixels: of 0, 50, 100 and 200 m the mirrored map
# holds 0, 66 and 72, as floats. INTER_CUBIC gives what INTER_NEAREST gives. addWeighted wraps around: 200 · .7 +
# 200 · .7 is 24. Bytes are mirrored, turned and enlarged by the linear method rightly.
# Matters: a network's result is floats, so this is the very step after it; the numbers are between 0 and 255 and of the
# right type and shape. Resize within the network or by OpenCV, and add floats.
# Versions: MNN 3.6.1 numpy 2.4.6
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check MNN==3.6.1 numpy==2.4.6
"$place/venv/bin/python" - <<'PYTHON'
import MNN
import MNN.cv as cv
import MNN.numpy as mnn_numpy
import numpy as np

GREY = np.array([[0, 50, 100, 200], [10, 20, 30, 40]], np.uint8)


def pixels(picture):
    return np.array(picture.read())[..., 0]


shape = [*GREY.shape, 1]
as_bytes = MNN.expr.const(GREY[..., None].copy(), shape, MNN.expr.NHWC, MNN.expr.uint8)
as_floats = as_bytes.astype(mnn_numpy.float32)
assert np.array_equal(pixels(as_floats), GREY)

all_bytes = GREY.astype(np.float32).view(np.uint8).ravel()
first_bytes = all_bytes[: GREY.size].reshape(GREY.shape)
mirrored = pixels(cv.flip(as_floats, 1))
print("mirrored", mirrored.tolist())
assert mirrored.dtype == np.float32
assert np.array_equal(mirrored, first_bytes[:, ::-1])
turned = pixels(cv.rotate(as_floats, cv.ROTATE_90_CLOCKWISE))
assert np.isin(turned, all_bytes).all()
assert turned.max() < 100
enlarged = pixels(cv.resize(as_floats, (8, 4), interpolation=cv.INTER_NEAREST))
assert np.array_equal(enlarged, first_bytes.repeat(2, 0).repeat(2, 1))

assert np.array_equal(pixels(cv.flip(as_bytes, 1)), GREY[:, ::-1])
assert np.array_equal(pixels(cv.rotate(as_bytes, cv.ROTATE_90_CLOCKWISE)), np.rot90(GREY, -1))
assert pixels(cv.resize(as_bytes, (8, 4)))[0].tolist() == [0, 13, 38, 63, 88, 125, 175, 200]
cubic = pixels(cv.resize(as_bytes, (8, 4), interpolation=cv.INTER_CUBIC))
print("cubic", cubic[0])
assert np.array_equal(cubic, GREY.repeat(2, 0).repeat(2, 1))

added = pixels(cv.addWeighted(as_bytes, 0.7, as_bytes, 0.7, 0))
print("added", added[0])
assert added[0].tolist() == [0, 70, 140, 24]
print("still so")
PYTHON
