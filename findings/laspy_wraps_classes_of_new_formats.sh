#!/usr/bin/env bash
# A point cloud whose classes and ids of objects do not fit a byte, written to LAS by laspy in an old and a new point format.
#
# Guessed: an error for each, as it raises for class 32 in point format 3, whose classes have 5 bits.
# True:    in point formats from 6 on, which most sets have, classes are of 8 bits and wrap: 256 becomes 0, 300 becomes 44,
# -1 becomes 255, 1.7 becomes 1. So do ids of objects in an extra dimension of bytes, given as an array; a list
# raises OverflowError.
# Matters: class 256 is "never classified" afterwards, "no class" is 255, and two objects are one; what a small test with an
# old format or a list showed does not hold. Compare the numbers with the type before.
# Versions: laspy 2.7.0 numpy 2.4.6
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check laspy==2.7.0 numpy==2.4.6
"$place/venv/bin/python" - <<'PYTHON'
import io

import laspy
import numpy as np


def cloud(point_format):
    header = laspy.LasHeader(point_format=point_format, version="1.4" if point_format >= 6 else "1.2")
    header.scales = np.array([0.001] * 3)
    header.add_extra_dim(laspy.ExtraBytesParams("object", "u1"))
    points = laspy.LasData(header)
    points.x = points.y = points.z = np.arange(4.0)
    return points


def again(points):
    file = io.BytesIO()
    points.write(file)
    file.seek(0)
    return laspy.read(file)


def refused(act):
    try:
        act()
    except OverflowError:
        return True
    return False


classes = np.array([1, 256, 300, -1])
old, new = cloud(3), cloud(6)
assert refused(lambda: setattr(old, "classification", np.array([1, 2, 3, 32])))
new.classification = classes
print("classes", classes, "become", np.asarray(again(new).classification))
assert np.asarray(again(new).classification).tolist() == [1, 0, 44, 255]
new.classification = np.array([1.7, 2, 3, 4])
assert np.asarray(again(new).classification).tolist() == [1, 2, 3, 4]

assert refused(lambda: new.__setitem__("object", classes.tolist()))
new["object"] = classes
assert again(new)["object"].tolist() == [1, 0, 44, 255]

print("still so")
PYTHON
