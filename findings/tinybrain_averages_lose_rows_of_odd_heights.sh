#!/usr/bin/env bash
# A matte or a depth map made half as large by averaging in tinybrain (downsample_with_averaging), with an even and with
# an odd number of rows.
#
# Guessed: the mean of each block of 2×2 from both, rounded for bytes; the odd last row by itself or repeated.
# True:    of 7 rows the seventh takes the place of the fifth and sixth, which are lost, and the last row of the result
# is 0, for bytes and floats, in rows or columns of memory. Odd numbers of columns are right. Bytes are cut, not rounded:
# 254, 255, 255 and 255 make 254, and 0, 1, 1 and 1 make 0.
# Matters: an overview of a photo of 481 rows has a line of depth 0 (the nearest) along its foot, one of 480 has none;
# and by the cut, what is almost opaque gets darker with every level. Crop or pad to even rows.
# Versions: numpy 2.4.6 tinybrain 1.7.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 tinybrain==1.7.0
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import tinybrain


def halved(picture):
    return tinybrain.downsample_with_averaging(picture, (2, 2, 1), 1)[0].squeeze()


def column(rows, columns, kind):
    """The first one of a picture whose every row holds the row's number times 10, made half as large."""
    picture = np.repeat(10 * np.arange(rows, dtype=kind)[:, None], columns, axis=1)
    found = halved(picture)
    assert (found == halved(np.asfortranarray(picture))).all()
    return found[:, 0].tolist()


for kind in (np.float32, np.uint8):
    for columns in (8, 9):
        print(np.dtype(kind), columns, column(6, columns, kind), column(7, columns, kind))
        assert column(6, columns, kind) == [5, 25, 45]
        assert column(7, columns, kind) == [5, 25, 60, 0]
assert halved(np.array([[254, 255], [255, 255]], np.uint8)) == 254
assert halved(np.array([[0, 1], [1, 1]], np.uint8)) == 0
print("still so")
PYTHON
