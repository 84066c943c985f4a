#!/usr/bin/env bash
# A point cloud with classes that do not fit, and with NaN where a depth camera measured nothing, written to LAS by laspy.
#
# Guessed: an error for each, as it raises for class 32 in point format 3 and for a coordinate that is too large.
# True:    in point formats from 6 on, which most sets have, classes are of 8 bits and wrap: 256 becomes 0, 300 becomes 44,
# -1 becomes 255, 1.7 becomes 1. So do ids of objects in an extra dimension of bytes, given as an array; given as a list
# they are refused. A coordinate that is NaN is taken too, and comes back as a number.
# Matters: a set moved from the old formats to the new loses its only check. Class 256 is "never classified" afterwards,
# and a point that is nowhere stretches the box of the cloud. Test both before.
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
assert refused(lambda: setattr(old, "x", np.array([0, 3e6, 1, 2])))
new.classification = classes
print("classes", classes, "become", np.asarray(again(new).classification))
assert np.asarray(again(new).classification).tolist() == [1, 0, 44, 255]
new.classification = np.array([1.7, 2, 3, 4])
assert np.asarray(again(new).classification).tolist() == [1, 2, 3, 4]

assert refused(lambda: new.__setitem__("object", classes.tolist()))
new["object"] = classes
assert again(new)["object"].tolist() == [1, 0, 44, 255]

with np.errstate(invalid="ignore"):
    new.x = np.array([0, np.nan, 1, 2])
x = np.asarray(again(new).x)
print("NaN becomes", x[1])
assert np.isfinite(x).all() and x[0] == 0 and x[2] == 1
print("still so")
PYTHON
