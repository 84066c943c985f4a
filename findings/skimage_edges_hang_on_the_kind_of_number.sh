#!/usr/bin/env bash
# The edges of one object by scikit-image (find_boundaries, in its four modes), the object being 1 or 255, the map of
# bytes, of 32 bits and of 64 bits.
#
# Guessed: the same edges each time, for all that counts is where numbers differ.
# True:    inner and thick are the same. The mode outer, "in the background around objects", marks the object's own
# pixels at its left and right as well where the map is of 64 bits, NumPy's own kind: 22 for 14. The mode subpixel finds
# nothing where the object is 255 in a map of bytes, as in a mask file. Most likely since background is made the largest
# number of the kind on the way: in bytes that is 255 too, and 2^63 - 1 passes through doubles.
# Matters: mark_boundaries draws outer, so the outline of an argmax is two pixels thick at some sides and one at the
# others, and a distance from it begins inside the object; a mask of 0 and 255, or void, has no edge between pixels.
# Give it 32 bits.
# Versions: numpy 2.4.6 scikit-image 0.26.0 scipy 1.17.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 scikit-image==0.26.0 scipy==1.17.1
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
from skimage.segmentation import find_boundaries

mask = np.zeros((8, 7), np.uint8)
mask[2:6, 2:5] = 1
right = {mode: find_boundaries(mask.astype(np.int32), mode=mode) for mode in ("inner", "thick", "outer", "subpixel")}
assert right["outer"].sum() == 14 and not right["outer"][mask > 0].any()
for kind in (np.uint8, np.int32, np.int64):
    for value in (1, 255):
        for mode, edge in right.items():
            found = find_boundaries(mask.astype(kind) * kind(value), mode=mode)
            print(kind.__name__, value, mode, "has", found.sum(), "edge pixels, right are", edge.sum())
            wrong = (mode == "outer" and kind is np.int64) or (mode == "subpixel" and kind is np.uint8 and value == 255)
            assert np.array_equal(found, edge) != wrong
wide = find_boundaries(mask.astype(np.int64), mode="outer")
print(wide.astype(int))
assert wide[3].tolist() == [False, True, True, False, True, True, False]
assert find_boundaries(mask * np.uint8(255), mode="subpixel").sum() == 0
print("still so")
PYTHON
