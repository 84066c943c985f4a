#!/usr/bin/env bash
# A PGM of maximum 20 in its two forms, binary (P5) and plain (P2), read by OpenCV and Pillow.
#
# Guessed: one format, one answer: both forms give the stored 0, 1, 10, 20, or both are spread to
# 255.
# True:    OpenCV leaves the binary form as stored and spreads the plain form of 8 bits to 0…255,
# rounding down; of 16 bits it spreads neither. Pillow spreads both, rounding to the nearest.
# Matters: class numbers in a PGM change with its form and its reader. clickmend.data.stored takes
# the spreading back.
# Versions: numpy 2.2.6 pillow 12.0.0 opencv-python-headless 5.0.0.93
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.2.6 pillow==12.0.0 opencv-python-headless==5.0.0.93
"$place/venv/bin/python" - <<'PYTHON'
import io

import cv2
import numpy as np
from PIL import Image


def opencv(file):
    return cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_UNCHANGED).ravel().tolist()


def pillow(file):
    return np.asarray(Image.open(io.BytesIO(file))).ravel().tolist()


binary = b"P5\n4 1\n20\n" + bytes([0, 1, 10, 20])
plain = b"P2\n4 1\n20\n0 1 10 20\n"
assert opencv(binary) == [0, 1, 10, 20]
assert opencv(plain) == [0, 12, 127, 255]
assert pillow(binary) == pillow(plain) == [0, 13, 128, 255]
binary = b"P5\n4 1\n4000\n" + np.array([0, 1, 2000, 4000], ">u2").tobytes()
plain = b"P2\n4 1\n4000\n0 1 2000 4000\n"
assert opencv(binary) == opencv(plain) == [0, 1, 2000, 4000]
print("still so")
PYTHON
