#!/usr/bin/env bash
# A class map as a masked array, with two pixels masked out, written by rasterio to a file for
# which no nodata was declared.
#
# Guessed: an error, or the numbers below the mask, or nothing but "the filling number of the array" of
# its help in a sense that fits 8 bits, such as 0 or 255.
# True:    the masked pixels become 63 in 8 bits, 16959 in 16 and 1e20 in floats: numpy's filling
# number for masked arrays, 999999, cut to the bits of the type. The file has no mask, 63 is a class.
# Matters: "no label" becomes a class that nobody gave, and in a depth map a distance beyond any sky.
# A nodata declared on opening, or masked=True on writing, keeps them apart.
# Versions: numpy 2.2.6 rasterio 1.4.4
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.2.6 rasterio==1.4.4
"$place/venv/bin/python" -W ignore - "$place/classes.tif" <<'PYTHON'
import sys

import numpy as np
import rasterio


def written(kind, masked=False, **options):
    classes = np.ma.array(np.array([[0, 1, 2, 3]], kind), mask=[[0, 1, 0, 1]])
    size = {"height": 1, "width": 4, "count": 1, "dtype": kind}
    with rasterio.open(sys.argv[1], "w", driver="GTiff", **size, **options) as file:
        file.write(classes, 1, masked=masked)
    with rasterio.open(sys.argv[1]) as file:
        return file.read(1).ravel().tolist(), file.read_masks(1).ravel().tolist()


for kind, filling in (("uint8", 63), ("uint16", 16959), ("int32", 999999), ("float32", 1e20)):
    numbers, valid = written(kind)
    print(kind, numbers, valid)
    assert np.allclose(numbers, [0, filling, 2, filling]) and valid == [255] * 4
assert written("uint8", nodata=255)[0] == [0, 255, 2, 255]
assert written("uint8", masked=True)[1] == [255, 0, 255, 0]
print("still so")
PYTHON
