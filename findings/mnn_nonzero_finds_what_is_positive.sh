#!/usr/bin/env bash
# Which pixels, rows and columns hold something, and the rest of a division, by MNN.numpy, which offers NumPy's functions
# by their names within MNN (a runtime for networks).
#
# Guessed: as NumPy: nonzero finds all that is not 0; any and all along an axis give one answer a column; fmod has the
# sign of what is divided and mod that of the divisor; or an error for what is not there, as for median and unique.
# True:    nonzero, argwhere and flatnonzero find what is above 0: of -2, 0, 3 the 3 alone, while count_nonzero says 2.
# any and all with an axis give a single True or False: of the first column only. fmod of whole numbers is mod, and mod of
# floats is fmod: -7 by 2 is 1 and -7.0 by 2.0 is -1. Whole numbers divided are whole numbers, cut: -7 / 2 is -3.
# Matters: flow to the left, residuals below 0 and -1 for "no label" are not found; a mask whose first column is empty is
# empty. Nothing is raised. Compare with 0 first, and read() the array into NumPy for the rest.
# Versions: MNN 3.6.1 numpy 2.4.6
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check MNN==3.6.1 numpy==2.4.6
"$place/venv/bin/python" - <<'PYTHON'
import MNN.numpy as mnn_numpy
import numpy as np


def numbers(array):
    return np.array(array.read()).tolist()


motion = mnn_numpy.array([-2.0, 0.0, 3.0])
print("nonzero", numbers(mnn_numpy.flatnonzero(motion)), "of", mnn_numpy.count_nonzero(motion))
assert np.flatnonzero([-2, 0, 3]).tolist() == [0, 2]
assert numbers(mnn_numpy.flatnonzero(motion)) == [2]
assert np.array(mnn_numpy.nonzero(motion)[0]).tolist() == [2]
assert int(mnn_numpy.count_nonzero(motion)) == 2

mask = np.array([[0, 1], [0, 1]], np.int32)
for axis, found in ((0, False), (1, True)):
    occupied = mnn_numpy.any(mnn_numpy.array(mask), axis=axis)
    print("any along", axis, "is", occupied, "for", mask.any(axis))
    assert occupied is found
assert mask.any(0).tolist() == [False, True]
assert mnn_numpy.all(mnn_numpy.array(mask), axis=0) is False
assert mask.all(0).tolist() == [False, True]

whole, by = np.array([-7, 7], np.int32), np.array([2, -2], np.int32)
floats, by_floats = whole.astype(np.float32), by.astype(np.float32)
assert numbers(mnn_numpy.fmod(mnn_numpy.array(whole), mnn_numpy.array(by))) == np.mod(whole, by).tolist() == [1, -1]
assert numbers(mnn_numpy.mod(mnn_numpy.array(floats), mnn_numpy.array(by_floats))) == np.fmod(floats, by_floats).tolist()
assert numbers(mnn_numpy.array(whole) / mnn_numpy.array(by)) == [-3, -3]
print("still so")
PYTHON
