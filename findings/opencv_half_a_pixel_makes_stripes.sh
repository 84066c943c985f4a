#!/usr/bin/env bash
# A map of ids moved by half a pixel with OpenCV's warpAffine, by the nearest neighbour, as numbers of 8, 16 and
# 32 bits.
#
# Guessed: each id moves to the left or to the right neighbour, all alike, whatever the type.
# True:    16 bits with sign and 32 bits do so. Unsigned bytes, 16 bits without sign and floats are rounded
# to even columns: 0 0 2 2 4 4 for 0 1 2 3 4 5, so half the ids are gone and thin objects with them. remap
# makes such stripes too. (OpenCV 4.12 did it in remap alone.)
# Matters: half a pixel is the very step between the two ways to count pixels, from corners or from middles,
# and a label map moved so to fit its photo loses every line of one pixel in an odd column.
# Versions: numpy 2.4.6 opencv-python-headless 5.0.0.93
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 opencv-python-headless==5.0.0.93
"$place/venv/bin/python" - <<'PYTHON'
import cv2
import numpy as np

ids = np.tile(np.arange(8), (8, 1))
half_right = np.float32([[1, 0, 0.5], [0, 1, 0]])
x, y = np.meshgrid(np.arange(8, dtype=np.float32), np.arange(8, dtype=np.float32))


def moved(kind):
    out = cv2.warpAffine(ids.astype(kind), half_right, (8, 8), flags=cv2.INTER_NEAREST)
    return out[4].astype(int).tolist()


for kind in (np.uint8, np.uint16, np.int16, np.int32, np.float32):
    print(kind.__name__, moved(kind))
for kind in (np.int16, np.int32):
    assert moved(kind) == [0, 1, 2, 3, 4, 5, 6, 7]
for kind in (np.uint8, np.uint16, np.float32):
    assert moved(kind) == [0, 0, 2, 2, 4, 4, 6, 6]
remapped = cv2.remap(ids.astype(np.uint8), x + 0.5, y, cv2.INTER_NEAREST)
assert remapped[4, :7].tolist() == [0, 2, 2, 4, 4, 6, 6]
print("still so")
PYTHON
