#!/usr/bin/env bash
# A PFM of depth with the scale 0.5 in its head, read by OpenCV and by Pillow.
#
# Guessed: the stored floats from both, the size of the scale being a remark, or from both times
# it.
# True:    Pillow gives the stored floats and the scale beside; OpenCV divides by it, so 2 m are 4.
# Matters: some published disparities have 1/255 there (Middlebury's do), and come out of OpenCV
# 255 times as large. clickmend keeps the scale and does not apply it.
# Versions: numpy 2.2.6 pillow 12.0.0 opencv-python-headless 4.12.0.88
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.2.6 pillow==12.0.0 opencv-python-headless==4.12.0.88
"$place/venv/bin/python" - "$place/depth.pfm" <<'PYTHON'
import sys

import cv2
import numpy as np
from PIL import Image

bottom_up = np.array([[3, 4], [1, 2]], "<f4")
for scale, opencv in ((b"-1", [[1, 2], [3, 4]]), (b"-0.5", [[2, 4], [6, 8]])):
    with open(sys.argv[1], "wb") as file:
        file.write(b"Pf\n2 2\n" + scale + b"\n" + bottom_up.tobytes())
    image = Image.open(sys.argv[1])
    assert np.asarray(image).tolist() == [[1, 2], [3, 4]]
    assert image.info["scale"] == -float(scale)
    assert cv2.imread(sys.argv[1], cv2.IMREAD_UNCHANGED).tolist() == opencv
print("still so")
PYTHON
