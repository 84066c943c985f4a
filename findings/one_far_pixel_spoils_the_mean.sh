#!/usr/bin/env bash
# A depth map with one pixel of infinity (sky), smoothed by a mean over 3×3 pixels in SciPy and OpenCV.
#
# Guessed: the nine pixels whose window holds it become infinite, the rest is as without it.
# True:    in SciPy everything right of these and below becomes NaN, to the end of the rows, in OpenCV
# everything below, to the end of the columns: sums are carried along, and infinity less infinity is NaN.
# A finite 1e20, as some renderers write for the sky, leaves wrong plausible numbers instead: 1 for 7.
# Matters: one pixel ruins a quarter of the map, and with 1e20 nobody sees it. convolve and filter2D with
# nine equal weights touch the nine pixels only. Mask far pixels out before smoothing.
# Versions: numpy 2.4.6 opencv-python-headless 5.0.0.93 scipy 1.17.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 opencv-python-headless==5.0.0.93 scipy==1.17.1
"$place/venv/bin/python" - <<'PYTHON'
import cv2
import numpy as np
from scipy import ndimage

near = np.tile(np.arange(1, 13, dtype=np.float32), (7, 1))
weights = np.full((3, 3), 1 / 9, np.float32)
means = {
    "scipy": lambda depth: ndimage.uniform_filter(depth, 3),
    "opencv": lambda depth: cv2.blur(depth, (3, 3)),
}
exact = {
    "scipy": lambda depth: ndimage.convolve(depth, weights),
    "opencv": lambda depth: cv2.filter2D(depth, -1, weights),
}
window = np.zeros(near.shape, bool)
window[1:4, 2:5] = True


def touched(smooth, value):
    depth = near.copy()
    depth[2, 3] = value
    before, after = smooth(near), smooth(depth)
    return ~np.isclose(before, after, rtol=1e-4), after


right, below = window.copy(), window.copy()
right[1:, 2:] = True
below[1:, 2:5] = True
for value in (np.inf, 1e20):
    for name, smooth in exact.items():
        assert np.array_equal(touched(smooth, value)[0], window), name
where, after = touched(means["scipy"], np.inf)
print(np.round(after, 1))
assert np.array_equal(where, right) and np.isnan(after[right & ~window]).all()
where, after = touched(means["opencv"], np.inf)
assert np.array_equal(where, below) and np.isnan(after[below & ~window]).all()
where, after = touched(means["scipy"], 1e20)
print(np.round(after[2, 5:], 1), "for", near[2, 5:])
assert after[2, 6] == 1 and near[2, 6] == 7
where, after = touched(means["opencv"], 1e20)
assert (where & ~window).any() and np.isfinite(after).all() and not where[:, 5:].any()
print("still so")
PYTHON
