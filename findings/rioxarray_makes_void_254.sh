#!/usr/bin/env bash
# A class map of bytes with 255 for void, and a mask of 0 and 255, put on a coarser grid by rioxarray (rio.reproject)
# with the most frequent class of each block; no nodata is declared.
#
# Guessed: void stays 255 and the mask 0 and 255, for both numbers are there and the map has none that means "no
# data".
# True:    for want of one, 255 becomes the nodata of the result, the largest number of bytes, and pixels that are
# really 255 are moved out of its way, to 254. So it is for the mean, the largest and the median; by the nearest pixel
# 255 stays. Of 16 bits 65535 becomes 65534.
# Matters: an evaluation that leaves 255 out counts 254 as a class, and a mask compared with 255 is empty; the map
# before and the map beside it at full size are right. Declare a nodata (rio.write_nodata) that no pixel has.
# Versions: numpy 2.4.6 rasterio 1.4.4 rioxarray 0.19.0 xarray 2026.9.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check \
  numpy==2.4.6 rasterio==1.4.4 rioxarray==0.19.0 xarray==2026.9.0
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import rioxarray  # noqa: F401
import xarray
from affine import Affine
from rasterio.enums import Resampling

classes = np.array([[1, 1, 255, 255], [1, 255, 255, 255]], np.uint8)
axes = {"y": [1.5, 0.5], "x": [0.5, 1.5, 2.5, 3.5]}


def halved(numbers, method=Resampling.mode, nodata=None):
    picture = xarray.DataArray(numbers, dims=("y", "x"), coords=axes).rio.write_crs(3857)
    if nodata is not None:
        picture = picture.rio.write_nodata(nodata)
    coarse = Affine(2, 0, 0, 0, -2, 2)
    return picture.rio.reproject(3857, transform=coarse, shape=(1, 2), resampling=method).values[0].tolist()


for method in (Resampling.mode, Resampling.average, Resampling.med, Resampling.nearest):
    print(method.name, halved(classes, method), "with nodata 77", halved(classes, method, 77))
    assert halved(classes, method)[1] == (255 if method is Resampling.nearest else 254)
    assert halved(classes, method, 77)[1] == 255
wide = classes.astype(np.uint16) * 257
print("16 bits", halved(wide))
assert halved(wide)[1] == 65534
print("still so")
PYTHON
