#!/usr/bin/env bash
# Ids beyond 255, a number below 0 and one with a fraction, put into Deep Lake's columns for masks (SegmentMask, by
# default of bytes) and for binary masks.
#
# Guessed: refused, for a column has a declared type and the arrays come with another one; or the column's type
# grows.
# True:    taken without a word: 300 becomes 44, -1 becomes 255, 1.5 becomes 1, and 70000 in a column of 16 bits
# 4464. Arrays of any order in memory come back right.
# Matters: the object 256 turns into background and 300 into another object; -1, a usual word for "no class", becomes
# the void class by luck. Declare SegmentMask("uint32"), and compare what was stored with what was given.
# Versions: deeplake 4.7.4 numpy 2.4.6
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check deeplake==4.7.4 numpy==2.4.6
"$place/venv/bin/python" - <<'PYTHON'
import deeplake
import numpy as np

masks = deeplake.create("mem://masks")
masks.add_column("bytes", deeplake.types.SegmentMask())
masks.add_column("words", deeplake.types.SegmentMask("uint16", "lz4"))


def stored(ids):
    masks.append({"bytes": [ids], "words": [ids]})
    row = len(masks) - 1
    return [np.asarray(masks[column][row]).ravel().tolist() for column in ("bytes", "words")]


for ids in (
    np.array([[7, 255]], np.uint8),
    np.array([[256, 300]], np.uint16),
    np.array([[-1, 70000]], np.int64),
    np.array([[1.5, 2]], np.float32),
):
    print(ids.dtype, ids.ravel().tolist(), "->", *stored(ids))
assert stored(np.array([[7, 255]], np.uint8)) == [[7, 255], [7, 255]]
assert stored(np.array([[256, 300]], np.uint16)) == [[0, 44], [256, 300]]
assert stored(np.array([[-1, 70000]], np.int64)) == [[255, 112], [65535, 4464]]
assert stored(np.array([[1.5, 2]], np.float32)) == [[1, 2], [1, 2]]
transposed = np.arange(6, dtype=np.uint8).reshape(2, 3).T
assert stored(transposed)[0] == transposed.ravel().tolist()
print("still so")
PYTHON
