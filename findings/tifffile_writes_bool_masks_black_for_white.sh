#!/usr/bin/env bash
# A mask as an array of booleans, written by tifffile and opened by Pillow and OpenCV.
#
# Guessed: tifffile writes 0 and 255 of 8 bits, or one bit a pixel in which 1 is white, so that
# every reader shows the object white.
# True:    one bit a pixel, marked as "0 is white" (MINISWHITE), the numbers left as they are.
# Pillow and OpenCV follow the mark: the object comes out black and the background white. tifffile
# itself ignores it on reading, so a round trip in one library looks right.
# Matters: a folder of masks saved by one line of tifffile is the negative of itself in most other
# tools. Our reader takes what tifffile wrote as it was meant, see tests/data/test_stored.py.
# Versions: numpy 2.4.6 pillow 13.0.0 opencv-python-headless 5.0.0.93 tifffile 2026.3.3
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0 opencv-python-headless==5.0.0.93 tifffile==2026.3.3
"$place/venv/bin/python" - "$place/mask.tif" <<'PYTHON'
import sys

import cv2
import numpy as np
import tifffile
from PIL import Image

mask = np.zeros((6, 10), bool)
mask[1:4, 2:7] = True
tifffile.imwrite(sys.argv[1], mask)
with tifffile.TiffFile(sys.argv[1]) as file:
    page = file.pages[0]
    assert (page.bitspersample, page.photometric.name) == (1, "MINISWHITE")
    assert np.array_equal(page.asarray(), mask)
with Image.open(sys.argv[1]) as image:
    assert np.array_equal(np.asarray(image), ~mask)
assert np.array_equal(cv2.imread(sys.argv[1], cv2.IMREAD_UNCHANGED) > 0, ~mask)

tifffile.imwrite(sys.argv[1], mask, photometric="minisblack")
with Image.open(sys.argv[1]) as image:
    assert np.array_equal(np.asarray(image), mask)
print("still so")
PYTHON
