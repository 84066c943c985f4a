#!/usr/bin/env bash
# A class map of 32 bits, depth in millimetres of 16 bits and a mask of bytes as NumPy arrays made a Mat of ncnn (a runtime
# for phones) and turned back; and a map that is columns by rows in memory (a transposed view).
#
# Guessed: the same numbers, for a Mat is made from any array without a word; or an error, as ncnn computes with floats.
# True:    of the type only the size is kept. Four bytes are floats: class 1 is 1.4e-45. Two bytes are half floats: 300 mm is
# 0.00002, and 65535 is NaN. One byte has a sign: 255 is -1. Floats of 32 and 16 bits come back. The transposed map is
# read as if it were row by row: its numbers are in another order, and the shape is right.
# Matters: depth and ids are all but 0 for the network, which then finds nothing, or what it always finds. Turn arrays into
# float32 and make them contiguous (np.ascontiguousarray) before.
# Versions: ncnn 1.0.20261020 numpy 2.4.6
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check ncnn==1.0.20261020 numpy==2.4.6
"$place/venv/bin/python" - <<'PYTHON'
import ncnn
import numpy as np


def through_ncnn(array):
    return np.array(ncnn.Mat(array).clone())


for kind, seen_as in ((np.int32, np.float32), (np.uint16, np.float16), (np.uint8, np.int8)):
    numbers = np.array([[0, 1, 100, np.iinfo(kind).max]], kind)
    found = through_ncnn(numbers)
    print(kind.__name__, numbers[0], "becomes", found[0])
    assert found.dtype == seen_as
    assert np.array_equal(found.view(kind), numbers)
assert through_ncnn(np.array([[300]], np.uint16)).item() < 1e-4
for kind in (np.float32, np.float16):
    assert np.array_equal(through_ncnn(np.array([[0.5, 300]], kind)), [[0.5, 300]])

depth_m = np.arange(6, dtype=np.float32).reshape(2, 3)
turned = through_ncnn(depth_m.T)
print("turned", depth_m.T.tolist(), "becomes", turned.tolist())
assert turned.tolist() == [[0, 1], [2, 3], [4, 5]]
assert np.array_equal(through_ncnn(np.ascontiguousarray(depth_m.T)), depth_m.T)
print("still so")
PYTHON
