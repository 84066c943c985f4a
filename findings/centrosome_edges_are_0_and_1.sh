#!/usr/bin/env bash
# Depth in metres, logarithms of probabilities and maps of bytes, dilated, eroded, opened and closed by centrosome, the
# library below CellProfiler.
#
# Guessed: a flat map stays flat, as in SciPy, scikit-image and OpenCV: beyond the border there is nothing.
# True:    beyond the border are 0 and 1. A flat map of 5 m eroded by 3×3 is 1 m along the border, and a flat map of -5
# dilated is 0 there. An opening with a disk of radius 2 leaves 1 m in the corners, and a closing of -5 leaves 0 there;
# the white top-hat, which is what an opening takes away, then finds 4 m in each corner of a flat map. Flat maps
# from 0 to 1 stay as they are.
# Matters: each corner of a flat wall becomes a near object, and each corner of a map of logarithms certain. Bring the map
# into 0 to 1, or pad it before.
# Versions: centrosome 1.3.4 numpy 2.2.6 scipy 1.17.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check centrosome==1.3.4 numpy==2.2.6 scipy==1.17.1
venv/bin/python -W ignore - <<'PYTHON'
import numpy as np
from centrosome import cpmorphology as cells
from scipy import ndimage

square = np.ones((3, 3), bool)
disk = cells.strel_disk(2) > 0


def flat(level):
    return np.full((9, 9), float(level))


for level in (0, 0.4, 1):
    for step in (cells.grey_erosion, cells.grey_dilation):
        assert (step(flat(level), footprint=square) == level).all()

for step, level, beyond in ((cells.grey_erosion, 5, 1), (cells.grey_dilation, -5, 0)):
    found = step(flat(level), footprint=square)
    print(step.__name__, "of", level, "at the border", np.unique(found[0]), "inside", np.unique(found[1:-1, 1:-1]))
    assert (found[1:-1, 1:-1] == level).all()
    assert found[0].tolist() == found[:, -1].tolist() == [beyond] * 9
for step, level in ((ndimage.grey_erosion, 5), (ndimage.grey_dilation, -5)):
    assert (step(flat(level), footprint=square) == level).all()

for step, level, beyond in ((cells.opening, 5, 1), (cells.closing, -5, 0)):
    found = step(flat(level), 2)
    print(step.__name__, "of", level, "by a disk, corner:", found[0, 0], "changed", (found != level).sum())
    assert found[0, 0] == found[8, 8] == beyond and found[4, 4] == level
for step, level in ((ndimage.grey_opening, 5), (ndimage.grey_closing, -5)):
    assert (step(flat(level), footprint=disk) == level).all()

hat = cells.white_tophat(flat(5), 2)
print("white top-hat of a flat map, corner:", hat[0, 0], "middle:", hat[4, 4])
assert (hat[0, 0], hat[4, 4]) == (4, 0)
print("still so")
PYTHON
