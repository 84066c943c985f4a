#!/usr/bin/env bash
# The optical flow after Farnebäck between a picture and the same one moved by 5 pixels, by OpenCV, as
# 8-bit values, as the same numbers in floating point, and divided by 255.
#
# Guessed: 5 pixels each time: the method solves for a motion, and a factor of both pictures drops out.
# True:    5.00 pixels for 0…255 in either type; less for 0…30, and less than a ten-thousandth of a
# pixel for 0…1. No error, no warning. Most likely a constant in the solution that has the unit of
# grey values squared.
# Matters: pictures of networks are 0…1, and a flow of nothing looks like a film in which nothing moves,
# so that a mask stays where it was. Give 8-bit pictures.
# Versions: numpy 2.4.6 opencv-python-headless 5.0.0.93
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 opencv-python-headless==5.0.0.93
"$place/venv/bin/python" - <<'PYTHON'
import cv2
import numpy as np

noise = np.random.default_rng(0).integers(0, 256, (120, 160), np.uint8)
smooth = cv2.normalize(cv2.GaussianBlur(noise, (0, 0), 3), None, 0, 255, cv2.NORM_MINMAX)
moved = np.roll(smooth, 5, axis=1)


def flow(before, after):
    found = cv2.calcOpticalFlowFarneback(before, after, None, 0.5, 3, 15, 3, 5, 1.2, 0)
    return float(found[20:-20, 20:-20, 0].mean())


def up_to(most):
    return [(each * (most / 255)).astype(np.float32) for each in (smooth, moved)]


assert abs(flow(smooth, moved) - 5) < 0.01
assert abs(flow(*up_to(255)) - 5) < 0.01
assert 0.1 < flow(*up_to(30)) < 4
assert abs(flow(*up_to(1))) < 1e-4
print("still so")
PYTHON
