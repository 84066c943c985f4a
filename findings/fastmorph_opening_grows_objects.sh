#!/usr/bin/env bash
# Masks and label maps opened and closed by fastmorph with a ball (spherical_open, spherical_close), to take away specks
# and to close gaps.
#
# Guessed: an opening takes away and never adds, and a closing gives a full square back, as in SciPy with the ball of the
# same radius and in fastmorph's own opening and closing with a cube.
# True:    a square of 5×5 pixels (25) is 45 pixels after an opening of radius 1, and 45 after a closing; of radius 2 both
# give 37. The erosion keeps a pixel at a distance equal to the radius from the background and the dilation adds one at
# that distance, so the erosion is a pixel less: of radius 1 it takes nothing away, and a speck of one pixel becomes 5.
# Two objects with two free pixels between them touch after an opening.
# Matters: it is taken to clean predictions, and swells each object by a pixel on its sides instead, specks too; areas,
# distances and overlaps are those of larger objects. Take SciPy's with a ball.
# Versions: fastmorph 1.10.0 numpy 2.2.6 scipy 1.17.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check fastmorph==1.10.0 numpy==2.2.6 scipy==1.17.1
venv/bin/python -W ignore - <<'PYTHON'
import fastmorph
import numpy as np
from scipy import ndimage

square = np.zeros((15, 15), np.uint8)
square[5:10, 5:10] = 1
rows, columns = np.mgrid[-2:3, -2:3]
for radius, grown in ((1, 45), (2, 37)):
    ball = rows**2 + columns**2 <= radius**2
    right_open = ndimage.binary_opening(square, ball)
    right_close = ndimage.binary_closing(square, ball)
    opened = fastmorph.spherical_open(square, radius=radius)
    closed = fastmorph.spherical_close(square, radius=radius)
    print("radius", radius, "opened", opened.sum(), "SciPy", right_open.sum())
    print("closed", closed.sum(), "SciPy", right_close.sum())
    assert right_open.sum() <= 25 and right_close.sum() == 25
    assert opened.sum() == closed.sum() == grown
    dilated = fastmorph.spherical_dilate(square, radius=radius)
    assert np.array_equal(dilated, ndimage.binary_dilation(square, ball))
assert fastmorph.opening(square).sum() == fastmorph.closing(square).sum() == 25
assert fastmorph.spherical_erode(square, radius=1).sum() == 25

speck = np.zeros((7, 7), np.uint8)
speck[3, 3] = 1
print("a speck of 1 pixel opened:", fastmorph.spherical_open(speck, radius=1).sum())
assert fastmorph.spherical_open(speck, radius=1).sum() == 5

two = np.zeros((9, 16), np.uint8)
two[2:7, 2:7] = two[2:7, 9:14] = 1
after = ndimage.label(fastmorph.spherical_open(two, radius=1))[1]
print("objects", ndimage.label(two)[1], "after an opening", after)
assert (ndimage.label(two)[1], after) == (2, 1)

print("still so")
PYTHON
