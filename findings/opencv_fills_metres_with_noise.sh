#!/usr/bin/env bash
# A slanted wall 1 to 1.8 m away as floats, with a hole of 3×3 pixels filled by OpenCV's inpainting (Telea),
# once in metres and once in millimetres.
#
# Guessed: the same depths but for rounding, near 1.3 to 1.5 m: a filling has no notion of the unit.
# True:    in millimetres they are right to 6 cm. In metres the hole holds numbers from -0.15 to 2.6 m, below
# zero and farther than the whole wall; in units of 100 m it is off by more than 100 m. The other
# method (Navier–Stokes) is right in all units.
# Matters: depth comes in metres wherever it comes in floats; holes filled this way are worse than holes.
# Multiply by 1000 before, take 16 bits, or the other method.
# Versions: numpy 2.4.6 opencv-python-headless 5.0.0.93
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 opencv-python-headless==5.0.0.93
"$place/venv/bin/python" - <<'PYTHON'
import cv2
import numpy as np

wall_m = np.tile(np.linspace(1, 1.8, 9, dtype=np.float32), (9, 1))
hole = np.zeros((9, 9), np.uint8)
hole[3:6, 3:6] = 1


def filled_m(depth_m, unit_m, method):
    open_wall = np.where(hole, 0, depth_m / unit_m).astype(np.float32)
    return cv2.inpaint(open_wall, hole, 3, method)[3:6, 3:6] * unit_m


def farthest_off(depth_m, unit_m, method):
    return float(np.abs(filled_m(depth_m, unit_m, method) - depth_m[3:6, 3:6]).max())


print(filled_m(wall_m, 1, cv2.INPAINT_TELEA).round(2))
metres, millimetres = (farthest_off(wall_m, unit, cv2.INPAINT_TELEA) for unit in (1, 0.001))
print("off by at most", metres, "m in metres,", millimetres, "m in millimetres")
assert millimetres < 0.1 and metres > 1
assert filled_m(wall_m, 1, cv2.INPAINT_TELEA).min() < 0 < 2.5 < filled_m(wall_m, 1, cv2.INPAINT_TELEA).max()
assert farthest_off(wall_m, 100, cv2.INPAINT_TELEA) > 100
for unit_m in (0.001, 1, 100):
    assert farthest_off(wall_m, unit_m, cv2.INPAINT_NS) < 0.1
print("still so")
PYTHON
