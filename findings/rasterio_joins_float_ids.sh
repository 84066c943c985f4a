#!/usr/bin/env bash
# A map of ids as floats made into shapes by rasterio.features.shapes (GDAL), since ids of 32 bits without a sign and of
# 64 bits are refused; and depths that differ a little.
#
# Guessed: a shape for each id, as from the same ids as whole numbers (int32); floats hold all whole numbers up to 2^24.
# True:    from 2^20, about a million, on neighbouring ids become one shape: of 1048576 to 1048587 in a row one is left,
# which has the number of the last. So it is for doubles. Two numbers count as equal where up to ten steps of a 32-bit
# float lie between them, so a ramp of depth that rises by less than that from pixel to pixel is one shape from end to
# end. As int32 there are twelve.
# Matters: two objects side by side are one, with the id of one of them, and areas still add up to the picture. A test
# with a few thousand objects passes. Number the objects anew, as int32.
# Versions: numpy 2.4.6 rasterio 1.4.4
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 rasterio==1.4.4
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
from rasterio import features


def shapes(numbers):
    return [value for _, value in features.shapes(np.array([numbers]))]


for first, joined in ((1 << 19, False), (1 << 20, True), (1 << 23, True)):
    ids = first + np.arange(12)
    assert len(np.unique(ids.astype(np.float32))) == 12
    assert sorted(shapes(ids.astype(np.int32))) == ids.tolist()
    for kind in (np.float32, np.float64):
        found = sorted(shapes(ids.astype(kind)))
        print("twelve ids from", first, "as", kind.__name__, "make", len(found), "shapes, the last is", found[-1])
        assert found == (ids[-1:] if joined else ids).tolist()
apart = [len(shapes(np.array([1 << 23, (1 << 23) + step], np.float32))) for step in range(1, 14)]
print("two ids, 1 to 13 apart:", apart)
assert apart == [1] * 10 + [2] * 3
for kind in (np.uint32, np.int64, np.uint64):
    try:
        shapes(np.arange(3, dtype=kind))
    except ValueError as error:
        print(kind.__name__, "is refused:", str(error).partition(":")[0])
    else:
        raise AssertionError(kind)

ramp = np.float32(3) + np.arange(4000, dtype=np.float32) * np.float32(1e-6)
print("a ramp from", ramp[0], "to", ramp[-1], "has", len(np.unique(ramp)), "numbers and", len(shapes(ramp)), "shape")
assert len(np.unique(ramp)) > 3000 and len(shapes(ramp)) == 1
print("still so")
PYTHON
