#!/usr/bin/env bash
# A class map 0 1 2 3 4 5 taken at given places (mapim) and turned by 180 degrees (rotate) by pyvips, with the nearest
# pixel (Interpolate "nearest") and the linear one.
#
# Guessed: at 1.6 the pixel 2, whose middle is nearest, as with scipy.ndimage.map_coordinates and OpenCV; turned, the
# map from its last to its first number.
# True:    at 1.6, as at 1.9, it is pixel 1: fractions are cut off, while the linear way gives 1.6, rounded to 2. So a
# map taken by nearest stands up to a pixel, on the average a half, beside its photo taken by bilinear. Turned by 180
# degrees the first row is black and the last one gone, and by bilinear a column as well; rot180 has all.
# Matters: to warp a photo and its labels by one field is what mapim is for, and the labels lie to the right of and
# below the objects. Add a half to the field for the labels; turn by rot.
# Versions: numpy 2.4.6 pyvips 3.2.0 pyvips-binary 8.18.7
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 pyvips==3.2.0 \
  pyvips-binary==8.18.7
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import pyvips


def image(array):
    return pyvips.Image.new_from_array(array)


row = image(np.arange(6, dtype=np.uint8)[None])
places = [0, 0.4, 0.6, 1.4, 1.6, 1.9, 3.5, 4.0]
field = np.zeros((1, len(places), 2), np.float32)
field[0, :, 0] = places


def taken(how, shift=0.0):
    moved = image(field + np.float32([shift, 0]))
    return row.mapim(moved, interpolate=pyvips.Interpolate.new(how)).numpy()[0].tolist()


print("places", places, "nearest", taken("nearest"), "with a half added", taken("nearest", 0.5))
assert taken("nearest") == [0, 0, 0, 1, 1, 1, 3, 4]
assert taken("nearest", 0.5) == [0, 0, 1, 1, 2, 2, 4, 4]

numbers = 1 + np.arange(25, dtype=np.uint8).reshape(5, 5)
turned = {
    how: image(numbers).rotate(180, interpolate=pyvips.Interpolate.new(how)).numpy()
    for how in ("nearest", "bilinear")
}
print(turned["nearest"], turned["bilinear"], sep="\n")
assert (turned["nearest"][0] == 0).all() and (turned["nearest"][1] == numbers[4, ::-1]).all()
assert (turned["bilinear"][0] == 0).all() and (turned["bilinear"][:, 0] == 0).all()
assert (image(numbers).rot180().numpy() == numbers[::-1, ::-1]).all()
print("still so")
PYTHON
