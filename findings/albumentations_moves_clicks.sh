#!/usr/bin/env bash
# A click on one pixel, carried along as a keypoint by Albumentations while the picture is made three
# times as large and mirrored: in this order and in the other.
#
# Guessed: the click stays on its pixel, and the order does not matter.
# True:    mirroring takes coordinates for middles of pixels (x becomes width - 1 - x), enlarging takes
# them for distances from the edge (x becomes 3x). The click lands a pixel right of or left of the middle
# of its 3×3 block, according to the order; the mask beside it is right in both.
# Matters: clicks and landmarks wander off thin objects, by half the factor: 2 to 3 pixels at 6 times.
# To carry clicks exactly, resize by (x + 1/2) · scale - 1/2.
# Versions: albumentations 2.0.8 numpy 2.2.6 opencv-python-headless 4.12.0.88
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
export NO_ALBUMENTATIONS_UPDATE=1
"$place/venv/bin/pip" install --quiet --disable-pip-version-check albumentations==2.0.8 numpy==2.2.6 opencv-python-headless==4.12.0.88
"$place/venv/bin/python" -W ignore - <<'PYTHON'
import albumentations
import numpy as np

photo = np.zeros((32, 40, 3), np.uint8)
mask = np.zeros((32, 40), np.uint8)
mask[10, 15] = 1


def carried(*steps):
    keypoints = albumentations.KeypointParams("xy")
    chain = albumentations.Compose(list(steps), keypoint_params=keypoints)
    made = chain(image=photo, mask=mask, keypoints=[(15, 10)])
    middle = np.argwhere(made["mask"]).mean(0)[::-1]
    return np.asarray(made["keypoints"])[0].tolist(), middle.tolist()


larger = albumentations.Resize(96, 120)
mirror = albumentations.HorizontalFlip(p=1)
print(carried(larger, mirror), carried(mirror, larger))
assert carried(mirror) == ([24, 10], [24, 10])
assert carried(larger) == ([45, 30], [46, 31])
assert carried(larger, mirror) == ([74, 30], [73, 31])
assert carried(mirror, larger) == ([72, 30], [73, 31])
print("still so")
PYTHON
