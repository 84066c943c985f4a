#!/usr/bin/env bash
# An outline of OpenCV in a picture of 40×10 pixels, turned into a brush mask by Label Studio's own
# converter (contour2rle, which is given the width and the height).
#
# Guessed: decoded at 10×40, as Label Studio does, it is the object again.
# True:    it is drawn into a picture of 10×40 turned on its side and then cut into rows of 40: an
# object of 4×5 pixels comes out as two streaks at other places, one that lies further right than the
# picture is high comes out empty. Nothing is raised, the length fits. In square pictures all is right.
# Matters: masks brought into a labelling project as pre-annotations are noise in every photo that
# is not square, and a test with a square one passes. mask2rle, which takes the mask itself, is right.
# Versions: label-studio-sdk 2.1.2 numpy 2.2.6 opencv-python-headless 4.12.0.88
#           pillow 13.0.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
# The converter alone is loaded, for which the many parts that the rest wants are left out.
"$place/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps label-studio-sdk==2.1.2
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.2.6 opencv-python-headless==4.12.0.88 pillow==13.0.0
"$place/venv/bin/python" -W ignore - <<'PYTHON'
import importlib.metadata
import importlib.util

import cv2
import numpy as np

files = importlib.metadata.files("label-studio-sdk")
(file,) = [one for one in files if str(one) == "label_studio_sdk/converter/brush.py"]
known = importlib.util.spec_from_file_location("brush", file.locate())
brush = importlib.util.module_from_spec(known)
known.loader.exec_module(brush)


def back(mask):
    height, width = mask.shape
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    numbers = brush.decode_rle(brush.contour2rle(outlines, 0, width, height))
    assert len(numbers) == height * width * 4
    return np.reshape(numbers, [height, width, 4])[:, :, 3] > 0


def with_box(height, width, top, left):
    mask = np.zeros((height, width), np.uint8)
    mask[top : top + 4, left : left + 5] = 255
    return mask


square = with_box(40, 40, 2, 3)
assert np.array_equal(back(square), square > 0)
left, right = with_box(10, 40, 2, 3), with_box(10, 40, 2, 25)
print("\n".join("".join(map(str, row)) for row in back(left).astype(int)))
assert back(left).sum() == 20 and (back(left) & (left > 0)).sum() == 0
assert back(right).sum() == 0
again = np.reshape(brush.decode_rle(brush.mask2rle(left)), [10, 40, 4])[:, :, 3]
assert np.array_equal(again, left)
print("still so")
PYTHON
