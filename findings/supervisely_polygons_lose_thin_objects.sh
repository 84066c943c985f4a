#!/usr/bin/env bash
# Masks in Supervisely's SDK turned into polygons (Bitmap.to_contours) and drawn again: a ring, a block of two rows, and
# thin objects: one row, and a slanted line, of pixels.
#
# Guessed: the same pixels, for its polygons have holes and are drawn by its own draw; at worst a ragged edge.
# True:    the ring loses the 10 pixels around its hole, for the outline of the hole runs over them and is drawn as hole.
# Whatever is one pixel wide gives no polygon at all, and nothing is raised or logged (convert, which does the same, logs
# a line). The block comes back.
# Matters: wires, poles, fingers in the distance and single pixels vanish from a set that is turned into polygons, and every
# ring becomes thinner from within with each round.
# Versions: numpy 2.4.6 supervisely 6.74.51
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 supervisely==6.74.51
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import supervisely


def again(mask):
    """The mask by way of polygons."""
    drawn = np.zeros(mask.shape, np.uint8)
    for polygon in supervisely.Bitmap(mask).to_contours():
        polygon.draw(drawn, 1)
    return drawn > 0


ring = np.zeros((20, 30), bool)
ring[3:12, 5:17] = True
ring[6:8, 9:12] = False
lost = ring & ~again(ring)
print("ring:", lost.sum(), "of", ring.sum(), "lost")
assert (lost.sum(), (again(ring) & ~ring).sum()) == (10, 0)
assert lost[5:9, 8:13].sum() == 10

row, slanted, block = (np.zeros((20, 30), bool) for _ in range(3))
row[4, 7:12] = True
slanted[range(4, 9), range(4, 9)] = True
block[4:6, 5:17] = True
for thin in (row, slanted):
    print("thin:", thin.sum(), "pixels become", again(thin).sum())
    assert supervisely.Bitmap(thin).to_contours() == []
assert np.array_equal(again(block), block)
print("still so")
PYTHON
