#!/usr/bin/env bash
# A class map with -1 for "no label", made half as large by rasterio (warp.reproject) with the most frequent class of
# each block (Resampling.mode), and ids of 32 bits in the same way.
#
# Guessed: -1 where -1 is most frequent, as 5 where 5 is, and the ids that are there.
# True:    of 8 and 16 bits -1 is taken for "no winner yet": the pixel stays what the result was filled with, 0, so
# "no label" becomes class 0. -3 is right, -1 of 32 bits and of floats too, and so are the least and the median. Ids
# of 32 bits go through floats: 16777217 comes back as 16777216. By the nearest pixel all is right.
# Matters: on every overview and every map of another grid, what nobody labelled is background, and counts as such.
# The mode of DatasetReader.read with a smaller shape keeps -1. Give dst_nodata=-1 alone.
# Versions: numpy 2.4.6 rasterio 1.4.4
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 rasterio==1.4.4
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
from affine import Affine
from rasterio.io import MemoryFile
from rasterio.warp import Resampling, reproject


def halved(classes, method=Resampling.mode):
    out = np.zeros((1, 2), classes.dtype)
    grids = {"src_transform": Affine(1, 0, 0, 0, -1, 2), "dst_transform": Affine(2, 0, 0, 0, -2, 2)}
    reproject(classes, out, src_crs="EPSG:3857", dst_crs="EPSG:3857", resampling=method, **grids)
    return out[0].tolist()


unlabelled = np.array([[-1, -1, 5, 5], [-1, 2, 5, 5]])
for kind in (np.int8, np.int16, np.int32, np.float32):
    print(np.dtype(kind), halved(unlabelled.astype(kind)))
assert halved(unlabelled.astype(np.int8)) == halved(unlabelled.astype(np.int16)) == [0, 5]
assert halved(unlabelled.astype(np.int32)) == halved(unlabelled.astype(np.float32)) == [-1, 5]
assert halved(np.where(unlabelled == -1, -3, unlabelled).astype(np.int16)) == [-3, 5]
assert halved(unlabelled.astype(np.int16), Resampling.med) == [-1, 5]
ids = np.array([[2**24 + 1, 2**24 + 1, 5, 5]] * 2, np.int32)
assert halved(ids) == [2**24, 5] and halved(ids, Resampling.nearest) == [2**24 + 1, 5]

with MemoryFile() as memory:
    shape = {"height": 2, "width": 4, "count": 1, "dtype": "int16", "transform": Affine(1, 0, 0, 0, -1, 2)}
    with memory.open(driver="GTiff", **shape) as file:
        file.write(unlabelled.astype(np.int16), 1)
    with memory.open() as file:
        assert file.read(1, out_shape=(1, 2), resampling=Resampling.mode)[0].tolist() == [-1, 5]
print("still so")
PYTHON
