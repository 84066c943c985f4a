#!/usr/bin/env bash
# The depth of object 7, which is not in the label map, by the measurements of scipy.ndimage: mean,
# smallest, largest, median and where the nearest point is.
#
# Guessed: NaN from all, as the mean and the standard deviation give, or an error.
# True:    the smallest and the largest are 0 m, at pixel (0, 0), and the median is 3 m: the depth of a
# pixel of another object. Nothing is raised for any of these three, and no warning is given.
# Matters: an object that left the picture, or was given another number, is said to touch the camera,
# and its median depth is a plausible number from elsewhere. Ask for ids that np.unique finds only.
# Versions: numpy 2.4.6 scipy 1.17.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 scipy==1.17.1
"$place/venv/bin/python" - <<'PYTHON'
import warnings

import numpy as np
from scipy import ndimage

depth_m = np.array([[3.0, 4, 5], [6, 7, 8]])
labels = np.array([[1, 1, 2], [2, 2, 2]])

with warnings.catch_warnings():
    warnings.simplefilter("error")
    nearest = ndimage.minimum(depth_m, labels, [2, 7])
    farthest = ndimage.maximum(depth_m, labels, [2, 7])
    middle = ndimage.median(depth_m, labels, [2, 7])
    place = ndimage.minimum_position(depth_m, labels, [2, 7])
print(nearest, farthest, middle, place)
assert nearest.tolist() == [5, 0] and farthest.tolist() == [8, 0]
assert middle.tolist() == [6.5, 3]
assert tuple(map(int, place[1])) == (0, 0) and labels[0, 0] == 1

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    mean = ndimage.mean(depth_m, labels, [2, 7])
    spread = ndimage.standard_deviation(depth_m, labels, [2, 7])
assert mean[0] == 6.5 and np.isnan(mean[1]) and np.isnan(spread[1])
print("still so")
PYTHON
