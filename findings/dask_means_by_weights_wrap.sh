#!/usr/bin/env bash
# The mean grey of an object weighted by its matte, both of bytes, and how often each depth occurs where some pixels
# have none (NaN), by Dask's arrays (average, unique), which offer NumPy's functions by their names for arrays in
# chunks.
#
# Guessed: what NumPy gives, in one chunk and in several: 200 for greys of 200, whatever the matte; and of two pixels
# without a depth, NaN twice.
# True:    grey times weight is taken in bytes and wraps, so the mean of greys of 200 is .2 where all is opaque, and .9
# by a matte that rises from 0 to 252. Numbers of 16 bits wrap likewise: 300 weighted by 300 is 82. With weights as
# floats it is right. unique lists NaN once and counts 0 of it, while the other counts are right. The number of chunks
# changes neither.
# Matters: a mean by weights is what soft mattes are for, and a small picture tried with NumPy gave the right one. "How
# many pixels are unknown" is none. Turn weights into floats, and count NaN by isnan.
# Versions: dask 2026.8.0 numpy 2.4.6
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check dask==2026.8.0 numpy==2.4.6
venv/bin/python -W ignore - <<'PYTHON'
import dask.array
import numpy as np

greys = np.full(64, 200, np.uint8)
mattes = {"opaque": np.full(64, 255, np.uint8), "soft": np.arange(0, 256, 4, dtype=np.uint8)}
for name, wrapped in (("opaque", 0.22), ("soft", 0.89)):
    matte = mattes[name]
    right = np.average(greys, weights=matte)
    assert np.isclose(right, 200)
    for size in (64, 7):
        chunks = [dask.array.from_array(array, chunks=size) for array in (greys, matte)]
        found = float(dask.array.average(chunks[0], weights=chunks[1]).compute())
        floats = float(dask.array.average(chunks[0], weights=chunks[1].astype(float)).compute())
        print(name, "in chunks of", size, found, "weights as floats", floats)
        assert abs(found - wrapped) < 0.01
        assert np.isclose(floats, 200)
deep = dask.array.from_array(np.full(64, 300, np.uint16), chunks=16)
assert float(dask.array.average(deep, weights=deep).compute()) // 1 == 81

depth_m = np.array([1, np.nan, 3, 3, 7, np.nan, 0, 5])
for size in (8, 3):
    numbers, counts = dask.array.unique(dask.array.from_array(depth_m, chunks=size), return_counts=True)
    numbers, counts = numbers.compute(), counts.compute()
    print(numbers, "occur", counts, "by NumPy", np.unique(depth_m, return_counts=True)[1])
    assert np.array_equal(numbers, np.unique(depth_m), equal_nan=True)
    assert counts.tolist() == [1, 1, 2, 1, 1, 0]
assert np.unique(depth_m, return_counts=True)[1].tolist() == [1, 1, 2, 1, 1, 2]
print("still so")
PYTHON
