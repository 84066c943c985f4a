#!/usr/bin/env bash
# A click on one pixel, carried along as a keypoint by those transforms of Albumentations that bend the picture, each
# set to bend nothing, and the mask of the 3×3 pixels around it.
#
# Guessed: point and mask stay where they are; or, when they bend, the point goes with the pixel to a fraction of one.
# True:    by ElasticTransform and ThinPlateSpline the mask stays and the point goes a row up. By OpticalDistortion
# the mask moves half a pixel and (10, 10) becomes (9, 9); and points are gone: (31, 41), in the middle of the
# picture, does not come back. At usual strength points come back as whole numbers, on average about a pixel above
# their place.
# Matters: points that teach a network where to click lie beside thin objects, all to the same side, so the mean does
# not take it out; and a list of clicks gets shorter, by which labels that run beside it shift. Carry each point as a
# small mask, and take its middle.
# Versions: albumentations 2.0.8 numpy 2.2.6 opencv-python-headless 4.12.0.88
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check \
  albumentations==2.0.8 numpy==2.2.6 opencv-python-headless==4.12.0.88
"$place/venv/bin/python" - <<'PYTHON'
import albumentations
import numpy as np


def carried(transform, x, y):
    """The point and the middle of its mask; None for a point that is gone."""
    points = albumentations.KeypointParams("xy", remove_invisible=False)
    mask = np.zeros((64, 80), np.uint8)
    mask[y - 1 : y + 2, x - 1 : x + 2] = 1
    moved = albumentations.Compose([transform], keypoint_params=points, seed=0)(
        image=np.zeros((64, 80, 3), np.uint8), mask=mask, keypoints=np.array([[x, y]], float)
    )
    rows, columns = np.nonzero(moved["mask"])
    found = moved["keypoints"]
    return (found[0].tolist() if len(found) else None), [columns.mean(), rows.mean()]


nothing = [
    albumentations.ElasticTransform(alpha=0, sigma=10, p=1),
    albumentations.ThinPlateSpline(scale_range=(1e-6, 1e-6), p=1),
]
for transform in nothing:
    for x, y in ((31, 41), (10, 10), (60, 20)):
        point, middle = carried(transform, x, y)
        print(type(transform).__name__, (x, y), point, middle)
        assert point == [x, y - 1] and np.allclose(middle, [x, y])
optical = albumentations.OpticalDistortion(distort_limit=(0, 0), p=1)
print("OpticalDistortion", carried(optical, 10, 10), carried(optical, 31, 41))
assert carried(optical, 10, 10)[0] == [9, 9] and carried(optical, 31, 41)[0] is None
assert np.allclose(carried(optical, 31, 41)[1], [31, 41], atol=0.5)
print("still so")
PYTHON
