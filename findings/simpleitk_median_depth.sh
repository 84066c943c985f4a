#!/usr/bin/env bash
# The median depth of one object, 1 to 2 m away, by SimpleITK's two filters for it, while one pixel
# elsewhere in the picture is 1000 m away (sky, or a sensor's fault).
#
# Guessed: the median of the object's own pixels, at worst a hair off for it is said to come from
# a histogram; what lies outside the object cannot matter.
# True:    LabelStatistics spreads its bins over the whole picture: the median becomes 2.95 m, more
# than any depth of the object. Without the far pixel it is right to a thousandth. The other filter,
# LabelIntensityStatistics, does the same (4.9 m).
# Matters: a median is taken because of such pixels, and a depth per object from a label map is
# wrong by half where one pixel is far. numpy's median over the object's pixels is exact.
# Versions: numpy 2.4.6 simpleitk 2.5.7
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 simpleitk==2.5.7
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import SimpleITK

depth_m = np.linspace(1, 2, 2500, dtype=np.float32).reshape(50, 50)
labels = np.ones((50, 50), np.uint8)
labels[0] = 2


def medians():
    picture, regions = map(SimpleITK.GetImageFromArray, (depth_m, labels))
    one = SimpleITK.LabelStatisticsImageFilter()
    one.Execute(picture, regions)
    other = SimpleITK.LabelIntensityStatisticsImageFilter()
    other.Execute(regions, picture)
    return one.GetMedian(1), other.GetMedian(1), one.GetMaximum(1)


true = float(np.median(depth_m[labels == 1]))
near = medians()
assert abs(near[0] - true) < 0.01 and abs(near[1] - true) < 0.01
depth_m[0, 0] = 1000
far = medians()
print("true", true, "before", near[:2], "with one far pixel outside", far[:2])
assert far[2] == 2
assert far[0] > 2 and far[1] > 2
print("still so")
PYTHON
