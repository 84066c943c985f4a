#!/usr/bin/env bash
# The box around a mask of 7 columns and 5 rows, by imantics (Mask.bbox) and by kwimage (Mask.get_xywh), and the mask
# and the area of that box by the same library.
#
# Guessed: a box of 7×5 with an area of 35, as from pycocotools, and as both libraries themselves give a box drawn by
# hand.
# True:    6 wide and 4 high, with an area of 24: it ends at the middle, so to say, of the last pixel. Filled again by
# the same library it is 24 pixels. A mask that is one row high has a box without a height and an area of 0.
# Matters: all boxes of a set made from masks lack a row and a column; thin objects have none, and tools that drop
# empty boxes drop them. The mean of the error is toward the upper left. Take boxes from pycocotools (toBbox), or add 1
# to both sides.
# Versions: imantics 0.1.12 kwimage 0.12.0 numpy 2.4.6 pycocotools 2.0.11
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check imantics==0.1.12 kwimage==0.12.0 numpy==2.4.6 \
  pycocotools==2.0.11
venv/bin/python -W ignore - <<'PYTHON'
import imantics
import kwimage
import numpy as np
from pycocotools import mask as coco_mask

mask = np.zeros((20, 30), np.uint8)
mask[3:8, 5:12] = 1
row = np.zeros_like(mask)
row[3, 5:12] = 1


def by_coco(mask):
    return coco_mask.toBbox(coco_mask.encode(np.asfortranarray(mask))).tolist()


assert by_coco(mask) == [5, 3, 7, 5] and by_coco(row) == [5, 3, 7, 1]

box = imantics.Mask(mask > 0).bbox()
again = int(imantics.BBox(tuple(map(int, box))).mask(30, 20).array.sum())
print("imantics", tuple(map(int, box)), "area", box.area(), "filled", again)
assert tuple(map(int, box)) == (5, 3, 11, 7)
assert box.area() == again == 24
drawn = imantics.BBox((5, 3, 12, 8))
assert drawn.area() == drawn.mask(30, 20).array.sum() == mask.sum() == 35
assert imantics.Mask(row > 0).bbox().area() == 0

for picture, found in ((mask, [5, 3, 6, 4]), (row, [5, 3, 6, 0])):
    box = kwimage.Mask(picture, "c_mask").to_boxes()
    print("kwimage", box.data.tolist(), "area", box.area.tolist())
    assert box.data.tolist() == [found]
    assert box.area.tolist() == [[found[2] * found[3]]]
print("still so")
PYTHON
