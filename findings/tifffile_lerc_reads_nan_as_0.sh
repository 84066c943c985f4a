#!/usr/bin/env bash
# A depth map of floats with NaN for "no value", kept in a TIFF of LERC compression without loss: written by
# tifffile or by rasterio, read by both.
#
# Guessed: NaN comes back, for the file is said to be without loss and rasterio shows it; or reading raises an error.
# True:    tifffile reads 0 for NaN, from its own file and from rasterio's, with deflate or zstd on top too. The
# file is right: rasterio reads NaN from both. Infinity and all other numbers come back everywhere.
# Matters: "not measured" becomes 0 metres, the nearest thing in the room, for whoever reads by tifffile or
# imagecodecs, and a check with isnan finds nothing. clickmend takes a depth of 0 as no value.
# Versions: imagecodecs 2026.3.6 numpy 2.2.6 rasterio 1.4.4 tifffile 2026.3.3
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check imagecodecs==2026.3.6 \
  numpy==2.2.6 rasterio==1.4.4 tifffile==2026.3.3
cd "$place"
"$place/venv/bin/python" -W ignore - <<'PYTHON'
import numpy as np
import rasterio
import tifffile

depth = np.linspace(1, 5, 64, dtype=np.float32).reshape(8, 8)
depth[1, 1], depth[5, 5] = np.nan, np.inf
size = {"height": 8, "width": 8, "count": 1, "dtype": "float32"}
with rasterio.open("rasterio.tif", "w", driver="GTiff", compress="LERC", **size) as file:
    file.write(depth, 1)
tifffile.imwrite("tifffile.tif", depth, compression="lerc")
for inner in ("deflate", "zstd"):
    arguments = {"compression": inner}
    tifffile.imwrite(f"{inner}.tif", depth, compression="lerc", compressionargs=arguments)
for name in ("rasterio", "tifffile", "deflate", "zstd"):
    found = tifffile.imread(f"{name}.tif")
    with rasterio.open(f"{name}.tif") as file:
        by_rasterio = file.read(1)
    print(name, "by tifffile", found[1, :3], "by rasterio", by_rasterio[1, :3])
    assert np.array_equal(found, np.where(np.isnan(depth), 0, depth))
    assert np.array_equal(by_rasterio, depth, equal_nan=True)
print("still so")
PYTHON
