#!/usr/bin/env bash
# A depth map with holes (NaN) made half as wide by TensorStore's downsample, by each of its methods; and a part of a row.
#
# Guessed: NaN where all is NaN; where some is, NaN from all methods, or from none, as in NumPy's two families.
# True:    a block of holes has the smallest depth infinity and the largest minus infinity; mean, median and mode give NaN
# there. Where one of two is a hole, the mean is NaN and all others the depth. A part that begins at an odd place is cut
# into blocks by the places in the whole: 20, 30, 40, 50 gives three numbers, 20, 35 and 50.
# Matters: the coarse levels by which near or far things are looked up have infinities in the place of holes, which isnan
# does not find: minus infinity is nearer than anything. Put NaN back where isinf, and begin parts at whole blocks.
# Versions: numpy 2.4.6 tensorstore 0.1.86
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 tensorstore==0.1.86
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import tensorstore

HOLE = np.nan
DEPTH_M = np.array([1, HOLE, HOLE, 3, HOLE, HOLE, 2, 4], np.float32)


def halved(array, method):
    return tensorstore.downsample(array, [2], method).read().result()


for method, found in (
    ("min", [1, 3, np.inf, 2]),
    ("max", [1, 3, -np.inf, 4]),
    ("mean", [HOLE, HOLE, HOLE, 3]),
    ("median", None),
    ("mode", None),
):
    result = halved(tensorstore.array(DEPTH_M), method)
    print(method, result)
    if found:
        assert np.array_equal(result, np.array(found, np.float32), equal_nan=True)
    else:
        assert np.isnan(result[2])
        assert result[0] == 1

row = tensorstore.array(np.array([10, 20, 30, 40, 50], np.uint8))
print("from 20 on", halved(row[1:], "mean"))
assert halved(row[1:], "mean").tolist() == [20, 35, 50]
print("still so")
PYTHON
