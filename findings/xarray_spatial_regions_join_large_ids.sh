#!/usr/bin/env bash
# The connected regions of a map of ids, as whole numbers, by xarray-spatial (zonal.regions, "based on pixel value").
#
# Guessed: a new region wherever the id changes, for these are whole numbers.
# True:    so it is below a hundred thousand. From 100000 on ids are taken for the same when they differ by less than
# one part in a hundred thousand: 100000, 100001 and 100002 side by side are one region. Of floats it is the same, so
# depths in millimetres beyond 100 m join too. Nothing is said of a tolerance.
# Matters: parcels, instances and superpixels have such ids, and neighbours have neighbouring ones, so whole districts
# become one region. Number the ids anew before (np.unique with return_inverse).
# Versions: dask 2026.8.0 numpy 2.4.6 xarray 2026.9.0 xarray-spatial 0.5.3
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check \
  dask==2026.8.0 numpy==2.4.6 xarray==2026.9.0 xarray-spatial==0.5.3
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import xarray
from xrspatial.zonal import regions


def count(first, kind):
    """Regions of four ids side by side."""
    ids = first + np.repeat(np.arange(4), 3)[None].repeat(4, axis=0)
    return len(np.unique(regions(xarray.DataArray(ids.astype(kind), dims=("y", "x"))).values))


for first in (1, 1000, 90_000, 100_000, 1_000_000):
    print(first, count(first, np.int64), count(first, np.float64))
    assert count(first, np.int64) == count(first, np.float64) == (4 if first < 100_000 else 1)
print("still so")
PYTHON
