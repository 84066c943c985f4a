#!/usr/bin/env bash
# A wall of one depth in millimetres, as whole numbers of 16 bits, smoothed by OpenCV's stackBlur, whose help names 16
# bits without and with a sign beside bytes and floats.
#
# Guessed: the same depth everywhere, for a mean of equal numbers is that number; at most off by one from rounding.
# True:    it depends on the kernel. With 5×5 a wall at 1000 mm gets 1001 and 1002; one at 60 m (60000) falls to 41926
# in places, with 41×41 to 27390, with 101×101 to 2783. White, 65535, falls to 171. With 3×3 and as floats all is
# right, bytes too.
# Matters: near depths are right within two millimetres, so a test on a desk passes; far ones jump, and a matte of 16
# bits has holes where it was opaque. Blur floats.
# Versions: numpy 2.4.6 opencv-python-headless 5.0.0.93
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 opencv-python-headless==5.0.0.93
"$place/venv/bin/python" - <<'PYTHON'
import cv2
import numpy as np

for size, millimetres, least in (
    (3, 60000, 60000), (5, 1000, 1000), (5, 60000, 41926), (41, 60000, 27390), (101, 60000, 2783), (41, 65535, 171)
):
    wall = np.full((150, 150), millimetres, np.uint16)
    found = cv2.stackBlur(wall, (size, size))
    print(f"{size}×{size}: {millimetres} became {found.min()} to {found.max()}")
    assert abs(int(found.min()) - least) < 0.02 * least
    assert np.allclose(cv2.stackBlur(wall.astype(np.float32), (size, size)), millimetres)
assert cv2.stackBlur(np.full((150, 150), 1000, np.uint16), (5, 5)).max() == 1002
assert (cv2.stackBlur(np.full((150, 150), 255, np.uint8), (41, 41)) == 255).all()
print("still so")
PYTHON
