#!/usr/bin/env bash
# Two class maps of bytes of one region, the first of classes 0 (background) and 3, the second of class 9 all over, for
# which no nodata was declared, joined by rasterio (merge) with its ways to choose between them; and maps of two kinds
# of numbers.
#
# Guessed: the first map by "first", which is the default: no pixel of it is missing, so the second is not looked at.
# The least by "min", which is 0 and 3. The sum in a wider kind of number, and of two kinds the wider one.
# True:    0 counts as "nothing there" where no nodata is declared: by "first" the background of the first map is class
# 9, and the least of 0 and 9 is 9. With nodata=255 both are as guessed. Sums stay in bytes: 200 and 100 are 44. The
# kind is that of the first map: beside a map of bytes, 300 of the second becomes 44, and -2 becomes 254.
# Matters: objects of the tile that should lie below come through wherever the upper tile shows background, so objects
# that were deleted while mending return at every overlap. Declare a nodata that no pixel has, and make the kinds
# equal.
# Versions: numpy 2.4.6 rasterio 1.4.4
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 rasterio==1.4.4
venv/bin/python -W ignore - <<'PYTHON'
import numpy as np
import rasterio
from rasterio.io import MemoryFile
from rasterio.merge import merge
from rasterio.transform import from_origin


def tile(numbers, kind, left=0):
    classes = np.array([numbers], kind)
    memory = MemoryFile()
    shape = {"height": 1, "width": classes.shape[1], "count": 1, "dtype": classes.dtype}
    with memory.open(driver="GTiff", transform=from_origin(left, 1, 1, 1), crs="EPSG:3857", **shape) as file:
        file.write(classes, 1)
    return memory.open()


def joined(one, other, **options):
    result, _ = merge([one, other], **options)
    return result.dtype, result[0, 0].tolist()


for kind in (np.uint8, np.int16, np.float32):
    for method, found, declared in (
        ("first", [9, 3, 9, 3], [0, 3, 0, 3]),
        ("min", [9, 3, 9, 3], [0, 3, 0, 3]),
        ("last", [9, 9, 9, 9], [9, 9, 9, 9]),
        ("max", [9, 9, 9, 9], [9, 9, 9, 9]),
    ):
        pair = tile([0, 3, 0, 3], kind), tile([9, 9, 9, 9], kind)
        print(np.dtype(kind), method, joined(*pair, method=method)[1])
        assert joined(*pair, method=method)[1] == found
        assert joined(*pair, method=method, nodata=255)[1] == declared

assert joined(tile([200], np.uint8), tile([100], np.uint8), method="sum")[1] == [44]
for other, found in (((300, np.uint16), 44), ((-2, np.int16), 254), ((1.5, np.float32), 1)):
    kind, numbers = joined(tile([7], np.uint8), tile([other[0]], other[1], left=1))
    print("beside bytes", other[0], "becomes", numbers[1])
    assert kind == np.uint8 and numbers == [7, found]
print("still so")
PYTHON
