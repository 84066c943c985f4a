#!/usr/bin/env bash
# Polygons whose corners have fractions of pixels, as annotation tools and detectors give them, in sahi's COCO classes:
# written to JSON, and cut at the edge of a slice; and a mask with thin parts made a polygon (Mask.from_bool_mask).
#
# Guessed: the numbers as they are, as of the box beside them; at the slice's edge a new corner with a fraction; of the
# mask all parts, or a word that one has no polygon.
# True:    each corner is cut to whole pixels, the area too, while the box keeps its fractions: a square from .9 to 5.9
# begins at 0 and ends at 5. So every polygon moves to the left and up, half a pixel on the average, and no longer
# fills its box. Of the mask, a row of one pixel's width and a single pixel are gone without a word; 7 × 11 pixels
# stay.
# Matters: sets are cut into slices because objects are small: of objects of some pixels the polygons lie beside them,
# all to the same side, and wires and far lights are gone. Multiply before, and keep masks as run lengths.
# Versions: numpy 2.4.6 opencv-python 5.0.0.93 pillow 12.3.0 sahi 0.12.8 shapely 2.2.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 opencv-python==5.0.0.93 pillow==12.3.0 \
  sahi==0.12.8 shapely==2.2.0
venv/bin/python -W ignore - <<'PYTHON'
import numpy as np
from sahi.annotation import Mask
from sahi.utils.coco import CocoAnnotation


def written(corners, **slice_):
    one = CocoAnnotation(segmentation=[corners], category_id=0, category_name="cat")
    if slice_:
        one = one.get_sliced_coco_annotation(slice_["region"])
    return one.json


def square(low, high):
    return [low, low, high, low, high, high, low, high]


found = written(square(0.9, 5.9))
print("from .9 to 5.9:", found["segmentation"], "box", found["bbox"], "area", found["area"])
assert found["segmentation"] == [square(0, 5)]
assert np.allclose(found["bbox"], [0.9, 0.9, 5, 5])
assert written([10.6, 10.4, 20.7, 10.4, 20.7, 20.9])["segmentation"] == [[10, 10, 20, 10, 20, 20]]

sliced = written(square(10.9, 20.9), region=[15, 0, 40, 40])
(corners,) = sliced["segmentation"]
print("sliced at 15:", sorted(set(corners[::2])), sorted(set(corners[1::2])), "box", sliced["bbox"])
assert sorted(set(corners[::2])) == [0, 5] and sorted(set(corners[1::2])) == [10, 20]
assert np.allclose(sliced["bbox"], [0, 10.9, 5.9, 10])

mask = np.zeros((30, 40), bool)
mask[5:12, 6:17] = True
mask[15, 6:30] = True
mask[20, 20] = True
polygons = Mask.from_bool_mask(mask, full_shape=[30, 40])
print("parts", len(polygons.segmentation), "pixels", polygons.bool_mask.sum(), "of", mask.sum())
assert len(polygons.segmentation) == 1 and polygons.bool_mask.sum() == 77 and mask.sum() == 102
print("still so")
PYTHON
