#!/usr/bin/env bash
# The distance of every pixel to the background, for a mask that covers the whole picture, by SciPy's three
# transforms, OpenCV and edt.
#
# Guessed: infinity, or one large number for all pixels; at least one answer within SciPy.
# True:    SciPy's exact one measures to a pixel above the upper left corner that is not there: 1 in the
# corner, 1.4 beside it, plausible everywhere. SciPy's other two give 1.3e154 (or
# 4294967295 for whole distances) and -1, OpenCV 1.8e19 or 3.4e38 by its mask size, edt infinity.
# Matters: the innermost point of such a mask comes out at the lower right corner, and a click put there
# by a simulated user, or a weight by distance, is wrong without a word. Pad the mask by a pixel of
# background, or test for there being any.
# Versions: edt 3.1.2 numpy 2.4.6 opencv-python-headless 5.0.0.93 scipy 1.17.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check edt==3.1.2 numpy==2.4.6 opencv-python-headless==5.0.0.93 scipy==1.17.1
"$place/venv/bin/python" - <<'PYTHON'
import cv2
import edt
import numpy as np
from scipy import ndimage

full = np.ones((6, 8), np.uint8)
y, x = np.mgrid[:6, :8]
to_a_pixel_outside = np.hypot(y + 1, x)
exact = ndimage.distance_transform_edt(full)
print(np.round(exact, 1))
assert np.allclose(exact, to_a_pixel_outside)
assert np.unravel_index(exact.argmax(), full.shape) == (5, 7)
assert (ndimage.distance_transform_bf(full) > 1e150).all()
assert (ndimage.distance_transform_bf(full, "taxicab") == 2**32 - 1).all()
assert (ndimage.distance_transform_cdt(full) == -1).all()
assert (cv2.distanceTransform(full, cv2.DIST_L2, 0) > 1e19).all()
assert (cv2.distanceTransform(full, cv2.DIST_L2, 5) > 1e38).all()
assert np.isinf(edt.edt(full)).all()
padded = ndimage.distance_transform_edt(np.pad(full, 1))[1:-1, 1:-1]
assert padded.max() == 3
print("still so")
PYTHON
