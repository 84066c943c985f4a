#!/usr/bin/env bash
# Boxes of YOLO's and other formats in fractions of the picture, and boxes of pixels with fractions, as detectors give
# them, converted by pybboxes.
#
# Guessed: floats stay floats: from YOLO to another format in fractions it is only sums, and back the same box comes
# out.
# True:    every box becomes whole pixels first, whichever two formats are asked for. In a picture 641 wide a width of
# .31 is .31045 even from YOLO to YOLO; (10.6, 20.4, 31.5, 17.7) is (11, 20, 32, 18) after a round by way of YOLO. Two
# boxes that are half a pixel apart have an IoU of 1, and one of .6 × .4 pixels has an area of 1. Boxes of whole pixels
# come back.
# Matters: in a small picture, or for small objects, a box moves by half a pixel and grows by half; overlaps for a
# threshold are those of other boxes; and a set converted by it is not what was predicted. Write the sums by hand.
# Versions: numpy 2.4.6 pybboxes 0.1.6
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 pybboxes==0.1.6
venv/bin/python -W ignore - <<'PYTHON'
import numpy as np
import pybboxes

W, H = 641, 427


def converted(box, source, target):
    return pybboxes.convert_bbox(box, from_type=source, to_type=target, image_size=(W, H))


yolo = (0.25, 0.25, 0.31, 0.17)
for target in ("yolo", "albumentations", "fiftyone"):
    there = converted(yolo, "yolo", target)
    back = converted(there, target, "yolo")
    print("to", target, "and back", back)
    assert np.allclose(np.array(back) * [W, H, W, H] % 0.5, 0, atol=1e-6)
    assert not np.allclose(back, yolo, atol=1e-4)
    assert np.allclose(back, yolo, atol=1e-2)

detected = (10.6, 20.4, 31.5, 17.7)
back = converted(converted(detected, "coco", "yolo"), "yolo", "coco")
print(detected, "comes back as", back)
assert back == (11, 20, 32, 18)
whole = (10, 20, 31, 17)
assert converted(converted(whole, "coco", "yolo"), "yolo", "coco") == whole

one, other = (pybboxes.BoundingBox.from_coco(x, x, 10, 10, image_size=(W, H)) for x in (0, 0.5))
print("half a pixel apart, IoU", one.iou(other), "for", 9.5**2 / (200 - 9.5**2))
assert one.iou(other) == 1
small = pybboxes.BoundingBox.from_yolo(0.5, 0.5, 0.001, 0.001, image_size=(W, H))
print("area of", 0.001 * W, "by", 0.001 * H, "is", small.area)
assert small.area == 1
print("still so")
PYTHON
