#!/usr/bin/env bash
# Counts of pixels divided by each other, and ids compared with a number, as expressions of arrays in Blosc2 (lazyexpr),
# which say before they are computed what type they will have.
#
# Guessed: 5 / 7 is .714, for the expression announces floats; 200 and 7 as bytes are both not above 300, as in NumPy.
# True:    5 / 7 is 0.0 and 7 / 2 is 3.0, whole numbers in an array of floats, for every kind of whole numbers. By a
# single number, or times 1.0 first, it is right. A number that the array's type can not hold is wrapped around: 200 is
# above 300 (44), 7 equals 263, and 200 + 300 is 244. The remainder of -7 by 3 is -1 (2 in NumPy).
# Matters: the share of an object that was found is 0 or 1, in the type and range that one expects; and an id that no
# pixel has is found.
# Versions: blosc2 4.14.1 numpy 2.4.6
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check blosc2==4.14.1 numpy==2.4.6
"$place/venv/bin/python" - <<'PYTHON'
import blosc2
import numpy as np


def stored(numbers, kind):
    return blosc2.asarray(np.array(numbers, kind))


for kind in ("u1", "u2", "i2", "i4", "u4", "i8"):
    found, whole = stored([5, 100, 7], kind), stored([7, 50, 2], kind)
    share = found / whole
    assert np.issubdtype(share[:].dtype, np.floating)
    assert share[:].tolist() == [0, 2, 3], share[:]
    assert np.allclose((found * 1.0 / whole)[:], [5 / 7, 2, 3.5])
    assert np.allclose((found / 2)[:], [2.5, 50, 3.5])
print("5/7, 100/50, 7/2:", share[:], share[:].dtype)

ids = stored([200, 7], "u1")
print("200 and 7 above 300:", (ids > 300)[:], "equal 263:", (ids == 263)[:], "plus 300:", (ids + 300)[:])
assert (ids > 300)[:].tolist() == [True, False]
assert (ids == 263)[:].tolist() == [False, True]
assert (ids + 300)[:].tolist() == [244, 51]
assert (np.array([200, 7], np.uint8) > 300).tolist() == [False, False]
assert (stored([-7, 7], "i4") % 3)[:].tolist() == [-1, 1]
print("still so")
PYTHON
