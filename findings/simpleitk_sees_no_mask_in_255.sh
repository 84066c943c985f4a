#!/usr/bin/env bash
# A mask of 0 and 255, as mask files are, given to SimpleITK's binary filters.
#
# Guessed: as the help of BinaryDilate says, the foreground is the largest number of the type, so
# 255 is the object; or whatever is not 0.
# True:    the foreground is 1, and 255 counts as background. Dilation, erosion and filling of holes
# give the mask back unchanged, the median gives an empty mask, thinning works. Nothing is raised.
# Matters: a cleaning step that does nothing, or deletes all, on every mask read from a PNG, and
# works in a test with 0 and 1.
# Versions: numpy 2.4.6 simpleitk 2.5.7
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 simpleitk==2.5.7
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import SimpleITK

mask = np.zeros((12, 12), np.uint8)
mask[3:9, 3:9] = 1
mask[5, 5] = 0


def area(filtering, white):
    out = filtering(SimpleITK.GetImageFromArray(mask * np.uint8(white)))
    return int((SimpleITK.GetArrayFromImage(out) > 0).sum())


help_text = " ".join(SimpleITK.BinaryDilateImageFilter.__doc__.split())
assert "ForegroundValue defaults to the maximum possible value of the PixelType" in help_text
assert mask.sum() == 35
for name, of_ones, of_255 in (
    ("BinaryDilate", 64, 35),
    ("BinaryErode", 7, 35),
    ("BinaryFillhole", 36, 35),
    ("BinaryMedian", 32, 0),
):
    filtering = getattr(SimpleITK, name)
    print(name, area(filtering, 1), area(filtering, 255))
    assert (area(filtering, 1), area(filtering, 255)) == (of_ones, of_255)
assert area(SimpleITK.BinaryThinning, 1) == area(SimpleITK.BinaryThinning, 255) > 0
print("still so")
PYTHON
