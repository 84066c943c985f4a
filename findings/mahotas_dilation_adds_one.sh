#!/usr/bin/env bash
# A mask of bytes (0 and 1, or 0 and 255) and a class map in mahotas' dilation, erosion and closing, with
# the cross they use by default.
#
# Guessed: as in SciPy, scikit-image and OpenCV: the object grows or shrinks, the numbers stay 0 and 1.
# True:    whatever is not boolean is a relief, and the cross is 1 high: dilation adds 1 and erosion takes 1
# away. A dilated mask of 0 and 1 becomes 0 and 2, an eroded one is empty; closing 0 and 255 gives 0 and
# 254; a class map of 0 and 7 becomes 1, 7 and 8, of integers that can be below 0 all over.
# Matters: areas by sum double, comparisons with 255 find nothing, and classes turn into their neighbours
# in the list. Booleans are treated as expected.
# Versions: mahotas 1.4.19 numpy 2.4.6
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check mahotas==1.4.19 numpy==2.4.6
"$place/venv/bin/python" - <<'PYTHON'
import mahotas
import numpy as np

mask = np.zeros((9, 12), np.uint8)
mask[2:6, 3:8] = 1


def numbers(array):
    return np.unique(array).tolist()


assert mahotas.dilate(mask > 0).sum() == 38 and mahotas.erode(mask > 0).sum() == 6
print(numbers(mahotas.dilate(mask)), numbers(mahotas.erode(mask)), numbers(mahotas.close(mask * 255)))
assert numbers(mahotas.dilate(mask)) == [0, 2] and mahotas.dilate(mask).sum() == 2 * 38
assert numbers(mahotas.erode(mask)) == [0]
assert numbers(mahotas.close(mask * 255)) == [0, 254]
classes = mask.astype(np.int32) * 7
assert numbers(mahotas.dilate(classes)) == [1, 7, 8]
assert mahotas.dilate(classes)[0].tolist() == [1] * 12
print("still so")
PYTHON
