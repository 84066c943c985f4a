#!/usr/bin/env bash
# A class map in a GeoTIFF with its overviews (smaller copies for display), mended in place by rasterio and read
# again: whole, at half its size, and by its statistics.
#
# Guessed: the new classes from all three, for rasterio chooses the overview itself when a smaller picture
# is asked for, and opened the file for writing itself.
# True:    whole, the new map; at half its size the old one, for the overviews were left as they are. The
# statistics are the old ones too, of which their help warns. Nothing is raised.
# Matters: whoever mends a map and looks at it small, as every viewer does, sees that nothing happened, or
# trains on thumbnails of before. Call build_overviews and update_stats after every change.
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

size = {"height": 64, "width": 64, "count": 1, "dtype": "uint8"}
with rasterio.open(sys.argv[1], "w+", driver="GTiff", **size) as file:
    file.write(np.full((64, 64), 3, np.uint8), 1)
    file.build_overviews([2, 4])
    assert file.statistics(1).max == 3

with rasterio.open(sys.argv[1], "r+") as file:
    file.write(np.full((64, 64), 9, np.uint8), 1)

with rasterio.open(sys.argv[1]) as file:
    whole, small = file.read(1), file.read(1, out_shape=(32, 32))
    print("whole", np.unique(whole), "small", np.unique(small), "statistics", file.statistics(1))
    assert (whole == 9).all()
    assert (small == 3).all()
    assert (file.statistics(1).min, file.statistics(1).max) == (3, 3)

with rasterio.open(sys.argv[1], "r+") as file:
    file.build_overviews([2, 4])
    file.update_stats()
with rasterio.open(sys.argv[1]) as file:
    assert (file.read(1, out_shape=(32, 32)) == 9).all() and file.statistics(1).max == 9
print("still so")
PYTHON
