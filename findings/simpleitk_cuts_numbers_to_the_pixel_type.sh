#!/usr/bin/env bash
# A mask of 0 and 255 times one half, a depth map of whole millimetres times 0.001, and depths compared with
# numbers beyond 8 bits, with SimpleITK's ordinary operators.
#
# Guessed: as in NumPy the number decides (a float result), or as in C the product is cut to the picture's type,
# 127 of 255. Comparisons with a number that no pixel can have are true, or false, for all.
# True:    the number itself is cut to the picture's type first. Times 0.5 and 0.001 are times 0, times 1.5
# changes nothing, "greater than -1" finds no pixel and "less than 300" finds those below 44. Division alone
# gives floats.
# Matters: a softened mask is empty and a depth map in metres is 0 everywhere; a test of the range of ids keeps
# the wrong ones. Nothing is raised. Cast to floats first.
# Versions: numpy 2.4.6 simpleitk 2.5.7
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 simpleitk==2.5.7
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import SimpleITK as sitk


def pixels(image):
    return sitk.GetArrayFromImage(image).ravel().tolist()


mask = sitk.GetImageFromArray(np.array([[0, 1, 255]], np.uint8))
depth_mm = sitk.GetImageFromArray(np.array([[0, 800, 2350]], np.uint16))
ids = sitk.GetImageFromArray(np.array([[0, 43, 44, 200]], np.uint8))
for name, image in (
    ("half a mask", mask * 0.5),
    ("three halves", mask * 1.5),
    ("metres", depth_mm * 0.001),
    ("metres by division", depth_mm / 1000),
    ("above -1", ids > -1),
    ("below 300", ids < 300),
):
    print(name, pixels(image), image.GetPixelIDTypeAsString())
assert pixels(mask * 0.5) == pixels(0.5 * mask) == [0, 0, 0]
assert pixels(mask * 1.5) == [0, 1, 255]
assert pixels(depth_mm * 0.001) == [0, 0, 0]
assert np.allclose(pixels(depth_mm / 1000), [0, 0.8, 2.35])
assert pixels(ids > -1) == [0, 0, 0, 0]
assert pixels(ids < 300) == [1, 1, 0, 0]
assert np.allclose(pixels(sitk.Cast(mask, sitk.sitkFloat32) * 0.5), [0, 0.5, 127.5])
print("still so")
PYTHON
