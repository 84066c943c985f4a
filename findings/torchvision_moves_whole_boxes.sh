#!/usr/bin/env bash
# Boxes of whole pixels, as labels mostly are, turned into middle, width and height and back by torchvision's transforms
# (v2, BoundingBoxes, CXCYWH).
#
# Guessed: the same boxes: what can not be told exactly in whole numbers is rounded so that it comes back, or the boxes
# become floats.
# True:    each side of odd length moves the box a pixel to the left or up, and each further round moves it again. At the
# edge it is cut as well: 0 to 5 becomes 0 to 4 and no more. Sides of even length, and floats, come back.
# Matters: half of all sides are odd, so a set kept as CXCYWH in whole numbers lies half a pixel off on the average, and
# boxes at the edge of the picture are too small. Make the boxes floats first.
# Versions: torch 2.15.0 torchvision 0.29.2
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.15.0 torchvision==0.29.2
"$place/venv/bin/python" - <<'PYTHON'
import torch
from torchvision.transforms.v2 import functional
from torchvision.tv_tensors import BoundingBoxes

corners = [[1, 2, 4, 7], [3, 3, 4, 4], [0, 0, 5, 5], [2, 2, 6, 8]]


def again(boxes, kind=torch.int64):
    """The boxes (x0, y0, x1, y1) after a round by way of their middles."""
    boxes = BoundingBoxes(torch.tensor(boxes, dtype=kind), format="XYXY", canvas_size=(10, 12))
    middles = functional.convert_bounding_box_format(boxes, new_format="CXCYWH")
    return functional.convert_bounding_box_format(middles, new_format="XYXY").tolist()


for before, after in zip(corners, again(corners), strict=True):
    print(before, "becomes", after)
assert again(corners) == [[0, 1, 3, 6], [2, 2, 3, 3], [0, 0, 4, 4], [2, 2, 6, 8]]
assert again(again(corners))[1] == [1, 1, 2, 2]
assert again(corners, torch.float32) == corners
print("still so")
PYTHON
