#!/usr/bin/env bash
# The largest and the median error of a matte of bytes, and of depths in millimetres of 16 bits, by scikit-learn
# (max_error, median_absolute_error), and its graph of an image for spectral clustering (img_to_graph), whose edges say how
# much two neighbouring pixels differ.
#
# Guessed: 100 between 200 and 100, whichever is the truth: its mean and mean squared error of the same bytes are right.
# True:    the difference is taken in the numbers' own kind and wraps: of (200, 10) against (100, 20) the largest error
# is 246, the other way round 156, and the median is 83 or 173 where 55 is right. Two depths that are 10 mm apart differ
# by 65526. Signed bytes of -100 and 100 differ by 56. In the graph, 0 and 255 side by side differ by 1, and 100 and 200 by
# 156, asked for with dtype=float too, for the kind is changed afterwards. No warning is given.
# Matters: an error that is right in one direction only passes a quick look, and a good depth map gets the worst error
# there is. The mean beside it, which is right, makes it believable. Black beside white counts as nearly alike, so a cut
# runs elsewhere, and mirrored pictures give other graphs. Turn all into floats first.
# Versions: numpy 2.4.6 scikit-learn 1.9.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 scikit-learn==1.9.1
"$place/venv/bin/python" - <<'PYTHON'
import warnings

import numpy as np
from sklearn import metrics
from sklearn.feature_extraction.image import img_to_graph

warnings.simplefilter("error")
one, other = np.array([200, 10], np.uint8), np.array([100, 20], np.uint8)
expected = {
    metrics.max_error: (246, 156, 100),
    metrics.median_absolute_error: (83, 173, 55),
    metrics.mean_absolute_error: (55, 55, 55),
    metrics.mean_squared_error: (5050, 5050, 5050),
}
for error, (there, back, true) in expected.items():
    print(error.__name__, error(one, other), error(other, one), "right:", error(one.astype(float), other.astype(float)))
    assert (error(one, other), error(other, one)) == (there, back)
    assert error(one.astype(float), other.astype(float)) == true

depth_mm, found_mm = np.array([1000, 4000], np.uint16), np.array([1010, 4000], np.uint16)
print("depths 10 mm apart", metrics.max_error(depth_mm, found_mm))
assert metrics.max_error(depth_mm, found_mm) == 65526
assert metrics.max_error(found_mm, depth_mm) == 10
assert metrics.max_error(np.array([-100], np.int8), np.array([100], np.int8)) == 56

for left, right, found in ((200, 100, 100), (100, 200, 156), (0, 255, 1), (255, 0, 255)):
    pixels = np.array([[left, right]], np.uint8)
    of_bytes, as_floats, of_floats = (
        img_to_graph(picture, dtype=kind).toarray()[0, 1]
        for picture, kind in ((pixels, None), (pixels, float), (pixels.astype(float), None))
    )
    print("edge between", left, "and", right, of_bytes, "of floats", of_floats)
    assert of_bytes == as_floats == found and of_floats == abs(left - right)
print("still so")
PYTHON
