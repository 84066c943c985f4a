#!/usr/bin/env bash
# One polygon around 4×5 pixels, along their edges, filled by the tools that read label files.
#
# Guessed: 20 pixels from all, at most a rounding apart at slanted sides.
# True:    20 from pycocotools and matplotlib; 30 from Pillow (LabelMe), OpenCV (YOLO's trainers,
# supervision) and scikit-image, which take the corners for pixels and paint the outline too.
# Pillow cuts corners like 1.9 to 1 rather than rounding them.
# Matters: a polygon carried from one tool to another grows or loses a row and a column, and small
# objects half their area. clickmend fills each format's polygons as its tool does, and writes those
# of LabelMe and YOLO a sixteenth of a pixel inside the edges, where both give the same 20.
# Versions: numpy 2.2.6 pillow 12.0.0 opencv-python-headless 4.12.0.88 pycocotools 2.0.11
#           scikit-image 0.25.2 matplotlib 3.10.7
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.2.6 pillow==12.0.0 opencv-python-headless==4.12.0.88 pycocotools==2.0.11 scikit-image==0.25.2 matplotlib==3.10.7
"$place/venv/bin/python" - <<'PYTHON'
import cv2
import numpy as np
from matplotlib.path import Path
from PIL import Image, ImageDraw
from pycocotools import mask
from skimage.draw import polygon2mask

H, W = 9, 8
edges = np.array([[1, 2], [5, 2], [5, 7], [1, 7]], float)
inside = edges + np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]]) / 16


def pillow(corners):
    picture = Image.new("L", (W, H))
    ImageDraw.Draw(picture).polygon([tuple(corner) for corner in corners], fill=1, outline=1)
    return int(np.asarray(picture).sum())


def opencv(corners):
    return int(cv2.fillPoly(np.zeros((H, W), np.uint8), [corners.astype(np.int32)], 1).sum())


def coco(corners):
    return int(mask.area(mask.frPyObjects([corners.ravel().tolist()], H, W))[0])


y, x = np.mgrid[:H, :W] + 0.5
assert coco(edges) == Path(edges).contains_points(np.c_[x.ravel(), y.ravel()]).sum() == 20
assert pillow(edges) == opencv(edges) == polygon2mask((H, W), edges[:, ::-1]).sum() == 30
assert pillow(edges + 0.9) == 30
assert coco(inside) == pillow(inside) == opencv(inside) == 20
print("still so")
PYTHON
