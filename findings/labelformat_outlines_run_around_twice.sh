#!/usr/bin/env bash
# A mask of 7×11 pixels, and a larger object with a hollow, in mask files beside their photos, turned into COCO's
# polygons by labelformat (its format maskpair, to COCO).
#
# Guessed: an outline through the middles of the outermost pixels, which COCO fills to 60 of the 77, as from other
# tools; or one along their edges, which it fills to 77.
# True:    the outline goes around the object twice: its second half is the first once more. What is around twice is
# outside again for whoever counts crossings: pycocotools fills it to 0 pixels, Pillow and OpenCV to the outline alone,
# 32. Boxes look right but for a row and a column. Run lengths (segmentation_type="rle") have all 77, as a crowd.
# Matters: each object of the set is empty in training and in the evaluation, while polygons drawn as lines, as viewers
# do, lie exactly around the objects. Nothing is raised. Keep the first half of each outline.
# Versions: labelformat 0.1.17 numpy 2.4.6 opencv-python-headless 5.0.0.93 pillow 13.0.0 pycocotools 2.0.11
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check labelformat==0.1.17 numpy==2.4.6 \
  opencv-python-headless==5.0.0.93 pillow==13.0.0 pycocotools==2.0.11
venv/bin/python -W ignore - <<'PYTHON'
import json
from pathlib import Path

import cv2
import numpy as np
from labelformat.formats.coco import COCOInstanceSegmentationOutput
from labelformat.formats.maskpair import MaskPairInstanceSegmentationInput
from PIL import Image, ImageDraw
from pycocotools import mask as coco_mask

H, W = 30, 40
for folder in ("photos", "masks"):
    Path(folder).mkdir()
Image.new("RGB", (W, H)).save("photos/a.png")


def exported(mask, **options):
    Image.fromarray(np.where(mask, 255, 0).astype(np.uint8)).save("masks/a.png")
    pairs = MaskPairInstanceSegmentationInput(
        image_glob="photos/*.png", mask_glob="masks/*.png", category_names="cat", **options
    )
    COCOInstanceSegmentationOutput(Path("coco.json")).save(pairs)
    (annotation,) = json.loads(Path("coco.json").read_text())["annotations"]
    return annotation


def by_pillow(corners):
    picture = Image.new("L", (W, H))
    ImageDraw.Draw(picture).polygon(corners, fill=1, outline=1)
    return int(np.asarray(picture).sum())


def by_opencv(corners):
    return int(cv2.fillPoly(np.zeros((H, W), np.uint8), [np.array(corners, np.int32)], 1).sum())


def by_coco(corners):
    return int(coco_mask.area(coco_mask.frPyObjects([np.ravel(corners).tolist()], H, W))[0])


box = np.zeros((H, W), bool)
box[5:12, 6:17] = True
hollow = np.zeros((H, W), bool)
hollow[5:25, 5:25] = True
hollow[10:20, 10:25] = False
for mask, outline in ((box, 32), (hollow, 104)):
    (numbers,) = exported(mask)["segmentation"]
    corners = list(zip(numbers[::2], numbers[1::2], strict=True))
    once = corners[: len(corners) // 2]
    assert corners == once + once
    filled = by_coco(corners), by_pillow(corners), by_opencv(corners)
    print(mask.sum(), "pixels are", filled, "and of half the outline", by_coco(once), by_pillow(once))
    assert filled == (0, outline, outline)
    assert by_pillow(once) == by_opencv(once) == mask.sum()
    assert 0.6 * mask.sum() < by_coco(once) < mask.sum()
runs = exported(box, segmentation_type="rle")
assert runs["iscrowd"] and coco_mask.area(coco_mask.frPyObjects(runs["segmentation"], H, W)) == box.sum()
print("still so")
PYTHON
