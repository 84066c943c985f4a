#!/usr/bin/env bash
# A class map made smaller by kwimage (imresize, warp_affine) by the nearest pixel, with its option antialias, which
# one switches on for the photo beside it; one enlarged by the nearest pixel; and a depth of 16 bits made bytes
# (ensure_uint255).
#
# Guessed: antialias is left out, or refused, where nearest is asked for: there is nothing to smooth. Enlarged, each
# class is there twice. 16 bits are scaled to bytes, or refused, as its sister ensure_float01 does.
# True:    the map is blurred first and the nearest pixel taken of that: of classes 0 and 7 there are 4 and 5. Enlarged
# by warp_affine 0 1 2 7 becomes 0 1 1 2 2 7 7 0: pixels count as points by default, so all moves to the left, and the
# last column is outside. ensure_uint255 keeps the low byte of 16 bits: 300 is 44, 256 is 0.
# Matters: classes that nobody gave along every edge, by one option that is given to photo and map alike. Call the two
# apart, without antialias for maps and with origin_convention="corner".
# Versions: kwimage 0.12.0 numpy 2.4.6 opencv-python-headless 4.14.0.94
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check kwimage==0.12.0 numpy==2.4.6 \
  opencv-python-headless==4.14.0.94
venv/bin/python -W ignore - <<'PYTHON'
import kwimage
import numpy as np

classes = np.tile(np.array([0, 7, 7, 0, 7, 0, 7, 7], np.uint8), (4, 1))
half = kwimage.Affine.coerce(scale=0.5)
for antialias, found in ((False, {0, 7}), (True, {4, 5})):
    small = kwimage.imresize(classes, dsize=(4, 2), interpolation="nearest", antialias=antialias)
    warped = kwimage.warp_affine(classes, half, dsize=(4, 2), interpolation="nearest", antialias=antialias)
    print("antialias", antialias, small[0], warped[0])
    assert set(small.ravel().tolist()) == found
    assert set(warped.ravel().tolist()) <= found

row = np.tile(np.array([0, 1, 2, 7], np.uint8), (4, 1))
twice = kwimage.Affine.coerce(scale=2)
for options, found in (
    ({}, [0, 1, 1, 2, 2, 7, 7, 0]),
    ({"origin_convention": "corner"}, [0, 0, 1, 1, 2, 2, 7, 7]),
):
    large = kwimage.warp_affine(row, twice, dsize=(8, 8), interpolation="nearest", **options)[0]
    print("enlarged", options, large)
    assert large.tolist() == found

depth_mm = np.array([0, 255, 256, 300, 65535], np.uint16)
print(depth_mm, "in bytes", kwimage.ensure_uint255(depth_mm))
assert kwimage.ensure_uint255(depth_mm).tolist() == [0, 255, 0, 44, 255]
try:
    kwimage.ensure_float01(depth_mm)
except ValueError as error:
    print("ensure_float01:", str(error).partition(".")[0])
else:
    raise AssertionError("taken")
print("still so")
PYTHON
