#!/usr/bin/env bash
# Objects that lie below others, as masks and as polygons, cut to what is seen of them by Datumaro
# (crop_covered_segments, which goes by their order in depth, z_order).
#
# Guessed: what is covered is taken away: of an object half covered, half is left; one that is covered wholly is gone,
# or empty.
# True:    half and all but a pixel, yes. But an object that is covered wholly stays as it was, as if nothing lay over
# it, mask or polygon: 24 pixels below an object of 225 are 24 pixels.
# Matters: the most hidden objects are the only ones that overlap afterwards. A set for which each pixel has one object
# has two on them, a network is shown objects that cannot be seen, and a class map drawn from the list may show what is
# behind. Nothing is logged. Subtract the masks by hand.
# Versions: datumaro 1.13.12 numpy 2.4.6 opencv-python-headless 4.14.0.94
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check datumaro==1.13.12 numpy==2.4.6 \
  opencv-python-headless==4.14.0.94
venv/bin/python -W ignore - <<'PYTHON'
import datumaro as dm
import numpy as np

object_ = np.zeros((40, 60), bool)
object_[10:14, 20:26] = True
front = np.zeros_like(object_)
front[5:20, 15:30] = True


def left_of_the_lower(lower, upper):
    """Pixels of the object below, after cutting."""
    photo = dm.Image.from_numpy(np.zeros((40, 60, 3), np.uint8))
    item = dm.DatasetItem("photo", media=photo, annotations=[lower, upper])
    data = dm.Dataset.from_iterable([item], categories=["cat", "dog"], media_type=dm.Image)
    cut = [one for one in data.transform("crop_covered_segments").get("photo").annotations if one.label == 0]
    return sum(int(one.get_area()) for one in cut)


def mask(pixels, number):
    return dm.Mask(pixels, label=number, id=number + 1, group=number + 1, z_order=number)


def polygon(corners, number):
    return dm.Polygon(corners, label=number, id=number + 1, group=number + 1, z_order=number)


half, window = np.roll(object_, 3, axis=1), front.copy()
window[13, 25] = False
for name, over, found in (("half", half, 12), ("all but a pixel", window, 1), ("wholly", front, 24), ("itself", object_, 24)):
    left = left_of_the_lower(mask(object_, 0), mask(over, 1))
    print("covered", name, "there are", left, "of 24 left")
    assert left == found

small, large = [20, 10, 24, 10, 24, 14, 20, 14], [10, 5, 40, 5, 40, 30, 10, 30]
left = left_of_the_lower(polygon(small, 0), polygon(large, 1))
print("a polygon covered wholly has", left, "of 16")
assert left == 16
print("still so")
PYTHON
