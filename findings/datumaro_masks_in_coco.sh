#!/usr/bin/env bash
# A mask of 4×3 pixels in Datumaro, exported to COCO instances.
#
# Guessed: run lengths of the 12 pixels with iscrowd 0, for nobody called it a crowd.
# True:    without attributes it becomes a crowd. With is_crowd False it becomes a polygon through
# the middles of the outer pixels, which COCO fills to 6 of the 12; the box of 4×3 stays.
# Matters: COCO's evaluation leaves crowds out, so a set whose masks went through Datumaro has no
# objects left in it; with the attribute each object is smaller by a row and a column, and its box
# is not that of its mask. clickmend writes run lengths that are no crowd, and area and box of the mask.
# Versions: datumaro 1.13.12 pycocotools 2.0.11
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check datumaro==1.13.12 pycocotools==2.0.11
"$place/venv/bin/python" - "$place" <<'PYTHON'
import json
import sys

import datumaro
import numpy as np
from datumaro.components.annotation import Mask
from pycocotools import mask as coco_mask

pixels = np.zeros((6, 8), bool)
pixels[1:4, 2:6] = True
picture = datumaro.Image.from_numpy(np.zeros((6, 8, 3), np.uint8))


def exported(attributes):
    one = Mask(pixels, label=0, attributes=attributes)
    item = datumaro.DatasetItem("a", media=picture, annotations=[one])
    made = datumaro.Dataset.from_iterable([item], categories=["cat"])
    made.export(f"{sys.argv[1]}/coco", "coco_instances", save_media=False)
    with open(f"{sys.argv[1]}/coco/annotations/instances_default.json") as file:
        (annotation,) = json.load(file)["annotations"]
    return annotation


assert exported({})["iscrowd"] == 1
single = exported({"is_crowd": False})
assert (single["iscrowd"], single["area"], single["bbox"]) == (0, 6, [2, 1, 4, 3])
filled = coco_mask.decode(coco_mask.frPyObjects(single["segmentation"], 6, 8))
assert filled.sum() == 6
print("still so")
PYTHON
