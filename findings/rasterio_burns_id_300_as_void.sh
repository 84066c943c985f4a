#!/usr/bin/env bash
# Outlines of objects, burnt into a label map of bytes by rasterio, with ids that do not fit a byte.
#
# Guessed: an error, for the numbers and the type are both known before anything is drawn, and rasterio raises one for a
# background (fill) that does not fit; or the number wraps, as in NumPy.
# True:    the nearest number that fits, without a word: 300 becomes 255, -1 becomes 0, 1.7 becomes 2, and where two
# outlines of 200 and 100 are added up, 255. A fill of 300 raises OverflowError.
# Matters: every object from 255 on becomes one object, and 255 is what most sets call void, so they are left out of
# training; -1 for "unlabelled" is background. Leave the type out (it is then found from the numbers), or ask for
# uint16.
# Versions: numpy 2.2.6 rasterio 1.4.4
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.2.6 rasterio==1.4.4
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
from rasterio.enums import MergeAlg
from rasterio.features import rasterize

outline = {"type": "Polygon", "coordinates": [[(1, 1), (4, 1), (4, 3), (1, 3), (1, 1)]]}


def burnt(*ids, **options):
    shapes = [(outline, n) for n in ids]
    return np.unique(rasterize(shapes, out_shape=(5, 6), **options)).tolist()


for n, found in ((300, [0, 255]), (-1, [0]), (1.7, [0, 2]), (255, [0, 255])):
    print(n, "in bytes", burnt(n, dtype="uint8"))
    assert burnt(n, dtype="uint8") == found
assert burnt(200, 100, dtype="uint8", merge_alg=MergeAlg.add) == [0, 255]
assert burnt(300) == [0, 300]
assert burnt(70000, dtype="uint16") == [0, 65535]
try:
    burnt(1, dtype="uint8", fill=300)
except OverflowError as problem:
    print("fill", problem)
else:
    raise AssertionError("a fill of 300 was taken")
print("still so")
PYTHON
