#!/usr/bin/env bash
# A depth map of two walls, at 2 m and at 4 m, with noise of 2 cm, smoothed by OpenCV's l0Smooth (in its contrib
# modules), whose help names floats beside bytes; and the same as bytes.
#
# Guessed: the walls smooth at 2 m and 4 m, for the method keeps the mean of what it is given; a NumPy version of its
# paper does so to a millimetre. What is given stays as it is.
# True:    the walls are at .6 and 2.4 m: the mean falls from 3.0 to 1.6 m in 40 × 40 pixels, to 2.96 m in 640 × 480.
# And the array that was given is overwritten with it, where it is of floats. Of bytes the mean falls from 149 to 23,
# and what was given stays. Without noise the walls stay in place. OpenCV 4.12 and 5.0 do the same.
# Matters: a function to clean depth before an edge is looked for moves everything towards the camera and destroys the
# original. Nothing is raised.
# Versions: numpy 2.4.6 opencv-contrib-python-headless 5.0.0.93
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 opencv-contrib-python-headless==5.0.0.93
"$place/venv/bin/python" - <<'PYTHON'
import cv2
import numpy as np


def walls_m(height, width, noise_m):
    depth_m = np.full((height, width), 2, np.float32)
    depth_m[:, width // 2 :] = 4
    return depth_m + np.random.default_rng(0).normal(0, noise_m, depth_m.shape).astype(np.float32)


def by_the_paper(picture, weight=0.02):
    """The minimisation with its default weights: gradients below a bound are dropped, the rest is solved for."""
    smooth, spectrum = picture.astype(float), np.fft.fft2(picture.astype(float))
    along = {}
    for axis in (0, 1):
        kernel = np.zeros(picture.shape)
        kernel[0, 0], kernel[(-1, 0) if axis == 0 else (0, -1)] = -1, 1
        along[axis] = np.fft.fft2(kernel)
    strength = 2 * weight
    while strength < 1e5:
        gradients = [np.roll(smooth, -1, axis) - smooth for axis in along]
        small = sum(gradient**2 for gradient in gradients) < weight / strength
        parts = [
            along[axis].conj() * np.fft.fft2(np.where(small, 0, gradient)) for axis, gradient in enumerate(gradients)
        ]
        power = sum(abs(kernel) ** 2 for kernel in along.values())
        smooth = np.fft.ifft2((spectrum + strength * sum(parts)) / (1 + strength * power)).real
        strength *= 2
    return smooth


for size, mean_m in (((40, 40), 1.6), ((480, 640), 2.96)):
    true = walls_m(*size, 0.02)
    given = true.copy()
    found = cv2.ximgproc.l0Smooth(given)
    print(size, "mean before", true.mean(), "after", found.mean(), "what was given is now", given.mean())
    assert abs(true.mean() - 3) < 0.001 and abs(found.mean() - mean_m) < 0.02
    assert not np.array_equal(given, true)
true = walls_m(40, 40, 0.02)
found, right = cv2.ximgproc.l0Smooth(true.copy()), by_the_paper(true)
print("walls at", found[20, [13, -3]], "by the paper", right[20, [13, -3]])
assert np.allclose(found[20, [13, -3]], (0.66, 2.4), atol=0.02)
assert np.allclose(right[20, [13, -3]], (2, 4), atol=0.005) and abs(right.mean() - true.mean()) < 0.001
plain = walls_m(40, 40, 0)
assert np.allclose(cv2.ximgproc.l0Smooth(plain.copy())[20, [10, 30]], (2, 4), atol=0.1)

in_bytes = (true * 50).astype(np.uint8)
given = in_bytes.copy()
found = cv2.ximgproc.l0Smooth(given)
print("bytes: mean before", in_bytes.mean(), "after", found.mean())
assert in_bytes.mean() > 149 and found.mean() < 25 and np.array_equal(given, in_bytes)
print("still so")
PYTHON
