#!/usr/bin/env bash
# Masks of objects in supervision, none a crowd, saved as COCO and filled by pycocotools.
#
# Guessed: polygons that fill to the same masks, and run lengths where no polygon does.
# True:    a box of 11×7 comes back as 10×6 and a ring without its hole, for the inner contour is a
# second polygon, and COCO joins polygons; one pixel has the segmentation [], on which pycocotools
# raises IndexError. The areas in the file are those of the masks before. Unless iscrowd is given,
# what has a hole becomes a crowd, as its help says.
# Matters: a set of brushed masks that went through it has other masks than those that were drawn,
# and area and mask disagree. clickmend checks that polygons fill to the mask, else writes run
# lengths, and makes no crowd of them.
# Versions: supervision 0.31.2 numpy 2.2.6 opencv-python-headless 4.12.0.88 pycocotools 2.0.11
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
# av, which it wants for videos alone, is left out.
"$place/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps supervision==0.31.2
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.2.6 opencv-python-headless==4.12.0.88 pycocotools==2.0.11 pydeprecate==0.9.0 pillow==12.0.0 scipy==1.16.3 defusedxml==0.7.1 matplotlib==3.10.7 pyyaml==6.0.3 requests==2.32.5 tqdm==4.67.1 2>/dev/null
"$place/venv/bin/python" -W ignore - "$place" <<'PYTHON'
import json
import sys

import cv2
import numpy as np
import supervision
from pycocotools import mask as coco_mask

H, W = 30, 40
masks = np.zeros((3, H, W), bool)
masks[0, 2:9, 22:33] = True
masks[1, 7:22, 5:20] = True
masks[1, 12:17, 10:15] = False
masks[2, 29, 39] = True
cv2.imwrite(f"{sys.argv[1]}/a.png", np.zeros((H, W, 3), np.uint8))
found = supervision.Detections(
    xyxy=supervision.mask_to_xyxy(masks).astype(float),
    mask=masks,
    class_id=np.zeros(3, int),
    data={"iscrowd": np.zeros(3, int)},
)
photo = f"{sys.argv[1]}/a.png"
made = supervision.DetectionDataset(["cat"], [photo], {photo: found})
made.as_coco(annotations_path=f"{sys.argv[1]}/a.json")
with open(f"{sys.argv[1]}/a.json") as file:
    box, ring, pixel = json.load(file)["annotations"]


def filled(annotation):
    rles = coco_mask.frPyObjects(annotation["segmentation"], H, W)
    return coco_mask.decode(coco_mask.merge(rles))


assert (box["area"], filled(box).sum()) == (77, 60)
assert (ring["area"], filled(ring).sum(), filled(ring)[14, 12]) == (200, 196, 1)
assert pixel["segmentation"] == []
print("still so")
PYTHON
